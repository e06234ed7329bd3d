// SPDX-License-Identifier: GPL-2.0-or-later
/* Data of pictures, as tab-separated values in blocks, two empty lines apart, that start with their label. */
#include "explain/put.h"

#include <inttypes.h>
#include <string.h>

#include "base/units.h"
#include "sim/units.h"

/* linear, vmemmap, vrma, late */
#define VALUES	(MMU_REGION_COUNT + 1u)

typedef uint64_t values[VALUES];

/* A name of the user's own may hold what gnuplot gives a meaning to. */
static void put_label(const char *text, FILE *out)
{
	for (; *text; text++)
		fputc((unsigned char)*text < ' ' || *text == '"' ? ' ' : *text, out);
}

/* Bins that are alike are one row; the last row is the end. */
static void put_rows(const values *bins, size_t count, unsigned bin_order, FILE *out)
{
	size_t first = 0;

	for (size_t i = 1; i <= count; i++) {
		uint64_t n = i - first;

		if (i < count && memcmp(bins[i], bins[first], sizeof(values)) == 0)
			continue;
		fprintf(out, "%" PRIu64 "\t%" PRIu64, (uint64_t)first << bin_order, n << bin_order);
		for (unsigned v = 0; v < VALUES; v++)
			fprintf(out, "\t%" PRIu64, bins[first][v] * n);
		fputc('\n', out);
		first = i;
	}
	fprintf(out, "%" PRIu64 "\t0\t0\t0\t0\t0\n", (uint64_t)count << bin_order);
}

static void put_entry(const char *what, const struct explain_report *r, const struct sim_mapping *m, FILE *out)
{
	const struct sim_resize *ev = &r->run->chosen.ev;

	if (m->region)
		fprintf(out, "%s\t%" PRIu64 "\t%" PRIu64 "\t%" PRId64 "\t%s\t%" PRIu64 "\n", what, m->pteg,
			m->pteg & ((UINT64_C(1) << (ev->to_shift - PTEG_SHIFT)) - 1), (int64_t)ev->collision_slot, m->region,
			explain_page(r->scenario, m));
}

static void put_title(const struct explain_report *r, FILE *out)
{
	const struct explain_attempt *a = &r->run->chosen;

	put_label(r->scenario->name, out);
	fputs(", ", out);
	put_label(r->policy->name, out);
	fprintf(out, ": attempt %" PRId64 " of %u, %s", (int64_t)a->ev.seq, r->run->attempts, explain_rc(&a->ev));
}

void explain_put_fold(const struct explain_report *r, FILE *out)
{
	const struct explain_bins *b = r->run->chosen_bins;
	const struct sim_resize *ev = &r->run->chosen.ev;
	values bins[EXPLAIN_BINS_MAX];

	put_title(r, out);
	fprintf(out, "\t%u\t%u\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n", b->from_shift, b->to_shift,
		UINT64_C(1) << b->bin_order, (uint64_t)b->bin_count << b->bin_order, b->part_count, b->parts_per_strip);
	put_entry("has the slot", r, &ev->occupant, out);
	put_entry("finds it taken", r, &ev->collided, out);
	for (size_t s = 0; s <= b->strip_count; s++) {
		memset(bins, 0, sizeof(bins));
		for (size_t t = 0; t < b->strip_count; t++) {
			if (s < b->strip_count && s != t)
				continue;
			for (size_t i = 0; i < b->bin_count; i++) {
				for (unsigned v = 0; v < MMU_REGION_COUNT; v++)
					bins[i][v] += b->strips[t][i].kept[v];
				bins[i][MMU_REGION_COUNT] += b->strips[t][i].late;
			}
		}
		if (s == b->strip_count)
			fputs("\n\nall parts", out);
		else if (b->parts_per_strip == 1)
			fprintf(out, "\n\npart %zu", s + 1);
		else
			fprintf(out, "\n\n%" PRIu64 " to %" PRIu64, (uint64_t)s * b->parts_per_strip + 1,
				(uint64_t)(s + 1) * b->parts_per_strip);
		fputs("\tPTEGs\tlinear\tvmemmap\tvrma\tlate\n", out);
		put_rows((const values *)bins, b->bin_count, b->bin_order, out);
	}
}

static void put_table(const char *what, const struct explain_slots *s, bool late_within, FILE *out)
{
	values bins[EXPLAIN_BINS_MAX];

	for (unsigned slot = 0; slot < HPTES_PER_GROUP; slot++) {
		memset(bins, 0, sizeof(bins));
		for (size_t i = 0; i < s->count; i++) {
			for (unsigned v = 0; v < MMU_REGION_COUNT; v++) {
				uint64_t late = s->bins[i].late[v][slot];

				bins[i][v] += s->bins[i].entries[v][slot] - (late_within ? late : 0);
				bins[i][MMU_REGION_COUNT] += late;
			}
		}
		if (slot || !late_within)
			fputs("\n\n", out);
		fprintf(out, "%s\tPTEGs\tlinear\tvmemmap\tvrma\tlate\t%u\t%u\t%" PRIu64 "\n", what, slot, s->shift,
			UINT64_C(1) << s->bin_order);
		put_rows((const values *)bins, s->count, s->bin_order, out);
	}
}

void explain_put_slots(const struct explain_report *r, FILE *out)
{
	const struct explain_bins *b = r->run->chosen_bins;

	put_table("present", &b->before, true, out);
	put_table(r->run->chosen.ev.err ? "asked, had the scan gone on" : "asked", &b->after, false, out);
}

void explain_put_map(const struct explain_report *r, const struct explain_map *map, FILE *out)
{
	put_label(r->scenario->name, out);
	fputs(", ", out);
	put_label(r->policy->name, out);
	fprintf(out, "\t%.9g\t%u\t%u\n", (double)map->own_bytes / (double)SZ_1G, r->run->boot.hpt_shift, map->hysteresis);
	for (size_t i = 0; i < map->count; i++) {
		const struct explain_map_cell *c = &map->cells[i];

		fprintf(out, "%.9g\t%u\t%u\t%d\t%" PRIu64 "\t%" PRIu64 "\t%s\n", (double)c->memory_bytes / (double)SZ_1G, c->shift,
			c->wish_shift, (int)c->state, c->collision_count, c->bolted_count, explain_map_state_names[c->state]);
	}
}
