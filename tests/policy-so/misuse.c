// SPDX-License-Identifier: GPL-2.0-or-later
/* Locks in the wrong hands: lets go of what it does not hold, then waits for itself. */
#include <hptsim/policy.h>

static DEFINE_MUTEX(lock);

static void add_begin(u32 lmbs_to_add)
{
	mutex_unlock(&lock);
	cpus_read_unlock();
}

static void remove_begin(u32 lmbs_to_remove)
{
	mutex_lock(&lock);
	mutex_lock(&lock);
}

HPTSIM_POLICY(
	.name = "misuse",
	.dlpar_memory_add_by_ic_begin = add_begin,
	.dlpar_memory_remove_by_ic_begin = remove_begin,
);
