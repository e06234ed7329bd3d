/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_TEE_H
#define HPTSIM_TEE_H
/* Several sinks on one stream of events; they are told in their order. */
#include <stddef.h>

#include "sim/events.h"

#define TEE_MAX 8

struct tee {
	struct sim_sink sinks[TEE_MAX];
	size_t count;
};

void tee_add(struct tee *tee, struct sim_sink sink);
struct sim_sink tee_sink(struct tee *tee);

#endif
