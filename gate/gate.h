/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_GATE_H
#define HPTSIM_GATE_H
/*
 * Two sets of results side by side: what got better, what got worse, and what
 * cannot be compared. Nothing here prints unless it is given a FILE, or exits.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/table.h"
#include "search/command.h"
#include "search/search.h"
#include "sim/sim.h"

/*
 * What runs are judged by; of each, less is better.
 * X(name, unit, what it is)
 * An "order" is log2 of a size: differences of it are shown, never parts.
 */
#define GATE_METRICS(X) \
	X(total_ns,         "ns",    "virtual time of the run") \
	X(resize_attempts,  "",      "calls of the guest's resize function") \
	X(resize_failures,  "",      "those that did not change the table") \
	X(stall_max_ns,     "ns",    "longest time that the whole guest stood still") \
	X(stall_total_ns,   "ns",    "sum of these times") \
	X(host_peak_bytes,  "bytes", "most host memory that the tables held at once") \
	X(hpt_shift_end,    "order", "order of the table that is left") \
	X(failed_requests,  "",      "requests that failed or did less than they were asked to") \
	X(findings,         "",      "things that a reviewer wants to know of")

enum gate_metric {
#define GATE_METRIC_ENUM(name, unit, doc) GATE_##name,
	GATE_METRICS(GATE_METRIC_ENUM)
#undef GATE_METRIC_ENUM
	GATE_METRIC_COUNT
};

struct gate_metric_info {
	const char *name, *unit, *doc;
};

extern const struct gate_metric_info gate_metric_info[GATE_METRIC_COUNT];

/* -1: there is none of that name. */
int gate_metric_find(const char *name);

/* Hexadecimal digits of a SHA-256, and the end. */
#define GATE_HASH_MAX	65

/* What the runs of a scenario were made from. */
struct gate_scenario {
	char *name;
	char *path;			/* the file; NULL: not known */
	char *costs;			/* name of the cost profile */
	char *sets;			/* what --set changed, each with a newline behind it */
	uint64_t seed;
	char sha256[GATE_HASH_MAX];	/* gate_hash_scenario(); "": not known */
	char costs_sha256[GATE_HASH_MAX];
};

struct gate_run {
	char *scenario, *policy;
	char *status;			/* "ok"; else there are no values */
	char *so;			/* the shared object that its policy is from; NULL: hptsim's own, or not known */
	int64_t values[GATE_METRIC_COUNT];
};

/* By name, and by scenario and policy, once gate_sort() was called. All zero is empty. */
struct gate_set {
	int64_t model;			/* SIM_MODEL_VERSION; 0: not known */
	struct gate_scenario *scenarios;
	size_t scenario_count;
	struct gate_run *runs;
	size_t run_count;
	bool no_memory;			/* something was lost */
};

/* Texts are copied; a run's scenario is added by its name. */
void gate_add_scenario(struct gate_set *set, const struct gate_scenario *scenario);
void gate_add_run(struct gate_set *set, const struct gate_run *run);
/* The runs of that policy are of the shared object at @path. */
void gate_say_so(struct gate_set *set, const char *policy, const char *path);
void gate_sort(struct gate_set *set);
const struct gate_scenario *gate_find_scenario(const struct gate_set *set, const char *name);
const struct gate_run *gate_find_run(const struct gate_set *set, const char *scenario, const char *policy);
void gate_free(struct gate_set *set);

/*
 * Of the file without its top-level `policies`, `expect` and `search`: these are what a
 * change is about, the rest is what it is measured with.
 */
void gate_hash_scenario(const char *text, char hash[GATE_HASH_MAX]);
void gate_hash(const char *text, char hash[GATE_HASH_MAX]);

#define GATE_MESSAGE_MAX	512

/**
 * gate_read - read a baseline, or a result database (*.db)
 * @set:     empty; sorted afterwards
 * @message: what is wrong with it, one sentence with the file's name
 *
 * Of a database, the last run of each scenario and policy that was made from the
 * same as the scenario's latest run, by the model of the very latest one, and whose
 * prices were not drawn. Returns 0, or a negative errno: -ENOMEM, -EINVAL when it is
 * not such a file, or what opening or reading it gave.
 */
int gate_read(const char *path, struct gate_set *set, char message[GATE_MESSAGE_MAX]);

bool gate_is_database(const char *path);

/*
 * Write a baseline: JSON, sorted, a line for each scenario, policy and metric.
 * The file is replaced as a whole or not at all. Returns 0 or a negative errno.
 */
int gate_write(const char *path, const struct gate_set *set, char message[GATE_MESSAGE_MAX]);

