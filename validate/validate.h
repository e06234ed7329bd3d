/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_VALIDATE_H
#define HPTSIM_VALIDATE_H
/*
 * A recorded log beside a simulated one. The simulation writes its own kernel
 * log (log/dmesg.h), and the same reader reads both, so what is compared is
 * what a log can tell and nothing else.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/table.h"
#include "log/klog.h"
#include "log/plan.h"
#include "log/qtrace.h"
#include "scenario/load.h"
#include "sim/sim.h"

/* A request's first line, a resize attempt, or that the request at hand is undone. */
struct seq_item {
	bool is_attempt, is_rollback;
	size_t index;			/* of klog.attempts, else of klog.requests */
	size_t record;			/* its first line */
};

/* What happened in one boot, in order. */
struct seq {
	const struct klog *log;
	struct seq_item *items;
	size_t count;
	size_t request_count, attempt_count;
};

/* X(id, name, what differs) */
#define SEQ_DIFFS(X) \
	X(NONE,    "none",    "nothing") \
	X(MISSING, "missing", "the log has nothing like it there") \
	X(EXTRA,   "extra",   "the simulation has nothing like it there") \
	X(OTHER,   "other",   "they are different things") \
	X(REQUEST, "request", "the request asks for something else") \
	X(RESULT,  "result",  "the request ends otherwise") \
	X(LMBS,    "lmbs",    "it is about other LMBs") \
	X(SHIFT,   "shift",   "another order is asked for") \
	X(OUTCOME, "outcome", "the resize ends otherwise") \
	X(BROKEN,  "broken",  "the log contradicts itself: an answer without its attempt, or to another order") \
	X(LOST,    "lost",    "the log says that lines are missing there")

enum seq_diff {
#define SEQ_DIFF_ENUM(id, name, doc) SEQ_##id,
	SEQ_DIFFS(SEQ_DIFF_ENUM)
#undef SEQ_DIFF_ENUM
};

struct seq_diff_info { const char *name, *doc; };
extern const struct seq_diff_info seq_diff_info[];

/* False: out of memory. @out->items is malloc()ed. */
bool seq_build(struct seq *out, const struct klog *log, const struct klog_boot *boot);

/*
 * How item @i of @a differs from item @j of @b; either may be past its end.
 * A collision has to be told where the kernel tells of it, and only there.
 */
enum seq_diff seq_compare(const struct seq *a, size_t i, const struct seq *b, size_t j);

/* Where @a and @b differ first; a count of items equal to both if nowhere. */
size_t seq_first_difference(const struct seq *a, const struct seq *b, enum seq_diff *diff);

/*
 * Does attempt @a begin sooner after the one before it than an attempt takes? Then
 * one of the two lines is not of this log. @us: by how much later it begins.
 */
bool seq_too_soon(const struct klog *log, size_t a, int64_t *us);

/* One item in words, e.g. "resize to 22: -ENOSPC". Returns @text. */
#define SEQ_TEXT_MAX 128
const char *seq_describe(const struct seq *s, size_t i, char text[SEQ_TEXT_MAX]);

/* LMBs that came and went, and COMMITs, of a simulation. */
struct sim_move {
	unsigned request_seq;
	uint32_t drc_index;
	bool added;
};

struct simulated {
	struct scenario_file *file;	/* NULL: the caller's scenario */
	const struct scenario *sc;
	struct klog log;
	struct seq seq;
	struct sim_move *moves;
	size_t move_count;
	unsigned *commits;		/* orders that COMMIT was called for */
	size_t commit_count;
	struct sim_error error;
	bool no_memory;
};

enum validate_status {
	VALIDATE_OK = 0,
	VALIDATE_ENOMEM,
	VALIDATE_ESCENARIO,	/* what was derived from the log is no scenario: told on @errors */
	VALIDATE_EIO,		/* its cost profile cannot be read: told on @errors */
};

struct validate {
	FILE *errors;			/* told what is wrong with a derived scenario */
	const char *log_path;
	const struct policy *policy;
	struct scenario_load_options load;
	uint64_t seed;

	struct klog log;
	const struct klog_boot *boot;
	uint64_t lmb_bytes;		/* as the user says; 0: as the log says */
	struct seq seq;
	struct plan plan;		/* without a scenario of the user's */
	bool derived;
	struct simulated sim;
	unsigned simulations;		/* done so far */
	bool gave_up;			/* there was more to try than fits into a run */
};

/* Run @sc and read its log. VALIDATE_OK or VALIDATE_ENOMEM. */
enum validate_status validate_simulate(struct validate *v, const struct scenario *sc, struct simulated *out);

/* The same for v->plan. */
enum validate_status validate_simulate_plan(struct validate *v, struct simulated *out);

void simulated_free(struct simulated *s);

/* v->plan from the log, as a kernel with v->policy leaves traces; as plan_derive(). */
enum plan_status validate_derive(struct validate *v, const char **missing);

/* Complete v->plan where the log leaves something open, and simulate it as v->sim. */
enum validate_status validate_fit(struct validate *v);

/* Write v->plan as a scenario. */
void validate_write_plan(const struct validate *v, FILE *out);

/* Do both sequences say the same? */
bool validate_equal(const struct validate *v);

/* Both sequences and the verdict. False: out of memory, or the stream has an error. */
bool validate_print_text(const struct validate *v, FILE *out);
/* False, too, when the log's name is not UTF-8. */
bool validate_print_json(const struct validate *v, const struct qtrace *trace, FILE *out);
/* TABLE_AS_CSV or TABLE_AS_MD; @trace may be NULL. */
bool validate_print_tables(const struct validate *v, const struct qtrace *trace, enum table_format format, FILE *out);

/* COMMITs of QEMU's trace beside the simulation's: index of the first that differs, or SIZE_MAX. */
size_t validate_trace_difference(const struct validate *v, const struct qtrace *trace);

/* Whether QEMU's calls are those simulated; @out, which may be NULL, gets it in words. @path: of the trace. */
bool validate_print_trace(const struct validate *v, const struct qtrace *trace, const char *path, FILE *out);

#endif
