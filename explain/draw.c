// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/draw.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/output.h"
#include "explain/put.h"
#include "plot/plot.h"

#define NAME_MAX_LENGTH	4096

/* Units of each picture; the scripts say the same. */
#define FOLD_HEIGHT	490u
#define SLOTS_HEIGHT	480u
#define MAP_HEIGHT	440u

static const struct picture { const char *kind, *script; unsigned height; bool map; } pictures[] = {
	{ "fold", "fold.gp", FOLD_HEIGHT, false },
	{ "slots", "slots.gp", SLOTS_HEIGHT, false },
	{ "map", "map.gp", MAP_HEIGHT, true },
};

#define PICTURE_COUNT	(sizeof(pictures) / sizeof(pictures[0]))

struct drawing {
	const struct explain_report *r;
	struct explain_map *map;	/* NULL: none */
	char directory[NAME_MAX_LENGTH];
	const char *stem;		/* within @directory */
	const struct picture *only;	/* NULL: all */
	char *message;
};

static bool ends_with(const char *s, const char *end)
{
	size_t length = strlen(s), n = strlen(end);

	return length > n && strcmp(s + length - n, end) == 0;
}

bool explain_has_fold(const struct explain_report *r)
{
	return r->run->chosen_bins && r->run->chosen_bins->there;
}

bool explain_has_map(const struct explain_report *r)
{
	return !r->run->any_slot;
}

static enum explain_draw_status trouble(const struct drawing *d, const char *name)
{
	snprintf(d->message, EXPLAIN_MESSAGE_MAX, "%.300s: cannot be written: %s", name, output_error(errno));
	return EXPLAIN_DRAW_ETROUBLE;
}

static enum explain_draw_status write_data(const struct drawing *d, const char *kind, const char *subdirectory)
{
	char name[2 * NAME_MAX_LENGTH + 64];
	struct output o;
	FILE *out;

	snprintf(name, sizeof(name), "%s/%s%s-%s.tsv", d->directory, subdirectory, d->stem, kind);
	out = output_open(&o, name);
	if (!out)
		return trouble(d, name);
	if (strcmp(kind, "fold") == 0)
		explain_put_fold(d->r, out);
	else if (strcmp(kind, "slots") == 0)
		explain_put_slots(d->r, out);
	else
		explain_put_map(d->r, d->map, out);
	if (!output_close(&o, true))
		return trouble(d, name);
	return EXPLAIN_DRAW_OK;
}

/* Whether it can be drawn, and shall be. */
static bool is_there(const struct drawing *d, const struct picture *p)
{
	return (!d->only || d->only == p) && (p->map ? explain_has_map(d->r) : explain_has_fold(d->r));
}

static bool make_map(struct drawing *d)
{
	d->map = calloc(1, sizeof(*d->map));
	if (d->map && explain_map_fill(d->map, d->r->scenario, d->r->policy, d->r->seed) == SIM_OK)
		return true;
	snprintf(d->message, EXPLAIN_MESSAGE_MAX, "out of memory");
	return false;
}

static enum explain_draw_status write_all_data(struct drawing *d, const char *subdirectory)
{
	enum explain_draw_status status = EXPLAIN_DRAW_OK;

	for (size_t i = 0; i < PICTURE_COUNT && status == EXPLAIN_DRAW_OK; i++) {
		if (!is_there(d, &pictures[i]))
			continue;
		if (pictures[i].map && !make_map(d))
			return EXPLAIN_DRAW_ETROUBLE;
		status = write_data(d, pictures[i].kind, subdirectory);
	}
	return status;
}

static enum explain_draw_status clean_svg(const struct drawing *d, const char *name)
{
	char path[2 * NAME_MAX_LENGTH + 64];

	snprintf(path, sizeof(path), "%s/%s", d->directory, name);
	return plot_clean_svg_file(path) ? EXPLAIN_DRAW_OK : trouble(d, path);
}


/* Everything on one sheet. */
static enum explain_draw_status draw_sheet(struct drawing *d, const char *out)
{
	char data[NAME_MAX_LENGTH + 64], message[PLOT_MESSAGE_MAX];
	struct plot_process process;
	unsigned whole = 0, top = 0;

	for (size_t i = 0; i < PICTURE_COUNT; i++)
		whole += is_there(d, &pictures[i]) ? pictures[i].height : 0;
	if (!whole) {
		snprintf(d->message, EXPLAIN_MESSAGE_MAX, "there is nothing to draw: the attempt did not come to COMMIT");
		return EXPLAIN_DRAW_EPLOT;
	}
	plot_begin(&process);
	plot_sheet(&process, out, whole);
	for (size_t i = 0; i < PICTURE_COUNT; i++) {
		if (!is_there(d, &pictures[i]))
			continue;
		snprintf(data, sizeof(data), "%s-%s.tsv", d->stem, pictures[i].kind);
		plot_on_sheet(&process, pictures[i].script, data, top);
		top += pictures[i].height;
	}
	plot_sheet_end(&process);
	plot_start(&process, d->directory);
	if (!plot_finish(&process, message)) {
		snprintf(d->message, EXPLAIN_MESSAGE_MAX, "%s", message);
		return EXPLAIN_DRAW_EPLOT;
	}
	return ends_with(out, ".svg") ? clean_svg(d, out) : EXPLAIN_DRAW_OK;
}

bool explain_is_picture(const char *file)
{
	const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;

	return ends_with(name, ".svg") || ends_with(name, ".png");
}

