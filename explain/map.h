/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_EXPLAIN_MAP_H
#define HPTSIM_EXPLAIN_MAP_H
/*
 * Where resizing works: the scenario's guest booted with other memory and
 * another first table, and what it wishes for then.
 */
#include <stddef.h>

#include "sim/sim.h"

#define EXPLAIN_MAP_CELLS_MAX	1024u

/* X(id, name): the number is drawn */
#define EXPLAIN_MAP_STATES(X) \
	X(NO_BOOT,  "too small to boot") \
	X(GROWS,    "grows") \
	X(HAS,      "has what it wishes for") \
	X(NEAR,     "near enough, not asked for") \
	X(FITS,     "fits") \
	X(COLLIDES, "collides")

enum explain_map_state {
#define EXPLAIN_MAP_STATE_ENUM(id, name) MAP_##id,
	EXPLAIN_MAP_STATES(EXPLAIN_MAP_STATE_ENUM)
#undef EXPLAIN_MAP_STATE_ENUM
	MAP_STATE_COUNT
};

extern const char *const explain_map_state_names[MAP_STATE_COUNT];

struct explain_map_cell {
	uint64_t memory_bytes;
	unsigned shift, wish_shift;
	enum explain_map_state state;
	uint64_t collision_count;	/* MAP_COLLIDES, MAP_NEAR */
	uint64_t bolted_count;
};

struct explain_map {
	struct explain_map_cell cells[EXPLAIN_MAP_CELLS_MAX];	/* by memory, then order */
	size_t count;
	uint64_t own_bytes;		/* the scenario's memory at boot: a column of its own */
	unsigned hysteresis;
};

/**
 * explain_map_fill - ask at each memory and order
 *
 * Memory from 1 GiB to max_memory, orders from the smallest wish to what the
 * hypervisor takes for max_memory. Returns SIM_OK or SIM_ENOMEM.
 */
enum sim_status explain_map_fill(struct explain_map *map, const struct scenario *sc, const struct policy *policy,
				 uint64_t seed);

#endif
