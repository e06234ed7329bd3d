/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/guest/wish.h"

#include <stdlib.h>

bool wish_init(struct wish *w, const struct drmem_lmb_info *info, uint64_t memory_bytes)
{
	wish_fini(w);
	*w = (struct wish){
		.lmbs = calloc(info->n_lmbs + 1, sizeof(*w->lmbs)), .lmb_count = info->n_lmbs,
		.lmb_bytes = info->lmb_size, .bytes = memory_bytes,
	};
	if (!w->lmbs)
		return false;
	for (uint64_t i = 0; i < info->n_lmbs; i++)
		w->lmbs[i] = info->lmbs[i].flags & DRCONF_MEM_ASSIGNED;
	return true;
}

void wish_fini(struct wish *w)
{
	free(w->lmbs);
	w->lmbs = NULL;
}

void wish_lmb(struct wish *w, uint64_t lmb, bool there)
{
	if (w->lmbs[lmb] == there)
		return;
	w->lmbs[lmb] = there;
	w->bytes += there ? w->lmb_bytes : -w->lmb_bytes;
}

void wish_request(struct wish *w, const struct drmem_lmb_info *info, bool add, enum lmb_by by, uint64_t count,
		  uint32_t drc_index)
{
	bool range = by == LMB_BY_INDEX || by == LMB_BY_INDEXED_COUNT;
	uint64_t first = 0, end = w->lmb_count;

	if (range && get_lmb_range(info, drc_index, count, &first, &end))
		first = end;	/* there are no such */
	for (uint64_t i = first; i < end && count; i++) {
		bool boot = info->lmbs[i].flags & DRCONF_MEM_RESERVED;

		if (range ? boot : boot || w->lmbs[i] == add)
			continue;
		count--;
		wish_lmb(w, i, add);
	}
	if (add && (!range || first == end))
		w->bytes += count * w->lmb_bytes;
}
