/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SCENARIO_CHECK_H
#define HPTSIM_SCENARIO_CHECK_H
/* Inside of the reader: what the checks that span several keys share. */
#include "scenario/loader.h"

/*
 * A DIMM, or a range of memory outside the LMBs, by its id. Taking it away may
 * fail in the guest, so then it only may be gone.
 */
enum part_state { PART_NEVER, PART_PRESENT, PART_REMOVE_ASKED };

struct part {
	const char *id;			/* NULL: free slot */
	enum part_state state;
	enum event_kind kind;		/* that added it */
	struct srcpos pos;		/* where it was added */
	uint64_t counted_bytes;		/* in the total */
	size_t boot;
};

/* All that share one set of ids. */
struct parts {
	struct part *slots;		/* hash table by id, never full */
	size_t slot_count;		/* a power of two */
	uint64_t total_bytes;		/* of those that are present */
	size_t boot;			/* those of an earlier one are gone */
};

struct checker {
	struct loader *ld;
	const struct node *guest;	/* NULL: there is none */
	struct parts dimms;		/* its total has the boot memory, too */
	struct parts ranges;
	uint64_t addresses_end;		/* of all ranges so far; 0: not known */
};

void check_multiple(struct checker *c, const struct node *value, uint64_t bytes);
void check_sections(struct checker *c, const struct node *value, uint64_t bytes);
/* What a partition has no way to have. */
void check_powervm(struct checker *c);
void check_lmb_size(struct checker *c);
/* Pages of the linear map or of vmemmap: base pages of the kernel, or 16 MiB where they are offered. */
void check_hpt_page(struct checker *c, const char *key, unsigned shift);
void check_kfence(struct checker *c);
/* @bytes of the boot memory: what the user says, or at most all of it. */
void check_part(struct checker *c, const char *key, uint64_t *bytes, uint64_t def);
void check_workload(struct checker *c);

#endif
