/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading numbers and words from bytes that need not end with a NUL. */
#define _GNU_SOURCE	/* memmem() */
#include <stdlib.h>
#include <string.h>

#include "log/internal.h"

bool span_skip(struct span *s, const char *text)
{
	size_t size = strlen(text);

	if ((size_t)(s->end - s->at) < size || memcmp(s->at, text, size) != 0)
		return false;
	s->at += size;
	return true;
}

void span_blanks(struct span *s)
{
	while (s->at < s->end && (*s->at == ' ' || *s->at == '\t'))
		s->at++;
}

bool span_find(struct span *s, const char *text)
{
	size_t size = strlen(text);
	const char *found = memmem(s->at, (size_t)(s->end - s->at), text, size);

	if (!found)
		return false;
	s->at = found + size;
	return true;
}

static int digit(char c, unsigned base)
{
	int value = c >= '0' && c <= '9' ? c - '0' :
		    c >= 'a' && c <= 'f' ? c - 'a' + 10 :
		    c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;

	return value < (int)base ? value : -1;
}

static bool number(struct span *s, unsigned base, uint64_t *value)
{
	const char *begin = s->at;
	/* no division per digit: it is what takes time in a log of many numbers */
	const uint64_t limit = base == 16 ? UINT64_MAX / 16 : UINT64_MAX / 10;
	uint64_t sum = 0;
	int d;

	for (; s->at < s->end && (d = digit(*s->at, base)) >= 0; s->at++) {
		if (sum >= limit && (sum > limit || (unsigned)d > UINT64_MAX % base)) {
			s->at = begin;
			return false;
		}
		sum = sum * base + (unsigned)d;
	}
	*value = sum;
	return s->at > begin;
}

bool span_decimal(struct span *s, uint64_t *value)
{
	return number(s, 10, value);
}

bool span_hex(struct span *s, uint64_t *value)
{
	struct span digits = *s;

	if (span_skip(&digits, "0x") && number(&digits, 16, value)) {
		*s = digits;
		return true;
	}
	return number(s, 16, value);
}

bool klog_grow(void *array, size_t count, size_t size)
{
	void *old, *grown;

	/* the room is the next power of two, from 16: it is full when the count is one */
	if (count && (count < 16 || (count & (count - 1))))
		return true;
	memcpy(&old, array, sizeof(old));
	grown = realloc(old, (count ? 2 * count : 16) * size);
	if (!grown)
		return false;
	memcpy(array, &grown, sizeof(grown));
	return true;
}
