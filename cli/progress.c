// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"
#include "base/clock.h"
#include "base/units.h"

#define INTERVAL_NS	(100 * NSEC_PER_MSEC)

static void show(struct progress *p)
{
	int64_t now = clock_monotonic_ns();

	if (now < p->next_ns)
		return;
	p->next_ns = now + INTERVAL_NS;
	p->shown = true;
	/* cut, because a line that wraps cannot be rewritten */
	fprintf(stderr, "\r\033[K%.24s: %.16s: %" PRIu64 " of %" PRIu64 " LMBs, %u attempts",
		p->scenario, p->policy, p->lmbs_done, p->lmbs_requested, p->attempts);
	fflush(stderr);
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
	if (p->on)
		p->next_ns = clock_monotonic_ns() + INTERVAL_NS;
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

void progress_clear(struct progress *p)
{
	if (!p->shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	p->shown = false;
}
