/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_LMB_H
#define HPTSIM_LMB_H
/*
 * The guest's view of its LMBs: drmem_info (arch/powerpc/include/asm/drmem.h).
 * The hypervisor's view is drc.h.
 */
#include <stdbool.h>
#include <stdint.h>

#include "sim/hypervisor/drc.h"

#define DRCONF_MEM_ASSIGNED	0x00000008u
#define DRCONF_MEM_RESERVED	0x00000080u
/* The kernel borrows a bit for LMBs that the request at hand has done. */
#define DRMEM_LMB_RESERVED	0x80000000u

struct drmem_lmb {
	uint32_t flags;
};

struct drmem_lmb_info {
	struct drmem_lmb *lmbs;		/* by address: lmbs[i] starts at i * lmb_size */
	uint64_t n_lmbs;
	uint64_t lmb_size;		/* bytes */
};

/**
 * drmem_init - LMBs as the device tree of @drcs describes them at boot
 *
 * Boot memory and the gap above it are RESERVED: QEMU hands them out without a
 * connector. LMBs of DIMMs that are plugged are ASSIGNED. Returns false when
 * out of memory.
 */
bool drmem_init(struct drmem_lmb_info *info, const struct drc_table *drcs);
void drmem_fini(struct drmem_lmb_info *info);

/**
 * lmb_is_removable - assigned and not reserved
 * Source: lmb_is_removable() in hotplug-memory.c, without fadump.
 */
bool lmb_is_removable(const struct drmem_lmb *lmb);

/**
 * get_lmb_range - LMBs [*@start, *@end) from a DRC index and a count
 *
 * Returns 0, or -EINVAL when no LMB has that index or the range is too long.
 */
int get_lmb_range(const struct drmem_lmb_info *info, uint32_t drc_index, uint64_t n_lmbs,
		  uint64_t *start, uint64_t *end);

/**
 * drmem_lmbs_passed - LMBs that a request's searches look at
 * @count, @drc_index: by count; by index and indexed-count
 */
uint64_t drmem_lmbs_passed(const struct drmem_lmb_info *info, enum lmb_by by, bool add, uint32_t count,
			   uint32_t drc_index);

static inline bool drmem_lmb_reserved(const struct drmem_lmb *lmb)
{
	return lmb->flags & DRMEM_LMB_RESERVED;
}

static inline void drmem_mark_lmb_reserved(struct drmem_lmb *lmb)
{
	lmb->flags |= DRMEM_LMB_RESERVED;
}

static inline void drmem_remove_lmb_reservation(struct drmem_lmb *lmb)
{
	lmb->flags &= ~DRMEM_LMB_RESERVED;
}

#endif
