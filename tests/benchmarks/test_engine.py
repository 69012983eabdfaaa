"""How much work a run of the baseline is: counts are held, times are only measured and recorded.

The measure beside each time is a bare SimPy loop of as many events, 100 clocks that only wait: what lies
above it is the model's own work.
"""

import dataclasses
from functools import cache
from time import perf_counter

import pytest
import simpy

from sim.engine.simulation import Simulation, simulate
from sim.model.quantities import DAY, HOUR
from sim.model.supply.supply_lp import SupplyLP
from sim.recording.records import EventDigest
from sim.scenario_file.read import read_scenario
from sim.statistics.streams import Streams

CLOCKS = 100
MOST_STEPS = 120_000
MOST_SOLVES = 400
LEAST_KEPT = 0.4
"""Share of plans that were looked at and found still to be the best, so that HiGHS was not asked."""


@cache
def baseline(days=None):
    scenario = read_scenario("kupiansk").scenario
    return scenario if days is None else dataclasses.replace(scenario, horizon=days * DAY)


def bare_loop(steps):
    """Let so many events of 100 clocks go by, which do nothing but wait."""
    env = simpy.Environment()

    def clock(every):
        while True:
            yield env.timeout(every)

    for number in range(CLOCKS):
        env.process(clock(HOUR + number))
    for _ in range(steps):
        env.step()
    return env.now


def quickest(function, *arguments, rounds=3):
    """Return the shortest time of a few rounds; s."""
    times = []
    for _ in range(rounds):
        began = perf_counter()
        function(*arguments)
        times.append(perf_counter() - began)
    return min(times)


def beside_a_bare_loop(benchmark, function, steps):
    """Measure a run, and record how many times as long it takes as a bare loop of as many events."""
    result = benchmark.pedantic(function, rounds=3, warmup_rounds=1)
    if benchmark.enabled:
        bare = quickest(bare_loop, steps)
        benchmark.extra_info["steps"] = steps
        benchmark.extra_info["bare loop (s)"] = round(bare, 4)
        benchmark.extra_info["times a bare loop"] = round(benchmark.stats.stats.min / bare, 2)
        print(f"{steps} events: {benchmark.extra_info['times a bare loop']} times a bare loop")  # noqa: T201 - what a benchmark is for
    return result


def test_the_baseline_alone(benchmark):
    steps = simulate(baseline(), 1).steps
    outcome = beside_a_bare_loop(benchmark, lambda: simulate(baseline(), 1), steps)
    assert outcome.steps == steps


def test_the_baseline_with_all_its_events_as_text(benchmark):
    steps = simulate(baseline(), 1).steps

    def told():
        lines = EventDigest()
        simulate(baseline(), 1, emit=lines.emit)
        return lines

    lines = beside_a_bare_loop(benchmark, told, steps)
    assert 5_000 < lines.events < 60_000


def test_the_bare_loop(benchmark):
    now = benchmark.pedantic(bare_loop, (50_000,), rounds=3, warmup_rounds=1)
    assert now > 0


def test_a_beginning(benchmark):
    def begin():
        run = Simulation(baseline(), Streams(1))
        run.start()
        return run

    run = benchmark.pedantic(begin, rounds=5, warmup_rounds=1)
    assert run.front.now == 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_baseline_takes_few_steps_and_few_solves(seed):
    outcome = simulate(baseline(), seed)
    assert 10_000 < outcome.steps < MOST_STEPS
    assert 0 < outcome.solves < MOST_SOLVES


def test_most_plans_that_are_looked_at_are_kept(monkeypatch):
    answers = []
    solve = SupplyLP.solve

    def counted(*arguments):
        answers.append(solve(*arguments))
        return answers[-1]

    monkeypatch.setattr(SupplyLP, "solve", counted)
    outcome = simulate(baseline(), 1)
    assert sum(answers) == outcome.solves
    assert answers.count(False) / len(answers) > LEAST_KEPT


def test_steps_go_with_the_days_that_are_simulated():
    half, whole = simulate(baseline(90), 1).steps, simulate(baseline(), 1).steps
    assert whole == pytest.approx(2 * half, rel=0.35)
