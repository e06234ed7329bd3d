// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE	/* fopencookie() */
#include "cli/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

#define CHARACTER_MAX	4u	/* bytes of UTF-8 */
#define BUFFER_BYTES	(64u << 10)

static struct screen {
	int fd;
	bool plain;			/* bytes as they are */
	int error;			/* of the first write that failed */
	char begun[CHARACTER_MAX];	/* a character whose end is to come */
	size_t begun_size;
} out = { .fd = STDOUT_FILENO }, err = { .fd = STDERR_FILENO };

static bool write_all(struct screen *s, const char *data, size_t size)
{
	while (size) {
		ssize_t written = write(s->fd, data, size);

		if (written < 0 && errno != EINTR) {
			s->error = s->error ? s->error : errno;
			return false;
		}
		data += written > 0 ? written : 0;
		size -= written > 0 ? (size_t)written : 0;
	}
	return true;
}

/* A letter, a sign or a line's end; no command, and nothing that hides or turns others round. */
static bool is_shown(uint32_t code)
{
	static const struct { uint32_t first, last; } hidden[] = {
		{ 0x00, 0x08 }, { 0x0b, 0x1f }, { 0x7f, 0x9f }, { 0x61c, 0x61c }, { 0x200b, 0x200b }, { 0x200e, 0x200f },
		{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xe0000, 0xe007f },
	};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (code >= hidden[i].first && code <= hidden[i].last)
			return false;
	return true;
}

/* How many bytes the character at @s is to have, by its first one; 0: none begins so. */
static size_t promised(unsigned char first)
{
	return first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 :
	       first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/* Its end may come with the next piece. */
static bool is_cut(const char *s, size_t size)
{
	if (promised((unsigned char)*s) <= size)
		return false;
	for (size_t i = 1; i < size; i++)
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return false;
	return true;
}

static bool put_hidden(struct screen *s, uint32_t code)
{
	char text[16];

	snprintf(text, sizeof(text), code < 0x80 || code > 0x10ffff ? "\\x%02x" : code > 0xffff ? "\\U%08x" : "\\u%04x",
		 (unsigned)(code > 0x10ffff ? code & 0xff : code));
	return write_all(s, text, strlen(text));
}

#define NO_CHARACTER	0x80000000u	/* with the byte that is none */

/* What can be shown goes out in long pieces. Returns how much of it was dealt with, or -1. */
static ssize_t filter(struct screen *s, const char *data, size_t size)
{
	size_t from = 0, at = 0;

	while (at < size && !is_cut(data + at, size - at)) {
		uint32_t code = (unsigned char)data[at];
		size_t length = code < 0x80 ? 1 : text_utf8(data + at, size - at, &code);

		if (!length) {
			code = NO_CHARACTER | (unsigned char)data[at];
			length = 1;
		}
		if (code < NO_CHARACTER && is_shown(code)) {
			at += length;
			continue;
		}
		if (!write_all(s, data + from, at - from) || !put_hidden(s, code))
			return -1;
		at += length;
		from = at;
	}
	return write_all(s, data + from, at - from) ? (ssize_t)at : -1;
}

/* The character that the last piece began, and the bytes of this one that end it. */
static ssize_t finish_begun(struct screen *s, const char *data, size_t size)
{
	char both[2 * CHARACTER_MAX];
	size_t more = size < CHARACTER_MAX ? size : CHARACTER_MAX, had = s->begun_size;
	ssize_t done;

	memcpy(both, s->begun, had);
	memcpy(both + had, data, more);
	if (is_cut(both, had + more)) {
		memcpy(s->begun, both, had + more);
		s->begun_size = had + more;
		return (ssize_t)size;
	}
	/* what is behind it may be cut in its turn: that begins in @data */
	s->begun_size = 0;
	done = filter(s, both, had + more);
	return done < 0 ? -1 : done - (ssize_t)had;
}

static ssize_t on_write(void *cookie, const char *data, size_t size)
{
	struct screen *s = cookie;
	ssize_t at = 0, done;

	if (s->plain)
		return write_all(s, data, size) ? (ssize_t)size : 0;
	if (s->begun_size)
		at = finish_begun(s, data, size);
	done = at < 0 ? -1 : filter(s, data + at, size - (size_t)at);
	if (done < 0)
		return 0;
	at += done;
	if ((size_t)at < size) {
		s->begun_size = size - (size_t)at;
		memcpy(s->begun, data + at, s->begun_size);
	}
	return (ssize_t)size;
}

/* Or a file would get the number, and what is printed. Nothing can be read from, or written to these. */
static void keep_closed(void)
{
	static const int flags[] = { [STDIN_FILENO] = O_WRONLY, [STDOUT_FILENO] = O_RDONLY, [STDERR_FILENO] = O_RDONLY };

	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null", flags[fd]);
}

static FILE *wrap(struct screen *s, FILE *instead, int mode)
{
	static const cookie_io_functions_t functions = { .write = on_write };
	FILE *stream = fopencookie(s, "w", functions);

	if (!stream)
		return instead;
	setvbuf(stream, NULL, mode, mode == _IONBF ? 0 : BUFFER_BYTES);
	return stream;
}

void screen_install(void)
{
	keep_closed();
	stdout = wrap(&out, stdout, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF);
	stderr = wrap(&err, stderr, _IONBF);
}

void screen_is_data(void)
{
	out.plain = !isatty(STDOUT_FILENO);
}

int screen_error(void)
{
	return out.error;
}

void screen_raw(const char *text)
{
	(void)write_all(&err, text, strlen(text));
}
