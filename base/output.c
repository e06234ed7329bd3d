// SPDX-License-Identifier: GPL-2.0-or-later
#define _XOPEN_SOURCE 700	/* realpath() */
#include "base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/leave.h"
#include "base/text.h"
#include "base/units.h"

#define POLL_NS		(10 * NSEC_PER_MSEC)

char *output_fresh_name(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	return text_format("%.*s.hptsim-%ld-%s", (int)(name - path), path, (long)getpid(), name);
}

const char *output_error(int error)
{
	if (error == ENXIO)
		return "nobody reads it";
	return error ? strerror(error) : "input/output error";
}

/* A descriptor of this or another process: its name is not the file's. */
static bool is_device(const char *path)
{
	return strncmp(path, "/dev/", strlen("/dev/")) == 0 || strncmp(path, "/proc/", strlen("/proc/")) == 0;
}

/* A FIFO's reader may come a little later, but need not. */
static int open_in_place(const char *path, bool is_fifo)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };
	int64_t end_ns = clock_monotonic_ns() + OUTPUT_READER_SECONDS * NSEC_PER_SEC;
	int fd;

	if (!is_fifo)
		return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	while ((fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) < 0 && errno == ENXIO && clock_monotonic_ns() < end_ns)
		nanosleep(&pause, NULL);
	if (fd >= 0)
		fcntl(fd, F_SETFL, 0);
	return fd;
}

/* Nobody else's file: what has this name was left by a process that was killed. */
static int open_fresh(struct output *o, bool is_there, mode_t mode)
{
	int fd;

	o->fresh = output_fresh_name(o->path);
	if (!o->fresh)
		return -1;
	unlink(o->fresh);
	o->number = leave_file(o->fresh);
	fd = open(o->fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd >= 0 && is_there)
		fchmod(fd, mode & 07777);
	return fd;
}

static int open_any(struct output *o, const char *path)
{
	struct stat st;
	bool is_there = stat(path, &st) == 0;

	if (is_there && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return -1;
	}
	if (is_device(path) || (is_there && !S_ISREG(st.st_mode)))
		return open_in_place(path, is_there && S_ISFIFO(st.st_mode));
	/* one may not write to a directory and yet have no right to replace this file */
	if (is_there && access(path, W_OK) != 0)
		return -1;
	o->path = is_there ? realpath(path, NULL) : strdup(path);
	return o->path ? open_fresh(o, is_there, st.st_mode) : -1;
}

static void drop(struct output *o)
{
	int error = errno;

	if (o->fresh)
		unlink(o->fresh);
	leave_done(o->number);
	free(o->fresh);
	free(o->path);
	*o = (struct output){ .number = -1 };
	errno = error;
}

FILE *output_open(struct output *o, const char *path)
{
	int fd;

	*o = (struct output){ .number = -1 };
	fd = open_any(o, path);
	o->file = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (!o->file) {
		if (fd >= 0)
			close(fd);
		drop(o);
	}
	return o->file;
}

bool output_close(struct output *o, bool ok)
{
	bool written;
	int error;

	if (!o->file)
		return ok;
	errno = 0;
	written = fflush(o->file) == 0 && !ferror(o->file);
	error = errno;
	written = fclose(o->file) == 0 && written;
	error = error ? error : errno;
	if (written && ok && o->fresh && rename(o->fresh, o->path) != 0) {
		written = false;
		error = errno;
	}
	if (written && ok) {
		free(o->fresh);
		o->fresh = NULL;
	}
	drop(o);
	errno = written ? errno : error ? error : EIO;
	return written && ok;
}
