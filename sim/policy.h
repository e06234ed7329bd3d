/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_POLICY_H
#define HPTSIM_POLICY_H
/*
 * When to resize the HPT: the strategies that are compared.
 *
 * A policy is one file in policies/ that reads like the patch it stands for,
 * and one row of the table in policies/table.c. Its hooks are called by
 * kernel_paths.c at the places where a patch would put code; a NULL hook is a
 * place that the patch leaves alone. Hooks may block (a resize takes time) and
 * their results never fail the hotplug operation, as in the kernel.
 */
#include <stddef.h>
#include <stdint.h>

#include "sim/scenario.h"

struct dlpar_request;
struct guest;

/* A request's LMB loop, as a policy sees it. */
struct lmb_batch {
	enum lmb_by by;
	uint64_t lmb_count;	/* asked for */
	uint64_t final_bytes;	/* memory if all of it succeeds; 0 for less than none */
};

/*
 * Functions of the guest kernel that a policy brings itself: a kernel's own text
 * (kernel/). They are called in place of the simulator's, and none of the
 * policy's other hooks but init() is.
 */
struct guest_text {
	/* as the functions of that name in sim/ */
	int (*dlpar_memory)(struct guest *g, const struct dlpar_request *rq);
	int (*pseries_remove_memblock)(struct guest *g, uint32_t drc_index);
	int (*hpt_order_set)(struct guest *g, uint64_t order);
	/* with linear_mapping_mutex held; an error of the first fails the LMB */
	int (*hash__create_section_mapping)(struct guest *g, uint64_t base, uint64_t size);
	void (*hash__remove_section_mapping)(struct guest *g, uint64_t base, uint64_t size);
	/* the run is over, whether or not it got to its end */
	void (*exit)(struct guest *g);
};

/* What a shrink does about -ENOSPC. */
enum policy_retry {
	RETRY_NONE,
	RETRY_DOUBLING,		/* next order up, while that is still a shrink worth having */
};

struct policy {
	const char *name;	/* as scenarios and --policy spell it */
	const char *title;	/* one line for `hptsim list` */
	const char *source;	/* mail or kernel version it was taken from */
	const char *open;	/* what the source left open and was chosen here; may be "" */

	/* shrink only below current - hysteresis; mainline: 1 */
	unsigned hysteresis;
	enum policy_retry retry;	/* after down_to(); v1 and v2 have loops of their own */
	void *priv;			/* of an external policy's loader */
	int outside;			/* 1: its code is not hptsim's own, and may do anything */
	const struct guest_text *text;	/* NULL: the simulator's own functions, and the hooks below */

	/* the guest has booted, also after each reboot; takes no time */
	void (*init)(struct guest *g);

	/* hash__create_section_mapping(): before the range is bolted; @mem_bytes counts it already */
	void (*create_section_mapping)(struct guest *g, uint64_t mem_bytes);
	/* hash__remove_section_mapping(): after the range was unbolted; @mem_bytes as memblock says then */
	void (*remove_section_mapping)(struct guest *g, uint64_t mem_bytes);

	/* dlpar_add_lmb(), dlpar_remove_lmb(): first and last thing; @final_bytes if it succeeds */
	void (*lmb_begin)(struct guest *g, uint64_t final_bytes);
	void (*lmb_end)(struct guest *g);

	/*
	 * dlpar_memory_{add,remove}_by_*: before the first LMB, and after the last
	 * one or after the rollback, if there is one. A request that is refused
	 * before its LMB loop reaches neither.
	 */
	void (*add_begin)(struct guest *g, const struct lmb_batch *batch);
	void (*add_end)(struct guest *g, const struct lmb_batch *batch);
	void (*remove_begin)(struct guest *g, const struct lmb_batch *batch);
	void (*remove_end)(struct guest *g, const struct lmb_batch *batch);

	/* dlpar_memory_add_by_{count,ic}: around the loop that takes its LMBs out again */
	void (*rollback_begin)(struct guest *g);
	void (*rollback_end)(struct guest *g);
};

/**
 * policy_find - the policy of that name, or NULL
 */
const struct policy *policy_find(const char *name);

/* Where the check of a derived policy sits. */
enum policy_level {
	LEVEL_AS_BASE,
	LEVEL_SECTION,		/* each section mapping, as per-section */
	LEVEL_LMB,		/* around each LMB, as outer-lmb */
	LEVEL_REQUEST,		/* around the LMB loop, as outer-batch */
};

/**
 * policy_derive - a policy like @base but for a few things
 * @hysteresis: below 0: as in @base
 * @retry:      below 0: as in @base, else enum policy_retry
 * @level:      moves the check; only for a base whose check is one of these
 *
 * Returns 0, or -EINVAL when @level does not go with @base.
 */
int policy_derive(struct policy *out, const struct policy *base, const char *name,
		  int hysteresis, int retry, enum policy_level level);

/* All policies in the order in which tables show them; ends with NULL. */
extern const struct policy *const policy_table[];

#endif
