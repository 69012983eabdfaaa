"""A supply line brings what the plan says, in convoys as large and as often as they should be."""

import itertools
import math
from collections import Counter

import pytest

from sim.engine.logistics.planning import LEAST_LOAD
from sim.engine.logistics.supply import SupplyLine
from sim.model import events as e
from sim.model.parameters import Supply
from sim.model.quantities import DAY
from tests.support.fronts import begun, front, go, of_kind, played, road, route, town

END = 2


def departures(told, goal="end"):
    return [
        (t, event)
        for t, event in told
        if isinstance(event, e.ConvoyDeparted) and event.destination == goal and event.departed >= 0
    ]


def test_as_much_departs_as_the_plan_says():
    run, told = begun(road((0, 0, 2000), days=12))
    rate = run.planners[0].lines[END].rate
    go(run, 10)
    assert run.planners[0].lines[END].rate == rate
    sent = math.fsum(event.load for _, event in departures(told))
    assert rate == pytest.approx(40.0)
    assert abs(sent - 10 * rate) <= run.planners[0].lines[END].load


def test_convoys_leave_at_equal_times_with_equal_loads():
    run, told = begun(road((0, 0, 2000), days=12))
    go(run, 10)
    found = departures(told)
    gaps = {later - earlier for (earlier, _), (later, _) in itertools.pairwise(found)}
    assert max(gaps) - min(gaps) <= 2
    assert {(event.load, event.vehicles) for _, event in found} == {(30.0, 6)}
    assert next(iter(gaps)) == pytest.approx(30.0 / 40.0 * DAY, abs=2)


def test_small_flows_are_driven_by_small_convoys_often_enough():
    run, told = begun(road((0, 0, 100), days=12))
    go(run, 11)
    found = departures(told)
    loads = {event.load for _, event in found}
    assert list(loads) == [4.0]
    assert {event.vehicles for _, event in found} == {1}
    gaps = [later - earlier for (earlier, _), (later, _) in itertools.pairwise(found)]
    assert gaps == pytest.approx([2 * DAY] * len(gaps), abs=2)


def test_no_convoy_carries_nothing():
    scenario = road(
        (0, 0, 3),
        days=2,
        roads={"capacity": 0.0002},
        supply=Supply(convoy_interval=0.01, consumption_idle=0.1),
    )
    run, told = begun(scenario)
    go(run, 1)
    loads = [event.load for _, event in departures(told)]
    assert len(loads) > 5
    assert min(loads) >= LEAST_LOAD


def test_a_garrison_keeps_its_stock_when_all_goes_well():
    run, _ = begun(road((0, 0, 2000), days=40))
    objective = 5 * 40.0
    for day in range(10, 40, 5):
        go(run, day)
        assert run.front.stock[END] == pytest.approx(objective, rel=0.25)


def test_a_low_stock_is_brought_back_to_its_objective():
    run, _ = begun(road((0, 0, 2000), days=40, end={"stock": 0.0}))
    go(run, 39)
    assert run.front.stock[END] == pytest.approx(200.0, rel=0.25)


def test_a_high_stock_is_drawn_down_first():
    run, told = begun(road((0, 0, 2000), days=40, end={"stock": 600.0}))
    assert END not in run.planners[0].lines
    go(run, 3)
    assert departures(told) == []
    go(run, 39)
    assert run.front.stock[END] == pytest.approx(200.0, rel=0.25)


def test_what_is_owed_survives_a_change_of_rate():
    line = SupplyLine(0, 0, None, rate=24.0, load=30.0)
    line.accrue(DAY // 2)
    assert line.backlog == pytest.approx(12.0)
    line.rate = 48.0
    line.accrue(DAY)
    assert line.backlog == pytest.approx(36.0)
    assert line.since == DAY


def test_ways_take_turns_by_their_shares():
    line = SupplyLine(0, 0, None, paths=[((0,), 135.0), ((1,), 20.0), ((2,), 45.0)], rate=200.0)
    line.sent = [0.0] * 3
    chosen = Counter(line.next_path() for _ in range(400))
    assert chosen[(0,)] == pytest.approx(270, abs=1)
    assert chosen[(1,)] == pytest.approx(40, abs=1)
    assert chosen[(2,)] == pytest.approx(90, abs=1)


def test_two_ways_are_driven_as_the_plan_shares_them():
    scenario = front(
        [
            town("base", 0.0, "a", base=1000.0),
            town("end", 40.0, "a", 2000),
            town("foe", 400.0, "b", 10),
        ],
        [
            route("base", "end", 30.0, id="quick", capacity=10.0),
            route("base", "end", 40.0, id="slow", capacity=200.0),
            route("end", "foe", 300.0),
        ],
        days=22,
    )
    run, told = begun(scenario)
    go(run, 20)
    by_way = Counter()
    for _, event in departures(told):
        by_way[event.routes] += event.load
    assert by_way["quick",] / 20 == pytest.approx(10.0, abs=30.0 / 20)
    assert by_way["slow",] / 20 == pytest.approx(30.0, abs=30.0 / 20)


def test_plans_that_change_twice_in_an_instant_send_convoys_once():
    run, told = begun(road((0, 0, 2000), days=4))
    planner = run.planners[0]
    go(run, 1)
    told.clear()
    way = planner.lines[END].paths[0][0]
    for rate in (100.0, 300.0, 60.0):
        planner._follow(END, [(way, rate)])
    run.front.env.run(until=2 * DAY)
    sent = math.fsum(event.load for _, event in departures(told))
    assert sent == pytest.approx(60.0, abs=30.0 + 1e-9)


def test_what_is_owed_beyond_a_load_is_sent_at_once():
    run, told = begun(road((0, 0, 2000), days=4))
    go(run, 1)
    told.clear()
    line = run.planners[0].lines[END]
    ((way, _),) = line.paths
    line.accrue(run.front.now)
    line.backlog = 70.0
    run.planners[0]._follow(END, [(way, 60.0)])
    go(run, 1.001)
    assert [event.load for _, event in departures(told)] == [30.0, 30.0]
    assert 10.0 <= line.backlog < 11.0


def test_a_base_supplies_its_own_town_without_a_road():
    run, told = begun(road((5000, 0, 0), days=6))
    go(run, 5)
    found = departures(told, "base")
    assert {event.routes for _, event in found} == {()}
    arrived = of_kind(told, e.ConvoyArrived)
    assert len(arrived) == len(found)
    assert run.front.stock[0] == pytest.approx(200.0, rel=0.25)


def test_nobody_is_sent_anything_where_nobody_is():
    outcome, told = played(road((0, 0, 0), days=5))
    assert of_kind(told, e.ConvoyDeparted, e.SupplyConsumed) == [e.SupplyConsumed((0.0,) * 3 + (1.0,))] * 9
    assert outcome.state.sides["a"].entered == 0.0


def test_tonnes_on_the_road_are_noted_by_destination():
    run, _ = begun(road((0, 900, 2000), days=10))
    for day in (0.3, 1.7, 4.1, 9.9):
        go(run, day)
        for town_number, tonnes in enumerate(run.front.in_transit):
            carried = [c.load for c in run.front.convoys.values() if c.destination == town_number]
            assert tonnes == pytest.approx(math.fsum(carried))
