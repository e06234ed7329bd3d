// SPDX-License-Identifier: GPL-2.0-or-later
#include "log/dmesg.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "log/form.h"
#include "sim/hcall.h"
#include "sim/kernel_changes.h"
#include "sim/units.h"

#define FW_FEATURE_HPT_RESIZE	UINT64_C(0x01000000)
#define SEGMENT_SHIFT_1T	40

static void stamp(const struct dmesg *d, int64_t log_ns)
{
	fprintf(d->out, "[%5" PRId64 ".%06" PRId64 "] ", log_ns / NSEC_PER_SEC,
		log_ns % NSEC_PER_SEC / NSEC_PER_USEC);
}

/* A line as this kernel has it, or nothing if it has none; @rest: what no reader needs. */
static void print(const struct dmesg *d, int64_t log_ns, enum form_id id, unsigned by, const struct form_values *values,
		  const char *rest)
{
	const struct line_form *form = form_of(id, d->kernel, by);

	if (!form)
		return;
	stamp(d, log_ns);
	form_write(form, values, d->out);
	fputs(rest, d->out);
	fputc('\n', d->out);
}

/* A line of the booting kernel. */
static void boot_line(const struct dmesg *d, enum form_id id, const struct form_values *values, const char *rest)
{
	print(d, 0, id, 0, values, rest);
}

/* A line at a virtual time. */
static void line(const struct dmesg *d, int64_t at_ns, enum form_id id, const struct form_values *values)
{
	print(d, at_ns - d->boot_at_ns + DMESG_BOOT_NS, id, 0, values, "");
}

/* Page sizes of a segment and what they are encoded as: POWER8's, which QEMU offers. */
static void page_sizes(const struct dmesg *d, const struct sim_boot *ev)
{
	static const struct { unsigned base, actual; const char *rest; } sizes[] = {
		{ 12, 12, "0x0000, avpnm=0x00000000, tlbiel=1, penc=0" },
		{ 12, 24, "0x0000, avpnm=0x00000000, tlbiel=1, penc=56" },
		{ 16, 16, "0x0110, avpnm=0x00000000, tlbiel=1, penc=1" },
		{ 16, 24, "0x0110, avpnm=0x00000000, tlbiel=1, penc=8" },
		{ 24, 24, "0x0100, avpnm=0x00000001, tlbiel=0, penc=0" },
	};

	boot_line(d, FORM_PAGE_SIZES_FROM, NULL, "");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (sizes[i].actual <= ev->max_page_shift)
			boot_line(d, FORM_PAGE_SIZES, &(struct form_values){ .of = {
				[FIELD_BASE_SHIFT] = sizes[i].base, [FIELD_SHIFT] = sizes[i].actual } }, sizes[i].rest);
}

/* What a hypervisor offers, as kernels found it. */
static uint64_t firmware_features(const struct sim_boot *ev)
{
	static const struct { unsigned since; uint64_t features; } qemu[] = {
		{ KERNEL_VERSION(6, 1), 0xa85445a445f }, { KERNEL_VERSION(5, 10), 0x285445a445f }, { 0, 0x85445a445f },
	};
	size_t i = 0;

	if (ev->hypervisor == HV_POWERVM)
		return 0x97c45bfc57;
	while (ev->kernel < qemu[i].since)
		i++;
	return qemu[i].features | (ev->can_resize ? FW_FEATURE_HPT_RESIZE : 0);
}

static const char *const hardware[] = {
	[HV_QEMU_TCG] = "IBM pSeries (emulated by qemu) pSeries",
	[HV_KVM_HV] = "IBM pSeries (emulated by qemu) hv:linux,kvm pSeries",
	[HV_POWERVM] = "IBM,9009-42A POWER9 (architected) 0x4e0202 0xf000005 of:IBM,FW950 hv:phyp pSeries",
};

