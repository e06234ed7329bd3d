// SPDX-License-Identifier: GPL-2.0-or-later
#include "search/crew.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

struct member {
	pid_t pid;
	FILE *in;
};

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

static void work(const struct crew *crew, unsigned self, int fd)
{
	for (uint64_t point = self + 1; point <= crew->count; point += crew->jobs) {
		struct tried tried;

		if (!try_point(crew, point, &tried) || write(fd, &tried, sizeof(tried)) != sizeof(tried))
			break;
	}
}

static bool start(const struct crew *crew, struct member *members, unsigned i, pid_t parent)
{
	int fds[2], error;

	if (pipe(fds) != 0)
		return false;
	members[i].pid = fork();
	if (members[i].pid == 0) {
		/* or one whose reader is gone would be kept writing by its siblings */
		for (unsigned j = 0; j < i; j++)
			close(fileno(members[j].in));
		close(fds[0]);
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent)
			work(crew, i, fds[1]);
		_exit(0);
	}
	error = errno;
	close(fds[1]);
	members[i].in = members[i].pid > 0 ? fdopen(fds[0], "rb") : NULL;
	if (members[i].in)
		return true;
	close(fds[0]);
	if (members[i].pid > 0)
		waitpid(members[i].pid, NULL, 0);
	errno = error;
	return false;
}

static void stop(struct member *members, unsigned count)
{
	int error = errno;

	for (unsigned i = 0; i < count; i++) {
		fclose(members[i].in);
		kill(members[i].pid, SIGTERM);
		while (waitpid(members[i].pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	errno = error;
}

static enum crew_status listen(const struct crew *crew, struct member *members, uint64_t *point)
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
	struct member *members = calloc(crew->jobs, sizeof(*members));
	enum crew_status status = CREW_OK;
	pid_t parent = getpid();
	unsigned started = 0;

	*point = 0;
	if (!members)
		return CREW_ESTART;
	fflush(NULL);
	while (started < crew->jobs && start(crew, members, started, parent))
		started++;
	if (started == crew->jobs)
		status = listen(crew, members, point);
	else
		status = CREW_ESTART;
	stop(members, started);
	free(members);
	return status;
}
