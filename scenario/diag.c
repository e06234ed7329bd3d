/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/diag.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Characters of a line that are shown, and how many of them before the token. */
#define EXCERPT_MAX	100u
#define EXCERPT_BEFORE	50u
#define CLIPPED		"..."

const struct diag_rule_info diag_rule_info[RULE_COUNT] = {
#define DIAG_RULE_INFO(id, name, doc) [RULE_##id] = { name, doc },
	DIAG_RULES(DIAG_RULE_INFO)
#undef DIAG_RULE_INFO
};

void diag_init(struct diag_list *list)
{
	memset(list, 0, sizeof(*list));
}

void diag_release(struct diag_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		struct diag *d = &list->items[i];

		free(d->place.file);
		free(d->message);
		free(d->excerpt);
		free(d->carets);
		free(d->hint);
		free(d->note);
		free(d->note_place.file);
	}
	free(list->items);
	diag_init(list);
}

/* Text from a file must not move the cursor or colour the terminal. */
static bool is_printable(uint32_t code)
{
	return code >= 0x20 && code != 0x7f && !(code >= 0x80 && code < 0xa0) &&
	       code != 0x2028 && code != 0x2029;
}

static void defuse(char *text)
{
	size_t size = strlen(text), step;
	uint32_t code;

	for (; size; text += step, size -= step) {
		step = text_utf8(text, size, &code);
		if (step && is_printable(code))
			continue;
		step = step ? step : 1;
		memset(text, '?', step);
	}
}

static char *copy_text(const char *text)
{
	char *copy = malloc(strlen(text) + 1);

	if (copy) {
		strcpy(copy, text);
		defuse(copy);
	}
	return copy;
}

__attribute__((format(printf, 1, 0)))
static char *format_text(const char *fmt, va_list ap)
{
	va_list again;
	char *text = NULL;
	int size;

	va_copy(again, ap);
	size = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (size >= 0)
		text = malloc((size_t)size + 1);
	if (text) {
		vsnprintf(text, (size_t)size + 1, fmt, ap);
		defuse(text);
	}
	return text;
}

/* Most bytes are neither the end of a line nor the beginning of one. */
static bool is_plain(char c)
{
	return c >= ' ' && c < 0x7f;
}

/* Where line @line is; false: nowhere, or it is empty and the last. */
static bool find_line(struct diag_line *at, const struct source *src, unsigned line)
{
	bool behind = at->source == src && at->number && at->number <= line;
	const char *s = behind ? at->start : src->text, *end = src->text + src->size, *start;
	unsigned left = line - (behind ? at->number - 1 : 0);
	size_t step;

	if (at->source == src && at->number == line)
		return true;
	while (left > 1 && s < end) {
		step = is_plain(*s) ? 0 : text_break(s, (size_t)(end - s));
		if (step)
			left--;
		s += step ? step : 1;
	}
	if (left > 1 || s == end)
		return false;
	for (start = s; s < end && (is_plain(*s) || !text_break(s, (size_t)(end - s))); s++)
		;
	*at = (struct diag_line){ .source = src, .number = line, .start = start, .size = (size_t)(s - start) };
	return true;
}

/* Bytes of the character at @s as it is shown; bytes that are not UTF-8 count singly. */
static size_t shown_char(const char *s, size_t size, char **out)
{
	uint32_t code;
	size_t length;

	if (is_plain(*s)) {
		*(*out)++ = *s;
		return 1;
	}
	length = text_utf8(s, size, &code);
	if (length && (is_printable(code) || code == '\t')) {
		memcpy(*out, s, length);
		*out += length;
	} else {
		*(*out)++ = '?';
	}
	return length ? length : 1;
}

