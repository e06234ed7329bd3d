// SPDX-License-Identifier: GPL-2.0-or-later
#include "search/shrink.h"

#include <string.h>

#include "search/sequence.h"
#include "sim/units.h"

/* A size in units; where device memory begins may move. */
static void set_size(struct shrinker *s, struct node *root, const struct shrink_number *n, uint64_t value)
{
	uint64_t first = sequence_first_drc(root);
	char text[TEXT_BYTES_MAX];

	tree_set(shrink_arena(s), root, n->path, text_from_bytes(value * n->unit, text));
	shrink_move_drcs(s, root, first, sequence_first_drc(root));
}

/* One of the values that a key may have. */
static void set_given(struct shrinker *s, struct node *root, const struct shrink_number *n, uint64_t value)
{
	uint64_t first = sequence_first_drc(root);

	tree_set(shrink_arena(s), root, n->path, n->axis->values[value].text);
	shrink_move_drcs(s, root, first, sequence_first_drc(root));
}

static bool shrink_given(struct shrinker *s, const struct scenario_axis *axis)
{
	const struct node *node = tree_at(s->best, axis->key);
	size_t i;

	for (i = 0; node && i < axis->count && strcmp(axis->values[i].text, node->text) != 0; i++)
		;
	if (!node || i == axis->count)
		return false;
	return shrink_number(s, (struct shrink_number){ .value = i, .set = set_given, .path = axis->key, .axis = axis });
}

/* What are no whole LMBs any more is more of them. */
static void round_up(struct shrinker *s, struct node *node, uint64_t lmb)
{
	const char *unit;
	char text[TEXT_BYTES_MAX];
	uint64_t bytes;

	for (size_t i = 0; i < node->count; i++) {
		const struct node_entry *entry = &node->entries[i];
		const char *key = entry->key ? entry->key->text : "";

		if (entry->value->type != NODE_SCALAR) {
			round_up(s, entry->value, lmb);
			continue;
		}
		if ((strcmp(key, "memory") != 0 && strcmp(key, "max_memory") != 0 && strcmp(key, "size") != 0) ||
		    text_quantity(entry->value->text, text_size_units, &unit, &bytes) != TEXT_OK || bytes % lmb == 0)
			continue;
		tree_set(shrink_arena(s), node, key, text_from_bytes((bytes + lmb - 1) / lmb * lmb, text));
	}
}

/* As the scenario has it, which is nothing perhaps. */
static bool restore(struct shrinker *s, enum usual which)
{
	const struct node *mine = tree_at(s->b->tree, usual_keys[which]);
	struct node *root = shrink_copy(s);
	uint64_t first = sequence_first_drc(root);

	if (mine)
		tree_set(shrink_arena(s), root, usual_keys[which], mine->text);
	else
		tree_remove(root, usual_keys[which]);
	if (which == USUAL_LMB_SIZE) {
		round_up(s, root, bounds_size_at(root, usual_keys[which], SZ_256M));
		shrink_move_drcs(s, root, first, sequence_first_drc(root));
	}
	return shrink_keep(s, root);
}

static bool leave_out(struct shrinker *s, const char *path)
{
	struct node *root = shrink_copy(s);

	tree_remove(root, path);
	return shrink_keep(s, root);
}

static bool shrink_memory(struct shrinker *s, enum usual which, uint64_t unit, uint64_t lowest)
{
	uint64_t bytes = bounds_size_at(s->best, usual_keys[which], 0);

	return s->b->varies[which] && shrink_number(s, (struct shrink_number){
		.value = bytes / unit, .lowest = lowest, .set = set_size, .path = usual_keys[which], .unit = unit });
}

static bool shrink_values(struct shrinker *s)
{
	uint64_t lmb = bounds_size_at(s->best, usual_keys[USUAL_LMB_SIZE], SZ_256M);
	uint64_t unit = lmb > SZ_256M ? lmb : SZ_256M;
	bool any = shrink_memory(s, USUAL_MEMORY, unit, 1);

	if (s->b->varies[USUAL_MAX_MEMORY])
		any = leave_out(s, usual_keys[USUAL_MAX_MEMORY]) || any;
	any = shrink_memory(s, USUAL_MAX_MEMORY, unit, bounds_size_at(s->best, usual_keys[USUAL_MEMORY], unit) / unit) || any;
	for (int which = USUAL_LMB_SIZE; which < USUAL_COUNT; which++)
		any = (s->b->varies[which] && restore(s, (enum usual)which)) || any;
	for (size_t i = 0; i < s->b->axis_count; i++)
		any = (&s->b->axes[i] != s->b->sizes && shrink_given(s, &s->b->axes[i])) || any;
	return any;
}

void shrink_all(struct shrinker *s)
{
	bool any;

	do {
		any = s->b->events && shrink_events(s);
		any = shrink_values(s) || any;
	} while (any);
	if (s->b->events)
		shrink_rename(s);
}
