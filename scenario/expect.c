/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run must end with: a number, or bounds of it, by the name of its column
 * or by the word that the table has for it.
 */
#include <string.h>

#include "scenario/loader.h"
#include "scenario/set.h"
#include "scenario/values.h"
#include "sim/events.h"
#include "sim/policy.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static key_reader read_bounds;

/* From the lowest to the highest number that meets it. */
struct bounds {
	bool given;
	int64_t min, max;
	const char *text;
};

#define TAKES "a number or bounds"

/* A column's name has its unit: its numbers have none. */
static const struct key expect_rows[] = {
#define COLUMN_ROW(A, type_of_it, n, what) \
	{ .name = #n, .type = KEY_CUSTOM, .read = read_bounds, .shape = SHAPE_BOUNDS, .takes = TAKES, \
	  .def_doc = "not checked", .doc = what },
	SIM_RUN_NUMBERS(COLUMN_ROW, )
#undef COLUMN_ROW
#define WORD_ROW(A, word, n) \
	{ .name = word, .type = KEY_CUSTOM, .read = read_bounds, .shape = SHAPE_BOUNDS, .takes = TAKES, \
	  .def_doc = "not checked", .doc = "as `" #n "`, but times and sizes have a unit" },
	SIM_RUN_WORDS(WORD_ROW, )
#undef WORD_ROW
};

/* Of each row. */
static const char *const columns[] = {
#define COLUMN(A, type_of_it, n, what) #n,
	SIM_RUN_NUMBERS(COLUMN, )
#undef COLUMN
#define COLUMN(A, word, n) #n,
	SIM_RUN_WORDS(COLUMN, )
#undef COLUMN
};

_Static_assert(COUNT(expect_rows) == COUNT(columns), "a row has a column");

const struct key_table expect_keys = {
	"expect", "A policy's results in `expect`: columns of table `run`, and what the terminal calls some of them", expect_rows, COUNT(expect_rows)
};

static bool ends_with(const char *text, const char *suffix)
{
	size_t size = strlen(text), tail = strlen(suffix);

	return size >= tail && strcmp(text + size - tail, suffix) == 0;
}

enum key_type expect_type(size_t row)
{
	if (strcmp(expect_rows[row].name, columns[row]) == 0)
		return KEY_INT64;
	return ends_with(columns[row], "_ns") ? KEY_TIME : ends_with(columns[row], "_bytes") ? KEY_SIZE : KEY_INT64;
}

static size_t find_row(const char *name)
{
	size_t row = 0;

	while (strcmp(expect_rows[row].name, name) != 0)
		row++;
	return row;
}

/* One number of the bounds. */
static bool read_part(struct loader *ld, const char *name, const struct node *value, const char *text, int64_t *out)
{
	static const char *const most[] = {
		[KEY_INT64] = "9223372036854775807", [KEY_TIME] = "2562047h", [KEY_SIZE] = "8388607TiB",
	};
	const enum key_type type = expect_type(find_row(name));
	const struct key key = { .name = name, .type = type, .min = "0", .max = most[type] };
	const struct reading r = { .ld = ld, .key = &key, .value = value, .text = text };

	return key_types[type].read(&r, out);
}

static const char *trimmed(struct loader *ld, const char *text, size_t size)
{
	while (size && *text == ' ') {
		text++;
		size--;
	}
	while (size && text[size - 1] == ' ')
		size--;
	return arena_strndup(&ld->arena, text, size);
}

/* "A..B", either may be left out. */
static bool read_range(struct loader *ld, const char *name, const struct node *value, const char *dots, struct bounds *b)
{
	const char *from = trimmed(ld, b->text, (size_t)(dots - b->text)), *to = trimmed(ld, dots + 2, strlen(dots + 2));

	if ((*from && !read_part(ld, name, value, from, &b->min)) || (*to && !read_part(ld, name, value, to, &b->max)))
		return false;
	if ((*from || *to) && b->min <= b->max)
		return true;
	diag_error(ld->diags, value->pos, RULE_BAD_BOUNDS, "nothing is within '%.60s'", b->text);
	diag_hint(ld->diags, "a range is written '1..3', the lower number first; '1..' and '..3' have one end");
	return false;
}

/* "< A" and so on, or the number itself. */
static bool read_compared(struct loader *ld, const char *name, const struct node *value, struct bounds *b)
{
	static const struct { const char *sign; bool below, above, equal; } signs[] = {
		{ "<=", true, false, true }, { ">=", false, true, true }, { "==", false, false, true },
		{ "<", true, false, false }, { ">", false, true, false }, { "=", false, false, true },
		{ "", false, false, true },
	};
	size_t i = 0;
	int64_t number;

	while (strncmp(b->text, signs[i].sign, strlen(signs[i].sign)) != 0)
		i++;
	if (!read_part(ld, name, value, trimmed(ld, b->text + strlen(signs[i].sign), strlen(b->text) - strlen(signs[i].sign)),
		       &number))
		return false;
	if (!signs[i].equal && number == (signs[i].below ? 0 : INT64_MAX)) {
		diag_error(ld->diags, value->pos, RULE_BAD_BOUNDS, "no number is '%.60s'", b->text);
		return false;
	}
	if (!signs[i].below)
		b->min = number + !signs[i].equal;
	if (!signs[i].above)
		b->max = number - !signs[i].equal;
	return true;
}

static void read_bounds(struct loader *ld, const struct key *key, const struct node_entry *entry, void *base)
{
	struct bounds *bounds = base, b = { .max = INT64_MAX };
	const char *text = entry ? keys_scalar(ld, key->name, entry->value, key->takes) : NULL, *dots;

	if (!text)
		return;
	b.text = trimmed(ld, text, strlen(text));
	dots = strstr(b.text, "..");
	b.given = dots ? read_range(ld, key->name, entry->value, dots, &b) : read_compared(ld, key->name, entry->value, &b);
	if (b.given)
		bounds[find_row(key->name)] = b;
}

/* What an expectation is given with a --set of its own is meant as it is. */
static const char *void_by(struct loader *ld, const char *policy, size_t row)
{
	const char *by = NULL;

	for (size_t i = 0; i < ld->opts->set_count; i++) {
		if (set_gives(ld->opts->sets[i], policy, expect_rows[row].name))
			return NULL;
		if (!by && set_voids(ld->opts->sets[i], columns[row]))
			by = ld->opts->sets[i];
	}
	return by ? arena_strdup(&ld->arena, by) : NULL;
}

static void add_expects(struct loader *ld, struct scenario *sc, const struct policy *policy,
			const struct node_entry *entry)
{
	struct bounds bounds[COUNT(expect_rows)] = { 0 };
	const struct key_table table = { policy->name, "", expect_rows, COUNT(expect_rows) };
	struct expect_spec *expects = NULL;
	size_t count = sc->expect_count;

	if (!keys_read(ld, &table, entry, bounds))
		return;
	expects = arena_alloc(&ld->arena, (count + COUNT(expect_rows)) * sizeof(*expects));
	for (size_t i = 0; i < count; i++)
		expects[i] = sc->expects[i];
	for (size_t i = 0; i < COUNT(expect_rows); i++) {
		if (bounds[i].given)
			expects[count++] = (struct expect_spec){
				.policy = policy->name, .what = columns[i], .word = expect_rows[i].name,
				.wanted = bounds[i].text, .min = bounds[i].min, .max = bounds[i].max,
				.void_by = void_by(ld, policy->name, i),
			};
	}
	sc->expects = expects;
	sc->expect_count = count;
}

void read_expect(struct loader *ld, const struct key *key, const struct node_entry *entry, void *base)
{
	struct scenario_draft *draft = base;

	if (!entry || !keys_want_mapping(ld, key->name, entry->value))
		return;
	for (size_t i = 0; i < entry->value->count; i++) {
		const struct node_entry *line = &entry->value->entries[i];
		const struct policy *policy = policies_find(ld, line->key->pos, line->key->text);

		if (policy)
			add_expects(ld, &draft->sc, policy, line);
	}
}
