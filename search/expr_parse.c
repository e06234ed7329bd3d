// SPDX-License-Identifier: GPL-2.0-or-later
/* From text to struct expr: one function for each level of binding, loosest first. */
#include <string.h>

#include "search/expr_parser.h"

static bool parse_or(struct parser *p, uint16_t *out);

static bool holds(enum expr_op op)
{
	return op >= EXPR_LESS;
}

static bool want(struct parser *p, uint16_t which, bool truth, const char *sign, struct srcpos pos)
{
	const struct expr_node *node = &p->expr->nodes[which];

	if (holds(node->op) == truth)
		return true;
	parser_fail(p, pos, truth ? "'%s' joins what holds or not, and this is a number" :
	     "'%s' takes numbers, and this holds or not", sign);
	if (truth)
		diag_hint(p->lx.diags, "compare the number, for example 'failures > 0'");
	else if (node->op <= EXPR_UNEQUAL)
		diag_hint(p->lx.diags, "comparisons do not chain: write 'a < b and b < c'");
	return false;
}

static const char *dim_name(const struct expr_node *node)
{
	static const char *const names[] = { "a plain number", "a time", "a size" };

	return names[node->dim];
}

/* May these two be added or compared? @node gets what they are. */
static bool join(struct parser *p, struct expr_node *node)
{
	const struct expr_node *a = &p->expr->nodes[node->a], *b = &p->expr->nodes[node->b];
	const struct expr_node *plain = a->dim == EXPR_COUNT ? a : b, *other = plain == a ? b : a;

	node->dim = other->dim;
	node->unit_in_name = a->unit_in_name || b->unit_in_name;
	if (a->dim == b->dim || (plain->dim == EXPR_COUNT && (plain->zero || other->unit_in_name)))
		return true;
	parser_fail(p, node->pos, "%s beside %s", dim_name(a), dim_name(b));
	if (plain->dim == EXPR_COUNT)
		diag_hint(p->lx.diags, "give the number a unit, such as %s", other->dim == EXPR_TIME ? "25s or 100ms" : "2GiB or 256MiB");
	return false;
}

static bool product(struct parser *p, struct expr_node *node)
{
	const struct expr_node *a = &p->expr->nodes[node->a], *b = &p->expr->nodes[node->b];
	bool ratio = node->op == EXPR_DIVIDE && a->dim == b->dim;

	if (b->dim != EXPR_COUNT && !ratio && !(node->op == EXPR_MULTIPLY && a->dim == EXPR_COUNT))
		return parser_fail(p, node->pos, "%s %s %s is nothing that a run has", dim_name(a),
			    node->op == EXPR_DIVIDE ? "by" : "times", dim_name(b));
	node->dim = ratio ? EXPR_COUNT : a->dim != EXPR_COUNT ? a->dim : b->dim;
	node->unit_in_name = !ratio && (a->unit_in_name || b->unit_in_name);
	return true;
}

static bool is_word(const struct parser *p)
{
	return token_is(&p->lx, &p->token, "and") || token_is(&p->lx, &p->token, "or") || token_is(&p->lx, &p->token, "not");
}

static bool read_inside(struct parser *p, uint16_t *out)
{
	struct srcpos open = parser_pos(p);

	if (!parser_next(p) || !parse_or(p, out))
		return false;
	if (p->token.type != TOKEN_CLOSE)
		return parser_fail(p, open, "a '(' that is not closed");
	return parser_next(p);
}

static bool read_operand(struct parser *p, uint16_t *out)
{
	if (p->token.type == TOKEN_NUMBER)
		return operand_read_number(p, out);
	if (p->token.type == TOKEN_NAME && !is_word(p))
		return operand_read_name(p, out);
	if (p->token.type == TOKEN_STRING)
		return operand_read_quoted(p, out);
	if (p->token.type == TOKEN_OPEN)
		return read_inside(p, out);
	parser_fail(p, parser_pos(p), p->token.type == TOKEN_END ? "the expression ends where a number or a name is missing" :
	     "a number or a name is missing here");
	return false;
}

static bool deeper(struct parser *p)
{
	return ++p->depth <= EXPR_DEPTH_MAX || parser_fail(p, parser_pos(p), "nested more than %u deep", EXPR_DEPTH_MAX);
}

static bool parse_sign(struct parser *p, uint16_t *out)
{
	struct expr_node node = { .op = EXPR_NEGATE, .pos = parser_pos(p) };
	bool ok;

	if (!deeper(p))
		return false;
	if (p->token.type != TOKEN_SUBTRACT) {
		ok = read_operand(p, out);
	} else {
		ok = parser_next(p) && parse_sign(p, &node.a) && want(p, node.a, false, "-", node.pos);
		node.dim = p->expr->nodes[node.a].dim;
		node.unit_in_name = p->expr->nodes[node.a].unit_in_name;
		ok = ok && parser_add(p, node, out);
	}
	p->depth--;
	return ok;
}

