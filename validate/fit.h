/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_VALIDATE_FIT_H
#define HPTSIM_VALIDATE_FIT_H
/* Between the files that complete a plan by simulating it. */
#include "validate/validate.h"

struct fit {
	struct validate *v;
	size_t at;			/* first difference, in items of both */
	enum seq_diff diff;
	enum validate_status status;
};

/* Simulate the plan as it is; true if it agrees for longer than before, and then it is v->sim. */
bool fit_advances(struct fit *f);

/* The request of an item, and its event in the plan; event_count if none. */
const struct klog_request *fit_request(const struct fit *f, size_t item);
size_t fit_event_of(const struct fit *f, size_t item);

/* How large a DIMM is that no line tells the size of, by how far a request by count came; true if that helps. */
bool fit_size(struct fit *f);

/* A time for an order that was written to debugfs while a request was under way; true if that helps. */
bool fit_place_asides(struct fit *f);

#endif
