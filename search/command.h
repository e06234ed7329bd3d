/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SEARCH_COMMAND_H
#define HPTSIM_SEARCH_COMMAND_H
/* The command that makes a search again, for a shell. */
#include <stddef.h>
#include <stdint.h>

struct search_command {
	const char *path, *policy;
	const char *find;			/* NULL: the scenario's own, and so with all below */
	const char *const *words;		/* further options as they were given: "vary", "guest.memory=2GiB" */
	size_t word_count;
	uint64_t seed;
};

/* In new memory; NULL: there is none. */
char *search_command_text(const struct search_command *c);

#endif
