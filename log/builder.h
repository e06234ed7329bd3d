/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_LOG_BUILDER_H
#define HPTSIM_LOG_BUILDER_H
/* A log while it is read: between the file that finds lines and the one that puts them together. */
#include "log/internal.h"

#define LINE_MAX_BYTES	((size_t)64 << 10)	/* of a longer line the rest is read as one more */

struct buffer {
	char *bytes;
	size_t size, room;
};

/* A log while it is read. */
struct builder {
	struct klog log;
	size_t texts_room;
	struct form_index index;
	struct buffer scrubbed, decoded;
	bool quoted;			/* the text is quoted-printable */
	bool no_memory;
	size_t widest, widest_raw;	/* line so far, and with what is not text */
	char section[KLOG_GUEST_MAX];	/* file that tail names */
	/* a line that may go on in the next one */
	struct buffer held;
	bool holds, held_cut;
	size_t held_line, held_from, held_pieces;
	bool held_full;			/* no line is longer than its last piece */
	size_t held_records, held_texts;	/* of the log before it */
	/* a line of quoted-printable text that goes on */
	bool soft;
	size_t soft_line;
	/* lines that were cut off */
	size_t cut_width;
	bool cut_marked;
};

/* More bytes at the end of a buffer. False: out of memory. */
bool buffer_add(struct buffer *buffer, const char *at, size_t size);

/*
 * A line without what is not text: its records, unless it turns out that it goes
 * on in the next one. @raw: bytes with what is not text. False: out of memory.
 */
bool builder_take(struct builder *b, struct span line, size_t raw, size_t number);

#endif
