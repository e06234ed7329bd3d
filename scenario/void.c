// SPDX-License-Identifier: GPL-2.0-or-later
/* Which numbers that a scenario expects are not about it any more. */
#include <string.h>

#include "scenario/load.h"
#include "sim/policy.h"

bool scenario_list_void(const struct scenario *sc, const struct policy *const *policies, size_t count, const char *set,
			FILE *out)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		const char *before = NULL;

		for (size_t j = 0; j < sc->expect_count; j++) {
			const struct expect_spec *e = &sc->expects[j];

			if (strcmp(e->policy, policies[i]->name) != 0 || !e->void_by || strcmp(e->void_by, set) != 0)
				continue;
			if (out && !before)
				fprintf(out, "%s%s (", any ? ", " : "", e->policy);
			if (out)
				fprintf(out, "%s%s", before ? ", " : "", e->what);
			before = e->what;
			any = true;
		}
		if (out && before)
			fputc(')', out);
	}
	return any;
}
