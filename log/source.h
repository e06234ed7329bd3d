/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_LOG_SOURCE_H
#define HPTSIM_LOG_SOURCE_H
/*
 * The bytes of a log, however it is kept: as it is, compressed (gzip, xz, zstd,
 * bzip2, lz4, lzma, compress), or in UTF-16 with or without a byte order mark, which becomes
 * UTF-8. What it is shows in its first bytes; the file's name does not matter.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "log/klog.h"

#define SOURCE_HEAD	4096

struct archive;

/* Read to look at, and served first. */
struct source_head {
	char bytes[SOURCE_HEAD];
	size_t at, size;
};

struct source {
	/* one of both */
	FILE *file;
	const char *memory;
	size_t left;			/* of memory */

	struct archive *archive;	/* NULL: not compressed */
	char *block;			/* for it */
	uint64_t unpacked;		/* bytes so far */
	struct source_head head, text;	/* as in the file; unpacked */
	int utf16;			/* 0: no, 1: little-endian, 2: big-endian */
	unsigned char odd;		/* half of a character */
	bool has_odd;
	enum klog_status status;	/* why it ended, with errno for KLOG_EIO */
};

/* @file or, if that is NULL, @size bytes at @memory. */
void source_open(struct source *s, FILE *file, const char *memory, size_t size);

/* Up to @size bytes; fewer than that only at the end, or when s->status says why. */
size_t source_read(struct source *s, char *buffer, size_t size);

void source_close(struct source *s);

#endif
