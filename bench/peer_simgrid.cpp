/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A peer: the models of models.h on SimGrid's timers; prints events a second of
 * CPU time. usage: peer_simgrid hold|mm1 DEPTH EVENTS
 *
 * Timers with a callback are the cheapest events that SimGrid has; actors cost a
 * context switch more. One actor sleeps meanwhile, as without any the simulation is over.
 */
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <random>
#include <vector>

#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u.hpp>

#include "bench/models.h"

using simgrid::kernel::timer::Timer;

namespace {

uint32_t increments[1u << MODEL_TABLE_BITS];
uint64_t random_state = 1, events, events_left;
clock_t start;

double later(unsigned part = 1)
{
	return simgrid::s4u::Engine::get_clock() +
	       model_increment(increments, &random_state) / part * 1e-9;
}

/* The simulation ends here, whatever is pending. */
void count()
{
	if (--events_left)
		return;
	printf("%g\n", (double)events / ((double)(clock() - start) / CLOCKS_PER_SEC));
	fflush(stdout);
	_Exit(0);
}

void hold()
{
	Timer::set(later(), hold);
	count();
}

void depart(unsigned *customers)
{
	if (--*customers)
		Timer::set(later(2), [customers] { depart(customers); });
	count();
}

void arrive(unsigned *customers)
{
	Timer::set(later(), [customers] { arrive(customers); });
	if (!(*customers)++)
		Timer::set(later(2), [customers] { depart(customers); });
	count();
}

}

int main(int argc, char **argv)
{
	if (argc < 4)
		return 2;
	int none = 1;
	simgrid::s4u::Engine engine(&none, argv);
	unsigned depth = (unsigned)atoi(argv[2]);
	std::vector<unsigned> stations(model_station_count(depth));
	std::mt19937 rng(1);
	std::exponential_distribution<double> exponential(1 / MODEL_MEAN_NS);

	events = events_left = strtoull(argv[3], nullptr, 10);
	for (auto &i : increments)
		i = (uint32_t)exponential(rng);
	auto *zone = simgrid::s4u::create_full_zone("zone");
	auto *host = zone->create_host("host", 1e9);

	zone->seal();
	simgrid::s4u::Actor::create("sleeper", host, [] { simgrid::s4u::this_actor::sleep_for(1e9); });
	if (strcmp(argv[1], "hold") == 0)
		for (unsigned i = 0; i < depth; i++)
			Timer::set(later(), hold);
	else
		for (auto &station : stations)
			Timer::set(later(), [&station] { arrive(&station); });
	start = clock();
	engine.run();
	return 1;
}
