// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/out_dir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/directory.h"
#include "base/terminal.h"
#include "base/wrap.h"
#include "cli/command.h"
#include "cli/stop.h"
#include "explain/artist.h"

int out_dir_make(const char *path)
{
	char *where;

	if (!*path) {
		cli_error("--out needs the name of a directory");
		return EXIT_USAGE;
	}
	if (directory_make(path, &where) == 0)
		return EXIT_FINE;
	if (!where)
		return cli_no_memory();
	cli_error("%s: cannot create the directory: %s", where, strerror(errno));
	free(where);
	return EXIT_TROUBLE;
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
	if (ro.directory)
		stop_says("%s/ may have files of the new report beside those of an old one, each whole", ro.directory);
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
