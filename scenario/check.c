/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks that span several keys, once all of them are read.
 *
 * A zero or NULL field had an error of its own and takes no part.
 */
#include <string.h>

#include "scenario/loader.h"
#include "sim/units.h"

#define TOUCHED_DEFAULT		(8 * SZ_16M)
#define WORKING_SET_DEFAULT	SZ_16M

/* A DIMM by its id. An unplug may fail in the guest, so it only may be gone. */
enum dimm_state { DIMM_NEVER, DIMM_PLUGGED, DIMM_UNPLUG_ASKED };

struct dimm {
	const char *id;			/* NULL: free slot */
	enum dimm_state state;
	struct srcpos pos;		/* where it was plugged */
	uint64_t counted_bytes;		/* in the total */
};

struct checker {
	struct loader *ld;
	const struct node *guest;	/* NULL: there is none */
	struct dimm *dimms;		/* hash table by id, never full */
	size_t slot_count;		/* a power of two */
	uint64_t total_bytes;		/* memory and DIMMs that are plugged */
};

static struct dimm *find_dimm(struct checker *c, const char *id)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);	/* FNV-1a */
	const char *s;
	size_t i;

	for (s = id; *s; s++)
		hash = (hash ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
	for (i = hash & (c->slot_count - 1); c->dimms[i].id; i = (i + 1) & (c->slot_count - 1)) {
		if (strcmp(c->dimms[i].id, id) == 0)
			break;
	}
	return &c->dimms[i];
}

static void check_multiple(struct checker *c, const struct node *value, uint64_t bytes)
{
	uint64_t lmb = c->ld->draft.sc.guest.lmb_bytes;
	char size[TEXT_BYTES_MAX], down[TEXT_BYTES_MAX], up[TEXT_BYTES_MAX], unit[TEXT_BYTES_MAX];

	if (!value || !lmb || bytes % lmb == 0)
		return;
	diag_error(c->ld->diags, value->pos, RULE_LMB_MULTIPLE, "%s is not a multiple of the LMB size, %s",
		   text_from_bytes(bytes, size), text_from_bytes(lmb, unit));
	if (bytes > lmb)
		diag_hint(c->ld->diags, "the nearest are %s and %s", text_from_bytes(bytes - bytes % lmb, down),
			  text_from_bytes(bytes - bytes % lmb + lmb, up));
	else
		diag_hint(c->ld->diags, "the nearest is %s", text_from_bytes(lmb, up));
}

static void check_lmb_size(struct checker *c)
{
	struct guest_spec *guest = &c->ld->draft.sc.guest;
	const struct node *value = node_get(c->guest, "lmb_size");
	char size[TEXT_BYTES_MAX];

	if ((guest->lmb_bytes & (guest->lmb_bytes - 1)) == 0)
		return;
	if (value)
		diag_error(c->ld->diags, value->pos, RULE_NOT_POWER_OF_TWO, "%s is not a power of two",
			   text_from_bytes(guest->lmb_bytes, size));
	guest->lmb_bytes = 0;
}

/* @bytes of the boot memory: what the user says, or at most all of it. */
static void check_part(struct checker *c, const char *key, uint64_t *bytes, uint64_t def)
{
	const struct node *value = node_get(c->guest, key);
	uint64_t memory = c->ld->draft.sc.guest.memory_bytes;
	char size[TEXT_BYTES_MAX], all[TEXT_BYTES_MAX];

	if (!value)
		*bytes = memory < def ? memory : def;
	if (!memory || *bytes <= memory)
		return;
	diag_error(c->ld->diags, value->pos, RULE_BEYOND_MEMORY, "'%s' is %s, but 'memory' is only %s",
		   key, text_from_bytes(*bytes, size), text_from_bytes(memory, all));
}

static void default_max_memory(struct checker *c)
{
	struct scenario *sc = &c->ld->draft.sc;
	struct guest_spec *guest = &sc->guest;
	uint64_t align = guest->lmb_bytes > SZ_1G ? guest->lmb_bytes : SZ_1G;
	uint64_t max = (guest->memory_bytes + align - 1) / align * align;
	size_t i;

	for (i = 0; i < guest->dimm_count; i++)
		max += guest->dimms[i].size_bytes;
	for (i = 0; i < sc->event_count; i++) {
		if (sc->events[i].kind == EVENT_PLUG)
			max += sc->events[i].dimm.size_bytes;
	}
	guest->max_memory_bytes = max < SZ_64T ? max : SZ_64T;
}

