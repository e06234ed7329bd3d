/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_EXPLAIN_DRAW_H
#define HPTSIM_EXPLAIN_DRAW_H
/*
 * Pictures of the table: how it folds (plot/fold.gp), which slots are taken
 * (plot/slots.gp), at which memory and order the wish fits (plot/map.gp).
 */
#include "explain/explain.h"

#define EXPLAIN_MESSAGE_MAX	512

enum explain_draw_status {
	EXPLAIN_DRAW_OK = 0,
	EXPLAIN_DRAW_ENAME,	/* neither .svg nor .png */
	EXPLAIN_DRAW_EPLOT,	/* gnuplot failed or is missing; the data are there */
	EXPLAIN_DRAW_ETROUBLE,	/* a file or memory */
};

/**
 * explain_draw - all pictures in one file
 * @file:    NAME.svg or NAME.png; what it is drawn from is put beside it:
 *           NAME-fold.tsv, NAME-slots.tsv, NAME-map.tsv. A NAME that itself ends
 *           with -fold, -slots or -map asks for that picture alone
 * @message: filled unless EXPLAIN_DRAW_OK, no newline at its end
 *
 * Needs explain_want_bins() before the run. When COMMIT did not look at the
 * table, or looks at it by another rule than that of the hypervisors, there is
 * no fold and there are no slots; with REHASH_ANY_SLOT no map either.
 */
enum explain_draw_status explain_draw(const struct explain_report *r, const char *file,
				      char message[EXPLAIN_MESSAGE_MAX]);

/**
 * explain_draw_run - run the scenario and draw its first failed attempt, or else its first
 * @directory: STEM-fold.svg, .png, ... go there, each picture a file of its own,
 *             and what they are drawn from to its data/, which exists. Those
 *             that there are not are removed
 */
enum explain_draw_status explain_draw_run(const struct scenario *sc, const struct policy *policy, uint64_t seed,
					  const char *directory, const char *stem, char message[EXPLAIN_MESSAGE_MAX]);

/* Whether the name ends with .svg or .png. */
bool explain_is_picture(const char *file);

/* Whether there is such a picture: of the fold and the slots, or the map. */
bool explain_has_fold(const struct explain_report *r);
bool explain_has_map(const struct explain_report *r);

#endif
