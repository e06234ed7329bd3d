/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SEARCH_EXPR_H
#define HPTSIM_SEARCH_EXPR_H
/*
 * What is looked for: `failures > 0`, `total > 1.01 * per-section.total`,
 * `finding("deadlock") or not aborted`. docs/search.md has the language.
 *
 * Values are exact (search/rational.h). A number that a run does not have has no value,
 * and neither has what is made from it, or a division by 0; a comparison with it neither
 * holds nor does not, and an expression is met when it holds.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenario/diag.h"
#include "sim/events.h"
#include "sim/policy.h"
#include "search/rational.h"

#define EXPR_TEXT_MAX		4096u
#define EXPR_NODES_MAX		512u
#define EXPR_DEPTH_MAX		64u
#define EXPR_POLICIES_MAX	16u

/* In the order of SIM_RUN_NUMBERS. */
enum expr_number {
#define EXPR_NUMBER_ENUM(A, type, name, what) EXPR_##name,
	SIM_RUN_NUMBERS(EXPR_NUMBER_ENUM, )
#undef EXPR_NUMBER_ENUM
	EXPR_NUMBER_COUNT
};

/* "total_ns", ... */
extern const char *const expr_number_names[EXPR_NUMBER_COUNT];

enum expr_op {
	/* numbers */
	EXPR_CONSTANT, EXPR_RUN_NUMBER, EXPR_ADD, EXPR_SUBTRACT, EXPR_MULTIPLY, EXPR_DIVIDE, EXPR_NEGATE,
	/* what holds or not */
	EXPR_LESS, EXPR_LESS_EQUAL, EXPR_MORE, EXPR_MORE_EQUAL, EXPR_EQUAL, EXPR_UNEQUAL,
	EXPR_AND, EXPR_OR, EXPR_NOT, EXPR_ABORTED, EXPR_FINDING,
};

enum expr_dim { EXPR_COUNT, EXPR_TIME, EXPR_SIZE };

struct expr_node {
	enum expr_op op;
	enum expr_dim dim;
	bool unit_in_name;	/* total_ns: may stand beside a plain number */
	bool zero;		/* a constant that is the same in all units */
	struct srcpos pos;
	struct rational value;
	unsigned policy;	/* of the run that is asked: number in struct expr */
	enum expr_number number;
	int finding;		/* enum sim_finding_kind; -1: any */
	uint16_t a, b;
};

struct expr {
	struct expr_node nodes[EXPR_NODES_MAX];
	size_t node_count;
	uint16_t root;
	/* whose runs are looked at; the first is the one that is searched with */
	const struct policy *policies[EXPR_POLICIES_MAX];
	size_t policy_count;
};

/**
 * expr_parse - read one expression
 * @pos:    of its first character in a source
 * @text:   the expression
 * @policy: whose numbers are meant without a name in front
 * @known:  policies besides those of hptsim
 * @diags:  gets the first error, with its place and what is allowed
 * @expr:   large: not for a stack
 *
 * False after an error.
 */
bool expr_parse(struct srcpos pos, const char *text, const struct policy *policy, const struct policy *const *known,
		size_t known_count, struct diag_list *diags, struct expr *expr);

enum expr_truth { EXPR_NO, EXPR_YES, EXPR_UNKNOWN, EXPR_OVERFLOW };

/* What runs say, made when they are asked for. @policy is a number in struct expr. */
struct expr_runs {
	void *ctx;
	/* false: the run has no such number */
	bool (*number)(void *ctx, unsigned policy, enum expr_number number, int64_t *value);
	bool (*aborted)(void *ctx, unsigned policy);
	/* how many findings of that kind; -1: of any */
	uint64_t (*findings)(void *ctx, unsigned policy, int kind);
};

/* EXPR_OVERFLOW: a number does not fit; @where is what it was computed for. */
enum expr_truth expr_eval(const struct expr *expr, const struct expr_runs *runs, struct srcpos *where);

/* Is that number of that policy in it? Those are what a counterexample expects. */
bool expr_names(const struct expr *expr, unsigned policy, enum expr_number number);

#endif
