// SPDX-License-Identifier: GPL-2.0-or-later
/* `sweep`, `vary` of `search`, and --vary: which values a key takes. */
#include "scenario/axis.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/loader.h"

#define SPEC_FORMS	"a list '[a, b]', a range '2GiB..4TiB:x2' or '1..64:+1', or one value"

/* Where an axis is being read. */
struct reading {
	struct loader *ld;
	enum axis_of of;
	struct scenario_axis *axis;
	struct srcpos pos;	/* of the SPEC */
};

static void bad(const struct reading *r, const char *what, const char *hint)
{
	diag_error(r->ld->diags, r->pos, RULE_BAD_SWEEP, "'%.60s': %s", r->axis->key, what);
	diag_hint(r->ld->diags, "%s", hint);
}

/* A number with or without a unit; false: neither. */
static bool quantity(const char *text, enum axis_unit unit, int64_t *number)
{
	enum text_status status = TEXT_MALFORMED;
	const char *rest;
	uint64_t value = 0;

	if (unit == AXIS_NUMBER)
		status = text_uint(text, &value);
	else if (unit == AXIS_BYTES)
		status = text_quantity(text, text_size_units, &rest, &value);
	else if (unit == AXIS_NS)
		status = text_quantity(text, text_time_units, &rest, &value);
	*number = (int64_t)value;
	return status == TEXT_OK && value <= INT64_MAX;
}

/* What all values are. */
static void find_unit(struct scenario_axis *axis)
{
	for (axis->unit = AXIS_NUMBER; axis->unit < AXIS_TEXT; axis->unit++) {
		size_t i = 0;

		while (i < axis->count && quantity(axis->values[i].text, axis->unit, &axis->values[i].number))
			i++;
		if (i == axis->count)
			return;
	}
}

static const char *quoted(struct arena *a, const char *text)
{
	char *out = arena_alloc(a, 2 * strlen(text) + 3), *at = out;

	*at++ = '\'';
	for (; *text; text++) {
		if (*text == '\'')
			*at++ = '\'';
		*at++ = *text;
	}
	*at++ = '\'';
	return out;
}

/* False: there are too many. */
static bool add_value(const struct reading *r, const char *text, bool plain)
{
	struct scenario_axis *axis = r->axis;
	struct arena *a = &r->ld->arena;

	if (axis->count == AXIS_VALUES_MAX) {
		bad(r, "more than 65536 values", "sweep two keys, or take larger steps");
		return false;
	}
	axis->values = arena_push(a, axis->values, axis->count, sizeof(*axis->values));
	axis->values[axis->count++] = (struct axis_value){ .text = text, .yaml = plain ? text : quoted(a, text) };
	return true;
}

static const char *time_text(struct arena *a, int64_t ns)
{
	static const char *const names[] = { "h", "min", "s", "ms", "us", "ns" };
	static const int64_t factors[] = { INT64_C(3600000000000), INT64_C(60000000000), 1000000000, 1000000, 1000, 1 };
	size_t i = 0;

	while (ns % factors[i])
		i++;
	return ns ? arena_printf(a, "%" PRId64 "%s", ns / factors[i], names[i]) : "0";
}

static const char *number_text(struct arena *a, enum axis_unit unit, int64_t number)
{
	char buf[TEXT_BYTES_MAX];

	if (unit == AXIS_BYTES && number % 1024 == 0)
		return arena_strdup(a, text_from_bytes((uint64_t)number, buf));
	if (unit == AXIS_NS)
		return time_text(a, number);
	return arena_printf(a, "%" PRId64, number);
}

static void fill_range(const struct reading *r, enum axis_unit unit, int64_t first, int64_t last, char kind,
		       int64_t step)
{
	int64_t value = first;

	for (;;) {
		if (!add_value(r, number_text(&r->ld->arena, unit, value), true))
			return;
		if (kind == 'x' ? value > last / step : value > last - step)
			return;
		value = kind == 'x' ? value * step : value + step;
	}
}

/* FIRST..LAST:xN or FIRST..LAST:+STEP */
static void read_range(const struct reading *r, const char *text)
{
	struct arena *a = &r->ld->arena;
	const char *dots = strstr(text, ".."), *colon = strrchr(dots, ':');
	const char *first = arena_strndup(a, text, (size_t)(dots - text)), *last;
	int64_t from = 0, to = 0, step = 0;
	enum axis_unit unit = AXIS_NUMBER;
	char kind = colon ? colon[1] : '\0';

	if (kind != 'x' && kind != '+') {
		bad(r, "a range without a step", "write 'FIRST..LAST:x2' to double, 'FIRST..LAST:+STEP' to add");
		return;
	}
	last = arena_strndup(a, dots + 2, (size_t)(colon - dots) - 2);
	while (unit < AXIS_TEXT && !(quantity(first, unit, &from) && quantity(last, unit, &to) &&
				     quantity(colon + 2, kind == 'x' ? AXIS_NUMBER : unit, &step)))
		unit++;
	if (unit == AXIS_TEXT)
		bad(r, "a range is of whole numbers, sizes or times, both ends alike",
		    "a factor is a whole number, a step is what the ends are: '2GiB..64GiB:x2', '1s..10s:+500ms'");
	else if (from > to)
		bad(r, "a range goes up", "write the smaller end first");
	else if (kind == 'x' && (step < 2 || !from))
		bad(r, "a range that never ends", "a factor is at least 2, and the first value is not 0");
	else if (!step)
		bad(r, "a range that never ends", "a step is more than 0");
	else
		fill_range(r, unit, from, to, kind, step);
}

