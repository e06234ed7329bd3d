/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_LOG_UNFIT_H
#define HPTSIM_LOG_UNFIT_H
/*
 * Logs of machines that have no HPT to resize, or that something happened to which the model
 * does not have. What the log shows decides; a kernel's version only where nothing else does.
 */
#include <stdbool.h>
#include <stddef.h>

#include "log/klog.h"

/* X(id, with a scenario, too?, what to do) */
#define LOG_UNFITS(X) \
	X(RADIX,     true,  "boot it with 'disable_radix' on its kernel command line, or QEMU with -machine max-cpu-compat=power8") \
	X(POWERNV,   true,  "take the log of a guest of it: 'dmesg' in there, or its console") \
	X(NO_RESIZE, false, "take the log of a guest whose kernel is 4.11 or later, or has the backport") \
	X(MOVED,     false, "take a log from before that, or of another boot (--boot)")

enum log_unfit {
	LOG_FITS,
#define LOG_UNFIT_ENUM(id, always, hint) LOG_##id,
	LOG_UNFITS(LOG_UNFIT_ENUM)
#undef LOG_UNFIT_ENUM
};

#define LOG_UNFIT_MAX	200

struct log_unfit_reason {
	enum log_unfit unfit;
	bool always;		/* also when a scenario says what the guest is like */
	size_t line;		/* that shows it */
	char what[LOG_UNFIT_MAX];
	const char *hint;	/* what the user can do */
};

/* Why that boot cannot be compared; unfit LOG_FITS: it can. */
struct log_unfit_reason log_unfit(const struct klog *log, const struct klog_boot *boot);

#endif
