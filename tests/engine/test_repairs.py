"""Crews repair what holds back most."""

import math

import pytest

from sim.engine.capture import capture_town
from sim.model import events as e
from sim.model.parameters import Repairs
from sim.model.quantities import DAY, HOUR
from sim.model.scenario import ScheduledEvent
from tests.support.fronts import begun, front, go, of_kind, played, road, route, sides, times_of, town
from tests.support.parallel import mean_and_error

FIRST, SECOND, OPEN = 0, 1, 2
MILL, END, FOE = 1, 2, 3


def hit(name, at, amount=1.0):
    return ScheduledEvent(id=f"hit-{name}-{at}", at=at, do="damage", route=name, amount=amount)


def with_crews(count, *events, **others):
    return road((0, 500, 2000), days=20, sides=sides({"repair_crews": count}), events=events, **others)


def test_a_damaged_route_is_repaired_when_the_crew_said():
    _, told = played(with_crews(1, hit("mill-end", DAY, 0.6)))
    started = of_kind(told, e.RepairStarted)
    assert [(event.route, event.side) for event in started] == [("mill-end", "a")]
    assert times_of(told, e.RepairStarted) == [DAY]
    assert times_of(told, e.RouteRepaired) == [started[0].due]
    assert of_kind(told, e.RouteRepaired) == [e.RouteRepaired("mill-end", "a", 0.0)]


def test_what_was_damaged_before_the_start_is_repaired_too():
    _, told = played(road((0, 500, 2000), days=20, roads={"damage": 0.5}))
    assert {event.route for event in of_kind(told, e.RouteRepaired)} == {"base-mill", "mill-end"}
    assert times_of(told, e.RepairStarted)[:2] == [0, 0]


def test_without_crews_nothing_is_repaired():
    outcome, told = played(with_crews(0, hit("mill-end", DAY, 0.6)))
    assert of_kind(told, e.RepairStarted, e.RouteRepaired) == []
    assert outcome.state.damage == {"mill-end": 0.6}


def test_a_crew_works_on_one_route_at_a_time():
    _, told = played(with_crews(1, hit("mill-end", DAY), hit("base-mill", DAY + 5)))
    started, done = times_of(told, e.RepairStarted), times_of(told, e.RouteRepaired)
    assert started == [DAY, done[0]]


def test_two_crews_work_on_two_routes_at_once():
    _, told = played(with_crews(2, hit("mill-end", DAY), hit("base-mill", DAY + 5)))
    assert times_of(told, e.RepairStarted) == [DAY, DAY + 5]


def test_the_route_that_holds_back_most_comes_first():
    # three are damaged while the only crew is busy; only the last of them leaves anybody short
    scenario = front(
        [
            town("base", 0.0, "a", base=1000.0),
            town("idle", 0.0, "a", north=20.0),
            town("spare", 10.0, "a", north=20.0),
            town("end", 20.0, "a", 5000, stock=0.0),
            town("foe", 300.0, "b", 100),
        ],
        [
            route("base", "idle"),
            route("idle", "spare"),
            route("base", "spare"),
            route("base", "end", capacity=100.0),
        ],
        days=30,
        sides=sides({"repair_crews": 1}),
        events=(
            hit("base-idle", DAY),
            hit("idle-spare", DAY + 60),
            hit("base-spare", DAY + 120),
            hit("base-end", DAY + 180, 0.7),
        ),
        repairs=Repairs(time=2 * DAY, spread=0.0),
    )
    _, told = played(scenario)
    order = [event.route for event in of_kind(told, e.RepairStarted)]
    assert order == ["base-idle", "base-end", "idle-spare", "base-spare"]


def test_a_route_damaged_again_is_not_repaired_twice_for_that():
    _, told = played(with_crews(1, hit("mill-end", DAY, 0.4), hit("mill-end", DAY + HOUR, 0.4)))
    assert len(of_kind(told, e.RepairStarted)) == len(of_kind(told, e.RouteRepaired)) == 1


def test_a_route_damaged_again_after_its_repair_is_repaired_again():
    _, told = played(with_crews(1, hit("mill-end", DAY, 0.4), hit("mill-end", 15 * DAY, 0.4)))
    assert len(of_kind(told, e.RouteRepaired)) == 2


def test_a_repair_ends_unfinished_when_a_town_at_the_route_falls():
    run, told = begun(with_crews(1))
    go(run, 1)
    run.front.damage_route(SECOND, 0.7, None)
    go(run, 1.01)
    assert run.front.repairs.keys() == {SECOND}
    capture_town(run.front, END, OPEN, FOE)
    assert run.front.repairs == {}
    go(run, 15)
    assert of_kind(told, e.RouteRepaired) == []
    assert run.front.damage[SECOND] == 0.7


def test_the_side_that_takes_a_damaged_route_repairs_it():
    run, told = begun(with_crews(1))
    go(run, 1)
    run.front.damage_route(SECOND, 0.7, None)
    go(run, 1.01)
    capture_town(run.front, END, OPEN, FOE)
    capture_town(run.front, MILL, SECOND, END)
    go(run, 15)
    assert [event.side for event in of_kind(told, e.RepairStarted)] == ["a", "b"]
    assert of_kind(told, e.RouteRepaired) == [e.RouteRepaired("mill-end", "b", 0.0)]


def test_nobody_repairs_a_contact():
    run, told = begun(with_crews(1))
    run.front.damage_route(OPEN, 0.7, None)
    go(run, 10)
    assert of_kind(told, e.RepairStarted) == []


def test_a_repair_by_the_scenario_ends_the_crews_work():
    mended = ScheduledEvent(id="mended", at=DAY + HOUR, do="repair", route="mill-end")
    _, told = played(with_crews(1, hit("mill-end", DAY), mended, repairs=Repairs(spread=0.0)))
    assert of_kind(told, e.RouteRepaired) == [e.RouteRepaired("mill-end", None, 0.0)]


def test_what_the_scenario_leaves_damaged_is_repaired_by_a_crew():
    mended = ScheduledEvent(id="mended", at=DAY + HOUR, do="repair", route="mill-end", amount=0.4)
    _, told = played(with_crews(2, hit("mill-end", DAY), mended, repairs=Repairs(spread=0.0)))
    assert [event.damage for event in of_kind(told, e.RouteRepaired)] == [0.6, 0.0]
    assert times_of(told, e.RepairStarted) == [DAY, DAY + HOUR]


@pytest.mark.parametrize(("law", "middle"), [("lognormal", math.log(2)), ("exponential", 1.0)])
def test_repair_times_follow_their_law(law, middle):
    # of a lognormal the given time is the median, of an exponential the mean
    names = [f"t{number}" for number in range(400)]
    scenario = front(
        [*(town(name, 0.1 * n, "a") for n, name in enumerate(names)), town("foe", 300.0, "b")],
        [route("t0", name, 5.0, damage=0.5) for name in names[1:]],
        days=0.001,
        sides=sides({"repair_crews": 400}),
        repairs=Repairs(time=DAY, spread=0.5, law=law),
    )
    _, told = played(scenario)
    times = [event.due / DAY for event in of_kind(told, e.RepairStarted)]
    assert len(times) == 399
    if law == "lognormal":
        logs, error = mean_and_error([math.log(time) for time in times])
        assert abs(logs) < 3.5 * error
        assert error * math.sqrt(399) == pytest.approx(0.5, rel=0.12)
    else:
        mean, error = mean_and_error(times)
        assert abs(mean - 1.0) < 3.5 * error
        assert sum(time < middle * math.log(2) for time in times) == pytest.approx(200, abs=35)
