// SPDX-License-Identifier: GPL-2.0-or-later
#include "calibrate/course.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"

static void on_dlpar(void *ctx, const struct sim_dlpar *ev)
{
	struct course *c = ctx;
	struct step *steps = array_grow(c->steps, c->step_count, &c->step_room, sizeof(*steps));

	if (!steps) {
		c->no_memory = true;
		return;
	}
	c->steps = steps;
	steps[c->step_count++] = (struct step){
		.step = ev->step, .add = ev->action == PSERIES_HP_ELOG_ACTION_ADD, .by = ev->by,
		.count = ev->count, .drc = ev->drc_index, .at_ns = ev->at_ns - c->prepare_ns,
		.attempts = c->attempt_count,
	};
}

static void on_resize(void *ctx, const struct sim_resize *ev)
{
	struct course *c = ctx;
	struct attempt *attempts = array_grow(c->attempts, c->attempt_count, &c->attempt_room, sizeof(*attempts));

	if (!attempts) {
		c->no_memory = true;
		return;
	}
	c->attempts = attempts;
	attempts[c->attempt_count++] = (struct attempt){
		.shift = ev->to_shift, .err = ev->err, .begin_ns = ev->start_ns - c->prepare_ns,
		.end_ns = ev->start_ns + ev->commit_ns - c->prepare_ns,
		.prepare_ns = ev->prepare_ns, .commit_ns = ev->commit_ns, .busy = ev->prepare_busy_count,
		.no_table = !ev->commit_rc, .fresh_bytes = ev->fresh_bytes,
	};
	c->prepare_ns += ev->prepare_ns;
}

void course_free(struct course *c)
{
	free(c->steps);
	free(c->attempts);
	*c = (struct course){ .steps = NULL };
}

enum calib_status course_play(const struct scenario *sc, const struct cost_profile *costs,
			      const struct policy *policy, struct course *out, char message[CALIB_MESSAGE_MAX])
{
	struct scenario priced = *sc;
	const struct sim_options options = { .seed = 0 };
	const struct sim_sink sink = { .ctx = out, .dlpar = on_dlpar, .resize = on_resize };
	struct sim_error error;

	*out = (struct course){ .steps = NULL };
	priced.costs = *costs;
	sim_run(&priced, policy, &options, &sink, &error);
	if (out->no_memory || error.status == SIM_ENOMEM)
		return CALIB_ENOMEM;
	if (error.status == SIM_OK)
		return CALIB_OK;
	snprintf(message, CALIB_MESSAGE_MAX, "the model cannot play it: %.250s", error.message);
	return CALIB_ESIM;
}
