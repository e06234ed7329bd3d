// SPDX-License-Identifier: GPL-2.0-or-later
/* An attempt as tables alone: CSV and Markdown. */
#include <inttypes.h>

#include "explain/explain.h"
#include "run/result.h"

#define TABLES_MAX	4u

static struct table attempt_table(const struct explain_report *r)
{
	static const struct table_column columns[] = {
		{ "scenario", TABLE_TEXT, "scenario" }, { "policy", TABLE_TEXT, "policy" },
		{ "attempt", TABLE_INT, "attempt" }, { "of", TABLE_INT, "attempts" }, { "failed", TABLE_INT, "failures" },
		{ "asked by", TABLE_TEXT, "why" }, { NULL, TABLE_INT, "mem_bytes" }, { "from", TABLE_INT, "from_shift" },
		{ "to", TABLE_INT, "to_shift" }, { "outcome", TABLE_TEXT, "outcome" }, { "errno", TABLE_INT, "errno" },
		{ "in prepare", TABLE_NS, "prepare_ns" }, { "in commit", TABLE_NS, "commit_ns" },
		{ "HPTEs scanned", TABLE_INT, "slots_scanned" }, { "moved", TABLE_INT, "hptes_moved" },
	};
	struct table table = TABLE_OF("attempt", columns);
	const struct explain_attempt *a = &r->run->chosen;
	const struct sim_resize *ev = &a->ev;

	if (!ev->seq)
		return table;
	table_add(&table, r->scenario->name);
	table_add(&table, r->policy->name);
	table_add_int(&table, ev->seq);
	table_add_int(&table, r->run->attempts);
	table_add_int(&table, r->run->failures);
	table_add(&table, a->why);
	table_add_int(&table, (int64_t)ev->mem_bytes);
	table_add_int(&table, ev->from_shift);
	table_add_int(&table, ev->to_shift);
	table_add(&table, explain_rc(ev));
	table_add_int(&table, ev->err);
	table_add_int(&table, ev->prepare_ns);
	table_add_int(&table, ev->commit_ns);
	table_add_int(&table, (int64_t)ev->slots_scanned);
	table_add_int(&table, (int64_t)ev->hptes_moved);
	return table;
}

static void add_entry(struct table *table, const char *what, const struct sim_mapping *m,
		      const struct explain_report *r)
{
	const struct sim_resize *ev = &r->run->chosen.ev;
	uint64_t new_ptegs;
	char text[32];

	if (!m->region)
		return;
	new_ptegs = UINT64_C(1) << (ev->to_shift - PTEG_SHIFT);
	snprintf(text, sizeof(text), "%" PRIx64, m->ea);
	table_add(table, what);
	table_add(table, m->region);
	table_add(table, text);
	table_add_int(table, (int64_t)explain_page(r->scenario, m));
	table_add_int(table, (int64_t)m->pteg);
	table_add_int(table, (int64_t)(m->pteg & (new_ptegs - 1)));
	table_add_int(table, ev->collision_slot);
}

static struct table entries_table(const struct explain_report *r)
{
	static const struct table_column columns[] = {
		{ "entry", TABLE_TEXT, "entry" }, { "region", TABLE_TEXT, "region" }, { "address", TABLE_TEXT, "ea" },
		{ "page", TABLE_INT, "page" }, { "old PTEG", TABLE_INT, "old_pteg" }, { "new PTEG", TABLE_INT, "new_pteg" },
		{ "slot", TABLE_INT, "slot" },
	};
	struct table table = TABLE_OF("entries", columns);

	add_entry(&table, "has the slot", &r->run->chosen.ev.occupant, r);
	add_entry(&table, "found it taken", &r->run->chosen.ev.collided, r);
	return table;
}

static struct table census_table(const struct explain_report *r)
{
	static const struct table_column columns[] = {
		{ "would find their slot taken", TABLE_TEXT, "kind" }, { "entries", TABLE_INT, "entries" },
	};
	struct table table = TABLE_OF("collisions", columns);
	const struct explain_attempt *a = &r->run->chosen;

