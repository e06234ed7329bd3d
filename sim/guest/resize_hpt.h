/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_RESIZE_HPT_H
#define HPTSIM_RESIZE_HPT_H
/*
 * What pseries_lpar_resize_hpt() is made of: the hypercalls, stop_machine(), and
 * the record of an attempt. For resize_hpt.c, and for policies that bring
 * that function themselves.
 */
#include "sim/guest/guest.h"

/* An attempt under way; lives on the stack of the task that makes it. */
struct resize_attempt {
	struct sim_resize ev;
	bool first;		/* no other one was under way */
	bool stopped;		/* stop_machine() was reached */
	struct resize_attempt *outer;	/* of the same task; a text that calls itself */
};

/**
 * resize_begin - pseries_lpar_resize_hpt() is entered
 * @why, @mem_bytes: for the record; @why is kept by reference
 */
void resize_begin(struct guest *g, struct resize_attempt *a, int64_t shift, uint64_t mem_bytes,
		  const char *why);

/* It returns @err; ends the run if the hypervisor is gone. */
void resize_end(struct guest *g, struct resize_attempt *a, int err);

/* H_RESIZE_HPT_PREPARE and H_RESIZE_HPT_COMMIT; of the task's attempt, if there is one. */
enum hcall_rc plpar_resize_hpt_prepare(struct guest *g, uint64_t flags, uint64_t shift);
enum hcall_rc plpar_resize_hpt_commit(struct guest *g, uint64_t flags, uint64_t shift);

/* Between two H_RESIZE_HPT_PREPARE. */
void resize_msleep(struct guest *g, int64_t ns);

/**
 * guest_stop_machine - every CPU spins while @fn runs on one
 * @cpuslocked: the caller has to hold the CPU hotplug lock: a finding if it does not
 *
 * Returns as @fn.
 */
int guest_stop_machine(struct guest *g, bool cpuslocked, int (*fn)(void *data), void *data);

/* The guest believes in another order, right or wrong. */
void guest_set_pft_size(struct guest *g, unsigned shift);

#endif
