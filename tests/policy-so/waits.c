// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two tasks in one plug-in: the request sleeps before its LMB loop, and device
 * memory is mapped meanwhile. Each hook must be in its own place again when its
 * wait is over.
 */
#include <hptsim/policy.h>

static DEFINE_MUTEX(lock);
static bool other_waits;

static void add_begin(u32 lmbs_to_add)
{
	mutex_lock(&lock);
	msleep(2000);
	/* if nobody is there the test would show nothing */
	if (other_waits)
		mmu_hash_ops.resize_hpt(ppc64_pft_size + 1);
	mutex_unlock(&lock);
}

static int create_section_mapping(unsigned long new_mem_size)
{
	int rc;

	if (!mutex_is_locked(&lock))
		return 0;
	other_waits = true;
	mutex_lock(&lock);
	rc = mmu_hash_ops.resize_hpt(ppc64_pft_size + 1);
	mutex_unlock(&lock);
	return rc;
}

HPTSIM_POLICY(
	.name = "waits",
	.dlpar_memory_add_by_ic_begin = add_begin,
	.create_section_mapping = create_section_mapping,
);
