/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "log/unfit.h"

#include <inttypes.h>

#include "base/units.h"
#include "sim/units.h"

#define FW_FEATURE_HPT_RESIZE	UINT64_C(0x01000000)
#define KERNEL_RESIZES		KERNEL_VERSION(4, 11)

/* The first record of a kind in a boot, NULL: none. */
static const struct klog_record *first_of(const struct klog *log, const struct klog_boot *boot, enum klog_kind kind)
{
	for (size_t i = 0; i < boot->record_count; i++)
		if (log->records[boot->first_record + i].kind == kind)
			return &log->records[boot->first_record + i];
	return NULL;
}

/* Radix kernels printed the size of a table that they do not have: 0. */
static const struct klog_record *radix(const struct klog *log, const struct klog_boot *boot)
{
	const struct klog_record *size = first_of(log, boot, KLOG_PFT_SIZE);

	if ((size && size->u.value) || first_of(log, boot, KLOG_SEGMENTS_1T) || first_of(log, boot, KLOG_HASH_MMU) ||
	    first_of(log, boot, KLOG_HASH_PAGES) || first_of(log, boot, KLOG_RESIZE_BEGIN))
		return NULL;
	return first_of(log, boot, KLOG_RADIX);
}

static const struct klog_record *powernv(const struct klog *log, const struct klog_boot *boot)
{
	const struct klog_record *r = first_of(log, boot, KLOG_HARDWARE);

	return r && r->u.hardware.powernv ? r : first_of(log, boot, KLOG_POWERNV);
}

/* Old, and nothing in its log shows that a vendor has made it able to. */
static const struct klog_record *too_old(const struct klog *log, const struct klog_boot *boot)
{
	const struct klog_record *version = first_of(log, boot, KLOG_VERSION), *fw = first_of(log, boot, KLOG_FW_FEATURES);

	if (!version || KERNEL_VERSION(version->u.version.major, version->u.version.minor) >= KERNEL_RESIZES ||
	    boot->attempt_count || (fw && (fw->u.value & FW_FEATURE_HPT_RESIZE)))
		return NULL;
	return version;
}

static void tell(struct log_unfit_reason *reason, enum log_unfit unfit, const struct klog_record *r)
{
	static const struct { const char *hint; bool always; } infos[] = {
#define LOG_UNFIT_INFO(id, always, hint) [LOG_##id] = { hint, always },
		LOG_UNFITS(LOG_UNFIT_INFO)
#undef LOG_UNFIT_INFO
	};

	reason->unfit = unfit;
	reason->line = r->line;
	reason->hint = infos[unfit].hint;
	reason->always = infos[unfit].always;
	switch (unfit) {
	case LOG_RADIX:
		snprintf(reason->what, sizeof(reason->what), "a radix guest, it has no HPT");
		break;
	case LOG_POWERNV:
		snprintf(reason->what, sizeof(reason->what), "a PowerNV host: no hypervisor is above it that would resize its HPT");
		break;
	case LOG_NO_RESIZE:
		snprintf(reason->what, sizeof(reason->what), "kernel %u.%u cannot resize its HPT: that came with 4.11, and nothing in "
			 "the log shows a backport", r->u.version.major, r->u.version.minor);
		break;
	case LOG_MOVED:
		snprintf(reason->what, sizeof(reason->what), "LMB %" PRIx32 " was taken out and added again because the partition or its "
			 "memory moved: that is not simulated", r->u.request.drc);
		break;
	case LOG_FITS:
		break;
	}
}

struct log_unfit_reason log_unfit(const struct klog *log, const struct klog_boot *boot)
{
	static const struct {
		enum log_unfit unfit;
		const struct klog_record *(*find)(const struct klog *log, const struct klog_boot *boot);
	} tests[] = {
		{ LOG_RADIX, radix }, { LOG_POWERNV, powernv }, { LOG_NO_RESIZE, too_old },
	};
	struct log_unfit_reason reason = { .unfit = LOG_FITS };
	const struct klog_record *r;

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]) && !reason.unfit; i++) {
		r = tests[i].find(log, boot);
		if (r)
			tell(&reason, tests[i].unfit, r);
	}
	r = first_of(log, boot, KLOG_UPDATE);
	if (!reason.unfit && r)
		tell(&reason, LOG_MOVED, r);
	return reason;
}