static void on_boot(void *ctx, const struct sim_boot *ev)
{
	struct dmesg *d = ctx;
	const struct form_values values = { .of = {
		[FIELD_MAJOR] = ev->kernel / KERNEL_VERSION(1, 0), [FIELD_MINOR] = ev->kernel % KERNEL_VERSION(1, 0),
		[FIELD_LINEAR] = ev->linear_shift, [FIELD_VIRTUAL] = ev->virtual_shift, [FIELD_IO] = ev->virtual_shift,
		[FIELD_VMEMMAP] = ev->vmemmap_shift, [FIELD_HEX16] = firmware_features(ev), [FIELD_KIB] = ev->memory_bytes >> 10,
		[FIELD_NODE] = 1, [FIELD_CPUS] = ev->vcpu_count,
	} };
	struct form_values hex = { .of = { [FIELD_HEX] = ev->memory_bytes } };

	d->boot_at_ns = ev->at_ns;
	d->kernel = ev->kernel;
	d->lmb_bytes = ev->lmb_bytes;
	d->has_printk = ev->has_printk;
	page_sizes(d, ev);
	boot_line(d, FORM_PAGE_ORDERS, &values, "");
	if (ev->segment_shift == SEGMENT_SHIFT_1T)
		boot_line(d, FORM_SEGMENTS_1T, NULL, "");
	if (ev->kfence_disabled)
		boot_line(d, FORM_NO_KFENCE, NULL, "");
	boot_line(d, FORM_HASH_MMU, NULL, "");
	boot_line(d, FORM_VERSION, &values, ".0 (hptsim) #1 SMP");
	boot_line(d, FORM_MACHINE, NULL, "");
	boot_line(d, FORM_HARDWARE, NULL, hardware[ev->hypervisor]);
	boot_line(d, FORM_PHYS_MEM, &hex, "");
	boot_line(d, FORM_FW_FEATURES, &values, "");
	hex.of[FIELD_HEX] = ev->hpt_shift;
	boot_line(d, FORM_PFT_SIZE, &hex, "");
	hex.of[FIELD_HEX] = (UINT64_C(1) << (ev->hpt_shift - PTEG_SHIFT)) - 1;
	boot_line(d, FORM_HASH_MASK, &hex, "");
	boot_line(d, FORM_MEMORY, &values, " (0K kernel code, 0K rwdata, 0K rodata, 0K init, 0K bss, 0K reserved, "
		  "0K cma-reserved)");
	boot_line(d, FORM_CPU, &values, ev->vcpu_count == 1 ? "" : "s");
}

/* What the steps of a request log. */
struct step_forms {
	enum form_id begin, undone, done, refused;
};

static const struct step_forms add_forms[] = {
	[LMB_BY_COUNT] = { FORM_ADD_COUNT, FORM_ADD_COUNT_UNDONE, FORM_ADDED, FORM_REFUSED_ADD_COUNT },
	[LMB_BY_INDEX] = { FORM_ADD_INDEX, FORM_ADD_FAILED, FORM_ADDED, FORM_REFUSED_ADD_INDEX },
	[LMB_BY_INDEXED_COUNT] = { FORM_ADD_INDEXED, FORM_ADD_INDEXED_UNDONE, FORM_ADDED, FORM_REFUSED_ADD_INDEXED },
};

static const struct step_forms remove_forms[] = {
	[LMB_BY_COUNT] = { FORM_REMOVE_COUNT, FORM_REMOVE_COUNT_UNDONE, FORM_REMOVED, FORM_REFUSED_REMOVE_COUNT },
	[LMB_BY_INDEX] = { FORM_REMOVE_INDEX, FORM_REMOVE_FAILED, FORM_REMOVED, FORM_REFUSED_REMOVE_INDEX },
	[LMB_BY_INDEXED_COUNT] = { FORM_REMOVE_INDEXED, FORM_REMOVE_INDEXED_UNDONE, FORM_REMOVED_DRC,
				   FORM_REFUSED_REMOVE_INDEXED },
};

static void on_dlpar(void *ctx, const struct sim_dlpar *ev)
{
	static const unsigned bys[] = {
		[LMB_BY_COUNT] = FORM_BY_COUNT, [LMB_BY_INDEX] = FORM_BY_INDEX, [LMB_BY_INDEXED_COUNT] = FORM_BY_INDEXED,
	};
	const struct dmesg *d = ctx;
	bool add = ev->action == PSERIES_HP_ELOG_ACTION_ADD;
	const struct step_forms *forms = add ? &add_forms[ev->by] : &remove_forms[ev->by];
	int64_t log_ns = ev->at_ns - d->boot_at_ns + DMESG_BOOT_NS;
	struct form_values values = { .of = {
		[FIELD_COUNT] = ev->count, [FIELD_DRC] = ev->drc_index, [FIELD_HAVE] = ev->lmbs_available, [FIELD_WANT] = ev->count,
		[FIELD_BASE] = (ev->drc_index & 0x7fffffffu) * d->lmb_bytes,
	} };
	enum form_id id = FORM_OTHER;

	switch (ev->step) {
	case DLPAR_BEGIN:
		id = forms->begin;
		break;
	case DLPAR_TOO_FEW:
		/* an add says nothing */
		if (!add)
			id = FORM_NOT_ENOUGH;
		break;
	case DLPAR_ROLLBACK:
		id = forms->undone;
		break;
	case DLPAR_LMB_DONE:
		id = forms->done;
		values.of[FIELD_DRC] = ev->lmb_drc_index;
		values.of[FIELD_BASE] = ev->lmb_base;
		break;
	case DLPAR_END:
		break;
	}
	if (id && !d->has_printk)
		print(d, log_ns, id, bys[ev->by], &values, "");
	/* a hotplug event's failure is told to the hypervisor only; the newline is the user's */
	if (ev->step == DLPAR_END && ev->err && (ev->kind == EVENT_ADD || ev->kind == EVENT_REMOVE)) {
		print(d, log_ns, forms->refused, bys[ev->by], &values, "");
		stamp(d, log_ns);
		fputs("\"\n", d->out);
	}
}

