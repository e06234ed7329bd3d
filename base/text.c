/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

#define FRACTION_DIGITS_MAX	18u	/* 10^18 fits 64 bits */
#define SUGGEST_BELOW		3u	/* edit distance */
#define SUGGEST_LENGTH_MAX	64u	/* longer words are not compared */

#define NSEC_PER_MIN		(60 * NSEC_PER_SEC)
#define NSEC_PER_HOUR		(60 * NSEC_PER_MIN)

const struct text_unit text_size_units[] = {
	{ "TiB", UINT64_C(1) << 40 },
	{ "GiB", UINT64_C(1) << 30 },
	{ "MiB", UINT64_C(1) << 20 },
	{ "KiB", UINT64_C(1) << 10 },
	{ "T",   UINT64_C(1) << 40 },
	{ "G",   UINT64_C(1) << 30 },
	{ "M",   UINT64_C(1) << 20 },
	{ "K",   UINT64_C(1) << 10 },
	{ NULL, 0 }
};

const struct text_unit text_time_units[] = {
	{ "ns",  1 },
	{ "us",  NSEC_PER_USEC },
	{ "ms",  NSEC_PER_MSEC },
	{ "s",   NSEC_PER_SEC },
	{ "min", NSEC_PER_MIN },
	{ "h",   NSEC_PER_HOUR },
	{ NULL, 0 }
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int hex_digit(char c)
{
	c = to_lower(c);
	if (is_digit(c))
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool append_digit(uint64_t *value, unsigned base, unsigned digit)
{
	return !__builtin_mul_overflow(*value, (uint64_t)base, value) &&
	       !__builtin_add_overflow(*value, (uint64_t)digit, value);
}

enum text_status text_uint(const char *text, uint64_t *out)
{
	bool negative = *text == '-', fits = true;
	const char *s = text + negative;
	unsigned base = 10;
	uint64_t value = 0;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
	}
	if (!*s)
		return TEXT_MALFORMED;
	if (base == 10 && s[0] == '0' && is_digit(s[1]))
		return TEXT_LEADING_ZERO;
	for (; *s; s++) {
		int digit = hex_digit(*s);

		if (digit < 0 || (unsigned)digit >= base)
			return TEXT_MALFORMED;
		fits = fits && append_digit(&value, base, (unsigned)digit);
	}
	if (negative)
		return TEXT_NEGATIVE;
	if (!fits)
		return TEXT_TOO_BIG;
	*out = value;
	return TEXT_OK;
}

static uint64_t greatest_common_divisor(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t r = a % b;

		a = b;
		b = r;
	}
	return a;
}

/*
 * @num / 10^@digits of @factor. Reduced first: what is left of the denominator
 * must divide the factor, and then nothing can overflow as num < 10^digits.
 */
static bool fraction_of(uint64_t num, unsigned digits, uint64_t factor, uint64_t *out)
{
	uint64_t den = 1, common;

	while (digits--)
		den *= 10;
	common = greatest_common_divisor(num, den);
	den /= common;
	if (factor % den != 0)
		return false;
	*out = num / common * (factor / den);
	return true;
}

enum text_status text_quantity(const char *text, const struct text_unit *units,
			       const char **unit, uint64_t *out)
{
	bool negative = *text == '-', fits = true;
	uint64_t whole = 0, fraction = 0, rest = 0;
	const char *s = text + negative, *end;
	unsigned digits = 0;

	*unit = s;
	if (!is_digit(*s))
		return TEXT_MALFORMED;
	if (s[0] == '0' && is_digit(s[1]))
		return TEXT_LEADING_ZERO;
	for (; is_digit(*s); s++)
		fits = fits && append_digit(&whole, 10, (unsigned)(*s - '0'));
	if (*s == '.') {
		if (!is_digit(*++s))
			return TEXT_MALFORMED;
		for (end = s; is_digit(*end); end++)
			;
		*unit = end;
		while (end > s && end[-1] == '0')
			end--;
		if (end - s > (ptrdiff_t)FRACTION_DIGITS_MAX)
			return TEXT_INEXACT;
		for (; s < end; s++, digits++)
			append_digit(&fraction, 10, (unsigned)(*s - '0'));
		s = *unit;
	}
	*unit = s;
	while (units->name && strcmp(units->name, s) != 0)
		units++;
	if (!units->name) {
		bool zero = !*s && fits && whole == 0 && fraction == 0 && !negative;

		if (zero)
			*out = 0;
		return zero ? TEXT_OK : *s ? TEXT_BAD_UNIT : TEXT_NO_UNIT;
	}
	if (negative)
		return TEXT_NEGATIVE;
	if (!fits || __builtin_mul_overflow(whole, units->factor, &whole))
		return TEXT_TOO_BIG;
	if (!fraction_of(fraction, digits, units->factor, &rest))
		return TEXT_INEXACT;
	if (__builtin_add_overflow(whole, rest, out))
		return TEXT_TOO_BIG;
	return TEXT_OK;
}

