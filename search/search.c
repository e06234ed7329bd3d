// SPDX-License-Identifier: GPL-2.0-or-later
#include "search/search.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "search/crew.h"
#include "search/shrink.h"
#include "search/write.h"

/* All of one search. */
struct search {
	const struct search_options *options;
	struct search_report *report;
	struct diag_list *diags;
	struct arena arena;
	struct bounds bounds;
	struct points points;
	struct expr *expr;
	const struct policy **known;
	const char *find;
	struct source find_source;
	struct judge judge;
	enum verdict last;
	jmp_buf oom;
};

static enum search_status trouble(struct search *s, const char *what)
{
	snprintf(s->report->message, sizeof(s->report->message), "%s", what);
	return SEARCH_ETROUBLE;
}

/* Policies that the expression may name besides hptsim's: the scenario's own, and those given. */
static size_t collect_known(struct search *s)
{
	const struct scenario *sc = scenario_get(s->options->file);
	size_t count = 0;

	s->known = calloc(sc->policy_count + s->options->known_count + 1, sizeof(*s->known));
	for (size_t i = 0; s->known && i < sc->policy_count; i++)
		s->known[count++] = sc->policies[i];
	for (size_t i = 0; s->known && i < s->options->known_count; i++)
		s->known[count++] = s->options->known[i];
	return count;
}

static enum search_status read_find(struct search *s)
{
	struct srcpos pos = s->options->search.find_pos;
	size_t count = collect_known(s);

	s->find = s->options->find ? s->options->find : s->options->search.find;
	s->expr = calloc(1, sizeof(*s->expr));
	if (!s->expr || !s->known)
		return trouble(s, "out of memory");
	if (s->options->find) {
		s->find_source = (struct source){ .name = "--find", .text = s->find, .size = strlen(s->find) };
		pos = (struct srcpos){ .source = &s->find_source, .line = 1, .col = 1, .width = 1 };
	}
	return expr_parse(pos, s->find, s->options->policy, s->known, count, s->diags, s->expr) ? SEARCH_NOTHING : SEARCH_EINVALID;
}

static bool on_tried(void *ctx, uint64_t point, const struct tried *tried)
{
	struct search *s = ctx;
	struct search_report *r = s->report;

	r->points = point;
	r->invalid += tried->verdict == VERDICT_INVALID;
	r->aborted += tried->aborted;
	r->impossible += tried->impossible;
	s->last = (enum verdict)tried->verdict;
	if (s->options->progress)
		s->options->progress(s->options->ctx, point, r->points_max);
	return s->last == VERDICT_NO || s->last == VERDICT_INVALID;
}

/* Until a point has it; its verdict is that of the last one. */
static enum search_status look(struct search *s)
{
	const struct crew crew = {
		.points = &s->points, .judge = &s->judge, .count = s->report->points_max, .jobs = s->options->jobs,
		.deadline_ns = s->options->time_ns ? clock_monotonic_ns() + s->options->time_ns : 0,
		.tried = on_tried, .ctx = s,
	};
	uint64_t point;

	switch (crew_run(&crew, &point)) {
	case CREW_OK:
		break;
	case CREW_LATE:
		s->report->out_of_time = true;
		break;
	case CREW_ESTART:
		return trouble(s, strerror(errno));
	case CREW_EGONE:
		snprintf(s->report->message, sizeof(s->report->message), "a process that simulates ended at point %" PRIu64, point);
		return SEARCH_ETROUBLE;
	}
	return s->last == VERDICT_YES ? SEARCH_FOUND : s->last == VERDICT_TROUBLE ? trouble(s, "out of memory") : SEARCH_NOTHING;
}

/* Again in this process, for what it says of an error. */
static enum search_status tell_overflow(struct search *s)
{
	if (judge_scenario(&s->judge, points_make(&s->points, &s->arena, s->report->points)) != VERDICT_OVERFLOW)
		return trouble(s, "the same point is judged differently twice");
	diag_error(s->diags, s->judge.where, RULE_BAD_FIND, "at point %" PRIu64 " this does not fit 127 bits", s->report->points);
	return SEARCH_EINVALID;
}