/* How much worse is still good enough. */
struct gate_rule {
	bool off;			/* shown, but never a regression */
	int64_t absolute;		/* in the metric's unit */
	int64_t ppm;			/* of the base */
};

struct gate_rules {
	struct gate_rule of[GATE_METRIC_COUNT];
	/* what is only in the base was left out on purpose */
	bool some_scenarios, some_policies;
};

/*
 * X(id, name, red)
 * CHANGED, UNKNOWN and MISSING are of things that cannot be compared.
 */
#define GATE_VERDICTS(X) \
	X(EQUAL,     "equal",     false) \
	X(BETTER,    "better",    false) \
	X(WORSE,     "worse",     true) \
	X(TOLERATED, "tolerated", false)	/* worse, but within the rule */ \
	X(CHANGED,   "changed",   true)		/* made from something else */ \
	X(UNKNOWN,   "unknown",   true)		/* a scenario that the base does not have */ \
	X(MISSING,   "missing",   true)		/* in the base only */ \
	X(NEW,       "new",       false)	/* a policy that the base does not have */ \
	X(BROKEN,    "broken",    true)		/* ended well, and does not any more */ \
	X(UNMET,     "unmet",     true)		/* another number than the scenario expects */ \
	X(FOUND,     "found",     true)		/* what the scenario's search must not find */ \
	X(SEARCHED,  "searched",  false)	/* and did not */

enum gate_verdict {
#define GATE_VERDICT_ENUM(id, name, red) GATE_##id,
	GATE_VERDICTS(GATE_VERDICT_ENUM)
#undef GATE_VERDICT_ENUM
	GATE_VERDICT_COUNT
};

struct gate_verdict_info {
	const char *name;
	bool red;
};

extern const struct gate_verdict_info gate_verdict_info[GATE_VERDICT_COUNT];

/* A metric of a run. */
struct gate_row {
	const char *scenario, *policy;
	enum gate_metric metric;
	int64_t base, now;
	enum gate_verdict verdict;	/* EQUAL to TOLERATED */
};

/* Anything else that there is to say. */
struct gate_note {
	const char *scenario;		/* NULL: of all */
	const char *policy;		/* NULL: of all of the scenario */
	enum gate_verdict verdict;
	char *text;			/* no newline */
};

struct gate_total {
	size_t count[GATE_VERDICT_COUNT];
	size_t ratio_count;
	double log_sum;			/* of now / base, where both are above 0; of orders, of the sizes that they are of */
};

struct gate_diff {
	struct gate_row *rows;		/* by metric, scenario, policy */
	size_t row_count;
	struct gate_note *notes;
	size_t note_count;
	struct gate_total totals[GATE_METRIC_COUNT];
	bool red;
	bool no_memory;
};

/**
 * gate_compare - hold one set against another
 * @base, @now: sorted; must stay valid while @diff is used
 *
 * Runs that were made from different things are not compared, but noted.
 */
void gate_compare(const struct gate_set *base, const struct gate_set *now, const struct gate_rules *rules,
		  struct gate_diff *diff);

void gate_note(struct gate_diff *diff, const char *scenario, const char *policy, enum gate_verdict verdict,
	       const char *format, ...) __attribute__((format(printf, 5, 6)));

/* All notes of @unmet, as they are, as of @diff; no_memory of @diff says whether one was lost. */
void gate_add_notes(struct gate_diff *diff, const struct gate_diff *unmet);

void gate_diff_free(struct gate_diff *diff);

/**
 * gate_choose_paths - which scenarios a comparison is of
 * @given: on the command line; without any, those of @base that are still there
 * @paths: as they are from here; the caller's, array and texts, whatever is returned
 *
 * False: out of memory.
 */
bool gate_choose_paths(const struct gate_set *base, const char *baseline, char **given, size_t count, char ***paths,
		       size_t *path_count);

struct scenario_file;

/* A scenario as it was loaded. */
struct gate_file {
	const struct scenario_file *file;
	const char *path, *sets;	/* as in gate_scenario */
	uint64_t seed;
};

/* As gate_add_scenario(). Returns 0, -ENOMEM, or -EEXIST: the set has one of that name. */
int gate_add_file(struct gate_set *set, const struct gate_file *file);

/**
 * gate_simulate - run a scenario under a policy
 * @watch: told all events, too
 * @set:   gets the result, but not the scenario
 * @unmet: gets a note for each number that is not what the scenario expects
 * @error: of sim_run(); a run that ended early is a result, too
 *
 * False: out of memory.
 */
bool gate_simulate(const struct scenario *sc, const struct policy *policy, uint64_t seed, struct sim_sink watch,
		   struct gate_set *set, struct gate_diff *unmet, struct sim_error *error);

