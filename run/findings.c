// SPDX-License-Identifier: GPL-2.0-or-later
#include "run/findings.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

#define ROOM_FIRST	16

/* Where the group of that kind and text is, or a free slot for it. */
static size_t *find_slot(const struct findings *f, enum sim_finding_kind kind, const char *text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ kind;	/* FNV-1a */
	size_t i;

	for (const char *s = text; *s; s++)
		hash = (hash ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
	for (i = hash & (f->slot_count - 1); f->slots[i]; i = (i + 1) & (f->slot_count - 1)) {
		const struct finding_group *group = &f->groups[f->slots[i] - 1];

		if (group->kind == kind && strcmp(group->text, text) == 0)
			break;
	}
	return &f->slots[i];
}

/* Half of the slots stay free. */
static bool grow_slots(struct findings *f)
{
	size_t *old = f->slots;

	if (2 * (f->group_count + 1) <= f->slot_count)
		return true;
	f->slots = calloc(f->slot_count ? 2 * f->slot_count : 2 * ROOM_FIRST, sizeof(*f->slots));
	if (!f->slots) {
		f->slots = old;
		return false;
	}
	f->slot_count = f->slot_count ? 2 * f->slot_count : 2 * ROOM_FIRST;
	for (size_t i = 0; i < f->group_count; i++)
		*find_slot(f, f->groups[i].kind, f->groups[i].text) = i + 1;
	free(old);
	return true;
}

static bool add_group(struct findings *f, const struct sim_finding *ev, size_t *slot)
{
	struct finding_group *groups = array_grow(f->groups, f->group_count, &f->group_room, sizeof(*groups));
	char *text;

	if (!groups)
		return false;
	f->groups = groups;
	text = strdup(ev->text);
	if (!text)
		return false;
	f->groups[f->group_count++] = (struct finding_group){ .kind = ev->kind, .text = text };
	*slot = f->group_count;
	return true;
}

bool findings_add(struct findings *f, const struct sim_finding *ev, bool keep)
{
	struct finding_entry *entries;
	size_t *slot;

	f->count++;
	if (!grow_slots(f))
		return false;
	slot = find_slot(f, ev->kind, ev->text);
	if (!*slot && !add_group(f, ev, slot))
		return false;
	f->groups[*slot - 1].count++;
	if (!keep)
		return true;
	entries = array_grow(f->entries, f->entry_count, &f->entry_room, sizeof(*entries));
	if (!entries)
		return false;
	f->entries = entries;
	f->entries[f->entry_count++] = (struct finding_entry){
		.group = *slot - 1, .at_ns = ev->at_ns, .request_seq = ev->request_seq,
	};
	return true;
}

void findings_free(struct findings *f)
{
	for (size_t i = 0; i < f->group_count; i++)
		free(f->groups[i].text);
	free(f->groups);
	free(f->slots);
	free(f->entries);
	*f = (struct findings){ 0 };
}
