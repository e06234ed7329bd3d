/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The events of a scenario: one table per kind of event.
 */
#include <string.h>

#include "scenario/loader.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* An event with `at` is a task of its own in the model. */
#define EVENTS_MAX	(size_t)65536
#define EVENTS_AT_MAX	(size_t)1024

static key_reader read_mapping, read_optional, read_request;

static const struct key_choice lmb_bys[] = {
	{ "count", LMB_BY_COUNT }, { "index", LMB_BY_INDEX },
	{ "indexed-count", LMB_BY_INDEXED_COUNT }, { "each-index", LMB_EACH_INDEX }, { NULL, 0 }
};

static const struct key_choice drivers[] = {
	{ "dax", DRIVER_DAX }, { "virtio-mem", DRIVER_VIRTIO_MEM }, { NULL, 0 }
};

static const struct key_rule by_rules[] = {
	{ "count", "count", "drc" }, { "index", "drc", "count" }, { "indexed-count", "count drc", "" },
	{ "each-index", "count", "" }, { NULL, NULL, NULL }
};

static const struct key plug_rows[] = {
	{ .name = "id", .type = KEY_NAME, .required = true, .offset = offsetof(struct event_spec, dimm.id),
	  .doc = "not that of a DIMM that is plugged" },
	{ .name = "size", .type = KEY_SIZE, .required = true, .min = "16MiB", .max = "64TiB",
	  .offset = offsetof(struct event_spec, dimm.size_bytes),
	  .doc = "a multiple of `lmb_size`" },
	{ .name = "address", .type = KEY_INT64, .min = "1", .max = "0x400000000000", .def_doc = "the first gap that is large enough",
	  .offset = offsetof(struct event_spec, dimm.address_bytes), .takes = "an address, such as 0x100000000",
	  .doc = "of pc-dimm's `addr`: a multiple of `lmb_size`, in device memory" },
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
	{ .name = "by", .type = KEY_CHOICE, .choices = lmb_bys, .rules = by_rules, .required = true,
	  .offset = offsetof(struct event_spec, by),
	  .doc = "how the LMBs are named" },
	{ .name = "count", .type = KEY_UINT, .min = "1", .max = "4294967295",
	  .offset = offsetof(struct event_spec, count), .def_doc = "required but by `index`",
	  .doc = "LMBs" },
	{ .name = "drc", .type = KEY_UINT, .min = "0", .max = "0xffffffff",
	  .offset = offsetof(struct event_spec, drc_index), .def_doc = "required by `index` and `indexed-count`",
	  .doc = "DRC index of the LMB, or of the first one; `each-index` without: the first LMB that goes" },
};

static const struct key_table add_keys = { "add", "`add` and `remove`", request_rows, COUNT(request_rows) };
static const struct key_table remove_keys = { "remove", "", request_rows, COUNT(request_rows) };

static const struct key detach_rows[] = {
	{ .name = "drc", .type = KEY_UINT, .required = true, .min = "0", .max = "0xffffffff",
	  .offset = offsetof(struct event_spec, drc_index), .doc = "DRC index of the LMB" },
};

static const struct key_table detach_keys = { "of_detach", "`of_detach`", detach_rows, COUNT(detach_rows) };

#define RANGE_ID_ROW(what) \
	{ .name = "id", .type = KEY_NAME, .required = true, .offset = offsetof(struct event_spec, dimm.id), .doc = what }
#define RANGE_SIZE_ROW(what) \
	{ .name = "size", .type = KEY_SIZE, .required = true, .min = "16MiB", .max = "64TiB", \
	  .offset = offsetof(struct event_spec, dimm.size_bytes), .doc = what }

static const struct key probe_rows[] = {
	RANGE_ID_ROW("not that of a range that is there; ranges and DIMMs have ids of their own"),
	RANGE_SIZE_ROW("a multiple of `lmb_size`"),
};

static const struct key driver_rows[] = {
	RANGE_ID_ROW("as in `probe`"),
	RANGE_SIZE_ROW("a multiple of `lmb_size`"),
	{ .name = "driver", .type = KEY_CHOICE, .choices = drivers, .def = "dax",
	  .offset = offsetof(struct event_spec, driver),
	  .doc = "`dax`: all of it in one call; `virtio-mem`: a call per memory block" },
};

static const struct key memremap_rows[] = {
	RANGE_ID_ROW("as in `probe`"),
	RANGE_SIZE_ROW("a multiple of 16MiB"),
};

static const struct key driver_remove_rows[] = { RANGE_ID_ROW("of a `driver_add` before") };
static const struct key memunmap_rows[] = { RANGE_ID_ROW("of a `memremap` before") };

