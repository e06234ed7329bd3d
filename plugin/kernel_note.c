// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin/kernel_note.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "sim/kernel_changes.h"

/* Is the simulator's part the same for both? */
static bool is_same_kernel(unsigned a, unsigned b)
{
	for (size_t i = 0; i < KERNEL_CHANGE_COUNT; i++)
		if ((a >= kernel_change_info[i].since) != (b >= kernel_change_info[i].since))
			return false;
	return true;
}

void policy_so_note(const struct policy_so_list *sos, const char *path, const struct scenario *sc,
		    void (*note)(void *ctx, const char *text), void *ctx)
{
	for (size_t i = 0; i < sos->count; i++) {
		const char *version = policy_so_version(sos->sos[i]);
		unsigned major, minor;
		char *text;

		if (sscanf(version, "%u.%u", &major, &minor) != 2 || is_same_kernel(KERNEL_VERSION(major, minor), sc->guest.kernel))
			continue;
		text = text_format("%s: %s is the text of Linux %s, and guest.kernel is %u.%u, which differs ('hptsim list kernels'): "
				   "--set guest.kernel=%u.%u has both the same", path, policy_so_policy(sos->sos[i])->name, version,
				   sc->guest.kernel / KERNEL_VERSION(1, 0), sc->guest.kernel % KERNEL_VERSION(1, 0), major, minor);
		if (text)
			note(ctx, text);
		free(text);
	}
}
