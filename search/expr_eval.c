// SPDX-License-Identifier: GPL-2.0-or-later
#include "search/expr.h"

struct evaluation {
	const struct expr *expr;
	const struct expr_runs *runs;
	struct srcpos where;
};

enum number_state { NUMBER_OK, NUMBER_NONE, NUMBER_OVERFLOW };

static enum number_state number_of(struct evaluation *ev, uint16_t which, struct rational *out)
{
	static const char signs[] = { [EXPR_ADD] = '+', [EXPR_SUBTRACT] = '-', [EXPR_MULTIPLY] = '*', [EXPR_DIVIDE] = '/' };
	const struct expr_node *node = &ev->expr->nodes[which];
	enum number_state state;
	struct rational a, b;
	int64_t value;

	if (node->op == EXPR_CONSTANT) {
		*out = node->value;
		return NUMBER_OK;
	}
	if (node->op == EXPR_RUN_NUMBER) {
		if (!ev->runs->number(ev->runs->ctx, node->policy, node->number, &value))
			return NUMBER_NONE;
		*out = rational_of(value);
		return NUMBER_OK;
	}
	state = number_of(ev, node->a, &a);
	if (state != NUMBER_OK)
		return state;
	if (node->op == EXPR_NEGATE) {
		*out = (struct rational){ -a.num, a.den };
		return NUMBER_OK;
	}
	state = number_of(ev, node->b, &b);
	if (state != NUMBER_OK)
		return state;
	if (node->op == EXPR_DIVIDE && b.num == 0)
		return NUMBER_NONE;
	if (rational_do(signs[node->op], a, b, out))
		return NUMBER_OK;
	ev->where = node->pos;
	return NUMBER_OVERFLOW;
}

static enum expr_truth truth(bool holds)
{
	return holds ? EXPR_YES : EXPR_NO;
}

static enum expr_truth compare(struct evaluation *ev, const struct expr_node *node)
{
	struct rational a, b;
	enum number_state state = number_of(ev, node->a, &a);
	int order;

	if (state == NUMBER_OK)
		state = number_of(ev, node->b, &b);
	if (state == NUMBER_OK && !rational_compare(a, b, &order)) {
		ev->where = node->pos;
		state = NUMBER_OVERFLOW;
	}
	if (state != NUMBER_OK)
		return state == NUMBER_NONE ? EXPR_UNKNOWN : EXPR_OVERFLOW;
	switch (node->op) {
	case EXPR_LESS:
		return truth(order < 0);
	case EXPR_LESS_EQUAL:
		return truth(order <= 0);
	case EXPR_MORE:
		return truth(order > 0);
	case EXPR_MORE_EQUAL:
		return truth(order >= 0);
	case EXPR_EQUAL:
		return truth(order == 0);
	default:
		return truth(order != 0);
	}
}

static enum expr_truth eval(struct evaluation *ev, uint16_t which)
{
	const struct expr_node *node = &ev->expr->nodes[which];
	enum expr_truth a, b, decides;

	switch (node->op) {
	case EXPR_ABORTED:
		return truth(ev->runs->aborted(ev->runs->ctx, node->policy));
	case EXPR_FINDING:
		return truth(ev->runs->findings(ev->runs->ctx, node->policy, node->finding) > 0);
	case EXPR_NOT:
		a = eval(ev, node->a);
		return a == EXPR_YES ? EXPR_NO : a == EXPR_NO ? EXPR_YES : a;
	case EXPR_AND:
	case EXPR_OR:
		break;
	default:
		return compare(ev, node);
	}
	/* what decides it whatever the other one is: then that one is not even run */
	decides = node->op == EXPR_AND ? EXPR_NO : EXPR_YES;
	a = eval(ev, node->a);
	if (a == decides || a == EXPR_OVERFLOW)
		return a;
	b = eval(ev, node->b);
	return b == decides || b == EXPR_OVERFLOW || a != EXPR_UNKNOWN ? b : a;
}

enum expr_truth expr_eval(const struct expr *expr, const struct expr_runs *runs, struct srcpos *where)
{
	struct evaluation ev = { .expr = expr, .runs = runs };
	enum expr_truth result = eval(&ev, expr->root);

	*where = ev.where;
	return result;
}

bool expr_names(const struct expr *expr, unsigned policy, enum expr_number number)
{
	for (size_t i = 0; i < expr->node_count; i++) {
		const struct expr_node *node = &expr->nodes[i];

		if (node->op == EXPR_RUN_NUMBER && node->policy == policy && node->number == number)
			return true;
		if (node->op == EXPR_FINDING && node->policy == policy && number == EXPR_findings)
			return true;
	}
	return false;
}
