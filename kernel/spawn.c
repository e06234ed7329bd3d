/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/leave.h"

#define NFTW_FILES	16	/* open at once */

/* In the child: never returns. */
static void become(const char *const *argv, const char *directory, const char *input, const char *log)
{
	int in = open(input ? input : "/dev/null", O_RDONLY), out = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
		_exit(SPAWN_NOT_FOUND);
	if (directory && chdir(directory))
		_exit(SPAWN_NOT_FOUND);
	setenv("LC_ALL", "C", 1);
	/* git apply leaves out what is not below where it is called, once it sees a repository */
	setenv("GIT_DIR", "/dev/null", 1);
	execvp(argv[0], (char *const *)(void *)(size_t)argv);
	dprintf(2, "%s: %s\n", argv[0], strerror(errno));
	_exit(SPAWN_NOT_FOUND);
}

bool spawn_start(struct spawn *s, const char *const *argv, const char *directory, const char *input,
		 const char *log)
{
	*s = (struct spawn){ .log = strdup(log) };
	if (!s->log)
		return false;
	fflush(NULL);
	s->pid = leave_fork(true);
	if (s->pid == 0)
		become(argv, directory, input, log);
	if (s->pid > 0)
		return true;
	free(s->log);
	*s = (struct spawn){ 0 };
	return false;
}

int spawn_wait(struct spawn *s)
{
	int status = 0;

	while (s->pid && waitpid(s->pid, &status, 0) < 0)
		if (errno != EINTR)
			break;
	leave_reaped(s->pid);
	free(s->log);
	*s = (struct spawn){ 0 };
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int spawn_run(const char *const *argv, const char *directory, const char *input, const char *log)
{
	struct spawn s;

	return spawn_start(&s, argv, directory, input, log) ? spawn_wait(&s) : -errno;
}

char *file_read(const char *path, size_t *size)
{
	FILE *f = fopen(path, "r");
	char *data = NULL, *more;
	size_t used = 0, room = 0, got;

	if (!f)
		return NULL;
	do {
		room = room ? 2 * room : 1 << 16;
		more = realloc(data, room + 1);
		if (!more)
			break;
		data = more;
		got = fread(data + used, 1, room - used, f);
		used += got;
	} while (used == room);
	if (!more || ferror(f)) {
		int error = more ? errno : ENOMEM;

		free(data);
		fclose(f);
		errno = error;
		return NULL;
	}
	fclose(f);
	data[used] = '\0';
	if (size)
		*size = used;
	return data;
}

bool file_write(const char *path, const char *data, size_t size)
{
	FILE *f = fopen(path, "w");
	bool ok;

	if (!f)
		return false;
	ok = fwrite(data, 1, size, f) == size;
	return fclose(f) == 0 && ok;
}

bool file_make_directories(const char *path)
{
	char *copy = strdup(path);
	bool ok = copy;

	for (char *p = copy ? strchr(copy + 1, '/') : NULL; p && ok; p = strchr(p + 1, '/')) {
		*p = '\0';
		ok = !mkdir(copy, 0777) || errno == EEXIST;
		*p = '/';
	}
	free(copy);
	return ok;
}

bool file_copy(const char *from, const char *to)
{
	size_t size;
	char *data = file_read(from, &size);
	bool ok = data && file_make_directories(to) && file_write(to, data, size);

	free(data);
	return ok;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	remove(path);
	return 0;
}

void file_remove_tree(const char *path)
{
	nftw(path, remove_one, NFTW_FILES, FTW_DEPTH | FTW_PHYS);
}
