// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/leave.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILES_MAX	256	/* the pictures of a large report */
#define CHILDREN_MAX	1100	/* a sweep's */

/* A handler has nothing else to know them from. */
static struct {
	struct file {
		char *path;
		bool is_directory;
		volatile sig_atomic_t used;
	} files[FILES_MAX];
	struct child {
		pid_t pid;
		bool group;
		volatile sig_atomic_t used;
	} children[CHILDREN_MAX];
} left;

static const int wanted_signals[] = { SIGINT, SIGTERM, SIGHUP, SIGALRM };

static int keep(const char *path, bool is_directory)
{
	for (int i = 0; i < FILES_MAX; i++) {
		if (left.files[i].used)
			continue;
		left.files[i].path = strdup(path);
		if (!left.files[i].path)
			return -1;
		left.files[i].is_directory = is_directory;
		left.files[i].used = 1;
		return i;
	}
	return -1;
}

int leave_file(const char *path)
{
	return keep(path, false);
}

int leave_directory(const char *path)
{
	return keep(path, true);
}

void leave_done(int number)
{
	if (number < 0 || !left.files[number].used)
		return;
	left.files[number].used = 0;
	free(left.files[number].path);
}

static void keep_child(pid_t pid, bool group)
{
	for (int i = 0; i < CHILDREN_MAX; i++) {
		if (left.children[i].used)
			continue;
		left.children[i].pid = pid;
		left.children[i].group = group;
		left.children[i].used = 1;
		return;
	}
}

void leave_child(pid_t pid)
{
	keep_child(pid, true);
}

void leave_reaped(pid_t pid)
{
	for (int i = 0; i < CHILDREN_MAX; i++)
		if (left.children[i].used && left.children[i].pid == pid)
			left.children[i].used = 0;
}

/* In the child. */
static void begin_child(pid_t parent, bool group)
{
	for (int i = 0; i < FILES_MAX; i++)
		left.files[i].used = 0;
	for (int i = 0; i < CHILDREN_MAX; i++)
		left.children[i].used = 0;
	for (size_t i = 0; i < sizeof(wanted_signals) / sizeof(wanted_signals[0]); i++)
		signal(wanted_signals[i], SIG_DFL);
	if (group) {
		setpgid(0, 0);
	} else {
		signal(SIGINT, SIG_IGN);
		signal(SIGHUP, SIG_IGN);
	}
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		_exit(0);
}

pid_t leave_fork(bool group)
{
	pid_t parent = getpid(), pid;
	sigset_t all, before;
	int error;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	error = errno;
	if (pid == 0)
		begin_child(parent, group);
	else if (pid > 0)
		keep_child(pid, group);
	/* the child does so, too: whoever comes first */
	if (pid > 0 && group)
		setpgid(pid, pid);
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return pid;
}

/* rm, as nothing that walks a tree may be called in a handler. */
static void remove_tree(const char *path)
{
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/rm", "rm", "-rf", "--", path, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

void leave_now(void)
{
	for (int i = 0; i < CHILDREN_MAX; i++)
		if (left.children[i].used)
			kill(left.children[i].group ? -left.children[i].pid : left.children[i].pid, SIGKILL);
	for (int i = 0; i < FILES_MAX; i++) {
		if (!left.files[i].used)
			continue;
		if (left.files[i].is_directory)
			remove_tree(left.files[i].path);
		else
			unlink(left.files[i].path);
	}
}