/* Does the scenario say what is to be searched for? */
bool gate_searches(const struct scenario_file *file);

/**
 * gate_search - search_run() as the scenario's `search` says
 * @options: without `search`
 * @command: its words, for the command that finds it again
 * @found:   gets a note: GATE_FOUND, or GATE_SEARCHED
 *
 * Returns 0; -EINVAL, and @diags say why; -EIO, and @message does; -ENOMEM.
 */
int gate_search(const struct search_options *options, struct search_command command, struct gate_diff *found,
		struct diag_list *diags, char message[GATE_MESSAGE_MAX]);

/**
 * gate_parse_rules - METRIC[:TOLERANCE],...: these are red, others are not
 * @message: what is wrong with it, perhaps with further lines that help; no newline at the end
 *
 * Returns 0, -EINVAL or -ENOMEM.
 */
int gate_parse_rules(const char *value, struct gate_rules *rules, char message[GATE_MESSAGE_MAX]);

/**
 * gate_update - write a baseline of @now, and of @base what @now leaves out on purpose
 * @fresh: what was written; to be freed in any case
 *
 * As gate_write(); -ENOENT: a scenario of @now has no path from the baseline.
 */
int gate_update(const char *path, const struct gate_set *base, const struct gate_set *now,
		const struct gate_rules *rules, struct gate_set *fresh, char message[GATE_MESSAGE_MAX]);

/*
 * @path as it is from the directory of @file, and back: a baseline names scenarios from
 * its own directory. NULL: out of memory, or no such file.
 */
char *gate_path_from(const char *file, const char *path);
char *gate_path_at(const char *file, const char *path);

/* What differs, what cannot be compared, and all metrics in sum; with @all what is equal, too. False: no memory. */
bool gate_print_tables(const struct gate_diff *diff, const struct gate_set *now, bool all, enum table_format format, FILE *out);

/* The same as a page: Markdown under a heading that has the verdict. False: no memory, or the stream has an error. */
bool gate_print_markdown(const struct gate_diff *diff, const struct gate_set *now, bool all, FILE *out);

/* Why it is red, in one line. */
void gate_sum_up(const struct gate_diff *diff, FILE *out);

/* Of what gate_simulate() noted, a line each: what no baseline makes right. */
void gate_tell_unmet(const struct gate_diff *unmet, FILE *out);

/* The number as people read it: "710.3 s", "2 GiB", "1024". */
#define GATE_VALUE_MAX	48
char *gate_show(char text[GATE_VALUE_MAX], enum gate_metric metric, int64_t value);

/* What is @ratio times as much, as a difference in percent: "+4.8%", "-37%", "+1000%". */
void gate_show_percent(char text[GATE_VALUE_MAX], double ratio);

/* "~", "+4.80%"; where the base is 0 "+824.3 ms", "+3"; of orders "-1". */
char *gate_show_delta(char text[GATE_VALUE_MAX], const struct gate_row *row);

/*
 * The `hptsim explain` command that shows why the run is as it is, for a shell in
 * the directory that paths are from. To be freed; NULL: no memory, or it is not
 * known which file the scenario is.
 */
char *gate_explain_command(const struct gate_set *now, const char *scenario, const char *policy);

/* Is anything of that run red? */
bool gate_is_red(const struct gate_diff *diff, const struct gate_run *run);

/* Likewise, or of its scenario, or of all there is: is there a reason to call it failed? */
bool gate_has_reason(const struct gate_diff *diff, const struct gate_run *run);

/* Calls @each with every such reason, and at last with how to see why. */
void gate_each_reason(const struct gate_diff *diff, const struct gate_set *now, const struct gate_run *run,
		      void (*each)(void *ctx, const char *text), void *ctx);

/* The next that is red and about no run of @now: a scenario that is missing, say. @after NULL: the first; NULL: no more. */
const struct gate_note *gate_next_lost(const struct gate_diff *diff, const struct gate_set *now,
				       const struct gate_note *after);

/* The kernel's KTAP: a test for each scenario of @now, and in it one for each policy. False: the stream has an error. */
bool gate_print_ktap(const struct gate_diff *diff, const struct gate_set *now, FILE *out);

/* JUnit's XML: a suite for each scenario of @now, a case for each policy. False: the stream has an error. */
bool gate_print_junit(const struct gate_diff *diff, const struct gate_set *now, FILE *out);

/*
 * Workflow commands of GitHub Actions, one for each run that is red and for what is
 * of no run, that point into the scenario's file. @text_of gives the file's text, or NULL.
 */
void gate_print_github(const struct gate_diff *diff, const struct gate_set *now,
		       const char *(*text_of)(void *ctx, const char *scenario), void *ctx, FILE *out);

#endif
