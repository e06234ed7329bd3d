/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_CALIBRATE_H
#define HPTSIM_CALIBRATE_H
/*
 * Cost profiles from kernel logs.
 *
 * A log shows when things happened. The model plays the same events and counts
 * what each stretch of time between two lines consists of: HPTEs scanned,
 * entries moved, LMBs added. A stretch is then an equation, linear in the
 * prices, and the prices are what solves all of them best.
 *
 * Nothing here prints or exits.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/table.h"
#include "log/klog.h"
#include "sim/machine/cost.h"
#include "sim/policy.h"
#include "sim/scenario.h"

#define CALIB_MESSAGE_MAX	320

/* At least as many as there are prices; checked where it is used. */
#define CALIB_PRICES_MAX	48

/* What a stretch of a log is. */
#define CALIB_ROW_KINDS(X) \
	X(PREPARE, "prepare", "the first number of a \"complete\" line") \
	X(COMMIT,  "commit",  "the second one") \
	X(RESIZE,  "resize",  "from \"Attempting to resize\" to the line that tells of a collision or an error") \
	X(LMBS,    "lmbs",    "between two lines of a request; a silent attempt and the rest of its LMB are one stretch")

enum calib_row_kind {
#define CALIB_ROW_ENUM(id, name, doc) CALIB_##id,
	CALIB_ROW_KINDS(CALIB_ROW_ENUM)
#undef CALIB_ROW_ENUM
	CALIB_ROW_KIND_COUNT
};

struct calib_row {
	size_t log;			/* of calib_data.logs */
	enum calib_row_kind kind;
	size_t line;			/* of the log */
	double y_ns;			/* recorded */
	double floor_ns;		/* how finely the log tells it */
	double fixed_ns;		/* what no price changes */
	double units[CALIB_PRICES_MAX];	/* ns per unit of each price, PREPARE's polling apart */
	size_t first_attempt, attempt_count;	/* whose PREPARE is in it; of calib_data.attempts */
};

/* PREPARE of one attempt. */
struct calib_attempt {
	double bytes;			/* to be cleared */
	double fresh_bytes;		/* of these: that no table had before */
	double delay_ns;		/* of one poll, as the hypervisor asks for it */
	double recorded_ns;		/* as a "complete" line says; 0: no line does */
	bool known;			/* no table was made: polls are those of the model */
	unsigned polls;
};

struct calib_log {
	char *name;			/* of the file */
	char *scenario;
	uint64_t bytes;
	size_t attempt_count, row_count;
	size_t first_row;
};

struct calib_data {
	struct calib_log *logs;
	size_t log_count;
	struct calib_row *rows;
	size_t row_count, row_room;
	struct calib_attempt *attempts;
	size_t attempt_count, attempt_room;
};

enum calib_status {
	CALIB_OK = 0,
	CALIB_ENOMEM,
	CALIB_EMISMATCH,		/* the log and the model do not do the same */
	CALIB_ESIM,			/* the model cannot play the scenario */
	CALIB_ELOG,		/* a log that cannot be used */
	CALIB_EIO,
};

/**
 * calib_add_log - play a log's events and note what each stretch consists of
 * @name:    of the log, for people; copied
 * @bytes:   its size
 * @boot:    the part of it that is meant; NULL: all
 * @sc:      the same events; its prices do not matter
 * @policy:  the guest's
 * @message: one sentence unless CALIB_OK
 */
enum calib_status calib_add_log(struct calib_data *data, const char *name, uint64_t bytes,
				const struct klog *log, const struct klog_boot *boot, const struct scenario *sc,
				const struct policy *policy, char message[CALIB_MESSAGE_MAX]);

void calib_free(struct calib_data *data);

/* X(id, what it means): how a price came about. */
#define CALIB_STATES(X) \
	X(FITTED,    "fitted") \
	X(ZERO,      "at 0: less than nothing would fit best") \
	X(NO_DATA,   "kept: nothing in the logs pays it") \
	X(LEFT,      "kept: a log hardly tells it from others, so it is not tried") \
	X(COLLINEAR, "kept: always together with") \
	X(NOISE,     "kept: the logs do not tell it from the base profile or from 0")

enum calib_state {
#define CALIB_STATE_ENUM(id, text) CALIB_STATE_##id,
	CALIB_STATES(CALIB_STATE_ENUM)
#undef CALIB_STATE_ENUM
};

const char *calib_state_text(enum calib_state state);

struct calib_price {
	enum calib_state state;
	double value, error;		/* in the price's unit; error: standard error, 0 if not fitted */
	size_t with[2];			/* COLLINEAR: rows of cost_keys[]; the second may be SIZE_MAX */
};

struct calib_fit {
	struct calib_price prices[CALIB_PRICES_MAX];
	/* prices of clearing between which the polls are the same; high is infinite if more was never needed */
	double clear_low, clear_high;
	/* the same of memory that no table had before; both 0: these logs need no such price */
	double fresh_low, fresh_high;
	bool fresh_seen;		/* some table needed such memory */
	size_t row_count;
	double scale;			/* median of |residual| / recorded, of the rows used */
};

/**
 * calib_solve - the prices that fit best
 * @base: where prices come from that the logs do not tell
 * @use:  per log, whether to; NULL: all
 *
 * CALIB_OK also if nothing could be fitted; or CALIB_ENOMEM.
 */
enum calib_status calib_solve(const struct calib_data *data, const bool *use,
			      const struct cost_profile *base, struct calib_fit *fit);

/* What the fit says a stretch takes: all of it, and what resizes take of it. */
void calib_predict(const struct calib_data *data, const struct calib_fit *fit,
		   const struct calib_row *row, double *all_ns, double *resize_ns);

/* Guest time in resizes of a log. */
struct calib_compared {
	double recorded_ns, predicted_ns;
	size_t stretches;
};

/*
 * Over the stretches that are mostly a resize. Where there is more in one, what
 * the model takes the rest to be is subtracted from what was recorded.
 */
struct calib_compared calib_compare(const struct calib_data *data, const struct calib_fit *fit,
				    size_t log);

/* |predicted / recorded - 1| */
struct calib_errors {
	double *values;			/* ascending */
	size_t count;
};

double calib_percentile(const struct calib_errors *errors, unsigned percent);

/**
 * calib_holdout - fit without some logs, predict those, in turn
 * @folds: number of groups, log N being in group N modulo that; 0: each log alone
 * @left:  per log, as predicted without it; filled
 * @per_log, @per_stretch: filled; values to be freed
 */
enum calib_status calib_holdout(const struct calib_data *data, const struct cost_profile *base, size_t folds,
				struct calib_compared *left, struct calib_errors *per_log,
				struct calib_errors *per_stretch);

/* What a profile says about itself. */
struct calib_about {
	const char *name, *base;
	const char *const *digests;	/* per log: SHA-256 in hexadecimal */
	const char *validation;		/* of --holdout; NULL: there was none */
};

/* The profile as YAML. */
void calib_write_profile(const struct calib_data *data, const struct calib_fit *fit,
			 const struct calib_about *about, FILE *out);

/* --- showing it --- */

struct calibrate_report {
	const struct calib_data *data;
	const struct calib_fit *fit;
	const struct cost_profile *base;
	bool holdout;				/* the rest is valid */
	size_t folds;				/* 0: one log at a time */
	const struct calib_compared *left;	/* per log */
	const struct calib_errors *per_log, *per_stretch;
};

/* For people also in words. False: out of memory, or the stream has an error. */
bool calibrate_print(const struct calibrate_report *r, enum table_format format, FILE *out);

#endif
