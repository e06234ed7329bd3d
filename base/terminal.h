/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_TERMINAL_H
#define HPTSIM_TERMINAL_H
/* What people read results on. */
#include <stdio.h>

#define TERMINAL_WIDTH_DEFAULT	80
#define TERMINAL_WIDTH_MIN	40

/* Characters of a line: of $COLUMNS, else of the terminal that @out is, else 80; never below TERMINAL_WIDTH_MIN. */
unsigned terminal_width(FILE *out);

#endif
