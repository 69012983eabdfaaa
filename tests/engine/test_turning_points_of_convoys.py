"""What happens to a convoy just where one thing turns into another: warned, turned back, held, attacked.

Mutants lived on these edges: each test here catches one that no other test did.
"""

import math
import statistics

import pytest

from sim.engine.capture import capture_town
from sim.engine.front.state import RouteCut
from sim.engine.logistics.convoys import warn_convoys
from sim.model import events as e
from tests.support.convoys import LEG, of_convoys, quiet, send
from tests.support.fronts import begun, front, of_kind, played, road, route, town

MILL, FOE = 1, 3
SECOND = 1


@pytest.mark.parametrize("next_leg", [10.0, 20.0, 60.0])
def test_a_convoy_drives_back_as_long_as_it_drove_whatever_leg_would_have_come_next(next_leg):
    scenario = front(
        [
            town("base", 0.0, "a"),
            town("mill", 20.0, "a"),
            town("end", 80.0, "a"),
            town("foe", 20.0, "b", 100),
        ],
        [route("base", "mill", 20.0), route("mill", "end", next_leg), route("mill", "foe", 10.0)],
        days=3,
    )
    run, told = begun(scenario)
    convoy = send(run)
    run.front.env.run(until=60)
    told.clear()
    capture_town(run.front, MILL, 2, FOE)
    run.front.env.run(until=2 * LEG - 1)
    assert of_convoys(told) == []
    assert convoy.at == 0
    run.front.env.run(until=2 * LEG + 1)
    assert of_convoys(told)[0] == (2 * LEG, e.ConvoyHeld)


@pytest.mark.parametrize("before", [300, 1, 0])
def test_a_convoy_that_is_warned_on_its_way_is_attacked_at_its_time_all_the_same(before):
    def attacked(warned_at=None):
        run, told = quiet()
        run.interdiction.risk[0] = [50.0] * len(run.front.capacity)
        send(run)
        if warned_at is not None:
            run.front.env.run(until=warned_at)
            warn_convoys(run.front, RouteCut(0))
        run.front.env.run(until=LEG)
        return [t for t, event in told if isinstance(event, e.ConvoyAttacked)]

    (first,) = attacked()
    assert 300 < first < LEG
    assert attacked(first - before) == [first]


def test_convoys_are_numbered_as_they_depart():
    _, told = played(road((0, 500, 2000), days=4))
    numbers = [event.convoy for event in of_kind(told, e.ConvoyDeparted)]
    assert len(numbers) > 5
    assert numbers == list(range(1, len(numbers) + 1))


def test_attacks_come_at_any_moment_of_a_leg_however_likely_they_are():
    run, told = quiet()
    run.interdiction.risk[0] = [0.35, 0.0, 0.0]
    for _ in range(200):
        send(run)
    run.front.env.run(until=2 * LEG)
    times = [t / LEG for t, event in told if isinstance(event, e.ConvoyAttacked)]
    assert len(times) > 30
    assert statistics.fmean(times) == pytest.approx(0.5, abs=4 * math.sqrt(1 / 12 / len(times)))
    assert min(times) < 0.15
    assert max(times) > 0.85


@pytest.mark.parametrize(("cut", "held_at"), [(0, [0]), (SECOND, [LEG])])
def test_a_convoy_is_held_before_the_leg_that_is_cut_and_before_no_other(cut, held_at):
    run, told = quiet()
    run.front.damage_route(cut, 1.0, None)
    send(run)
    run.front.env.run(until=3 * LEG)
    assert [t for t, event in told if isinstance(event, e.ConvoyHeld)] == held_at
