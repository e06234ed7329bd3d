/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_PLUGIN_KERNEL_NOTE_H
#define HPTSIM_PLUGIN_KERNEL_NOTE_H
#include "plugin/policy_so.h"
#include "sim/scenario.h"

/*
 * Note where the text is one kernel's, and what the simulator adds to it another's: guest.kernel of @sc.
 * @path: of the scenario. @note is told each, without a newline at the end.
 */
void policy_so_note(const struct policy_so_list *sos, const char *path, const struct scenario *sc,
		    void (*note)(void *ctx, const char *text), void *ctx);

#endif
