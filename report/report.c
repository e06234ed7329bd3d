// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "plot/plot.h"
#include "report/map.h"
#include "report/model.h"
#include "report/pages.h"
#include "report/plots.h"
#include "report/words.h"

struct plot_job {
	const struct report_scenario *sc;
	enum report_plot plot;
};

static bool write_data(struct report *r, void *arg, FILE *out)
{
	const struct plot_job *job = arg;

	return report_plot_data(r, job->sc, job->plot, out);
}

static bool write_svg(struct report *r, void *arg, FILE *out)
{
	const char *raw = arg;

	plot_clean_svg(raw, NULL, out);
	return true;
}

/* What was drawn, without what differs from one gnuplot to the next. */
static enum report_status clean_svgs(struct report *r)
{
	enum report_status status = REPORT_OK;

	for (size_t i = 0; i < r->scenario_count; i++) {
		for (int plot = 0; plot < PLOT_COUNT && status == REPORT_OK; plot++) {
			const char *name;
			char *raw;

			if (!report_has_plot(r, &r->scenarios[i], (enum report_plot)plot))
				continue;
			name = report_printf(r, "%s-%s.svg", r->scenarios[i].slug, report_plot_info[plot].name);
			raw = name ? report_read_file(r, name) : NULL;
			if (!raw) {
				snprintf(r->error, sizeof(r->error), "gnuplot made no %s", name ? name : "plot");
				return REPORT_EPLOT;
			}
			status = report_write_file(r, name, write_svg, raw);
		}
	}
	return status;
}

static enum report_status write_plots(struct report *r)
{
	const char *data = report_printf(r, "%s/data", r->options->directory);
	enum report_status status = REPORT_OK;

	if (!data)
		return REPORT_ETROUBLE;
	if (mkdir(data, 0777) != 0 && errno != EEXIST)
		return report_trouble(r, data, "cannot be made");
	for (size_t i = 0; i < r->scenario_count; i++) {
		for (int plot = 0; plot < PLOT_COUNT && status == REPORT_OK; plot++) {
			struct plot_job job = { &r->scenarios[i], (enum report_plot)plot };
			const char *name;

			if (!report_has_plot(r, job.sc, job.plot))
				continue;
			name = report_printf(r, "data/%s-%s.tsv", job.sc->slug, report_plot_info[plot].name);
			status = name ? report_write_file(r, name, write_data, &job) : REPORT_ETROUBLE;
		}
	}
	if (status == REPORT_OK)
		status = report_draw(r);
	return status == REPORT_OK ? clean_svgs(r) : status;
}

/* Of the first scenario in which a resize collides, what that looks like in the table. */
static enum report_status draw_table(struct report *r)
{
	const struct report_artist *artist = r->options->artist;

	for (size_t i = 0; artist && i < r->scenario_count; i++) {
		struct report_scenario *sc = &r->scenarios[i];

		for (size_t j = 0; j < r->policy_count; j++) {
			const struct report_run *run = sc->runs[j];

			if (!run || run->trouble || !run->first_failure || !run->first_failure->collided_region || !sc->input)
				continue;
			if (!artist->draw(&(struct report_sitting){
				.scenario_text = sc->input->scenario_text, .sets = sc->input->sets, .costs = sc->costs,
				.costs_text = sc->input->costs_text, .policy = run->policy, .seed = (uint64_t)sc->seed,
				.directory = r->options->directory, .stem = sc->slug }, r->error))
				return REPORT_EPLOT;
			sc->table_policy = run->policy;
			return REPORT_OK;
		}
	}
	return REPORT_OK;
}

static bool write_html(struct report *r, void *arg, FILE *out)
{
	return report_html(r, *(const bool *)arg, out);
}

static bool write_markdown(struct report *r, void *arg, FILE *out)
{
	return report_markdown(r, *(const bool *)arg, out);
}

static bool write_json(struct report *r, void *arg, FILE *out)
{
	return report_json(r, out);
}

static bool write_mail(struct report *r, void *arg, FILE *out)
{
	return report_mail(r, out);
}

static enum report_status write_all(struct report *r)
{
	static const struct report_file files[] = {
		{ "report.html", write_html }, { "report.md", write_markdown }, { "report.mail", write_mail }, { "report.json", write_json },
		{ 0 }
	};
	enum report_status plots = write_plots(r), status;
	bool drawn;

	if (plots == REPORT_OK)
		plots = draw_table(r);
	drawn = plots == REPORT_OK;

	if (plots == REPORT_ETROUBLE)
		return plots;
	status = report_write_files(r, files, &drawn);
	return status == REPORT_OK ? plots : status;
}

static char *mail_text(struct report *r)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	report_mail(r, out);
	fclose(out);
	return text;
}

static char *copy_of(const char *text)
{
	return text ? strdup(text) : NULL;
}

static void say(struct report *r, struct report_said *said)
{
	said->summary = copy_of(report_printf(r, "%s\n\n%s", words_summary(r), words_why(r)));
	said->left_out = copy_of(words_left_out(r));
	said->mail = mail_text(r);
	r->no_memory = r->no_memory || !said->summary || !said->left_out || !said->mail;
}

static enum report_status load_runs(struct report *r)
{
	if (!r->options->x && !r->options->y)
		return report_load(r);
	snprintf(r->error, sizeof(r->error), "%s holds no sweep: there are no keys for --x and --y", r->options->db);
	return REPORT_EUSAGE;
}

enum report_status report_write(const struct report_options *options, struct report_said *said)
{
	struct report r = { .options = options };
	struct map m = { .r = &r };
	enum report_status status = map_load(&m);

	*said = (struct report_said){ .summary = NULL };
	if (status == REPORT_OK && m.points)
		status = map_report(&m, said);
	else if (status == REPORT_OK)
		status = load_runs(&r);
	if (status == REPORT_OK && !m.points) {
		report_judge(&r);
		if (options->directory)
			status = write_all(&r);
		say(&r, said);
	}
	if (r.no_memory) {
		status = REPORT_ETROUBLE;
		snprintf(r.error, sizeof(r.error), "out of memory");
	}
	snprintf(said->error, sizeof(said->error), "%s", r.error);
	report_free(&r);
	return status;
}

void report_said_free(struct report_said *said)
{
	free(said->summary);
	free(said->left_out);
	free(said->mail);
	*said = (struct report_said){ .summary = NULL };
}
