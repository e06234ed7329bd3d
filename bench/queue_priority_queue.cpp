/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A peer: std::priority_queue with the engine's events. */
#include <cstdlib>
#include <queue>
#include <vector>

#include "bench/models.h"
#include "bench/peer_event.h"

namespace {

struct later {
	bool operator()(const peer_event &a, const peer_event &b) const
	{
		if (a.when_ns != b.when_ns)
			return a.when_ns > b.when_ns;
		return a.seq > b.seq;
	}
};

struct queue {
	std::priority_queue<peer_event, std::vector<peer_event>, later> events;
	int64_t now_ns = 0;
	uint64_t seq = 0;
	bool stopped = false;
};

void queue_init(struct queue *)
{
}

void queue_fini(struct queue *)
{
}

inline bool queue_empty(const struct queue *q)
{
	return q->events.empty();
}

inline void queue_push(struct queue *q, const peer_event *ev)
{
	q->events.push(*ev);
}

inline peer_event queue_pop(struct queue *q)
{
	peer_event top = q->events.top();

	q->events.pop();
	return top;
}

#include "bench/queue_loop.h"
#include "bench/model_body.h"
#include "bench/churn_body.h"

}

extern "C" const struct model_queue queue_priority_queue = {
	"std::priority_queue", run_churn, run_hold, run_mm1,
};
