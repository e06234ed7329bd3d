// SPDX-License-Identifier: GPL-2.0-or-later
/* Of runs that are not reported: what they were made from. */
#include <string.h>

#include "report/loading.h"

#define LEFT_OUT_SETS	3

struct left_out_loading {
	struct report *r;
	const char *scenario;
};

static bool on_left_out(void *ctx, const struct store_input_row *row)
{
	struct left_out_loading *l = ctx;
	struct report *r = l->r;
	char *sets = report_alloc(r, strlen(row->sets_) + 1);
	const char *text;

	if (!sets || !REPORT_PUSH(r, r->left_out_sets, r->left_out_set_count))
		return false;
	strcpy(sets, row->sets_);
	sets[strlen(sets) - (*sets != '\0')] = '\0';
	for (char *end = strchr(sets, '\n'); end; end = strchr(end, '\n'))
		*end = ' ';
	text = report_printf(r, "%s with %s%s", l->scenario, *sets ? "--set " : "nothing changed", sets);
	r->left_out_sets[r->left_out_set_count - 1] = report_text(r, text ? text : "");
	return !r->no_memory;
}

enum store_status report_load_left_out(struct report *r, struct store *st, const struct report_run *runs, size_t count,
				       const bool *shown)
{
	enum store_status status = STORE_OK;

	for (size_t i = 0; i < count && status == STORE_OK; i++) {
		struct left_out_loading loading = { r, runs[i].scenario };
		bool known = !runs[i].input_id || shown[i];

		for (size_t j = 0; j < count && !known; j++)
			known = runs[j].input_id == runs[i].input_id && (shown[j] || j < i);
		if (known)
			continue;
		if (r->left_out_set_count < LEFT_OUT_SETS)
			status = store_read_input(st, runs[i].input_id, on_left_out, &loading);
		else
			r->left_out_more++;
	}
	return status;
}
