// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/map.h"

#include <string.h>

#include "sim/hcall.h"
#include "sim/units.h"

#define MEMORIES_MAX	32u
#define ORDERS_MAX	(EXPLAIN_MAP_CELLS_MAX / MEMORIES_MAX)

const char *const explain_map_state_names[MAP_STATE_COUNT] = {
#define EXPLAIN_MAP_STATE_NAME(id, name) [MAP_##id] = name,
	EXPLAIN_MAP_STATES(EXPLAIN_MAP_STATE_NAME)
#undef EXPLAIN_MAP_STATE_NAME
};

static size_t insert(uint64_t memories[MEMORIES_MAX], size_t count, uint64_t bytes)
{
	size_t i = count;

	while (i && memories[i - 1] > bytes)
		i--;
	if ((i && memories[i - 1] == bytes) || count == MEMORIES_MAX)
		return count;
	memmove(&memories[i + 1], &memories[i], (count - i) * sizeof(*memories));
	memories[i] = bytes;
	return count + 1;
}

/* Powers of two and what is half way between: a wish jumps behind the former. Of a large guest the upper ones. */
static size_t choose_memories(const struct scenario *sc, uint64_t own, uint64_t memories[MEMORIES_MAX])
{
	uint64_t lmb = sc->guest.lmb_bytes, most = sc->guest.max_memory_bytes;
	size_t count = insert(memories, 0, own);
	uint64_t bytes = SZ_1G;

	while (bytes * 2 <= most)
		bytes *= 2;
	for (; bytes >= SZ_1G && bytes % lmb == 0 && count < MEMORIES_MAX; bytes /= 2) {
		count = insert(memories, count, bytes);
		if (bytes + bytes / 2 <= most && bytes / 2 % lmb == 0)
			count = insert(memories, count, bytes + bytes / 2);
	}
	return count;
}

static struct explain_map_cell ask(const struct scenario *sc, const struct policy *policy, uint64_t seed, uint64_t own,
				   uint64_t bytes, unsigned shift, enum sim_status *status)
{
	struct explain_map_cell cell = { .memory_bytes = bytes, .shift = shift };
	struct scenario changed = *sc;
	struct sim_answer answer;
	struct sim_error error;

	/* its own memory as it is, in DIMMs or not */
	if (bytes != own) {
		changed.guest.memory_bytes = bytes;
		changed.guest.dimm_count = 0;
	}
	changed.event_count = 0;
	changed.hypervisor.hpt_shift = shift;
	if (changed.guest.touched_bytes > bytes)
		changed.guest.touched_bytes = bytes;
	if (changed.guest.working_set_bytes > bytes)
		changed.guest.working_set_bytes = bytes;
	*status = sim_ask(&changed, policy, &(struct sim_options){ .seed = seed }, &answer, &error);
	cell.wish_shift = answer.wish_shift;
	cell.bolted_count = answer.bolted_count;
	cell.collision_count = answer.collision_count;
	if (*status)
		cell.state = MAP_NO_BOOT;
	else if (cell.wish_shift > shift)
		cell.state = MAP_GROWS;
	else if (cell.wish_shift == shift)
		cell.state = MAP_HAS;
	else if (cell.wish_shift + policy->hysteresis >= shift)
		cell.state = MAP_NEAR;
	else
		cell.state = cell.collision_count ? MAP_COLLIDES : MAP_FITS;
	return cell;
}

enum sim_status explain_map_fill(struct explain_map *map, const struct scenario *sc, const struct policy *policy,
				 uint64_t seed)
{
	uint64_t memories[MEMORIES_MAX];
	unsigned lowest, highest = hv_hpt_shift_for_ramsize(sc->guest.max_memory_bytes);
	enum sim_status status;
	size_t count;

	map->count = 0;
	map->own_bytes = sc->guest.memory_bytes;
	map->hysteresis = policy->hysteresis;
	for (size_t i = 0; i < sc->guest.dimm_count; i++)
		map->own_bytes += sc->guest.dimms[i].size_bytes;
	count = choose_memories(sc, map->own_bytes, memories);
	if (sc->hypervisor.hpt_shift > highest)
		highest = sc->hypervisor.hpt_shift;
	lowest = ask(sc, policy, seed, map->own_bytes, memories[0], highest, &status).wish_shift;
	if (status == SIM_ENOMEM)
		return status;
	if (lowest < HPT_SHIFT_MIN || lowest > highest)
		lowest = highest;
	if (highest - lowest >= ORDERS_MAX)
		lowest = highest - ORDERS_MAX + 1;
	for (size_t i = 0; i < count; i++) {
		for (unsigned shift = lowest; shift <= highest; shift++) {
			map->cells[map->count++] = ask(sc, policy, seed, map->own_bytes, memories[i], shift, &status);
			if (status == SIM_ENOMEM)
				return status;
		}
	}
	return SIM_OK;
}
