/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_LOG_LMBS_H
#define HPTSIM_LOG_LMBS_H
/*
 * What guest and hypervisor know of each LMB while a log is followed: sim/hypervisor/drc.h
 * and sim/lmb.h, but of a machine whose DIMMs are found out as one goes.
 *
 * LMBs are numbered by address. Boot memory is below @first and never here.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LMBS_NO_DIMM	UINT32_MAX

/* Places that an LMB passes and where it may fail; counted as the model counts them. */
enum lmb_place { LMB_PLACE_ADD, LMB_PLACE_ONLINE, LMB_PLACE_OFFLINE, LMB_PLACE_COUNT };

struct lmb_state {
	uint32_t dimm;			/* LMBS_NO_DIMM: nothing is there */
	bool assigned;			/* the guest's */
	bool configured;		/* its connector is, so that it cannot be had again */
	bool unplug;			/* the hypervisor wants it back */
	uint32_t passed[LMB_PLACE_COUNT];
	uint32_t fault[LMB_PLACE_COUNT];	/* its last fault there: number in the plan, from 1; 0: none */
};

struct lmbs_dimm {
	uint64_t first, count;		/* LMBs */
	uint64_t left;			/* an unplug is pending: LMBs that are not back */
	bool plugged;
};

struct lmbs {
	struct lmb_state *states;
	uint64_t count;			/* of states: LMBs above are as if never touched */
	uint64_t first;			/* device memory starts there */
	uint64_t end;			/* no LMB from there on */
	bool partition;			/* PowerVM: what the guest releases it may take again */
	struct lmbs_dimm *dimms;
	size_t dimm_count;
	uint64_t plugged;		/* LMBs of DIMMs that are plugged */
	uint64_t assigned;		/* LMBs that the guest has */
	uint64_t free;			/* LMBs that the guest can acquire */
	uint64_t low_assigned, low_free; /* none is below */
	bool no_memory;			/* an allocation failed: what follows is not reliable */
};

/* @end: LMBs that addresses can hold. */
void lmbs_init(struct lmbs *l, uint64_t first, uint64_t end);
void lmbs_free(struct lmbs *l);

/* Its state, to read; never NULL. */
const struct lmb_state *lmbs_get(const struct lmbs *l, uint64_t lmb);

/* Is there a DIMM, and may the guest take the LMB from it? */
bool lmbs_is_there(const struct lmbs *l, uint64_t lmb);
bool lmbs_can_acquire(const struct lmbs *l, uint64_t lmb);

/* Lowest start of @count LMBs that no DIMM has any of: where the hypervisor would put one. */
uint64_t lmbs_gap(const struct lmbs *l, uint64_t count);

/* A plugged DIMM that has an LMB of the range; LMBS_NO_DIMM: none. */
uint32_t lmbs_dimm_over(const struct lmbs *l, uint64_t first, uint64_t count);

/* A plugged DIMM of exactly that range; LMBS_NO_DIMM: none. */
uint32_t lmbs_dimm_of(const struct lmbs *l, uint64_t first, uint64_t count);

/**
 * lmbs_plug - a DIMM comes; its range must be free
 * @boot: the guest has it already
 *
 * Returns its number: 0 and on.
 */
uint32_t lmbs_plug(struct lmbs *l, uint64_t first, uint64_t count, bool boot);

/* The DIMM @dimm has @more LMBs behind its end, and always had. */
void lmbs_grow(struct lmbs *l, uint32_t dimm, uint64_t more);

void lmbs_unplug_request(struct lmbs *l, uint32_t dimm);

/* dlpar_acquire_drc() and what follows, when it is known to work. */
void lmbs_acquire(struct lmbs *l, uint64_t lmb);
/* The guest has it, or not. */
void lmbs_assign(struct lmbs *l, uint64_t lmb, bool assigned);
/* dlpar_release_drc(): to the hypervisor, if it wants it. */
void lmbs_release(struct lmbs *l, uint64_t lmb);
/* dlpar_unisolate_drc(): the guest refuses to unplug. */
void lmbs_unisolate(struct lmbs *l, uint64_t lmb);

/* The lowest LMB from @from on that the guest has, or can acquire; end: none. */
uint64_t lmbs_next_assigned(struct lmbs *l, uint64_t from);
uint64_t lmbs_next_free(struct lmbs *l, uint64_t from);

/* Where its last fault at @place is kept, to read and write; NULL: it is no LMB that can come or go. */
uint32_t *lmbs_fault(struct lmbs *l, uint64_t lmb, enum lmb_place place);

/* The LMB passes @place; how often it has by now, from 1. */
uint32_t lmbs_pass(struct lmbs *l, uint64_t lmb, enum lmb_place place);

#endif
