// SPDX-License-Identifier: GPL-2.0-or-later
#include "calibrate/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "validate/choose.h"

static enum calib_status read_text(struct calib_source *s, char message[CALIB_MESSAGE_MAX])
{
	FILE *in = strcmp(s->path, "-") == 0 ? stdin : fopen(s->path, "rb");
	enum calib_status status = CALIB_OK;
	size_t room = 0;

	if (!in) {
		snprintf(message, CALIB_MESSAGE_MAX, "cannot open: %s", strerror(errno));
		return CALIB_EIO;
	}
	do {
		if (s->size == room) {
			char *text = realloc(s->text, room = room ? 2 * room : 65536);

			if (!text) {
				status = CALIB_ENOMEM;
				break;
			}
			s->text = text;
		}
		s->size += fread(s->text + s->size, 1, room - s->size, in);
	} while (!feof(in) && !ferror(in));
	if (ferror(in)) {
		snprintf(message, CALIB_MESSAGE_MAX, "cannot read: %s", strerror(errno));
		status = CALIB_EIO;
	}
	if (in != stdin)
		fclose(in);
	return status;
}

static enum calib_status load_scenario(struct calib_source *s, const char *costs_dir, FILE *errors)
{
	const struct scenario_load_options opts = { .costs_dir = costs_dir };
	enum scenario_status status;
	struct diag_list diags;

	diag_init(&diags);
	status = scenario_load(s->scenario_path, &opts, &diags, &s->scenario);
	diag_render(&diags, errors);
	diag_release(&diags);
	switch (status) {
	case SCENARIO_OK:
		return CALIB_OK;
	case SCENARIO_ENOMEM:
		return CALIB_ENOMEM;
	case SCENARIO_EINVALID:
		return CALIB_ELOG;
	case SCENARIO_EIO:
		break;
	}
	return CALIB_EIO;
}

static enum calib_status fit(struct validate *v)
{
	switch (validate_fit(v)) {
	case VALIDATE_OK:
		return CALIB_OK;
	case VALIDATE_ENOMEM:
		return CALIB_ENOMEM;
	case VALIDATE_ESCENARIO:
		return CALIB_ELOG;
	case VALIDATE_EIO:
		break;
	}
	return CALIB_EIO;
}

/* What the last boot of the log that has a resize or a request shows. */
static enum calib_status derive_scenario(struct calib_source *s, char message[CALIB_MESSAGE_MAX])
{
	struct validate *v = &s->v;
	const char *missing = NULL;
	char text[CHOICE_TEXT_MAX];

	if (!validate_choose(v, &(struct choice){ .boot_only = false }, text)) {
		/* the caller has named the file */
		const char *rest = text + (strncmp(text, s->path, strlen(s->path)) == 0 ? strlen(s->path) : 0);

		snprintf(message, CALIB_MESSAGE_MAX, "%s%.*s", strncmp(rest, ": ", 2) == 0 ? "" : "line ", CALIB_MESSAGE_MAX - 8,
			 rest + strspn(rest, ": "));
		return CALIB_ELOG;
	}
	v->derived = true;
	if (!seq_build(&v->seq, &v->log, v->boot))
		return CALIB_ENOMEM;
	switch (validate_derive(v, &missing)) {
	case PLAN_OK:
		return fit(v);
	case PLAN_ENOMEM:
		return CALIB_ENOMEM;
	case PLAN_ENOTHING:
		missing = "a request or a resize";
		break;
	case PLAN_ENOGUEST:
		break;
	}
	snprintf(message, CALIB_MESSAGE_MAX, "the log does not tell %s; say what was done with --scenario", missing);
	return CALIB_ELOG;
}

enum calib_status calib_source_read(struct calib_source *s, const char *path, const char *scenario_path,
				    const char *costs_dir, const struct policy *policy, FILE *errors,
				    char message[CALIB_MESSAGE_MAX])
{
	enum calib_status status;
	enum klog_status parsed;

	*s = (struct calib_source){
		.path = path, .scenario_path = scenario_path,
		.v = { .log_path = path, .errors = errors, .load.costs_dir = costs_dir, .policy = policy },
	};
	status = read_text(s, message);
	if (status != CALIB_OK)
		return status;
	if (!SHA256Data((const uint8_t *)(s->text ? s->text : ""), s->size, s->digest))
		return CALIB_ENOMEM;
	parsed = klog_parse(&s->v.log, s->text ? s->text : "", s->size);
	if (parsed != KLOG_OK) {
		snprintf(message, CALIB_MESSAGE_MAX, "%s", klog_status_text(parsed));
		return parsed == KLOG_ENOMEM ? CALIB_ENOMEM : CALIB_EIO;
	}
	if (!s->v.log.attempt_count && !s->v.log.request_count) {
		snprintf(message, CALIB_MESSAGE_MAX, "no resize and no hotplug request in it: is it a guest's kernel log?");
		return CALIB_ELOG;
	}
	return scenario_path ? load_scenario(s, costs_dir, errors) : derive_scenario(s, message);
}

const struct scenario *calib_source_scenario(const struct calib_source *s)
{
	return s->scenario ? scenario_get(s->scenario) : s->v.sim.sc;
}

enum calib_status calib_source_observe(struct calib_source *s, const struct policy *policy, struct calib_data *data,
				       char message[CALIB_MESSAGE_MAX])
{
	return calib_add_log(data, s->path, s->size, &s->v.log, s->v.boot, calib_source_scenario(s), policy, message);
}

void calib_source_free(struct calib_source *s)
{
	simulated_free(&s->v.sim);
	free(s->v.seq.items);
	plan_free(&s->v.plan);
	klog_free(&s->v.log);
	free(s->text);
	scenario_free(s->scenario);
}
