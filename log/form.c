/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One row of the table against a line: read, and written. */
#include "log/form.h"

#include <inttypes.h>
#include <string.h>

#include "log/internal.h"

static const struct { enum form_radix radix; unsigned bits; } fields[FORM_FIELD_COUNT] = {
#define FORM_FIELD_ROW(id, byte, how, size) [FIELD_##id] = { how, size },
	FORM_FIELDS(FORM_FIELD_ROW)
#undef FORM_FIELD_ROW
};

/* The field that a byte of a text stands for; FORM_FIELD_COUNT: it stands for itself. */
static unsigned field_of(char c)
{
	static const unsigned char ids[32] = {
#define FORM_FIELD_ID(id, byte, how, size) [byte] = FIELD_##id + 1,
		FORM_FIELDS(FORM_FIELD_ID)
#undef FORM_FIELD_ID
	};
	unsigned char at = (unsigned char)c;

	return at < sizeof(ids) && ids[at] ? ids[at] - 1u : FORM_FIELD_COUNT;
}

/* Pagers and terminals that cut a line say so where they do: less and journalctl ">", others an ellipsis. */
static bool is_mark(const struct span *s)
{
	struct span rest = *s;

	if (!span_skip(&rest, ">") && !span_skip(&rest, "...") && !span_skip(&rest, "\xe2\x80\xa6"))
		return false;
	span_blanks(&rest);
	return rest.at == rest.end;
}

/* May a number end before @c? */
static bool ends_number(char c)
{
	return !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '>' ||
		 (unsigned char)c >= 0x80);
}

static bool fits(uint64_t number, unsigned bits)
{
	return bits >= 64 || number < UINT64_C(1) << bits;
}

static enum form_match read_field(unsigned id, struct span *s, bool last, uint64_t *value)
{
	struct span number = *s;
	bool minus = fields[id].radix == FORM_SIGNED && span_skip(&number, "-"), hex;

	if (number.at == number.end)
		return FORM_CUT;
	hex = fields[id].radix == FORM_HEX || fields[id].radix == FORM_HEX16;
	if (!(hex ? span_hex(&number, value) : span_decimal(&number, value)) || !fits(*value, fields[id].bits))
		return is_mark(&number) ? FORM_MARKED : FORM_NO;
	if (minus)
		*value = -*value;
	if (number.at == number.end && (!last || (fields[id].radix == FORM_HEX16 && number.end - s->at < 16)))
		return FORM_CUT;
	if (number.at < number.end && is_mark(&number))
		return FORM_MARKED;
	if (number.at < number.end && last && !ends_number(*number.at))
		return FORM_NO;
	*s = number;
	return FORM_YES;
}

/* A quote as far as it is there. */
static void skip_quote(struct span *s)
{
	span_skip(s, "\\");
	if (!span_skip(s, "\""))
		span_skip(s, "&quot;");
}

enum form_match form_read(const struct line_form *form, struct span *s, struct form_values *values, size_t *failed_at)
{
	struct span rest = *s;

	for (const char *t = form->text; *t; t++) {
		const char *at = rest.at;
		unsigned id;

		while (*t > ' ' && at < rest.end && *t == *at) {
			t++;
			at++;
		}
		rest.at = at;
		if (!*t)
			break;
		*failed_at = (size_t)(t - form->text);
		id = field_of(*t);
		if (id < FORM_FIELD_COUNT) {
			enum form_match match = read_field(id, &rest, !t[1], &values->of[id]);

			if (match != FORM_YES)
				return match;
		} else if (rest.at == rest.end) {
			return FORM_CUT;
		} else if (*t == FORM_QUOTE) {
			skip_quote(&rest);
		} else if (*t == ' ' && (*rest.at == ' ' || *rest.at == '\t')) {
			span_blanks(&rest);
			while (t[1] == ' ')
				t++;
		} else {
			return is_mark(&rest) ? FORM_MARKED : FORM_NO;
		}
	}
	*s = rest;
	return FORM_YES;
}

const struct line_form *form_of(enum form_id id, unsigned version, unsigned by)
{
	for (size_t i = 0; i < line_form_count; i++) {
		const struct line_form *form = &line_forms[i];

		if (form->id == id && version >= form->since && (!form->until || version < form->until) &&
		    (!by || !form->by || (form->by & by)))
			return form;
	}
	return NULL;
}

void form_write(const struct line_form *form, const struct form_values *values, FILE *out)
{
	fputs(form->prefix, out);
	for (const char *t = form->text; *t; t++) {
		unsigned id = field_of(*t);

		if (id == FORM_FIELD_COUNT)
			fputc(*t == FORM_QUOTE ? '"' : *t, out);
		else if (fields[id].radix == FORM_HEX)
			fprintf(out, "%" PRIx64, values->of[id]);
		else if (fields[id].radix == FORM_HEX16)
			fprintf(out, "%016" PRIx64, values->of[id]);
		else if (fields[id].radix == FORM_SIGNED)
			fprintf(out, "%" PRId64, (int64_t)values->of[id]);
		else
			fprintf(out, "%" PRIu64, values->of[id]);
	}
}