static bool parse_product(struct parser *p, uint16_t *out)
{
	bool ok = parse_sign(p, out);

	while (ok && (p->token.type == TOKEN_MULTIPLY || p->token.type == TOKEN_DIVIDE)) {
		const char *sign = p->token.type == TOKEN_MULTIPLY ? "*" : "/";
		struct expr_node node = { .op = *sign == '*' ? EXPR_MULTIPLY : EXPR_DIVIDE, .pos = parser_pos(p), .a = *out };

		ok = want(p, node.a, false, sign, node.pos) && parser_next(p) && parse_sign(p, &node.b) &&
		     want(p, node.b, false, sign, node.pos) && product(p, &node) && parser_add(p, node, out);
	}
	return ok;
}

static bool parse_sum(struct parser *p, uint16_t *out)
{
	bool ok = parse_product(p, out);

	while (ok && (p->token.type == TOKEN_ADD || p->token.type == TOKEN_SUBTRACT)) {
		const char *sign = p->token.type == TOKEN_ADD ? "+" : "-";
		struct expr_node node = { .op = *sign == '+' ? EXPR_ADD : EXPR_SUBTRACT, .pos = parser_pos(p), .a = *out };

		ok = want(p, node.a, false, sign, node.pos) && parser_next(p) && parse_product(p, &node.b) &&
		     want(p, node.b, false, sign, node.pos) && join(p, &node) && parser_add(p, node, out);
	}
	return ok;
}

static bool parse_comparison(struct parser *p, uint16_t *out)
{
	bool ok = parse_sum(p, out);

	while (ok && p->token.type >= TOKEN_LESS && p->token.type <= TOKEN_UNEQUAL) {
		static const char *const signs[] = { "<", "<=", ">", ">=", "=", "!=" };
		unsigned which = p->token.type - TOKEN_LESS;
		struct expr_node node = { .op = (enum expr_op)(EXPR_LESS + which), .pos = parser_pos(p), .a = *out };

		ok = want(p, node.a, false, signs[which], node.pos) && parser_next(p) && parse_sum(p, &node.b) &&
		     want(p, node.b, false, signs[which], node.pos) && join(p, &node);
		node.dim = EXPR_COUNT;
		node.unit_in_name = false;
		ok = ok && parser_add(p, node, out);
	}
	return ok;
}

static bool parse_not(struct parser *p, uint16_t *out)
{
	struct expr_node node = { .op = EXPR_NOT, .pos = parser_pos(p) };
	bool ok;

	if (!token_is(&p->lx, &p->token, "not"))
		return parse_comparison(p, out);
	if (!deeper(p))
		return false;
	ok = parser_next(p) && parse_not(p, &node.a) && want(p, node.a, true, "not", node.pos) && parser_add(p, node, out);
	p->depth--;
	return ok;
}

static bool parse_and(struct parser *p, uint16_t *out)
{
	bool ok = parse_not(p, out);

	while (ok && token_is(&p->lx, &p->token, "and")) {
		struct expr_node node = { .op = EXPR_AND, .pos = parser_pos(p), .a = *out };

		ok = want(p, node.a, true, "and", node.pos) && parser_next(p) && parse_not(p, &node.b) &&
		     want(p, node.b, true, "and", node.pos) && parser_add(p, node, out);
	}
	return ok;
}

static bool parse_or(struct parser *p, uint16_t *out)
{
	bool ok = parse_and(p, out);

	while (ok && token_is(&p->lx, &p->token, "or")) {
		struct expr_node node = { .op = EXPR_OR, .pos = parser_pos(p), .a = *out };

		ok = want(p, node.a, true, "or", node.pos) && parser_next(p) && parse_and(p, &node.b) &&
		     want(p, node.b, true, "or", node.pos) && parser_add(p, node, out);
	}
	return ok;
}

/* What is behind a whole expression. */
static bool want_end(struct parser *p)
{
	if (p->token.type == TOKEN_END)
		return true;
	parser_fail(p, parser_pos(p), "the expression could end before this");
	diag_hint(p->lx.diags, "join two with 'and' or 'or'; a unit stands right behind its number");
	return false;
}

bool expr_parse(struct srcpos pos, const char *text, const struct policy *policy, const struct policy *const *known,
		size_t known_count, struct diag_list *diags, struct expr *expr)
{
	struct parser p = {
		.lx = { .text = text, .start = pos, .diags = diags }, .expr = expr, .known = known, .known_count = known_count,
	};

	expr->node_count = 0;
	expr->policies[0] = policy;
	expr->policy_count = 1;
	if (strlen(text) > EXPR_TEXT_MAX)
		return parser_fail(&p, pos, "an expression of more than %u characters", EXPR_TEXT_MAX);
	if (!parser_next(&p))
		return false;
	if (p.token.type == TOKEN_END) {
		parser_fail(&p, parser_pos(&p), "no expression");
		diag_hint(diags, "for example 'failures > 0', 'total > 1.01 * per-section.total' or 'finding'");
		return false;
	}
	if (!parse_or(&p, &expr->root) || !want_end(&p))
		return false;
	if (holds(expr->nodes[expr->root].op))
		return true;
	parser_fail(&p, expr->nodes[expr->root].pos, "a number neither holds nor does not");
	diag_hint(diags, "compare it, for example 'failures > 0'");
	return false;
}
