// SPDX-License-Identifier: GPL-2.0-or-later
#include "search/crew.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/pool.h"

static bool try_point(const struct crew *crew, uint64_t point, struct tried *out)
{
	jmp_buf oom;
	struct arena arena = { .on_oom = &oom };
	bool ok;

	if (setjmp(oom) == 0) {
		out->verdict = (unsigned char)judge_scenario(crew->judge, points_make(crew->points, &arena, point));
		out->aborted = judge_aborted(crew->judge, 0);
		out->impossible = judge_impossible(crew->judge, 0);
		ok = true;
	} else {
		ok = false;
	}
	arena_release(&arena);
	return ok;
}

static void work(void *ctx, unsigned self, int fd)
{
	const struct crew *crew = ctx;

	for (uint64_t point = self + 1; point <= crew->count; point += crew->jobs) {
		struct tried tried;

		if (!try_point(crew, point, &tried) || write(fd, &tried, sizeof(tried)) != sizeof(tried))
			break;
	}
}

static enum crew_status take(const struct crew *crew, struct pool_member *members, uint64_t *point)
{
	for (*point = 1; *point <= crew->count; ++*point) {
		struct tried tried;

		if (fread(&tried, sizeof(tried), 1, members[(*point - 1) % crew->jobs].in) != 1)
			return CREW_EGONE;
		if (!crew->tried(crew->ctx, *point, &tried))
			return CREW_OK;
		if (crew->deadline_ns && clock_monotonic_ns() >= crew->deadline_ns)
			return *point == crew->count ? CREW_OK : CREW_LATE;
	}
	*point = crew->count;
	return CREW_OK;
}

enum crew_status crew_run(const struct crew *crew, uint64_t *point)
{
	struct pool_member *members = calloc(crew->jobs, sizeof(*members));
	struct crew copy = *crew;
	enum crew_status status;
	unsigned started;

	*point = 0;
	if (!members)
		return CREW_ESTART;
	started = pool_start(members, crew->jobs, work, &copy);
	status = started == crew->jobs ? take(crew, members, point) : CREW_ESTART;
	pool_stop(members, started);
	free(members);
	return status;
}
