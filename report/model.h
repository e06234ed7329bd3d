/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_REPORT_MODEL_H
#define HPTSIM_REPORT_MODEL_H
/*
 * Inside of report/: what is reported, read from the database and judged.
 *
 * All texts are clean UTF-8 without control characters but newlines; they are
 * still to be escaped for what they are written into.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/report.h"

/* Against which all are measured. */
#define MAINLINE	"per-section"

/* Shown for what there is not: an en dash. */
#define MISSING		"\xe2\x80\x93"

/* Phases, drawn together: X(id, name, what it is, phases of sim/events.h) */
#define REPORT_BANDS(X) \
	X(BLOCKS,  "LMBs",    "events, RTAS, LMB and section bookkeeping", "event rtas lmb section") \
	X(ENTRIES, "bolting", "H_ENTER and H_REMOVE of bolted entries", "bolt unbolt") \
	X(ONLINE,  "on/offline", "device_online(), device_offline(), cache flush", "flush online offline") \
	X(PREPARE, "prepare", "the hypervisor allocates; the guest runs", "prepare") \
	X(COMMIT,  "commit",  "the hypervisor rehashes; the guest stands still", "commit") \
	X(REFAULT, "refault", "faults of the hypervisor after a commit", "refault") \
	X(LOCK,    "lock",    "waiting for a lock of another task", "lock") \
	X(REST,    "rest",    "reboots and waits of the scenario", "")

enum report_band {
#define REPORT_BAND_ENUM(id, name, doc, phases) BAND_##id,
	REPORT_BANDS(REPORT_BAND_ENUM)
#undef REPORT_BAND_ENUM
	BAND_COUNT
};

struct report_band_info { const char *name, *doc, *phases; };
extern const struct report_band_info report_band_info[BAND_COUNT];

struct report_request {
	int64_t id, seq;
	const char *kind;
	int64_t start_ns, end_ns, lmbs_requested, lmbs_done, lmbs_already, err, memory_bytes;
	int64_t band_ns[BAND_COUNT];
};

struct report_attempt {
	int64_t seq, start_ns, mem_bytes, from_shift, to_shift, err, prepare_ns, commit_ns;
	int64_t slots_scanned, hptes_moved, host_bytes;
	int64_t collision_entries;		/* bolted entries in collision_slot of the old table; 0: not known */
	const char *why, *prepare_rc, *commit_rc;	/* rc: NULL for never called */
	int64_t collision_slot, collided_pteg, occupant_pteg;
	const char *collided_region, *collided_ea, *occupant_region, *occupant_ea;	/* NULL: no collision */
};

struct report_lmb {
	int64_t at_ns, memory_bytes;
};

struct report_finding {
	const char *kind, *text;
	int64_t count;
};

struct report_run {
	int64_t id, seed, rep, input_id, total_ns, resize_attempts, resize_failures;
	int64_t stall_max_ns, stall_total_ns, prepare_ns, commit_ns;
	int64_t hpt_shift_start, hpt_shift_end, memory_start_bytes, memory_end_bytes;
	int64_t host_start_bytes;		/* held by the first table, KVM's reverse map with it; 0: not known */
	int64_t host_peak_bytes, findings, workload_faults, workload_fault_ns;
	int64_t memory_wanted_bytes;		/* at the end, had all been done; 0: not known */
	const char *scenario, *description, *policy, *costs, *version, *status, *policy_title, *policy_source;

	struct report_request *requests;
	struct report_attempt *attempts;
	struct report_lmb *lmbs;
	struct report_finding *finding_groups;
	size_t request_count, attempt_count, lmb_count, finding_group_count;

	/* judged */
	const char *trouble;			/* why it counts for nothing; NULL: it is sound */
	const char *shortfall;			/* what of its work it left undone; NULL: nothing */
	const char *no_ratio;			/* why a sound run has none; NULL: it has */
	double ratio;				/* of its total to mainline's; 0: none */
	int64_t failed_requests, missing_lmbs;
	const struct report_attempt *first_failure;	/* NULL: none failed */
	int64_t wish_shift_end;			/* the guest's wish for its memory; 0: not known */
	size_t group;				/* in the plots: runs that look the same share one */
};

struct report_input {
	int64_t id, page_shift;
	const char *scenario_sha256, *sets, *costs_sha256, *scenario_text, *costs_text, *costs_about;
};

struct report_published {
	const char *policy, *source;
	int64_t request_seq, ns;		/* request_seq 0: the whole run */
	int64_t simulated_ns;			/* -1: not run, or no such request */
};

