/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_CLOCK_H
#define HPTSIM_CLOCK_H
/* The machine's own clock. No result depends on it: it says when to write and when to wait no longer. */
#include <stdint.h>

/* Nanoseconds since some moment in the past; never goes back. */
int64_t clock_monotonic_ns(void);

#endif
