// SPDX-License-Identifier: GPL-2.0-or-later
/* gnuplot as a child: given scripts on its standard input, for as long as it may take. */
#define _GNU_SOURCE	/* posix_spawn_file_actions_addchdir_np() */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/leave.h"
#include "base/output.h"
#include "base/text.h"
#include "base/units.h"
#include "plot/plot.h"

#define GNUPLOT		"gnuplot"
#define TIMEOUT_NAME	"HPTSIM_GNUPLOT_SECONDS"
#define POLL_NS		5000000

/* Before each picture gnuplot says on stderr which one it is. */
#define PICTURE		"picture: "

static const char *script_text(const char *name)
{
	for (const struct plot_text *s = plot_scripts; s->name; s++)
		if (strcmp(s->name, name) == 0)
			return s->text;
	return "";
}

void plot_begin(struct plot_process *p)
{
	*p = (struct plot_process){ .commands = tmpfile(), .errors = tmpfile() };
	if (!p->commands || !p->errors)
		p->err = errno;
}

/* In gnuplot's single quotes only these themselves have a meaning. */
static void put_quoted(const char *name, const char *text, FILE *out)
{
	fprintf(out, "%s '", name);
	for (; *text; text++)
		fprintf(out, *text == '\'' ? "''" : "%c", *text);
	fputs("'\n", out);
}

/* False: no memory. */
static bool add_file(struct plot_process *p, const char *out)
{
	struct plot_file *files = array_grow(p->files, p->file_count, &p->file_room, sizeof(*files)), *file;

	if (!files)
		return false;
	p->files = files;
	file = &files[p->file_count];
	*file = (struct plot_file){ .out = strdup(out), .fresh = output_fresh_name(out), .number = -1 };
	p->file_count++;
	return file->out && file->fresh;
}

/* It is drawn under another name, and gets its own when it is whole. */
static bool put_begin(struct plot_process *p, const char *out)
{
	if (!p->err && !add_file(p, out))
		p->err = ENOMEM;
	if (p->err)
		return false;
	fputs("reset session\n", p->commands);
	put_quoted("out =", p->files[p->file_count - 1].fresh, p->commands);
	put_quoted("printerr '" PICTURE "' .", out, p->commands);
	return true;
}

void plot_picture(struct plot_process *p, const char *script, const char *data, const char *out)
{
	if (!put_begin(p, out))
		return;
	put_quoted("data =", data, p->commands);
	fprintf(p->commands, "%s%s\nunset output\n", script_text("common.gp"), script_text(script));
}

void plot_sheet(struct plot_process *p, const char *out, unsigned height)
{
	if (!put_begin(p, out))
		return;
	fprintf(p->commands, "%s\nwhole = %u.0\neval open_sheet\n", script_text("common.gp"), height);
}

void plot_on_sheet(struct plot_process *p, const char *script, const char *data, unsigned top)
{
	if (p->err)
		return;
	put_quoted("data =", data, p->commands);
	/* statistics are of what is within the ranges of the picture before */
	fprintf(p->commands, "set xrange [*:*]\nset yrange [*:*]\nunset logscale\npart_top = %u.0\n%s\n", top, script_text(script));
}

void plot_sheet_end(struct plot_process *p)
{
	if (!p->err)
		fputs("unset multiplot\nunset output\n", p->commands);
}

static int spawn(const struct plot_process *p, const char *directory, const sigset_t *mask, pid_t *pid)
{
	char name[] = GNUPLOT, home[] = "HOME=/nonexistent", locale[] = "LC_ALL=C.UTF-8", path[4096];
	const char *search = getenv("PATH");
	char *const argv[] = { name, NULL }, *const env[] = { home, locale, path, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int err = posix_spawn_file_actions_init(&actions);

	if (err)
		return err;
	err = posix_spawnattr_init(&attributes);
	if (err) {
		posix_spawn_file_actions_destroy(&actions);
		return err;
	}
	/* a terminal's Ctrl-C is for hptsim, which ends it */
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setsigmask(&attributes, mask);
	err = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
	snprintf(path, sizeof(path), "PATH=%s", search ? search : "/usr/bin:/bin");
	if (!err)
		err = posix_spawn_file_actions_addchdir_np(&actions, directory);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&actions, fileno(p->commands), STDIN_FILENO);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&actions, fileno(p->errors), STDERR_FILENO);
	if (!err)
		err = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (!err)
		err = posix_spawnp(pid, GNUPLOT, &actions, &attributes, argv, env);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return err;
}

