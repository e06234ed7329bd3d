/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/kernel_changes.h"

const struct kernel_change_info kernel_change_info[KERNEL_CHANGE_COUNT] = {
#define KERNEL_CHANGE_ROW(id, major, minor, text, step, mail, shown) \
	[KERNEL_##id] = { \
		.since = KERNEL_VERSION(major, minor), .what = text, .touches = step, .source = mail, .recording = shown, \
	},
	KERNEL_CHANGES(KERNEL_CHANGE_ROW)
#undef KERNEL_CHANGE_ROW
};
