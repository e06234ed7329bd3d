/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_HPT_ENTRY_H
#define HPTSIM_HPT_ENTRY_H
/* What all of the table's layers tell: how something ended, whose entry it is, what it took. */
#include <stdbool.h>
#include <stdint.h>

#include "sim/hypervisor/mmu.h"

struct hpt;

enum hpt_status {
	HPT_OK = 0,
	HPT_ENOMEM = 1,		/* the simulator is out of memory */
	HPT_ERANGE,		/* shift outside HPT_SHIFT_MIN..HPT_SHIFT_MAX */
	HPT_EFULL,		/* H_PTEG_FULL in the primary and the secondary PTEG */
	HPT_ECOLLIDE,		/* two bolted entries want one slot */
	HPT_EABORT,		/* an entry in its secondary PTEG: QEMU asserts, KVM HV's BUG_ON() */
};

/* Hypercalls that a mapping or unmapping took; what the cost model charges. */
struct hpt_calls {
	uint64_t enter_count;		/* H_ENTER, refused ones included */
	uint64_t read_count;		/* H_READ of four entries */
	uint64_t remove_count;		/* H_REMOVE, refused ones included */
	uint64_t secondary_count;	/* entries that went to their secondary PTEG */
};

/* Where an entry is, and whose it is. */
struct hpt_entry {
	uint64_t pteg;
	unsigned slot;
	enum mmu_region region;
	uint64_t page;		/* within the region */
	bool secondary;		/* sits in its secondary PTEG */
};

#endif