static const struct key_table probe_keys = { "probe", "`probe`", probe_rows, COUNT(probe_rows) };
static const struct key_table driver_keys = { "driver_add", "`driver_add`", driver_rows, COUNT(driver_rows) };
static const struct key_table driver_remove_keys = {
	"driver_remove", "`driver_remove`", driver_remove_rows, COUNT(driver_remove_rows)
};
static const struct key_table memremap_keys = {
	"memremap", "`memremap`", memremap_rows, COUNT(memremap_rows)
};
static const struct key_table memunmap_keys = {
	"memunmap", "`memunmap`", memunmap_rows, COUNT(memunmap_rows)
};
static const struct key migrate_rows[] = {
	{ .name = "downtime", .type = KEY_TIME, .min = "0", .max = "8760h", .def = "300ms",
	  .offset = offsetof(struct event_spec, wait_ns), .doc = "the guest stands still for so long" },
};

static const struct key_table migrate_keys = { "migrate", "`migrate`", migrate_rows, COUNT(migrate_rows) };
static const struct key_table reboot_keys = { "reboot", "", NULL, 0 };

/* In the order of enum event_kind: a row's number is the kind. The one after them is no kind. */
#define ROW_AT EVENT_KIND_COUNT

static const struct key event_rows[] = {
	[EVENT_PLUG] = { .name = "plug", .type = KEY_CUSTOM, .read = read_mapping, .shape = SHAPE_MAPPING, .inner = &plug_keys,
	  .doc = "`device_add` of a DIMM: an indexed-count add request for its LMBs" },
	[EVENT_UNPLUG] = { .name = "unplug", .type = KEY_CUSTOM, .read = read_mapping, .shape = SHAPE_MAPPING, .inner = &unplug_keys,
	  .doc = "`device_del` of a DIMM: an indexed-count remove request" },
	[EVENT_ADD] = { .name = "add", .type = KEY_CUSTOM, .read = read_request, .shape = SHAPE_MAPPING, .inner = &add_keys,
	  .doc = "the guest's own request, `memory add ...` in `/sys/kernel/dlpar`" },
	[EVENT_REMOVE] = { .name = "remove", .type = KEY_CUSTOM, .read = read_request, .shape = SHAPE_MAPPING, .inner = &remove_keys,
	  .doc = "likewise, `memory remove ...`" },
	[EVENT_HPT_ORDER] = { .name = "hpt_order", .type = KEY_SIGNED, .min = "0", .max = "9223372036854775807",
	  .offset = offsetof(struct event_spec, hpt_shift),
	  .doc = "written to debugfs `powerpc/hpt_order`; the hypervisor refuses what is no order of a table" },
	[EVENT_WAIT] = { .name = "wait", .type = KEY_TIME, .min = "0", .max = "8760h",
	  .offset = offsetof(struct event_spec, wait_ns),
	  .doc = "nothing happens for that long" },
	[EVENT_OF_DETACH] = { .name = "of_detach", .type = KEY_CUSTOM, .read = read_mapping, .shape = SHAPE_MAPPING, .inner = &detach_keys,
	  .doc = "the device tree loses a memory node: one LMB goes in 16 MiB pieces" },
	[EVENT_PROBE] = { .name = "probe", .type = KEY_CUSTOM, .read = read_mapping, .shape = SHAPE_MAPPING, .inner = &probe_keys,
	  .doc = "a write to `/sys/devices/system/memory/probe`; nothing takes that memory away again" },
	[EVENT_DRIVER_ADD] = { .name = "driver_add", .type = KEY_CUSTOM, .read = read_mapping, .shape = SHAPE_MAPPING, .inner = &driver_keys,
	  .doc = "a driver adds memory of its own: `add_memory_driver_managed()`" },
	[EVENT_DRIVER_REMOVE] = { .name = "driver_remove", .type = KEY_CUSTOM, .read = read_mapping, .shape = SHAPE_MAPPING, .inner = &driver_remove_keys,
	  .doc = "the driver takes it away" },
	[EVENT_MEMREMAP] = { .name = "memremap", .type = KEY_CUSTOM, .read = read_mapping, .shape = SHAPE_MAPPING, .inner = &memremap_keys,
	  .doc = "device memory is mapped: `memremap_pages()`, which memblock does not count" },
	[EVENT_MEMUNMAP] = { .name = "memunmap", .type = KEY_CUSTOM, .read = read_mapping, .shape = SHAPE_MAPPING, .inner = &memunmap_keys,
	  .doc = "it is unmapped" },
	[EVENT_REBOOT] = { .name = "reboot", .type = KEY_CUSTOM, .read = read_optional, .shape = SHAPE_OPTIONAL, .inner = &reboot_keys,
	  .takes = "`{}` or nothing",
	  .doc = "the guest reboots; the hypervisor chooses the size of the HPT anew" },
	[EVENT_MIGRATE] = { .name = "migrate", .type = KEY_CUSTOM, .read = read_optional, .shape = SHAPE_OPTIONAL, .inner = &migrate_keys,
	  .takes = "a mapping, `{}` or nothing",
	  .doc = "the guest moves to another host: the HPT keeps its order and its slots, a prepare under way is lost" },
	[ROW_AT] = { .name = "at", .type = KEY_TIME, .min = "0", .max = "8760h",
	  .offset = offsetof(struct event_spec, at_ns), .def_doc = "when the last one without `at` has ended",
	  .doc = "no event but a sibling of one, though not of `wait`: when it starts, since the end of boot" },
};