static void on_resize_start(void *ctx, const struct sim_resize_start *ev)
{
	const struct dmesg *d = ctx;

	if (!d->has_printk)
		line(d, ev->start_ns, FORM_RESIZE_BEGIN, &(struct form_values){ .of = { [FIELD_SHIFT] = (uint64_t)ev->to_shift } });
}

static int rc_number(const char *name)
{
	static const struct { const char *name; int value; } rcs[] = {
#define DMESG_RC(rc, value) { #rc, value },
		HCALL_RCS(DMESG_RC)
#undef DMESG_RC
	};

	for (size_t i = 0; i < sizeof(rcs) / sizeof(rcs[0]); i++)
		if (strcmp(rcs[i].name, name) == 0)
			return rcs[i].value;
	return 0;
}

static enum form_id prepare_failed(const struct sim_resize *ev)
{
	switch (ev->err) {
	case -ETIMEDOUT:
		return FORM_OTHER;	/* only a cancel that fails is told */
	case -EINVAL:
		return FORM_EINVAL;
	case -EPERM:
		return FORM_EPERM;
	default:
		return FORM_EIO_PREPARE;
	}
}

/* From v5.2 on the callers tell of a collision; section mapping that is added and debugfs do not. */
static enum form_id commit_failed(const struct dmesg *d, const struct sim_resize *ev)
{
	if (ev->err != -ENOSPC)
		return FORM_EIO_COMMIT;
	return !kernel_has(d->kernel, KERNEL_COLLISION_BY_CALLER) || ev->origin == ORIGIN_REMOVE || ev->origin == ORIGIN_REQUEST ?
	       FORM_COLLISION : FORM_OTHER;
}

static void on_resize(void *ctx, const struct sim_resize *ev)
{
	const struct dmesg *d = ctx;
	int64_t at_ns = ev->start_ns + ev->prepare_ns + ev->commit_ns;
	struct form_values values = { .of = {
		[FIELD_SHIFT] = (uint64_t)ev->to_shift, [FIELD_PREPARE] = (uint64_t)(ev->prepare_ns / NSEC_PER_MSEC),
		[FIELD_COMMIT] = (uint64_t)(ev->commit_ns / NSEC_PER_MSEC),
		[FIELD_RC] = (uint64_t)(int64_t)rc_number(ev->commit_rc ? ev->commit_rc : ev->prepare_rc),
	} };
	enum form_id id = !ev->commit_rc ? prepare_failed(ev) : ev->err ? commit_failed(d, ev) : FORM_RESIZE_DONE;

	if (d->has_printk)
		return;
	if (id)
		line(d, at_ns, id, &values);
	values.of[FIELD_RC] = (uint64_t)(int64_t)ev->err;
	if (ev->err && ev->origin != ORIGIN_HPT_ORDER)
		line(d, at_ns, FORM_UNABLE, &values);	/* before v5.2 */
}

static void on_printk(void *ctx, const struct sim_printk *ev)
{
	const struct dmesg *d = ctx;

	stamp(d, ev->at_ns - d->boot_at_ns + DMESG_BOOT_NS);
	fprintf(d->out, "%s\n", ev->text);
}

struct sim_sink dmesg_sink(struct dmesg *d, FILE *out)
{
	*d = (struct dmesg){ .out = out };
	return (struct sim_sink){
		.ctx = d,
		.boot = on_boot,
		.dlpar = on_dlpar,
		.printk = on_printk,
		.resize_start = on_resize_start,
		.resize = on_resize,
	};
}
