// SPDX-License-Identifier: GPL-2.0-or-later
/* All plots of a report: one gnuplot for all SVG and, at the same time, one for all PNG. */
#include "report/plots.h"

#include "plot/plot.h"

/* Names are slugs: nothing in them needs a quote. */
static void ask(const struct report *r, const char *format, struct plot_process *p)
{
	for (size_t i = 0; i < r->scenario_count; i++) {
		const struct report_scenario *sc = &r->scenarios[i];

		for (int plot = 0; plot < PLOT_COUNT; plot++) {
			const char *name = report_plot_info[plot].name;
			char script[32], data[128], out[128];

			if (!report_has_plot(r, sc, (enum report_plot)plot))
				continue;
			snprintf(script, sizeof(script), "%s.gp", name);
			snprintf(data, sizeof(data), "data/%s-%s.tsv", sc->slug, name);
			snprintf(out, sizeof(out), "%s-%s.%s", sc->slug, name, format);
			plot_picture(p, script, data, out);
		}
	}
}

enum report_status report_draw(struct report *r)
{
	static const char *const formats[] = { "svg", "png" };
	struct plot_process processes[2];
	char message[PLOT_MESSAGE_MAX];
	bool ok = true;

	for (size_t i = 0; i < 2; i++) {
		plot_begin(&processes[i]);
		ask(r, formats[i], &processes[i]);
		plot_start(&processes[i], r->options->directory);
	}
	for (size_t i = 0; i < 2; i++) {
		if (plot_finish(&processes[i], message))
			continue;
		if (ok)
			snprintf(r->error, sizeof(r->error), "%s", message);
		ok = false;
	}
	return ok ? REPORT_OK : REPORT_EPLOT;
}
