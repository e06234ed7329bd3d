// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of what a scenario asks for. */
#include "sim/scenario.h"

const char *event_kind_name(enum event_kind kind)
{
	static const char *const names[] = {
#define EVENT_KIND_NAME(id, text, what) [EVENT_##id] = text,
		EVENT_KINDS(EVENT_KIND_NAME)
#undef EVENT_KIND_NAME
	};

	return names[kind];
}

const char *fault_kind_name(enum fault_kind kind)
{
	static const char *const names[] = {
#define FAULT_KIND_NAME(id, text, what) [FAULT_##id] = text,
		FAULT_KINDS(FAULT_KIND_NAME)
#undef FAULT_KIND_NAME
	};

	return names[kind];
}
