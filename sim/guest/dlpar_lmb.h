/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_DLPAR_LMB_H
#define HPTSIM_DLPAR_LMB_H
/*
 * One LMB: its connector, and into or out of the guest's memory. dlpar.c and
 * hotplug-memory.c; docs/model/hotplug.md, One LMB. @lmb is the LMB's number.
 */
#include "sim/guest/guest.h"

/* The kernel's error number of an RTAS code. */
int rtas_error_rc(enum rtas_rc rc);

/* Take the connector from the hypervisor. Returns 0, -1 (not there to take) or rtas_error_rc(). */
int dlpar_acquire_drc(struct guest *g, uint64_t lmb);

/* Give it back. Returns likewise; QEMU refuses unless the DIMM is being unplugged. */
int dlpar_release_drc(struct guest *g, uint64_t lmb);

/* A hint to the hypervisor that a removal failed. */
int dlpar_unisolate_drc(struct guest *g, uint64_t lmb);

/**
 * dlpar_add_lmb - memory of an LMB whose connector was acquired
 *
 * Returns 0, -EINVAL (assigned already, no configuration to be had, cannot go
 * online), or what adding the memory returned.
 */
int dlpar_add_lmb(struct guest *g, uint64_t lmb);

/* Returns 0, -EINVAL (not removable) or -EBUSY (cannot go offline). */
int dlpar_remove_lmb(struct guest *g, uint64_t lmb);

/* Steps of the two above; for policies that bring those themselves. */

/* RTAS calls, each with its price. */
enum drc_sense dlpar_get_sensor(struct guest *g, uint64_t lmb, enum rtas_rc *rc);
enum rtas_rc dlpar_set_allocation_state(struct guest *g, uint64_t lmb, bool usable);
enum rtas_rc dlpar_set_isolation_state(struct guest *g, uint64_t lmb, bool isolate);

/* configure-connector. Returns 0 or an RTAS code: there is nothing to be had. */
int dlpar_configure_connector(struct guest *g, uint64_t lmb);

/* memory_add_physaddr_to_nid() of an LMB that comes, or that goes, in kernels that call it then. */
void dlpar_search_nid(struct guest *g, uint64_t lmb, bool add);

/* A search over drmem_info that passes so many LMBs. */
void dlpar_search_lmbs(struct guest *g, uint64_t passed);

/* __add_memory(), device_online() and device_offline() of an LMB; 0 or a negative errno. */
int dlpar_add_memory(struct guest *g, uint64_t lmb);
int dlpar_device_online(struct guest *g, uint64_t lmb);
int dlpar_device_offline(struct guest *g, uint64_t lmb);

/* Tell whoever listens that an LMB came or went. */
void dlpar_report_lmb(struct guest *g, uint64_t lmb, bool added);

#endif
