/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policies of a scenario: names, and mappings that make a new one out of
 * one that there is.
 */
#include <string.h>

#include "scenario/loader.h"
#include "sim/policy.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* What `--policy` calls all of them. */
#define NAME_OF_ALL "all"

struct policy_draft {
	const char *name, *base;
	unsigned hysteresis, retry, level;
};

static const struct key_choice retries[] = {
	{ "none", RETRY_NONE }, { "doubling", RETRY_DOUBLING }, { NULL, 0 }
};

static const struct key_choice levels[] = {
	{ "section", LEVEL_SECTION }, { "lmb", LEVEL_LMB }, { "request", LEVEL_REQUEST }, { NULL, 0 }
};

static const struct key policy_rows[] = {
	{ .name = "name", .type = KEY_NAME, .offset = offsetof(struct policy_draft, name),
	  .def_doc = "`base+key=value+...` of the keys below", .doc = "what results, `expect` and `--policy` call it" },
	{ .name = "base", .type = KEY_NAME, .required = true, .offset = offsetof(struct policy_draft, base),
	  .doc = "the policy that it is like: one of `hptsim list policies`" },
	{ .name = "hysteresis", .type = KEY_UINT, .min = "0", .max = "8", .def_doc = "as `base`",
	  .offset = offsetof(struct policy_draft, hysteresis),
	  .doc = "shrink only when the target is more than this many orders below the present one; mainline: 1" },
	{ .name = "retry", .type = KEY_CHOICE, .choices = retries, .def_doc = "as `base`",
	  .offset = offsetof(struct policy_draft, retry),
	  .doc = "after a shrink that failed for want of room: give up, or try the next order up" },
	{ .name = "level", .type = KEY_CHOICE, .choices = levels, .def_doc = "as `base`",
	  .offset = offsetof(struct policy_draft, level),
	  .doc = "where the check sits: each section mapping, around each LMB, around the request's loop; "
		 "not all policies can have it moved" },
};

const struct key_table policy_keys = {
	"policies", "An element of `policies` that makes a new policy; at least one of the last three is required",
	policy_rows, COUNT(policy_rows)
};

const struct key_table *const policy_tables[] = { &policy_keys, NULL };

static const struct policy *find_own(const struct scenario *sc, const char *name)
{
	size_t i;

	for (i = 0; i < sc->policy_count; i++) {
		if (strcmp(sc->policies[i]->name, name) == 0)
			return sc->policies[i];
	}
	return NULL;
}

/* @own: those of the scenario can be meant, too. */
static void unknown_policy(struct loader *ld, struct srcpos pos, const char *text, bool own)
{
	const struct scenario *sc = &ld->draft.sc;
	struct text_nearest near = { .word = text };
	const char *list = "";
	size_t i;

	for (i = 0; policy_table[i]; i++) {
		list = arena_printf(&ld->arena, "%s%s%s", list, *list ? ", " : "", policy_table[i]->name);
		text_nearest_offer(&near, policy_table[i]->name);
	}
	for (i = 0; own && i < sc->policy_count; i++)
		text_nearest_offer(&near, sc->policies[i]->name);
	diag_error(ld->diags, pos, RULE_UNKNOWN_POLICY, "no policy '%.60s'", text);
	if (near.best)
		keys_suggest(ld, &near);
	else
		diag_hint(ld->diags, "policies are %s", list);
}

const struct policy *policies_find(struct loader *ld, struct srcpos pos, const char *name)
{
	const struct policy *policy = policy_find(name);

	if (!policy)
		policy = find_own(&ld->draft.sc, name);
	if (!policy)
		unknown_policy(ld, pos, name, true);
	return policy;
}

static void add_policy(struct loader *ld, const struct policy *policy)
{
	struct scenario *sc = &ld->draft.sc;

	sc->policies = arena_push(&ld->arena, sc->policies, sc->policy_count, sizeof(*sc->policies));
	sc->policies[sc->policy_count++] = policy;
}

static void read_policy_name(struct loader *ld, const struct node *list, const struct node *value)
{
	const char *text = keys_scalar(ld, "policies", value, "a sequence of policies");
	const struct policy *policy = text ? policies_find(ld, value->pos, text) : NULL;
	size_t i;

	if (!policy)
		return;
	if (!find_own(&ld->draft.sc, text)) {
		add_policy(ld, policy);
		return;
	}
	diag_error(ld->diags, value->pos, RULE_DUPLICATE_POLICY, "'%.60s' is given twice", text);
	for (i = 0; ld->diags->last_kept && i < list->count && list->entries[i].value != value; i++) {
		const struct node *first = list->entries[i].value, *name = node_get(first, "name");

		if (name)
			first = name;
		if (first->type != NODE_SCALAR || strcmp(first->text, text) != 0)
			continue;
		diag_note(ld->diags, first->pos, "first given here");
		break;
	}
}

