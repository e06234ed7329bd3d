/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_POLICIES_STEPS_H
#define HPTSIM_POLICIES_STEPS_H
/* Steps that several policies are made of. */
#include <stdbool.h>

#include "sim/guest/guest.h"

/**
 * up_to - grow when @mem_bytes wants a larger table, else nothing
 * @why: who asks, for the record
 *
 * Returns 0 or what the resize returned.
 */
int up_to(struct guest *g, uint64_t mem_bytes, const char *why);

/**
 * down_to - shrink when @mem_bytes wants a table below current - hysteresis
 *
 * On -ENOSPC again one order up, if the policy retries. Returns the last one's
 * result; 0 when there was nothing to do.
 */
int down_to(struct guest *g, uint64_t mem_bytes, const char *why);

/**
 * resize_hpt_one_way - resize_hpt_for_hotplug() of v2 1/3
 * @shrinking: the memory goes; a grow is not looked at then, and the other way
 */
int resize_hpt_one_way(struct guest *g, uint64_t new_mem_size, bool shrinking);

/**
 * hash_batch_expand_prepare - v2 2/3: grow for all of a batch before it starts
 *
 * The loop doubles the size while there is a collision; a grow has none, so it
 * never goes round.
 */
void hash_batch_expand_prepare(struct guest *g, uint64_t new_mem_size);

#endif
