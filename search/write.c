// SPDX-License-Identifier: GPL-2.0-or-later
#include "search/write.h"

#include <inttypes.h>
#include <string.h>

#include "search/tree.h"
#include "sim/sim.h"

/* Can a scenario name it? Else it needs the options that brought it. */
static bool is_known(const struct counterexample *ce, const struct policy *policy)
{
	const struct scenario *sc = scenario_get(ce->options->file);

	for (size_t i = 0; i < sc->policy_count; i++)
		if (sc->policies[i] == policy)
			return true;
	return policy_find(policy->name) == policy;
}

static bool has_numbers(const struct counterexample *ce, unsigned policy)
{
	const struct judge_run *run = &ce->judge->runs[policy];

	if (!run->made || run->status != SIM_OK)
		return false;
	for (int n = 0; n < EXPR_NUMBER_COUNT; n++)
		if (expr_names(ce->judge->expr, policy, (enum expr_number)n))
			return true;
	return false;
}

/* All numbers that the expression names, joined. */
static void print_numbers(const struct counterexample *ce, unsigned policy, const char *sign, FILE *out)
{
	const char *comma = "";

	for (int n = 0; n < EXPR_NUMBER_COUNT; n++) {
		if (!expr_names(ce->judge->expr, policy, (enum expr_number)n))
			continue;
		fprintf(out, "%s%s%s%" PRId64, comma, expr_number_names[n], sign,
			judge_number(&ce->judge->runs[policy], (enum expr_number)n));
		comma = ", ";
	}
}

static void print_end(const struct judge_run *run, FILE *out)
{
	fprintf(out, "did not end: %s", run->message);
}

void counterexample_facts(const struct counterexample *ce, FILE *out)
{
	const char *comma = "";

	for (unsigned p = 0; p < ce->judge->expr->policy_count; p++) {
		const struct judge_run *run = &ce->judge->runs[p];

		if (!run->made || (run->status == SIM_OK && !has_numbers(ce, p)))
			continue;
		fputs(comma, out);
		if (p)
			fprintf(out, "%s: ", ce->judge->expr->policies[p]->name);
		if (run->status == SIM_OK)
			print_numbers(ce, p, " ", out);
		else
			print_end(run, out);
		comma = "; ";
	}
}

/* A comment of any text: no line of it is without a '#'. */
static void print_comment(const char *indent, const char *text, FILE *out)
{
	fprintf(out, "#%s", indent);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\n' && text[1])
			fprintf(out, "\n#%s", indent);
		else if (c >= 0x20 && c != 0x7f)
			fputc(c, out);
		else if (c != '\n')
			fputc(' ', out);
	}
	fputc('\n', out);
}

static void print_head(const struct counterexample *ce, FILE *out)
{
	const struct expr *expr = ce->judge->expr;

	fprintf(out, "# A counterexample that 'hptsim search' has found: %s, where\n", expr->policies[0]->name);
	print_comment("   ", ce->find, out);
	fprintf(out, "# Point %" PRIu64 " with the seed %" PRIu64 ", model %d; made smaller in %" PRIu64
		" steps, until nothing could go or be halved.\n", ce->point, ce->options->seed, SIM_MODEL_VERSION, ce->steps);
	if (ce->options->command)
		print_comment("   ", ce->options->command, out);
	for (unsigned p = 0; p < expr->policy_count; p++) {
		const struct judge_run *run = &ce->judge->runs[p];

		if (run->made && run->status != SIM_OK) {
			fprintf(out, "# The run of %s ", expr->policies[p]->name);
			print_end(run, out);
			fprintf(out, "\n# 'hptsim run' exits with status 1 therefore.\n");
		} else if (!is_known(ce, expr->policies[p])) {
			fprintf(out, "# %s is not of hptsim: give the option that brings it. Expected of it: ",
				expr->policies[p]->name);
			if (has_numbers(ce, p))
				print_numbers(ce, p, ": ", out);
			else
				fputs("nothing", out);
			fputc('\n', out);
		}
	}
}

/* As the scenario makes it: a mapping, perhaps. */
static const struct node *policy_node(const struct counterexample *ce, const struct policy *policy)
{
	const struct scenario *sc = scenario_get(ce->options->file);
	const struct node *list = node_get(scenario_tree(ce->options->file), "policies");

	for (size_t i = 0; list && i < sc->policy_count && i < list->count; i++)
		if (sc->policies[i] == policy && list->entries[i].value->type == NODE_MAPPING)
			return list->entries[i].value;
	return NULL;
}

static void print_policies(const struct counterexample *ce, FILE *out)
{
	const struct expr *expr = ce->judge->expr;
	bool any = false;

	for (unsigned p = 0; p < expr->policy_count; p++) {
		const struct node *made = policy_node(ce, expr->policies[p]);

		if (!is_known(ce, expr->policies[p]))
			continue;
		fputs(any ? "" : "policies:\n", out);
		any = true;
		fputs("  - ", out);
		if (made)
			tree_print_flow(made, out);
		else
			tree_print_scalar(expr->policies[p]->name, true, out);
		fputc('\n', out);
	}
}

static void print_expect(const struct counterexample *ce, FILE *out)
{
	const struct expr *expr = ce->judge->expr;
	bool any = false;

	for (unsigned p = 0; p < expr->policy_count; p++) {
		if (!is_known(ce, expr->policies[p]) || !has_numbers(ce, p))
			continue;
		fputs(any ? "  " : "expect:\n  ", out);
		any = true;
		tree_print_scalar(expr->policies[p]->name, true, out);
		fputs(": {", out);
		print_numbers(ce, p, ": ", out);
		fputs("}\n", out);
	}
}

/* Those keys, or all others. */
static void print_keys(const struct node *root, bool events, FILE *out)
{
	for (size_t i = 0; i < root->count; i++) {
		struct node one = *root;

		one.entries = &root->entries[i];
		one.count = 1;
		if ((strcmp(root->entries[i].key->text, "events") == 0 || strcmp(root->entries[i].key->text, "faults") == 0) == events)
			tree_print(&one, 0, out);
	}
}

void counterexample_print(const struct counterexample *ce, FILE *out)
{
	print_head(ce, out);
	print_keys(ce->root, false, out);
	print_policies(ce, out);
	print_keys(ce->root, true, out);
	print_expect(ce, out);
}
