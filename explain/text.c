// SPDX-License-Identifier: GPL-2.0-or-later
/* An attempt in words and small tables. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "explain/explain.h"
#include "base/format.h"
#include "run/result.h"
#include "base/table.h"
#include "sim/kernel_changes.h"
#include "sim/units.h"

#define COUNT(n)	format_count((char[FORMAT_MAX]){ 0 }, n)
#define BYTES(n)	format_bytes((char[FORMAT_MAX]){ 0 }, n)

static uint64_t ptegs(unsigned shift)
{
	return UINT64_C(1) << (shift - PTEG_SHIFT);
}

static bool end_table(struct table *table, FILE *out)
{
	bool ok = table_print(table, 1, TABLE_AS_TEXT, out);

	table_free(table);
	return ok;
}

/* --- what was asked, and why --- */

static void print_branch(const struct explain_report *r, FILE *out)
{
	const struct sim_resize *ev = &r->run->chosen.ev;
	const struct explain_facts *f = r->facts;

	switch (f->branch) {
	case BRANCH_FORCED:
		fprintf(out, "  Order %" PRId64 " was written to debugfs: neither memory size nor hysteresis play a part. By itself this\n"
			"  guest would want %u.\n", ev->to_shift, f->wish_shift);
		break;
	case BRANCH_GROW:
		fprintf(out, "  %u > %u: the branch that grows.\n", f->wish_shift, ev->from_shift);
		break;
	case BRANCH_SHRINK:
		fprintf(out, "  %u < %u - %u (hysteresis): the branch that shrinks.\n", f->wish_shift, ev->from_shift,
			f->hysteresis);
		break;
	case BRANCH_RETRY:
		fprintf(out, "  Lower orders from %u on had collided: one order up, while below %u - %u (hysteresis).\n",
			f->wish_shift, ev->from_shift, f->hysteresis);
		break;
	case BRANCH_FEASIBLE:
		fprintf(out, "  %" PRId64 " is the smallest order from %u on in which every entry keeps its slot.\n", ev->to_shift,
			f->wish_shift);
		break;
	case BRANCH_OTHER:
		fprintf(out, "  The policy's own rule asked for %" PRId64 ".\n", ev->to_shift);
		break;
	}
}

static void print_counted(const struct sim_resize *ev, const struct scenario *sc, unsigned wish, FILE *out)
{
	const char *what = "";

	if (ev->mem_bytes != ev->memory_bytes) {
		uint64_t ratio = ev->memory_bytes ? ev->mem_bytes / ev->memory_bytes : 0;
		bool doubled = ratio > 1 && ratio * ev->memory_bytes == ev->mem_bytes && !(ratio & (ratio - 1));

		what = doubled ? ", doubled after a collision" : ", expected when the request is done";
	} else if (ev->origin == ORIGIN_CREATE) {
		what = ", with what is being added, which is not bolted yet";
	} else if (ev->origin == ORIGIN_REMOVE) {
		what = kernel_has(sc->guest.kernel, KERNEL_MEMBLOCK_LAST) ?
		       ", still with what is being removed, which is unbolted already" :
		       ", without what is being removed";
	}
	fprintf(out, "  Memory that was counted: %s%s.\n", BYTES(ev->mem_bytes), what);
	fprintf(out, "  htab_shift_for_mem_size(%s) = %u: %s, %s PTEGs.\n", BYTES(ev->mem_bytes), wish,
		BYTES(UINT64_C(1) << wish), COUNT(ptegs(wish)));
}

static void print_asked(const struct explain_report *r, FILE *out)
{
	const struct explain_attempt *a = &r->run->chosen;
	const struct sim_resize *ev = &a->ev;

	fprintf(out, "Asked: shift %" PRId64 "\n", ev->to_shift);
	if (ev->origin == ORIGIN_REQUEST)
		fprintf(out, "  By %s%s.\n", a->why, strchr(a->why, ' ') ? "" : "()");
	else if (ev->origin == ORIGIN_HPT_ORDER)
		fprintf(out, "  By hpt_order_set(), debugfs powerpc/hpt_order.\n");
	else
		fprintf(out, "  By %s%s in %s.\n", a->why, strchr(a->why, ' ') ? "" : "()", sim_origin_text(ev->origin));
	if (r->facts->branch != BRANCH_FORCED)
		print_counted(ev, r->scenario, r->facts->wish_shift, out);
	fprintf(out, "  Present order: %u: %s, %s PTEGs.\n", ev->from_shift, BYTES(UINT64_C(1) << ev->from_shift),
		COUNT(ptegs(ev->from_shift)));
	print_branch(r, out);
}

