/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_WISH_H
#define HPTSIM_WISH_H
/*
 * What memory the guest would have if each request had done all that it was
 * asked for. A request that succeeds has; one that fails leaves a difference,
 * until a later request asks for the same LMBs again, or a reboot.
 */
#include <stdbool.h>
#include <stdint.h>

#include "sim/lmb.h"
#include "sim/scenario.h"

struct wish {
	bool *lmbs;			/* by number: is it wanted? */
	uint64_t lmb_count;
	uint64_t lmb_bytes;
	uint64_t bytes;			/* of memory wanted */
};

/* A guest has booted with @memory_bytes: it has what is wanted. False: out of memory. */
bool wish_init(struct wish *w, const struct drmem_lmb_info *info, uint64_t memory_bytes);
void wish_fini(struct wish *w);

/* The LMB has come or gone. */
void wish_lmb(struct wish *w, uint64_t lmb, bool there);

/**
 * wish_request - a request that failed, or one for certain LMBs, asked for this
 * @add:       for memory to come, else to go
 * @count:     LMBs
 * @drc_index: by index and indexed-count: of the first
 *
 * LMBs that do not exist can be wanted, too. What cannot go is not wanted less: boot memory, or more than there is.
 */
void wish_request(struct wish *w, const struct drmem_lmb_info *info, bool add, enum lmb_by by, uint64_t count,
		  uint32_t drc_index);

#endif
