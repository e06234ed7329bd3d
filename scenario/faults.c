/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a scenario lets go wrong: two tables, one for the faults of an LMB and
 * one for those of a resize.
 */
#include "scenario/loader.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static key_reader read_fault;

static const struct key_choice times_words[] = {
	{ "all", 0 }, { NULL, 0 }
};

#define NTH_ROW(what) \
	{ .name = "nth", .type = KEY_UINT, .min = "1", .max = "4294967295", .def = "1", \
	  .offset = offsetof(struct fault_spec, nth), .doc = what }
#define TIMES_ROW \
	{ .name = "times", .type = KEY_WORD_OR_UINT, .choices = times_words, .min = "1", .max = "4294967295", \
	  .def = "1", .offset = offsetof(struct fault_spec, times), .doc = "how often from there on" }

static const struct key lmb_rows[] = {
	{ .name = "drc", .type = KEY_UINT, .required = true, .min = "0", .max = "0xffffffff",
	  .offset = offsetof(struct fault_spec, drc_index), .doc = "DRC index of the LMB" },
	NTH_ROW("the first time that fails, counted for this LMB"),
	TIMES_ROW,
};

static const struct key resize_rows[] = {
	NTH_ROW("the first one that fails, counted over the run"),
	TIMES_ROW,
};

static const struct key_table lmb_keys = {
	"", "`add-lmb`, `online-lmb`, `offline-lmb`", lmb_rows, COUNT(lmb_rows)
};

static const struct key_table resize_keys = {
	"", "`prepare-no-mem`, `prepare-hang`, `prepare-error`, `commit-error`", resize_rows, COUNT(resize_rows)
};

#define IS_OF_LMB(kind)	((kind) == FAULT_ADD_LMB || (kind) == FAULT_ONLINE_LMB || (kind) == FAULT_OFFLINE_LMB)

/* In the order of enum fault_kind: a row's number is the kind. */
static const struct key fault_rows[] = {
#define FAULT_ROW(id, text, what) \
	[FAULT_##id] = { .name = text, .type = KEY_CUSTOM, .read = read_fault, .doc = what, \
			 .shape = IS_OF_LMB(FAULT_##id) ? SHAPE_MAPPING : SHAPE_OPTIONAL, \
			 .inner = IS_OF_LMB(FAULT_##id) ? &lmb_keys : &resize_keys },
	FAULT_KINDS(FAULT_ROW)
#undef FAULT_ROW
};

const struct key_table fault_keys = {
	"faults", "An element of `faults`: a mapping of exactly one of these keys",
	fault_rows, COUNT(fault_rows)
};

const struct key_table *const fault_tables[] = { &fault_keys, &lmb_keys, &resize_keys, NULL };

static void read_fault(struct loader *ld, const struct key *key,
		       const struct node_entry *entry, void *base)
{
	struct fault_spec *fault = base;
	struct key_table table;

	if (!entry)
		return;
	fault->kind = (enum fault_kind)(key - fault_rows);
	table = *key->inner;
	table.name = key->name;
	if (key->shape == SHAPE_OPTIONAL)
		keys_read_optional(ld, &table, entry, fault);
	else
		keys_read(ld, &table, entry, fault);
}

void read_faults(struct loader *ld, const struct key *key, const struct node_entry *entry, void *base)
{
	struct scenario_draft *draft = base;
	struct fault_spec *faults;
	size_t i;

	if (!entry || !keys_want_sequence(ld, key->name, entry->value))
		return;
	faults = arena_alloc(&ld->arena, entry->value->count * sizeof(*faults));
	for (i = 0; i < entry->value->count; i++) {
		const struct node *map = entry->value->entries[i].value;

		if (map->type != NODE_MAPPING || map->count == 1) {
			keys_read(ld, &fault_keys, &entry->value->entries[i], &faults[i]);
			continue;
		}
		diag_error(ld->diags, map->count ? map->entries[1].key->pos : map->pos, RULE_ONE_FAULT,
			   map->count ? "a second fault in one element of 'faults'" :
			   "an element of 'faults' without a fault");
		if (map->count)
			diag_hint(ld->diags, "start each fault with '- '");
	}
	draft->sc.faults = faults;
	draft->sc.fault_count = entry->value->count;
}
