// SPDX-License-Identifier: GPL-2.0-or-later
#include "search/sequence.h"

#include <inttypes.h>
#include <string.h>

#include "base/random.h"
#include "sim/units.h"

#define ROOM_USUAL	(128 * SZ_1G)	/* without max_memory */
#define LMBS_MAX	1024u		/* of one event: what takes longer shows nothing more */

uint64_t sequence_pick(struct sequence *s, uint64_t count)
{
	return s->random ? random_next(s->random) % count : 0;
}

static uint64_t align(uint64_t bytes, uint64_t to)
{
	return (bytes + to - 1) / to * to;
}

uint64_t sequence_first_drc(struct node *root)
{
	uint64_t lmb = bounds_size_at(root, "guest.lmb_size", SZ_256M);

	return SEQUENCE_DRC_MEMORY + align(bounds_size_at(root, "guest.memory", SZ_1G), lmb > SZ_1G ? lmb : SZ_1G) / lmb;
}

void sequence_begin(struct sequence *s, struct node *root)
{
	uint64_t memory = bounds_size_at(root, "guest.memory", SZ_1G);
	uint64_t max = bounds_size_at(root, "guest.max_memory", memory + ROOM_USUAL);

	s->root = root;
	s->lmb = bounds_size_at(root, "guest.lmb_size", SZ_256M);
	s->first_drc = sequence_first_drc(root);
	tree_remove(root, "events");
	s->events = tree_sequence(s->a);
	tree_add(s->a, root, "events", s->events);
	for (size_t i = 0; i < s->b->base->guest.dimm_count; i++)
		memory += s->b->base->guest.dimms[i].size_bytes;
	s->room = max > memory ? max - memory : 0;
	s->plugged = 0;
	s->part_count = 0;
	s->next_id = 1;
	for (size_t i = 0; i < s->b->base->guest.dimm_count; i++) {
		const struct dimm_spec *dimm = &s->b->base->guest.dimms[i];

		if (s->part_count == SEQUENCE_PARTS_MAX)
			break;
		snprintf(s->parts[s->part_count].id, sizeof(s->parts[0].id), "%s", dimm->id);
		s->parts[s->part_count++].kind = EVENT_PLUG;
		s->plugged += dimm->size_bytes;
	}
}

static void remember(struct sequence *s, const char *id, enum event_kind kind, uint64_t bytes)
{
	if (kind == EVENT_PLUG) {
		s->plugged += bytes;
		s->room -= bytes < s->room ? bytes : s->room;
	}
	if (s->part_count == SEQUENCE_PARTS_MAX)
		return;
	snprintf(s->parts[s->part_count].id, sizeof(s->parts[0].id), "%s", id);
	s->parts[s->part_count++].kind = kind;
}

static void forget(struct sequence *s, size_t which)
{
	memmove(&s->parts[which], &s->parts[which + 1], (s->part_count - which - 1) * sizeof(s->parts[0]));
	s->part_count--;
}

static bool brings(enum event_kind kind)
{
	return kind == EVENT_PLUG || kind == EVENT_PROBE || kind == EVENT_DRIVER_ADD || kind == EVENT_MEMREMAP;
}

/* What an event takes away has to have been brought by this; EVENT_KIND_COUNT: by nothing. */
static enum event_kind brought_by(enum event_kind kind)
{
	return kind == EVENT_UNPLUG ? EVENT_PLUG : kind == EVENT_DRIVER_REMOVE ? EVENT_DRIVER_ADD :
	       kind == EVENT_MEMUNMAP ? EVENT_MEMREMAP : EVENT_KIND_COUNT;
}

/* Number of the @nth part that was brought so; part_count: there is none. */
static size_t find_part(const struct sequence *s, enum event_kind kind, size_t nth)
{
	size_t i;

	for (i = 0; i < s->part_count; i++)
		if (s->parts[i].kind == kind && nth-- == 0)
			break;
	return i;
}

static size_t count_parts(const struct sequence *s, enum event_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < s->part_count; i++)
		count += s->parts[i].kind == kind;
	return count;
}

void sequence_follow(struct sequence *s)
{
	struct node *events = tree_at(s->b->tree, "events");

	for (size_t i = 0; i < events->count; i++) {
		const struct event_spec *ev = &s->b->base->events[i];
		size_t part;

		tree_add(s->a, s->events, NULL, tree_copy(s->a, events->entries[i].value));
		if (brings(ev->kind))
			remember(s, ev->dimm.id, ev->kind, ev->dimm.size_bytes);
		if (brought_by(ev->kind) == EVENT_KIND_COUNT)
			continue;
		for (part = 0; part < s->part_count && strcmp(s->parts[part].id, ev->dimm.id) != 0; part++)
			;
		if (part < s->part_count)
			forget(s, part);
	}
}

bool sequence_can(const struct sequence *s, enum event_kind kind)
{
	enum event_kind by = brought_by(kind);

	if (kind == EVENT_PLUG)
		return s->room >= s->lmb;
	return by == EVENT_KIND_COUNT || count_parts(s, by) > 0;
}

