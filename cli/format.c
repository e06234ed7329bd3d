// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/format.h"

#include <inttypes.h>
#include <stdio.h>

#include "sim/units.h"

static const struct unit {
	int64_t ns;
	const char *name;
} units[] = {
	{ NSEC_PER_USEC, "us" },
	{ NSEC_PER_MSEC, "ms" },
	{ NSEC_PER_SEC, "s" },
};

#define UNIT_COUNT	(sizeof(units) / sizeof(units[0]))

char *format_ns(char text[FORMAT_MAX], int64_t ns)
{
	if (ns > -1000 && ns < 1000) {
		snprintf(text, FORMAT_MAX, "%" PRId64 "%s", ns, ns ? " ns" : " s");
		return text;
	}
	for (size_t i = 0; i < UNIT_COUNT; i++) {
		uint64_t size = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
		uint64_t tenth = (uint64_t)units[i].ns / 10;
		uint64_t tenths = size / tenth + (size % tenth >= tenth / 2);

		/* 999.96 ms is 1.0 s */
		if (tenths < 10000 || i == UNIT_COUNT - 1) {
			snprintf(text, FORMAT_MAX, "%s%" PRIu64 ".%u %s", ns < 0 ? "-" : "",
				 tenths / 10, (unsigned)(tenths % 10), units[i].name);
			break;
		}
	}
	return text;
}
