/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_BASE_UNITS_H
#define HPTSIM_BASE_UNITS_H
/* Time is int64_t nanoseconds. */
#include <stdint.h>

#define NSEC_PER_USEC	INT64_C(1000)
#define NSEC_PER_MSEC	INT64_C(1000000)
#define NSEC_PER_SEC	INT64_C(1000000000)

#endif
