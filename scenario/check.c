/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks that span several keys, once all of them are read.
 *
 * A zero or NULL field had an error of its own and takes no part.
 */
#include <inttypes.h>
#include <string.h>

#include "scenario/check.h"
#include "sim/kernel_changes.h"
#include "sim/units.h"

#define TOUCHED_DEFAULT		(8 * SZ_16M)
#define WORKING_SET_DEFAULT	SZ_16M
#define NODE_DEFAULT		(8 * SZ_1T)	/* a POWER9 E980 has so much per drawer in a 32 TiB partition */
#define RANGE_ALIGN		SZ_1G		/* where the model lets a range begin, unless an LMB is larger */

static struct part *find_part(const struct parts *parts, const char *id)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);	/* FNV-1a */
	const char *s;
	size_t i;

	for (s = id; *s; s++)
		hash = (hash ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
	for (i = hash & (parts->slot_count - 1); parts->slots[i].id; i = (i + 1) & (parts->slot_count - 1)) {
		if (strcmp(parts->slots[i].id, id) == 0)
			break;
	}
	return &parts->slots[i];
}

#include "sim/kernel_changes.h"
/* Where DIMMs begin. */
static uint64_t device_memory(const struct guest_spec *guest)
{
	return (guest->memory_bytes + SPAPR_DEVICE_MEM_ALIGN - 1) / SPAPR_DEVICE_MEM_ALIGN * SPAPR_DEVICE_MEM_ALIGN;
}

/* Room up to the end of a DIMM that has an address of its own. */
static uint64_t room_for(const struct guest_spec *guest, const struct dimm_spec *dimm, uint64_t max)
{
	uint64_t end = dimm->address_bytes + dimm->size_bytes, device = device_memory(guest);
	uint64_t room = end > device ? guest->memory_bytes + end - device : 0;

	return dimm->address_bytes && room > max ? room : max;
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
	for (i = 0; i < guest->dimm_count; i++)
		max = room_for(guest, &guest->dimms[i], max);
	for (i = 0; i < sc->event_count; i++) {
		if (sc->events[i].kind == EVENT_PLUG)
			max = room_for(guest, &sc->events[i].dimm, max);
	}
	guest->max_memory_bytes = max < SZ_64T ? max : SZ_64T;
}

static void check_room(struct checker *c, const struct node *at, struct srcpos pos)
{
	uint64_t max = c->ld->draft.sc.guest.max_memory_bytes;
	const struct node *value = node_get(c->guest, "max_memory");
	char size[TEXT_BYTES_MAX], limit[TEXT_BYTES_MAX];

	if (!max || c->dimms.total_bytes <= max)
		return;
	diag_error(c->ld->diags, at ? at->pos : pos, RULE_BEYOND_MAX_MEMORY,
		   "memory and DIMMs are %s then, but %s is %s", text_from_bytes(c->dimms.total_bytes, size),
		   value ? "'max_memory'" : "the highest 'max_memory'", text_from_bytes(max, limit));
	if (value)
		diag_note(c->ld->diags, value->pos, "'max_memory' is set here");
}

static void add_part(struct checker *c, struct parts *parts, enum event_kind kind,
		     const struct dimm_spec *spec, const struct node *map)
{
	const struct node *id = node_get(map, "id");
	struct part *part;

	if (!spec->id)
		return;
	part = find_part(parts, spec->id);
	if (part->state == PART_PRESENT && part->boot == parts->boot) {
		if (parts == &c->dimms)
			diag_error(c->ld->diags, id->pos, RULE_DUPLICATE_DIMM, "the DIMM '%s' is plugged already",
				   spec->id);
		else
			diag_error(c->ld->diags, id->pos, RULE_DUPLICATE_RANGE, "there is a range '%s' already",
				   spec->id);
		diag_note(c->ld->diags, part->pos, parts == &c->dimms ? "plugged here" : "added here");
		return;
	}
	*part = (struct part){ .id = spec->id, .state = PART_PRESENT, .kind = kind, .pos = id->pos,
			       .counted_bytes = spec->size_bytes, .boot = parts->boot };
	parts->total_bytes += spec->size_bytes;
}

/* Asks for it to go: it does not count any more. */
static void remove_part(struct parts *parts, struct part *part)
{
	part->state = PART_REMOVE_ASKED;
	parts->total_bytes -= part->counted_bytes;
	part->counted_bytes = 0;
}

