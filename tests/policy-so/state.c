// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Resizes once in its life: a second run sees that only when the variables are
 * those of a kernel that has just booted.
 */
#include <hptsim/policy.h>

static unsigned long calls;
static unsigned long first = 1;
static DEFINE_MUTEX(lock);
static int inits;

static void init(void)
{
	inits++;
	mutex_lock(&lock);
	mutex_unlock(&lock);
	if (mmu_hash_ops.resize_hpt && mmu_hash_ops.resize_hpt(ppc64_pft_size + 1) != -EBUSY)
		first = 0;	/* then there is no attempt at all */
}

static int create_section_mapping(unsigned long new_mem_size)
{
	if (calls++ || !first || inits != 1 || !mmu_hash_ops.resize_hpt)
		return 0;
	return mmu_hash_ops.resize_hpt(ppc64_pft_size + 1);
}

HPTSIM_POLICY(
	.name = "state",
	.init = init,
	.create_section_mapping = create_section_mapping,
);
