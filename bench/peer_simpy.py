#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A peer: the models of models.h in SimPy; prints events a second of CPU time.

usage: peer_simpy.py hold|mm1 DEPTH EVENTS

Debian has SimPy 3 (python3-simpy3) and 2 (python3-simpy); 3 is taken when both
are there. A process that waits is SimPy's own way to schedule an event.
"""
import random
import sys
import time

model, depth, events = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = random.Random(1)
increments = [rng.expovariate(1e-6) for _ in range(1024)]
left = events


class Over(Exception):
    pass


def increment():
    return increments[rng.getrandbits(10)]


def count():
    global left
    left -= 1
    if not left:
        raise Over


def run_3():
    import simpy
    env = simpy.Environment()

    def hold():
        while True:
            yield env.timeout(increment())
            count()

    def serve(station):
        while station[0]:
            yield env.timeout(increment() / 2)
            station[0] -= 1
            count()

    def arrive(station):
        while True:
            yield env.timeout(increment())
            station[0] += 1
            if station[0] == 1:
                env.process(serve(station))
            count()

    start(env.process, hold, arrive)
    return env.run


def run_2():
    from SimPy import Simulation as sim
    s = sim.Simulation()
    s.initialize()

    class Hold(sim.Process):
        def go(self):
            while True:
                yield sim.hold, self, increment()
                count()

    class Serve(sim.Process):
        def go(self, station):
            while station[0]:
                yield sim.hold, self, increment() / 2
                station[0] -= 1
                count()

    class Arrive(sim.Process):
        def go(self, station):
            while True:
                yield sim.hold, self, increment()
                station[0] += 1
                if station[0] == 1:
                    p = Serve(sim=s)
                    s.activate(p, p.go(station))
                count()

    def spawn(pair):
        s.activate(pair[0], pair[1])

    def hold():
        p = Hold(sim=s)
        return p, p.go()

    def arrive(station):
        p = Arrive(sim=s)
        return p, p.go(station)

    start(spawn, hold, arrive)
    return lambda: s.simulate(until=1e300)


def start(spawn, hold, arrive):
    if model == 'hold':
        for _ in range(depth):
            spawn(hold())
    else:
        for _ in range(1 if depth < 2 else (depth * 2 + 1) // 3):
            spawn(arrive([0]))


def main():
    try:
        import simpy        # noqa: F401, is it there?
        run = run_3()
    except ImportError:
        try:
            run = run_2()
        except ImportError:
            sys.exit('SimPy is not installed')
    begin = time.process_time()
    try:
        run()
    except Over:
        pass
    print(events / (time.process_time() - begin))


main()
