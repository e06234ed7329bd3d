/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/lmb.h"

#include <errno.h>
#include <stdlib.h>

bool drmem_init(struct drmem_lmb_info *info, const struct drc_table *drcs)
{
	*info = (struct drmem_lmb_info){
		.n_lmbs = drcs->lmb_count, .lmb_size = drcs->lmb_bytes,
	};
	info->lmbs = calloc(drcs->lmb_count ? drcs->lmb_count : 1, sizeof(*info->lmbs));
	if (!info->lmbs)
		return false;
	for (uint64_t i = 0; i < drcs->lmb_count; i++) {
		if (i < drcs->first)
			info->lmbs[i].flags = DRCONF_MEM_RESERVED;
		else if (drc_is_boot_memory(&drcs->drcs[i]))
			info->lmbs[i].flags = DRCONF_MEM_ASSIGNED;
	}
	return true;
}

void drmem_fini(struct drmem_lmb_info *info)
{
	free(info->lmbs);
	*info = (struct drmem_lmb_info){ 0 };
}

bool lmb_is_removable(const struct drmem_lmb *lmb)
{
	return !(lmb->flags & DRCONF_MEM_RESERVED) && (lmb->flags & DRCONF_MEM_ASSIGNED);
}

int get_lmb_range(const struct drmem_lmb_info *info, uint32_t drc_index, uint64_t n_lmbs,
		  uint64_t *start, uint64_t *end)
{
	uint64_t first = drc_index - DRC_INDEX_LMB;

	/* QEMU gives all LMBs without a connector index 0: it names the first of them */
	if (drc_index == 0 && info->n_lmbs && (info->lmbs[0].flags & DRCONF_MEM_RESERVED))
		first = 0;
	else if (drc_index < DRC_INDEX_LMB || first >= info->n_lmbs ||
		 (info->lmbs[first].flags & DRCONF_MEM_RESERVED))
		return -EINVAL;
	if (n_lmbs > info->n_lmbs - first)
		return -EINVAL;
	*start = first;
	*end = first + n_lmbs;
	return 0;
}

uint64_t drmem_lmbs_passed(const struct drmem_lmb_info *info, enum lmb_by by, bool add, uint32_t count,
			   uint32_t drc_index)
{
	uint64_t start, end, i;

	if (by != LMB_BY_COUNT)
		return get_lmb_range(info, drc_index, 1, &start, &end) ? info->n_lmbs : start + 1;
	for (i = 0; i < info->n_lmbs && count; i++) {
		bool assigned = info->lmbs[i].flags & DRCONF_MEM_ASSIGNED;

		count -= !(info->lmbs[i].flags & DRCONF_MEM_RESERVED) && assigned != add;
	}
	/* to see whether there are enough, then for each of them; all in the end */
	return i * 2 + info->n_lmbs;
}
