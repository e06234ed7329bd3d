/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SWEEP_WIRE_H
#define HPTSIM_SWEEP_WIRE_H
/*
 * What a worker tells the process that forked it: events of runs as they are in
 * memory. Pointers to texts of the model are the same in both processes.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "run/pack.h"
#include "sim/sim.h"

enum wire_type {
	WIRE_INVALID,		/* text: the point is not valid, and why */
	WIRE_TROUBLE,		/* text: the sweep cannot go on */
	WIRE_RUN,		/* uint64_t seed, then WIRE_RUN_TEXTS texts */
	WIRE_RUN_START, WIRE_LMB, WIRE_RESIZE, WIRE_REQUEST_END, WIRE_RUN_END,	/* struct sim_* */
	WIRE_FINDING,		/* struct sim_finding, then its text */
	WIRE_RUN_OVER,		/* struct sim_error */
	WIRE_POINT_END,		/* nothing */
};

/* scenario, description, policy, costs, the policy's title and source */
#define WIRE_RUN_TEXTS	6

struct wire_head {
	uint32_t type, size;
};

/* Adds a record of @size bytes, and @text with its end unless NULL. */
void wire_put(struct pack_bytes *b, enum wire_type type, const void *data, size_t size, const char *text);

void wire_put_run(struct pack_bytes *b, uint64_t seed, const char *const texts[WIRE_RUN_TEXTS]);

/* Writes all and empties the buffer; false: nobody reads it any more. */
bool wire_flush(struct pack_bytes *b, int fd);

/* A record that was read. */
struct wire_record {
	struct wire_head head;
	void *data;		/* aligned for any struct */
	size_t room;
};

/* False: the worker is gone, or no memory. */
bool wire_get(struct wire_record *r, FILE *in);

#endif
