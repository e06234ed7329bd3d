// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers, and what a run has. */
#include <string.h>

#include "search/expr_names.h"
#include "search/expr_parser.h"

static bool is_all(const char *text, size_t size, const char *set)
{
	return strspn(text, set) >= size;
}

bool operand_read_number(struct parser *p, uint16_t *out)
{
	struct expr_node node = { .op = EXPR_CONSTANT, .pos = parser_pos(p) };
	const char *text = p->lx.text + p->token.at, *unit;
	char copy[64];
	uint64_t value;

	snprintf(copy, sizeof(copy), "%.*s", (int)p->token.size, text);
	if (is_all(text, p->token.size, "0123456789.")) {
		if (!rational_parse(text, (unsigned)p->token.size, &node.value))
			return parser_fail(p, node.pos, "'%s': a number has at most 18 digits and one point, with digits behind it", copy);
		node.zero = node.value.num == 0;
		return parser_add(p, node, out) && parser_next(p);
	}
	if (p->token.size >= sizeof(copy))
		return parser_fail(p, node.pos, "a number that is too long");
	if (text_quantity(copy, text_size_units, &unit, &value) == TEXT_OK)
		node.dim = EXPR_SIZE;
	else if (text_quantity(copy, text_time_units, &unit, &value) == TEXT_OK)
		node.dim = EXPR_TIME;
	if (node.dim == EXPR_COUNT || value > INT64_MAX) {
		parser_fail(p, node.pos, "'%s' is no number", copy);
		diag_hint(p->lx.diags, "numbers are decimal; units are ns us ms s min h and KiB MiB GiB TiB, right behind a number "
			  "that is whole in ns or bytes");
		return false;
	}
	node.value = rational_of((int64_t)value);
	return parser_add(p, node, out) && parser_next(p);
}

/* Number of that policy in the expression, added when it is new. */
static bool use_policy(struct parser *p, const struct policy *policy, struct srcpos pos, unsigned *out)
{
	struct expr *e = p->expr;

	for (*out = 0; *out < e->policy_count; ++*out)
		if (e->policies[*out] == policy)
			return true;
	if (e->policy_count == EXPR_POLICIES_MAX)
		return parser_fail(p, pos, "more than %u policies in one expression", EXPR_POLICIES_MAX);
	e->policies[e->policy_count++] = policy;
	return true;
}

static bool find_policy(struct parser *p, const char *name, size_t size, struct srcpos pos, unsigned *out)
{
	struct text_nearest near = { .word = NULL };
	char copy[TEXT_NAME_MAX + 1];

	snprintf(copy, sizeof(copy), "%.*s", (int)(size < TEXT_NAME_MAX ? size : TEXT_NAME_MAX), name);
	near.word = copy;
	for (size_t i = 0; i < p->known_count; i++) {
		if (strcmp(p->known[i]->name, copy) == 0)
			return use_policy(p, p->known[i], pos, out);
		text_nearest_offer(&near, p->known[i]->name);
	}
	for (size_t i = 0; policy_table[i]; i++) {
		if (strcmp(policy_table[i]->name, copy) == 0)
			return use_policy(p, policy_table[i], pos, out);
		text_nearest_offer(&near, policy_table[i]->name);
	}
	parser_fail(p, pos, "no policy '%.60s'", copy);
	if (near.best)
		diag_hint(p->lx.diags, "did you mean '%s'?", near.best);
	else
		diag_hint(p->lx.diags, "'hptsim list policies' has them; a name with other characters than A-Z a-z 0-9 _ . - "
			  "is put into quotes");
	return false;
}

