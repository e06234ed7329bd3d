/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_FORMAT_H
#define HPTSIM_FORMAT_H
/* Numbers for people: integer arithmetic, no locale, always the same bytes. */
#include <stdint.h>

#define FORMAT_MAX 32

/* "710.3 s", "12.4 ms", "7.0 us", "250 ns"; rounded to nearest. Returns @text. */
char *format_ns(char text[FORMAT_MAX], int64_t ns);

#endif
