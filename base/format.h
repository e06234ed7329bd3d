/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_FORMAT_H
#define HPTSIM_FORMAT_H
/* Numbers for people: no locale, always the same bytes. */
#include <stdint.h>

#define FORMAT_MAX 32

/* "710.3 s", "12.4 ms", "7.0 us", "250 ns", "1.5 h", "3.2 days"; rounded to nearest. Returns @text. */
char *format_ns(char text[FORMAT_MAX], int64_t ns);

/* "2,113,536" */
char *format_count(char text[FORMAT_MAX], uint64_t count);

/* "129.25 GiB", "256 MiB": the largest unit that leaves a whole number or quarters. */
char *format_bytes(char text[FORMAT_MAX], uint64_t bytes);

/* Three significant digits, no exponent: "0.0296", "0.983", "33.8". */
char *format_ratio(char text[FORMAT_MAX], double ratio);

/* How many times as large a table is whose order is that much higher: "8" for 3, "1" for 0 or less. */
char *format_orders(char text[FORMAT_MAX], int64_t orders);

#endif
