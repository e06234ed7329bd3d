// SPDX-License-Identifier: GPL-2.0-or-later
/* The report of a sweep: its files, in the places that the report of runs has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/map_pages.h"
#include "report/pages.h"

struct job {
	struct map *m;
	bool drawn;
};

static bool write_html(struct report *r, void *arg, FILE *out)
{
	const struct job *job = arg;

	return map_html(job->m, job->drawn, out);
}

static bool write_markdown(struct report *r, void *arg, FILE *out)
{
	const struct job *job = arg;

	return map_markdown(job->m, job->drawn, out);
}

static bool write_mail(struct report *r, void *arg, FILE *out)
{
	return map_mail(((const struct job *)arg)->m, out);
}

static bool write_json(struct report *r, void *arg, FILE *out)
{
	return map_json(((const struct job *)arg)->m, out);
}

static enum report_status write_all(struct map *m)
{
	static const struct report_file files[] = {
		{ "report.html", write_html }, { "report.md", write_markdown }, { "report.mail", write_mail }, { "report.json", write_json },
		{ 0 }
	};
	enum report_status pictures = map_write_pictures(m), status;
	struct job job = { .m = m, .drawn = pictures == REPORT_OK };

	if (pictures == REPORT_ETROUBLE)
		return pictures;
	status = report_write_files(m->r, files, &job);
	return status == REPORT_OK ? pictures : status;
}

static char *mail_text(struct map *m)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	map_mail(m, out);
	fclose(out);
	return text;
}

static const char *paragraph(struct map *m, const char *text)
{
	return text && *text ? report_printf(m->r, "%s\n\n", text) : text;
}

/* A list and an empty line, or nothing. */
static const char *costs(struct map *m)
{
	const char *text = "";

	for (size_t i = 0; i < m->policy_count && text; i++) {
		const char *cost = map_cost(m, i);

		text = cost ? report_printf(m->r, "%s- %s\n", text, cost) : text;
	}
	return text && *text ? report_printf(m->r, "%s\n", text) : text;
}

enum report_status map_report(struct map *m, struct report_said *said)
{
	struct report *r = m->r;
	enum report_status status = REPORT_OK;
	const char *summary;

	if (r->options->run_count) {
		snprintf(r->error, sizeof(r->error), "%s holds a sweep, which is reported as a whole: --run is for other runs", r->options->db);
		return REPORT_EUSAGE;
	}
	if (!map_choose_axes(m))
		return r->no_memory ? REPORT_ETROUBLE : REPORT_EUSAGE;
	map_judge(m);
	if (!r->no_memory && r->options->directory)
		status = write_all(m);
	if (r->no_memory)
		return REPORT_ETROUBLE;
	summary = report_printf(r, "%s%s%s%s", paragraph(m, map_not_done(m)), paragraph(m, map_verdict(m)), costs(m), map_widest(m));
	said->summary = summary ? strdup(summary) : NULL;
	said->left_out = strdup(map_not_drawn(m));
	said->mail = mail_text(m);
	r->no_memory = r->no_memory || !said->summary || !said->left_out || !said->mail;
	return status;
}