static void suggest_part(struct checker *c, const struct parts *parts, const char *word)
{
	struct text_nearest near = { .word = word };
	size_t i;

	for (i = 0; c->ld->diags->last_kept && i < parts->slot_count; i++) {
		if (parts->slots[i].id)
			text_nearest_offer(&near, parts->slots[i].id);
	}
	keys_suggest(c->ld, &near);
}

/* What can be told before it is run: that the address is one of device memory. */
static void check_address(struct checker *c, const struct dimm_spec *spec, const struct node *map)
{
	const struct guest_spec *guest = &c->ld->draft.sc.guest;
	const struct node *value = node_get(map, "address");
	uint64_t first = device_memory(guest), end;

	if (!value || !spec->address_bytes || !guest->memory_bytes || !guest->lmb_bytes ||
	    guest->max_memory_bytes < guest->memory_bytes)
		return;
	end = first + guest->max_memory_bytes - guest->memory_bytes;
	if (spec->address_bytes % guest->lmb_bytes) {
		diag_error(c->ld->diags, value->pos, RULE_LMB_MULTIPLE,
			   "address 0x%" PRIx64 " is not a multiple of the LMB size, 0x%" PRIx64,
			   spec->address_bytes, guest->lmb_bytes);
		return;
	}
	if (spec->address_bytes >= first && spec->address_bytes <= end && spec->size_bytes <= end - spec->address_bytes)
		return;
	diag_error(c->ld->diags, value->pos, RULE_DIMM_ADDRESS,
		   "the DIMM is not in device memory, 0x%" PRIx64 " to 0x%" PRIx64, first, end);
	diag_hint(c->ld->diags, "device memory is as large as 'max_memory' less 'memory', from 'memory' up to the next GiB on");
}

static void plug(struct checker *c, const struct dimm_spec *spec, const struct node *map)
{
	check_multiple(c, node_get(map, "size"), spec->size_bytes);
	check_address(c, spec, map);
	add_part(c, &c->dimms, EVENT_PLUG, spec, map);
}

static void unplug(struct checker *c, const struct dimm_spec *spec, const struct node *map)
{
	struct part *dimm;

	if (!spec->id)
		return;
	dimm = find_part(&c->dimms, spec->id);
	if (dimm->state != PART_NEVER) {
		remove_part(&c->dimms, dimm);
		return;
	}
	diag_error(c->ld->diags, node_get(map, "id")->pos, RULE_UNKNOWN_DIMM, "no DIMM '%s' was plugged before",
		   spec->id);
	suggest_part(c, &c->dimms, spec->id);
}

static uint64_t align_range(const struct checker *c, uint64_t bytes)
{
	uint64_t lmb = c->ld->draft.sc.guest.lmb_bytes, align = lmb > RANGE_ALIGN ? lmb : RANGE_ALIGN;

	return (bytes + align - 1) / align * align;
}

/* Ranges begin above all LMBs, and none has the addresses of another. */
static void place_ranges(struct checker *c)
{
	const struct guest_spec *guest = &c->ld->draft.sc.guest;

	if (guest->memory_bytes && guest->max_memory_bytes >= guest->memory_bytes)
		c->addresses_end = align_range(c, align_range(c, guest->memory_bytes) + guest->max_memory_bytes -
					       guest->memory_bytes);
}

static void take_addresses(struct checker *c, uint64_t bytes, const struct node *at)
{
	char end[TEXT_BYTES_MAX], limit[TEXT_BYTES_MAX];

	if (!c->addresses_end || !at)
		return;
	c->addresses_end += align_range(c, bytes);
	if (c->addresses_end <= SZ_64T)
		return;
	diag_error(c->ld->diags, at->pos, RULE_BEYOND_ADDRESSES,
		   "this range ends at %s, but addresses end at %s", text_from_bytes(c->addresses_end, end),
		   text_from_bytes(SZ_64T, limit));
	diag_hint(c->ld->diags, "ranges are above 'max_memory', one behind the other, each on a GiB boundary");
	c->addresses_end = 0;		/* once is enough */
}

static void add_range(struct checker *c, const struct event_spec *ev, const struct node *map)
{
	const struct node *size = node_get(map, "size");

	if (ev->kind == EVENT_MEMREMAP)
		check_sections(c, size, ev->dimm.size_bytes);
	else
		check_multiple(c, size, ev->dimm.size_bytes);
	add_part(c, &c->ranges, ev->kind, &ev->dimm, map);
	take_addresses(c, ev->dimm.size_bytes, size);
}