uint64_t sequence_size(struct sequence *s)
{
	uint64_t lmbs = s->room / s->lmb < LMBS_MAX ? s->room / s->lmb : LMBS_MAX;
	unsigned orders = 1;
	uint64_t base;

	if (s->b->sizes)
		return (uint64_t)s->b->sizes->values[sequence_pick(s, s->b->sizes->count)].number;
	while (orders < 63 && lmbs >> orders)
		orders++;
	base = UINT64_C(1) << sequence_pick(s, orders);
	base += sequence_pick(s, 2) ? sequence_pick(s, base) : 0;
	return (base < lmbs || !lmbs ? base : lmbs) * s->lmb;
}

static void put(struct sequence *s, struct node *map, const char *key, const char *value)
{
	tree_add(s->a, map, key, tree_scalar(s->a, value));
}

static void put_number(struct sequence *s, struct node *map, const char *key, const char *format, uint64_t number)
{
	char text[32];

	snprintf(text, sizeof(text), *format == 'x' ? "0x%" PRIx64 : "%" PRIu64, number);
	put(s, map, key, text);
}

/* An id that nothing else has. */
static void new_id(struct sequence *s, enum event_kind kind, char id[TEXT_NAME_MAX + 1])
{
	size_t i;

	do {
		snprintf(id, TEXT_NAME_MAX + 1, "%c%u", kind == EVENT_PLUG ? 'd' : 'r', s->next_id++);
		for (i = 0; i < s->part_count && strcmp(s->parts[i].id, id) != 0; i++)
			;
	} while (i < s->part_count);
}

static void put_brought(struct sequence *s, struct node *map, enum event_kind kind, uint64_t how, uint64_t bytes)
{
	char id[TEXT_NAME_MAX + 1], size[TEXT_BYTES_MAX];

	if (kind == EVENT_PLUG && bytes > s->room)
		bytes = s->room / s->lmb * s->lmb;
	new_id(s, kind, id);
	put(s, map, "id", id);
	put(s, map, "size", text_from_bytes(bytes, size));
	if (kind == EVENT_PLUG && how == 1)
		put(s, map, "notify", "false");
	if (kind == EVENT_DRIVER_ADD && how % 2)
		put(s, map, "driver", "virtio-mem");
	remember(s, id, kind, bytes);
}

/* Of device memory mostly, and a little around it. */
static uint64_t pick_drc(struct sequence *s)
{
	uint64_t lmbs = s->plugged / s->lmb, below = s->first_drc - SEQUENCE_DRC_MEMORY;

	if (sequence_pick(s, 4) != 3 || !below)
		return s->first_drc + sequence_pick(s, lmbs + 1);
	return s->first_drc - 1 - sequence_pick(s, below < 4 ? below : 4);
}

static void put_request(struct sequence *s, struct node *map, uint64_t by)
{
	static const char *const bys[SEQUENCE_HOWS] = {
		[LMB_BY_COUNT] = "count", [LMB_BY_INDEX] = "index", [LMB_BY_INDEXED_COUNT] = "indexed-count",
		[LMB_EACH_INDEX] = "each-index",
	};
	uint64_t lmbs = s->plugged / s->lmb;

	put(s, map, "by", bys[by]);
	if (by != LMB_BY_INDEX)
		put_number(s, map, "count", "u", 1 + sequence_pick(s, lmbs ? lmbs < LMBS_MAX ? lmbs : LMBS_MAX : 4));
	if (by == LMB_BY_INDEX || by == LMB_BY_INDEXED_COUNT)
		put_number(s, map, "drc", "x", pick_drc(s));
}

static struct node *make_event(struct sequence *s, enum event_kind kind, uint64_t how, uint64_t bytes)
{
	struct node *map = tree_mapping(s->a);
	enum event_kind by = brought_by(kind);

	if (brings(kind)) {
		put_brought(s, map, kind, how, bytes);
	} else if (by != EVENT_KIND_COUNT) {
		size_t part = find_part(s, by, sequence_pick(s, count_parts(s, by)));

		put(s, map, "id", s->parts[part].id);
		forget(s, part);
	} else if (kind == EVENT_ADD || kind == EVENT_REMOVE) {
		put_request(s, map, how);
	} else if (kind == EVENT_OF_DETACH) {
		put_number(s, map, "drc", "x", pick_drc(s));
	}
	return map;
}

void sequence_add(struct sequence *s, enum event_kind kind, uint64_t how, uint64_t bytes)
{
	struct node *event = tree_mapping(s->a);
	char text[32];

	if (kind == EVENT_HPT_ORDER || kind == EVENT_WAIT) {
		if (kind == EVENT_HPT_ORDER)
			snprintf(text, sizeof(text), "%" PRIu64, 18 + sequence_pick(s, 15));
		else
			snprintf(text, sizeof(text), "%" PRIu64 "ms", 1 + sequence_pick(s, 1000));
		put(s, event, event_kind_name(kind), text);
	} else {
		tree_add(s->a, event, event_kind_name(kind), make_event(s, kind, how, bytes));
	}
	tree_add(s->a, s->events, NULL, event);
}
