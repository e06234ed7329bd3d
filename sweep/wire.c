// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void wire_put(struct pack_bytes *b, enum wire_type type, const void *data, size_t size, const char *text)
{
	size_t text_size = text ? strlen(text) + 1 : 0;
	const struct wire_head head = { type, (uint32_t)(size + text_size) };

	pack_add(b, &head, sizeof(head));
	pack_add(b, data, size);
	pack_add(b, text, text_size);
}

void wire_put_run(struct pack_bytes *b, uint64_t seed, const char *const texts[WIRE_RUN_TEXTS])
{
	struct wire_head head = { WIRE_RUN, sizeof(seed) };

	for (size_t i = 0; i < WIRE_RUN_TEXTS; i++)
		head.size += (uint32_t)strlen(texts[i]) + 1;
	pack_add(b, &head, sizeof(head));
	pack_add(b, &seed, sizeof(seed));
	for (size_t i = 0; i < WIRE_RUN_TEXTS; i++)
		pack_add(b, texts[i], strlen(texts[i]) + 1);
}

bool wire_flush(struct pack_bytes *b, int fd)
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