	/* of collisions only, as in the text */
	if (!a->ev.collided.region || r->run->any_slot || !a->looked || a->table.status != HPT_OK)
		return table;
	for (unsigned k = 0; k < EXPLAIN_KINDS; k++) {
		if (!a->table.kinds[k])
			continue;
		table_add(&table, explain_kind_names[k]);
		table_add_int(&table, (int64_t)a->table.kinds[k]);
	}
	table_add(&table, "all");
	table_add_int(&table, (int64_t)a->table.census.total);
	return table;
}

static struct table what_ifs_table(const struct explain_report *r)
{
	static const struct table_column columns[] = {
		{ "what would avoid it", TABLE_TEXT, "change" }, { NULL, TABLE_TEXT, "status" },
		{ "attempts", TABLE_INT, "attempts" }, { "failures", TABLE_INT, "failures" },
		{ "total", TABLE_NS, "total_ns" }, { "final order", TABLE_INT, "hpt_shift_end" },
		{ "why", TABLE_TEXT, "why" },
	};
	struct table table = TABLE_OF("what_ifs", columns);

	for (size_t i = 0; i < r->what_ifs->count; i++) {
		const struct explain_what_if *w = &r->what_ifs->rows[i];
		const char *status = result_status_name(w->status);

		table_add(&table, w->change);
		table_add(&table, status);
		if (w->status == SIM_OK) {
			table_add_int(&table, w->end.resize_attempts);
			table_add_int(&table, w->end.resize_failures);
			table_add_int(&table, w->end.total_ns);
			table_add_int(&table, w->end.hpt_shift_end);
		} else {
			table_add(&table, status);
			for (int k = 0; k < 3; k++)
				table_add_none(&table);
		}
		table_add(&table, w->note);
	}
	return table;
}

static void add_range(struct table *table, bool there, uint64_t min, uint64_t max)
{
	if (there && min <= max)
		table_add_pair(table, (int64_t)min, (int64_t)max);
	else
		table_add_none(table);
}

static struct table groups_table(const struct explain_report *r)
{
	static const struct table_column columns[] = {
		{ "asked", TABLE_INT, "to_shift" }, { "outcome", TABLE_TEXT, "outcome" }, { "errno", TABLE_INT, "errno" },
		{ "kept from", TABLE_INT, "kept_from" }, { "kinds", TABLE_TEXT, "kinds" }, { "attempts", TABLE_INT, "attempts" }, { "first", TABLE_INT, "first" },
		{ "last", TABLE_INT, "last" }, { "from", TABLE_RANGE, "from_shift" },
		{ "HPTEs scanned", TABLE_RANGE, "slots_scanned" }, { "would collide", TABLE_RANGE, "collisions" },
	};
	struct table table = TABLE_OF("attempts", columns);

	for (size_t i = 0; i < r->run->group_count; i++) {
		const struct explain_group *g = &r->run->groups[i];
		char kinds[160];

		table_add_int(&table, g->to_shift);
		table_add(&table, g->rc);
		table_add_int(&table, g->err);
		if (g->kept_from)
			table_add_int(&table, g->kept_from);
		else
			table_add_none(&table);
		table_add(&table, explain_kinds(g->kinds, kinds, sizeof(kinds)));
		table_add_int(&table, (int64_t)g->count);
		table_add_int(&table, g->first);
		table_add_int(&table, g->last);
		add_range(&table, true, g->from_min, g->from_max);
		add_range(&table, true, g->scanned_min, g->scanned_max);
		add_range(&table, g->kinds, g->collisions_min, g->collisions_max);
	}
	return table;
}

bool explain_print_tables(const struct explain_report *r, enum table_format format, FILE *out)
{
	struct table tables[TABLES_MAX];
	size_t count = 0;
	bool ok;

	if (r->run->all) {
		tables[count++] = groups_table(r);
	} else {
		tables[count++] = attempt_table(r);
		tables[count++] = entries_table(r);
		tables[count++] = census_table(r);
		tables[count++] = what_ifs_table(r);
	}
	/* one with no row says nothing to people, and to programs that it is there */
	while (format == TABLE_AS_MD && count > 1 && !tables[count - 1].cell_count)
		table_free(&tables[--count]);
	ok = table_print(tables, count, format, out);
	for (size_t i = 0; i < count; i++)
		table_free(&tables[i]);
	return ok;
}
