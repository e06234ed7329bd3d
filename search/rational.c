// SPDX-License-Identifier: GPL-2.0-or-later
#include "search/rational.h"

#define DIGITS_MAX	18

/* The lowest number has no opposite: it counts as one that does not fit. */
#define LOWEST	((rational_int)1 << 126) * -2

static rational_int divisor(rational_int a, rational_int b)
{
	while (b) {
		rational_int rest = a % b;

		a = b;
		b = rest;
	}
	return a < 0 ? -a : a;
}

static bool times(rational_int a, rational_int b, rational_int *out)
{
	return !__builtin_mul_overflow(a, b, out) && *out != LOWEST;
}

static bool plus(rational_int a, rational_int b, rational_int *out)
{
	return !__builtin_add_overflow(a, b, out) && *out != LOWEST;
}

/* In lowest terms, with @den above 0; it was not 0. */
static struct rational reduce(rational_int num, rational_int den)
{
	rational_int common = divisor(num, den);

	if (den < 0)
		common = -common;
	return (struct rational){ num / common, den / common };
}

static bool multiply(struct rational a, struct rational b, struct rational *out)
{
	/* across first: what cancels need not fit */
	struct rational left = reduce(a.num, b.den), right = reduce(b.num, a.den);
	rational_int num, den;

	if (!times(left.num, right.num, &num) || !times(left.den, right.den, &den))
		return false;
	*out = reduce(num, den);
	return true;
}

static bool add(struct rational a, struct rational b, struct rational *out)
{
	rational_int common = divisor(a.den, b.den), left, right, num, den;

	if (!times(a.num, b.den / common, &left) || !times(b.num, a.den / common, &right) || !plus(left, right, &num) ||
	    !times(a.den, b.den / common, &den))
		return false;
	*out = reduce(num, den);
	return true;
}

bool rational_do(char op, struct rational a, struct rational b, struct rational *out)
{
	if (op == '*')
		return multiply(a, b, out);
	if (op == '/')
		return multiply(a, reduce(b.den, b.num), out);
	if (op == '-')
		b.num = -b.num;
	return add(a, b, out);
}

bool rational_compare(struct rational a, struct rational b, int *out)
{
	struct rational difference;

	if (!rational_do('-', a, b, &difference))
		return false;
	*out = (difference.num > 0) - (difference.num < 0);
	return true;
}

bool rational_parse(const char *text, unsigned size, struct rational *out)
{
	rational_int num = 0, den = 1;
	unsigned digits = 0;
	bool fraction = false;

	for (unsigned i = 0; i < size; i++) {
		if (text[i] == '.' && !fraction) {
			fraction = true;
			continue;
		}
		if (text[i] < '0' || text[i] > '9' || ++digits > DIGITS_MAX)
			return false;
		num = 10 * num + (text[i] - '0');
		den *= fraction ? 10 : 1;
	}
	if (!digits || text[size - 1] == '.')
		return false;
	*out = reduce(num, den);
	return true;
}
