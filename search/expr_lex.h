/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SEARCH_EXPR_LEX_H
#define HPTSIM_SEARCH_EXPR_LEX_H
/* Words of an expression. */
#include <stdbool.h>
#include <stddef.h>

#include "search/expr.h"

enum token_type {
	TOKEN_END, TOKEN_NAME, TOKEN_NUMBER, TOKEN_STRING, TOKEN_OPEN, TOKEN_CLOSE,
	TOKEN_ADD, TOKEN_SUBTRACT, TOKEN_MULTIPLY, TOKEN_DIVIDE,
	TOKEN_LESS, TOKEN_LESS_EQUAL, TOKEN_MORE, TOKEN_MORE_EQUAL, TOKEN_EQUAL, TOKEN_UNEQUAL,
	TOKEN_DOT, TOKEN_OTHER,
};

struct token {
	enum token_type type;
	size_t at, size;	/* in the text; of a string without its quotes */
};

struct lexer {
	const char *text;
	size_t at;
	struct srcpos start;	/* of the text */
	struct diag_list *diags;
};

/* The place of some bytes of the text; columns are characters. */
struct srcpos lexer_pos(const struct lexer *lx, size_t at, size_t size);

/* False after an error: a string without an end, a character that no expression has. */
bool lexer_next(struct lexer *lx, struct token *token);

bool token_is(const struct lexer *lx, const struct token *token, const char *word);

#endif
