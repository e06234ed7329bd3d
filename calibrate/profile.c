// SPDX-License-Identifier: GPL-2.0-or-later
/* A fit as a cost profile: YAML with its provenance. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "calibrate/calibrate.h"

/* A quoted YAML scalar on one line: names of files may be anything. */
static void quoted(const char *text, FILE *out)
{
	fputc('"', out);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < 0x20 || c >= 0x7f)
			fprintf(out, "\\x%02x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static void write_data(const struct calib_data *data, const struct calib_about *about, FILE *out)
{
	size_t i;

	fputs("  data:\n", out);
	for (i = 0; i < data->log_count; i++) {
		const struct calib_log *log = &data->logs[i];

		fputs("    - {log: ", out);
		quoted(log->name, out);
		fprintf(out, ", bytes: %" PRIu64 ", sha256: %s,\n       scenario: ", log->bytes, about->digests[i]);
		quoted(log->scenario, out);
		fprintf(out, ", attempts: %zu, stretches: %zu}\n", log->attempt_count, log->row_count);
	}
}

static void write_states(const struct calib_fit *fit, enum calib_state state, const char *title, FILE *out)
{
	const char *separator = title;
	size_t k;

	for (k = 0; k < cost_key_count; k++) {
		if (fit->prices[k].state != state)
			continue;
		fprintf(out, "%s%s", separator, cost_keys[k].name);
		separator = ", ";
	}
	if (separator != title)
		fputs(".\n", out);
}

static void write_method(const struct calib_data *data, const struct calib_fit *fit,
			 const struct calib_about *about, FILE *out)
{
	size_t counts[CALIB_ROW_KIND_COUNT] = { 0 }, i;

	for (i = 0; i < data->row_count; i++)
		counts[data->rows[i].kind]++;
	fputs("  method: >-\n", out);
	fprintf(out, "    %zu stretches of the logs (prepare %zu, commit %zu, whole resize %zu, LMBs with or without a silent\n"
		"    attempt %zu), each as long as the prices of what the model counts for it. Least squares of relative\n"
		"    errors, Huber's weights, no price below 0; a log weighs as the root of its number of stretches.\n"
		"    Standard errors are the larger of those by stretch and by log. PREPARE is polled: its prices come from\n"
		"    the number of polls, which a log without a \"complete\" line shows only in the whole.\n",
		fit->row_count, counts[CALIB_PREPARE], counts[CALIB_COMMIT], counts[CALIB_RESIZE], counts[CALIB_LMBS]);
	write_states(fit, CALIB_STATE_FITTED, "    Fitted: ", out);
	write_states(fit, CALIB_STATE_ZERO, "    At 0, because a negative price would fit best: ", out);
	fprintf(out, "    All others are those of %s.\n", about->base);
	write_states(fit, CALIB_STATE_NO_DATA, "    Nothing in the logs pays: ", out);
	write_states(fit, CALIB_STATE_COLLINEAR, "    Cannot be told apart from fitted ones: ", out);
	write_states(fit, CALIB_STATE_NOISE, "    As likely what they were as anything else: ", out);
}

static void write_residuals(const struct calib_data *data, const struct calib_fit *fit, FILE *out)
{
	size_t i;

	fputs("  residuals:\n", out);
	fprintf(out, "    typical: %.1f %% of a stretch (median)\n", 100 * fit->scale);
	fputs("    guest_time_in_resizes:\n", out);
	for (i = 0; i < data->log_count; i++) {
		struct calib_compared c = calib_compare(data, fit, i);

		fputs("      - {log: ", out);
		quoted(data->logs[i].name, out);
		fprintf(out, ", recorded_s: %.3f, predicted_s: %.3f, ratio: ", c.recorded_ns / 1e9, c.predicted_ns / 1e9);
		if (c.recorded_ns > 0)
			fprintf(out, "%.3f}\n", c.predicted_ns / c.recorded_ns);
		else
			fputs("none}\n", out);
	}
}

void calib_write_profile(const struct calib_data *data, const struct calib_fit *fit,
			 const struct calib_about *about, FILE *out)
{
	size_t k;

	fputs("# Made by hptsim calibrate.\n", out);
	fprintf(out, "name: %s\n", about->name);
	fprintf(out, "description: Fitted to %zu kernel log%s\n", data->log_count, data->log_count == 1 ? "" : "s");
	fputs("about:\n", out);
	write_data(data, about, out);
	write_method(data, fit, about, out);
	write_residuals(data, fit, out);
	fputs("  validation: >-\n", out);
	fputs("    A fit is no validation: that it agrees with these logs shows nothing.\n", out);
	if (about->validation)
		fprintf(out, "    %s\n", about->validation);
	else
		fputs("    Logs left out were not looked at (calibrate --holdout does).\n", out);
	fputs("costs:\n", out);
	for (k = 0; k < cost_key_count; k++) {
		const struct calib_price *price = &fit->prices[k];
		double value = fmin(fmax(price->value, 0), (double)cost_keys[k].max);
		double error = fmin(price->error, (double)cost_keys[k].max);

		fprintf(out, "  %s: %.0f", cost_keys[k].name, value);
		if (error >= 0.5)
			fprintf(out, " \u00b1 %.0f", error);
		fputc('\n', out);
	}
}
