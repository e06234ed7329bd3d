/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SEARCH_SEQUENCE_H
#define HPTSIM_SEARCH_SEQUENCE_H
/* Making a sequence of events that can happen, one event after the other. */
#include "base/text.h"
#include "search/bounds.h"

#define SEQUENCE_PARTS_MAX	64
#define SEQUENCE_DRC_MEMORY	UINT64_C(0x80000000)	/* of the LMB at 0: SPAPR_DR_CONNECTOR_TYPE_LMB */

/* A DIMM or a range that may be there. */
struct sequence_part {
	char id[TEXT_NAME_MAX + 1];
	enum event_kind kind;		/* that brought it */
};

struct sequence {
	struct arena *a;
	const struct bounds *b;
	uint64_t *random;		/* NULL: always the first of what there is to choose from */
	struct node *root, *events;
	uint64_t lmb, first_drc;	/* where device memory begins */
	uint64_t room, plugged;		/* bytes */
	struct sequence_part parts[SEQUENCE_PARTS_MAX];
	size_t part_count;
	unsigned next_id;
};

/* A number below @count, which is above 0. */
uint64_t sequence_pick(struct sequence *s, uint64_t count);

/* Where device memory begins, as a DRC index. */
uint64_t sequence_first_drc(struct node *root);

/* @root has all keys but `events`. */
void sequence_begin(struct sequence *s, struct node *root);

/* The events of the scenario, first of all. */
void sequence_follow(struct sequence *s);

/* Can an event of that kind happen now? */
bool sequence_can(const struct sequence *s, enum event_kind kind);

/* Ways of the same kind of event: whether a plug tells the guest; how a request names its LMBs, as enum lmb_by. */
#define SEQUENCE_HOWS	4u

/* Adds one; @bytes is what it brings, if it brings memory. */
void sequence_add(struct sequence *s, enum event_kind kind, uint64_t how, uint64_t bytes);

/* A size within bounds, small ones more often. */
uint64_t sequence_size(struct sequence *s);

#endif