/* --- the collision --- */

static void add_entry(struct table *table, const char *what, const struct sim_mapping *m,
		      const struct explain_report *r)
{
	const struct sim_resize *ev = &r->run->chosen.ev;
	char text[FORMAT_MAX];

	table_add(table, what);
	table_add(table, m->region);
	snprintf(text, sizeof(text), "%" PRIx64, m->ea);
	table_add(table, text);
	table_add(table, COUNT(explain_page(r->scenario, m)));
	table_add(table, COUNT(m->pteg));
	table_add(table, COUNT(m->pteg & (ptegs(ev->to_shift) - 1)));
	table_add_int(table, ev->collision_slot);
}

static bool print_entries(const struct explain_report *r, FILE *out)
{
	static const struct table_column columns[] = {
		{ "  entry", TABLE_TEXT, NULL }, { "region", TABLE_TEXT, NULL }, { "address", TABLE_TEXT, NULL },
		{ "page", TABLE_INT, NULL }, { "old PTEG", TABLE_INT, NULL }, { "new PTEG", TABLE_INT, NULL },
		{ "slot", TABLE_INT, NULL },
	};
	struct table table = { .columns = columns, .column_count = sizeof(columns) / sizeof(columns[0]) };
	const struct sim_resize *ev = &r->run->chosen.ev;

	if (!ev->collided.region)
		return true;
	if (ev->occupant.region)
		add_entry(&table, "  has the slot", &ev->occupant, r);
	add_entry(&table, "  found it taken", &ev->collided, r);
	fputc('\n', out);
	return end_table(&table, out);
}

/* "linear pages", or all that are in the slot */
static void print_who(const struct explain_table *t, const struct explain_pigeonhole *p, FILE *out)
{
	const char *between = " (";

	if (p->one_region) {
		fprintf(out, "%s pages", p->region == MMU_VRMA ? "VRMA" : mmu_region_name(p->region));
		return;
	}
	fputs("entries", out);
	for (unsigned r = 0; r < MMU_REGION_COUNT; r++) {
		if (!t->census.in_slot[r][p->slot])
			continue;
		fprintf(out, "%s%s %s", between, COUNT(t->census.in_slot[r][p->slot]), mmu_region_name(r));
		between = ", ";
	}
	fputc(')', out);
}

static void print_pigeonhole(const struct explain_report *r, FILE *out)
{
	const struct explain_table *t = &r->run->chosen.table;
	bool any = false;

	for (unsigned slot = 0; slot < HPTES_PER_GROUP; slot++) {
		const struct explain_pigeonhole *p = &r->facts->pigeonholes[slot];

		if (!p->applies)
			continue;
		any = true;
		fprintf(out, "  Pigeonhole: %s ", COUNT(p->entries));
		print_who(t, p, out);
		fprintf(out, " are in slot %u, and a table of order %" PRId64 " has %s PTEGs:\n"
			"  at least %s must find their slot taken, wherever they are.\n", slot, r->run->chosen.ev.to_shift,
			COUNT(t->census.ptegs), COUNT(p->entries - t->census.ptegs));
	}
	if (any)
		return;
	fprintf(out, "  Not for want of PTEGs: no slot has more entries (slot 0: %s linear, %s vmemmap) than the new\n"
		"  table has PTEGs (%s). But these have PTEGs that become one:\n", COUNT(t->census.in_slot[MMU_LINEAR][0]),
		COUNT(t->census.in_slot[MMU_VMEMMAP][0]), COUNT(t->census.ptegs));
	for (unsigned k = 0; k < EXPLAIN_KINDS; k++)
		if (t->kinds[k])
			fprintf(out, "  %s%s\n", explain_kind_names[k], k == 1 ?
				": vmemmap pages that found a PTEG of their own, and so sit in slot 0, meet linear pages." :
				".");
}

