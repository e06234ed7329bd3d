/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_VMEMMAP_LIST_H
#define HPTSIM_VMEMMAP_LIST_H
/*
 * vmemmap_list: the hash MMU's record of where each vmemmap page is.
 *
 * A singly linked list with the newest page first. vmemmap_list_free() walks it from
 * there to the page that goes, so a page costs the more the longer ago it came and
 * the more came since. Kept here as the number of pages of each place in order of
 * time. Pages are counted by the LMB that they are of, or of whose LMBs they are the
 * struct pages: those of one LMB have one place.
 */
#include <stdbool.h>
#include <stdint.h>

struct vmemmap_list {
	uint64_t group_count;	/* LMBs */
	uint32_t *pages;	/* per group: in the list */
	uint32_t *place;	/* per group with pages: from 1, the oldest first */
	uint32_t *group_at;	/* per place: whose it is, or was */
	uint32_t *tree;		/* per place: a Fenwick tree of pages */
	uint64_t capacity, used;	/* places */
	uint64_t total;		/* pages in the list */
};

/* An empty list; frees what @list had, which must be zeroed or initialised. False: out of memory. */
bool vmemmap_list_init(struct vmemmap_list *list, uint64_t group_count);
void vmemmap_list_fini(struct vmemmap_list *list);

/* @count pages of @group come, the lowest first. */
void vmemmap_list_populate(struct vmemmap_list *list, uint64_t group, uint64_t count);

/*
 * @count pages of @group go, the lowest first; as many as there are, if those are fewer.
 * Returns how many elements the walks for them look at, the pages themselves included.
 */
uint64_t vmemmap_list_free(struct vmemmap_list *list, uint64_t group, uint64_t count);

#endif
