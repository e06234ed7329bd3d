/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "log/klog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log/builder.h"
#include "log/source.h"

#define CHUNK		((size_t)256 << 10)	/* bytes read at once */

static const char *const kind_names[KLOG_KIND_COUNT] = {
#define KLOG_KIND_NAME(id, name) [KLOG_##id] = name,
	KLOG_KINDS(KLOG_KIND_NAME)
#undef KLOG_KIND_NAME
};

const char *klog_kind_name(enum klog_kind kind)
{
	return kind_names[kind];
}

/* A decoded line. */
static bool take_scrubbed(struct builder *b, struct span line, size_t number, bool scrub_it)
{
	size_t raw = (size_t)(line.end - line.at);

	if (scrub_it) {
		b->scrubbed.size = 0;
		if (!buffer_add(&b->scrubbed, line.at, (size_t)(line.end - line.at)))
			return false;
		line = (struct span){ b->scrubbed.bytes, b->scrubbed.bytes + scrub(line, b->scrubbed.bytes) };
	}
	return builder_take(b, line, raw, number);
}

/* What was put together of quoted-printable lines, if anything. */
static bool take_soft(struct builder *b)
{
	if (!b->soft)
		return true;
	b->soft = false;
	return take_scrubbed(b, (struct span){ b->decoded.bytes, b->decoded.bytes + b->decoded.size }, b->soft_line,
			     scrub_needed(b->decoded.bytes, b->decoded.size));
}

/* A line as it is in the text, without its end. */
static bool take_line(struct builder *b, struct span line, size_t number, bool scrub_it)
{
	bool more = false;

	while (line.end > line.at && line.end[-1] == '\r')
		line.end--;
	if (!b->quoted || !quoted_printable(&line, &more))
		return take_soft(b) && take_scrubbed(b, line, number, scrub_it);
	if (!b->soft) {
		b->decoded.size = 0;
		b->soft_line = number;
	}
	if (!buffer_add(&b->decoded, line.at, (size_t)(line.end - line.at)))
		return false;
	/* decoding never makes it longer */
	b->decoded.size -= (size_t)(line.end - line.at);
	b->decoded.size += quoted_printable_decode(line, b->decoded.bytes + b->decoded.size);
	b->soft = true;
	return (more && b->decoded.size < LINE_MAX_BYTES) || take_soft(b);
}

/*
 * All complete lines of @buffer, and what is left behind them if it is the
 * @last one. A piece of an overlong line is not a line of its own.
 */
static bool take_lines(struct builder *b, const char *buffer, size_t size, bool last, size_t *taken)
{
	const char *at = buffer, *end = buffer + size;
	bool scrub_it = scrub_needed(buffer, size);

	b->quoted = b->quoted || quoted_printable_seen(buffer, size);
	while (at < end) {
		size_t left = (size_t)(end - at), most = left < LINE_MAX_BYTES ? left : LINE_MAX_BYTES;
		const char *newline = memchr(at, '\n', most);

		if (!newline && left < LINE_MAX_BYTES && !last)
			break;
		b->log.line_count++;
		if (!take_line(b, (struct span){ at, newline ? newline : at + most }, b->log.line_count, scrub_it))
			return false;
		if (!newline && !(last && left <= most))
			b->log.line_count--;
		at = newline ? newline + 1 : at + most;
	}
	*taken = (size_t)(at - buffer);
	return true;
}

/* What the last lines left open, and what holds for the log as a whole. */
static bool complete(struct builder *b)
{
	if (!take_soft(b))
		return false;
	/* the file may end in a line that its writer has not finished: that says nothing of others, so there is no let_go() */
	/* where longer lines are, one may have been interrupted, or it is other words: "NetLabel: Initializing" is a whole line */
	if (!b->cut_marked && b->cut_width < b->widest)
		b->log.cut_line = b->log.cut_width = 0;
	return klog_arrange(&b->log) && klog_group(&b->log);
}

static enum klog_status read_all(struct builder *b, struct source *in)
{
	char *buffer = malloc(CHUNK + LINE_MAX_BYTES);
	size_t have = 0, got = CHUNK, taken;
	bool ok = buffer != NULL;

	form_index_build(&b->index);
	while (ok && got == CHUNK) {
		got = source_read(in, buffer + have, CHUNK);
		if (in->status != KLOG_OK)
			break;
		have += got;
		ok = take_lines(b, buffer, have, got < CHUNK, &taken);
		if (ok) {
			have -= taken;
			memmove(buffer, buffer + taken, have);
		}
	}
	ok = ok && (in->status != KLOG_OK || complete(b));
	free(buffer);
	free(b->scrubbed.bytes);
	free(b->decoded.bytes);
	free(b->held.bytes);
	return ok ? in->status : KLOG_ENOMEM;
}

static enum klog_status read_source(struct klog *out, FILE *file, const char *data, size_t size)
{
	struct builder b = { .quoted = false };
	struct source in;
	enum klog_status status;
	int error;

	source_open(&in, file, data, size);
	status = in.status != KLOG_OK ? in.status : read_all(&b, &in);
	error = errno;
	source_close(&in);
	*out = b.log;
	if (status != KLOG_OK)
		klog_free(out);
	errno = error;
	return status;
}

enum klog_status klog_parse(struct klog *out, const char *data, size_t size)
{
	return read_source(out, NULL, data, size);
}

enum klog_status klog_read(struct klog *out, FILE *in)
{
	return read_source(out, in, NULL, 0);
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
	free(log->guests);
	free(log->texts);
	*log = (struct klog){ 0 };
}

const char *klog_status_text(enum klog_status status)
{
	switch (status) {
	case KLOG_OK:
		return "fine";
	case KLOG_ENOMEM:
		return "out of memory";
	case KLOG_EUNPACK:
		return "compressed, and broken off or damaged";
	case KLOG_EBOMB:
		return "unpacks to a multiple of its size that no log does: it is made to fill memory";
	case KLOG_EIO:
		break;
	}
	return strerror(errno);
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
