// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/screen.h"
#include "base/clock.h"
#include "base/units.h"

#define START		"\r\033[K"	/* and wipe what was there */
#define LINE_MAX_BYTES	160
#define INTERVAL_NS	(100 * NSEC_PER_MSEC)

static void show(struct progress *p)
{
	int64_t now = clock_monotonic_ns();
	char line[LINE_MAX_BYTES];

	if (now < p->next_ns)
		return;
	p->next_ns = now + INTERVAL_NS;
	p->shown = true;
	/* cut, because a line that wraps cannot be rewritten */
	snprintf(line, sizeof(line), START "%.24s: %.16s: %" PRIu64 " of %" PRIu64 " LMBs, %u attempts",
		 p->scenario, p->policy, p->lmbs_done, p->lmbs_requested, p->attempts);
	screen_raw(line);
}

static void on_request_start(void *ctx, const struct sim_request_start *ev)
{
	struct progress *p = ctx;

	p->lmbs_done = 0;
	p->lmbs_requested = ev->lmbs_requested;
	show(p);
}

static void on_lmb(void *ctx, const struct sim_lmb *ev)
{
	struct progress *p = ctx;

	if (!p->lmbs_done)
		p->adding = ev->added;
	/* a roll-back goes the other way */
	if (ev->added == p->adding)
		p->lmbs_done++;
	else
		p->lmbs_done--;
	show(p);
}

static void on_resize(void *ctx, const struct sim_resize *ev)
{
	struct progress *p = ctx;

	p->attempts = ev->seq;
	show(p);
}

void progress_init(struct progress *p)
{
	*p = (struct progress){ .on = isatty(STDERR_FILENO) && !cli_quiet() };
	p->begin_ns = p->on ? clock_monotonic_ns() : 0;
	p->next_ns = p->begin_ns + INTERVAL_NS;
}

struct sim_sink progress_sink(struct progress *p, const char *scenario, const char *policy)
{
	p->scenario = scenario;
	p->policy = policy;
	p->lmbs_done = p->lmbs_requested = 0;
	p->attempts = 0;
	if (!p->on)
		return (struct sim_sink){ 0 };
	return (struct sim_sink){
		.ctx = p,
		.request_start = on_request_start,
		.lmb = on_lmb,
		.resize = on_resize,
	};
}

/* "2 h 05 min", "3 min 20 s", "12 s" */
static void put_left(char *text, size_t size, int64_t seconds)
{
	if (seconds >= 3600)
		snprintf(text, size, "%" PRId64 " h %02" PRId64 " min left", seconds / 3600, seconds / 60 % 60);
	else if (seconds >= 60)
		snprintf(text, size, "%" PRId64 " min %02" PRId64 " s left", seconds / 60, seconds % 60);
	else
		snprintf(text, size, "%" PRId64 " s left", seconds);
}

void progress_points(struct progress *p, uint64_t done, uint64_t count)
{
	char line[LINE_MAX_BYTES], left[LINE_MAX_BYTES / 2];
	int64_t now, spent;
	uint64_t made;

	if (!p->on)
		return;
	/* what a resumed sweep had before says nothing of its rate */
	if (!p->done_first)
		p->done_first = done;
	now = clock_monotonic_ns();
	made = done - p->done_first + 1;
	spent = now - p->begin_ns;
	if (now < p->next_ns || spent <= 0)
		return;
	p->next_ns = now + INTERVAL_NS;
	p->shown = true;
	put_left(left, sizeof(left), (int64_t)((double)spent / NSEC_PER_SEC / (double)made * (double)(count - done)));
	snprintf(line, sizeof(line), START "%" PRIu64 " of %" PRIu64 " points, %.0f a second, %s", done, count,
		 (double)made * NSEC_PER_SEC / (double)spent, left);
	screen_raw(line);
}

void progress_clear(struct progress *p)
{
	if (!p->shown)
		return;
	screen_raw(START);
	p->shown = false;
}
