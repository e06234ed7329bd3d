/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The events of a scenario: one table per kind of event.
 */
#include <string.h>

#include "scenario/loader.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static key_reader read_plug, read_unplug, read_add, read_remove;

static const struct key_choice lmb_bys[] = {
	{ "count", LMB_BY_COUNT }, { "index", LMB_BY_INDEX },
	{ "indexed-count", LMB_BY_INDEXED_COUNT }, { NULL, 0 }
};

/* What else a request has to say. */
static const struct { bool count, drc; } lmb_by_needs[] = {
	[LMB_BY_COUNT]         = { .count = true },
	[LMB_BY_INDEX]         = { .drc = true },
	[LMB_BY_INDEXED_COUNT] = { .count = true, .drc = true },
};

/* In the order of enum event_kind: a row's number is the kind. */
static const struct key event_rows[] = {
	[EVENT_PLUG] = { .name = "plug", .type = KEY_CUSTOM, .read = read_plug,
	  .doc = "`device_add` of a DIMM: an indexed-count add request for its LMBs" },
	[EVENT_UNPLUG] = { .name = "unplug", .type = KEY_CUSTOM, .read = read_unplug,
	  .doc = "`device_del` of a DIMM: an indexed-count remove request" },
	[EVENT_ADD] = { .name = "add", .type = KEY_CUSTOM, .read = read_add,
	  .doc = "the guest's own request, `memory add ...` in `/sys/kernel/dlpar`" },
	[EVENT_REMOVE] = { .name = "remove", .type = KEY_CUSTOM, .read = read_remove,
	  .doc = "likewise, `memory remove ...`" },
	[EVENT_HPT_ORDER] = { .name = "hpt_order", .type = KEY_UINT, .min = "0", .max = "63",
	  .offset = offsetof(struct event_spec, hpt_shift),
	  .doc = "written to debugfs `powerpc/hpt_order`" },
	[EVENT_WAIT] = { .name = "wait", .type = KEY_TIME, .min = "0", .max = "8760h",
	  .offset = offsetof(struct event_spec, wait_ns),
	  .doc = "nothing happens for that long" },
};

static const struct key_table event_keys = {
	"events", "An element of `events`: a mapping of exactly one of these keys",
	event_rows, COUNT(event_rows)
};

static const struct key plug_rows[] = {
	{ .name = "id", .type = KEY_NAME, .required = true, .offset = offsetof(struct event_spec, dimm.id),
	  .doc = "not that of a DIMM that is plugged" },
	{ .name = "size", .type = KEY_SIZE, .required = true, .min = "16MiB", .max = "64TiB",
	  .offset = offsetof(struct event_spec, dimm.size_bytes),
	  .doc = "a multiple of `lmb_size`" },
	{ .name = "notify", .type = KEY_BOOL, .def = "true", .offset = offsetof(struct event_spec, notify),
	  .doc = "`false`: the LMBs become available, but the guest is not told" },
};

static const struct key_table plug_keys = { "plug", "`plug`", plug_rows, COUNT(plug_rows) };

static const struct key unplug_rows[] = {
	{ .name = "id", .type = KEY_NAME, .required = true, .offset = offsetof(struct event_spec, dimm.id),
	  .doc = "of a DIMM in `dimms` or in a `plug` before" },
};

static const struct key_table unplug_keys = { "unplug", "`unplug`", unplug_rows, COUNT(unplug_rows) };

static const struct key request_rows[] = {
	{ .name = "by", .type = KEY_CHOICE, .choices = lmb_bys, .required = true,
	  .offset = offsetof(struct event_spec, by),
	  .doc = "how the LMBs are named" },
	{ .name = "count", .type = KEY_UINT, .min = "1", .max = "4294967295",
	  .offset = offsetof(struct event_spec, count), .def_doc = "required by `count` and `indexed-count`",
	  .doc = "LMBs" },
	{ .name = "drc", .type = KEY_UINT, .min = "0", .max = "0xffffffff",
	  .offset = offsetof(struct event_spec, drc_index), .def_doc = "required by `index` and `indexed-count`",
	  .doc = "DRC index of the LMB, or of the first one" },
};

