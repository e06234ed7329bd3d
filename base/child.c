// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/child.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/leave.h"
#include "base/units.h"

#define SECONDS_NAME	"HPTSIM_POLICY_SECONDS"
#define SECONDS_MAX	(7 * 86400)

int64_t child_seconds(void)
{
	const char *text = getenv(SECONDS_NAME);
	char *end;
	long seconds;

	if (!text || !*text)
		return CHILD_SECONDS;
	seconds = strtol(text, &end, 10);
	return *end || seconds < 0 || seconds > SECONDS_MAX ? CHILD_SECONDS : seconds;
}

/* What crashed ends with what it wrote itself, in no other way: nothing of the parent's is asked. */
static void restore_signals(void)
{
	static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGVTALRM };

	for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		signal(crashes[i], SIG_DFL);
}

bool child_start(struct child *c)
{
	int fds[2];

	if (pipe(fds) != 0)
		return false;
	/* what is buffered would be written twice, should it call exit() */
	fflush(NULL);
	*c = (struct child){ .pid = leave_fork(false), .end_ns = clock_monotonic_ns() + child_seconds() * NSEC_PER_SEC };
	if (c->pid == 0)
		restore_signals();
	c->fd = fds[c->pid == 0];
	close(fds[c->pid != 0]);
	if (c->pid < 0)
		close(c->fd);
	return c->pid >= 0;
}

ssize_t child_read(struct child *c, void *data, size_t size)
{
	struct pollfd pipe = { .fd = c->fd, .events = POLLIN };

	for (;;) {
		int64_t left_ns = c->end_ns - clock_monotonic_ns();
		ssize_t got;

		if (left_ns <= 0)
			return -1;
		if (poll(&pipe, 1, left_ns > NSEC_PER_SEC ? 1000 : (int)(left_ns / NSEC_PER_MSEC) + 1) <= 0)
			continue;
		got = read(c->fd, data, size);
		if (got >= 0 || errno != EINTR)
			return got > 0 ? got : 0;
	}
}

bool child_write(const struct child *c, const void *data, size_t size)
{
	const char *at = data;

	while (size) {
		ssize_t written = write(c->fd, at, size);

		if (written < 0 && errno != EINTR)
			return false;
		at += written > 0 ? written : 0;
		size -= written > 0 ? (size_t)written : 0;
	}
	return true;
}

/* It may have closed its end and go on. */
static bool is_over(struct child *c, int *status)
{
	struct timespec pause = { .tv_nsec = 20 * NSEC_PER_USEC };
	pid_t done;

	while ((done = waitpid(c->pid, status, WNOHANG)) == 0 || (done < 0 && errno == EINTR)) {
		if (clock_monotonic_ns() >= c->end_ns)
			return false;
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 5 * NSEC_PER_MSEC)
			pause.tv_nsec *= 2;
	}
	return true;
}

int child_end(struct child *c)
{
	int status = 0;

	close(c->fd);
	if (!is_over(c, &status)) {
		kill(c->pid, SIGKILL);
		while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	leave_reaped(c->pid);
	return status;
}

const char *child_signal_name(int number, char text[CHILD_HOW_MAX])
{
	static const struct { int number; const char *name; } names[] = {
		{ SIGSEGV, "SIGSEGV" }, { SIGBUS, "SIGBUS" }, { SIGFPE, "SIGFPE" }, { SIGILL, "SIGILL" }, { SIGABRT, "SIGABRT" },
		{ SIGTRAP, "SIGTRAP" }, { SIGKILL, "SIGKILL" }, { SIGTERM, "SIGTERM" }, { SIGPIPE, "SIGPIPE" }, { SIGSYS, "SIGSYS" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].number == number)
			return names[i].name;
	snprintf(text, CHILD_HOW_MAX, "signal %d", number);
	return text;
}

const char *child_how(int wait_status, bool too_long, char text[CHILD_HOW_MAX])
{
	char name[CHILD_HOW_MAX];

	if (too_long)
		snprintf(text, CHILD_HOW_MAX, "took more than %" PRId64 " s and was stopped", child_seconds());
	else if (WIFSIGNALED(wait_status))
		snprintf(text, CHILD_HOW_MAX, "crashed: %.32s", child_signal_name(WTERMSIG(wait_status), name));
	else
		snprintf(text, CHILD_HOW_MAX, "called exit(%d)", WEXITSTATUS(wait_status));
	return text;
}
