/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SEARCH_EXPR_PARSER_H
#define HPTSIM_SEARCH_EXPR_PARSER_H
/* What the files that read an expression share. All but the first two return false after an error. */
#include "search/expr_lex.h"

struct parser {
	struct lexer lx;
	struct token token;		/* the current one */
	struct expr *expr;
	const struct policy *const *known;
	size_t known_count;
	unsigned depth;
};

/* Tells an error; false. */
__attribute__((format(printf, 3, 4)))
bool parser_fail(struct parser *p, struct srcpos pos, const char *format, ...);

/* Of the current word. */
struct srcpos parser_pos(const struct parser *p);

/* On to the next word. */
bool parser_next(struct parser *p);

/* Adds a node; @out is its number. */
bool parser_add(struct parser *p, struct expr_node node, uint16_t *out);

/* Reads the number, name or policy in quotes that the current word begins. */
bool operand_read_number(struct parser *p, uint16_t *out);
bool operand_read_name(struct parser *p, uint16_t *out);
bool operand_read_quoted(struct parser *p, uint16_t *out);

#endif
