// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/format.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/units.h"

static const struct unit {
	int64_t ns;
	uint64_t tenths_end;	/* from so many tenths of it on, the next one */
	const char *name;
} units[] = {
	{ NSEC_PER_USEC, 10000, "us" },
	{ NSEC_PER_MSEC, 10000, "ms" },
	{ NSEC_PER_SEC, 36000, "s" },
	{ 3600 * NSEC_PER_SEC, 480, "h" },
	{ 24 * 3600 * NSEC_PER_SEC, UINT64_MAX, "days" },
};

char *format_ns(char text[FORMAT_MAX], int64_t ns)
{
	if (ns > -1000 && ns < 1000) {
		snprintf(text, FORMAT_MAX, "%" PRId64 "%s", ns, ns ? " ns" : " s");
		return text;
	}
	for (const struct unit *unit = units;; unit++) {
		uint64_t size = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
		uint64_t tenth = (uint64_t)unit->ns / 10;
		uint64_t tenths = size / tenth + (size % tenth >= tenth / 2);

		/* 999.96 ms is 1.0 s */
		if (tenths < unit->tenths_end) {
			snprintf(text, FORMAT_MAX, "%s%" PRIu64 ".%u %s", ns < 0 ? "-" : "",
				 tenths / 10, (unsigned)(tenths % 10), unit->name);
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
