/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * churn over some queue, as model_body.h; needs queue_push(q, &event) and
 * queue_pop(q) beside queue_init() and queue_fini().
 */
static struct model_result run_churn(const struct model_run *run)
{
	struct queue q;
	uint64_t random = 1, seq = 0;
	struct peer_event ev = { 0, 0, NULL, NULL };
	struct model_result result;
	double start;

	queue_init(&q);
	for (unsigned i = 0; i < run->depth; i++) {
		ev.when_ns = model_increment(run->increments, &random);
		ev.seq = seq++;
		queue_push(&q, &ev);
	}
	start = model_cpu_seconds();
	for (uint64_t i = 0; i < run->event_count; i++) {
		ev = queue_pop(&q);
		ev.when_ns += model_increment(run->increments, &random);
		ev.seq = seq++;
		queue_push(&q, &ev);
	}
	result.seconds = model_cpu_seconds() - start;
	result.end_ns = ev.when_ns;
	queue_fini(&q);
	return result;
}
