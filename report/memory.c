// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory of a report, given back all at once; and clean texts. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/model.h"

#define REPLACEMENT	"\xef\xbf\xbd"

struct report_memory {
	struct report_memory *next;
	max_align_t data[];
};

void *report_alloc(struct report *r, size_t size)
{
	struct report_memory *block = calloc(1, sizeof(*block) + size);

	if (!block) {
		r->no_memory = true;
		return NULL;
	}
	block->next = r->memory;
	r->memory = block;
	return block->data;
}

void *report_push(struct report *r, void *array, size_t count, size_t size)
{
	void *larger;

	/* room is doubled when the count is a power of two */
	if (count & (count - 1))
		return array;
	larger = report_alloc(r, (count ? 2 * count : 1) * size);
	if (larger && count)
		memcpy(larger, array, count * size);
	return larger;
}

void report_free(struct report *r)
{
	while (r->memory) {
		struct report_memory *next = r->memory->next;

		free(r->memory);
		r->memory = next;
	}
}

/* Bytes of the UTF-8 character at @s, 0 if it is none that can be shown. */
static size_t utf8_length(const unsigned char *s)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = s[0] < 0x80 ? 1 : s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : s[0] >= 0xc0 ? 2 : 0;
	uint32_t code = length == 1 ? s[0] : s[0] & (0xffu >> (length + 1));

	if (!length || s[0] >= 0xf8)
		return 0;
	for (size_t i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3f);
	}
	if (code < least[length] || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff ||
	    (code & 0xfffe) == 0xfffe || (code >= 0x7f && code < 0xa0) || (code >= 0xfdd0 && code < 0xfdf0))
		return 0;
	/* characters that turn text around hide what it says */
	if ((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069))
		return 0;
	return code >= ' ' || code == '\n' || code == '\t' ? length : 0;
}

const char *report_text(struct report *r, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	char *copy, *out;

	if (!text)
		return NULL;
	copy = out = report_alloc(r, strlen(text) * strlen(REPLACEMENT) + 1);
	while (copy && *s) {
		size_t length = utf8_length(s);

		/* a line may end as on another system */
		if (s[0] == '\r' && s[1] == '\n') {
			s++;
			continue;
		}
		memcpy(out, length ? (const char *)s : REPLACEMENT, length ? length : strlen(REPLACEMENT));
		out += length ? length : strlen(REPLACEMENT);
		s += length ? length : 1;
	}
	return copy;
}

const char *report_name(struct report *r, const char *text)
{
	const char *clean = report_text(r, text ? text : "");
	char *name = clean ? report_alloc(r, strlen(clean) + 1) : NULL;

	for (size_t i = 0; name && clean[i]; i++)
		name[i] = clean[i] == '\n' || clean[i] == '\t' ? ' ' : clean[i];
	return name;
}

const char *report_printf(struct report *r, const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = length < 0 ? NULL : report_alloc(r, (size_t)length + 1);
	if (!text)
		return NULL;
	va_start(args, format);
	vsnprintf(text, (size_t)length + 1, format, args);
	va_end(args);
	return text;
}