const struct key_table event_keys = {
	"events", "An element of `events`: a mapping of exactly one of these keys, and perhaps `at`",
	event_rows, COUNT(event_rows)
};

const struct key_table *const event_tables[] = {
	&event_keys, &plug_keys, &unplug_keys, &add_keys, &detach_keys, &probe_keys, &driver_keys,
	&driver_remove_keys, &memremap_keys, &memunmap_keys, &migrate_keys, NULL
};

/* Kinds that their table says all about. */
static void read_mapping(struct loader *ld, const struct key *key, const struct node_entry *entry, void *base)
{
	if (entry)
		keys_read(ld, key->inner, entry, base);
}

static void read_optional(struct loader *ld, const struct key *key, const struct node_entry *entry, void *base)
{
	if (entry)
		keys_read_optional(ld, key->inner, entry, base);
}

static void read_request(struct loader *ld, const struct key *key, const struct node_entry *entry, void *base)
{
	if (entry && keys_read(ld, key->inner, entry, base))
		keys_check_rules(ld, key->inner, entry);
}

/* The kind of that name, or EVENT_KIND_COUNT. */
static size_t find_kind(const char *name)
{
	size_t kind;

	for (kind = 0; kind < EVENT_KIND_COUNT && strcmp(event_rows[kind].name, name) != 0; kind++)
		;
	return kind;
}

/* Whether there is one event in it, or none because its name is mistyped: the table says so. */
static bool check_one_event(struct loader *ld, const struct node *map)
{
	size_t i, known = 0, others = 0;

	for (i = 0; i < map->count; i++) {
		const char *name = map->entries[i].key->text;

		if (find_kind(name) == EVENT_KIND_COUNT) {
			others += strcmp(name, event_rows[ROW_AT].name) != 0;
			continue;
		}
		if (known++ == 0)
			continue;
		diag_error(ld->diags, map->entries[i].key->pos, RULE_ONE_EVENT,
			   "a second event in one element of 'events'");
		diag_hint(ld->diags, "start each event with '- '");
		return false;
	}
	if (known || others)
		return true;
	diag_error(ld->diags, map->pos, RULE_ONE_EVENT, "an element of 'events' without an event");
	return false;
}

static void read_event(struct loader *ld, const struct node_entry *entry, struct event_spec *ev)
{
	const struct node *map = entry->value;
	const struct node_entry *at = node_find(map, event_rows[ROW_AT].name);
	size_t i;

	ev->kind = EVENT_WAIT;		/* harmless, if it is none */
	if (map->type == NODE_MAPPING && !check_one_event(ld, map))
		return;
	if (!keys_read(ld, &event_keys, entry, ev)) {
		if (map->type == NODE_SCALAR && (strcmp(map->text, event_rows[EVENT_REBOOT].name) == 0 ||
						 strcmp(map->text, event_rows[EVENT_MIGRATE].name) == 0))
			diag_hint(ld->diags, "write '%s: {}'", map->text);
		return;
	}
	for (i = 0; i < map->count; i++) {
		size_t kind = find_kind(map->entries[i].key->text);

		if (kind != EVENT_KIND_COUNT)
			ev->kind = (enum event_kind)kind;
	}
	ev->has_at = at != NULL;
	if (at && node_find(map, event_rows[EVENT_WAIT].name)) {
		diag_error(ld->diags, at->key->pos, RULE_SUPERFLUOUS_KEY, "a 'wait' has no 'at'");
		diag_hint(ld->diags, "give 'at' to the event behind it");
	}
}

/* One spec per element, also for those with errors: check.c walks both. */
void read_events(struct loader *ld, const struct key *key, const struct node_entry *entry, void *base)
{
	struct scenario_draft *draft = base;
	struct event_spec *events;
	size_t i, count, at_count = 0;

	if (!entry || !keys_want_sequence(ld, key->name, entry->value))
		return;
	count = entry->value->count;
	if (!count) {
		diag_error(ld->diags, entry->value->pos, RULE_EMPTY_LIST, "'%s' needs at least one event",
			   key->name);
		diag_hint(ld->diags, "to look at the booted guest only, write '[{wait: 0s}]'");
	}
	events = arena_alloc(&ld->arena, count * sizeof(*events));
	for (i = 0; i < count; i++) {
		read_event(ld, &entry->value->entries[i], &events[i]);
		at_count += events[i].has_at;
		if (i == EVENTS_MAX || (events[i].has_at && at_count == EVENTS_AT_MAX + 1))
			diag_error(ld->diags, entry->value->entries[i].value->pos, RULE_TOO_MANY_EVENTS,
				   "more than %zu events%s", i == EVENTS_MAX ? EVENTS_MAX : EVENTS_AT_MAX,
				   i == EVENTS_MAX ? "" : " with 'at'");
	}
	draft->sc.events = events;
	draft->sc.event_count = count;
}
