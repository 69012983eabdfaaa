"""What a simulated event costs on fronts of 50, 500 and 5,000 towns, and beside loops that do nothing else.

Figures are printed beside each other; only counts and generous ratios of times taken in one process are held.
"""

import heapq
from functools import cache
from time import process_time

import pytest
import simpy

from sim.engine.simulation import Simulation
from sim.model.quantities import DAY, HOUR
from sim.scenario_file.read import read_scenario
from sim.statistics.streams import Streams
from tests.support.fronts import front, route, sides, town

DEEP = 5
"""Towns of each side from the front to its rear."""
WIDE = 2 * DEEP
BETWEEN_BASES = 5
SPACING = 8.0
DAYS = {50: 40, 500: 10, 5_000: 3}
LARGEST_RATIO = 3.0
"""Of the costs of an event on the three fronts; the aim, and on a quiet machine it is met."""
CLOCKS = 100
EVENTS = 60_000


@cache
def long_front(towns):
    """Return a front as long as there are towns for: rows of ten, five of each side, with roads all round.

    Everything that happens grows with its length: assaults, fires, strikes, crews, bases.
    """
    rows = towns // WIDE

    def name(row, column):
        return f"t{row}-{column}"

    places = [
        town(
            name(row, column),
            SPACING * column,
            "a" if column < DEEP else "b",
            400,
            north=SPACING * row,
            base=400.0 if column in {0, WIDE - 1} and row % BETWEEN_BASES == 0 else None,
        )
        for row in range(rows)
        for column in range(WIDE)
    ]
    along = [
        route(name(row, column), name(row, column + 1), SPACING, capacity=300.0)
        for row in range(rows)
        for column in range(WIDE - 1)
    ]
    across = [
        route(name(row, column), name(row + 1, column), SPACING, capacity=300.0)
        for row in range(rows - 1)
        for column in range(WIDE)
        if column not in {DEEP - 1, DEEP}
    ]
    rates = {
        "assaults": 0.3 * rows,
        "fires": 2.0 * rows,
        "strikes": 0.1 * rows,
        "repair_crews": max(1, rows // 10),
        "attrition_coefficient": 0.0005,
    }
    return front(places, along + across, days=DAYS[towns], sides=sides(rates, rates))


def begun(scenario):
    run = Simulation(scenario, Streams(1))
    run.start()
    return run


def stepped(run):
    """Let a run go on to its end, and return how many events it took."""
    step, front, steps = run.front.env.step, run.front, 0
    while front.over is None:
        step()
        steps += 1
    return steps


def timed(function, *arguments):
    """Return what a function gives, and how long it took; s of this process alone, whatever else goes on."""
    began = process_time()
    found = function(*arguments)
    return found, process_time() - began


def figures(towns):
    """Return events, and microseconds for each, of one run; and how long its beginning took; s."""
    run, beginning = timed(begun, long_front(towns))
    steps, lasted = timed(stepped, run)
    return steps, 1e6 * lasted / steps, beginning


def say(text):
    print(text)  # noqa: T201 - what a benchmark is for


def test_an_event_costs_about_as_much_on_a_front_of_any_size(benchmark):
    sizes = list(DAYS) if benchmark.enabled else [50, 500]
    found = benchmark.pedantic(lambda: {towns: figures(towns) for towns in sizes}, rounds=1)
    for towns, (steps, each, beginning) in found.items():
        size = f"{towns:5} towns, {DAYS[towns]:2} days: {steps:6} events"
        say(f"{size}, {each:5.1f} µs each; begun in {beginning:.2f} s")
    costs = [each for _, each, _ in found.values()]
    benchmark.extra_info["largest over smallest"] = round(max(costs) / min(costs), 2)
    # more than the aim: other work on the machine may fall on one of the three
    assert max(costs) / min(costs) < 1.5 * LARGEST_RATIO


@pytest.mark.parametrize("towns", [50, 500])
def test_events_go_with_towns_and_days(towns):
    steps = stepped(begun(long_front(towns)))
    assert 1.0 < steps / (towns * DAYS[towns]) < 60.0


@pytest.mark.slow
def test_five_thousand_towns_run():
    run = begun(long_front(5_000))
    steps = stepped(run)
    assert run.front.now == DAYS[5_000] * DAY
    assert 1.0 < steps / (5_000 * DAYS[5_000]) < 60.0


# --- beside loops that do nothing but wait ------------------------------------------------------------------


def with_simpy():
    env = simpy.Environment()

    def clock(every):
        while True:
            yield env.timeout(every)

    for number in range(CLOCKS):
        env.process(clock(HOUR + number))
    for _ in range(EVENTS):
        env.step()


def with_heapq():
    queue = [(HOUR + number, number, HOUR + number) for number in range(CLOCKS)]
    heapq.heapify(queue)
    for count in range(EVENTS):
        t, _, every = heapq.heappop(queue)
        heapq.heappush(queue, (t + every, CLOCKS + count, every))


def with_salabim():
    salabim = pytest.importorskip("salabim")
    salabim.yieldless(False)  # processes as generators, as in SimPy
    env = salabim.Environment(trace=False, time_unit="seconds")

    class Clock(salabim.Component):
        def process(self, every):
            while True:
                yield self.hold(every)

    for number in range(CLOCKS):
        Clock(every=HOUR + number)
    # each clock waits about as often as the others
    env.run(till=EVENTS / CLOCKS * (HOUR + CLOCKS / 2))


def with_the_baseline():
    run, _ = timed(begun, read_scenario("kupiansk").scenario)
    return timed(stepped, run)


def test_one_replication_beside_bare_loops_of_as_many_events(benchmark):
    steps, lasted = benchmark.pedantic(with_the_baseline, rounds=1)
    each = {"the baseline": 1e6 * lasted / steps}
    for loop in (with_simpy, with_salabim, with_heapq):
        each[loop.__name__.replace("with_", "a loop in ")] = 1e6 * timed(loop)[1] / EVENTS
    bare = each["a loop in simpy"]
    for name, cost in each.items():
        say(f"{name:18} {cost:6.2f} µs an event, {cost / bare:5.2f} of bare SimPy")
    benchmark.extra_info.update({name: round(cost / bare, 2) for name, cost in each.items()})
    assert each["a loop in heapq"] < bare < each["the baseline"] < 40 * bare
