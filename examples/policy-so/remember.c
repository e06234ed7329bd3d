// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Mainline that learns: an order that gave -ENOSPC is not asked for again, nor a
 * lower one, until the guest has half of the memory that it failed with. Nobody
 * has proposed it; it is here as something new to try.
 *
 * Each attempt stops the whole machine for up to a second only to find the same
 * collision again: bolted entries do not move by themselves. Half is a guess;
 * only the memory that goes can take the collision with it.
 */
#include <hptsim/policy.h>

static unsigned failed_shift;		/* highest order that collided; 0: none */
static unsigned long failed_mem_size;	/* the memory there was then */

static bool known_to_fail(unsigned shift, unsigned long mem_size)
{
	if (mem_size <= failed_mem_size / 2)
		failed_shift = 0;
	return shift <= failed_shift;
}

static int resize_hpt_for_hotplug(unsigned long new_mem_size)
{
	unsigned target_hpt_shift;
	int rc;

	if (!mmu_hash_ops.resize_hpt)
		return 0;

	target_hpt_shift = htab_shift_for_mem_size(new_mem_size);
	if (target_hpt_shift > ppc64_pft_size)
		return mmu_hash_ops.resize_hpt(target_hpt_shift);
	if (target_hpt_shift >= ppc64_pft_size - 1)
		return 0;

	if (known_to_fail(target_hpt_shift, new_mem_size)) {
		pr_debug("HPT order %u collided at %lu MiB, not asking again\n",
			 failed_shift, failed_mem_size >> 20);
		return 0;
	}

	rc = mmu_hash_ops.resize_hpt(target_hpt_shift);
	if (rc == -ENOSPC) {
		pr_warn("Hash collision while resizing HPT to order %u\n", target_hpt_shift);
		failed_shift = target_hpt_shift;
		failed_mem_size = new_mem_size;
	}
	return rc;
}

HPTSIM_POLICY(
	.name = "remember",
	.title = "mainline, but an order that collided is not tried again until half of the memory is gone",
	.source = "hptsim, examples/policy-so/remember.c",
	.create_section_mapping = resize_hpt_for_hotplug,
	.remove_section_mapping = resize_hpt_for_hotplug,
);
