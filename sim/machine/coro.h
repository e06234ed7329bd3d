/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_CORO_H
#define HPTSIM_CORO_H
/*
 * Stackful coroutines: a function that can be left in the middle and entered
 * again. Over ucontext and siglongjmp(), with the annotations that AddressSanitizer needs.
 */
#include <stdbool.h>

struct coro;

/* Returns NULL when out of memory. Runs at the first coro_enter(). */
struct coro *coro_new(void (*fn)(void *arg), void *arg);
void coro_free(struct coro *c);

/* Run until it leaves or ends; not to be called inside a coroutine. */
void coro_enter(struct coro *c);

/* Back to where coro_enter() was called; only inside @c. */
void coro_leave(struct coro *c);

bool coro_ended(const struct coro *c);

#endif
