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

/* --- verdict.c: the first screen, the mail and the terminal say it in these words --- */

/* Who did not do the work; "" if all did. Stands before all else. */
const char *words_not_done(struct report *r);

/* Which policies are fastest, ties included, and by how much. */
const char *words_verdict(struct report *r);

/* What a policy costs elsewhere: of those that win, of those that cost the same the first, and of mainline; else NULL. */
const char *words_cost(struct report *r, size_t policy);

/* Why resizes fail: the pigeonhole and its two numbers. */
const char *words_why(struct report *r);

/* Which runs of the database are not in it, and how to choose; "" if all are. */
const char *words_left_out(struct report *r);

/* The first three of these, in paragraphs with an empty line between them; lines of a list begin with "- ". */
const char *words_summary(struct report *r);

/* "a, b and c": another name at the end of a list that is NULL at first; @last: of all */
const char *words_list(struct report *r, const char *list, const char *name, bool last);

/* --- words.c --- */

/* Why a run's first failed resize failed; "" if none failed. */
const char *words_failure(struct report *r, const struct report_run *run);

/* Policies with the same first failure as the run, joined, this one first; NULL: an earlier one has told it. */
const char *words_failure_policies(struct report *r, const struct report_scenario *sc, size_t policy);

/* "the whole run" or "request 1, plug" */
const char *words_published_what(struct report *r, const struct report_scenario *sc,
				 const struct report_published *p);

/* The commands that make this report again, each in a line; files are named after their scenarios. howto.c */
const char *words_command(struct report *r, size_t lines_max);

/* The first @length bytes as a word of a shell: in quotes unless it is plain. */
const char *words_shell(struct report *r, const char *word, size_t length);

/* Why a policy has no row of numbers. */
const char *words_missing(struct report *r, const struct report_scenario *sc, size_t policy);

/* Which policies draw the same curves; "" if all differ. */
const char *words_groups(struct report *r, const struct report_scenario *sc);

#endif
