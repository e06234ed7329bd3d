/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_FINDINGS_H
#define HPTSIM_FINDINGS_H
/* The findings of one run: those that say the same are one group. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/events.h"

struct finding_group {
	enum sim_finding_kind kind;
	char *text;
	uint64_t count;
};

struct finding_entry {
	size_t group;
	int64_t at_ns;
	unsigned request_seq;		/* 0: none */
};

struct findings {
	uint64_t count;
	struct finding_group *groups;	/* in the order of their first findings */
	size_t group_count, group_room;
	size_t *slots;			/* hash table: number of a group, from 1; 0: free */
	size_t slot_count;		/* a power of two, or 0 */
	struct finding_entry *entries;	/* all findings in order, if kept */
	size_t entry_count, entry_room;
};

/* @keep: as an entry, too. False: out of memory, and the finding is lost. */
bool findings_add(struct findings *f, const struct sim_finding *ev, bool keep);

void findings_free(struct findings *f);

#endif
