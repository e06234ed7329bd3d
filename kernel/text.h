/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_KERNEL_TEXT_H
#define HPTSIM_KERNEL_TEXT_H
/*
 * A policy that is a kernel's own text: what kernel_build() made. Its variables
 * are there once, so it can be in one run at a time.
 *
 * A fault in the text, a loop that does not end and BUG() end the run as
 * SIM_EOOPS; its message has the kernel's file and line.
 */
#include "kernel/so.h"
#include "sim/policy.h"

struct hptsim_kernel;
struct text;

#define TEXT_SYMBOL	"hptsim_kernel"

/* Is the object of this hptsim? NULL, or what is wrong with it. */
const char *text_check(const struct hptsim_kernel *kernel);

/**
 * text_new - a policy made of @so
 * @so, @path: stay the caller's, as long as the policy
 *
 * Returns NULL when out of memory.
 */
struct text *text_new(struct so *so, const char *path, const struct hptsim_kernel *kernel);

/* NULL is fine. Attempts of its runs point to its strings: after the last sink. */
void text_free(struct text *t);

const struct policy *text_policy(const struct text *t);

/* "6.1.170"; "" when not known. */
const char *text_version(const struct text *t);

#endif
