/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_VALIDATE_NOTES_H
#define HPTSIM_VALIDATE_NOTES_H
/* What a verdict rests on beside the lines that were compared. */
#include "validate/validate.h"

#define NOTES_MAX	6
#define NOTE_MAX	320

struct notes {
	char text[NOTES_MAX][NOTE_MAX];
	size_t count;
};

/*
 * A record that says that lines are missing, before item @at of the log's or
 * within it, the last one if there are several; KLOG_NONE: none. Behind it nothing that is missing
 * is a difference of the model.
 */
size_t validate_gap(const struct validate *v, size_t at);

void validate_notes(const struct validate *v, struct notes *notes);

#endif
