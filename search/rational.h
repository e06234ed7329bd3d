/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SEARCH_RATIONAL_H
#define HPTSIM_SEARCH_RATIONAL_H
/*
 * Exact fractions: 1.01 is 101/100, and nothing is ever rounded. What does not
 * fit 127 bits is told, not wrapped.
 */
#include <stdbool.h>
#include <stdint.h>

__extension__ typedef __int128 rational_int;

/* In lowest terms; @den above 0. */
struct rational {
	rational_int num, den;
};

static inline struct rational rational_of(int64_t value)
{
	return (struct rational){ value, 1 };
}

/* @op is one of + - * /. False: it does not fit. Never called to divide by 0. */
bool rational_do(char op, struct rational a, struct rational b, struct rational *out);

/* -1, 0 or 1 as @a is less than, equal to or more than @b. False: it does not fit. */
bool rational_compare(struct rational a, struct rational b, int *out);

/* "12", "3.45" or ".5": false unless @text of @size bytes is one of up to 18 digits. */
bool rational_parse(const char *text, unsigned size, struct rational *out);

#endif
