// SPDX-License-Identifier: GPL-2.0-or-later
#include "search/judge.h"

#include "run/apart.h"
#include "scenario/node.h"

static void on_finding(void *ctx, const struct sim_finding *ev)
{
	struct judge_run *run = ctx;

	run->findings[ev->kind]++;
}

static void on_run_end(void *ctx, const struct sim_run_end *ev)
{
	struct judge_run *run = ctx;

	run->end = *ev;
}

static const struct judge_run *run_of(struct judge *j, unsigned policy)
{
	struct judge_run *run = &j->runs[policy];
	const struct sim_sink sink = { .ctx = run, .finding = on_finding, .run_end = on_run_end };
	const struct sim_options options = { .seed = 0 };
	struct sim_error error;

	if (run->made)
		return run;
	*run = (struct judge_run){ .made = true };
	run->status = apart_run(j->scenario, j->expr->policies[policy], &options, &sink, &error);
	snprintf(run->message, sizeof(run->message), "%s", error.message);
	j->run_count++;
	return run;
}

int64_t judge_number(const struct judge_run *run, enum expr_number number)
{
	switch (number) {
#define JUDGE_NUMBER(A, type, name, what) case EXPR_##name: return (int64_t)run->end.name;
	SIM_RUN_NUMBERS(JUDGE_NUMBER, )
#undef JUDGE_NUMBER
	case EXPR_NUMBER_COUNT:
		break;
	}
	return 0;
}

static bool is_time(enum expr_number number)
{
	switch (number) {
	case EXPR_total_ns:
	case EXPR_stall_max_ns:
	case EXPR_stall_total_ns:
	case EXPR_prepare_ns:
	case EXPR_commit_ns:
	case EXPR_workload_fault_ns:
		return true;
	default:
		return false;
	}
}

static bool on_number(void *ctx, unsigned policy, enum expr_number number, int64_t *value)
{
	struct judge *j = ctx;
	const struct judge_run *run = run_of(j, policy);

	if (run->status != SIM_OK)
		return false;
	/* beside another policy's run: its time is that of other work */
	if (j->expr->policy_count > 1 && run->end.failed_requests && is_time(number))
		return false;
	*value = judge_number(run, number);
	return true;
}

static bool did_abort(const struct judge_run *run)
{
	return run->made && (run->status == SIM_EHVABORT || run->status == SIM_EOOPS);
}

static bool on_aborted(void *ctx, unsigned policy)
{
	return did_abort(run_of(ctx, policy));
}

static uint64_t on_findings(void *ctx, unsigned policy, int kind)
{
	const struct judge_run *run = run_of(ctx, policy);
	uint64_t count = 0;

	for (int k = 0; k < FINDING_COUNT; k++)
		count += kind < 0 || kind == k ? run->findings[k] : 0;
	return count;
}

static enum verdict decide(struct judge *j)
{
	const struct expr_runs runs = { .ctx = j, .number = on_number, .aborted = on_aborted, .findings = on_findings };
	enum expr_truth truth;

	for (size_t i = 0; i < EXPR_POLICIES_MAX; i++)
		j->runs[i].made = false;
	truth = expr_eval(j->expr, &runs, &j->where);
	for (size_t i = 0; i < j->expr->policy_count; i++)
		if (j->runs[i].made && j->runs[i].status == SIM_ENOMEM)
			return VERDICT_TROUBLE;
	return truth == EXPR_YES ? VERDICT_YES : truth == EXPR_OVERFLOW ? VERDICT_OVERFLOW : VERDICT_NO;
}

enum verdict judge_scenario(struct judge *j, struct node *root)
{
	const struct scenario_load_options options = { .costs_dir = j->costs_dir, .costs_cache = &j->costs };
	struct scenario_file *file;
	struct diag_list diags;
	enum scenario_status status;
	enum verdict verdict;

	diag_init(&diags);
	status = scenario_load_tree(j->path, root, &options, &diags, &file);
	diag_release(&diags);
	if (status != SCENARIO_OK) {
		for (size_t i = 0; i < EXPR_POLICIES_MAX; i++)
			j->runs[i].made = false;
		return status == SCENARIO_EINVALID ? VERDICT_INVALID : VERDICT_TROUBLE;
	}
	j->scenario = scenario_get(file);
	verdict = decide(j);
	j->scenario = NULL;
	scenario_free(file);
	return verdict;
}

bool judge_aborted(const struct judge *j, unsigned policy)
{
	return did_abort(&j->runs[policy]);
}

bool judge_impossible(const struct judge *j, unsigned policy)
{
	const struct judge_run *run = &j->runs[policy];

	return run->made && (run->status == SIM_EEVENT || run->status == SIM_EBOOT);
}
