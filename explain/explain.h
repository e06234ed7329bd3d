/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_EXPLAIN_H
#define HPTSIM_EXPLAIN_H
/*
 * Why a resize attempt ended as it did.
 *
 * A sink and an observer keep what one run tells of its attempts
 * (explain.c); what follows from it is worked out once (facts.c) and
 * shown as text, JSON or tables.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/table.h"
#include "explain/bins.h"
#include "sim/hypervisor/census.h"
#include "sim/sim.h"

#define EXPLAIN_WHY_MAX	128

/* Kinds of collisions: two regions, whichever of them came first. */
#define EXPLAIN_KINDS	6u

extern const char *const explain_kind_names[EXPLAIN_KINDS];	/* "linear/linear", ... */

/* What COMMIT found the table to be. */
struct explain_table {
	enum hpt_status status;		/* of the census; HPT_OK: the rest is valid */
	struct hpt_census census;
	unsigned smallest_shift;	/* in which every entry keeps its slot */
	uint64_t kinds[EXPLAIN_KINDS];	/* entries of the census */
};

/* A table that the hypervisor was to make. */
struct explain_prepare {
	unsigned seq;			/* from 1, over the run; 0: none yet */
	unsigned attempt;		/* that started it */
	unsigned shift;
};

struct explain_attempt {
	struct sim_resize ev;		/* ev.why is @why */
	char why[EXPLAIN_WHY_MAX];
	enum event_kind request_kind;	/* request_seq above 0 */
	uint64_t request_lmbs;
	bool looked;			/* COMMIT looked at the table: @table is filled */
	struct explain_table table;
	struct explain_prepare prepare;	/* the last that had been started by its end */
	unsigned kept_from;		/* PREPARE answered with what that attempt's prepare came to; 0: with its own */
	unsigned commits;		/* of the run, with this one */
};

/* Attempts that are alike: one row of the census over a run. */
struct explain_group {
	int64_t to_shift;
	int err;
	const char *rc;			/* "H_PTEG_FULL", ... */
	unsigned kept_from;		/* as of struct explain_attempt */
	unsigned kinds;			/* a bit for each that there is; of collisions only */
	uint64_t count;
	unsigned first, last;		/* attempts */
	unsigned from_min, from_max;	/* present order */
	uint64_t scanned_min, scanned_max;	/* HPTEs before the one that stopped it */
	uint64_t table_slots;		/* HPTEs of the last one's table */
	uint64_t collisions_min, collisions_max;
};

struct explain {
	/* set by the command */
	unsigned wanted;		/* attempt number; 0: the first that failed, or else the first */
	bool all;			/* groups too */
	bool any_slot;			/* COMMIT may move entries to other slots: nothing to count */

	/* by explain_want_bins(): of the attempt at hand and of the chosen one; NULL: not wanted */
	struct explain_bins *bins, *chosen_bins;

	/* from the run */
	struct sim_boot boot;		/* the first */
	struct explain_attempt chosen;	/* ev.seq 0: none */
	unsigned attempts, failures;
	struct explain_group *groups;
	size_t group_count;
	bool no_memory;

	/* between two events */
	struct explain_prepare prepare;
	unsigned commits;
	bool looked;
	struct explain_table table;
	unsigned request_seq;
	enum event_kind request_kind;
	uint64_t request_lmbs;
};

/* Both needed as long as sim_run() runs. */
struct sim_sink explain_sink(struct explain *x);
struct sim_observer explain_observer(struct explain *x);
void explain_free(struct explain *x);

/* Keep what is drawn, too. False: out of memory. */
bool explain_want_bins(struct explain *x);

/* The last answer: of COMMIT, or of PREPARE when it came to no COMMIT. */
const char *explain_rc(const struct sim_resize *ev);

/* --- what follows: facts.c --- */

/* Which branch asked. */
enum explain_branch {
	BRANCH_FORCED,		/* the order was written to debugfs */
	BRANCH_GROW,		/* T(mem) > current */
	BRANCH_SHRINK,		/* T(mem) < current - hysteresis */
	BRANCH_RETRY,		/* an order above T(mem), after a collision */
	BRANCH_FEASIBLE,	/* the smallest order that fits */
	BRANCH_OTHER,		/* a policy's own rule */
};

/* More entries of one slot than the new table has PTEGs. */
struct explain_pigeonhole {
	bool applies;
	unsigned slot;
	bool one_region;		/* @region alone; else all of the slot together */
	enum mmu_region region;
	uint64_t entries;
};

struct explain_facts {
	unsigned wish_shift;		/* T(mem) of what was counted */
	unsigned hysteresis;
	enum explain_branch branch;
	struct explain_pigeonhole pigeonholes[HPTES_PER_GROUP];	/* by slot */
	/* the wish reaches the smallest order that works */
	bool reaches;
	uint64_t reaches_bytes;
	bool reaches_within_max;	/* not above guest.max_memory */
	bool worth_asking;		/* that order is low enough to be asked for */
	unsigned hv_limit_shift;	/* largest order that the hypervisor admits */
};

/* Layout of the scenario's guest at boot. */
void explain_mmu(const struct scenario *sc, struct mmu *mmu);

/* Number of a mapping's page within its region. */
uint64_t explain_page(const struct scenario *sc, const struct sim_mapping *m);

void explain_facts(const struct explain_attempt *a, const struct scenario *sc,
		   const struct policy *policy, struct explain_facts *facts);

/* The same scenario with one thing changed. */
struct explain_what_if {
	const char *change;
	const char *note;
	enum sim_status status;
	struct sim_run_end end;
};

#define EXPLAIN_WHAT_IFS_MAX	6u
#define EXPLAIN_CHANGE_MAX	64u

struct explain_what_ifs {
	struct explain_what_if rows[EXPLAIN_WHAT_IFS_MAX];
	size_t count;
	char hysteresis_text[EXPLAIN_CHANGE_MAX];
};

/* Run them; only for a shrink that collided. */
void explain_run_what_ifs(const struct explain_attempt *a, const struct scenario *sc,
			  const struct policy *policy, uint64_t seed, struct explain_what_ifs *w);

/* --- showing it --- */

struct explain_report {
	const struct scenario *scenario;
	const struct policy *policy;
	uint64_t seed;
	const struct explain *run;
	const struct explain_facts *facts;	/* of run->chosen */
	const struct explain_what_ifs *what_ifs;
};

/* The rule behind the answer: outcome.c */
void explain_print_outcome(const struct explain_report *r, FILE *out);

/* False: out of memory. */
bool explain_print_text(const struct explain_report *r, FILE *out);
bool explain_print_json(const struct explain_report *r, FILE *out);
/* Without the words: TABLE_AS_CSV or TABLE_AS_MD. */
bool explain_print_tables(const struct explain_report *r, enum table_format format, FILE *out);

/* "linear/linear, vrma/vrma" of a group's bits; "-" if there is none. Returns @text. */
const char *explain_kinds(unsigned kinds, char *text, size_t size);

#endif
