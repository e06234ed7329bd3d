// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/tee.h"

#include <assert.h>

#define TEE_EVENTS(X) X(run_start) X(request_start) X(lmb) X(resize) X(request_end) X(finding) X(run_end)

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
#define TEE_MEMBER(event) .event = tee_##event,
	return (struct sim_sink){ .ctx = tee, TEE_EVENTS(TEE_MEMBER) };
}
