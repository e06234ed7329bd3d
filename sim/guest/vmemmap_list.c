/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/guest/vmemmap_list.h"

#include <stdlib.h>
#include <string.h>

static void change(struct vmemmap_list *list, uint64_t place, uint32_t by)
{
	for (; place <= list->capacity; place += place & -place)
		list->tree[place - 1] += by;
}

static uint64_t pages_up_to(const struct vmemmap_list *list, uint64_t place)
{
	uint64_t count = 0;

	for (; place; place &= place - 1)
		count += list->tree[place - 1];
	return count;
}

bool vmemmap_list_init(struct vmemmap_list *list, uint64_t group_count)
{
	vmemmap_list_fini(list);
	list->group_count = group_count;
	/* so much more than groups that places are seldom given anew */
	list->capacity = group_count + group_count / 2 + 1;
	list->pages = calloc(group_count + 1, sizeof(*list->pages));
	list->place = calloc(group_count + 1, sizeof(*list->place));
	list->group_at = calloc(list->capacity + 1, sizeof(*list->group_at));
	list->tree = calloc(list->capacity, sizeof(*list->tree));
	return list->pages && list->place && list->group_at && list->tree;
}

void vmemmap_list_fini(struct vmemmap_list *list)
{
	free(list->pages);
	free(list->place);
	free(list->group_at);
	free(list->tree);
	memset(list, 0, sizeof(*list));
}

static bool lives(const struct vmemmap_list *list, uint64_t place)
{
	uint32_t group = list->group_at[place];

	return list->place[group] == place && list->pages[group];
}

/* All places are used: give those that still have pages new ones, in the same order. */
static void close_ranks(struct vmemmap_list *list)
{
	uint64_t used = 0;

	memset(list->tree, 0, list->capacity * sizeof(*list->tree));
	for (uint64_t place = 1; place <= list->used; place++) {
		uint32_t group = list->group_at[place];

		if (!lives(list, place))
			continue;
		list->group_at[++used] = group;
		list->place[group] = (uint32_t)used;
		change(list, used, list->pages[group]);
	}
	list->used = used;
}

void vmemmap_list_populate(struct vmemmap_list *list, uint64_t group, uint64_t count)
{
	if (!list->pages[group]) {
		if (list->used == list->capacity)
			close_ranks(list);
		list->place[group] = (uint32_t)++list->used;
		list->group_at[list->used] = (uint32_t)group;
	}
	list->pages[group] += (uint32_t)count;
	list->total += count;
	change(list, list->place[group], (uint32_t)count);
}

uint64_t vmemmap_list_free(struct vmemmap_list *list, uint64_t group, uint64_t count)
{
	uint64_t newer, passed;

	if (count > list->pages[group])
		count = list->pages[group];
	if (!count)
		return 0;
	newer = list->total - pages_up_to(list, list->place[group]);
	/* each behind the newer ones and those of its own LMB that are left */
	passed = count * newer + count * list->pages[group] - count * (count - 1) / 2;
	list->pages[group] -= (uint32_t)count;
	list->total -= count;
	change(list, list->place[group], -(uint32_t)count);
	return passed;
}
