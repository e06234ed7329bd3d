// SPDX-License-Identifier: GPL-2.0-or-later
#include "scenario/schema.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "scenario/costs.h"
#include "scenario/loader.h"
#include "sim/policy.h"

/* As text_uint() and text_quantity() read them. */
#define WHOLE	"(0|[1-9][0-9]*|0x[0-9a-fA-F]+)"
#define DECIMAL	"(0|[1-9][0-9]*)(\\.[0-9]+)?"
#define NAME	"[A-Za-z0-9_.-]{1,128}"

static const char size_pattern[] = DECIMAL "(K|M|G|T|KiB|MiB|GiB|TiB)";
static const char time_pattern[] = DECIMAL "(ns|us|ms|s|min|h)";

struct schema {
	struct loader *ld;
	json_t *policies;	/* names, for completion */
};

static json_t *table_schema(struct schema *s, const struct key_table *table);
static json_t *any_among(const struct key_table *table, const char *list);

/* Behind ^ and before $; a plain number of YAML is text here, too. */
static json_t *pattern(struct schema *s, const char *what)
{
	return json_pack("{s:[s,s,s], s:s}", "type", "string", "number", "boolean", "pattern",
			 arena_printf(&s->ld->arena, "^(%s)$", what));
}

static json_t *number(struct schema *s, const char *min, const char *max, bool is_signed)
{
	uint64_t low = 0, high = INT64_MAX;

	if (min)
		text_uint(min, &low);
	if (max)
		text_uint(max, &high);
	return json_pack("{s:[s,s], s:I, s:I, s:s}", "type", "integer", "string",
			 "minimum", is_signed ? -(json_int_t)high : (json_int_t)low, "maximum", (json_int_t)high,
			 "pattern", arena_printf(&s->ld->arena, "^%s" WHOLE "$", is_signed ? "-?" : ""));
}

/* 0 needs no unit, and is the only number that has none. */
static json_t *quantity(struct schema *s, const char *with_unit, const char *min)
{
	if (min && strcmp(min, "0") != 0)
		return json_pack("{s:s, s:s}", "type", "string", "pattern", arena_printf(&s->ld->arena, "^%s$", with_unit));
	return json_pack("{s:[s,s], s:i, s:i, s:s}", "type", "integer", "string", "minimum", 0, "maximum", 0,
			 "pattern", arena_printf(&s->ld->arena, "^(0|%s)$", with_unit));
}

static json_t *choices(const struct key *key)
{
	json_t *words = json_array();

	for (const struct key_choice *c = key->choices; c->name; c++) {
		json_array_append_new(words, json_string(c->name));
		/* unquoted, they are no text in YAML */
		if (strcmp(c->name, "true") == 0 || strcmp(c->name, "false") == 0)
			json_array_append_new(words, json_boolean(*c->name == 't'));
	}
	return json_pack("{s:o}", "enum", words);
}

/* Each size in every unit that it is a whole number of, the table's spelling first. */
static json_t *page_sizes(struct schema *s, const struct key *key)
{
	json_t *words = json_array();

	for (const struct key_choice *c = key->choices; c->name; c++)
		json_array_append_new(words, json_string(c->name));
	for (const struct key_choice *c = key->choices; c->name; c++) {
		for (const struct text_unit *u = text_size_units; u->name; u++) {
			uint64_t bytes = UINT64_C(1) << c->value;
			const char *text = arena_printf(&s->ld->arena, "%" PRIu64 "%s", bytes / u->factor, u->name);

			if (bytes % u->factor == 0 && strcmp(text, c->name) != 0)
				json_array_append_new(words, json_string(text));
		}
	}
	return json_pack("{s:o}", "enum", words);
}

static json_t *either(json_t *a, json_t *b)
{
	return json_pack("{s:[o,o]}", "anyOf", a, b);
}

/* A name that an editor completes, or another one. */
static json_t *name_among(struct schema *s, json_t *names, const char *other)
{
	return either(json_pack("{s:o}", "enum", names), pattern(s, other));
}

static json_t *cost_profiles(void)
{
	json_t *names = json_array();

	for (const struct costs_builtin *b = costs_builtin; b->name; b++)
		json_array_append_new(names, json_string(b->name));
	return names;
}

/* "< A", "A..B" and so on. */
static json_t *bounds(struct schema *s, enum key_type type)
{
	const char *one = type == KEY_TIME ? time_pattern : type == KEY_SIZE ? size_pattern : WHOLE;
	const char *part = type == KEY_INT64 ? one : arena_printf(&s->ld->arena, "(0|%s)", one);

	return json_pack("{s:[s,s], s:i, s:I, s:s}", "type", "integer", "string", "minimum", 0,
			 "maximum", (json_int_t)(type == KEY_INT64 ? INT64_MAX : 0), "pattern",
			 arena_printf(&s->ld->arena, "^ *((<|<=|>|>=|=|==)? *%s|%s *\\.\\. *(%s)?|\\.\\. *%s) *$", part, part, part,
				      part));
}

