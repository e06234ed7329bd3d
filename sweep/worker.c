// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/worker.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/leave.h"
#include "run/apart.h"
#include "run/pack.h"
#include "sim/sim.h"
#include "sweep/wire.h"

unsigned worker_of(uint64_t i, unsigned count)
{
	uint64_t block = i / count * UINT64_C(0x9e3779b97f4a7c15);

	return (unsigned)((i + (block >> 40)) % count);
}

static void on_run_start(void *ctx, const struct sim_run_start *ev)
{
	wire_put(ctx, WIRE_RUN_START, ev, sizeof(*ev), NULL);
}

static void on_lmb(void *ctx, const struct sim_lmb *ev)
{
	wire_put(ctx, WIRE_LMB, ev, sizeof(*ev), NULL);
}

static void on_resize(void *ctx, const struct sim_resize *ev)
{
	struct pack_bytes packed = { .size = 0 };

	/* its texts may be of a process below this one */
	pack_event(&packed, PACK_resize, ev, NULL);
	if (packed.no_memory)
		((struct wire_buffer *)ctx)->no_memory = true;
	else
		wire_put(ctx, WIRE_RESIZE, packed.data, packed.size, NULL);
	free(packed.data);
}

static void on_request_end(void *ctx, const struct sim_request_end *ev)
{
	wire_put(ctx, WIRE_REQUEST_END, ev, sizeof(*ev), NULL);
}

static void on_finding(void *ctx, const struct sim_finding *ev)
{
	wire_put(ctx, WIRE_FINDING, ev, sizeof(*ev), ev->text);
}

static void on_run_end(void *ctx, const struct sim_run_end *ev)
{
	wire_put(ctx, WIRE_RUN_END, ev, sizeof(*ev), NULL);
}

static void run(const struct sweep_plan *plan, const struct scenario *sc, const struct policy *policy, uint64_t seed,
		struct wire_buffer *b)
{
	const struct sim_options options = { .seed = seed };
	const char *const texts[WIRE_RUN_TEXTS] = {
		sc->name, sc->description ? sc->description : "", policy->name, sc->costs_name,
		policy->title ? policy->title : "", policy->source ? policy->source : "",
	};
	struct sim_sink sink = {
		.ctx = b, .run_start = on_run_start, .request_end = on_request_end, .run_end = on_run_end,
	};
	struct sim_error error;

	if (plan->all_rows) {
		sink.lmb = on_lmb;
		sink.resize = on_resize;
		sink.finding = on_finding;
	}
	wire_put_run(b, seed, texts);
	apart_run(sc, policy, &options, &sink, &error);
	wire_put(b, WIRE_RUN_OVER, &error, sizeof(error), NULL);
}

/* The first error in one sentence. Where it was depends on how the file was named, so that is left out. */
static void put_invalid(struct wire_buffer *b, const struct diag_list *diags)
{
	char text[512] = "not valid";

	if (diags->count)
		snprintf(text, sizeof(text), "%s [%s]", diags->items[0].message, diag_rule_info[diags->items[0].rule].name);
	wire_put(b, WIRE_INVALID, NULL, 0, text);
}

static void simulate(const struct sweep_plan *plan, uint64_t point, struct wire_buffer *b)
{
	struct scenario_file *file;
	struct diag_list diags;
	uint64_t seed;
	enum scenario_status status;

	diag_init(&diags);
	status = sweep_plan_load(plan, point, &diags, &file, &seed);
	if (status == SCENARIO_OK) {
		const struct scenario *sc = scenario_get(file);
		const struct policy *const *policies = plan->own_policies ? sc->policies : plan->policies;

		for (size_t i = 0; i < plan->policy_count; i++)
			run(plan, sc, policies[i], seed, b);
	} else if (status == SCENARIO_EINVALID) {
		put_invalid(b, &diags);
	} else {
		wire_put(b, WIRE_TROUBLE, NULL, 0, diags.count ? diags.items[0].message : "out of memory");
	}
	wire_put(b, WIRE_POINT_END, NULL, 0, NULL);
	scenario_free(file);
	diag_release(&diags);
}

static void work(const struct sweep_plan *plan, uint64_t first, unsigned self, unsigned count, int fd)
{
	uint64_t end = sweep_plan_shard_count(plan);
	struct wire_buffer b = { .size = 0 };

	for (uint64_t i = first; i < end && !b.no_memory; i++) {
		if (worker_of(i, count) != self)
			continue;
		simulate(plan, sweep_plan_shard_point(plan, i), &b);
		/* half a point is none: the reader finds the pipe closed */
		if (b.no_memory || !wire_flush(&b, fd))
			break;
	}
	free(b.data);
}

static void end_worker(pid_t pid)
{
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	leave_reaped(pid);
}

unsigned workers_start(const struct sweep_plan *plan, struct store *st, uint64_t first, struct worker *workers,
		       unsigned count)
{
	unsigned i;
	int fds[2];

	fflush(NULL);
	for (i = 0; i < count; i++) {
		if (pipe(fds) != 0)
			break;
		workers[i].pid = leave_fork(false);
		if (workers[i].pid == 0) {
			/* or a worker whose reader is gone would be kept writing by its siblings */
			for (unsigned j = 0; j < i; j++)
				close(fileno(workers[j].in));
			close(fds[0]);
			store_sweep_forked(st);
			work(plan, first, i, count, fds[1]);
			_exit(0);
		}
		close(fds[1]);
		workers[i].in = workers[i].pid > 0 ? fdopen(fds[0], "rb") : NULL;
		if (!workers[i].in) {
			int error = errno;

			close(fds[0]);
			if (workers[i].pid > 0)
				end_worker(workers[i].pid);
			errno = error;
			break;
		}
	}
	return i;
}

void workers_stop(struct worker *workers, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		fclose(workers[i].in);
		end_worker(workers[i].pid);
	}
}