const char *text_from_bytes(uint64_t bytes, char buf[TEXT_BYTES_MAX])
{
	const struct text_unit *unit = text_size_units;

	while (bytes && unit->factor > 1 && bytes % unit->factor != 0)
		unit++;
	if (bytes == 0)
		snprintf(buf, TEXT_BYTES_MAX, "0");
	else if (!unit->name)
		snprintf(buf, TEXT_BYTES_MAX, "%" PRIu64 " bytes", bytes);
	else
		snprintf(buf, TEXT_BYTES_MAX, "%" PRIu64 "%s", bytes / unit->factor, unit->name);
	return buf;
}

bool text_is_name_char(char c)
{
	char lower = to_lower(c);

	return is_digit(c) || (lower >= 'a' && lower <= 'z') || c == '_' || c == '.' || c == '-';
}

bool text_is_name(const char *text)
{
	size_t i;

	for (i = 0; text[i]; i++) {
		if (i == TEXT_NAME_MAX || !text_is_name_char(text[i]))
			return false;
	}
	return i > 0;
}

size_t text_utf8(const char *s, size_t size, uint32_t *code)
{
	static const uint32_t lowest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char c = size ? (unsigned char)s[0] : 0xff;
	size_t length, i;
	uint32_t value;

	if (c < 0x80) {
		*code = c;
		return 1;
	}
	length = c >= 0xf8 ? 0 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc2 ? 2 : 0;
	if (length == 0 || length > size)
		return 0;
	value = c & (0x7fu >> length);
	for (i = 1; i < length; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | ((unsigned char)s[i] & 0x3f);
	}
	if (value < lowest[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*code = value;
	return length;
}

size_t text_break(const char *s, size_t size)
{
	uint32_t code;
	size_t length = text_utf8(s, size, &code);

	if (length == 0)
		return 0;
	if (code == '\r' && size > 1 && s[1] == '\n')
		return 2;
	if (code == '\n' || code == '\r' || code == 0x85 || code == 0x2028 || code == 0x2029)
		return length;
	return 0;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned least = a < b ? a : b;

	return least < c ? least : c;
}

unsigned text_distance(const char *a, const char *b)
{
	/* rows i - 2, i - 1 and i of the matrix, in turn */
	unsigned rows[3][SUGGEST_LENGTH_MAX + 1];
	size_t a_size = strlen(a), b_size = strlen(b), i, j;

	if (a_size > SUGGEST_LENGTH_MAX || b_size > SUGGEST_LENGTH_MAX)
		return SUGGEST_BELOW;
	for (j = 0; j <= b_size; j++)
		rows[0][j] = (unsigned)j;
	for (i = 1; i <= a_size; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i - 1) % 3];

		row[0] = (unsigned)i;
		for (j = 1; j <= b_size; j++) {
			char x = to_lower(a[i - 1]), y = to_lower(b[j - 1]);

			row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == to_lower(b[j - 2]) && to_lower(a[i - 2]) == y &&
			    rows[(i - 2) % 3][j - 2] + 1 < row[j])
				row[j] = rows[(i - 2) % 3][j - 2] + 1;
		}
	}
	i = rows[a_size % 3][b_size];
	return i < SUGGEST_BELOW ? (unsigned)i : SUGGEST_BELOW;
}

void text_nearest_offer(struct text_nearest *near, const char *name)
{
	unsigned distance = text_distance(near->word, name);

	/* 'at' is not a mistyped 'add': at most half of a short word may differ */
	if (distance >= SUGGEST_BELOW || 2 * distance > strlen(near->word))
		return;
	if (!near->best || distance < near->distance) {
		near->best = name;
		near->distance = distance;
	}
}

char *text_vformat(const char *format, va_list args)
{
	va_list again;
	char *text;
	int size;

	va_copy(again, args);
	size = vsnprintf(NULL, 0, format, again);
	va_end(again);
	text = size < 0 ? NULL : malloc((size_t)size + 1);
	if (text)
		vsnprintf(text, (size_t)size + 1, format, args);
	return text;
}

char *text_format(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = text_vformat(format, args);
	va_end(args);
	return text;
}
