/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_TEXT_H
#define HPTSIM_TEXT_H
/*
 * Text to numbers, without locale, rounding or guesses; UTF-8; and the
 * nearest name to a mistyped one.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum text_status {
	TEXT_OK = 0,
	TEXT_MALFORMED,		/* not a number at all */
	TEXT_LEADING_ZERO,	/* 010: eight or ten? */
	TEXT_NEGATIVE,
	TEXT_TOO_BIG,		/* does not fit 64 bits */
	TEXT_NO_UNIT,		/* a number without a unit */
	TEXT_BAD_UNIT,
	TEXT_INEXACT,		/* not a whole number of the smallest unit */
};

/* One spelling of a unit; a list of them ends with a NULL name. */
struct text_unit {
	const char *name;
	uint64_t factor;	/* in bytes, or in nanoseconds */
};

extern const struct text_unit text_size_units[];	/* KiB, K, ... TiB, T */
extern const struct text_unit text_time_units[];	/* ns, us, ms, s, min, h */

/* A decimal or 0x hexadecimal number and nothing else. */
enum text_status text_uint(const char *text, uint64_t *out);

/**
 * text_quantity - a decimal number, perhaps with a fraction, and its unit
 * @unit: set to where the unit starts, also on TEXT_NO_UNIT and TEXT_BAD_UNIT
 * @out:  in the smallest unit, set on TEXT_OK only
 *
 * A plain 0 needs no unit.
 */
enum text_status text_quantity(const char *text, const struct text_unit *units,
			       const char **unit, uint64_t *out);

/* Longest output of text_from_bytes(), the end included. */
#define TEXT_BYTES_MAX 32

/* @bytes in the largest binary unit that holds it exactly, e.g. "256MiB". */
const char *text_from_bytes(uint64_t bytes, char buf[TEXT_BYTES_MAX]);

/* [A-Za-z0-9_.-]+ of at most TEXT_NAME_MAX characters. */
#define TEXT_NAME_MAX 128
bool text_is_name(const char *text);
bool text_is_name_char(char c);

/* printf() into new memory, the caller's to free; NULL when there is none. */
__attribute__((format(printf, 1, 2)))
char *text_format(const char *format, ...);
__attribute__((format(printf, 1, 0)))
char *text_vformat(const char *format, va_list args);

/* Bytes of the first UTF-8 character of @s, 0 if it is none. */
size_t text_utf8(const char *s, size_t size, uint32_t *code);

/* Bytes of the YAML line break at @s: LF, CR, CR LF, NEL, LS, PS; 0 if none. */
size_t text_break(const char *s, size_t size);

/* Finds the name nearest to a mistyped one. */
struct text_nearest {
	const char *word;	/* as the user wrote it */
	const char *best;	/* NULL: nothing is near enough to be suggested */
	unsigned distance;
};

void text_nearest_offer(struct text_nearest *near, const char *name);

/* Edit distance, case ignored, neighbours swapped count 1; 3 means 3 or more. */
unsigned text_distance(const char *a, const char *b);

#endif
