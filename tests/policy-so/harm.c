// SPDX-License-Identifier: GPL-2.0-or-later
/* Harms the process that it is in, or keeps it: in one way each, which is its name. */
#define _GNU_SOURCE
#include <hptsim/policy.h>

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define STRING(x)	#x
#define NAME(x)		STRING(x)

enum how { segv, abort_, exit_, exit_fine, overflow, divide, loop, sleeps, naps, scribble, close_all, nonsense, load_segv, load_loop, signal_, prints };

static volatile int zero;
static volatile unsigned long address = 1;

static unsigned deeper(unsigned depth)
{
	volatile char room[1024];

	room[depth % sizeof(room)] = (char)depth;
	return deeper(depth + 1) + room[0];
}

/* What the model keeps is there, too. */
static void scribble_all(void)
{
	volatile unsigned long mine = (unsigned long)malloc(64);

	for (size_t i = 64; i < 512 * 1024; i++)
		*(volatile char *)(mine + i) = 'A';
}

static void ask_nonsense(void)
{
	static const unsigned long orders[] = { 0, 1, 17, 47, 63, 64, 200, ~0ul };

	for (size_t i = 0; i < ARRAY_SIZE(orders); i++)
		if (mmu_hash_ops.resize_hpt)
			mmu_hash_ops.resize_hpt(orders[i]);
	msleep(0);
	htab_shift_for_mem_size(~0ul);
	htab_shift_for_mem_size(0);
}

static void harm(enum how how)
{
	switch (how) {
	case segv:
		*(volatile char *)(unsigned long)address = 1;
		break;
	case abort_:
		abort();
	case exit_:
		exit(3);
	case exit_fine:
		_exit(0);
	case overflow:
		zero = (int)deeper(0);
		break;
	case divide:
		zero = 100 / zero;
		break;
	case loop:
		while (!zero)
			;
		break;
	case sleeps:
		for (;;)
			pause();
	case naps:
		for (;;)
			msleep(1);
	case scribble:
		scribble_all();
		break;
	case close_all:
		for (int fd = 0; fd < 1024; fd++)
			close(fd);
		break;
	case nonsense:
		ask_nonsense();
		break;
	case signal_:
		kill(getpid(), 9);
		break;
	case prints:
		printf("a word of the policy's own\n");
		break;
	case load_segv:
	case load_loop:
		break;
	}
}

__attribute__((constructor))
static void when_loaded(void)
{
	if (HOW == load_segv)
		harm(segv);
	if (HOW == load_loop)
		harm(loop);
}

static int create_section_mapping(unsigned long new_mem_size)
{
	harm(HOW);
	return -12345;
}

HPTSIM_POLICY(
	.name = NAME(HOW),
	.create_section_mapping = create_section_mapping,
);