static bool print_census(const struct explain_report *r, FILE *out)
{
	static const struct table_column columns[] = {
		{ "  would find their slot taken", TABLE_TEXT, NULL }, { "entries", TABLE_INT, NULL },
	};
	struct table table = { .columns = columns, .column_count = sizeof(columns) / sizeof(columns[0]) };
	const struct explain_table *t = &r->run->chosen.table;

	for (unsigned k = 0; k < EXPLAIN_KINDS; k++) {
		char text[FORMAT_MAX];

		if (!t->kinds[k])
			continue;
		snprintf(text, sizeof(text), "  %s", explain_kind_names[k]);
		table_add(&table, text);
		table_add(&table, COUNT(t->kinds[k]));
	}
	table_add(&table, "  all, if the scan went on");
	table_add(&table, COUNT(t->census.total));
	fputc('\n', out);
	return end_table(&table, out);
}

static bool print_why_full(const struct explain_report *r, FILE *out)
{
	const struct explain_attempt *a = &r->run->chosen;

	fputs("\nWhy it collided\n", out);
	if (r->run->any_slot) {
		fputs("  The hypervisor may use any free slot (rehash: any-slot): a PTEG of the new table would need more\n"
		      "  than its eight.\n", out);
		return true;
	}
	if (!a->looked || a->table.status != HPT_OK) {
		fputs("  Entries in their secondary PTEG take part, so what else would collide is not counted.\n", out);
		return true;
	}
	fputs("  An entry keeps its slot: of the PTEGs that become one, only one may use it.\n", out);
	print_pigeonhole(r, out);
	return print_census(r, out);
}

/* --- what would have worked --- */

static void print_would_work(const struct explain_report *r, FILE *out)
{
	const struct explain_table *t = &r->run->chosen.table;
	const struct sim_resize *ev = &r->run->chosen.ev;
	const struct explain_facts *f = r->facts;

	fprintf(out, "\nWhat would work\n  Smallest order in which every entry keeps its slot: %u (%s)%s.\n",
		t->smallest_shift, BYTES(UINT64_C(1) << t->smallest_shift),
		t->smallest_shift == ev->from_shift ? ", the present one" : "");
	if (!f->reaches)
		fprintf(out, "  This guest's wish reaches %u at no memory size.\n", t->smallest_shift);
	else
		fprintf(out, "  This guest's wish reaches %u from %s of memory on%s.\n", t->smallest_shift,
			BYTES(f->reaches_bytes), f->reaches_within_max ? "" : ", more than its max_memory");
	if (f->branch == BRANCH_FORCED)
		return;
	if (f->worth_asking && f->reaches_within_max)
		fprintf(out, "  From there on it would ask for an order that works, as far as the entries there are now go.\n");
	else if (!f->worth_asking)
		fprintf(out, "  But %u is not below %u - %u (hysteresis): then it asks for nothing. By this rule, this guest never\n"
			"  asks this table for a shrink that works.\n", t->smallest_shift, ev->from_shift, f->hysteresis);
	else
		fprintf(out, "  So it never asks for an order that works.\n");
}

static bool print_what_ifs(const struct explain_report *r, FILE *out)
{
	static const struct table_column columns[] = {
		{ "  what", TABLE_TEXT, NULL }, { "attempts", TABLE_INT, NULL }, { "failures", TABLE_INT, NULL },
		{ "total", TABLE_NS, NULL }, { "final order", TABLE_INT, NULL }, { "why", TABLE_TEXT, NULL },
	};
	struct table table = { .columns = columns, .column_count = sizeof(columns) / sizeof(columns[0]) };
	const struct explain_what_ifs *w = r->what_ifs;

	if (!w->count)
		return true;
	fputs("\nWhat would avoid it: the same scenario with one thing changed\n", out);
	for (size_t i = 0; i < w->count; i++) {
		char text[EXPLAIN_CHANGE_MAX];

		snprintf(text, sizeof(text), "  %s", w->rows[i].change);
		table_add(&table, text);
		if (w->rows[i].status == SIM_OK) {
			table_add_int(&table, w->rows[i].end.resize_attempts);
			table_add_int(&table, w->rows[i].end.resize_failures);
			table_add_int(&table, w->rows[i].end.total_ns);
			table_add_int(&table, w->rows[i].end.hpt_shift_end);
		} else {
			table_add(&table, result_status_name(w->rows[i].status));
			for (int k = 0; k < 3; k++)
				table_add_none(&table);
		}
		table_add(&table, w->rows[i].note);
	}
	return end_table(&table, out);
}