static void remove_range(struct checker *c, const struct event_spec *ev, const struct node *map,
			 enum event_kind added_by)
{
	const char *id = ev->dimm.id;
	struct part *range;
	struct srcpos pos;

	if (!id)
		return;
	pos = node_get(map, "id")->pos;
	range = find_part(&c->ranges, id);
	if (range->state == PART_NEVER) {
		diag_error(c->ld->diags, pos, RULE_UNKNOWN_RANGE, "no range '%s' was added before", id);
		suggest_part(c, &c->ranges, id);
		return;
	}
	if (range->kind == added_by) {
		remove_part(&c->ranges, range);
		return;
	}
	diag_error(c->ld->diags, pos, RULE_WRONG_RANGE, "'%s' cannot take away '%s', which is of a '%s'",
		   event_kind_name(ev->kind), id, event_kind_name(range->kind));
	if (range->kind == EVENT_PROBE)
		diag_hint(c->ld->diags, "nothing takes it away: the kernel has no file for that");
	else
		diag_hint(c->ld->diags, "write '%s'", event_kind_name(range->kind == EVENT_MEMREMAP ?
								      EVENT_MEMUNMAP : EVENT_DRIVER_REMOVE));
	diag_note(c->ld->diags, range->pos, "added here");
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

	c->dimms.total_bytes = guest->memory_bytes;
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
		const struct node *map = node_get(element(list, i), event_kind_name(ev->kind));
		uint64_t before = c->dimms.total_bytes;

		switch (ev->kind) {
		case EVENT_PLUG:
			plug(c, &ev->dimm, map);
			if (c->dimms.total_bytes > before && sc->guest.memory_bytes)
				check_room(c, node_get(map, "size"), map->pos);
			break;
		case EVENT_UNPLUG:
			unplug(c, &ev->dimm, map);
			break;
		case EVENT_PROBE:
		case EVENT_DRIVER_ADD:
		case EVENT_MEMREMAP:
			add_range(c, ev, map);
			break;
		case EVENT_DRIVER_REMOVE:
			remove_range(c, ev, map, EVENT_DRIVER_ADD);
			break;
		case EVENT_MEMUNMAP:
			remove_range(c, ev, map, EVENT_MEMREMAP);
			break;
		case EVENT_REBOOT:
			c->ranges.boot++;	/* no range outlives it: all ids are free again */
			break;
		default:
			break;
		}
	}
}

static void make_slots(struct loader *ld, struct parts *parts, size_t part_count)
{
	parts->slot_count = 2;
	while (parts->slot_count < 2 * part_count)
		parts->slot_count *= 2;
	parts->slots = arena_alloc(&ld->arena, parts->slot_count * sizeof(*parts->slots));
}

void loader_check(struct loader *ld)
{
	struct scenario *sc = &ld->draft.sc;
	struct guest_spec *guest = &sc->guest;
	struct checker c = { .ld = ld, .guest = node_get(ld->root, "guest") };

	if (!c.guest || c.guest->type != NODE_MAPPING)
		return;
	check_powervm(&c);
	make_slots(ld, &c.dimms, guest->dimm_count + sc->event_count);
	make_slots(ld, &c.ranges, sc->event_count);

	check_lmb_size(&c);
	check_multiple(&c, node_get(c.guest, "memory"), guest->memory_bytes);
	check_multiple(&c, node_get(c.guest, "max_memory"), guest->max_memory_bytes);
	check_hpt_page(&c, "linear_page_size", guest->linear_page_shift);
	check_hpt_page(&c, "vmemmap_page_size", guest->vmemmap_page_shift);
	check_kfence(&c);
	check_part(&c, "touched", &guest->touched_bytes, TOUCHED_DEFAULT);
	check_part(&c, "working_set", &guest->working_set_bytes, WORKING_SET_DEFAULT);
	if (!node_get(c.guest, "max_memory") && guest->memory_bytes)
		default_max_memory(&c);
	if (!guest->node_count)
		guest->node_count = (unsigned)((guest->max_memory_bytes + NODE_DEFAULT - 1) / NODE_DEFAULT);
	check_boot_dimms(&c);
	check_workload(&c);
	place_ranges(&c);
	check_events(&c);
}
