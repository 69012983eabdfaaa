"""The baseline beside twins of it on other event loops: the same dynamics, written straightforwardly.

The twins do less than a run of the engine: no doctrines, no starvation, no common random numbers, no state to
be recorded. Nearly all that salabim's takes is the making of its components, one a convoy.
"""

import gc
import heapq
from collections import Counter
from statistics import median
from time import process_time

import pytest
import simpy

from sim.engine.simulation import simulate
from sim.model.events import AssaultFought, ConvoyAttacked, ConvoyDeparted, FiresFell, RouteDamaged
from sim.model.quantities import PERSONNEL
from sim.scenario_file.read import read_scenario
from tests.benchmarks.twin import Twin
from tests.benchmarks.twin_front import ASSAULTS, FIRES, STRIKES

ROUNDS = 3
LEAST = 1.5
"""How many times as fast as salabim's twin the engine is at least."""
ALIKE = {ConvoyDeparted: "convoys", ConvoyAttacked: "ambushes", AssaultFought: ASSAULTS, FiresFell: FIRES}


class HeapqLoop:
    """A heap of (time, turn, process)."""

    def __init__(self):
        self.now = self.steps = 0
        self.queue = []

    def start(self, process, delay=0):
        self.steps += 1
        heapq.heappush(self.queue, (self.now + delay, self.steps, process))

    def run(self, until):
        while self.queue[0][0] <= until:
            self.now, _, process = heapq.heappop(self.queue)
            delay = next(process, None)
            if delay is not None:
                self.start(process, delay)


class SimPyLoop:
    def __init__(self):
        self.env = simpy.Environment()
        self.run = self.env.run

    @property
    def now(self):
        return self.env.now

    def start(self, process):
        self.env.process(self.env.timeout(delay) for delay in process)


class SalabimLoop:
    def __init__(self):
        salabim = pytest.importorskip("salabim")
        salabim.yieldless(False)  # processes as generators, as in SimPy; the other way needs greenlet

        class Process(salabim.Component):
            def process(self, delays):
                for delay in delays:
                    yield self.hold(delay)

        self.env, self.component = salabim.Environment(trace=False), Process
        self.run = self.env.run

    @property
    def now(self):
        return round(self.env.now())

    def start(self, process):
        self.component(env=self.env, delays=process)


def lived_through(loop, seed=1):
    """Return a twin of the baseline that has lived through all of it."""
    scenario = read_scenario("kupiansk").scenario
    twin = Twin(scenario, seed, loop())
    twin.begin()
    twin.loop.run(scenario.horizon)
    return twin


@pytest.mark.parametrize("loop", [HeapqLoop, SimPyLoop, SalabimLoop])
def test_a_twin_has_as_much_happen_as_the_engine(loop):
    twin, found = lived_through(loop), Counter()

    def count(_, event):
        found[type(event)] += 1

    outcome = simulate(twin.scenario, 1, emit=count)
    for kind, name in ALIKE.items():
        assert twin.done[name] == pytest.approx(found[kind], rel=0.35), kind
    assert twin.done[STRIKES] == pytest.approx(found[RouteDamaged], rel=0.35)
    sides = outcome.state.sides.values()
    assert twin.done["lost"] == pytest.approx(sum(side.losses[PERSONNEL] for side in sides), rel=0.15)
    assert twin.done["consumed"] == pytest.approx(sum(side.consumed for side in sides), rel=0.1)
    assert twin.done["solves"] == pytest.approx(outcome.solves, rel=0.35)


def test_a_run_beside_its_twins(capsys):
    scenario = read_scenario("kupiansk").scenario
    runs = {"the engine": lambda: simulate(scenario, 1)}
    for name, loop in (("heapq", HeapqLoop), ("SimPy", SimPyLoop), ("salabim", SalabimLoop)):
        runs[f"a twin on {name}"] = lambda loop=loop: lived_through(loop)
    took = {name: [] for name in runs}
    was_on = gc.isenabled()
    gc.disable()
    try:
        for _ in range(ROUNDS):
            for name, run in runs.items():
                gc.collect()
                began = process_time()
                run()
                took[name].append(process_time() - began)
    finally:
        if was_on:
            gc.enable()
    engine = median(took["the engine"])
    with capsys.disabled():
        for name, times in took.items():
            print(f"\n{name}: {median(times):.2f} s, {median(times) / engine:.2f} of the engine's", end="")  # noqa: T201 - what a benchmark is for
    assert median(took["a twin on salabim"]) > LEAST * engine
