/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "log/klog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log/internal.h"

#define CHUNK		((size_t)256 << 10)	/* bytes read at once */
#define LINE_MAX_BYTES	((size_t)64 << 10)	/* of a longer line the rest is read as one more */

static const char *const kind_names[KLOG_KIND_COUNT] = {
#define KLOG_KIND_NAME(id, name) [KLOG_##id] = name,
	KLOG_KINDS(KLOG_KIND_NAME)
#undef KLOG_KIND_NAME
};

const char *klog_kind_name(enum klog_kind kind)
{
	return kind_names[kind];
}

/* A log while it is read. */
struct builder {
	struct klog log;
	size_t texts_room;
};

static bool add_text(struct builder *b, const char *at, const char *end, size_t *where)
{
	struct klog *log = &b->log;
	size_t size;

	if (end - at > KLOG_TEXT_MAX)
		end = at + KLOG_TEXT_MAX;
	while (end > at && (unsigned char)end[-1] <= ' ')
		end--;
	size = (size_t)(end - at);
	if (b->texts_room - log->texts_bytes < size + 1) {
		size_t room = b->texts_room ? 2 * b->texts_room : 4096;
		char *texts = realloc(log->texts, room);

		if (!texts)
			return false;
		log->texts = texts;
		b->texts_room = room;
	}
	*where = log->texts_bytes;
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)at[i];

		log->texts[log->texts_bytes++] = c >= ' ' && c < 0x7f ? (char)c : '?';
	}
	log->texts[log->texts_bytes++] = '\0';
	return true;
}

static bool add_line(struct builder *b, struct span line)
{
	struct klog *log = &b->log;
	struct span rest = line;
	struct klog_match match;

	while (klog_line_next(rest, &match)) {
		struct klog_record *r;

		if (!klog_grow(&log->records, log->record_count, sizeof(*r)))
			return false;
		r = &log->records[log->record_count];
		*r = match.record;
		r->line = log->line_count;
		r->clock = klog_prefix_time((struct span){ rest.at, match.start }, &r->time_us);
		if (!add_text(b, match.start, line.end, &r->text))
			return false;
		log->record_count++;
		rest.at = match.end;
	}
	return true;
}

static enum klog_status finish(struct builder *b, enum klog_status status, struct klog *out)
{
	if (status == KLOG_OK && !klog_group(&b->log))
		status = KLOG_ENOMEM;
	*out = b->log;
	if (status != KLOG_OK) {
		int error = errno;

		klog_free(out);
		errno = error;
	}
	return status;
}

/*
 * All complete lines of @buffer, and what is left behind them if it is the
 * @last one. A piece of an overlong line is not a line of its own.
 */
static bool take_lines(struct builder *b, const char *buffer, size_t size, bool last, size_t *taken)
{
	const char *at = buffer, *end = buffer + size;

	while (at < end) {
		size_t left = (size_t)(end - at), most = left < LINE_MAX_BYTES ? left : LINE_MAX_BYTES;
		const char *newline = memchr(at, '\n', most);

		if (!newline && left < LINE_MAX_BYTES && !last)
			break;
		b->log.line_count++;
		if (!add_line(b, (struct span){ at, newline ? newline : at + most }))
			return false;
		if (!newline && !(last && left <= most))
			b->log.line_count--;
		at = newline ? newline + 1 : at + most;
	}
	*taken = (size_t)(at - buffer);
	return true;
}

enum klog_status klog_parse(struct klog *out, const char *data, size_t size)
{
	struct builder b = { 0 };
	size_t taken;

	return finish(&b, take_lines(&b, data, size, true, &taken) ? KLOG_OK : KLOG_ENOMEM, out);
}

enum klog_status klog_read(struct klog *out, FILE *in)
{
	struct builder b = { 0 };
	char *buffer = malloc(CHUNK + LINE_MAX_BYTES);
	enum klog_status status = buffer ? KLOG_OK : KLOG_ENOMEM;
	size_t have = 0, got, taken;

	while (status == KLOG_OK) {
		errno = 0;
		got = fread(buffer + have, 1, CHUNK, in);
		if (got < CHUNK && ferror(in)) {
			status = KLOG_EIO;
			break;
		}
		have += got;
		if (!take_lines(&b, buffer, have, got < CHUNK, &taken)) {
			status = KLOG_ENOMEM;
			break;
		}
		have -= taken;
		memmove(buffer, buffer + taken, have);
		if (got < CHUNK)
			break;
	}
	free(buffer);
	return finish(&b, status, out);
}

enum klog_status klog_read_path(struct klog *out, const char *path)
{
	enum klog_status status;
	FILE *in;
	int error;

	if (strcmp(path, "-") == 0)
		return klog_read(out, stdin);
	in = fopen(path, "rb");
	if (!in) {
		*out = (struct klog){ 0 };
		return KLOG_EIO;
	}
	status = klog_read(out, in);
	error = errno;
	fclose(in);
	errno = error;
	return status;
}

void klog_free(struct klog *log)
{
	free(log->records);
	free(log->attempts);
	free(log->requests);
	free(log->boots);
	free(log->texts);
	*log = (struct klog){ 0 };
}

const char *klog_text(const struct klog *log, size_t record)
{
	return log->texts + log->records[record].text;
}

bool klog_elapsed_us(const struct klog *log, size_t a, size_t b, int64_t *us)
{
	const struct klog_record *from, *to;

	if (a >= log->record_count || b >= log->record_count)
		return false;
	from = &log->records[a];
	to = &log->records[b];
	if (from->clock == KLOG_CLOCK_NONE || from->clock != to->clock)
		return false;
	*us = to->time_us - from->time_us;
	return true;
}
