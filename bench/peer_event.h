/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_BENCH_PEER_EVENT_H
#define HPTSIM_BENCH_PEER_EVENT_H
/* What the peers' queues hold: as much as an event of the engine. */
#include <stdint.h>

struct peer_event {
	int64_t when_ns;
	uint64_t seq;		/* order of scheduling */
	void (*fn)(void *arg);
	void *arg;
};

#endif
