/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_LOG_INTERNAL_H
#define HPTSIM_LOG_INTERNAL_H
/* Between the files of the log reader. */
#include "log/form.h"
#include "log/klog.h"

/* Bytes that end before @end; no NUL is needed behind them. */
struct span {
	const char *at, *end;
};

/* Rows of the table by how they begin. */
struct form_index {
	unsigned char pairs[256][32];	/* [first byte]: bit set for each second byte */
	unsigned short first[257];	/* of a byte, in @forms; [256]: their count */
	unsigned short count;
	unsigned char forms[256];
	unsigned char common[256];	/* characters that a form's text has in common with the one before */
};

void form_index_build(struct form_index *index);

/* One message found in a line. */
struct klog_match {
	struct klog_record record;	/* without line, time and text */
	const char *at;			/* where its form begins */
	const char *start;		/* of the message, its prefix ("lpar: ") included */
	const char *end;		/* behind what was recognised */
	const char *tail;		/* a form that the line ends in begins there, NULL: none */
	bool cut;			/* ... and is not complete */
	bool marked;			/* ... and something that cuts lines left its mark */
};

/**
 * klog_line_next - the next message of a line that says something
 * @line: where to look; from match->end for a further one
 *
 * Two messages end up in one line when a console lost the line break. False:
 * there is none any more, but match->tail and what follows it are set.
 */
bool klog_line_next(const struct form_index *index, struct span line, struct klog_match *match);

/* What time a line's prefix says; @prefix ends where the message begins. */
enum klog_clock klog_prefix_time(struct span prefix, int64_t *time_us);

/* Does a line begin with a date, or with a time in brackets? Then it is no rest of the one before. */
bool klog_begins_with_time(struct span line);

#define KLOG_GUESTS_MAX	64

/* The guest that a prefix names, empty if none; @weak: by where it stands only. */
struct span klog_prefix_guest(struct span prefix, bool *weak);

/* "==> guest1.log <==": tail and head print it before each file. */
bool klog_file_header(struct span line, struct span *name);

/* Number of a guest of that name in @log, a new one if need be. False: out of memory. */
bool klog_guest_id(struct klog *log, struct span name, bool weak, unsigned *id);

/* Records guest by guest, each thing that was said once. False: out of memory. */
bool klog_arrange(struct klog *log);

/* Does that text need scrub()? Quick. */
bool scrub_needed(const char *at, size_t size);

/* Text without escape sequences and what else is not seen. @out has room for as much as @s; returns how much it is. */
size_t scrub(struct span s, char *out);

/* Is there a sign of quoted-printable text, as mail has it? */
bool quoted_printable_seen(const char *at, size_t size);

/* False: this line is not. @goes_on: the line break is not the text's; it and its "=" are off @s then. */
bool quoted_printable(struct span *s, bool *goes_on);
size_t quoted_printable_decode(struct span s, char *out);

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
