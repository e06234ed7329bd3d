// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/pool.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/leave.h"

unsigned pool_usual_count(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	return count < 1 ? 1 : count > (long)POOL_MAX ? POOL_MAX : (unsigned)count;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	leave_reaped(pid);
}

unsigned pool_start(struct pool_member *members, unsigned count, void (*work)(void *ctx, unsigned self, int fd), void *ctx)
{
	unsigned i;
	int fds[2];

	fflush(NULL);
	for (i = 0; i < count; i++) {
		int error;

		if (pipe(fds) != 0)
			break;
		members[i].pid = leave_fork(false);
		if (members[i].pid == 0) {
			/* or one whose reader is gone would be kept writing by its siblings */
			for (unsigned j = 0; j < i; j++)
				close(fileno(members[j].in));
			close(fds[0]);
			work(ctx, i, fds[1]);
			_exit(0);
		}
		close(fds[1]);
		members[i].in = members[i].pid > 0 ? fdopen(fds[0], "rb") : NULL;
		if (members[i].in)
			continue;
		error = errno;
		close(fds[0]);
		if (members[i].pid > 0)
			end(members[i].pid);
		errno = error;
		break;
	}
	return i;
}

void pool_stop(struct pool_member *members, unsigned count)
{
	int error = errno;

	for (unsigned i = 0; i < count; i++) {
		fclose(members[i].in);
		end(members[i].pid);
	}
	errno = error;
}
