/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_CALIBRATE_COURSE_H
#define HPTSIM_CALIBRATE_COURSE_H
/* Inside of calibrate/: what the model does with a scenario at given prices, and when. */
#include "calibrate/calibrate.h"
#include "sim/sim.h"

/* A step of a request in the model. */
struct step {
	enum sim_dlpar_step step;
	bool add;
	enum lmb_by by;
	uint32_t count, drc;
	int64_t at_ns;		/* without PREPARE */
	size_t attempts;	/* before it */
};

struct attempt {
	unsigned shift;
	int err;
	int64_t begin_ns, end_ns;	/* without PREPARE */
	int64_t prepare_ns, commit_ns;
	unsigned busy;
	bool no_table;		/* nothing was to be cleared */
	uint64_t fresh_bytes;	/* that no table had before */
};

/* One run of the model. */
struct course {
	struct step *steps;
	size_t step_count, step_room;
	struct attempt *attempts;
	size_t attempt_count, attempt_room;
	int64_t prepare_ns;	/* so far */
	bool no_memory;
};

/* Run it. CALIB_OK, CALIB_ENOMEM, or CALIB_ESIM with a @message; @out is to be freed in any case. */
enum calib_status course_play(const struct scenario *sc, const struct cost_profile *costs,
			      const struct policy *policy, struct course *out, char message[CALIB_MESSAGE_MAX]);

void course_free(struct course *c);

#endif
