// SPDX-License-Identifier: GPL-2.0-or-later
/* QEMU's trace beside the simulation, in words. */
#include <inttypes.h>

#include "validate/validate.h"

bool validate_print_trace(const struct validate *v, const struct qtrace *trace, const char *path, FILE *out)
{
	size_t at = validate_trace_difference(v, trace), n = 0;

	if (out)
		fprintf(out, "QEMU: %zu PREPARE and %zu COMMIT, simulated %zu COMMIT: %s\n", trace->prepare_count,
			trace->commit_count, v->sim.commit_count, at == SIZE_MAX ? "equal" : "different");
	for (size_t i = 0; i < trace->call_count && out && at != SIZE_MAX; i++)
		if (trace->calls[i].commit && n++ == at)
			fprintf(out, "  first difference: %s:%zu: COMMIT to %" PRIu64 "\n", path, trace->calls[i].line,
				trace->calls[i].shift);
	return at == SIZE_MAX;
}