static json_t *by_policy(struct schema *s)
{
	json_t *properties = json_object(), *ref = json_pack("{s:s}", "$ref", "#/definitions/expect"), *name;
	size_t i;

	json_array_foreach(s->policies, i, name)
		json_object_set(properties, json_string_value(name), ref);
	return json_pack("{s:s, s:o, s:o}", "type", "object", "properties", properties, "additionalProperties", ref);
}

/* Of a list's elements: exactly one key, and perhaps @besides. */
static json_t *exactly_one(struct schema *s, const struct key *key)
{
	json_t *element = table_schema(s, key->inner), *ones = json_array();

	for (size_t i = 0; i < key->inner->count; i++) {
		const char *name = key->inner->keys[i].name;

		if (!key->besides || strcmp(name, key->besides) != 0)
			json_array_append_new(ones, json_pack("{s:[s]}", "required", name));
	}
	json_object_set_new(element, "oneOf", ones);
	return element;
}

static json_t *list_of(const struct key *key, json_t *element)
{
	json_t *list = json_pack("{s:s, s:o}", "type", "array", "items", element);

	if (key->not_empty)
		json_object_set_new(list, "minItems", json_integer(1));
	return list;
}

static json_t *custom(struct schema *s, const struct key *key, size_t row)
{
	json_t *own;

	switch (key->shape) {
	case SHAPE_SCALAR:
		return key->pattern ? pattern(s, key->pattern) : json_object();
	case SHAPE_MAPPING:
		return table_schema(s, key->inner);
	case SHAPE_OPTIONAL:
		return either(json_pack("{s:s}", "type", "null"), table_schema(s, key->inner));
	case SHAPE_LIST:
		return list_of(key, table_schema(s, key->inner));
	case SHAPE_LIST_OF_ONE:
		return list_of(key, exactly_one(s, key));
	case SHAPE_POLICIES:
		own = table_schema(s, key->inner);
		json_object_set_new(own, "anyOf", any_among(key->inner, key->any_of));
		return list_of(key, json_pack("{s:[o,o,o]}", "anyOf", json_pack("{s:O}", "enum", s->policies), pattern(s, NAME), own));
	case SHAPE_BY_POLICY:
		return by_policy(s);
	case SHAPE_COSTS:
		return name_among(s, cost_profiles(), NAME "|.*\\.yaml");
	case SHAPE_PRICES:
		return table_schema(s, costs_table(s->ld, false));
	case SHAPE_POLICY:
		return name_among(s, json_incref(s->policies), ".+");
	case SHAPE_AXES:
		return json_pack("{s:s, s:{s:[s,s,s,s]}}", "type", "object", "additionalProperties", "type", "array", "string",
				 "number", "boolean");
	case SHAPE_WORDS:
		return list_of(key, choices(key));
	case SHAPE_BOUNDS:
		return bounds(s, expect_type(row));
	}
	return NULL;
}

static json_t *value_schema(struct schema *s, const struct key *key, size_t row)
{
	switch (key->type) {
	case KEY_UINT:
	case KEY_INT64:
		return number(s, key->min, key->max, false);
	case KEY_PRICE:
		return json_pack("{s:[s,s], s:i, s:s}", "type", "integer", "string", "minimum", 0,
				 "pattern", "^" WHOLE "( *(\u00b1|\\+-) *" WHOLE ")?$");
	case KEY_SIGNED:
		return number(s, key->min, key->max, true);
	case KEY_SIZE:
		return quantity(s, size_pattern, key->min);
	case KEY_TIME:
		return quantity(s, time_pattern, key->min);
	case KEY_BOOL:
		return json_pack("{s:[b,b,s,s]}", "enum", 1, 0, "true", "false");
	case KEY_NAME:
		return pattern(s, NAME);
	case KEY_TEXT:
		return json_pack("{s:[s,s,s]}", "type", "string", "number", "boolean");
	case KEY_CHOICE:
		return choices(key);
	case KEY_PAGE_SIZE:
		return page_sizes(s, key);
	case KEY_WORD_OR_UINT:
		return either(choices(key), number(s, key->min, key->max, false));
	case KEY_KERNEL:
		/* unquoted, 6.1 is a number in YAML */
		return json_pack("{s:[s,s], s:f, s:s}", "type", "string", "number", "minimum", 4.11,
				 "pattern", "^[0-9]+\\.[0-9]+(\\.[0-9]+)?$");
	case KEY_CUSTOM:
		return custom(s, key, row);
	}
	return NULL;
}

