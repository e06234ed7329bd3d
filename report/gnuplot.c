// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gnuplot, started once for all SVG and once, at the same time, for all PNG:
 * it is given the scripts of plot/ and draws from the files of data/.
 */
#define _GNU_SOURCE	/* posix_spawn_file_actions_addchdir_np() */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report/plots.h"

#define GNUPLOT		"gnuplot"

/* One process. */
struct drawing {
	const char *format;
	FILE *commands, *errors;	/* files, so that neither side waits for the other */
	pid_t pid;			/* 0: not started */
	int err;			/* why not */
};

static const char *script(const char *name)
{
	for (const struct plot_script *s = plot_scripts; s->name; s++)
		if (strcmp(s->name, name) == 0)
			return s->text;
	return "";
}

/* Names are slugs: nothing in them needs a quote. */
static void put_commands(struct report *r, const char *format, FILE *out)
{
	for (size_t i = 0; i < r->scenario_count; i++) {
		const struct report_scenario *sc = &r->scenarios[i];

		for (int plot = 0; plot < PLOT_COUNT; plot++) {
			const char *name = report_plot_info[plot].name;
			char file[32];

			if (!report_has_plot(r, sc, (enum report_plot)plot))
				continue;
			snprintf(file, sizeof(file), "%s.gp", name);
			fprintf(out, "reset session\ndata = 'data/%s-%s.tsv'\nout = '%s-%s.%s'\n%s%s\nunset output\n", sc->slug,
				name, sc->slug, name, format, script("common.gp"), script(file));
		}
	}
}

static int spawn(const struct drawing *d, const char *directory, pid_t *pid)
{
	char name[] = GNUPLOT, home[] = "HOME=/nonexistent", locale[] = "LC_ALL=C.UTF-8", path[4096];
	const char *search = getenv("PATH");
	char *const argv[] = { name, NULL }, *const env[] = { home, locale, path, NULL };
	posix_spawn_file_actions_t actions;
	int err = posix_spawn_file_actions_init(&actions);

	if (err)
		return err;
	/* no ~/.gnuplot, no locale: pictures are the same for everybody */
	snprintf(path, sizeof(path), "PATH=%s", search ? search : "/usr/bin:/bin");
	err = posix_spawn_file_actions_addchdir_np(&actions, directory);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&actions, fileno(d->commands), STDIN_FILENO);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&actions, fileno(d->errors), STDERR_FILENO);
	if (!err)
		err = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (!err)
		err = posix_spawnp(pid, GNUPLOT, &actions, NULL, argv, env);
	posix_spawn_file_actions_destroy(&actions);
	return err;
}

static void start(struct report *r, struct drawing *d)
{
	d->commands = tmpfile();
	d->errors = tmpfile();
	if (!d->commands || !d->errors) {
		d->err = errno;
		return;
	}
	put_commands(r, d->format, d->commands);
	if (fflush(d->commands) != 0 || ferror(d->commands) || lseek(fileno(d->commands), 0, SEEK_SET) != 0)
		d->err = errno ? errno : EIO;
	if (!d->err)
		d->err = spawn(d, r->options->directory, &d->pid);
	if (d->err)
		d->pid = 0;
}

/* The first lines that say something, without the command that they point into. */
static void tell(struct report *r, struct drawing *d, int status)
{
	char line[256];

	snprintf(r->error, sizeof(r->error), "gnuplot failed");
	if (WIFSIGNALED(status))
		snprintf(r->error, sizeof(r->error), "gnuplot was killed by signal %d", WTERMSIG(status));
	rewind(d->errors);
	while (fgets(line, sizeof(line), d->errors)) {
		char *text = strstr(line, "line ");

		line[strcspn(line, "\n")] = '\0';
		if (!text || !strchr(text, ':'))
			continue;
		snprintf(r->error, sizeof(r->error), "gnuplot failed: %s", strchr(text, ':') + 2);
		return;
	}
}

static bool finish(struct report *r, struct drawing *d)
{
	int status = 0;
	bool ok = !d->err;

	if (d->err)
		snprintf(r->error, sizeof(r->error), "gnuplot cannot be started: %s", strerror(d->err));
	while (ok && waitpid(d->pid, &status, 0) < 0)
		ok = errno == EINTR;
	if (ok && status) {
		tell(r, d, status);
		ok = false;
	}
	if (d->commands)
		fclose(d->commands);
	if (d->errors)
		fclose(d->errors);
	return ok;
}

enum report_status report_draw(struct report *r)
{
	struct drawing drawings[] = { { .format = "svg" }, { .format = "png" } };
	size_t count = sizeof(drawings) / sizeof(drawings[0]);
	bool ok = true;

	for (size_t i = 0; i < count; i++)
		start(r, &drawings[i]);
	for (size_t i = 0; i < count; i++)
		ok = finish(r, &drawings[i]) && ok;
	return ok ? REPORT_OK : REPORT_EPLOT;
}
