// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/format.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/units.h"

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

char *format_count(char text[FORMAT_MAX], uint64_t count)
{
	char digits[FORMAT_MAX];
	int length = snprintf(digits, sizeof(digits), "%" PRIu64, count);
	char *p = text;

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			*p++ = ',';
		*p++ = digits[i];
	}
	*p = '\0';
	return text;
}

char *format_bytes(char text[FORMAT_MAX], uint64_t bytes)
{
	static const char *const names[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	static const char *const quarters[] = { "", ".25", ".5", ".75" };
	unsigned unit = 4;

	while (unit && ((bytes >> 10 * unit) == 0 || bytes & ((UINT64_C(1) << (10 * unit - 2)) - 1)))
		unit--;
	snprintf(text, FORMAT_MAX, "%" PRIu64 "%s %s", bytes >> 10 * unit,
		 unit ? quarters[bytes >> (10 * unit - 2) & 3] : "", names[unit]);
	return text;
}

char *format_ratio(char text[FORMAT_MAX], double ratio)
{
	int digits = 2;

	for (double limit = 9.995; ratio >= limit && digits > 0; limit *= 10)
		digits--;
	for (double limit = 0.9995; ratio < limit && digits < 6; limit /= 10)
		digits++;
	snprintf(text, FORMAT_MAX, "%.*f", digits, ratio);
	return text;
}

char *format_orders(char text[FORMAT_MAX], int64_t orders)
{
	return format_count(text, UINT64_C(1) << (orders < 0 ? 0 : orders > 63 ? 63 : orders));
}
