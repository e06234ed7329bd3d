/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_DLPAR_LMB_H
#define HPTSIM_DLPAR_LMB_H
/*
 * One LMB: its connector, and into or out of the guest's memory. dlpar.c and
 * hotplug-memory.c; domain/hotplug-paths.md section 3. @lmb is the LMB's number.
 */
#include "sim/guest/guest.h"

/* Take the connector from the hypervisor. Returns 0, -1 (not there to take) or an RTAS code. */
int dlpar_acquire_drc(struct guest *g, uint64_t lmb);

/* Give it back. Returns likewise; QEMU refuses unless the DIMM is being unplugged. */
int dlpar_release_drc(struct guest *g, uint64_t lmb);

/* A hint to the hypervisor that a removal failed. */
int dlpar_unisolate_drc(struct guest *g, uint64_t lmb);

/**
 * dlpar_add_lmb - memory of an LMB whose connector was acquired
 *
 * Returns 0, -EINVAL (assigned already, cannot go online), -ENODEV (no
 * configuration to be had), or what adding the memory returned.
 */
int dlpar_add_lmb(struct guest *g, uint64_t lmb);

/* Returns 0, -EINVAL (not removable) or -EBUSY (cannot go offline). */
int dlpar_remove_lmb(struct guest *g, uint64_t lmb);

/* Tell whoever listens that an LMB came or went. */
void dlpar_report_lmb(struct guest *g, uint64_t lmb, bool added);

#endif
