/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SWEEP_WINNERS_H
#define HPTSIM_SWEEP_WINNERS_H
/*
 * Which policy is the fastest at which point. A run with failed requests did less
 * than it was asked for: it never wins, and nothing is compared with it. Equal times are a tie.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "sweep/sweep.h"

/* With more points than this only the policies' counts are printed. */
#define WINNERS_POINTS_MAX	64

struct winner_counts {
	uint64_t alone, tied, slower, fell_short;
};

/**
 * winners_print - count all points of the file, and print who won where
 * @st: with all points of the shard, before store_sweep_finish()
 *
 * Returns as store_sweep_each(); STORE_ENOMEM also when the table cannot be made.
 */
enum store_status winners_print(const struct sweep_plan *plan, struct store *st, FILE *out);

#endif
