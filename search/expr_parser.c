// SPDX-License-Identifier: GPL-2.0-or-later
#include "search/expr_parser.h"

#include <stdarg.h>

bool parser_fail(struct parser *p, struct srcpos pos, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	diag_error(p->lx.diags, pos, RULE_BAD_FIND, "%s", text);
	return false;
}

struct srcpos parser_pos(const struct parser *p)
{
	return lexer_pos(&p->lx, p->token.at, p->token.size);
}

bool parser_next(struct parser *p)
{
	return lexer_next(&p->lx, &p->token);
}

bool parser_add(struct parser *p, struct expr_node node, uint16_t *out)
{
	if (p->expr->node_count == EXPR_NODES_MAX)
		return parser_fail(p, node.pos, "an expression of more than %u parts", EXPR_NODES_MAX);
	*out = (uint16_t)p->expr->node_count;
	p->expr->nodes[p->expr->node_count++] = node;
	return true;
}
