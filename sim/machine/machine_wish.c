/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What memory a scenario's events ask for, whatever becomes of them. */
#include <string.h>

#include "sim/machine/machine_wish.h"

struct range *machine_range_of(struct machine *m, const struct event_spec *ev)
{
	struct range *r = m->ranges;

	for (const struct event_spec *e = m->sc->events; e < ev; e++)
		r += event_brings_range(e);
	return r;
}

/* A DIMM's LMBs were to come or to go. */
static void wish_dimm(struct machine *m, const struct event_spec *ev)
{
	struct guest *g = &m->guest;

	for (uint32_t i = m->drcs.dimm_count; i-- > 0; ) {
		const struct dimm *d = &m->drcs.dimms[i];

		if (strcmp(d->id, ev->dimm.id) != 0)
			continue;
		wish_request(&g->wish, &g->drmem_info, ev->kind == EVENT_PLUG, LMB_BY_INDEXED_COUNT,
			     d->size_bytes / m->drcs.lmb_bytes, drc_index_of(d->base_bytes / m->drcs.lmb_bytes));
		break;
	}
}

void machine_wish(struct machine *m, const struct event_spec *ev, bool failed)
{
	struct guest *g = &m->guest;
	struct range *r = NULL;

	switch (ev->kind) {
	case EVENT_PLUG:
	case EVENT_UNPLUG:
		if (ev->kind == EVENT_UNPLUG || ev->notify)
			wish_dimm(m, ev);
		break;
	case EVENT_ADD:
	case EVENT_REMOVE:
		/* which LMBs went by count is known from those that went */
		if (failed || ev->by == LMB_BY_INDEX || ev->by == LMB_BY_INDEXED_COUNT)
			wish_request(&g->wish, &g->drmem_info, ev->kind == EVENT_ADD, ev->by,
				     ev->by == LMB_BY_INDEX ? 1 : ev->count, ev->drc_index);
		break;
	case EVENT_OF_DETACH:
		wish_request(&g->wish, &g->drmem_info, false, LMB_BY_INDEX, 1, ev->drc_index);
		break;
	case EVENT_PROBE:
	case EVENT_DRIVER_ADD:
		r = machine_range_of(m, ev);
		break;
	case EVENT_DRIVER_REMOVE:
		for (size_t i = m->range_count; i-- > 0 && !r; )
			if (m->ranges[i].wanted && !strcmp(m->ranges[i].id, ev->dimm.id))
				r = &m->ranges[i];
		break;
	default:
		break;
	}
	if (!r || r->wanted == (ev->kind != EVENT_DRIVER_REMOVE))
		return;
	r->wanted = !r->wanted;
	g->wish.bytes += r->wanted ? r->size : -r->size;
}