struct report_scenario {
	const char *name, *description, *costs, *version;
	const char *label;			/* the name, and what tells it from others of that name */
	const char *slug;			/* for names of files: [A-Za-z0-9_-]+, no other has it */
	int64_t seed, rep, input_id;
	struct report_input *input;		/* NULL: not kept */
	struct report_published *published;
	size_t published_count;
	struct report_run **runs;		/* by policy; NULL: missing */
	const char **missing;			/* by policy: why; NULL: nobody asked, or it is there */
	const struct report_run *mainline;	/* NULL: no sound one that did all its work */
	size_t done_count, short_count;		/* sound runs that did all their work, and that did not */
	size_t group_count;
	bool has_attempts, has_commits, has_lmbs;	/* some sound run has */
	const char *table_policy;		/* there are pictures of its table, by this run of it; NULL: none */
	bool has_host;				/* all sound runs say what their first table held */
};

/* A policy over all scenarios. */
struct report_policy {
	const char *name, *title, *source;
	double geomean;				/* of its ratios; 0: not in all of them */
	size_t ratio_count;
	bool any;				/* has a sound run */
	bool fastest;				/* none is faster, or not by enough to tell: REPORT_ABOUT_SAME */
	size_t short_count;			/* scenarios where it left undone what another did: it is not ranked */
	int64_t stall_max_ns, stall_total_ns, host_peak_bytes, oversize_shift;
	int64_t resize_failures, failed_requests, workload_faults, findings;
};

struct report_memory;

struct report {
	const struct report_options *options;
	struct report_memory *memory;
	bool no_memory;
	struct report_policy *policies;		/* mainline first */
	size_t policy_count;
	struct report_scenario *scenarios;
	size_t scenario_count;
	struct report_input *inputs;
	size_t input_count;
	size_t judged_count;			/* scenarios with a mainline to compare with */
	size_t shown, left_out;			/* runs of the database */
	const char **left_out_sets;		/* what some of the others were made from */
	size_t left_out_set_count, left_out_more;	/* inputs that are in the list, and that are not */
	size_t *order;				/* of policies, to be shown in: who fell short, then the fastest first */
	double fastest_mean;			/* lowest geometric mean of who is ranked; 0: there is none */
	size_t fastest_count;
	/* of those about as fast as that, the one that costs least elsewhere; NULL: none */
	const struct report_policy *best;
	char error[REPORT_MESSAGE_MAX];
};

/* Zeroed memory that lives as long as @r; NULL and no_memory: there is none. */
void *report_alloc(struct report *r, size_t size);

/* Make room for one more at the end of an array that report_alloc() knows nothing of yet; as realloc(). */
void *report_push(struct report *r, void *array, size_t count, size_t size);

/* A clean copy; NULL stays NULL. */
const char *report_text(struct report *r, const char *text);

/* Likewise, in one line; NULL becomes "". */
const char *report_name(struct report *r, const char *text);

__attribute__((format(printf, 2, 3)))
const char *report_printf(struct report *r, const char *format, ...);

void report_free(struct report *r);

/* load.c: what the options ask for. */
enum report_status report_load(struct report *r);

/* judge.c: fills what is called judged. */
void report_judge(struct report *r);

/* htab_shift_for_mem_size() of a guest with such pages; 0: not known. */
int64_t report_wish_shift(const struct report_input *input, int64_t memory_bytes);

/* PTEGs of a table of that order; 0: there is no such table. */
int64_t report_ptegs(int64_t shift);

/* rank.c: fills what compares policies over all scenarios. */
void report_rank(struct report *r);

/* A tie: of times and ratios those within 1 % of the best, of counts, sizes and orders those that are the same. */
#define REPORT_ABOUT_SAME	1.01

/* What a policy costs: X(field of struct report_policy, it is a time) */
#define REPORT_COSTS(X) \
	X(stall_max_ns, true) X(stall_total_ns, true) X(host_peak_bytes, false) X(oversize_shift, false) \
	X(resize_failures, false) X(failed_requests, false) X(workload_faults, false) X(findings, false)

enum report_cost {
#define REPORT_COST_ENUM(field, is_time) COST_##field,
	REPORT_COSTS(REPORT_COST_ENUM)
#undef REPORT_COST_ENUM
};

/* Is it the lowest of those that are ranked, a tie included, and not that of all of them? Worth pointing out. */
bool report_is_best(const struct report *r, const struct report_policy *policy, enum report_cost cost);

/* Likewise the ratio of a run in its scenario. */
bool report_is_best_ratio(const struct report *r, const struct report_scenario *sc, const struct report_run *run);

#endif