static const char *list_spec(struct arena *a, const struct scenario_axis *axis)
{
	size_t size = sizeof("[]");
	char *spec, *at;

	for (size_t i = 0; i < axis->count; i++)
		size += strlen(axis->values[i].yaml) + strlen(", ");
	spec = arena_alloc_raw(a, size);
	at = stpcpy(spec, "[");
	for (size_t i = 0; i < axis->count; i++)
		at = stpcpy(stpcpy(at, i ? ", " : ""), axis->values[i].yaml);
	strcpy(at, "]");
	return spec;
}

static void read_list(const struct reading *r, const struct node *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct node *value = list->entries[i].value;
		bool plain = value->plain;

		if (value->type != NODE_SCALAR) {
			bad(r, "a value that is no scalar", "sweep the keys below it, for example 'events.0.plug.size'");
			return;
		}
		if (!add_value(r, value->text, plain))
			return;
	}
	if (!list->count)
		bad(r, "no values", "give " SPEC_FORMS);
	r->axis->spec = list_spec(&r->ld->arena, r->axis);
}

static void read_spec(const struct reading *r, const struct node *value)
{
	if (value->type == NODE_SEQUENCE) {
		read_list(r, value);
	} else if (value->type == NODE_MAPPING || !*value->text) {
		bad(r, "no values", "give " SPEC_FORMS);
	} else {
		r->axis->spec = value->plain ? value->text : quoted(&r->ld->arena, value->text);
		if (value->plain && strstr(value->text, ".."))
			read_range(r, value->text);
		else if (value->plain && strchr(value->text, ','))
			bad(r, "several values without brackets",
			    arena_printf(&r->ld->arena, "write '[%s]'", value->text));
		else
			add_value(r, value->text, value->plain);
	}
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void check_twice(const struct reading *r)
{
	const struct scenario_axis *axis = r->axis;
	const char **texts;

	/* a range has none */
	if (axis->spec[0] != '[' || axis->count < 2)
		return;
	texts = arena_alloc_raw(&r->ld->arena, axis->count * sizeof(*texts));
	for (size_t i = 0; i < axis->count; i++)
		texts[i] = axis->values[i].text;
	qsort(texts, axis->count, sizeof(*texts), compare_texts);
	for (size_t i = 1; i < axis->count; i++) {
		if (strcmp(texts[i], texts[i - 1]) != 0)
			continue;
		bad(r, arena_printf(&r->ld->arena, "'%.60s' is given twice", texts[i]), "each point is of other values");
		return;
	}
}

/* What only a search has, and what it cannot have. */
static void check_search_key(const struct reading *r, struct srcpos pos)
{
	if (strcmp(r->axis->key, AXIS_SIZES) == 0 && r->axis->count && r->axis->unit != AXIS_BYTES)
		bad(r, "sizes of memory that events bring", "for example 'sizes=256MiB..64GiB:x2'");
	if (strncmp(r->axis->key, "policies.", 9) == 0) {
		diag_error(r->ld->diags, pos, RULE_BAD_SWEEP, "'%.60s' cannot be varied", r->axis->key);
		diag_hint(r->ld->diags, "a search is for one policy: give --policy");
	}
	if (strcmp(r->axis->key, AXIS_SEED) != 0)
		return;
	diag_error(r->ld->diags, pos, RULE_BAD_SWEEP, "a search does not vary the seed of runs");
	diag_hint(r->ld->diags, "a counterexample is a scenario, which has none; --seed is what the search draws from");
}

static void check_key(const struct reading *r, struct srcpos pos)
{
	static const char *const others[][2] = {
		{ "policy", "policies are run at every point: give --policy" },
		{ "policies", "policies are run at every point: give --policy, or list them in 'policies'" },
		{ "sweep", "a sweep does not sweep itself" },
		{ "search", "a search does not search itself" },
		{ "expect", "expectations are about the values of the file" },
	};
	size_t length = strcspn(r->axis->key, "."), i;

	for (i = 0; r->axis->key[i] && text_is_name_char(r->axis->key[i]); i++)
		;
	if (r->axis->key[i] || !i)
		diag_error(r->ld->diags, pos, RULE_BAD_SWEEP, "'%.60s' is no key: keys are joined by dots", r->axis->key);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (strlen(others[i][0]) != length || strncmp(others[i][0], r->axis->key, length) != 0 ||
		    (i == 1 && r->axis->key[length]))
			continue;
		diag_error(r->ld->diags, pos, RULE_BAD_SWEEP, "'%.60s' cannot be %s", r->axis->key,
			   r->of == AXIS_OF_SEARCH ? "varied" : "swept");
		diag_hint(r->ld->diags, "%s", others[i][1]);
	}
	if (r->of == AXIS_OF_SEARCH)
		check_search_key(r, pos);
	else if (strcmp(r->axis->key, AXIS_SEED) == 0 && r->axis->count && r->axis->unit != AXIS_NUMBER)
		bad(r, "a seed is a whole number", "for example 'seed=1..10:+1'");
}

