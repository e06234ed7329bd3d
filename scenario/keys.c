/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/keys.h"

#include <assert.h>
#include <string.h>

#include "scenario/loader.h"
#include "scenario/values.h"

/* A key without a value, as YAML has it. */
static bool is_null(const struct node *value)
{
	return value->type == NODE_SCALAR && value->plain &&
	       (!*value->text || strcmp(value->text, "~") == 0 || strcmp(value->text, "null") == 0);
}

const char *key_takes(const struct key *key)
{
	return key->takes ? key->takes : key_types[key->type].takes;
}

static bool want(struct loader *ld, const char *name, const struct node *value,
		 enum node_type type, const char *what)
{
	if (value->type == type)
		return true;
	if (value->type == NODE_SCALAR && value->plain && !*value->text)
		diag_error(ld->diags, value->pos, RULE_MISSING_VALUE, "'%s' has no value", name);
	else
		diag_error(ld->diags, value->pos, RULE_WRONG_TYPE, "'%s' takes %s, not %s", name, what,
			   node_type_name(value));
	if (type == NODE_SEQUENCE && value->type == NODE_SCALAR && text_is_name(value->text))
		diag_hint(ld->diags, "write '[%s]'", value->text);
	return false;
}

bool keys_want_sequence(struct loader *ld, const char *name, const struct node *value)
{
	return want(ld, name, value, NODE_SEQUENCE, "a sequence");
}

bool keys_want_mapping(struct loader *ld, const char *name, const struct node *value)
{
	return want(ld, name, value, NODE_MAPPING, "a mapping");
}

static const struct key *find_key(const struct key_table *table, const char *name)
{
	size_t i;

	for (i = 0; i < table->count; i++) {
		if (strcmp(table->keys[i].name, name) == 0)
			return &table->keys[i];
	}
	return NULL;
}

static void unknown_key(struct loader *ld, const struct key_table *table, const struct node *key)
{
	struct text_nearest near = { .word = key->text };
	size_t i;

	for (i = 0; i < table->count; i++)
		text_nearest_offer(&near, table->keys[i].name);
	if (*table->name)
		diag_error(ld->diags, key->pos, RULE_UNKNOWN_KEY, "unknown key '%.60s' in '%s'",
			   key->text, table->name);
	else
		diag_error(ld->diags, key->pos, RULE_UNKNOWN_KEY, "unknown key '%.60s'", key->text);
	keys_suggest(ld, &near);
}

static void read_value(struct loader *ld, const struct key *key,
		       const struct node_entry *entry, void *base)
{
	struct reading r = { .ld = ld, .key = key, .value = entry->value };

	if (key->type == KEY_CUSTOM) {
		key->read(ld, key, entry, base);
		return;
	}
	r.text = keys_scalar(ld, key->name, entry->value, key_takes(key));
	if (r.text)
		key_types[key->type].read(&r, (char *)base + key->offset);
}

/* The same way as a value from a file, so that a table cannot have a bad default. */
static void store_default(struct loader *ld, const struct key *key, void *base)
{
	const struct source src = { .name = "default", .text = key->def, .size = strlen(key->def) };
	const struct node value = { .type = NODE_SCALAR, .text = key->def, .pos = { .source = &src } };
	struct reading r = { .ld = ld, .key = key, .value = &value, .text = key->def };
	bool ok = key_types[key->type].read(&r, (char *)base + key->offset);

	assert(ok);
	(void)ok;
}

bool keys_read(struct loader *ld, const struct key_table *table,
	       const struct node_entry *entry, void *base)
{
	const struct node *map = entry ? entry->value : NULL;
	const struct node_entry *found;
	size_t i;

	if (map && !keys_want_mapping(ld, *table->name ? table->name : "the scenario", map))
		return false;
	for (i = 0; map && i < map->count; i++) {
		if (!find_key(table, map->entries[i].key->text))
			unknown_key(ld, table, map->entries[i].key);
	}
	for (i = 0; i < table->count; i++) {
		const struct key *key = &table->keys[i];

		found = node_find(map, key->name);
		if (found)
			read_value(ld, key, found, base);
		else if (key->required && map && *table->name)
			diag_error(ld->diags, entry->key ? entry->key->pos : map->pos, RULE_MISSING_KEY,
				   "'%s' lacks the key '%s'", table->name, key->name);
		else if (key->required && map)
			diag_error(ld->diags, map->pos, RULE_MISSING_KEY, "the key '%s' is missing",
				   key->name);
		else if (key->type == KEY_CUSTOM)
			key->read(ld, key, NULL, base);
		else if (key->def)
			store_default(ld, key, base);
	}
	return true;
}

bool keys_list_has(const char *list, const char *name)
{
	size_t length = strlen(name);

	for (const char *s = list; (s = strstr(s, name)) != NULL; s += length)
		if ((s == list || s[-1] == ' ') && (!s[length] || s[length] == ' '))
			return true;
	return false;
}

static void check_rule(struct loader *ld, const struct key_table *table, const struct node_entry *entry,
		       const char *key, const struct key_rule *rule)
{
	for (size_t i = 0; i < table->count; i++) {
		const char *name = table->keys[i].name;
		const struct node_entry *found = node_find(entry->value, name);

		if (!found && keys_list_has(rule->needs, name))
			diag_error(ld->diags, entry->key->pos, RULE_MISSING_KEY, "'%s' %s %s lacks the key '%s'", table->name,
				   key, rule->word, name);
		if (found && keys_list_has(rule->lacks, name))
			diag_error(ld->diags, found->key->pos, RULE_SUPERFLUOUS_KEY, "'%s' %s %s has no '%s'", table->name, key,
				   rule->word, name);
	}
}

void keys_check_rules(struct loader *ld, const struct key_table *table, const struct node_entry *entry)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct key *key = &table->keys[i];
		const struct node *value = node_get(entry->value, key->name);

		for (const struct key_rule *rule = key->rules; rule && rule->word; rule++)
			if (value && value->type == NODE_SCALAR && strcmp(value->text, rule->word) == 0)
				check_rule(ld, table, entry, key->name, rule);
	}
}

bool keys_read_optional(struct loader *ld, const struct key_table *table,
			const struct node_entry *entry, void *base)
{
	return keys_read(ld, table, is_null(entry->value) ? NULL : entry, base);
}
