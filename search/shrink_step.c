// SPDX-License-Identifier: GPL-2.0-or-later
/* What all steps are made of. */
#include <inttypes.h>

#include "base/text.h"
#include "search/shrink.h"

void shrink_begin(struct shrinker *s, struct judge *j, const struct bounds *b, const struct node *root, jmp_buf *oom)
{
	*s = (struct shrinker){ .judge = j, .b = b };
	s->arenas[0].on_oom = oom;
	s->arenas[1].on_oom = oom;
	s->best = tree_copy(&s->arenas[0], root);
}

void shrink_end(struct shrinker *s)
{
	arena_release(&s->arenas[0]);
	arena_release(&s->arenas[1]);
}

struct node *shrink_copy(struct shrinker *s)
{
	arena_release(shrink_arena(s));
	return tree_copy(shrink_arena(s), s->best);
}

bool shrink_keep(struct shrinker *s, struct node *changed)
{
	enum verdict verdict;

	if (s->trouble || tree_equal(s->best, changed))
		return false;
	s->steps++;
	verdict = judge_scenario(s->judge, changed);
	s->trouble = verdict == VERDICT_TROUBLE;
	if (verdict != VERDICT_YES)
		return false;
	s->best = changed;
	s->which = !s->which;
	return true;
}

static bool try_number(struct shrinker *s, const struct shrink_number *n, uint64_t value)
{
	struct node *root = shrink_copy(s);

	n->set(s, root, n, value);
	return shrink_keep(s, root);
}

bool shrink_number(struct shrinker *s, struct shrink_number n)
{
	uint64_t off = n.value - n.value / 2;
	bool any = false;

	if (n.value <= n.lowest)
		return false;
	if (try_number(s, &n, n.lowest))
		return true;
	while (off) {
		if (off < n.value - n.lowest && try_number(s, &n, n.value - off)) {
			n.value -= off;
			any = true;
		} else {
			off /= 2;
		}
	}
	return any;
}

void shrink_move_drcs(struct shrinker *s, struct node *root, uint64_t old_first, uint64_t new_first)
{
	struct node *events = tree_at(root, "events");
	char text[32];
	uint64_t drc;

	for (size_t i = 0; events && i < events->count; i++) {
		struct node *event = events->entries[i].value;

		for (size_t k = 0; k < event->count; k++) {
			const struct node *value = node_get(event->entries[k].value, "drc");

			if (!value || text_uint(value->text, &drc) != TEXT_OK || drc < old_first)
				continue;
			snprintf(text, sizeof(text), "0x%" PRIx64, drc - old_first + new_first);
			tree_set(shrink_arena(s), event->entries[k].value, "drc", text);
		}
	}
}
