/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_TSV_H
#define HPTSIM_TSV_H
/*
 * Reader of the test tables in tests/data (see README.md there). Anything that
 * is wrong with a file fails the running test with FILE:LINE.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define TSV_COLUMNS_MAX	16u

struct tsv {
	const char *name;
	FILE *file;
	unsigned line;			/* from 1 */
	unsigned rows;			/* so far */
	size_t columns;
	char text[512];
	const char *field[TSV_COLUMNS_MAX];
};

/* Name of this test's data directory: the first argument of the program. */
void tsv_set_directory(const char *directory);

/* @name is kept by reference. */
void tsv_open(struct tsv *t, const char *name, size_t columns);

/* Next row, false after the last one; a table without rows fails the test. */
bool tsv_next(struct tsv *t);

__attribute__((format(printf, 2, 3), noreturn))
void tsv_fail(const struct tsv *t, const char *format, ...);

bool tsv_is(const struct tsv *t, size_t column, const char *text);
uint64_t tsv_number(const struct tsv *t, size_t column);	/* decimal */
uint64_t tsv_hex(const struct tsv *t, size_t column);
uint64_t tsv_bytes(const struct tsv *t, size_t column);		/* with a binary suffix */

/* The same for a word that is only a part of a field. */
uint64_t tsv_number_of(const struct tsv *t, const char *text);
uint64_t tsv_bytes_of(const struct tsv *t, const char *text);

/* Fails the test unless the two are equal. */
void tsv_expect(const struct tsv *t, const char *what, uint64_t got, uint64_t want);
void tsv_expect_hex(const struct tsv *t, const char *what, uint64_t got, uint64_t want);

#endif
