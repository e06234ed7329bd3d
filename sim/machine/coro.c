/* SPDX-License-Identifier: GPL-2.0-or-later */
#undef _FORTIFY_SOURCE		/* its longjmp() refuses to change stacks */
#include "sim/machine/coro.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define CORO_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CORO_ASAN 1
#endif
#endif
#ifdef CORO_ASAN
#include <sanitizer/common_interface_defs.h>
#endif

#define STACK_SIZE	(256u << 10)
/* Below a stack: somebody who needs more of it finds out at once, and writes nothing of others. */
#define GUARD_SIZE	(64u << 10)	/* a multiple of any page size */

/*
 * swapcontext() calls the kernel to swap signal masks. So a context is used to
 * get on the stack for the first time only, and siglongjmp() from then on.
 */
struct coro {
	ucontext_t first;
	sigjmp_buf self, caller;
	bool started;
	void (*fn)(void *arg);
	void *arg;
	char *block;		/* the guard, then the stack */
	char *stack;
	bool ended;
	/* AddressSanitizer's view of the two stacks */
	void *self_fake, *caller_fake;
	const void *caller_stack;
	size_t caller_stack_size;
};

static void switch_begin(void **save, const void *stack, size_t size)
{
#ifdef CORO_ASAN
	__sanitizer_start_switch_fiber(save, stack, size);
#endif
}

static void switch_end(void *fake, const void **stack, size_t *size)
{
#ifdef CORO_ASAN
	__sanitizer_finish_switch_fiber(fake, stack, size);
#endif
}

/* makecontext() passes ints only */
static void trampoline(unsigned high, unsigned low)
{
	struct coro *c = (struct coro *)(uintptr_t)((uint64_t)high << 32 | low);

	switch_end(NULL, &c->caller_stack, &c->caller_stack_size);
	c->fn(c->arg);
	c->ended = true;
	switch_begin(NULL, c->caller_stack, c->caller_stack_size);
	siglongjmp(c->caller, 1);
}

/* Apart, because getcontext() may return twice as far as the compiler knows. */
static bool coro_prepare(struct coro *c)
{
	uint64_t self = (uint64_t)(uintptr_t)c;

	if (getcontext(&c->first))
		return false;
	c->first.uc_stack.ss_sp = c->stack;
	c->first.uc_stack.ss_size = STACK_SIZE;
	c->first.uc_link = NULL;		/* it never returns */
	makecontext(&c->first, (void (*)(void))trampoline, 2, (unsigned)(self >> 32),
		    (unsigned)self);
	return true;
}

struct coro *coro_new(void (*fn)(void *arg), void *arg)
{
	struct coro *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->fn = fn;
	c->arg = arg;
	if (posix_memalign((void **)&c->block, GUARD_SIZE, GUARD_SIZE + STACK_SIZE))
		c->block = NULL;
	else if (mprotect(c->block, GUARD_SIZE, PROT_NONE))
		c->stack = NULL;
	else
		c->stack = c->block + GUARD_SIZE;
	if (!c->stack || !coro_prepare(c)) {
		coro_free(c);
		return NULL;
	}
	return c;
}

void coro_free(struct coro *c)
{
	if (!c)
		return;
	if (c->stack)
		mprotect(c->block, GUARD_SIZE, PROT_READ | PROT_WRITE);
	free(c->block);
	free(c);
}

void coro_enter(struct coro *c)
{
	switch_begin(&c->caller_fake, c->stack, STACK_SIZE);
	if (!sigsetjmp(c->caller, 0)) {
		if (c->started)
			siglongjmp(c->self, 1);
		c->started = true;
		setcontext(&c->first);
	}
	switch_end(c->caller_fake, NULL, NULL);
}

void coro_leave(struct coro *c)
{
	switch_begin(&c->self_fake, c->caller_stack, c->caller_stack_size);
	if (!sigsetjmp(c->self, 0))
		siglongjmp(c->caller, 1);
	switch_end(c->self_fake, &c->caller_stack, &c->caller_stack_size);
}

bool coro_ended(const struct coro *c)
{
	return c->ended;
}
