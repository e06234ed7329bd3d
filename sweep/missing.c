// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/missing.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/text.h"

/* Ranges of points that are named before the rest is only counted. */
#define RANGES_MAX	10

static void begin(struct sweep_missing *m, const struct store_merged *merged)
{
	m->points = merged->points;
	m->missing = merged->missing;
	m->shards = merged->shards;
	m->lacking = calloc(m->shards + 1u, sizeof(*m->lacking));
	m->command = strdup(merged->command);
	m->files = calloc(merged->file_count + 1, sizeof(*m->files));
	for (size_t i = 0; i < merged->file_count && m->files; i++)
		m->files[m->file_count++] = merged->files[i];
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

static const struct store_merged_file *file_of(const struct sweep_missing *m, unsigned shard)
{
	for (size_t i = 0; i < m->file_count; i++)
		if (m->files[i].shard == shard && m->files[i].shards == m->shards)
			return &m->files[i];
	return NULL;
}

static void put_path(const struct sweep_missing *m, const char *path)
{
	fputs(*path == '-' ? " ./" : " ", m->errors);
	escape_shell(path, strlen(path), m->errors);
}

/* The file that a shard is in, or is to be: beside the merged one then. */
static void put_file(const struct sweep_missing *m, unsigned shard)
{
	const struct store_merged_file *file = file_of(m, shard);
	const char *slash = strrchr(m->out, '/'), *dot = strrchr(slash ? slash + 1 : m->out, '.');
	int stem = (int)(dot && dot != m->out ? (size_t)(dot - m->out) : strlen(m->out));
	char *path;

	if (file) {
		put_path(m, file->path);
		return;
	}
	path = text_format("%.*s-%u-of-%u.db", stem, m->out, shard, m->shards);
	put_path(m, path ? path : "FILE");
	free(path);
}

/* Of those that were given, and those that are made. */
static void tell_merge(const struct sweep_missing *m)
{
	fputs("  rm", m->errors);
	put_path(m, m->out);
	fputs(" && hptsim merge", m->errors);
	put_path(m, m->out);
	for (size_t i = 0; i < m->file_count; i++)
		put_path(m, m->files[i].path);
	for (unsigned i = 1; i <= m->shards; i++)
		if (m->lacking[i] && !file_of(m, i))
			put_file(m, i);
	fputc('\n', m->errors);
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
		fputs(" --resume --db", m->errors);
		put_file(m, i);
		fputc('\n', m->errors);
	}
	tell_merge(m);
}

bool sweep_missing_lost(const struct sweep_missing *m)
{
	return !m->lacking || !m->command || !m->files;
}

void sweep_missing_free(struct sweep_missing *m)
{
	free(m->lacking);
	free(m->command);
	free(m->files);
}
