/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_LOG_INTERNAL_H
#define HPTSIM_LOG_INTERNAL_H
/* Between the files of the log reader. */
#include "log/klog.h"

/* Bytes that end before @end; no NUL is needed behind them. */
struct span {
	const char *at, *end;
};

/* One message found in a line. */
struct klog_match {
	struct klog_record record;	/* without line, time and text */
	const char *start;		/* of the message, its prefix ("lpar: ") included */
	const char *end;		/* behind what was recognised */
};

/**
 * klog_line_next - the next message of a line that says something
 * @line: where to look; from match->end for a further one
 *
 * Two messages end up in one line when a console lost the line break.
 */
bool klog_line_next(struct span line, struct klog_match *match);

/* What time a line's prefix says; @prefix ends where the message begins. */
enum klog_clock klog_prefix_time(struct span prefix, int64_t *time_us);

/* Boots, requests and attempts from the records. False: out of memory. */
bool klog_group(struct klog *log);

/* span helpers; those that read a number move @s behind it and return false if there is none */
bool span_skip(struct span *s, const char *text);
bool span_decimal(struct span *s, uint64_t *value);
bool span_hex(struct span *s, uint64_t *value);
bool span_find(struct span *s, const char *text);	/* moves behind it */
void span_blanks(struct span *s);

/* Room for one more element in a growing array; false: out of memory. */
bool klog_grow(void *array, size_t count, size_t size);

#endif
