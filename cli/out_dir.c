// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/out_dir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/terminal.h"
#include "base/wrap.h"
#include "cli/command.h"
#include "explain/artist.h"

static int make(const char *path)
{
	struct stat st;

	if (mkdir(path, 0777) == 0)
		return EXIT_FINE;
	if (errno == EEXIST && stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		errno = ENOTDIR;
	if (errno == EEXIST)
		return EXIT_FINE;
	cli_error("%s: cannot create the directory: %s", path, strerror(errno));
	return EXIT_TROUBLE;
}

int out_dir_make(const char *path)
{
	char *copy;
	int code = EXIT_FINE;

	if (!*path) {
		cli_error("--out needs the name of a directory");
		return EXIT_USAGE;
	}
	copy = strdup(path);
	if (!copy) {
		cli_error("out of memory");
		return EXIT_TROUBLE;
	}
	for (char *slash = strchr(copy + 1, '/'); slash && code == EXIT_FINE; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		code = make(copy);
		*slash = '/';
	}
	free(copy);
	return code == EXIT_FINE ? make(path) : code;
}

#define COLUMNS_MAX	160	/* prose wider than that is hard to read */

static void say(const struct report_options *options, const struct report_said *said, enum report_status status, bool mail)
{
	unsigned columns = terminal_width(stdout);

	if (*said->left_out)
		cli_error("%s", said->left_out);
	if (mail) {
		fputs(said->mail, stdout);
		return;
	}
	wrap_text(said->summary, columns < COLUMNS_MAX ? columns : COLUMNS_MAX, stdout);
	if (status == REPORT_OK)
		printf("\n%s/report.html\n%s/report.md\n%s/report.mail\n%s/report.json\n", options->directory,
		       options->directory, options->directory, options->directory);
}

int out_dir_report(const struct report_options *options, bool mail)
{
	struct report_options ro = *options;
	struct report_said said;
	enum report_status status;
	int code = EXIT_FINE;

	ro.artist = &explain_table_artist;
	cli_busy("writing the report");
	status = report_write(&ro, &said);
	cli_idle();

	if (said.summary && said.left_out && said.mail)
		say(options, &said, status, mail);
	if (status == REPORT_OK) {
		code = cli_finish_output(EXIT_FINE);
	} else {
		cli_error("%s", said.error);
		if (status == REPORT_EPLOT)
			fprintf(stderr, "  %s/ has the report without plots\n", options->directory);
		code = status == REPORT_EUSAGE ? EXIT_USAGE : EXIT_TROUBLE;
	}
	report_said_free(&said);
	return code;
}

int out_dir_make_for(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *directory;
	int code;

	if (!slash || slash == path)
		return EXIT_FINE;
	directory = strndup(path, (size_t)(slash - path));
	if (!directory)
		return cli_no_memory();
	code = out_dir_make(directory);
	free(directory);
	return code;
}
