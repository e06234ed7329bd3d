// SPDX-License-Identifier: GPL-2.0-or-later
#include "run/pack.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SHIFT_END	64u
#define FIELDS_MAX	6
#define TEXTS_MAX	5
#define KEPT_MAX	4096u	/* texts of all runs: names of functions and answers */
#define NO_TEXT		UINT32_MAX
#define NO_EVENT	SIZE_MAX

/* A number that is an index, a shift or a truth, and where it ends. */
struct field {
	size_t offset, size;
	unsigned end;
};

struct layout {
	size_t size;
	size_t texts[TEXTS_MAX];
	unsigned text_count;
	bool passing;			/* its text is valid during the call only */
	size_t spec;			/* of an event_spec's pointer; NO_EVENT: there is none */
	struct field fields[FIELDS_MAX];
	unsigned field_count;
};

#define AT(event, member)		offsetof(struct sim_##event, member)
#define BELOW(event, member, end)	{ AT(event, member), sizeof(((struct sim_##event *)0)->member), end }
#define IS_BOOL(event, member)		BELOW(event, member, 2)

static const struct layout layouts[PACK_COUNT] = {
	[PACK_run_start] = { .size = sizeof(struct sim_run_start), .texts = { AT(run_start, policy) }, .text_count = 1,
		.spec = NO_EVENT, .fields = { BELOW(run_start, hpt_shift, SHIFT_END) }, .field_count = 1 },
	[PACK_boot] = { .size = sizeof(struct sim_boot), .spec = NO_EVENT, .fields = {
		BELOW(boot, hypervisor, HV_POWERVM + 1), BELOW(boot, hpt_shift, SHIFT_END), BELOW(boot, linear_shift, SHIFT_END),
		IS_BOOL(boot, can_resize), IS_BOOL(boot, kfence_disabled), IS_BOOL(boot, has_printk) }, .field_count = 6 },
	[PACK_request_start] = { .size = sizeof(struct sim_request_start), .spec = AT(request_start, event),
		.fields = { BELOW(request_start, kind, EVENT_KIND_COUNT) }, .field_count = 1 },
	[PACK_dlpar] = { .size = sizeof(struct sim_dlpar), .spec = NO_EVENT, .fields = {
		BELOW(dlpar, kind, EVENT_KIND_COUNT), BELOW(dlpar, step, DLPAR_END + 1),
		BELOW(dlpar, action, PSERIES_HP_ELOG_ACTION_REMOVE + 1), BELOW(dlpar, by, LMB_EACH_INDEX + 1) }, .field_count = 4 },
	[PACK_printk] = { .size = sizeof(struct sim_printk), .texts = { AT(printk, text) }, .text_count = 1, .passing = true,
		.spec = NO_EVENT, .fields = { BELOW(printk, level, 8) }, .field_count = 1 },
	[PACK_lmb_start] = { .size = sizeof(struct sim_lmb_start), .spec = NO_EVENT,
		.fields = { IS_BOOL(lmb_start, add) }, .field_count = 1 },
	[PACK_lmb] = { .size = sizeof(struct sim_lmb), .spec = NO_EVENT, .fields = { IS_BOOL(lmb, added) }, .field_count = 1 },
	[PACK_lmb_end] = { .size = sizeof(struct sim_lmb_end), .spec = NO_EVENT,
		.fields = { IS_BOOL(lmb_end, add) }, .field_count = 1 },
	[PACK_resize_start] = { .size = sizeof(struct sim_resize_start), .spec = NO_EVENT,
		.fields = { BELOW(resize_start, from_shift, SHIFT_END) }, .field_count = 1 },
	[PACK_resize] = { .size = sizeof(struct sim_resize), .texts = { AT(resize, why), AT(resize, prepare_rc),
		AT(resize, commit_rc), AT(resize, collided.region), AT(resize, occupant.region) }, .text_count = 5, .spec = NO_EVENT,
		.fields = { BELOW(resize, origin, ORIGIN_COUNT), BELOW(resize, from_shift, SHIFT_END) }, .field_count = 2 },
	[PACK_step] = { .size = sizeof(struct sim_step), .texts = { AT(step, what) }, .text_count = 1, .spec = NO_EVENT,
		.fields = { BELOW(step, phase, PHASE_COUNT) }, .field_count = 1 },
	[PACK_worker_start] = { .size = sizeof(struct sim_worker_start), .spec = NO_EVENT,
		.fields = { BELOW(worker_start, shift, SHIFT_END) }, .field_count = 1 },
	[PACK_worker_end] = { .size = sizeof(struct sim_worker_end), .texts = { AT(worker_end, rc) }, .text_count = 1,
		.spec = NO_EVENT, .fields = { IS_BOOL(worker_end, cancelled) }, .field_count = 1 },
	[PACK_gauge] = { .size = sizeof(struct sim_gauge), .spec = NO_EVENT,
		.fields = { BELOW(gauge, kind, GAUGE_COUNT) }, .field_count = 1 },
	[PACK_request_end] = { .size = sizeof(struct sim_request_end), .spec = NO_EVENT,
		.fields = { BELOW(request_end, kind, EVENT_KIND_COUNT) }, .field_count = 1 },
	[PACK_finding] = { .size = sizeof(struct sim_finding), .texts = { AT(finding, text) }, .text_count = 1, .passing = true,
		.spec = NO_EVENT, .fields = { BELOW(finding, kind, FINDING_COUNT) }, .field_count = 1 },
	[PACK_run_end] = { .size = sizeof(struct sim_run_end), .spec = NO_EVENT, .fields = {
		BELOW(run_end, hpt_shift_start, SHIFT_END), BELOW(run_end, hpt_shift_end, SHIFT_END) }, .field_count = 2 },
};

