/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_POLICIES_EXTERNAL_H
#define HPTSIM_POLICIES_EXTERNAL_H
/*
 * A policy whose hooks are somebody else's: include/hptsim/policy.h.
 *
 * Only calls through; who finds the plug-in, and checks it, is not of sim/.
 * The plug-in's variables are there once, so that it can be in one run at a time.
 */
#include "sim/policy.h"

struct hptsim_policy;
struct external;

/**
 * external_new - a policy made of @plugin
 * @plugin: checked by the caller, stays the caller's
 * @reset:  gives the plug-in's variables their initial values, called at the
 *          start of each run; may be NULL
 *
 * Returns NULL when out of memory.
 */
struct external *external_new(const struct hptsim_policy *plugin, void (*reset)(void *ctx), void *ctx);

/* NULL is fine. Attempts of its runs point to its strings: after the last sink. */
void external_free(struct external *x);

const struct policy *external_policy(const struct external *x);

#endif