static char *print_text(const struct counterexample *ce, void (*print)(const struct counterexample *ce, FILE *out))
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	print(ce, out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

/* What was written is read and run, as whoever gets it will. */
static bool check_written(struct search *s)
{
	const struct scenario_load_options options = { .costs_dir = s->options->costs_dir };
	struct scenario_file *file;
	struct diag_list diags;
	bool ok = false;

	diag_init(&diags);
	if (scenario_load_text(s->options->path, s->report->yaml, &options, &diags, &file) == SCENARIO_OK) {
		struct node *root = tree_copy(&s->arena, scenario_tree(file));

		tree_remove(root, "policies");
		tree_remove(root, "expect");
		ok = judge_scenario(&s->judge, root) == VERDICT_YES;
	}
	scenario_free(file);
	diag_release(&diags);
	return ok;
}

static enum search_status make_smaller(struct search *s)
{
	struct counterexample ce = { .options = s->options, .judge = &s->judge, .find = s->find, .points_max = s->report->points_max };
	struct node *found = points_make(&s->points, &s->arena, s->report->points);
	struct shrinker shrinker;

	shrink_begin(&shrinker, &s->judge, &s->bounds, found, &s->oom);
	shrink_all(&shrinker);
	/* the last one judged was one that did not have it, perhaps */
	ce.root = tree_copy(&s->arena, shrinker.best);
	s->report->steps = ce.steps = shrinker.steps;
	s->report->events_found = tree_at(found, "events")->count;
	s->report->events_left = node_get(ce.root, "events")->count;
	shrink_end(&shrinker);
	if (shrinker.trouble)
		return trouble(s, "out of memory");
	if (judge_scenario(&s->judge, tree_copy(&s->arena, ce.root)) != VERDICT_YES)
		return trouble(s, "the same scenario is judged differently twice");
	ce.point = s->report->points;
	s->report->yaml = print_text(&ce, counterexample_print);
	s->report->facts = print_text(&ce, counterexample_facts);
	if (!s->report->yaml || !s->report->facts)
		return trouble(s, "out of memory");
	return check_written(s) ? SEARCH_FOUND : trouble(s, "what was written is not what was found: a bug of hptsim");
}

static enum search_status start(struct search *s)
{
	const struct scenario_load_options load = { .costs_dir = s->options->costs_dir, .costs_cache = &s->judge.costs };
	enum search_status status;
	size_t size;
	FILE *out;

	s->report->points_max = s->options->search.points ? s->options->search.points : SEARCH_POINTS_USUAL;
	if (!bounds_init(&s->bounds, &s->arena, s->options->file, s->options->path, &load, &s->options->search, s->diags))
		return SEARCH_EINVALID;
	status = read_find(s);
	if (status != SEARCH_NOTHING)
		return status;
	out = open_memstream(&s->report->bounds, &size);
	if (!out)
		return trouble(s, "out of memory");
	bounds_print(&s->bounds, "  ", out);
	if (fclose(out) != 0)
		return trouble(s, "out of memory");
	points_init(&s->points, &s->bounds, s->options->seed);
	s->judge.path = s->options->path;
	s->judge.costs_dir = s->options->costs_dir;
	s->judge.expr = s->expr;
	return SEARCH_NOTHING;
}

static enum search_status run(struct search *s)
{
	enum search_status status = start(s);

	if (status == SEARCH_NOTHING)
		status = look(s);
	if (status == SEARCH_FOUND)
		return make_smaller(s);
	return status == SEARCH_NOTHING && s->last == VERDICT_OVERFLOW ? tell_overflow(s) : status;
}

enum search_status search_run(const struct search_options *options, struct diag_list *diags, struct search_report *report)
{
	struct search *s = calloc(1, sizeof(*s));
	enum search_status status;

	*report = (struct search_report){ .message = "out of memory" };
	if (!s)
		return SEARCH_ETROUBLE;
	s->options = options;
	s->report = report;
	s->diags = diags;
	s->arena.on_oom = &s->oom;
	if (setjmp(s->oom) == 0)
		status = run(s);
	else
		status = trouble(s, "out of memory");
	arena_release(&s->arena);
	free(s->expr);
	free(s->known);
	free(s);
	return status;
}

void search_report_free(struct search_report *report)
{
	free(report->facts);
	free(report->yaml);
	free(report->bounds);
	report->facts = report->yaml = report->bounds = NULL;
}

static void print_count(const char *comma, uint64_t count, const char *what, FILE *out)
{
	if (count)
		fprintf(out, "%s%" PRIu64 " %s", comma, count, what);
}

void search_print_report(const struct search_report *r, enum search_status status, FILE *out)
{
	if (status == SEARCH_FOUND)
		fprintf(out, "found at point %" PRIu64 " of %" PRIu64, r->points, r->points_max);
	else
		fprintf(out, "nothing found at %" PRIu64 " point%s", r->points, r->points == 1 ? "" : "s");
	print_count("; ", r->invalid, "not valid", out);
	print_count("; ", r->impossible, "that could not happen", out);
	print_count("; ", r->aborted, "whose run did not end", out);
	fputc('\n', out);
	if (status == SEARCH_FOUND) {
		fprintf(out, "made smaller in %" PRIu64 " steps: %zu event%s of %zu left; %s\n", r->steps, r->events_left,
			r->events_left == 1 ? "" : "s", r->events_found, r->facts);
		return;
	}
	if (r->out_of_time)
		fprintf(out, "the time was over: another machine gets to another point\n");
	fprintf(out, "that is no proof that there is nothing; looked at were\n%s", r->bounds);
}
