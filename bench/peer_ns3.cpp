/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A peer: the models of models.h on ns-3's event loop; prints events a second of
 * CPU time. usage: peer_ns3 hold|mm1 DEPTH EVENTS [SCHEDULER]
 */
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <random>
#include <vector>

#include <ns3/core-module.h>

#include "bench/models.h"

using namespace ns3;

namespace {

uint32_t increments[1u << MODEL_TABLE_BITS];
uint64_t random_state = 1, events_left;

Time increment(unsigned part = 1)
{
	return NanoSeconds(model_increment(increments, &random_state) / part);
}

void count()
{
	if (!--events_left)
		Simulator::Stop();
}

void hold()
{
	Simulator::Schedule(increment(), &hold);
	count();
}

void depart(unsigned *customers)
{
	if (--*customers)
		Simulator::Schedule(increment(2), &depart, customers);
	count();
}

void arrive(unsigned *customers)
{
	Simulator::Schedule(increment(), &arrive, customers);
	if (!(*customers)++)
		Simulator::Schedule(increment(2), &depart, customers);
	count();
}

}

int main(int argc, char **argv)
{
	if (argc < 4)
		return 2;
	unsigned depth = (unsigned)atoi(argv[2]);
	uint64_t events = events_left = strtoull(argv[3], nullptr, 10);
	std::vector<unsigned> stations(model_station_count(depth));
	std::mt19937 rng(1);
	std::exponential_distribution<double> exponential(1 / MODEL_MEAN_NS);

	if (argc > 4) {
		ObjectFactory factory;

		factory.SetTypeId(argv[4]);
		Simulator::SetScheduler(factory);
	}
	for (auto &i : increments)
		i = (uint32_t)exponential(rng);
	if (strcmp(argv[1], "hold") == 0)
		for (unsigned i = 0; i < depth; i++)
			Simulator::Schedule(increment(), &hold);
	else
		for (auto &station : stations)
			Simulator::Schedule(increment(), &arrive, &station);

	clock_t start = clock();

	Simulator::Run();
	printf("%g\n", (double)events / ((double)(clock() - start) / CLOCKS_PER_SEC));
	Simulator::Destroy();
	return 0;
}
