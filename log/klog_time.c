/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The time that stands in front of a message. */
#include <string.h>

#include "log/internal.h"

#define US_PER_S	INT64_C(1000000)

/* A fraction's digits behind "." or ",", as microseconds; none is 0. */
static int64_t fraction_us(struct span *s)
{
	int64_t us = 0, unit = US_PER_S / 10;

	if (s->at == s->end || (*s->at != '.' && *s->at != ','))
		return 0;
	for (s->at++; s->at < s->end && *s->at >= '0' && *s->at <= '9'; s->at++) {
		us += (*s->at - '0') * unit;
		unit /= 10;
	}
	return us;
}

/* "[    1.750076]", the last one before the message. */
static bool boot_time(struct span prefix, int64_t *us)
{
	for (const char *p = prefix.end; p-- > prefix.at; ) {
		struct span s = { p, prefix.end };
		uint64_t seconds;

		if (!span_skip(&s, "["))
			continue;
		span_blanks(&s);
		if (!span_decimal(&s, &seconds) || seconds > INT64_MAX / US_PER_S - 1 ||
		    s.at == s.end || *s.at != '.')
			continue;
		*us = (int64_t)seconds * US_PER_S + fraction_us(&s);
		/* dmesg --show-delta: "[    1.750076 <    0.000012>]" */
		span_blanks(&s);
		if (span_skip(&s, "]") || span_skip(&s, "<"))
			return true;
	}
	return false;
}

/* Days since 1 March of year 0 of the Gregorian calendar. */
static int64_t days(int64_t year, unsigned month, unsigned day)
{
	if (month <= 2) {
		year--;
		month += 12;
	}
	return year * 365 + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day;
}

/* "17:00:01", perhaps with a fraction. */
static bool clock_time(struct span *s, int64_t *us)
{
	uint64_t h, m, sec;

	if (!span_decimal(s, &h) || !span_skip(s, ":") || !span_decimal(s, &m) ||
	    !span_skip(s, ":") || !span_decimal(s, &sec) || h > 23 || m > 59 || sec > 60)
		return false;
	*us = (int64_t)(h * 3600 + m * 60 + sec) * US_PER_S;
	*us += fraction_us(s);
	return true;
}

/* "2026-11-23T17:00:01", "2026-11-23 17:00:01" */
static bool iso_date(struct span s, int64_t *us)
{
	uint64_t year, month, day;

	if (!span_decimal(&s, &year) || !span_skip(&s, "-") || !span_decimal(&s, &month) ||
	    !span_skip(&s, "-") || !span_decimal(&s, &day) || year < 1970 || year > 9999 ||
	    month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	if (!span_skip(&s, "T") && !span_skip(&s, " "))
		return false;
	if (!clock_time(&s, us))
		return false;
	*us += days((int64_t)year, (unsigned)month, (unsigned)day) * 86400 * US_PER_S;
	return true;
}

/* "Nov 23 17:00:01", "Nov  3 17:00:01 2026"; a date without year is of a leap year */
static bool month_date(struct span s, int64_t *us)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	uint64_t day, year;
	unsigned month = 0;

	while (month < 12 && !span_skip(&s, (char[4]){ names[3 * month], names[3 * month + 1],
						      names[3 * month + 2], '\0' }))
		month++;
	if (month == 12 || !span_skip(&s, " "))
		return false;
	span_blanks(&s);
	if (!span_decimal(&s, &day) || day < 1 || day > 31 || !span_skip(&s, " ") || !clock_time(&s, us))
		return false;
	if (!span_skip(&s, " ") || !span_decimal(&s, &year) || year < 1970 || year > 9999)
		year = 2000;
	*us += days((int64_t)year, month + 1, (unsigned)day) * 86400 * US_PER_S;
	return true;
}

/* "1795402701.123456" at the very beginning: journalctl -o short-unix */
static bool unix_date(struct span s, int64_t *us)
{
	const char *begin = s.at;
	uint64_t seconds;

	if (!span_decimal(&s, &seconds) || s.at - begin < 9 || s.at - begin > 11 ||
	    s.at == s.end || *s.at != '.')
		return false;
	*us = (int64_t)seconds * US_PER_S + fraction_us(&s);
	return true;
}

bool klog_begins_with_time(struct span s)
{
	int64_t us;

	while (s.at < s.end && (*s.at == '>' || *s.at == '|' || *s.at == ' ' || *s.at == '\t'))
		s.at++;
	if (s.end - s.at >= 2 && *s.at == '[' &&
	    (s.at[1] == ' ' || s.at[1] == '+' || (s.at[1] >= '0' && s.at[1] <= '9') || (s.at[1] >= 'A' && s.at[1] <= 'Z')))
		return true;
	if (s.end - s.at >= 2 && *s.at == '<' && s.at[1] >= '0' && s.at[1] <= '9')
		return true;
	return iso_date(s, &us) || month_date(s, &us) || unix_date(s, &us);
}

/* Longest prefix that is looked at: far more than any tool writes. */
#define PREFIX_MAX	256

enum klog_clock klog_prefix_time(struct span prefix, int64_t *us)
{
	if (prefix.end - prefix.at > PREFIX_MAX)
		prefix.at = prefix.end - PREFIX_MAX;
	if (boot_time(prefix, us))
		return KLOG_CLOCK_BOOT;
	if (unix_date(prefix, us))
		return KLOG_CLOCK_WALL;
	for (const char *p = prefix.at; p < prefix.end; p++) {
		struct span s = { p, prefix.end };

		if (p > prefix.at && ((p[-1] >= '0' && p[-1] <= '9') || (p[-1] >= 'a' && p[-1] <= 'z')))
			continue;
		if (iso_date(s, us) || month_date(s, us))
			return KLOG_CLOCK_WALL;
	}
	*us = KLOG_NO_TIME;
	return KLOG_CLOCK_NONE;
}