static const struct key_table add_keys = { "add", "`add` and `remove`", request_rows, COUNT(request_rows) };
static const struct key_table remove_keys = { "remove", "", request_rows, COUNT(request_rows) };

const struct key_table *const event_tables[] = {
	&event_keys, &plug_keys, &unplug_keys, &add_keys, NULL
};

static void read_plug(struct loader *ld, const struct key *key,
		      const struct node_entry *entry, void *base)
{
	if (entry)
		keys_read(ld, &plug_keys, entry, base);
}

static void read_unplug(struct loader *ld, const struct key *key,
			const struct node_entry *entry, void *base)
{
	if (entry)
		keys_read(ld, &unplug_keys, entry, base);
}

static void check_need(struct loader *ld, const struct node_entry *entry, const char *by,
		       const char *name, bool needed)
{
	const struct node_entry *found = node_find(entry->value, name);

	if (needed && !found)
		diag_error(ld->diags, entry->key->pos, RULE_MISSING_KEY, "'%s' by %s lacks the key '%s'",
			   entry->key->text, by, name);
	if (!needed && found)
		diag_error(ld->diags, found->key->pos, RULE_SUPERFLUOUS_KEY, "'%s' by %s has no '%s'",
			   entry->key->text, by, name);
}

static void read_request(struct loader *ld, const struct key_table *table,
			 const struct node_entry *entry, struct event_spec *ev)
{
	const struct node *by;
	const struct key_choice *c;

	if (!entry || !keys_read(ld, table, entry, ev))
		return;
	by = node_get(entry->value, "by");
	for (c = lmb_bys; by && c->name; c++) {
		if (by->type != NODE_SCALAR || strcmp(by->text, c->name) != 0)
			continue;
		check_need(ld, entry, c->name, "count", lmb_by_needs[c->value].count);
		check_need(ld, entry, c->name, "drc", lmb_by_needs[c->value].drc);
	}
}

static void read_add(struct loader *ld, const struct key *key,
		     const struct node_entry *entry, void *base)
{
	read_request(ld, &add_keys, entry, base);
}

static void read_remove(struct loader *ld, const struct key *key,
			const struct node_entry *entry, void *base)
{
	read_request(ld, &remove_keys, entry, base);
}

static void read_event(struct loader *ld, const struct node_entry *entry, struct event_spec *ev)
{
	const struct node *map = entry->value;
	size_t kind;

	ev->kind = EVENT_WAIT;		/* harmless, if it is none */
	if (map->type == NODE_MAPPING && map->count != 1) {
		diag_error(ld->diags, map->count ? map->entries[1].key->pos : map->pos, RULE_ONE_EVENT,
			   map->count ? "a second event in one element of 'events'" :
			   "an element of 'events' without an event");
		if (map->count)
			diag_hint(ld->diags, "start each event with '- '");
		return;
	}
	if (!keys_read(ld, &event_keys, entry, ev))
		return;
	for (kind = 0; kind < event_keys.count; kind++) {
		if (strcmp(event_rows[kind].name, map->entries[0].key->text) == 0)
			ev->kind = (enum event_kind)kind;
	}
}

/* One spec per element, also for those with errors: check.c walks both. */
void read_events(struct loader *ld, const struct key *key, const struct node_entry *entry, void *base)
{
	struct scenario_draft *draft = base;
	struct event_spec *events;
	size_t i, count;

	if (!entry || !keys_want_sequence(ld, key->name, entry->value))
		return;
	count = entry->value->count;
	if (!count) {
		diag_error(ld->diags, entry->value->pos, RULE_EMPTY_LIST, "'%s' needs at least one event",
			   key->name);
		diag_hint(ld->diags, "to look at the booted guest only, write '[{wait: 0s}]'");
	}
	events = arena_alloc(&ld->arena, count * sizeof(*events));
	for (i = 0; i < count; i++)
		read_event(ld, &entry->value->entries[i], &events[i]);
	draft->sc.events = events;
	draft->sc.event_count = count;
}