/* "(\"deadlock\")", perhaps */
static bool read_kind(struct parser *p, struct expr_node *node)
{
	const char *list = "";
	char names[256] = "";

	node->finding = -1;
	if (p->token.type != TOKEN_OPEN)
		return true;
	if (!parser_next(p))
		return false;
	if (p->token.type != TOKEN_STRING)
		return parser_fail(p, parser_pos(p), "finding( ) takes a name in quotes, such as \"deadlock\"");
	for (int kind = 0; kind < FINDING_COUNT; kind++) {
		const char *name = sim_finding_name((enum sim_finding_kind)kind);

		snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s", list, name);
		list = ", ";
		if (strlen(name) == p->token.size && strncmp(p->lx.text + p->token.at, name, p->token.size) == 0)
			node->finding = kind;
	}
	if (node->finding < 0) {
		parser_fail(p, parser_pos(p), "no finding of that name");
		diag_hint(p->lx.diags, "there are %s", names);
		return false;
	}
	if (!parser_next(p))
		return false;
	if (p->token.type != TOKEN_CLOSE)
		return parser_fail(p, parser_pos(p), "a ')' is missing behind the name");
	return parser_next(p);
}

static bool unknown_name(struct parser *p, const char *name, size_t size, struct srcpos pos)
{
	char copy[TEXT_NAME_MAX + 1];
	struct text_nearest near = { .word = copy };
	const char *minus;
	struct expr_name found;

	snprintf(copy, sizeof(copy), "%.*s", (int)(size < TEXT_NAME_MAX ? size : TEXT_NAME_MAX), name);
	minus = strchr(copy, '-');
	expr_name_offer(&near);
	parser_fail(p, pos, "a run has no number '%.60s'", copy);
	if (minus && expr_name_find(copy, (size_t)(minus - copy), &found))
		diag_hint(p->lx.diags, "to subtract, write a space on both sides of '-'");
	else if (policy_find(copy))
		diag_hint(p->lx.diags, "it is a policy: name a number of it, such as %s.total", copy);
	else if (near.best)
		diag_hint(p->lx.diags, "did you mean '%s'?", near.best);
	else
		diag_hint(p->lx.diags, "names are the columns of table 'run', such as total, failures, final_order; 'finding', "
			  "'aborted'; POLICY.NAME is another policy's: docs/search.md has all");
	return false;
}

/* What a run has: @name of @policy. */
static bool read_of_run(struct parser *p, unsigned policy, const char *name, size_t size, struct srcpos pos, uint16_t *out)
{
	struct expr_node node = { .pos = pos, .policy = policy };
	struct expr_name found;

	if (!parser_next(p))
		return false;
	if (size == 7 && strncmp(name, "aborted", size) == 0) {
		node.op = EXPR_ABORTED;
		return parser_add(p, node, out);
	}
	if (size == 7 && strncmp(name, "finding", size) == 0) {
		node.op = EXPR_FINDING;
		return read_kind(p, &node) && parser_add(p, node, out);
	}
	if (!expr_name_find(name, size, &found))
		return unknown_name(p, name, size, pos);
	node.op = EXPR_RUN_NUMBER;
	node.number = found.number;
	node.dim = found.dim;
	node.unit_in_name = found.unit_in_name;
	return parser_add(p, node, out);
}

bool operand_read_name(struct parser *p, uint16_t *out)
{
	const char *text = p->lx.text + p->token.at;
	size_t size = p->token.size, dot = size;
	struct srcpos pos = parser_pos(p);
	unsigned policy = 0;

	while (dot && text[dot - 1] != '.')
		dot--;
	if (dot && !find_policy(p, text, dot - 1, lexer_pos(&p->lx, p->token.at, dot - 1), &policy))
		return false;
	if (dot)
		pos = lexer_pos(&p->lx, p->token.at + dot, size - dot);
	return read_of_run(p, policy, text + dot, size - dot, pos, out);
}

/* "outer-batch+retry=doubling".total */
bool operand_read_quoted(struct parser *p, uint16_t *out)
{
	const char *text = p->lx.text + p->token.at;
	unsigned policy;

	if (!find_policy(p, text, p->token.size, parser_pos(p), &policy) || !parser_next(p))
		return false;
	if (p->token.type != TOKEN_DOT)
		return parser_fail(p, parser_pos(p), "a policy in quotes is followed by '.' and the name of a number");
	if (!parser_next(p))
		return false;
	if (p->token.type != TOKEN_NAME)
		return parser_fail(p, parser_pos(p), "the name of a number is missing");
	return read_of_run(p, policy, p->lx.text + p->token.at, p->token.size, parser_pos(p), out);
}
