// SPDX-License-Identifier: GPL-2.0-or-later
#include "search/expr_names.h"

#include <string.h>

const char *const expr_number_names[EXPR_NUMBER_COUNT] = {
#define EXPR_NUMBER_NAME(A, type, name, what) #name,
	SIM_RUN_NUMBERS(EXPR_NUMBER_NAME, )
#undef EXPR_NUMBER_NAME
};

/* Words of the table, and what people would say. */
static const struct { const char *name; enum expr_number number; } words[] = {
	{ "attempts", EXPR_resize_attempts },
	{ "failures", EXPR_resize_failures },
	{ "in_prepare", EXPR_prepare_ns },
	{ "in_commit", EXPR_commit_ns },
	{ "longest_stall", EXPR_stall_max_ns },
	{ "first_order", EXPR_hpt_shift_start },
	{ "final_order", EXPR_hpt_shift_end },
	{ "requests_failed", EXPR_failed_requests },
	{ "memory", EXPR_memory_end_bytes },
};

#define WORD_COUNT	(sizeof(words) / sizeof(words[0]))

static const struct { const char *suffix; enum expr_dim dim; } units[] = {
	{ "_ns", EXPR_TIME }, { "_bytes", EXPR_SIZE },
};

/* Bytes of the name without its unit. */
static size_t stem(const char *name, enum expr_dim *dim)
{
	size_t size = strlen(name);

	*dim = EXPR_COUNT;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t suffix = strlen(units[i].suffix);

		if (size <= suffix || strcmp(name + size - suffix, units[i].suffix) != 0)
			continue;
		*dim = units[i].dim;
		return size - suffix;
	}
	return size;
}

static bool same(const char *text, size_t size, const char *name, size_t length)
{
	return size == length && strncmp(text, name, length) == 0;
}

bool expr_name_find(const char *text, size_t size, struct expr_name *out)
{
	*out = (struct expr_name){ .dim = EXPR_COUNT };
	for (int n = 0; n < EXPR_NUMBER_COUNT; n++) {
		const char *name = expr_number_names[n];
		size_t length = stem(name, &out->dim);

		out->number = (enum expr_number)n;
		out->unit_in_name = name[length] && same(text, size, name, strlen(name));
		if (out->unit_in_name || same(text, size, name, length))
			return true;
	}
	for (size_t i = 0; i < WORD_COUNT; i++) {
		if (!same(text, size, words[i].name, strlen(words[i].name)))
			continue;
		out->number = words[i].number;
		out->unit_in_name = false;
		stem(expr_number_names[out->number], &out->dim);
		return true;
	}
	return false;
}

/* Names without their units, for a mistyped one. */
static const char *const stems[] = {
	"total", "stall_max", "stall_total", "prepare", "commit", "memory_start", "memory_end", "memory_wanted", "host_peak",
	"workload_fault",
};

void expr_name_offer(struct text_nearest *near)
{
	for (int n = 0; n < EXPR_NUMBER_COUNT; n++)
		text_nearest_offer(near, expr_number_names[n]);
	for (size_t i = 0; i < WORD_COUNT; i++)
		text_nearest_offer(near, words[i].name);
	for (size_t i = 0; i < sizeof(stems) / sizeof(stems[0]); i++)
		text_nearest_offer(near, stems[i]);
	text_nearest_offer(near, "aborted");
	text_nearest_offer(near, "finding");
}
