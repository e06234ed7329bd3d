/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_DRC_H
#define HPTSIM_DRC_H
/*
 * The hypervisor's side of memory hotplug: a dynamic reconfiguration connector
 * for each LMB above boot memory, and the DIMMs that are plugged into them.
 *
 * States and refusals as in QEMU's spapr_drc.c and spapr.c; oracle/README.md
 * (recordings 9 and 10) shows their effect on the guest.
 *
 * On PowerVM there are no DIMMs: every LMB between the real mode area and the
 * partition's maximum has a connector, what the guest releases stays its to
 * take again, and boot memory is like any other (PAPR's dynamic reconfiguration;
 * drmgr of powerpc-utils).
 */
#include <stdbool.h>
#include <stdint.h>

#include "sim/scenario.h"

#define DRC_INDEX_LMB	0x80000000u	/* type bits of an LMB's DRC index */

enum drc_state {
	DRC_UNUSABLE,		/* nothing there, or not the guest's yet */
	DRC_AVAILABLE,
	DRC_UNISOLATE,
	DRC_CONFIGURED,		/* the guest fetched its description: in use */
};

enum rtas_rc {
	RTAS_OUT_SUCCESS = 0,
	RTAS_OUT_HW_ERROR = -1,
	RTAS_OUT_PARAM_ERROR = -3,
	RTAS_OUT_NO_SUCH_INDICATOR = -3,
};

enum drc_sense { DRC_SENSE_PRESENT = 1, DRC_SENSE_UNUSABLE = 2 };

#define DIMM_NONE	UINT32_MAX
#define DIMM_PARTITION	(UINT32_MAX - 1)	/* PowerVM: the partition's, never taken away */

struct drc {
	uint32_t dimm;			/* index in drc_table.dimms, or DIMM_NONE, DIMM_PARTITION */
	uint8_t state;			/* enum drc_state */
	bool unplug_requested;
};

struct dimm {
	const char *id;
	uint64_t base_bytes, size_bytes;
	uint64_t lmbs_left;		/* an unplug is pending: LMBs not yet released */
	bool plugged;
};

struct drc_table {
	struct drc *drcs;		/* one per LMB, boot memory included (never used there) */
	uint64_t lmb_count;
	uint64_t first;			/* first LMB that has a DRC: device memory starts here */
	uint64_t lmb_bytes;
	struct dimm *dimms;
	uint32_t dimm_count;
	uint64_t boot_bytes;		/* memory without DIMMs */
	uint64_t fixed_bytes;		/* of it what has no connector and never goes */
	uint64_t plugged_bytes;		/* sum of plugged DIMMs */
};

/* What the machine has: ram_size and get_plugged_memory_size() of QEMU. */
static inline uint64_t drc_ram_bytes(const struct drc_table *t)
{
	return t->boot_bytes + t->plugged_bytes;
}

enum drc_status {
	DRC_OK = 0,
	DRC_ENOMEM,		/* the simulator is out of memory */
	DRC_ENOSPACE,		/* no gap in device memory is large enough, or the address is taken */
	DRC_EEXIST,		/* a DIMM of that id is plugged */
	DRC_ENOENT,		/* no DIMM of that id is plugged */
	DRC_EBUSY,		/* an unplug of it is under way already */
};

/**
 * drc_table_init - connectors for a machine; nothing is plugged
 *
 * Device memory starts at boot memory rounded up to 1 GiB and has room for
 * max_memory - memory. On PowerVM connectors start above the real mode area.
 * Returns DRC_OK or DRC_ENOMEM.
 */
enum drc_status drc_table_init(struct drc_table *t, const struct guest_spec *guest, const struct hypervisor_spec *hv);
void drc_table_fini(struct drc_table *t);

/* Has the guest that LMB when it boots? Of LMBs with a connector. */
static inline bool drc_is_boot_memory(const struct drc *drc)
{
	return drc->dimm == DIMM_PARTITION ? drc->state == DRC_CONFIGURED : drc->dimm != DIMM_NONE;
}

static inline uint32_t drc_index_of(uint64_t lmb)
{
	return DRC_INDEX_LMB | (uint32_t)lmb;
}

/**
 * drc_plug - device_add pc-dimm: at its address, else first gap that is large enough
 * @coldplugged: there at boot, so the guest has it already
 * @dimm:        index of the DIMM
 *
 * Returns DRC_OK, DRC_ENOMEM, DRC_ENOSPACE, DRC_EEXIST.
 */
enum drc_status drc_plug(struct drc_table *t, const struct dimm_spec *spec, bool coldplugged,
			 uint32_t *dimm);

/**
 * drc_unplug_request - device_del: mark its connectors; the guest is asked next
 *
 * Connectors that the guest never took are released at once. Returns DRC_OK,
 * DRC_ENOENT, DRC_EBUSY.
 */
enum drc_status drc_unplug_request(struct drc_table *t, const char *id, uint32_t *dimm);

/* Reset of the machine: pending unplugs are done, what is plugged is the guest's. */
void drc_reset(struct drc_table *t);

/* The RTAS calls of the guest; @lmb is any LMB number of the guest. */
enum drc_sense drc_entity_sense(const struct drc_table *t, uint64_t lmb, enum rtas_rc *rc);
enum rtas_rc drc_set_usable(struct drc_table *t, uint64_t lmb);
enum rtas_rc drc_set_unusable(struct drc_table *t, uint64_t lmb);
enum rtas_rc drc_isolate(struct drc_table *t, uint64_t lmb);
enum rtas_rc drc_unisolate(struct drc_table *t, uint64_t lmb);
enum rtas_rc drc_configure_connector(struct drc_table *t, uint64_t lmb);

#endif
