// SPDX-License-Identifier: GPL-2.0-or-later
#include "search/expr_lex.h"

#include <string.h>

#include "base/text.h"

static const struct { const char *text; enum token_type type; } signs[] = {
	/* longer ones first */
	{ "<=", TOKEN_LESS_EQUAL }, { ">=", TOKEN_MORE_EQUAL }, { "==", TOKEN_EQUAL }, { "!=", TOKEN_UNEQUAL },
	{ "<>", TOKEN_OTHER }, { "&&", TOKEN_OTHER }, { "||", TOKEN_OTHER },
	{ "<", TOKEN_LESS }, { ">", TOKEN_MORE }, { "=", TOKEN_EQUAL }, { "(", TOKEN_OPEN }, { ")", TOKEN_CLOSE },
	{ "+", TOKEN_ADD }, { "-", TOKEN_SUBTRACT }, { "*", TOKEN_MULTIPLY }, { "/", TOKEN_DIVIDE }, { ".", TOKEN_DOT },
};

/* What people write for them elsewhere. */
static const char *const instead[][2] = {
	{ "&&", "write 'and'" }, { "||", "write 'or'" }, { "!", "write 'not', or '!=' for 'is not'" }, { "<>", "write '!='" },
	{ "^", "there are no powers" }, { "%", "there are no per cent: write 1.05 * for 5 % more" },
};

struct srcpos lexer_pos(const struct lexer *lx, size_t at, size_t size)
{
	struct srcpos pos = lx->start;
	uint32_t code;

	for (size_t i = 0, step; i < at; i += step ? step : 1, pos.col++)
		step = text_utf8(lx->text + i, at - i, &code);
	pos.width = size ? (unsigned)size : 1;
	return pos;
}

static bool bad(const struct lexer *lx, size_t at, size_t size, const char *what, const char *hint)
{
	diag_error(lx->diags, lexer_pos(lx, at, size), RULE_BAD_FIND, "%s", what);
	if (hint)
		diag_hint(lx->diags, "%s", hint);
	return false;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t name_size(const char *text)
{
	size_t size = 0;

	/* a minus belongs to a name when a name goes on behind it, as in per-section */
	while (is_letter(text[size]) || is_digit(text[size]) ||
	       ((text[size] == '-' || text[size] == '.') && (is_letter(text[size + 1]) || is_digit(text[size + 1]))))
		size++;
	return size;
}

static size_t number_size(const char *text)
{
	size_t size = 0;

	while (is_digit(text[size]) || is_letter(text[size]) || (text[size] == '.' && is_digit(text[size + 1])))
		size++;
	return size;
}

static bool read_string(struct lexer *lx, struct token *token)
{
	char quote[] = { lx->text[lx->at], '\0' };

	*token = (struct token){ .type = TOKEN_STRING, .at = lx->at + 1 };
	token->size = strcspn(lx->text + token->at, quote);
	lx->at = token->at + token->size;
	if (!lx->text[lx->at])
		return bad(lx, token->at - 1, 1, "a quote that is not closed", NULL);
	lx->at++;
	return true;
}

static bool read_sign(struct lexer *lx, struct token *token)
{
	const char *text = lx->text + lx->at;
	uint32_t code;
	size_t i, size = text_utf8(text, strlen(text), &code);
	char what[64];

	token->type = TOKEN_OTHER;
	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (strncmp(text, signs[i].text, strlen(signs[i].text)) != 0)
			continue;
		token->type = signs[i].type;
		size = strlen(signs[i].text);
		break;
	}
	token->at = lx->at;
	token->size = size;
	lx->at += size;
	if (token->type != TOKEN_OTHER)
		return true;
	for (i = 0; i < sizeof(instead) / sizeof(instead[0]); i++)
		if (strncmp(text, instead[i][0], strlen(instead[i][0])) == 0)
			break;
	snprintf(what, sizeof(what), "'%.*s' has no meaning here", (int)size, text);
	return bad(lx, token->at, 1, size ? what : "this is no text",
		   i < sizeof(instead) / sizeof(instead[0]) ? instead[i][1] :
		   "an expression is of names, numbers, + - * / < <= > >= = != ( ) and or not");
}

bool lexer_next(struct lexer *lx, struct token *token)
{
	const char *text;

	lx->at += strspn(lx->text + lx->at, " \t\r\n");
	text = lx->text + lx->at;
	*token = (struct token){ .type = TOKEN_END, .at = lx->at };
	if (!*text)
		return true;
	if (*text == '"' || *text == '\'')
		return read_string(lx, token);
	if (!is_letter(*text) && !is_digit(*text) && !(*text == '.' && is_digit(text[1])))
		return read_sign(lx, token);
	token->type = is_letter(*text) ? TOKEN_NAME : TOKEN_NUMBER;
	token->size = is_letter(*text) ? name_size(text) : number_size(text);
	lx->at += token->size;
	return true;
}

bool token_is(const struct lexer *lx, const struct token *token, const char *word)
{
	return token->type == TOKEN_NAME && strlen(word) == token->size && strncmp(lx->text + token->at, word, token->size) == 0;
}
