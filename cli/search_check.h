/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SEARCH_CHECK_H
#define HPTSIM_SEARCH_CHECK_H
/* The searches of scenarios that hptsim check makes. */
#include "cli/input.h"
#include "gate/gate.h"

/**
 * search_check - search in each scenario that says what to find
 * @named: --policy was given: search with these; else with the scenario's own and those from outside
 * @found: gets a note for each search
 *
 * Returns an exit_code; what is found is none.
 */
int search_check(const struct input *input, bool named, struct gate_diff *found);

#endif