/* Of the values as they were written, in the order of the table. */
static const char *default_name(struct loader *ld, const struct policy *base, const struct node *map)
{
	const char *name = base->name;
	size_t i;

	for (i = 0; i < policy_keys.count; i++) {
		const struct node *value = node_get(map, policy_rows[i].name);

		if (value && policy_rows[i].offset >= offsetof(struct policy_draft, hysteresis))
			name = arena_printf(&ld->arena, "%s+%s=%s", name, policy_rows[i].name, value->text);
	}
	return name;
}

static void bad_level(struct loader *ld, const struct policy *base, struct srcpos pos)
{
	const char *list = "";
	struct policy unused;
	size_t i;

	for (i = 0; policy_table[i]; i++) {
		if (policy_derive(&unused, policy_table[i], "", -1, -1, LEVEL_REQUEST) == 0)
			list = arena_printf(&ld->arena, "%s%s%s", list, *list ? ", " : "", policy_table[i]->name);
	}
	diag_error(ld->diags, pos, RULE_POLICY_LEVEL, "the check of '%s' cannot be moved", base->name);
	diag_hint(ld->diags, "a 'base' with a 'level' is one of %s", list);
}

static void check_name(struct loader *ld, const char *name, struct srcpos pos)
{
	if (strcmp(name, NAME_OF_ALL) == 0)
		diag_error(ld->diags, pos, RULE_DUPLICATE_POLICY, "'%s' is what --policy calls all policies",
			   name);
	else if (policy_find(name))
		diag_error(ld->diags, pos, RULE_DUPLICATE_POLICY, "there is a policy '%s' already", name);
	else if (find_own(&ld->draft.sc, name))
		diag_error(ld->diags, pos, RULE_DUPLICATE_POLICY, "'%.60s' is given twice", name);
}

static void derive_policy(struct loader *ld, const struct node_entry *entry)
{
	const struct node *map = entry->value, *name = node_get(map, "name"), *base_node = node_get(map, "base");
	bool hysteresis = node_get(map, "hysteresis") != NULL, retry = node_get(map, "retry") != NULL;
	const struct node *level = node_get(map, "level");
	struct policy_draft draft = { .level = LEVEL_AS_BASE };
	size_t before = ld->diags->error_count;
	const struct policy *base;
	struct policy *policy;

	keys_read(ld, &policy_keys, entry, &draft);
	if (!hysteresis && !retry && !level) {
		diag_error(ld->diags, map->pos, RULE_MISSING_KEY, "nothing that makes it differ from its base");
		diag_hint(ld->diags, "give 'hysteresis', 'retry' or 'level'");
	}
	base = draft.base ? policy_find(draft.base) : NULL;
	if (draft.base && !base)
		unknown_policy(ld, base_node->pos, draft.base, false);
	policy = arena_alloc(&ld->arena, sizeof(*policy));
	if (base && level && policy_derive(policy, base, "", -1, -1, (enum policy_level)draft.level) != 0)
		bad_level(ld, base, level->pos);
	if (draft.name)
		check_name(ld, draft.name, name->pos);
	if (ld->diags->error_count > before)
		return;
	if (!draft.name) {
		draft.name = default_name(ld, base, map);
		check_name(ld, draft.name, map->pos);
	}
	policy_derive(policy, base, draft.name, hysteresis ? (int)draft.hysteresis : -1,
		      retry ? (int)draft.retry : -1, (enum policy_level)draft.level);
	add_policy(ld, policy);
}

void read_policies(struct loader *ld, const struct key *key, const struct node_entry *entry, void *base)
{
	size_t i;

	if (!entry) {
		add_policy(ld, policy_find("per-section"));
		return;
	}
	if (!keys_want_sequence(ld, key->name, entry->value))
		return;
	if (!entry->value->count)
		diag_error(ld->diags, entry->value->pos, RULE_EMPTY_LIST, "'%s' needs at least one policy",
			   key->name);
	for (i = 0; i < entry->value->count; i++) {
		if (entry->value->entries[i].value->type == NODE_MAPPING)
			derive_policy(ld, &entry->value->entries[i]);
		else
			read_policy_name(ld, entry->value, entry->value->entries[i].value);
	}
}
