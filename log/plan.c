/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "log/plan.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "log/internal.h"
#include "base/text.h"

bool plan_insert(struct plan *plan, size_t where, struct plan_event event)
{
	if (plan->event_count == plan->event_room) {
		size_t room = plan->event_room ? 2 * plan->event_room : 16;
		struct plan_event *events = realloc(plan->events, room * sizeof(*events));

		if (!events)
			return false;
		plan->events = events;
		plan->event_room = room;
	}
	memmove(plan->events + where + 1, plan->events + where,
		(plan->event_count - where) * sizeof(*plan->events));
	plan->events[where] = event;
	plan->event_count++;
	return true;
}

void plan_delete(struct plan *plan, size_t where)
{
	plan->event_count--;
	memmove(plan->events + where, plan->events + where + 1,
		(plan->event_count - where) * sizeof(*plan->events));
}

void plan_free(struct plan *plan)
{
	free(plan->events);
	*plan = (struct plan){ 0 };
}

static void write_dlpar(const struct plan_event *ev, const char *key, FILE *out)
{
	switch (ev->by) {
	case KLOG_BY_INDEX:
		fprintf(out, "%s: {by: index, drc: 0x%" PRIx32 "}", key, ev->drc);
		break;
	case KLOG_BY_INDEXED_COUNT:
		fprintf(out, "%s: {by: indexed-count, count: %" PRIu32 ", drc: 0x%" PRIx32 "}", key, ev->count,
			ev->drc);
		break;
	default:
		fprintf(out, "%s: {by: count, count: %" PRIu32 "}", key, ev->count);
	}
}

static void write_event(const struct plan *plan, const struct plan_event *ev, FILE *out)
{
	char bytes[TEXT_BYTES_MAX];

	fputs("  - ", out);
	switch (ev->kind) {
	case PLAN_PLUG:
		fprintf(out, "plug: {id: d%u, size: %s%s}", ev->dimm,
			text_from_bytes(ev->count * plan->lmb_bytes, bytes), ev->notify ? "" : ", notify: false");
		break;
	case PLAN_UNPLUG:
		fprintf(out, "unplug: {id: d%u}", ev->dimm);
		break;
	case PLAN_ADD:
		write_dlpar(ev, "add", out);
		break;
	case PLAN_REMOVE:
		write_dlpar(ev, "remove", out);
		break;
	case PLAN_HPT_ORDER:
		fprintf(out, "hpt_order: %u", ev->shift);
		break;
	}
	if (ev->why)
		fprintf(out, "\t# %s", ev->why);
	fputc('\n', out);
}

void plan_write(const struct plan *plan, const char *name, const char *about, const char *policy, FILE *out)
{
	char bytes[TEXT_BYTES_MAX];

	fputs("# SPDX-License-Identifier: GPL-2.0-or-later\n", out);
	if (about)
		fprintf(out, "# %s\n", about);
	fprintf(out, "name: %s\nguest:\n", name);
	fprintf(out, "  memory: %s\n", text_from_bytes(plan->memory_bytes, bytes));
	if (plan->boot_dimm.count)
		fprintf(out, "  dimms: [{id: d0, size: %s}]\n",
			text_from_bytes(plan->boot_dimm.count * plan->lmb_bytes, bytes));
	fprintf(out, "  max_memory: %s\n", text_from_bytes(plan->max_memory_bytes, bytes));
	fprintf(out, "  lmb_size: %s\n", text_from_bytes(plan->lmb_bytes, bytes));
	fprintf(out, "  page_size: %s\n", plan->page_shift == 12 ? "4KiB" : "64KiB");
	fprintf(out, "  kernel: \"%u.%u\"\n", plan->kernel_major, plan->kernel_minor);
	fprintf(out, "  vcpus: %u\n", plan->vcpu_count);
	fputs("hypervisor:\n", out);
	fprintf(out, "  kind: %s\n", plan->kvm ? "kvm-hv" : "qemu-tcg");
	fprintf(out, "  max_hpt_page_size: %s\n", plan->max_page_shift > 16 ? "16MiB" : "64KiB");
	fprintf(out, "  resize_hpt: %s\n", plan->disabled ? "disabled" : "enabled");
	if (plan->hpt_shift)
		fprintf(out, "  hpt_shift: %u\n", plan->hpt_shift);
	if (plan->max_alloc_shift)
		fprintf(out, "  max_alloc_shift: %u\n", plan->max_alloc_shift);
	fprintf(out, "policies: [%s]\nevents:\n", policy);
	for (size_t i = 0; i < plan->event_count; i++)
		write_event(plan, &plan->events[i], out);
	if (!plan->event_count)
		fputs("  - wait: 1s\n", out);
}
