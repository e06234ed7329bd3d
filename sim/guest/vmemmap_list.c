/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/guest/vmemmap_list.h"

#include <stdlib.h>
#include <string.h>

static void change(struct vmemmap_list *list, uint64_t place, uint32_t by)
{
	for (; place <= list->used; place += place & -place)
		list->tree[place - 1] += by;
}

/* The next place: its node sums those below it, and nothing above is there yet. */
static void append(struct vmemmap_list *list, uint64_t group)
{
	uint64_t place = ++list->used, first = place & (place - 1);
	uint32_t sum = list->pages[group];

	list->place[group] = (uint32_t)place;
	list->group_at[place] = (uint32_t)group;
	for (place--; place > first; place &= place - 1)
		sum += list->tree[place - 1];
	list->tree[list->used - 1] = sum;
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
	uint64_t before = list->used;

	list->used = 0;
	for (uint64_t place = 1; place <= before; place++)
		if (lives(list, place))
			append(list, list->group_at[place]);
}

void vmemmap_list_populate(struct vmemmap_list *list, uint64_t group, uint64_t count)
{
	bool is_new = !list->pages[group];

	if (is_new && list->used == list->capacity)
		close_ranks(list);
	list->pages[group] += (uint32_t)count;
	list->total += count;
	if (is_new)
		append(list, group);
	else
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
