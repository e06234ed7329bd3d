/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_CHUNK_BYTES	(size_t)(32 * 1024)
#define ARENA_ARRAY_FIRST	(size_t)8	/* elements; a power of two */

struct arena_chunk {
	struct arena_chunk *next;
	size_t used, size;
	alignas(max_align_t) unsigned char data[];
};

void *arena_try_alloc(struct arena *a, size_t size)
{
	struct arena_chunk *chunk = a->chunks;
	size_t room, want;
	void *p;

	if (size > SIZE_MAX / 4)
		return NULL;
	want = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (want == 0)
		want = alignof(max_align_t);
	if (!chunk || chunk->size - chunk->used < want) {
		room = want > ARENA_CHUNK_BYTES ? want : ARENA_CHUNK_BYTES;
		chunk = malloc(sizeof(*chunk) + room);
		if (!chunk)
			return NULL;
		chunk->used = 0;
		chunk->size = room;
		chunk->next = a->chunks;
		a->chunks = chunk;
	}
	p = chunk->data + chunk->used;
	chunk->used += want;
	return p;
}

void *arena_alloc_raw(struct arena *a, size_t size)
{
	void *p = arena_try_alloc(a, size);

	if (!p)
		longjmp(*a->on_oom, 1);
	return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
	return memset(arena_alloc_raw(a, size), 0, size);
}

void *arena_push(struct arena *a, void *array, size_t count, size_t size)
{
	size_t room;
	void *bigger;

	if (count != 0 && (count < ARENA_ARRAY_FIRST || (count & (count - 1)) != 0))
		return array;
	room = count < ARENA_ARRAY_FIRST ? ARENA_ARRAY_FIRST : 2 * count;
	bigger = arena_alloc_raw(a, room * size);
	if (count)
		memcpy(bigger, array, count * size);
	return bigger;
}

char *arena_strndup(struct arena *a, const char *text, size_t size)
{
	char *copy = arena_alloc_raw(a, size + 1);

	memcpy(copy, text, size);
	copy[size] = '\0';
	return copy;
}

char *arena_strdup(struct arena *a, const char *text)
{
	return arena_strndup(a, text, strlen(text));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	int size;
	char *text;

	va_start(ap, fmt);
	size = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	text = arena_alloc_raw(a, (size > 0 ? (size_t)size : 0) + 1);
	text[0] = '\0';
	va_start(ap, fmt);
	vsnprintf(text, (size_t)size + 1, fmt, ap);
	va_end(ap);
	return text;
}

void arena_release(struct arena *a)
{
	while (a->chunks) {
		struct arena_chunk *next = a->chunks->next;

		free(a->chunks);
		a->chunks = next;
	}
}
