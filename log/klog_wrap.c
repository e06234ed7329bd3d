/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines to records, where a console or a mail may have broken a line anywhere. */
#include <stdlib.h>
#include <string.h>

#include "log/builder.h"

#define CUT_LEAST	8	/* characters of a form that a cut line has at least, to be taken for one */
#define MARKED_LEAST	20	/* ... and one that has a mark: "Initializing..." is what other drivers say */
#define PIECES_MAX	64	/* of a wrapped line */

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

	if (form_size < (marked ? MARKED_LEAST : CUT_LEAST))
		return;
	if (marked || width > b->cut_width) {
		b->cut_width = width;
		log->cut_line = number;
		log->cut_width = width;
	}
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
		note_cut(b, true, (size_t)(line.end - match->tail), (size_t)(line.end - line.at), number);
	return true;
}

bool buffer_add(struct buffer *buffer, const char *at, size_t size)
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
 * on. @full: no line is longer than its last piece; @in_held: it is b->held already.
 */
static bool add_or_hold(struct builder *b, struct span line, size_t number, bool full, bool in_held)
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
		if (!buffer_add(&b->held, line.at, size))
			return false;
	}
	b->holds = true;
	b->held_cut = match.cut;
	b->held_from = (size_t)(match.tail - line.at);
	b->held_line = number;
	b->held_full = full;
	b->held_records = records;
	b->held_texts = texts;
	return true;
}

/* With a further piece: what was read without it is not what the kernel said. */
static bool add_joined(struct builder *b, bool full)
{
	b->holds = false;
	b->held_pieces++;
	b->log.record_count = b->held_records;
	b->log.texts_bytes = b->held_texts;
	return add_or_hold(b, (struct span){ b->held.bytes, b->held.bytes + b->held.size }, b->held_line, full, true);
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

	if ((blank && !buffer_add(&b->held, " ", 1)) || !buffer_add(&b->held, next.at, (size_t)(next.end - next.at))) {
		b->no_memory = true;
		return false;
	}
	line = (struct span){ b->held.bytes + b->held_from, b->held.bytes + b->held.size };
	found = klog_line_next(&b->index, line, &match);
	if (found && match.at == line.at && match.end > b->held.bytes + before + blank &&
	    (b->held_cut || !figure || (b->held_full &&
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
bool builder_take(struct builder *b, struct span line, size_t raw, size_t number)
{
	size_t size = (size_t)(line.end - line.at);
	struct span rest = rest_of(b, line), name;
	/* a terminal counts what is seen, a program that folds lines all bytes */
	bool full = size >= b->widest || raw >= b->widest_raw;

	if (size > b->widest || raw > b->widest_raw)
		b->held_full = b->held_full && size <= b->widest;
	if (size > b->widest)
		b->widest = size;
	if (raw > b->widest_raw)
		b->widest_raw = raw;
	if (b->holds && b->held_pieces < PIECES_MAX && !klog_begins_with_time(rest) &&
	    (goes_on(b, rest, false) || goes_on(b, rest, true)))
		return add_joined(b, full);
	if (b->no_memory)
		return false;
	let_go(b);
	if (klog_file_header(line, &name)) {
		size_t most = (size_t)(name.end - name.at) < KLOG_GUEST_MAX - 1 ? (size_t)(name.end - name.at) : KLOG_GUEST_MAX - 1;

		memcpy(b->section, name.at, most);
		b->section[most] = '\0';
	}
	return add_or_hold(b, line, number, full, false);
}

