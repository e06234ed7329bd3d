// SPDX-License-Identifier: GPL-2.0-or-later
#include "log/dmesg.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "sim/hcall.h"
#include "sim/units.h"

/* From the first line of the log to the end of boot. */
#define BOOT_NS		(1500 * NSEC_PER_MSEC)

/* Before, lpar.c told of a collision itself, and the caller of any failure. */
#define KERNEL_COLLISION_BY_CALLER	KERNEL_VERSION(5, 2)

static void vprint_at(const struct dmesg *d, int64_t log_ns, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

static void vprint_at(const struct dmesg *d, int64_t log_ns, const char *format, va_list args)
{
	fprintf(d->out, "[%5" PRId64 ".%06" PRId64 "] ", log_ns / NSEC_PER_SEC,
		log_ns % NSEC_PER_SEC / NSEC_PER_USEC);
	vfprintf(d->out, format, args);
	fputc('\n', d->out);
}

/* A line of the booting kernel. */
__attribute__((format(printf, 2, 3)))
static void boot_line(const struct dmesg *d, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprint_at(d, 0, format, args);
	va_end(args);
}

/* A line at a virtual time. */
__attribute__((format(printf, 3, 4)))
static void line(const struct dmesg *d, int64_t at_ns, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprint_at(d, at_ns - d->boot_at_ns + BOOT_NS, format, args);
	va_end(args);
}

static void on_boot(void *ctx, const struct sim_boot *ev)
{
	struct dmesg *d = ctx;
	uint64_t ptegs = UINT64_C(1) << (ev->hpt_shift - PTEG_SHIFT);

	d->boot_at_ns = ev->at_ns;
	d->kernel = ev->kernel;
	d->has_printk = ev->has_printk;
	boot_line(d, "Page orders: linear mapping = %u, virtual = %u, io = %u, vmemmap = %u",
		  ev->linear_shift, ev->virtual_shift, ev->virtual_shift, ev->vmemmap_shift);
	boot_line(d, "Using 1TB segments");
	boot_line(d, "hash-mmu: Initializing hash mmu with SLB");
	boot_line(d, "Linux version %u.%u.0 (hptsim) #1 SMP", ev->kernel / KERNEL_VERSION(1, 0),
		  ev->kernel % KERNEL_VERSION(1, 0));
	boot_line(d, "Hardware name: IBM pSeries (emulated by qemu)%s pSeries",
		  ev->hypervisor == HV_KVM_HV ? " hv:linux,kvm" : "");
	boot_line(d, "phys_mem_size     = 0x%" PRIx64, ev->memory_bytes);
	boot_line(d, "hash-mmu: ppc64_pft_size    = 0x%x", ev->hpt_shift);
	boot_line(d, "hash-mmu: htab_hash_mask    = 0x%" PRIx64, ptegs - 1);
	boot_line(d, "Memory: 0K/%" PRIu64 "K available (0K kernel code, 0K rwdata, 0K rodata, 0K init, "
		  "0K bss, 0K reserved, 0K cma-reserved)", ev->memory_bytes >> 10);
	boot_line(d, "smp: Brought up 1 node, %u CPU%s", ev->vcpu_count, ev->vcpu_count == 1 ? "" : "s");
}

/* What was written to /sys/kernel/dlpar, which the kernel repeats with its newline. */
static void refused(const struct dmesg *d, const struct sim_dlpar *ev)
{
	const char *action = ev->action == PSERIES_HP_ELOG_ACTION_ADD ? "add" : "remove";

	if (ev->by == LMB_BY_COUNT)
		line(d, ev->at_ns, "dlpar: Could not handle DLPAR request \"memory %s count %u", action, ev->count);
	else if (ev->by == LMB_BY_INDEX)
		line(d, ev->at_ns, "dlpar: Could not handle DLPAR request \"memory %s index 0x%x", action,
		     ev->drc_index);
	else
		line(d, ev->at_ns, "dlpar: Could not handle DLPAR request \"memory %s indexed-count %u 0x%x",
		     action, ev->count, ev->drc_index);
	line(d, ev->at_ns, "\"");
}

static void add_step(const struct dmesg *d, const struct sim_dlpar *ev)
{
	switch (ev->step) {
	case DLPAR_BEGIN:
		if (ev->by == LMB_BY_COUNT)
			line(d, ev->at_ns, "pseries-hotplug-mem: Attempting to hot-add %u LMB(s)", ev->count);
		else if (ev->by == LMB_BY_INDEX)
			line(d, ev->at_ns, "pseries-hotplug-mem: Attempting to hot-add LMB, drc index %x",
			     ev->drc_index);
		else
			line(d, ev->at_ns, "pseries-hotplug-mem: Attempting to hot-add %u LMB(s) at index %x",
			     ev->count, ev->drc_index);
		break;
	case DLPAR_ROLLBACK:
		if (ev->by == LMB_BY_COUNT)
			line(d, ev->at_ns, "pseries-hotplug-mem: Memory hot-add failed, removing any added LMBs");
		else if (ev->by == LMB_BY_INDEX)
			line(d, ev->at_ns, "pseries-hotplug-mem: Failed to hot-add memory, drc index %x",
			     ev->drc_index);
		else
			line(d, ev->at_ns,
			     "pseries-hotplug-mem: Memory indexed-count-add failed, removing any added LMBs");
		break;
	case DLPAR_LMB_DONE:
		/* by count: pr_debug() */
		if (ev->by != LMB_BY_COUNT)
			line(d, ev->at_ns, "pseries-hotplug-mem: Memory at %" PRIx64 " (drc index %x) was hot-added",
			     ev->lmb_base, ev->lmb_drc_index);
		break;
	case DLPAR_TOO_FEW:
	case DLPAR_END:
		break;
	}
}

/* By index: pr_debug() all of it. */
static void remove_step(const struct dmesg *d, const struct sim_dlpar *ev)
{
	if (ev->by == LMB_BY_INDEX)
		return;
	switch (ev->step) {
	case DLPAR_BEGIN:
		if (ev->by == LMB_BY_COUNT)
			line(d, ev->at_ns, "pseries-hotplug-mem: Attempting to hot-remove %u LMB(s)", ev->count);
		else
			line(d, ev->at_ns, "pseries-hotplug-mem: Attempting to hot-remove %u LMB(s) at %x",
			     ev->count, ev->drc_index);
		break;
	case DLPAR_TOO_FEW:
		line(d, ev->at_ns, "pseries-hotplug-mem: Not enough LMBs available (%" PRIu64
		     " of %u) to satisfy request", ev->lmbs_available, ev->count);
		break;
	case DLPAR_ROLLBACK:
		if (ev->by == LMB_BY_COUNT)
			line(d, ev->at_ns, "pseries-hotplug-mem: Memory hot-remove failed, adding LMB's back");
		else
			line(d, ev->at_ns,
			     "pseries-hotplug-mem: Memory indexed-count-remove failed, adding any removed LMBs");
		break;
	case DLPAR_LMB_DONE:
		if (ev->by == LMB_BY_COUNT)
			line(d, ev->at_ns, "pseries-hotplug-mem: Memory at %" PRIx64 " was hot-removed",
			     ev->lmb_base);
		else
			line(d, ev->at_ns, "pseries-hotplug-mem: Memory at %" PRIx64
			     " (drc index %x) was hot-removed", ev->lmb_base, ev->lmb_drc_index);
		break;
	case DLPAR_END:
		break;
	}
}

static void on_dlpar(void *ctx, const struct sim_dlpar *ev)
{
	const struct dmesg *d = ctx;

	if (d->has_printk)
		;
	else if (ev->action == PSERIES_HP_ELOG_ACTION_ADD)
		add_step(d, ev);
	else
		remove_step(d, ev);
	/* a hotplug event's failure is told to the hypervisor only */
	if (ev->step == DLPAR_END && ev->err && (ev->kind == EVENT_ADD || ev->kind == EVENT_REMOVE))
		refused(d, ev);
}

static void on_resize_start(void *ctx, const struct sim_resize_start *ev)
{
	const struct dmesg *d = ctx;

	if (!d->has_printk)
		line(d, ev->start_ns, "lpar: Attempting to resize HPT to shift %" PRIu64, (uint64_t)ev->to_shift);
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

static void prepare_failed(const struct dmesg *d, int64_t at_ns, const struct sim_resize *ev)
{
	switch (ev->err) {
	case -ETIMEDOUT:
		break;		/* only a cancel that fails is told */
	case -EINVAL:
		line(d, at_ns, "lpar: Invalid argument from H_RESIZE_HPT_PREPARE");
		break;
	case -EPERM:
		line(d, at_ns, "lpar: Operation not permitted from H_RESIZE_HPT_PREPARE");
		break;
	default:
		line(d, at_ns, "lpar: Unexpected error %d from H_RESIZE_HPT_PREPARE", rc_number(ev->prepare_rc));
	}
}

/* From v5.2 on the callers tell; section mapping that is added and debugfs do not. */
static void collided(const struct dmesg *d, int64_t at_ns, const struct sim_resize *ev)
{
	if (d->kernel < KERNEL_COLLISION_BY_CALLER)
		line(d, at_ns, "lpar: Hash collision while resizing HPT");
	else if (ev->origin == ORIGIN_REMOVE || ev->origin == ORIGIN_REQUEST)
		line(d, at_ns, "hash-mmu: Hash collision while resizing HPT");
}

static void on_resize(void *ctx, const struct sim_resize *ev)
{
	const struct dmesg *d = ctx;
	int64_t at_ns = ev->start_ns + ev->prepare_ns + ev->commit_ns;

	if (d->has_printk)
		return;
	if (!ev->commit_rc)
		prepare_failed(d, at_ns, ev);
	else if (!ev->err)
		line(d, at_ns, "lpar: HPT resize to shift %" PRIu64 " complete (%" PRId64 " ms / %" PRId64 " ms)", (uint64_t)ev->to_shift,
		     ev->prepare_ns / NSEC_PER_MSEC, ev->commit_ns / NSEC_PER_MSEC);
	else if (ev->err == -ENOSPC)
		collided(d, at_ns, ev);
	else
		line(d, at_ns, "lpar: Unexpected error %d from H_RESIZE_HPT_COMMIT", rc_number(ev->commit_rc));
	if (ev->err && ev->origin != ORIGIN_HPT_ORDER && d->kernel < KERNEL_COLLISION_BY_CALLER)
		line(d, at_ns, "Unable to resize hash page table to target order %" PRIu64 ": %d", (uint64_t)ev->to_shift, ev->err);
}

static void on_printk(void *ctx, const struct sim_printk *ev)
{
	line(ctx, ev->at_ns, "%s", ev->text);
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
