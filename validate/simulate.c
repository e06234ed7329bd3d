// SPDX-License-Identifier: GPL-2.0-or-later
/* A simulation and the log that it writes. */
#define _GNU_SOURCE	/* open_memstream() is POSIX; strdup() too */
#include <stdlib.h>
#include <string.h>

#include "log/dmesg.h"
#include "run/apart.h"
#include "run/tee.h"
#include "validate/validate.h"
#include "scenario/diag.h"
#include "base/text.h"

/* Room for one more in an array whose room is the next power of two. */
static void *grow(void *array, size_t count, size_t size)
{
	return count & (count - 1) ? array : realloc(array, (count ? 2 * count : 1) * size);
}

static void on_lmb(void *ctx, const struct sim_lmb *ev)
{
	struct simulated *s = ctx;
	struct sim_move *moves = grow(s->moves, s->move_count, sizeof(*moves));

	if (!moves) {
		s->no_memory = true;
		return;
	}
	s->moves = moves;
	moves[s->move_count++] = (struct sim_move){ ev->request_seq, ev->drc_index, ev->added };
}

static void on_resize(void *ctx, const struct sim_resize *ev)
{
	struct simulated *s = ctx;
	unsigned *commits;

	if (!ev->commit_rc)
		return;
	commits = grow(s->commits, s->commit_count, sizeof(*commits));
	if (!commits) {
		s->no_memory = true;
		return;
	}
	s->commits = commits;
	commits[s->commit_count++] = ev->to_shift;
}

void simulated_free(struct simulated *s)
{
	scenario_free(s->file);
	klog_free(&s->log);
	free(s->seq.items);
	free(s->moves);
	free(s->commits);
	*s = (struct simulated){ 0 };
}

static enum validate_status read_log(struct simulated *s, const char *text, size_t size)
{
	if (s->no_memory || s->error.status == SIM_ENOMEM || klog_parse(&s->log, text, size) != KLOG_OK)
		return VALIDATE_ENOMEM;
	/* after a reboot of the scenario's the last boot is meant, as in the real log */
	if (!s->log.boot_count || !seq_build(&s->seq, &s->log, &s->log.boots[s->log.boot_count - 1]))
		return s->log.boot_count ? VALIDATE_ENOMEM : VALIDATE_OK;
	return VALIDATE_OK;
}

enum validate_status validate_simulate(struct validate *v, const struct scenario *sc, struct simulated *out)
{
	const struct sim_options options = { .seed = v->seed };
	struct tee tee = { .count = 0 };
	struct dmesg dmesg;
	struct sim_sink sink;
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	bool written;
	enum validate_status status;

	out->sc = sc;
	if (!stream)
		return VALIDATE_ENOMEM;
	tee_add(&tee, dmesg_sink(&dmesg, stream));
	tee_add(&tee, (struct sim_sink){ .ctx = out, .lmb = on_lmb, .resize = on_resize });
	sink = tee_sink(&tee);
	v->simulations++;
	apart_run(sc, v->policy, &options, &sink, &out->error);
	written = !ferror(stream);
	if (fclose(stream) != 0 || !written)
		status = VALIDATE_ENOMEM;
	else
		status = read_log(out, text, size);
	free(text);
	return status;
}

/* A name that a scenario may have, from a file's. */
static char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	char *name = strdup(*base && strcmp(base, "-") != 0 ? base : "log"), *dot;

	if (!name)
		return NULL;
	dot = strrchr(name, '.');
	if (dot && dot > name)
		*dot = '\0';
	if (strlen(name) > TEXT_NAME_MAX)
		name[TEXT_NAME_MAX] = '\0';
	for (char *p = name; *p; p++)
		if (!text_is_name_char(*p))
			*p = '_';
	return name;
}

void validate_write_plan(const struct validate *v, FILE *out)
{
	char *name = name_of(v->log_path);
	char about[512];
	const char *path = v->log_path;

	snprintf(about, sizeof(about), "Derived from the kernel log %s, line %zu on, by hptsim validate.", path,
		 v->log.records[v->boot->first_record].line);
	for (char *p = about; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	/* a scenario knows nothing of plug-ins */
	plan_write(&v->plan, name ? name : "log", about,
		   policy_find(v->policy->name) ? v->policy->name : "per-section", out);
	free(name);
}

enum validate_status validate_simulate_plan(struct validate *v, struct simulated *out)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	struct diag_list diags;
	enum scenario_status loaded;
	enum validate_status status;

	*out = (struct simulated){ 0 };
	if (!stream)
		return VALIDATE_ENOMEM;
	validate_write_plan(v, stream);
	if (fclose(stream) != 0) {
		free(text);
		return VALIDATE_ENOMEM;
	}
	diag_init(&diags);
	loaded = scenario_load_text("(derived)", text, &v->load, &diags, &out->file);
	/* of a scenario that the user has not, only what is wrong is told */
	if (loaded == SCENARIO_EINVALID && diags.count)
		fprintf(v->errors, "%s: no scenario can say what this log tells: %s\n", v->log_path, diags.items[0].message);
	else
		diag_render(&diags, v->errors);
	diag_release(&diags);
	free(text);
	switch (loaded) {
	case SCENARIO_OK:
		break;
	case SCENARIO_EINVALID:
		return VALIDATE_ESCENARIO;
	case SCENARIO_EIO:
		return VALIDATE_EIO;
	case SCENARIO_ENOMEM:
		return VALIDATE_ENOMEM;
	}
	status = validate_simulate(v, scenario_get(out->file), out);
	if (status != VALIDATE_OK)
		simulated_free(out);
	return status;
}