static void check_room(struct checker *c, const struct node *at, struct srcpos pos)
{
	uint64_t max = c->ld->draft.sc.guest.max_memory_bytes;
	const struct node *value = node_get(c->guest, "max_memory");
	char size[TEXT_BYTES_MAX], limit[TEXT_BYTES_MAX];

	if (!max || c->total_bytes <= max)
		return;
	diag_error(c->ld->diags, at ? at->pos : pos, RULE_BEYOND_MAX_MEMORY,
		   "memory and DIMMs are %s then, but %s is %s", text_from_bytes(c->total_bytes, size),
		   value ? "'max_memory'" : "the highest 'max_memory'", text_from_bytes(max, limit));
	if (value)
		diag_note(c->ld->diags, value->pos, "'max_memory' is set here");
}

static void plug(struct checker *c, const struct dimm_spec *spec, const struct node *map)
{
	const struct node *id = node_get(map, "id"), *size = node_get(map, "size");
	struct dimm *dimm;

	check_multiple(c, size, spec->size_bytes);
	if (!spec->id)
		return;
	dimm = find_dimm(c, spec->id);
	if (dimm->state == DIMM_PLUGGED) {
		diag_error(c->ld->diags, id->pos, RULE_DUPLICATE_DIMM, "the DIMM '%s' is plugged already",
			   spec->id);
		diag_note(c->ld->diags, dimm->pos, "plugged here");
		return;
	}
	dimm->id = spec->id;
	dimm->state = DIMM_PLUGGED;
	dimm->pos = id->pos;
	dimm->counted_bytes = spec->size_bytes;
	c->total_bytes += spec->size_bytes;
}

static void unplug(struct checker *c, const struct dimm_spec *spec, const struct node *map)
{
	struct text_nearest near = { .word = spec->id };
	const struct node *id = node_get(map, "id");
	struct dimm *dimm;
	size_t i;

	if (!spec->id)
		return;
	dimm = find_dimm(c, spec->id);
	if (dimm->state != DIMM_NEVER) {
		dimm->state = DIMM_UNPLUG_ASKED;
		c->total_bytes -= dimm->counted_bytes;
		dimm->counted_bytes = 0;
		return;
	}
	diag_error(c->ld->diags, id->pos, RULE_UNKNOWN_DIMM, "no DIMM '%s' was plugged before", spec->id);
	for (i = 0; c->ld->diags->last_kept && i < c->slot_count; i++) {
		if (c->dimms[i].id)
			text_nearest_offer(&near, c->dimms[i].id);
	}
	keys_suggest(c->ld, &near);
}

/* Elements of the sequence and specs have the same numbers. */
static const struct node *element(const struct node *list, size_t i)
{
	return list->entries[i].value;
}

static void check_boot_dimms(struct checker *c)
{
	const struct guest_spec *guest = &c->ld->draft.sc.guest;
	const struct node *list = node_get(c->guest, "dimms");
	const struct node *max = node_get(c->guest, "max_memory");
	size_t i;

	c->total_bytes = guest->memory_bytes;
	for (i = 0; i < guest->dimm_count; i++)
		plug(c, &guest->dimms[i], element(list, i));
	if (guest->memory_bytes)
		check_room(c, max, list ? list->pos : c->guest->pos);
}

static void check_events(struct checker *c)
{
	const struct scenario *sc = &c->ld->draft.sc;
	const struct node *list = node_get(c->ld->root, "events");
	size_t i;

	for (i = 0; i < sc->event_count; i++) {
		const struct event_spec *ev = &sc->events[i];
		const struct node *map = element(list, i);
		uint64_t before = c->total_bytes;

		if (ev->kind == EVENT_UNPLUG)
			unplug(c, &ev->dimm, node_get(map, "unplug"));
		if (ev->kind != EVENT_PLUG)
			continue;
		map = node_get(map, "plug");
		plug(c, &ev->dimm, map);
		if (c->total_bytes > before && sc->guest.memory_bytes)
			check_room(c, node_get(map, "size"), map->pos);
	}
}

void loader_check(struct loader *ld)
{
	struct scenario *sc = &ld->draft.sc;
	struct guest_spec *guest = &sc->guest;
	struct checker c = { .ld = ld, .guest = node_get(ld->root, "guest"), .slot_count = 2 };

	if (!c.guest || c.guest->type != NODE_MAPPING)
		return;
	while (c.slot_count < 2 * (guest->dimm_count + sc->event_count))
		c.slot_count *= 2;
	c.dimms = arena_alloc(&ld->arena, c.slot_count * sizeof(*c.dimms));

	check_lmb_size(&c);
	check_multiple(&c, node_get(c.guest, "memory"), guest->memory_bytes);
	check_multiple(&c, node_get(c.guest, "max_memory"), guest->max_memory_bytes);
	check_part(&c, "touched", &guest->touched_bytes, TOUCHED_DEFAULT);
	check_part(&c, "working_set", &guest->working_set_bytes, WORKING_SET_DEFAULT);
	if (!node_get(c.guest, "max_memory") && guest->memory_bytes)
		default_max_memory(&c);
	check_boot_dimms(&c);
	check_events(&c);
}
