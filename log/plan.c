/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "log/plan.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "log/internal.h"
#include "base/text.h"

unsigned plan_ceil_log2(uint64_t value)
{
	unsigned shift = 0;

	while (shift < 63 && UINT64_C(1) << shift < value)
		shift++;
	return shift;
}

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

bool plan_push_fault(struct plan *plan, enum fault_kind kind, uint32_t drc, uint32_t nth)
{
	if (!klog_grow(&plan->faults, plan->fault_count, sizeof(*plan->faults)))
		return false;
	plan->faults[plan->fault_count++] = (struct plan_fault){ kind, drc, nth, 1 };
	return true;
}

bool plan_fault_goes_on(struct plan_fault *fault, uint32_t nth)
{
	if (nth != fault->nth + fault->times)
		return false;
	fault->times++;
	return true;
}

bool plan_add_fault(struct plan *plan, enum fault_kind kind, uint32_t drc, uint32_t nth)
{
	for (size_t i = plan->fault_count; i-- > 0; ) {
		struct plan_fault *f = &plan->faults[i];

		if (f->kind != kind || f->drc != drc)
			continue;
		if (plan_fault_goes_on(f, nth))
			return true;
		break;
	}
	return plan_push_fault(plan, kind, drc, nth);
}

void plan_free(struct plan *plan)
{
	free(plan->events);
	free(plan->faults);
	free(plan->hung);
	free(plan->boot_dimms);
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
	if (ev->at_ns)
		fprintf(out, "{at: %" PRId64 "ns, ", ev->at_ns);
	switch (ev->kind) {
	case PLAN_PLUG:
		fprintf(out, "plug: {id: d%u, size: %s", ev->dimm, text_from_bytes(ev->count * plan->lmb_bytes, bytes));
		if (ev->first)
			fprintf(out, ", address: 0x%" PRIx64, ev->first * plan->lmb_bytes);
		fputs(ev->notify ? "}" : ", notify: false}", out);
		break;
	case PLAN_DRIVER_ADD:
		fprintf(out, "driver_add: {id: m%u, size: %s}", ev->dimm,
			text_from_bytes(ev->count * plan->lmb_bytes, bytes));
		break;
	case PLAN_DRIVER_REMOVE:
		fprintf(out, "driver_remove: {id: m%u}", ev->dimm);
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
		fprintf(out, "hpt_order: %d", ev->shift);
		break;
	}
	if (ev->at_ns)
		fputc('}', out);
	if (ev->why)
		fprintf(out, "\t# %s", ev->why);
	fputc('\n', out);
}

static void write_boot_dimms(const struct plan *plan, FILE *out)
{
	uint64_t gap = plan->first_lmb;
	char bytes[TEXT_BYTES_MAX];

	for (size_t i = 0; i < plan->boot_dimm_count; i++) {
		const struct plan_dimm *dimm = &plan->boot_dimms[i];

		fprintf(out, "%s{id: d%zu, size: %s", i ? ", " : "  dimms: [", i,
			text_from_bytes(dimm->count * plan->lmb_bytes, bytes));
		if (dimm->first != gap)
			fprintf(out, ", address: 0x%" PRIx64, dimm->first * plan->lmb_bytes);
		else
			gap = dimm->first + dimm->count;
		fputc('}', out);
	}
	if (plan->boot_dimm_count)
		fputs("]\n", out);
}

static void write_faults(const struct plan *plan, FILE *out)
{
	if (plan->fault_count)
		fputs("faults:\n", out);
	for (size_t i = 0; i < plan->fault_count; i++) {
		const struct plan_fault *f = &plan->faults[i];

		fprintf(out, "  - %s: {", fault_kind_name(f->kind));
		if (f->drc)
			fprintf(out, "drc: 0x%" PRIx32 ", ", f->drc);
		fprintf(out, "nth: %" PRIu32 ", times: %" PRIu32 "}\n", f->nth, f->times);
	}
}

/* What most guests have as the kernel chooses it. */
static void write_pages(const struct plan *plan, FILE *out)
{
	char bytes[TEXT_BYTES_MAX];

	if (plan->linear_shift)
		fprintf(out, "  linear_page_size: %s\n", text_from_bytes(UINT64_C(1) << plan->linear_shift, bytes));
	if (plan->vmemmap_shift)
		fprintf(out, "  vmemmap_page_size: %s\n", text_from_bytes(UINT64_C(1) << plan->vmemmap_shift, bytes));
	if (plan->small_segments)
		fputs("  segment_size: 256MiB\n", out);
	if (plan->debug_pagealloc)
		fputs("  debug_pagealloc: true\n", out);
	if (plan->kfence)
		fputs("  kfence: true\n", out);
}

void plan_write(const struct plan *plan, const char *name, const char *about, const char *policy, FILE *out)
{
	char bytes[TEXT_BYTES_MAX];
	size_t written = 0;

	fputs("# SPDX-License-Identifier: GPL-2.0-or-later\n", out);
	if (about)
		fprintf(out, "# %s\n", about);
	fprintf(out, "name: %s\nguest:\n", name);
	fprintf(out, "  memory: %s\n", text_from_bytes(plan->memory_bytes, bytes));
	write_boot_dimms(plan, out);
	fprintf(out, "  max_memory: %s\n", text_from_bytes(plan->max_memory_bytes, bytes));
	fprintf(out, "  lmb_size: %s\n", text_from_bytes(plan->lmb_bytes, bytes));
	fprintf(out, "  page_size: %s\n", plan->page_shift == 12 ? "4KiB" : "64KiB");
	write_pages(plan, out);
	fprintf(out, "  kernel: \"%u.%u\"\n", plan->kernel_major, plan->kernel_minor);
	fprintf(out, "  vcpus: %u\n", plan->vcpu_count);
	fputs("hypervisor:\n", out);
	fprintf(out, "  kind: %s\n", plan->powervm ? "powervm" : plan->kvm ? "kvm-hv" : "qemu-tcg");
	fprintf(out, "  max_hpt_page_size: %s\n", plan->max_page_shift > 16 ? "16MiB" : "64KiB");
	if (plan->powervm && plan->real_mode_bytes != REAL_MODE_AREA_USUAL)
		fprintf(out, "  real_mode_area: %s\n", text_from_bytes(plan->real_mode_bytes, bytes));
	if (!plan->powervm)
		fprintf(out, "  resize_hpt: %s\n", plan->disabled ? "disabled" : "enabled");
	if (plan->hpt_shift)
		fprintf(out, "  hpt_shift: %u\n", plan->hpt_shift);
	if (plan->max_alloc_shift)
		fprintf(out, "  max_alloc_shift: %u\n", plan->max_alloc_shift);
	if (plan->prepare_ps_byte)
		fprintf(out, "cost_overrides: {prepare_clear_ps_byte: %" PRIu64 "}\t# its largest tables were ready in time\n",
			plan->prepare_ps_byte);
	fprintf(out, "policies: [%s]\nevents:\n", policy);
	for (size_t i = 0; i < plan->event_count; i++) {
		const struct plan_event *ev = &plan->events[i];

		/* of one that has no time yet nobody could say when it happens */
		if (ev->aside && !ev->at_ns)
			continue;
		write_event(plan, ev, out);
		written++;
	}
	if (!written)
		fputs("  - wait: 1s\n", out);
	write_faults(plan, out);
}
