/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_VALIDATE_NEXT_H
#define HPTSIM_VALIDATE_NEXT_H
/* What somebody whose log is different can do next. */
#include "validate/validate.h"

#define NEXT_MAX	640

/**
 * validate_next - at most three lines, each with its newline
 * @v: compared, and not equal
 *
 * Tries the other policies, unless the log is a long one: one of them may be
 * what the guest's kernel has. False: out of memory.
 */
bool validate_next(const struct validate *v, char text[NEXT_MAX]);

#endif
