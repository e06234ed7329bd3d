/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_MACHINE_WISH_H
#define HPTSIM_MACHINE_WISH_H
#include "sim/machine/machine_state.h"

/* The range that an event brings. */
struct range *machine_range_of(struct machine *m, const struct event_spec *ev);

/* The event is over, or the run is: note what memory was wanted. */
void machine_wish(struct machine *m, const struct event_spec *ev, bool failed);

#endif
