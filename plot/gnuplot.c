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

#include "base/clock.h"
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

static void put_begin(struct plot_process *p, const char *out)
{
	fputs("reset session\n", p->commands);
	put_quoted("out =", out, p->commands);
	fputs("printerr '" PICTURE "' . out\n", p->commands);
}

void plot_picture(struct plot_process *p, const char *script, const char *data, const char *out)
{
	if (p->err)
		return;
	put_begin(p, out);
	put_quoted("data =", data, p->commands);
	fprintf(p->commands, "%s%s\nunset output\n", script_text("common.gp"), script_text(script));
}

void plot_sheet(struct plot_process *p, const char *out, unsigned height)
{
	if (p->err)
		return;
	put_begin(p, out);
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

static int spawn(const struct plot_process *p, const char *directory, pid_t *pid)
{
	char name[] = GNUPLOT, home[] = "HOME=/nonexistent", locale[] = "LC_ALL=C.UTF-8", path[4096];
	const char *search = getenv("PATH");
	char *const argv[] = { name, NULL }, *const env[] = { home, locale, path, NULL };
	posix_spawn_file_actions_t actions;
	int err = posix_spawn_file_actions_init(&actions);

	if (err)
		return err;
	snprintf(path, sizeof(path), "PATH=%s", search ? search : "/usr/bin:/bin");
	err = posix_spawn_file_actions_addchdir_np(&actions, directory);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&actions, fileno(p->commands), STDIN_FILENO);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&actions, fileno(p->errors), STDERR_FILENO);
	if (!err)
		err = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (!err)
		err = posix_spawnp(pid, GNUPLOT, &actions, NULL, argv, env);
	posix_spawn_file_actions_destroy(&actions);
	return err;
}

void plot_start(struct plot_process *p, const char *directory)
{
	if (p->err)
		return;
	errno = 0;
	if (fflush(p->commands) != 0 || ferror(p->commands) || lseek(fileno(p->commands), 0, SEEK_SET) != 0)
		p->err = errno ? errno : EIO;
	if (!p->err)
		p->err = spawn(p, directory, &p->pid);
	if (p->err)
		p->pid = 0;
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
		kill(pid, SIGKILL);
		while (waitpid(pid, status, 0) < 0 && errno == EINTR)
			;
		return false;
	}
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

bool plot_finish(struct plot_process *p, char message[PLOT_MESSAGE_MAX])
{
	bool ok = judge(p, message);

	if (p->commands)
		fclose(p->commands);
	if (p->errors)
		fclose(p->errors);
	return ok;
}
