/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hold and mm1 over some queue; no include guard, as each queue's file includes
 * it once. That file defines before
 *
 *	struct queue		with a member `int64_t now_ns`, or queue_now()
 *	queue_now(q)
 *	queue_schedule(q, when_ns, fn, arg)
 *	queue_run(q)		until queue_stop(q)
 *	queue_init(q, cap), queue_fini(q)
 */
struct model {
	struct queue *q;
	const uint32_t *increments;
	uint64_t random;
	uint64_t left;		/* events to go */
	int64_t end_ns;
};

struct station {
	struct model *model;
	unsigned customer_count;
};

/* Counts an event; false: it was the last one. */
static inline bool model_goes_on(struct model *m)
{
	if (--m->left)
		return true;
	m->end_ns = queue_now(m->q);
	queue_stop(m->q);
	return false;
}

static void hold_event(void *arg)
{
	struct model *m = (struct model *)arg;

	if (model_goes_on(m))
		queue_schedule(m->q, queue_now(m->q) + model_increment(m->increments, &m->random),
			       hold_event, m);
}

static void station_departs(void *arg)
{
	struct station *s = (struct station *)arg;
	struct model *m = s->model;

	if (--s->customer_count)
		queue_schedule(m->q, queue_now(m->q) +
			       model_increment(m->increments, &m->random) / 2, station_departs, s);
	model_goes_on(m);
}

static void station_arrives(void *arg)
{
	struct station *s = (struct station *)arg;
	struct model *m = s->model;

	queue_schedule(m->q, queue_now(m->q) + model_increment(m->increments, &m->random),
		       station_arrives, s);
	if (!s->customer_count++)
		queue_schedule(m->q, queue_now(m->q) +
			       model_increment(m->increments, &m->random) / 2, station_departs, s);
	model_goes_on(m);
}

static struct model_result model_measure(struct model *m)
{
	struct model_result result;
	double start = model_cpu_seconds();

	queue_run(m->q);
	result.seconds = model_cpu_seconds() - start;
	result.end_ns = m->end_ns;
	return result;
}

static struct model_result run_hold(const struct model_run *run)
{
	struct queue q;
	struct model m = { &q, run->increments, 1, run->event_count, 0 };
	struct model_result result;

	queue_init(&q);
	for (unsigned i = 0; i < run->depth; i++)
		queue_schedule(&q, model_increment(m.increments, &m.random), hold_event, &m);
	result = model_measure(&m);
	queue_fini(&q);
	return result;
}

static struct model_result run_mm1(const struct model_run *run)
{
	unsigned count = model_station_count(run->depth);
	struct station *stations = (struct station *)calloc(count, sizeof(*stations));
	struct queue q;
	struct model m = { &q, run->increments, 1, run->event_count, 0 };
	struct model_result result = { 0, 0 };

	if (!stations)
		return result;
	queue_init(&q);
	for (unsigned i = 0; i < count; i++) {
		stations[i].model = &m;
		queue_schedule(&q, model_increment(m.increments, &m.random), station_arrives,
			       &stations[i]);
	}
	result = model_measure(&m);
	queue_fini(&q);
	free(stations);
	return result;
}
