/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "log/klog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log/internal.h"
#include "log/source.h"

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

#define CUT_LEAST	8	/* characters of a form that a cut line has at least, to be taken for one */
#define PIECES_MAX	64	/* of a wrapped line */

struct buffer {
	char *bytes;
	size_t size, room;
};

/* A log while it is read. */
struct builder {
	struct klog log;
	size_t texts_room;
	struct form_index index;
	struct buffer scrubbed, decoded;
	bool quoted;			/* the text is quoted-printable */
	bool no_memory;
	size_t widest;			/* line so far */
	char section[KLOG_GUEST_MAX];	/* file that tail names */
	/* a line that may go on in the next one */
	struct buffer held;
	bool holds, held_cut;
	size_t held_line, held_from, held_last, held_pieces;
	size_t held_records, held_texts;	/* of the log before it */
	/* a line of quoted-printable text that goes on */
	bool soft;
	size_t soft_line;
	/* lines that were cut off */
	size_t cut_width, cut_count;
	bool cut_marked;
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

static bool add_record(struct builder *b, const struct klog_match *match, struct span rest, size_t number)
{
	struct klog *log = &b->log;
	struct span prefix = { rest.at, match->start }, name;
	struct klog_record *r;
	bool weak;

	if (!klog_grow(&log->records, log->record_count, sizeof(*r)))
		return false;
	r = &log->records[log->record_count];
	*r = match->record;
	r->line = number;
	r->clock = klog_prefix_time(prefix, &r->time_us);
	name = klog_prefix_guest(prefix, &weak);
	if (name.at == name.end) {
		name = (struct span){ b->section, b->section + strlen(b->section) };
		weak = false;
	}
	if (!klog_guest_id(log, name, weak, &r->guest) || !add_text(b, match->start, rest.end, &r->text))
		return false;
	log->record_count++;
	return true;
}

/* A form of @form_size characters so far that a line of @width ends in: others of that width may be cut off, too. */
static void note_cut(struct builder *b, bool marked, size_t form_size, size_t width, size_t number)
{
	struct klog *log = &b->log;

	if (!marked && form_size < CUT_LEAST)
		return;
	if (marked || width > b->cut_width) {
		b->cut_width = width;
		b->cut_count = 0;
		log->cut_line = number;
		log->cut_width = width;
	}
	b->cut_count += width == b->cut_width;
	b->cut_marked = b->cut_marked || marked;
}

/* All messages of a line; @match says what it ends in. */
static bool add_line(struct builder *b, struct span line, size_t number, struct klog_match *match)
{
	struct span rest = line;

	while (klog_line_next(&b->index, rest, match)) {
		if (!add_record(b, match, rest, number))
			return false;
		/* what stands before the first one names the guest of all */
		if (rest.at > line.at)
			b->log.records[b->log.record_count - 1].guest = b->log.records[b->log.record_count - 2].guest;
		rest.at = match->end;
		if (match->tail)
			break;
	}
	if (match->marked)
		note_cut(b, true, 0, (size_t)(line.end - line.at), number);
	return true;
}

static bool keep(struct buffer *buffer, const char *at, size_t size)
{
	/* there is room for one more always, so that an empty one has bytes, too */
	if (buffer->room - buffer->size <= size) {
		size_t room = 2 * (buffer->size + size) + 64;
		char *bytes = realloc(buffer->bytes, room);

		if (!bytes)
			return false;
		buffer->bytes = bytes;
		buffer->room = room;
	}
	memcpy(buffer->bytes + buffer->size, at, size);
	buffer->size += size;
	return true;
}

/* What is held does not go on: its records stand. */
static void let_go(struct builder *b)
{
	if (b->holds && b->held_cut)
		note_cut(b, false, b->held.size - b->held_from, b->held.size, b->held_line);
	b->holds = false;
}

/*
 * Take a line as it is for now; if it ends in a form, hold it in case that goes
 * on. @last: characters of its last piece; @in_held: it is b->held already.
 */
static bool add_or_hold(struct builder *b, struct span line, size_t number, size_t last, bool in_held)
{
	struct klog_match match;
	size_t records = b->log.record_count, texts = b->log.texts_bytes, size = (size_t)(line.end - line.at);

	if (!add_line(b, line, number, &match))
		return false;
	if (!match.tail || match.marked)
		return true;
	if (!in_held) {
		b->held.size = 0;
		b->held_pieces = 1;
		if (!keep(&b->held, line.at, size))
			return false;
	}
	b->holds = true;
	b->held_cut = match.cut;
	b->held_from = (size_t)(match.tail - line.at);
	b->held_line = number;
	b->held_last = last;
	b->held_records = records;
	b->held_texts = texts;
	return true;
}

/* With a further piece: what was read without it is not what the kernel said. */
static bool add_joined(struct builder *b, size_t last)
{
	b->holds = false;
	b->held_pieces++;
	b->log.record_count = b->held_records;
	b->log.texts_bytes = b->held_texts;
	return add_or_hold(b, (struct span){ b->held.bytes, b->held.bytes + b->held.size }, b->held_line, last, true);
}

static bool is_figure(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool figures_only(struct span s)
{
	const char *p = s.at;

	while (p < s.end && is_figure(*p))
		p++;
	return p == s.end && p > s.at;
}

/*
 * Does what is held go on with @next, directly or with the blank that a wrap at
 * words took? Text that goes on as its form does is no chance. A number at the end of
 * a form may be whole: it goes on only if no line is longer than the one that ends with
 * it, and with figures only.
 */
static bool goes_on(struct builder *b, struct span next, bool blank)
{
	size_t before = b->held.size;
	struct klog_match match;
	struct span line;
	bool found, figure = before && is_figure(b->held.bytes[before - 1]) && !blank && next.at < next.end &&
			     is_figure(*next.at);

	if ((blank && !keep(&b->held, " ", 1)) || !keep(&b->held, next.at, (size_t)(next.end - next.at))) {
		b->no_memory = true;
		return false;
	}
	line = (struct span){ b->held.bytes + b->held_from, b->held.bytes + b->held.size };
	found = klog_line_next(&b->index, line, &match);
	if (found && match.at == line.at && match.end > b->held.bytes + before + blank &&
	    (b->held_cut || !figure || (b->held_last >= b->widest &&
					(figures_only(next) || match.record.kind == KLOG_VERSION))))
		return true;
	/* wrapped once more */
	if (!found && match.cut && match.tail == line.at && b->held_cut)
		return true;
	b->held.size = before;
	return false;
}

/* The rest of a line: mail quotes it like its beginning. */
static struct span rest_of(const struct builder *b, struct span line)
{
	char first = b->held.size ? b->held.bytes[0] : ' ';

	while ((first == '>' || first == '|') && line.at < line.end && (*line.at == first || *line.at == ' '))
		line.at++;
	return line;
}
/* A line without what is not text. */
static bool take_text(struct builder *b, struct span line, size_t number)
{
	size_t size = (size_t)(line.end - line.at);
	struct span rest = rest_of(b, line), name;

	if (size > b->widest)
		b->widest = size;
	if (b->holds && b->held_pieces < PIECES_MAX && !klog_begins_with_time(rest) &&
	    (goes_on(b, rest, false) || goes_on(b, rest, true)))
		return add_joined(b, size);
	if (b->no_memory)
		return false;
	let_go(b);
	if (klog_file_header(line, &name)) {
		size_t most = (size_t)(name.end - name.at) < KLOG_GUEST_MAX - 1 ? (size_t)(name.end - name.at) : KLOG_GUEST_MAX - 1;

		memcpy(b->section, name.at, most);
		b->section[most] = '\0';
	}
	return add_or_hold(b, line, number, size, false);
}

/* A decoded line. */
static bool take_scrubbed(struct builder *b, struct span line, size_t number, bool scrub_it)
{
	if (scrub_it) {
		b->scrubbed.size = 0;
		if (!keep(&b->scrubbed, line.at, (size_t)(line.end - line.at)))
			return false;
		line = (struct span){ b->scrubbed.bytes, b->scrubbed.bytes + scrub(line, b->scrubbed.bytes) };
	}
	return take_text(b, line, number);
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
	if (!keep(&b->decoded, line.at, (size_t)(line.end - line.at)))
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
	/* one line that ends early may have been interrupted */
	if (!b->cut_marked && b->cut_count < 2 && b->cut_width < b->widest)
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
