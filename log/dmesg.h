/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_DMESG_H
#define HPTSIM_DMESG_H
/*
 * A sink that writes the simulated guest's kernel log, in the words and order
 * of a kernel of its version (log/form.h), so that what reads a real log reads this one.
 *
 * Only lines that have to do with memory hotplug and the HPT are there. Booting
 * takes no virtual time, so what happens after it is stamped with a fixed time
 * of booting added. A reboot starts at 0 again, as on a serial console.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/events.h"

/* From the first line of the log to the end of boot. */
#define DMESG_BOOT_NS	INT64_C(1500000000)

struct dmesg {
	FILE *out;		/* the caller's; errors are left to ferror() */
	int64_t boot_at_ns;	/* when the present kernel started */
	unsigned kernel;
	uint64_t lmb_bytes;
	bool has_printk;	/* the kernel's own text tells what is ours otherwise */
};

/* @d is needed as long as sim_run() runs. */
struct sim_sink dmesg_sink(struct dmesg *d, FILE *out);

#endif