enum explain_draw_status explain_draw(const struct explain_report *r, const char *file, char message[EXPLAIN_MESSAGE_MAX])
{
	const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
	struct drawing d = { .r = r, .message = message };
	enum explain_draw_status status;
	char stem[NAME_MAX_LENGTH];

	if (!explain_is_picture(file)) {
		snprintf(message, EXPLAIN_MESSAGE_MAX, "%.300s: a picture's name ends with .svg or .png", file);
		return EXPLAIN_DRAW_ENAME;
	}
	if (strlen(file) >= NAME_MAX_LENGTH) {
		snprintf(message, EXPLAIN_MESSAGE_MAX, "%.300s...: the name is too long", file);
		return EXPLAIN_DRAW_ENAME;
	}
	snprintf(d.directory, sizeof(d.directory), "%.*s", slash ? (int)(slash - file) + (slash == file) : 1, slash ? file : ".");
	snprintf(stem, sizeof(stem), "%.*s", (int)strlen(name) - 4, name);
	d.stem = stem;
	for (size_t i = 0; i < PICTURE_COUNT; i++) {
		char end[16];

		snprintf(end, sizeof(end), "-%s", pictures[i].kind);
		if (ends_with(stem, end))
			d.only = &pictures[i];
	}
	if (d.only)
		stem[strlen(stem) - strlen(d.only->kind) - 1] = '\0';
	status = write_all_data(&d, "");
	if (status == EXPLAIN_DRAW_OK)
		status = draw_sheet(&d, name);
	free(d.map);
	return status;
}

static enum explain_draw_status draw_format(struct drawing *d, const char *format)
{
	char data[NAME_MAX_LENGTH + 64], out[NAME_MAX_LENGTH + 64], message[PLOT_MESSAGE_MAX];
	enum explain_draw_status status = EXPLAIN_DRAW_OK;
	struct plot_process process;

	plot_begin(&process);
	for (size_t i = 0; i < PICTURE_COUNT; i++) {
		snprintf(data, sizeof(data), "data/%s-%s.tsv", d->stem, pictures[i].kind);
		snprintf(out, sizeof(out), "%s-%s.%s", d->stem, pictures[i].kind, format);
		if (is_there(d, &pictures[i]))
			plot_picture(&process, pictures[i].script, data, out);
	}
	plot_start(&process, d->directory);
	if (!plot_finish(&process, message)) {
		snprintf(d->message, EXPLAIN_MESSAGE_MAX, "%s", message);
		return EXPLAIN_DRAW_EPLOT;
	}
	for (size_t i = 0; i < PICTURE_COUNT && status == EXPLAIN_DRAW_OK && strcmp(format, "svg") == 0; i++) {
		snprintf(out, sizeof(out), "%s-%s.svg", d->stem, pictures[i].kind);
		if (is_there(d, &pictures[i]))
			status = clean_svg(d, out);
	}
	return status;
}

static void remove_old(const struct drawing *d)
{
	static const struct { const char *subdirectory, *format; } names[] = {
		{ "", "svg" }, { "", "png" }, { "data/", "tsv" },
	};
	char name[2 * NAME_MAX_LENGTH + 64];

	for (size_t i = 0; i < PICTURE_COUNT; i++) {
		for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
			snprintf(name, sizeof(name), "%s/%s%s-%s.%s", d->directory, names[n].subdirectory, d->stem,
				 pictures[i].kind, names[n].format);
			remove(name);
		}
	}
}

static enum explain_draw_status draw_each(const struct explain_report *r, const char *directory, const char *stem,
					  char message[EXPLAIN_MESSAGE_MAX])
{
	struct drawing d = { .r = r, .stem = stem, .message = message };
	enum explain_draw_status status;

	if (strlen(directory) >= NAME_MAX_LENGTH || strlen(stem) >= NAME_MAX_LENGTH) {
		snprintf(message, EXPLAIN_MESSAGE_MAX, "%.300s...: the name is too long", directory);
		return EXPLAIN_DRAW_ENAME;
	}
	snprintf(d.directory, sizeof(d.directory), "%s", directory);
	remove_old(&d);
	status = write_all_data(&d, "data/");
	if (status == EXPLAIN_DRAW_OK)
		status = draw_format(&d, "svg");
	if (status == EXPLAIN_DRAW_OK)
		status = draw_format(&d, "png");
	free(d.map);
	return status;
}

enum explain_draw_status explain_draw_run(const struct scenario *sc, const struct policy *policy, uint64_t seed,
					  const char *directory, const char *stem, char message[EXPLAIN_MESSAGE_MAX])
{
	struct explain x = { .any_slot = sc->hypervisor.rehash == REHASH_ANY_SLOT };
	const struct explain_report report = { .scenario = sc, .policy = policy, .seed = seed, .run = &x };
	struct sim_sink sink = explain_sink(&x);
	struct sim_observer observer = explain_observer(&x);
	enum explain_draw_status status = EXPLAIN_DRAW_ETROUBLE;
	struct sim_error error;

	snprintf(message, EXPLAIN_MESSAGE_MAX, "out of memory");
	if (explain_want_bins(&x)) {
		/* what came before an early end can be drawn */
		sim_run(sc, policy, &(struct sim_options){ .seed = seed, .observer = &observer }, &sink, &error);
		if (!x.no_memory)
			status = draw_each(&report, directory, stem, message);
	}
	explain_free(&x);
	return status;
}
