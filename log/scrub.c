/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What terminals, pagers and mail put into text, taken out again. */
#include <string.h>

#include "log/internal.h"

#define ESC	'\x1b'

/* How an escape character looks after a pager, syslog, JSON or a shell has made it visible. */
static const char *const escapes[] = { "^[", "#033", "\\x1b", "\\x1B", "\\u001b", "\\u001B", "\\033", "\\e", "\xe2\x90\x9b" };

/* Is there a sequence of @text in it? memchr() is far quicker than memmem(). */
static bool has(const char *at, size_t size, const char *text)
{
	const char *end = at + size;
	size_t length = strlen(text);

	while ((at = memchr(at, *text, (size_t)(end - at))) && (size_t)(end - at) >= length) {
		if (memcmp(at, text, length) == 0)
			return true;
		at++;
	}
	return false;
}

/* "[0m", "[33;1m", or "[" behind what stands for an escape character: colours that were made visible. */
static bool has_visible_colour(const char *begin, size_t size)
{
	const char *at = begin, *end = begin + size, *p;

	while ((at = memchr(at, '[', (size_t)(end - at)))) {
		for (p = at + 1; p < end && ((*p >= '0' && *p <= '9') || *p == ';'); p++)
			;
		if (p < end && *p == 'm' && (p > at + 1 || (at > begin && strchr("[3bBe", at[-1]))))
			return true;
		if (at > begin && at[-1] == '[')
			return true;
		at++;
	}
	return false;
}

bool scrub_needed(const char *at, size_t size)
{
	return memchr(at, ESC, size) || memchr(at, '\b', size) || memchr(at, '\0', size) || memchr(at, '\a', size) ||
	       has(at, size, "\xc2\xa0") || has(at, size, "\xe2\x80\x8b") || has(at, size, "\xe2\x90\x9b") ||
	       has(at, size, "\xef\xbb\xbf") || has_visible_colour(at, size);
}

/* "[33;1m", "[K" behind an escape character; false: something else. @final: its last character. */
static bool control_sequence(struct span *s, char *final)
{
	struct span rest = *s;

	if (!span_skip(&rest, "["))
		return false;
	while (rest.at < rest.end && *rest.at >= 0x20 && *rest.at <= 0x3f)
		rest.at++;
	if (rest.at == rest.end || *rest.at < 0x40 || *rest.at > 0x7e)
		return false;
	*final = *rest.at++;
	*s = rest;
	return true;
}

/* The title of a window, a link: up to BEL or ESC \ */
static bool string_sequence(struct span *s)
{
	struct span rest = *s;

	if (rest.at == rest.end || !strchr("]PX^_", *rest.at))
		return false;
	for (rest.at++; rest.at < rest.end; rest.at++) {
		if (*rest.at == '\a') {
			s->at = rest.at + 1;
			return true;
		}
		if (*rest.at == ESC && rest.at + 1 < rest.end && rest.at[1] == '\\') {
			s->at = rest.at + 2;
			return true;
		}
	}
	return false;
}

/* Behind a real escape character. */
static void skip_escape(struct span *s, char *final)
{
	if (control_sequence(s, final) || string_sequence(s) || s->at == s->end)
		return;
	/* "(B", "#8" have one more character, "7", "=", "c" none */
	if (strchr("()*+#% ", *s->at) && s->at + 1 < s->end)
		s->at++;
	s->at++;
}

/* "[0;33m" of which the escape character is lost; there is a number, so "[mem 0x0" is none. */
static bool bare_colour(struct span *s)
{
	struct span rest = *s;

	rest.at++;
	while (rest.at < rest.end && ((*rest.at >= '0' && *rest.at <= '9') || *rest.at == ';'))
		rest.at++;
	if (rest.at == s->at + 1 || rest.at == rest.end || *rest.at != 'm')
		return false;
	s->at = rest.at + 1;
	return true;
}

/* An escape character that was made visible, and what it began. */
static bool visible_escape(struct span *s, char *final)
{
	for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
		struct span rest = *s;

		if (!span_skip(&rest, escapes[i]))
			continue;
		if (control_sequence(&rest, final) || span_skip(&rest, "(B")) {
			*s = rest;
			return true;
		}
	}
	return false;
}

/* Characters of more than one byte that are there but not seen, or look like a blank. False: something else. */
static bool odd_character(struct span *s, bool *blank)
{
	*blank = span_skip(s, "\xc2\xa0");
	return *blank || span_skip(s, "\xe2\x80\x8b") || span_skip(s, "\xef\xbb\xbf");
}

/* May something begin with it that is not text? */
static bool is_plain(unsigned char c)
{
	return (c >= ' ' && c != '[' && c != '\\' && c != '^' && c != '#' && c != 0xc2 && c != 0xe2 && c != 0xef) ||
	       c == '\t' || c == '\r';
}

/* Something that is not text, at @s; true if it is off now. @final: 'C' when it stands for a blank. */
static bool take_off(struct span *s, char *final)
{
	unsigned char c = (unsigned char)*s->at;
	bool blank;

	switch (c) {
	case ESC:
		s->at++;
		skip_escape(s, final);
		return true;
	case '[':
		return bare_colour(s);
	case '^':
	case '#':
	case '\\':
		return visible_escape(s, final);
	case 0xc2:
	case 0xe2:
	case 0xef:
		if (visible_escape(s, final))
			return true;
		if (!odd_character(s, &blank))
			return false;
		*final = blank ? 'C' : '\0';
		return true;
	default:
		s->at++;
		return true;
	}
}

size_t scrub(struct span s, char *out)
{
	size_t size = 0;

	while (s.at < s.end) {
		unsigned char c = (unsigned char)*s.at;
		char final = '\0';

		if (is_plain(c)) {
			out[size++] = (char)c;
			s.at++;
		} else if (c == '\b') {
			size -= size > 0;
			s.at++;
		} else if (!take_off(&s, &final)) {
			out[size++] = (char)c;
			s.at++;
		} else if (final == 'C') {
			/* some consoles move the cursor where others print blanks */
			out[size++] = ' ';
		}
	}
	return size;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 :
	       c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool quoted_printable_seen(const char *at, size_t size)
{
	return has(at, size, " =3D ") || has(at, size, "=3D 0x");
}

bool quoted_printable(struct span *s, bool *goes_on)
{
	const char *end = s->end;

	*goes_on = false;
	while (end > s->at && (end[-1] == '\r' || end[-1] == ' ' || end[-1] == '\t'))
		end--;
	if (end > s->at && end[-1] == '=') {
		*goes_on = true;
		s->end = --end;
	}
	/* a line in which "=" stands for itself was not encoded: mail has such before its text */
	for (const char *p = s->at; p < end; p++)
		if (*p == '=' && (end - p < 3 || hex_digit(p[1]) < 0 || hex_digit(p[2]) < 0))
			return false;
	return true;
}

size_t quoted_printable_decode(struct span s, char *out)
{
	size_t size = 0;

	for (; s.at < s.end; s.at++) {
		if (*s.at == '=' && s.end - s.at >= 3) {
			out[size++] = (char)(hex_digit(s.at[1]) * 16 + hex_digit(s.at[2]));
			s.at += 2;
		} else {
			out[size++] = *s.at;
		}
	}
	return size;
}
