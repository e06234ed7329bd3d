// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/missing.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Ranges of points that are named before the rest is only counted. */
#define RANGES_MAX	10

static void begin(struct sweep_missing *m, const struct store_merged *merged)
{
	size_t size = strlen(merged->file) + strlen(merged->arguments) + sizeof("hptsim sweep ");

	m->points = merged->points;
	m->missing = merged->missing;
	m->shards = merged->shards;
	m->lacking = calloc(m->shards + 1u, sizeof(*m->lacking));
	m->command = malloc(size);
	if (m->command)
		snprintf(m->command, size, "hptsim sweep %s%s", merged->file, merged->arguments);
}

void sweep_missing_add(void *ctx, const struct store_merged *merged, uint64_t first, uint64_t last)
{
	struct sweep_missing *m = ctx;

	if (!first) {
		begin(m, merged);
		return;
	}
	for (uint64_t point = first; point <= last && point - first < m->shards && m->lacking; point++)
		m->lacking[(point - 1) % m->shards + 1] = true;
	if (m->ranges == 0)
		fprintf(m->errors, "%s: %" PRIu64 " of %" PRIu64 " points are missing: ", m->out, m->missing, m->points);
	if (m->ranges++ >= RANGES_MAX)
		return;
	fprintf(m->errors, "%s%" PRIu64, m->ranges > 1 ? ", " : "", first);
	if (last > first)
		fprintf(m->errors, "-%" PRIu64, last);
}

void sweep_missing_tell(const struct sweep_missing *m)
{
	fprintf(m->errors, "%s; these make them:\n", m->ranges > RANGES_MAX ? ", ..." : "");
	for (unsigned i = 1; i <= m->shards; i++) {
		if (!m->lacking[i])
			continue;
		fprintf(m->errors, "  %s", m->command);
		if (m->shards > 1)
			fprintf(m->errors, " --shard %u/%u", i, m->shards);
		fprintf(m->errors, " --resume --db FILE\n");
	}
}

bool sweep_missing_lost(const struct sweep_missing *m)
{
	return !m->lacking || !m->command;
}

void sweep_missing_free(struct sweep_missing *m)
{
	free(m->lacking);
	free(m->command);
}