/* From here on the names are those that this process knows them by. */
static bool in_directory(struct plot_file *file, const char *directory)
{
	char *out = text_format("%s/%s", directory, file->out), *fresh = text_format("%s/%s", directory, file->fresh);

	if (!out || !fresh) {
		free(out);
		free(fresh);
		return false;
	}
	free(file->out);
	free(file->fresh);
	file->out = out;
	file->fresh = fresh;
	file->number = leave_file(fresh);
	return true;
}

void plot_start(struct plot_process *p, const char *directory)
{
	sigset_t all, before;

	if (p->err)
		return;
	errno = 0;
	if (fflush(p->commands) != 0 || ferror(p->commands) || lseek(fileno(p->commands), 0, SEEK_SET) != 0)
		p->err = errno ? errno : EIO;
	for (size_t i = 0; i < p->file_count; i++)
		if (!p->err && !in_directory(&p->files[i], directory))
			p->err = ENOMEM;
	/* no signal comes between its start and its being known */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	if (!p->err)
		p->err = spawn(p, directory, &before, &p->pid);
	if (p->err)
		p->pid = 0;
	else
		leave_child(p->pid);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static int64_t seconds_allowed(void)
{
	const char *text = getenv(TIMEOUT_NAME);
	long seconds = text ? strtol(text, NULL, 10) : 0;

	return seconds > 0 && seconds <= 86400 ? seconds : PLOT_SECONDS;
}

/* False: it took too long, and is no more. */
static bool wait_for(pid_t pid, int *status)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };
	int64_t end_ns = clock_monotonic_ns() + seconds_allowed() * NSEC_PER_SEC;
	pid_t done;

	while ((done = waitpid(pid, status, WNOHANG)) == 0 || (done < 0 && errno == EINTR)) {
		if (clock_monotonic_ns() < end_ns) {
			nanosleep(&pause, NULL);
			continue;
		}
		kill(-pid, SIGKILL);
		while (waitpid(pid, status, 0) < 0 && errno == EINTR)
			;
		leave_reaped(pid);
		return false;
	}
	leave_reaped(pid);
	return done == pid;
}

/* The picture at hand, and the first line after it that says something, without the command that it points into. */
static void tell(struct plot_process *p, const char *what, char message[PLOT_MESSAGE_MAX])
{
	char line[256], picture[256] = "", why[256] = "";

	rewind(p->errors);
	while (fgets(line, sizeof(line), p->errors)) {
		char *text = strstr(line, "line ");

		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, PICTURE, strlen(PICTURE)) == 0) {
			snprintf(picture, sizeof(picture), "%s", line + strlen(PICTURE));
			*why = '\0';
		} else if (text && strstr(text, ": ") && !strstr(text, "warning: ") && !*why) {
			snprintf(why, sizeof(why), "%s", strstr(text, ": ") + 2);
		}
	}
	snprintf(message, PLOT_MESSAGE_MAX, "gnuplot %s%s%s%s%s", what, *picture ? " at " : "", picture, *why ? ": " : "", why);
}

static bool judge(struct plot_process *p, char message[PLOT_MESSAGE_MAX])
{
	char what[64] = "failed";
	int status = 0;

	if (p->err) {
		snprintf(message, PLOT_MESSAGE_MAX, "gnuplot cannot be started: %s", strerror(p->err));
		return false;
	}
	if (!wait_for(p->pid, &status))
		snprintf(what, sizeof(what), "took more than %d s and was stopped", (int)seconds_allowed());
	else if (WIFSIGNALED(status))
		snprintf(what, sizeof(what), "was killed by signal %d", WTERMSIG(status));
	else if (!status)
		return true;
	tell(p, what, message);
	return false;
}

/* All of them, or none: they show the same runs. */
static bool put_in_place(struct plot_process *p, bool ok, char message[PLOT_MESSAGE_MAX])
{
	for (size_t i = 0; i < p->file_count; i++) {
		struct plot_file *file = &p->files[i];

		if (ok && rename(file->fresh, file->out) != 0) {
			snprintf(message, PLOT_MESSAGE_MAX, "gnuplot made no %s: %s", file->out, strerror(errno));
			ok = false;
		}
		if (!ok && file->fresh)
			unlink(file->fresh);
		leave_done(file->number);
		free(file->fresh);
		free(file->out);
	}
	free(p->files);
	return ok;
}

bool plot_finish(struct plot_process *p, char message[PLOT_MESSAGE_MAX])
{
	bool ok = judge(p, message);

	ok = put_in_place(p, ok, message) && ok;
	if (p->commands)
		fclose(p->commands);
	if (p->errors)
		fclose(p->errors);
	return ok;
}
