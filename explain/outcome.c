// SPDX-License-Identifier: GPL-2.0-or-later
/* The rule behind an answer of the hypervisor, with the numbers of this attempt. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "explain/explain.h"
#include "base/format.h"
#include "sim/hcall.h"
#include "sim/units.h"

#define COUNT(n)	format_count((char[FORMAT_MAX]){ 0 }, n)
#define BYTES(n)	format_bytes((char[FORMAT_MAX]){ 0 }, n)
#define NS(n)		format_ns((char[FORMAT_MAX]){ 0 }, n)

static uint64_t slots(unsigned shift)
{
	return UINT64_C(1) << (shift - HPTE_SHIFT);
}

static void say_success(const struct explain_report *r, const struct sim_resize *ev, FILE *out)
{
	fprintf(out, "  The table has order %" PRId64 " now: %s HPTEs scanned, %s bolted entries moved.\n", ev->to_shift,
		COUNT(ev->slots_scanned), COUNT(ev->hptes_moved));
	if (ev->to_shift > ev->from_shift)
		fprintf(out, "  A grow cannot collide: the new PTEG has the old one's number in its low bits.\n");
}

static void say_pteg_full(const struct explain_report *r, const struct sim_resize *ev, FILE *out)
{
	uint64_t all = slots(ev->from_shift), tenths = (ev->slots_scanned * 1000 + all / 2) / all;

	fprintf(out, "  COMMIT stopped at HPTE %s of %s (%" PRIu64 ".%" PRIu64 " %%): a bolted entry found its slot taken.\n"
		"  It had moved %s entries by then.\n", COUNT(ev->slots_scanned), COUNT(all), tenths / 10, tenths % 10,
		COUNT(ev->hptes_moved));
}

static void say_resource(const struct explain_report *r, const struct sim_resize *ev, FILE *out)
{
	fprintf(out, "  PREPARE refuses orders more than one above the hypervisor's own choice. For the %s of memory that\n"
		"  the machine has, that is %u: %" PRId64 " > %u + 1.\n", BYTES(ev->ram_bytes), r->facts->hv_limit_shift - 1,
		ev->to_shift, r->facts->hv_limit_shift - 1);
}

static void say_parameter(const struct explain_report *r, const struct sim_resize *ev, FILE *out)
{
	fprintf(out, "  An HPT has an order from %u to %u: %" PRId64 " is none.\n", HPT_SHIFT_MIN, HPT_SHIFT_MAX, ev->to_shift);
}

/* The scenario's fault of that kind that the @n-th passing of its place meets; any of that kind when @n is 0. */
static const struct fault_spec *find_fault(const struct scenario *sc, enum fault_kind kind, unsigned n)
{
	for (size_t i = 0; i < sc->fault_count; i++) {
		const struct fault_spec *f = &sc->faults[i];

		if (f->kind == kind && (!n || (n >= f->nth && (!f->times || n - f->nth < f->times))))
			return f;
	}
	return NULL;
}

/* "`prepare-no-mem: {nth: 2}`", as the scenario may have it. */
static void print_fault(const struct fault_spec *f, FILE *out)
{
	fprintf(out, "`%s: {nth: %" PRIu32, fault_kind_name(f->kind), f->nth);
	if (!f->times)
		fputs(", times: all", out);
	else if (f->times > 1)
		fprintf(out, ", times: %" PRIu32, f->times);
	fputs("}`", out);
}

static void say_kept(const struct explain_report *r, const struct explain_attempt *a, FILE *out)
{
	const struct fault_spec *f = find_fault(r->scenario, FAULT_PREPARE_NO_MEM, a->prepare.seq);

	fprintf(out, "  Nothing was allocated now. The table of attempt %u could not be", a->kept_from);
	if (f) {
		fputs(", as the scenario injected (", out);
		print_fault(f, out);
		fputc(')', out);
	}
	fprintf(out, ".\n  QEMU keeps such a table as pending, and PREPARE of the same order answers with what became of it,\n"
		"  until another order is asked for. That is what follows from it here.\n");
}

static void say_no_mem(const struct explain_report *r, const struct sim_resize *ev, FILE *out)
{
	const struct explain_attempt *a = &r->run->chosen;
	const struct fault_spec *f = find_fault(r->scenario, FAULT_PREPARE_NO_MEM, a->prepare.seq);
	unsigned limit = r->scenario->hypervisor.max_alloc_shift;
	bool kvm = r->scenario->hypervisor.kind == HV_KVM_HV;

	if (a->kept_from) {
		say_kept(r, a, out);
	} else {
		fprintf(out, "  The host could not allocate a table of %s%s", BYTES(UINT64_C(1) << ev->to_shift),
			kvm ? " and its reverse map of the same size" : "");
		if (limit && ev->to_shift > limit) {
			fprintf(out, ": the largest that it can has order %u.\n", limit);
		} else if (f) {
			fputs(":\n  the scenario's fault ", out);
			print_fault(f, out);
			fprintf(out, ", injected into this one, prepare %u of the run.\n", a->prepare.seq);
		} else {
			fputs(".\n", out);
		}
		if (r->scenario->hypervisor.kind == HV_QEMU_TCG)
			fprintf(out, "  What follows: QEMU keeps the table that it could not make as pending. Until another order is asked\n"
				"  for, PREPARE of order %" PRId64 " gets the same answer.\n", ev->to_shift);
	}
	fprintf(out, "  The guest takes it as any error but ENOSPC: nobody tries another order.\n");
}

