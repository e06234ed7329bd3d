/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SIM_H
#define HPTSIM_SIM_H
/*
 * One run: scenario, policy and seed in, a stream of events out.
 *
 * Pure and deterministic: the same arguments give the same events, byte for
 * byte, on every machine. No I/O, no globals; several runs may live in one
 * process.
 */
#include <stdbool.h>
#include <stdint.h>

#include "sim/events.h"
#include "sim/policy.h"
#include "sim/scenario.h"
#include "sim/status.h"

/*
 * Raised with each change of the model that gives any scenario other numbers: results
 * of different models say nothing about a policy.
 */
#define SIM_MODEL_VERSION	7

/**
 * sim_run - run one scenario under one policy
 * @sc:     what to do; must have passed the reader's checks
 * @policy: when to resize
 * @options: see there
 * @sink:   told everything that happens; may be NULL
 * @error:  filled always
 *
 * On anything but SIM_OK the stream ends early, without run_end.
 */
enum sim_status sim_run(const struct scenario *sc, const struct policy *policy,
			const struct sim_options *options, const struct sim_sink *sink,
			struct sim_error *error);

enum sim_when { SIM_AT_BOOT, SIM_AT_END };

/* One bolted HPTE. */
struct sim_hpte {
	uint64_t pteg;
	unsigned slot;
	const char *region;		/* "linear", "vmemmap", "vrma" */
	uint64_t ea;
	unsigned base_shift;
};

/* Consecutive pages of one region in the same slot. */
struct sim_hpte_run {
	const char *region;
	unsigned base_shift;
	unsigned secondary;		/* 1: in the secondary PTEG */
	unsigned slot;
	uint64_t ea;			/* of the first page */
	uint64_t page_count;
};

/**
 * sim_dump - run as sim_run() does and list the bolted HPTEs
 * @when:  right after boot, or at the end
 * @hpte:  called per entry, ordered by pteg then slot; may be NULL
 * @run:   called per maximal run, ordered by region and address; may be NULL
 */
enum sim_status sim_dump(const struct scenario *sc, const struct policy *policy,
			 const struct sim_options *options, enum sim_when when,
			 void (*hpte)(void *ctx, const struct sim_hpte *h),
			 void (*run)(void *ctx, const struct sim_hpte_run *r),
			 void *ctx, struct sim_error *error);

/* A guest that asks for the table that it wishes for. */
struct sim_answer {
	unsigned wish_shift;		/* htab_shift_for_mem_size() of its memory */
	uint64_t bolted_count;
	uint64_t collision_count;	/* entries that would find their slot taken, by REHASH_SAME_SLOT */
};

/**
 * sim_ask - boot the scenario's guest, and see what its wish would meet
 *
 * Nothing is asked of the hypervisor, and no event happens. Returns as
 * sim_run(); SIM_EHVABORT when entries in their secondary PTEG end the scan.
 */
enum sim_status sim_ask(const struct scenario *sc, const struct policy *policy,
			const struct sim_options *options, struct sim_answer *answer, struct sim_error *error);

#endif
