// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of what events tell. */
#include "sim/events.h"

const struct sim_phase_info sim_phase_info[PHASE_COUNT] = {
#define SIM_PHASE_ROW(id, text, what) [PHASE_##id] = { .name = text, .doc = what },
	SIM_PHASES(SIM_PHASE_ROW)
#undef SIM_PHASE_ROW
};

const char *sim_finding_name(enum sim_finding_kind kind)
{
	static const char *const names[] = {
#define SIM_FINDING_NAME(id, text, what) [FINDING_##id] = text,
		SIM_FINDINGS(SIM_FINDING_NAME)
#undef SIM_FINDING_NAME
	};

	return names[kind];
}

const char *sim_origin_text(enum sim_origin origin)
{
	static const char *const texts[] = {
#define SIM_ORIGIN_TEXT(id, text) [ORIGIN_##id] = text,
		SIM_ORIGINS(SIM_ORIGIN_TEXT)
#undef SIM_ORIGIN_TEXT
	};

	return texts[origin];
}