static void say_hardware(const struct explain_report *r, const struct sim_resize *ev, FILE *out)
{
	const struct fault_spec *f = ev->commit_rc ? find_fault(r->scenario, FAULT_COMMIT_ERROR, r->run->chosen.commits) :
						     find_fault(r->scenario, FAULT_PREPARE_ERROR, 0);

	if (ev->commit_rc && ev->collided.region) {
		fprintf(out, "  COMMIT met a bolted entry in its secondary PTEG at HPTE %s: the hypervisor fails there.\n",
			COUNT(ev->slots_scanned));
		return;
	}
	fprintf(out, "  %s failed", ev->commit_rc ? "COMMIT" : "PREPARE");
	if (f) {
		fputs(", as the scenario injected by ", out);
		print_fault(f, out);
	}
	fprintf(out, "%s.\n  The guest takes it as an I/O error and does not try again. The next attempt starts with a table of\n"
		"  its own.\n", f ? "" : " in the state that the hypervisor was in");
}

static void say_closed(const struct explain_report *r, const struct sim_resize *ev, FILE *out)
{
	if (!ev->to_shift)
		fprintf(out, "  Order 0 cancels: PREPARE says H_SUCCESS, and then COMMIT finds nothing prepared.\n");
	else
		fprintf(out, "  COMMIT found no table of order %" PRId64 " prepared: another resize had replaced or taken it.\n",
			ev->to_shift);
}

static void say_busy(const struct explain_report *r, const struct sim_resize *ev, FILE *out)
{
	fprintf(out, "  COMMIT came before the table of order %" PRId64 " was ready: another resize had started it anew.\n",
		ev->to_shift);
}

static void say_authority(const struct explain_report *r, const struct sim_resize *ev, FILE *out)
{
	fprintf(out, "  The machine does not allow resizing (resize-hpt=disabled).\n");
}

static void say_not_available(const struct explain_report *r, const struct sim_resize *ev, FILE *out)
{
	fprintf(out, "  The guest has no HPT: it runs radix.\n");
}

/* The budget counts the sleep that was asked for, not the time it took. */
static void say_timeout(const struct explain_report *r, const struct sim_resize *ev, FILE *out)
{
	fprintf(out, "  PREPARE asked for more time %u times, 100 ms each. The guest gives up when that makes more than 10 s,\n"
		"  whatever the clock says, and cancels.\n", ev->prepare_busy_count);
}

/* What pseries_lpar_resize_hpt() returns. */
static const char *errno_text(int err)
{
	switch (err) {
	case 0:
		return "0";
	case -ENOSPC:
		return "-28 (ENOSPC)";
	case -EPERM:
		return "-1 (EPERM)";
	case -EINVAL:
		return "-22 (EINVAL)";
	case -ETIMEDOUT:
		return "-110 (ETIMEDOUT)";
	default:
		return "-5 (EIO)";
	}
}

void explain_print_outcome(const struct explain_report *r, FILE *out)
{
	static const struct {
		enum hcall_rc rc;
		void (*say)(const struct explain_report *r, const struct sim_resize *ev, FILE *out);
	} rules[] = {
		{ H_SUCCESS, say_success },
		{ H_PTEG_FULL, say_pteg_full },
		{ H_RESOURCE, say_resource },
		{ H_PARAMETER, say_parameter },
		{ H_NO_MEM, say_no_mem },
		{ H_HARDWARE, say_hardware },
		{ H_CLOSED, say_closed },
		{ H_BUSY, say_busy },
		{ H_AUTHORITY, say_authority },
		{ H_NOT_AVAILABLE, say_not_available },
	};
	const struct sim_resize *ev = &r->run->chosen.ev;

	fprintf(out, "Outcome: %s, %s\n", explain_rc(ev), errno_text(ev->err));
	fprintf(out, "  %s in PREPARE", NS(ev->prepare_ns));
	if (ev->commit_rc)
		fprintf(out, ", %s in COMMIT, where the whole guest stands still", NS(ev->commit_ns));
	fputs(".\n", out);
	if (ev->err == -ETIMEDOUT) {
		say_timeout(r, ev, out);
		return;
	}
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strcmp(hcall_rc_name(rules[i].rc), explain_rc(ev)) == 0)
			rules[i].say(r, ev, out);
}
