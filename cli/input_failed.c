// SPDX-License-Identifier: GPL-2.0-or-later
/* What went wrong with a simulation, told, and the exit code for it. */
#include <stdio.h>

#include "cli/input.h"
#include "run/apart.h"

int input_sim_failed(const struct scenario *sc, const struct policy *policy, const struct sim_error *error)
{
	cli_idle();
	fprintf(stderr, "%s: %s: ", sc->name, policy->name);
	if (error->status == SIM_EEVENT)
		fprintf(stderr, "event %zu: ", error->event + 1);
	fprintf(stderr, "%s\n", error->message);
	switch (error->status) {
	case SIM_OK:
		return EXIT_FINE;
	case SIM_EHVABORT:
	case SIM_EOOPS:
		return EXIT_SAYS_NO;
	case SIM_EBOOT:
	case SIM_EEVENT:
		return EXIT_USAGE;
	case SIM_ENOMEM:
	case SIM_EINVARIANT:
		break;
	}
	return EXIT_TROUBLE;
}

int input_apart(const struct scenario *sc, const struct policy *policy, const char *what, int (*fn)(void *ctx), void *ctx)
{
	struct sim_error error;
	int code;

	/* whoever prints would have to wipe the line of another process */
	if (!policy->outside)
		cli_busy(what);
	code = apart_call(policy, fn, ctx, &error);
	cli_idle();
	return error.status == SIM_OK ? code : input_sim_failed(sc, policy, &error);
}

int input_validate_failed(enum validate_status status)
{
	switch (status) {
	case VALIDATE_OK:
		return EXIT_FINE;
	case VALIDATE_ESCENARIO:
		return EXIT_USAGE;
	case VALIDATE_EIO:
		break;
	case VALIDATE_ENOMEM:
		return cli_no_memory();
	}
	return EXIT_TROUBLE;
}