void pack_add(struct pack_bytes *b, const void *data, size_t size)
{
	if (b->size + size > b->room) {
		size_t room = 2 * (b->size + size) + 4096;
		unsigned char *bigger = realloc(b->data, room);

		if (!bigger) {
			b->no_memory = true;
			return;
		}
		b->data = bigger;
		b->room = room;
	}
	if (size)
		memcpy(b->data + b->size, data, size);
	b->size += size;
}

void pack_event(struct pack_bytes *b, enum pack_event which, const void *ev, const struct scenario *sc)
{
	const struct layout *l = &layouts[which];

	pack_add(b, ev, l->size);
	if (l->spec != NO_EVENT) {
		const struct event_spec *spec;
		uint64_t index;

		memcpy(&spec, (const char *)ev + l->spec, sizeof(spec));
		index = sc && spec ? (uint64_t)(spec - sc->events) : UINT64_MAX;
		pack_add(b, &index, sizeof(index));
	}
	for (unsigned i = 0; i < l->text_count; i++) {
		const char *text;
		uint32_t size;

		memcpy(&text, (const char *)ev + l->texts[i], sizeof(text));
		size = text ? (uint32_t)strlen(text) + 1 : NO_TEXT;
		pack_add(b, &size, sizeof(size));
		if (text)
			pack_add(b, text, size);
	}
}

/* Sinks keep pointers to names for as long as they like. NULL: no memory, or too many to be names. */
static const char *keep(const char *text)
{
	static char **kept;
	static size_t count;
	char **more;

	for (size_t i = 0; i < count; i++)
		if (strcmp(kept[i], text) == 0)
			return kept[i];
	if (count == KEPT_MAX)
		return NULL;
	more = realloc(kept, (count + 1) * sizeof(*more));
	if (!more)
		return NULL;
	kept = more;
	kept[count] = strdup(text);
	return kept[count] ? kept[count++] : NULL;
}

static bool is_below(const struct field *f, const union pack_any *ev)
{
	const unsigned char *at = (const unsigned char *)ev + f->offset;
	unsigned value = *at;

	if (f->size == sizeof(value))
		memcpy(&value, at, sizeof(value));
	return value < f->end;
}

static bool take_spec(const struct layout *l, char **at, const char *end, const struct scenario *sc, union pack_any *out)
{
	const struct event_spec *spec;
	uint64_t index;

	if ((size_t)(end - *at) < sizeof(index))
		return false;
	memcpy(&index, *at, sizeof(index));
	*at += sizeof(index);
	if (index != UINT64_MAX && (!sc || index >= sc->event_count))
		return false;
	spec = index == UINT64_MAX ? NULL : &sc->events[index];
	memcpy((char *)out + l->spec, &spec, sizeof(spec));
	return true;
}

static bool take_text(const struct layout *l, unsigned i, char **at, const char *end, union pack_any *out)
{
	const char *text = NULL;
	uint32_t size;

	if ((size_t)(end - *at) < sizeof(size))
		return false;
	memcpy(&size, *at, sizeof(size));
	*at += sizeof(size);
	if (size != NO_TEXT) {
		if (!size || size > (size_t)(end - *at) || (*at)[size - 1])
			return false;
		text = l->passing ? *at : keep(*at);
		*at += size;
		if (!text)
			return false;
	}
	memcpy((char *)out + l->texts[i], &text, sizeof(text));
	return true;
}

bool pack_take(enum pack_event which, void *data, size_t size, const struct scenario *sc, union pack_any *out)
{
	const struct layout *l = &layouts[which];
	char *at = data;
	const char *end = at + size;

	if (size < l->size)
		return false;
	memcpy(out, at, l->size);
	at += l->size;
	for (unsigned i = 0; i < l->field_count; i++)
		if (!is_below(&l->fields[i], out))
			return false;
	if (l->spec != NO_EVENT && !take_spec(l, &at, end, sc, out))
		return false;
	for (unsigned i = 0; i < l->text_count; i++)
		if (!take_text(l, i, &at, end, out))
			return false;
	return at == end;
}

void pack_tell(enum pack_event which, const union pack_any *ev, const struct sim_sink *sink)
{
	switch (which) {
#define PACK_TELL(event) \
	case PACK_##event: \
		if (sink->event) \
			sink->event(sink->ctx, &ev->event); \
		break;
	SIM_EVENTS(PACK_TELL)
#undef PACK_TELL
	case PACK_COUNT:
		break;
	}
}
