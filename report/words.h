/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_REPORT_WORDS_H
#define HPTSIM_REPORT_WORDS_H
/*
 * Inside of report/: sentences. They are plain text, names of others in them
 * included, to be escaped as a whole. NULL: out of memory.
 */
#include "report/model.h"

/* "4 scenarios, 11 policies." */
const char *words_title(struct report *r);

/* Which policy wins, and by how much. */
const char *words_verdict(struct report *r);

/* Which do about as well; "" if none does. */
const char *words_also(struct report *r);

/* What the winner costs elsewhere. */
const char *words_price(struct report *r);

/* Why a run's first failed resize failed; "" if none failed. */
const char *words_failure(struct report *r, const struct report_run *run);

/* Policies with the same first failure as the run, joined, this one first; NULL: an earlier one has told it. */
const char *words_failure_policies(struct report *r, const struct report_scenario *sc, size_t policy);

/* "the whole run" or "request 1, plug" */
const char *words_published_what(struct report *r, const struct report_scenario *sc,
				 const struct report_published *p);

/* The command that makes this report again; files are named after their scenarios. */
const char *words_command(struct report *r);

/* Why a policy has no row of numbers. */
const char *words_missing(struct report *r, const struct report_scenario *sc, size_t policy);

/* Which policies draw the same curves; "" if all differ. */
const char *words_groups(struct report *r, const struct report_scenario *sc);

#endif
