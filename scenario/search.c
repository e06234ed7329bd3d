// SPDX-License-Identifier: GPL-2.0-or-later
#include "scenario/search.h"

#include <string.h>

#include "scenario/loader.h"

static key_reader read_find, read_kinds, read_vary;

static const struct key_choice kinds[] = {
#define SEARCH_KIND(id, name, doc) { name, 1u << EVENT_##id },
	EVENT_KINDS(SEARCH_KIND)
#undef SEARCH_KIND
	{ "at", SEARCH_AT }, { NULL, 0 }
};

static const struct key search_rows[] = {
	{ .name = "find", .type = KEY_CUSTOM, .read = read_find, .shape = SHAPE_SCALAR, .takes = "an expression", .def_doc = "`--find`",
	  .doc = "what a counterexample is, such as `failures > 0`; with it, `hptsim check` searches, too" },
	{ .name = "vary", .type = KEY_CUSTOM, .read = read_vary, .shape = SHAPE_AXES, .takes = "a mapping from keys to values",
	  .def_doc = "memory, LMB and page sizes",
	  .doc = "values of keys joined by dots, each a list `[a, b]` or a range `2GiB..4TiB:x2`; `sizes`: of what events bring" },
	{ .name = "events", .type = KEY_UINT, .min = "0", .max = "16", .def_doc = "`4`",
	  .offset = offsetof(struct scenario_search, events),
	  .doc = "at most so many in a sequence; `0`: those of the scenario only" },
	{ .name = "kinds", .type = KEY_CUSTOM, .read = read_kinds, .shape = SHAPE_WORDS, .choices = kinds,
	  .not_empty = true, .takes = "a sequence of kinds of events",
	  .def_doc = "all but `hpt_order`, `wait` and `migrate`",
	  .doc = "what sequences are made of; `at`: some start at a time, whatever else goes on" },
	{ .name = "points", .type = KEY_INT64, .min = "1", .max = "1000000000", .def_doc = "`2000`",
	  .offset = offsetof(struct scenario_search, points),
	  .doc = "at most so many are tried" },
};

const struct key_table search_keys = { "search", "`search`", search_rows, sizeof(search_rows) / sizeof(search_rows[0]) };

/* Where its text begins: behind a quote, if there is one. */
static struct srcpos text_pos(const struct node *value)
{
	struct srcpos pos = value->pos;

	if (!value->plain)
		pos.col++;
	return pos;
}

static void read_find(struct loader *ld, const struct key *key, const struct node_entry *entry, void *base)
{
	struct scenario_search *search = base;

	if (!entry)
		return;
	search->find = keys_scalar(ld, key->name, entry->value, key->takes);
	search->find_pos = text_pos(entry->value);
}

static void read_kinds(struct loader *ld, const struct key *key, const struct node_entry *entry, void *base)
{
	struct scenario_search *search = base;

	if (!entry || !keys_want_sequence(ld, key->name, entry->value))
		return;
	for (size_t i = 0; i < entry->value->count; i++) {
		const struct node *value = entry->value->entries[i].value;
		const char *text = keys_scalar(ld, key->name, value, "kinds of events");
		unsigned kind = text ? search_kind(text) : 0;

		if (text && !kind) {
			diag_error(ld->diags, value->pos, RULE_UNKNOWN_VALUE, "no kind of event '%.60s'", text);
			diag_hint(ld->diags, "kinds are %s", search_kind_list());
		}
		search->kinds |= kind;
	}
	if (!(search->kinds & ~SEARCH_AT) && ld->diags->error_count == 0) {
		diag_error(ld->diags, entry->value->pos, RULE_EMPTY_LIST, "'%s' needs at least one kind of event", key->name);
		diag_hint(ld->diags, "kinds are %s", search_kind_list());
	}
}

static void read_vary(struct loader *ld, const struct key *key, const struct node_entry *entry, void *base)
{
	if (entry && keys_want_mapping(ld, key->name, entry->value))
		axis_read_lines(ld, AXIS_OF_SEARCH, entry->value);
}

void read_search(struct loader *ld, const struct key *key, const struct node_entry *entry, void *base)
{
	struct scenario_draft *draft = base;

	draft->search.events = SEARCH_EVENTS_MAX + 1;
	/* a point of a sweep or a search: read before */
	if (entry && !ld->opts->point)
		keys_read(ld, &search_keys, entry, &draft->search);
}

unsigned search_kind(const char *name)
{
	for (const struct key_choice *c = kinds; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c->value;
	return 0;
}

const char *search_kind_list(void)
{
#define SEARCH_KIND_NAME(id, name, doc) name ", "
	return EVENT_KINDS(SEARCH_KIND_NAME) "at";
#undef SEARCH_KIND_NAME
}