static bool print_attempt(const struct explain_report *r, FILE *out)
{
	const struct explain_attempt *a = &r->run->chosen;
	const struct sim_resize *ev = &a->ev;
	bool ok = true;

	fprintf(out, "%s, %s: attempt %u of %u, %u failed", r->scenario->name, r->policy->name, ev->seq,
		r->run->attempts, r->run->failures);
	if (ev->request_seq) {
		fprintf(out, "; request %u", ev->request_seq);
		if (a->request_lmbs)
			fprintf(out, ": %s of %s LMBs", event_kind_name(a->request_kind), COUNT(a->request_lmbs));
		else if (ev->origin == ORIGIN_HPT_ORDER)
			fprintf(out, ": hpt_order");
	}
	fputs("\n\n", out);
	print_asked(r, out);
	fputc('\n', out);
	explain_print_outcome(r, out);
	if (ev->err != -ENOSPC)
		return true;
	ok = print_entries(r, out) && print_why_full(r, out);
	if (ok && a->looked && a->table.status == HPT_OK)
		print_would_work(r, out);
	return ok && print_what_ifs(r, out);
}

/* --- the census over a run --- */

static void add_range(struct table *table, uint64_t min, uint64_t max)
{
	char text[2 * FORMAT_MAX + 4];

	if (min > max) {
		table_add_none(table);
		return;
	}
	if (min == max)
		snprintf(text, sizeof(text), "%s", COUNT(min));
	else
		snprintf(text, sizeof(text), "%s .. %s", COUNT(min), COUNT(max));
	table_add(table, text);
}

const char *explain_kinds(unsigned kinds, char *text, size_t size)
{
	size_t length = 0;

	snprintf(text, size, "-");
	for (unsigned k = 0; k < EXPLAIN_KINDS; k++)
		if (kinds >> k & 1)
			length += (size_t)snprintf(text + length, size - length, "%s%s", length ? ", " : "",
						   explain_kind_names[k]);
	return text;
}

static void add_group(struct table *table, const struct explain_group *g)
{
	char text[160];

	table_add_int(table, g->to_shift);
	snprintf(text, sizeof(text), g->kept_from ? "%s, kept from %u" : "%s", g->rc, g->kept_from);
	table_add(table, text);
	table_add_int(table, g->err);
	table_add(table, explain_kinds(g->kinds, text, sizeof(text)));
	table_add_int(table, (int64_t)g->count);
	table_add_int(table, g->first);
	table_add_int(table, g->last);
	add_range(table, g->from_min, g->from_max);
	add_range(table, g->scanned_min, g->scanned_max);
	if (g->kinds)
		add_range(table, g->collisions_min, g->collisions_max);
	else
		table_add_none(table);
}

static bool print_groups(const struct explain_report *r, FILE *out)
{
	static const struct table_column columns[] = {
		{ "asked", TABLE_INT, NULL }, { "outcome", TABLE_TEXT, NULL }, { "errno", TABLE_INT, NULL },
		{ "kinds", TABLE_TEXT, NULL }, { "attempts", TABLE_INT, NULL }, { "first", TABLE_INT, NULL },
		{ "last", TABLE_INT, NULL }, { "from", TABLE_INT, NULL }, { "HPTEs scanned", TABLE_INT, NULL },
		{ "would collide", TABLE_INT, NULL },
	};
	static const char *const may_hide[] = { "HPTEs scanned", "from", "last", "errno", "first", NULL };
	struct table table = {
		.columns = columns, .column_count = sizeof(columns) / sizeof(columns[0]), .may_hide = may_hide,
	};

	fprintf(out, "%s, %s: %u attempts, %u failed\n\n", r->scenario->name, r->policy->name, r->run->attempts,
		r->run->failures);
	for (size_t i = 0; i < r->run->group_count; i++)
		add_group(&table, &r->run->groups[i]);
	return end_table(&table, out);
}

static void print_none(const struct explain_report *r, FILE *out)
{
	fprintf(out, "%s, %s: no attempt to resize the HPT.\n", r->scenario->name, r->policy->name);
	if (r->scenario->hypervisor.resize_hpt == RESIZE_HPT_DISABLED)
		fprintf(out, "The hypervisor offers no resizing (resize_hpt: disabled): the guest never asks.\n");
	else
		fprintf(out, "It booted with %s and order %u; nothing that happened made the policy ask for another.\n",
			BYTES(r->run->boot.memory_bytes), r->run->boot.hpt_shift);
}

bool explain_print_text(const struct explain_report *r, FILE *out)
{
	if (!r->run->attempts) {
		print_none(r, out);
		return true;
	}
	return r->run->all ? print_groups(r, out) : print_attempt(r, out);
}
