// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void append(struct wire_buffer *b, const void *data, size_t size)
{
	if (b->size + size > b->room) {
		size_t room = 2 * (b->size + size) + 4096;
		unsigned char *bigger = realloc(b->data, room);

		if (!bigger) {
			b->no_memory = true;
			return;
		}
		b->data = bigger;
		b->room = room;
	}
	if (size)
		memcpy(b->data + b->size, data, size);
	b->size += size;
}

void wire_put(struct wire_buffer *b, enum wire_type type, const void *data, size_t size, const char *text)
{
	size_t text_size = text ? strlen(text) + 1 : 0;
	const struct wire_head head = { type, (uint32_t)(size + text_size) };

	append(b, &head, sizeof(head));
	append(b, data, size);
	append(b, text, text_size);
}

void wire_put_run(struct wire_buffer *b, uint64_t seed, const char *const texts[WIRE_RUN_TEXTS])
{
	struct wire_head head = { WIRE_RUN, sizeof(seed) };

	for (size_t i = 0; i < WIRE_RUN_TEXTS; i++)
		head.size += (uint32_t)strlen(texts[i]) + 1;
	append(b, &head, sizeof(head));
	append(b, &seed, sizeof(seed));
	for (size_t i = 0; i < WIRE_RUN_TEXTS; i++)
		append(b, texts[i], strlen(texts[i]) + 1);
}

bool wire_flush(struct wire_buffer *b, int fd)
{
	size_t done = 0;

	while (done < b->size) {
		ssize_t written = write(fd, b->data + done, b->size - done);

		if (written > 0)
			done += (size_t)written;
		else if (written < 0 && errno != EINTR)
			return false;
	}
	b->size = 0;
	return true;
}

bool wire_get(struct wire_record *r, FILE *in)
{
	if (fread(&r->head, sizeof(r->head), 1, in) != 1)
		return false;
	if (r->head.size > r->room) {
		void *bigger = realloc(r->data, r->head.size);

		if (!bigger)
			return false;
		r->data = bigger;
		r->room = r->head.size;
	}
	return !r->head.size || fread(r->data, r->head.size, 1, in) == 1;
}
