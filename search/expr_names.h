/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SEARCH_EXPR_NAMES_H
#define HPTSIM_SEARCH_EXPR_NAMES_H
/* How the numbers of a run are called in an expression. */
#include "base/text.h"
#include "search/expr.h"

struct expr_name {
	enum expr_number number;
	enum expr_dim dim;
	bool unit_in_name;
};

/* A column, a column without its unit, or a word of the table of `hptsim run`; false: none of that name. */
bool expr_name_find(const char *text, size_t size, struct expr_name *out);

/* All that there are, and `aborted` and `finding`. */
void expr_name_offer(struct text_nearest *near);

#endif