/* The line and the carets below it, both cut to a window around the token. */
static void make_excerpt(struct diag *d, struct srcpos pos, struct diag_line *found)
{
	size_t size, at = 0, length = 0, i;
	unsigned column = 1, first = 1, width;
	char scratch[4], *out, *caret;
	const char *line;

	if (!find_line(found, pos.source, pos.line))
		return;
	line = found->start;
	size = found->size;
	for (i = 0; i < size && length <= EXCERPT_MAX; length++) {
		out = scratch;
		i += shown_char(line + i, size - i, &out);
	}
	if (length > EXCERPT_MAX && pos.col > EXCERPT_BEFORE)
		first = pos.col - EXCERPT_BEFORE;
	d->excerpt = malloc(4 * EXCERPT_MAX + 2 * sizeof(CLIPPED));
	d->carets = malloc(2 * EXCERPT_MAX + 2 * sizeof(CLIPPED));
	if (!d->excerpt || !d->carets) {
		free(d->excerpt);
		free(d->carets);
		d->excerpt = d->carets = NULL;
		return;
	}
	out = d->excerpt;
	caret = d->carets;
	if (first > 1) {
		memcpy(out, CLIPPED, sizeof(CLIPPED) - 1);
		out += sizeof(CLIPPED) - 1;
		memset(caret, ' ', sizeof(CLIPPED) - 1);
		caret += sizeof(CLIPPED) - 1;
	}
	width = pos.width ? pos.width : 1;
	for (; at < size && column < first + EXCERPT_MAX; column++) {
		char *from = out;
		char skipped[4], *skip = skipped;

		if (column < first) {
			at += shown_char(line + at, size - at, &skip);
			continue;
		}
		at += shown_char(line + at, size - at, &out);
		if (column < pos.col)
			*caret++ = *from == '\t' ? '\t' : ' ';
		else if (column - pos.col < width)
			*caret++ = column == pos.col ? '^' : '~';
	}
	if (column <= pos.col && at == size)
		*caret++ = '^';		/* just behind the line */
	if (at < size) {
		memcpy(out, CLIPPED, sizeof(CLIPPED) - 1);
		out += sizeof(CLIPPED) - 1;
	}
	*out = '\0';
	*caret = '\0';
}

static void set_place(struct diag_place *place, struct srcpos pos)
{
	place->file = copy_text(pos.source->name);
	place->line = pos.line;
	place->col = pos.col;
}

void diag_error(struct diag_list *list, struct srcpos pos, enum diag_rule rule,
		const char *fmt, ...)
{
	struct diag *d;
	va_list ap;

	list->error_count++;
	list->last_kept = false;
	if (list->count == DIAG_MAX)
		return;
	if (!list->items)
		list->items = calloc(DIAG_MAX, sizeof(*list->items));
	if (!list->items)
		return;
	d = &list->items[list->count];
	va_start(ap, fmt);
	d->message = format_text(fmt, ap);
	va_end(ap);
	set_place(&d->place, pos);
	if (!d->message || !d->place.file) {
		free(d->message);
		free(d->place.file);
		memset(d, 0, sizeof(*d));
		return;
	}
	d->rule = rule;
	d->source_order = pos.source->order;
	d->seq = (unsigned)list->count;
	if (pos.line)
		make_excerpt(d, pos, &list->line);
	list->count++;
	list->last_kept = true;
}

void diag_hint(struct diag_list *list, const char *fmt, ...)
{
	struct diag *d;
	va_list ap;

	if (!list->last_kept)
		return;
	d = &list->items[list->count - 1];
	va_start(ap, fmt);
	free(d->hint);
	d->hint = format_text(fmt, ap);
	va_end(ap);
}

void diag_note(struct diag_list *list, struct srcpos pos, const char *fmt, ...)
{
	struct diag *d;
	va_list ap;

	if (!list->last_kept)
		return;
	d = &list->items[list->count - 1];
	va_start(ap, fmt);
	free(d->note);
	d->note = format_text(fmt, ap);
	va_end(ap);
	free(d->note_place.file);
	set_place(&d->note_place, pos);
}

static int diag_compare(const void *a, const void *b)
{
	const struct diag *x = a, *y = b;

	if (x->source_order != y->source_order)
		return x->source_order < y->source_order ? -1 : 1;
	if (x->place.line != y->place.line)
		return x->place.line < y->place.line ? -1 : 1;
	if (x->place.col != y->place.col)
		return x->place.col < y->place.col ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

void diag_sort(struct diag_list *list, size_t from)
{
	list->last_kept = false;
	if (from < list->count)
		qsort(list->items + from, list->count - from, sizeof(*list->items), diag_compare);
}

static void render_place(const struct diag_place *place, const char *what, FILE *out)
{
	if (place->line)
		fprintf(out, "%s:%u:%u: %s: ", place->file, place->line, place->col, what);
	else
		fprintf(out, "%s: %s: ", place->file, what);
}

void diag_render(const struct diag_list *list, FILE *out)
{
	size_t i, lost = list->error_count - list->count;

	for (i = 0; i < list->count; i++) {
		const struct diag *d = &list->items[i];

		render_place(&d->place, "error", out);
		fprintf(out, "%s [%s]\n", d->message, diag_rule_info[d->rule].name);
		if (d->excerpt)
			fprintf(out, "%5u | %s\n      | %s\n", d->place.line, d->excerpt, d->carets);
		if (d->hint)
			fprintf(out, "      hint: %s\n", d->hint);
		if (d->note && d->note_place.file) {
			render_place(&d->note_place, "note", out);
			fprintf(out, "%s\n", d->note);
		}
	}
	if (lost)
		fprintf(out, "%zu further error%s not shown\n", lost, lost == 1 ? "" : "s");
}
