/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_RUN_PACK_H
#define HPTSIM_RUN_PACK_H
/*
 * Events of a run as bytes, for another process of the same program: the struct,
 * then its texts. The other side may be out of its mind, as code that is not
 * hptsim's own ran there: what comes from it is looked at before it is believed.
 */
#include <stdbool.h>
#include <stddef.h>

#include "sim/events.h"

enum pack_event {
#define PACK_ENUM(event) PACK_##event,
	SIM_EVENTS(PACK_ENUM)
#undef PACK_ENUM
	PACK_COUNT
};

/* Bytes that grow. */
struct pack_bytes {
	unsigned char *data;
	size_t size, room;
	bool no_memory;
};

void pack_add(struct pack_bytes *b, const void *data, size_t size);

/* Behind what is there. @sc: of the run; NULL for what has no event_spec. */
void pack_event(struct pack_bytes *b, enum pack_event which, const void *ev, const struct scenario *sc);

union pack_any {
#define PACK_MEMBER(event) struct sim_##event event;
	SIM_EVENTS(PACK_MEMBER)
#undef PACK_MEMBER
};

/**
 * pack_take - the event that @data is
 *
 * Texts of findings and messages point into @data, which is changed; all others are
 * kept for good. False: it is none.
 */
bool pack_take(enum pack_event which, void *data, size_t size, const struct scenario *sc, union pack_any *out);

/* Hands it to whom listens. */
void pack_tell(enum pack_event which, const union pack_any *ev, const struct sim_sink *sink);

#endif