/* Markdown to plain text. */
static char *plain(struct schema *s, const char *text)
{
	char *copy = arena_strdup(&s->ld->arena, text), *to = copy;

	for (const char *from = copy; *from; from++)
		if (*from != '`')
			*to++ = *from;
	*to = '\0';
	return copy;
}

static json_t *key_schema(struct schema *s, const struct key *key, size_t row)
{
	json_t *value = value_schema(s, key, row);

	if (key->def_doc)
		json_object_set_new(value, "description", json_sprintf("%s (default: %s)", plain(s, key->doc),
								       plain(s, key->def_doc)));
	else
		json_object_set_new(value, "description", json_string(plain(s, key->doc)));
	if (key->def && *key->def)
		json_object_set_new(value, "default", json_string(key->def));
	return value;
}

/* Those of a table's keys that @list has. */
static json_t *keys_among(const struct key_table *table, const char *list)
{
	json_t *found = json_array();

	for (size_t i = 0; i < table->count; i++)
		if (keys_list_has(list, table->keys[i].name))
			json_array_append_new(found, json_string(table->keys[i].name));
	return found;
}

/* A mapping with one of these keys at least. */
static json_t *any_among(const struct key_table *table, const char *list)
{
	json_t *names = keys_among(table, list), *any = json_array(), *name;
	size_t i;

	json_array_foreach(names, i, name)
		json_array_append_new(any, json_pack("{s:[O]}", "required", name));
	json_decref(names);
	return any;
}

static json_t *rule_schema(const struct key_table *table, const char *name, const struct key_rule *rule)
{
	json_t *lacks = keys_among(table, rule->lacks), *none = json_object(), *other;
	size_t i;

	json_array_foreach(lacks, i, other)
		json_object_set_new(none, json_string_value(other), json_false());
	json_decref(lacks);
	return json_pack("{s:{s:{s:{s:s}}, s:[s]}, s:{s:o, s:o}}", "if", "properties", name, "const", rule->word,
			 "required", name, "then", "required", keys_among(table, rule->needs), "properties", none);
}

/* What words of its keys mean for the others. */
static void add_rules(json_t *result, const struct key_table *table)
{
	json_t *all = json_array();

	for (size_t i = 0; i < table->count; i++)
		for (const struct key_rule *rule = table->keys[i].rules; rule && rule->word; rule++)
			json_array_append_new(all, rule_schema(table, table->keys[i].name, rule));
	if (json_array_size(all))
		json_object_set_new(result, "allOf", all);
	else
		json_decref(all);
}

static json_t *table_schema(struct schema *s, const struct key_table *table)
{
	json_t *properties = json_object(), *required = json_array();
	json_t *result = json_pack("{s:s, s:o, s:b}", "type", "object", "properties", properties, "additionalProperties", 0);

	for (size_t i = 0; i < table->count; i++) {
		const struct key *key = &table->keys[i];

		json_object_set_new(properties, key->name, key_schema(s, key, i));
		if (key->required)
			json_array_append_new(required, json_string(key->name));
	}
	if (json_array_size(required))
		json_object_set_new(result, "required", required);
	else
		json_decref(required);
	add_rules(result, table);
	return result;
}

struct request {
	json_t *schema;
};

static void make_schema(struct loader *ld, void *arg)
{
	struct request *request = arg;
	struct schema s = { .ld = ld, .policies = json_array() };
	json_t *head = json_pack("{s:s, s:s, s:s, s:{s:o}}", "$schema", "http://json-schema.org/draft-07/schema#",
				 "title", "hptsim scenario, version 1",
				 "description", "A guest, its hypervisor, and what happens to the guest's memory",
				 "definitions", "expect", table_schema(&s, &expect_keys));

	for (size_t i = 0; policy_table[i]; i++)
		json_array_append_new(s.policies, json_string(policy_table[i]->name));
	request->schema = table_schema(&s, &scenario_keys);
	json_object_update(head, request->schema);
	json_decref(request->schema);
	request->schema = head;
	json_decref(s.policies);
}

bool scenario_print_schema(FILE *out)
{
	struct loader *ld = loader_new(NULL, NULL);
	struct request request = { NULL };
	bool ok = ld && loader_run(ld, make_schema, &request) && request.schema &&
		  json_dumpf(request.schema, out, JSON_INDENT(2) | JSON_ENSURE_ASCII) == 0 && fputc('\n', out) != EOF;

	json_decref(request.schema);
	loader_free(ld);
	return ok;
}
