/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE		/* registers in ucontext_t */
#undef _FORTIFY_SOURCE		/* its longjmp() refuses to change stacks */
#include "kernel/guard.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/time.h>
#include <ucontext.h>

#define TICK_US			100000	/* of this process's own time */
#define TICKS_MAX		10	/* in one piece of text that calls nothing: 1 s */
#define NULL_END		0x10000u
#define HANDLER_STACK		(64u << 10)
#define FRAME_MAX		(256u << 10)	/* no stack of a task is larger */

static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGVTALRM };

#define SIGNAL_COUNT	(sizeof(signals) / sizeof(signals[0]))

/* Signals are the process's, so this is, too. */
static struct guard {
	volatile sig_atomic_t inside;
	volatile sig_atomic_t calls, calls_then, ticks;
	sigjmp_buf *landing;
	struct guard_trap trap;
	struct sigaction before[SIGNAL_COUNT];
	stack_t stack_before;
	void *stack;
	unsigned users;
} guard;

/* Where it was, and the frames above; the text is compiled with frame pointers. */
static void take_places(struct guard_trap *trap, const ucontext_t *uc)
{
	uintptr_t pc = 0, fp = 0, sp = 0;

	trap->place_count = 0;
#if defined(__x86_64__)
	pc = (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
	fp = (uintptr_t)uc->uc_mcontext.gregs[REG_RBP];
	sp = (uintptr_t)uc->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
	pc = (uintptr_t)uc->uc_mcontext.pc;
	fp = (uintptr_t)uc->uc_mcontext.regs[29];
	sp = (uintptr_t)uc->uc_mcontext.sp;
#else
	(void)uc;
#endif
	trap->places[trap->place_count++] = (const void *)pc;
	/* a frame is above the one below, on the same stack; anything else is no frame */
	while (trap->place_count < GUARD_PLACES_MAX && fp >= sp && fp - sp < FRAME_MAX && fp % sizeof(fp) == 0 && fp) {
		const uintptr_t *frame = (const uintptr_t *)fp;

		if (!frame[1])
			break;
		trap->places[trap->place_count++] = (const void *)(frame[1] - 1);
		if (frame[0] <= fp)
			break;
		fp = frame[0];
	}
}

/* A fault that is not the text's takes the way that it took before. */
static void pass_on(int number)
{
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		if (signals[i] == number)
			sigaction(number, &guard.before[i], NULL);
}

static void on_signal(int number, siginfo_t *info, void *context)
{
	if (number == SIGVTALRM) {
		if (guard.calls != guard.calls_then || !guard.inside)
			guard.ticks = 0;
		guard.calls_then = guard.calls;
		if (!guard.inside || ++guard.ticks < TICKS_MAX)
			return;
	} else if (!guard.inside) {
		pass_on(number);
		return;
	}
	guard.inside = 0;
	guard.trap.signal = number;
	guard.trap.is_null = number == SIGSEGV && (uintptr_t)info->si_addr < NULL_END;
	take_places(&guard.trap, context);
	siglongjmp(*guard.landing, 1);
}

void guard_start(void)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART };
	struct itimerval every = { .it_interval.tv_usec = TICK_US, .it_value.tv_usec = TICK_US };

	if (guard.users++)
		return;
	guard.stack = malloc(HANDLER_STACK);
	if (guard.stack)
		sigaltstack(&(stack_t){ .ss_sp = guard.stack, .ss_size = HANDLER_STACK }, &guard.stack_before);
	action.sa_sigaction = on_signal;
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		sigaction(signals[i], &action, &guard.before[i]);
	setitimer(ITIMER_VIRTUAL, &every, NULL);
}

void guard_stop(void)
{
	if (--guard.users)
		return;
	setitimer(ITIMER_VIRTUAL, &(struct itimerval){ .it_value.tv_usec = 0 }, NULL);
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		sigaction(signals[i], &guard.before[i], NULL);
	if (guard.stack)
		sigaltstack(&guard.stack_before, NULL);
	free(guard.stack);
	guard.stack = NULL;
}

void guard_in(sigjmp_buf *landing)
{
	guard.landing = landing;
	guard.calls++;
	guard.inside = 1;
}

void guard_out(void)
{
	guard.inside = 0;
}

const struct guard_trap *guard_trap(void)
{
	return &guard.trap;
}
