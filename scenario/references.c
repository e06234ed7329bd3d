/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Published figures: `reference` of a scenario.
 */
#include "scenario/loader.h"
#include "sim/policy.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static key_reader read_seconds, read_policy;

static const struct key_choice request_words[] = {
	{ "total", 0 }, { NULL, 0 }
};

static const struct key reference_rows[] = {
	{ .name = "policy", .type = KEY_CUSTOM, .required = true, .read = read_policy, .shape = SHAPE_POLICY, .takes = "a policy's name",
	  .doc = "what was measured" },
	{ .name = "request", .type = KEY_WORD_OR_UINT, .choices = request_words, .min = "1", .max = "65536",
	  .def = "total", .offset = offsetof(struct reference_spec, request),
	  .doc = "of which request, counted from 1, or of the whole run" },
	{ .name = "seconds", .type = KEY_CUSTOM, .required = true, .read = read_seconds, .pattern = "(0|[1-9][0-9]*)(\\.[0-9]+)?",
	  .takes = "a decimal number", .doc = "the time" },
	{ .name = "source", .type = KEY_TEXT, .required = true, .offset = offsetof(struct reference_spec, source),
	  .doc = "who, where and when" },
};

const struct key_table reference_keys = {
	"reference", "An element of `reference`", reference_rows, COUNT(reference_rows)
};

static void read_policy(struct loader *ld, const struct key *key, const struct node_entry *entry, void *base)
{
	struct reference_spec *reference = base;
	const char *name = entry ? keys_scalar(ld, key->name, entry->value, key->takes) : NULL;
	const struct policy *policy = name ? policies_find(ld, entry->value->pos, name) : NULL;

	if (policy)
		reference->policy = policy->name;
}

static void read_seconds(struct loader *ld, const struct key *key, const struct node_entry *entry, void *base)
{
	struct reference_spec *reference = base;
	const char *text = entry ? keys_scalar(ld, key->name, entry->value, key->takes) : NULL;
	const char *unit;
	uint64_t ns;

	if (!text)
		return;
	/* read as the time that it is */
	if (text_quantity(arena_printf(&ld->arena, "%ss", text), text_time_units, &unit, &ns) == TEXT_OK &&
	    ns <= INT64_MAX)
		reference->ns = (int64_t)ns;
	else
		diag_error(ld->diags, entry->value->pos, RULE_WRONG_TYPE,
			   "'%s' takes a decimal number, such as 710 or 25.6, not '%.60s'", key->name, text);
}

void read_references(struct loader *ld, const struct key *key, const struct node_entry *entry, void *base)
{
	struct scenario_draft *draft = base;
	struct reference_spec *references;
	size_t i;

	if (!entry || !keys_want_sequence(ld, key->name, entry->value))
		return;
	references = arena_alloc(&ld->arena, entry->value->count * sizeof(*references));
	for (i = 0; i < entry->value->count; i++)
		keys_read(ld, key->inner, &entry->value->entries[i], &references[i]);
	draft->sc.references = references;
	draft->sc.reference_count = entry->value->count;
}
