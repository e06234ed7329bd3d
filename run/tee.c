// SPDX-License-Identifier: GPL-2.0-or-later
#include "run/tee.h"

#include <assert.h>

#define TEE_EVENTS(X) \
	X(run_start) X(boot) X(request_start) X(dlpar) X(printk) X(lmb_start) X(lmb) X(lmb_end) X(resize_start) X(resize) X(step) \
	X(worker_start) X(worker_end) X(gauge) X(request_end) X(finding) X(run_end)

#define TEE_FORWARD(event) \
	static void tee_##event(void *ctx, const struct sim_##event *ev) \
	{ \
		const struct tee *tee = ctx; \
\
		for (size_t i = 0; i < tee->count; i++) \
			if (tee->sinks[i].event) \
				tee->sinks[i].event(tee->sinks[i].ctx, ev); \
	}
TEE_EVENTS(TEE_FORWARD)

void tee_add(struct tee *tee, struct sim_sink sink)
{
	assert(tee->count < TEE_MAX);
	tee->sinks[tee->count++] = sink;
}

struct sim_sink tee_sink(struct tee *tee)
{
	struct sim_sink out = { .ctx = tee };

	/* what nobody listens to costs nothing */
#define TEE_MEMBER(event) \
	for (size_t i = 0; i < tee->count; i++) \
		if (tee->sinks[i].event) \
			out.event = tee_##event;
	TEE_EVENTS(TEE_MEMBER)
#undef TEE_MEMBER
	return out;
}
