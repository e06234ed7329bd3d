/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/machine/fault.h"

#include <stdlib.h>

bool fault_init(struct fault_state *fs, const struct scenario *sc)
{
	*fs = (struct fault_state){ .faults = sc->faults, .count = sc->fault_count };
	fs->seen = calloc(fs->count ? fs->count : 1, sizeof(*fs->seen));
	return fs->seen;
}

void fault_fini(struct fault_state *fs)
{
	free(fs->seen);
	*fs = (struct fault_state){ 0 };
}

bool fault_fires(struct fault_state *fs, enum fault_kind kind, uint32_t drc_index)
{
	bool fires = false;

	for (size_t i = 0; i < fs->count; i++) {
		const struct fault_spec *f = &fs->faults[i];

		if (f->kind != kind || f->drc_index != drc_index)
			continue;
		fs->seen[i]++;
		if (fs->seen[i] >= f->nth && (!f->times || fs->seen[i] - f->nth < f->times))
			fires = true;
	}
	return fires;
}
