// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/results_dir.h"
#include "base/text.h"
#include "cli/command.h"

int place_choose(struct place *place, const char *given, const char *name)
{
	*place = (struct place){ .path = given };
	if (given)
		return EXIT_FINE;
	place->path = place->own = results_path(name, &place->elsewhere);
	return place->own ? EXIT_FINE : cli_no_memory();
}

char *place_make(const struct place *place)
{
	char *slash = place->own ? strrchr(place->own, '/') : NULL, *where = NULL, *why = NULL;
	int rc, error;

	if (!slash)
		return NULL;
	*slash = '\0';
	rc = directory_make(place->own, &where);
	error = errno;
	*slash = '/';
	if (rc)
		why = where ? text_format("%s: cannot create the directory: %s", where, strerror(error)) : NULL;
	if (rc && !why)
		why = strdup("out of memory");
	free(where);
	return why;
}

int place_want(const struct place *place)
{
	if (!place->own || access(place->path, F_OK) == 0 || errno != ENOENT)
		return EXIT_FINE;	/* who opens it says what is wrong */
	cli_error("no results yet: 'hptsim run SCENARIO' keeps them in %s; --db FILE reads others", place->path);
	return EXIT_TROUBLE;
}

void place_tell(const struct place *place)
{
	if (place->elsewhere)
		cli_note("results are kept in %s, as there is no " RESULTS_HERE "/ here", place->path);
}

void place_free(struct place *place)
{
	free(place->own);
	*place = (struct place){ 0 };
}
