// SPDX-License-Identifier: GPL-2.0-or-later
/* Points that are drawn. */
#include <inttypes.h>
#include <string.h>

#include "base/random.h"
#include "search/points.h"
#include "search/sequence.h"
#include "sim/units.h"

#define AT_MAX_MS	2000u

void points_init(struct points *p, const struct bounds *b, uint64_t seed)
{
	p->b = b;
	p->seed = seed;
	points_list(p);
}

struct node *points_make(const struct points *p, struct arena *a, uint64_t point)
{
	if (point == 1)
		return tree_copy(a, p->b->tree);
	if (point - 2 < p->systematic_count)
		return points_systematic(p, a, (size_t)point - 2);
	return points_random(p, a, point);
}

/* More small ones; a multiple of @unit. */
static uint64_t pick_memory(struct sequence *s, uint64_t unit)
{
	uint64_t most = s->b->memory_max / unit, value;
	unsigned orders = 1;

	while (orders < 63 && most >> orders)
		orders++;
	value = UINT64_C(1) << sequence_pick(s, orders);
	value += sequence_pick(s, value);
	return (value < most ? value : most ? most : 1) * unit;
}

static void set_size(struct sequence *s, struct node *root, enum usual which, uint64_t bytes)
{
	char text[TEXT_BYTES_MAX];

	tree_set(s->a, root, usual_keys[which], text_from_bytes(bytes, text));
}

static void pick_usual(struct sequence *s, struct node *root)
{
	static const uint64_t lmbs[] = { SZ_256M, 16 * SZ_1M, 64 * SZ_1M, SZ_1G };
	const struct bounds *b = s->b;
	uint64_t lmb, memory;

	if (b->varies[USUAL_LMB_SIZE] && sequence_pick(s, 4) == 0)
		set_size(s, root, USUAL_LMB_SIZE, lmbs[sequence_pick(s, 4)]);
	lmb = bounds_size_at(root, usual_keys[USUAL_LMB_SIZE], SZ_256M);
	if (b->varies[USUAL_PAGE_SIZE] && sequence_pick(s, 4) == 0)
		tree_set(s->a, root, usual_keys[USUAL_PAGE_SIZE], sequence_pick(s, 2) ? "4KiB" : "64KiB");
	if (b->varies[USUAL_HPT_PAGE_SIZE] && sequence_pick(s, 4) == 0)
		tree_set(s->a, root, usual_keys[USUAL_HPT_PAGE_SIZE], sequence_pick(s, 2) ? "16MiB" : "64KiB");
	if (b->varies[USUAL_MEMORY] && sequence_pick(s, 4))
		set_size(s, root, USUAL_MEMORY, pick_memory(s, lmb > SZ_256M ? lmb : SZ_256M));
	memory = bounds_size_at(root, usual_keys[USUAL_MEMORY], SZ_1G);
	if (b->varies[USUAL_MAX_MEMORY] &&
	    (sequence_pick(s, 2) || bounds_size_at(root, usual_keys[USUAL_MAX_MEMORY], memory) < memory + lmb))
		tree_remove(root, usual_keys[USUAL_MAX_MEMORY]);
}

static void pick_given(struct sequence *s, struct node *root)
{
	for (size_t i = 0; i < s->b->axis_count; i++) {
		const struct scenario_axis *axis = &s->b->axes[i];

		if (axis != s->b->sizes)
			tree_set(s->a, root, axis->key, axis->values[sequence_pick(s, axis->count)].text);
	}
}

/* A time of its own for what needs nothing that an event without one has brought. */
static void pick_times(struct sequence *s)
{
	static const char *const can[] = { "plug", "add", "remove", "driver_add", "memremap", "of_detach", "hpt_order" };
	char text[32];

	for (size_t i = 0; i < s->events->count; i++) {
		struct node *event = s->events->entries[i].value;
		bool may = false;

		for (size_t k = 0; k < sizeof(can) / sizeof(can[0]); k++)
			may = may || strcmp(event->entries[0].key->text, can[k]) == 0;
		if (!may || event->count > 1 || sequence_pick(s, 2))
			continue;
		snprintf(text, sizeof(text), "%" PRIu64 "ms", sequence_pick(s, AT_MAX_MS));
		tree_add(s->a, event, "at", tree_scalar(s->a, text));
	}
}

/* One of the kinds that can happen now; EVENT_KIND_COUNT: none can. */
static enum event_kind pick_kind(struct sequence *s)
{
	enum event_kind can[EVENT_KIND_COUNT];
	size_t count = 0;

	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++)
		if (s->b->kinds & 1u << kind && sequence_can(s, (enum event_kind)kind))
			can[count++] = (enum event_kind)kind;
	return count ? can[sequence_pick(s, count)] : EVENT_KIND_COUNT;
}

struct node *points_random(const struct points *p, struct arena *a, uint64_t point)
{
	uint64_t state = p->seed;
	struct sequence s = { .a = a, .b = p->b, .random = &state };
	struct node *root = tree_copy(a, p->b->tree);
	uint64_t count;

	/* mixed twice, or the numbers of a point would be those of the next one, moved by one */
	state = random_next(&state) ^ point;
	state = random_next(&state);
	pick_given(&s, root);
	pick_usual(&s, root);
	if (!p->b->events)
		return root;
	sequence_begin(&s, root);
	if (sequence_pick(&s, 4) == 0)
		sequence_follow(&s);
	count = 1 + sequence_pick(&s, p->b->events);
	while (count--) {
		enum event_kind kind = pick_kind(&s);

		if (kind != EVENT_KIND_COUNT)
			sequence_add(&s, kind, sequence_pick(&s, SEQUENCE_HOWS), sequence_size(&s));
	}
	if (p->b->kinds & SEARCH_AT && sequence_pick(&s, 8) == 0)
		pick_times(&s);
	return root;
}
