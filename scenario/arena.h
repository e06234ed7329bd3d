/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SCENARIO_ARENA_H
#define HPTSIM_SCENARIO_ARENA_H
/*
 * Memory that lives and dies together.
 *
 * All that the reader makes of one file hangs off one arena, so no error path
 * has anything to give back. When memory runs out an allocation does not
 * return: it jumps to @on_oom, which the entry point of the library has set.
 */
#include <setjmp.h>
#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks;	/* newest first */
	jmp_buf *on_oom;		/* set before the first allocation */
};

/* Zeroed memory, aligned for any type. */
void *arena_alloc(struct arena *a, size_t size);

/* Memory that is not cleared, for large buffers. */
void *arena_alloc_raw(struct arena *a, size_t size);

/* As arena_alloc_raw(), but returns NULL when memory runs out. */
void *arena_try_alloc(struct arena *a, size_t size);

/**
 * arena_push - make room for one more element at the end of an array
 * @array: returned by the last call, NULL at first
 * @count: elements in it
 * @size:  of one element
 *
 * Returns the array, perhaps at a new place; element @count is not cleared.
 */
void *arena_push(struct arena *a, void *array, size_t count, size_t size);

char *arena_strdup(struct arena *a, const char *text);
char *arena_strndup(struct arena *a, const char *text, size_t size);

__attribute__((format(printf, 2, 3), nonnull(2)))
char *arena_printf(struct arena *a, const char *fmt, ...);

/* Gives everything back; the arena is empty and may be used again. */
void arena_release(struct arena *a);

#endif