/* One already there of the same key, or a new one. */
static struct scenario_axis *place(struct loader *ld, enum axis_of of, const char *key)
{
	struct axis_list *list = &ld->draft.axes[of];

	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].key, key) == 0)
			return &list->items[i];
	list->items = arena_push(&ld->arena, list->items, list->count, sizeof(*list->items));
	return &list->items[list->count++];
}

static void read_axis(struct loader *ld, enum axis_of of, const char *key, struct srcpos key_pos, const char *from,
		      const struct node *value)
{
	struct scenario_axis axis = { .key = key, .from = from, .spec = "" };
	struct reading r = { .ld = ld, .of = of, .axis = &axis, .pos = value->pos };

	read_spec(&r, value);
	find_unit(&axis);
	check_twice(&r);
	check_key(&r, key_pos);
	*place(ld, of, key) = axis;
}

void axis_read_lines(struct loader *ld, enum axis_of of, const struct node *map)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct node_entry *line = &map->entries[i];

		read_axis(ld, of, line->key->text, line->key->pos, of == AXIS_OF_SWEEP ? "sweep" : "search", line->value);
	}
}

void read_sweep(struct loader *ld, const struct key *key, const struct node_entry *entry, void *base)
{
	/* a point of the sweep: read before */
	if (entry && !ld->opts->point && keys_want_mapping(ld, key->name, entry->value))
		axis_read_lines(ld, AXIS_OF_SWEEP, entry->value);
}

void axis_read_vary(struct loader *ld, enum axis_of of, const char *vary)
{
	const char *text = arena_strdup(&ld->arena, vary), *sign = strchr(text, '='), *key;
	const struct source *src = loader_source(ld, "--vary", text, strlen(text));
	struct srcpos pos = { .source = src, .line = 1, .col = 1, .width = DIAG_TO_LINE_END };
	struct node *value;

	if (!sign || sign == text || !sign[1 + strspn(sign + 1, " ")]) {
		diag_error(ld->diags, pos, RULE_BAD_SWEEP, "--vary takes a key, '=' and its values");
		diag_hint(ld->diags, "for example --vary guest.memory=2GiB..64GiB:x2; values are " SPEC_FORMS);
		return;
	}
	key = arena_strndup(&ld->arena, text, (size_t)(sign - text));
	for (size_t i = 0; i < ld->vary_count; i++) {
		if (strcmp(ld->vary_keys[i], key) != 0)
			continue;
		diag_error(ld->diags, pos, RULE_BAD_SWEEP, "'%.60s' is varied twice", key);
		diag_hint(ld->diags, "give all its values in one --vary");
	}
	ld->vary_keys = arena_push(&ld->arena, ld->vary_keys, ld->vary_count, sizeof(*ld->vary_keys));
	ld->vary_keys[ld->vary_count++] = key;
	value = node_parse(&ld->arena, src, (unsigned)(sign + 1 - text), ld->diags);
	if (value)
		read_axis(ld, of, key, pos, "--vary", value);
}

bool axis_is_own_fault(const struct diag_list *diags)
{
	static const enum diag_rule rules[] = {
		RULE_BAD_SET, RULE_UNKNOWN_KEY, RULE_WRONG_TYPE, RULE_BAD_NUMBER, RULE_BAD_SIZE, RULE_BAD_TIME,
		RULE_MISSING_UNIT, RULE_BAD_UNIT, RULE_INEXACT, RULE_BAD_BOOLEAN, RULE_UNKNOWN_VALUE, RULE_BAD_NAME,
		RULE_BAD_KERNEL, RULE_UNKNOWN_COSTS, RULE_YAML_SYNTAX, RULE_ONE_EVENT, RULE_MISSING_KEY,
	};

	for (size_t i = 0; i < diags->count; i++)
		for (size_t j = 0; j < sizeof(rules) / sizeof(rules[0]); j++)
			if (diags->items[i].rule == rules[j])
				return true;
	return false;
}
