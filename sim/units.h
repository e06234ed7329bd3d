/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_UNITS_H
#define HPTSIM_UNITS_H
/*
 * Units of the model. Time is int64_t nanoseconds, sizes are uint64_t bytes,
 * orders ("shift") are log2 of bytes. Names carry them: _ns, _bytes, _shift.
 */
#include <stdint.h>

#include "base/units.h"

#define SZ_4K		(UINT64_C(1) << 12)
#define SZ_64K		(UINT64_C(1) << 16)
#define SZ_1M		(UINT64_C(1) << 20)
#define SZ_16M		(UINT64_C(1) << 24)
#define SZ_256M		(UINT64_C(1) << 28)
#define SZ_512M		(UINT64_C(1) << 29)
#define SZ_1G		(UINT64_C(1) << 30)
#define SZ_1T		(UINT64_C(1) << 40)
#define SZ_64T		(UINT64_C(1) << 46)

/* QEMU's pseries: of an LMB, and where DIMMs may begin. PowerVM's LMBs are mostly of the same size. */
#define SPAPR_MEMORY_BLOCK_SIZE		SZ_256M
#define SPAPR_DEVICE_MEM_ALIGN		SZ_1G

/* A kernel version that compares as a number: KERNEL_VERSION(6, 1) */
#define KERNEL_VERSION(major, minor)	((unsigned)(major) * 1000u + (unsigned)(minor))

#endif
