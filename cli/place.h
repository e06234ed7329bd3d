/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_PLACE_H
#define HPTSIM_PLACE_H
/* Where results go: as an option says or, without it, as results_path() says. */
#include <stdbool.h>

struct place {
	const char *path;
	bool elsewhere;		/* not named by the user, and not in the current directory */
	char *own;		/* path, if the user did not name it */
};

/* @given may be NULL; @name: the default's. EXIT_FINE or EXIT_TROUBLE. */
int place_choose(struct place *place, const char *given, const char *name);

/* The directory of a path that the user did not name; NULL if there is one, else why not, to be freed. */
char *place_make(const struct place *place);

/* Is there a file to read? Told if not, and where the user did not name it, how to get one. EXIT_FINE or EXIT_TROUBLE. */
int place_want(const struct place *place);

/* Say where results went, if the user cannot know. */
void place_tell(const struct place *place);

void place_free(struct place *place);

#endif
