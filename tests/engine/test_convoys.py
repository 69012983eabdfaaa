"""A convoy's way: leg by leg, held, turned round, attacked, delivered; and nothing of its load vanishes."""

import math

import pytest

from sim.engine.capture import capture_town
from sim.engine.front.state import RouteCut
from sim.engine.logistics.convoys import warn_convoys
from sim.engine.logistics.supply import SupplyLine, fast_forward, load_convoy, send_convoys
from sim.model import events as e
from sim.model.quantities import DAY, HOUR
from tests.support.convoys import END, FIRST, FOE, LEG, MILL, OPEN, SECOND, of_convoys, quiet, send, until
from tests.support.fronts import begun, front, of_kind, road, route, town
from tests.support.parallel import mean_and_error


def test_a_convoy_arrives_when_it_is_due_with_all_its_load():
    run, told = quiet()
    send(run)
    until(run, 3 * HOUR)
    departed = of_kind(told, e.ConvoyDeparted)[0]
    assert (departed.origin, departed.destination, departed.routes) == (
        "base",
        "end",
        ("base-mill", "mill-end"),
    )
    assert departed.times == (LEG, 2 * LEG)
    assert of_convoys(told) == [(0, e.ConvoyDeparted), (2 * LEG, e.ConvoyArrived)]
    assert run.front.stock[END] == 30.0
    assert run.front.sides[0].entered == 30.0
    assert run.front.convoys == {}
    assert run.front.in_transit[END] == 0.0


def test_what_a_base_gives_to_its_own_town_needs_no_road():
    run, told = quiet()
    send(run, way=(), goal=0)
    until(run, 1)
    assert of_convoys(told) == [(0, e.ConvoyDeparted), (0, e.ConvoyArrived)]
    assert run.front.stock[0] == 30.0


def test_a_cut_road_holds_a_convoy_until_it_is_repaired():
    run, told = quiet()
    send(run)
    until(run, 60)
    run.front.damage_route(SECOND, 1.0, None)
    until(run, 5 * DAY)
    assert of_convoys(told)[1] == (LEG, e.ConvoyHeld)
    assert of_kind(told, e.ConvoyHeld)[0].town == "mill"
    repaired = next(t for t, event in told if isinstance(event, e.RouteRepaired))
    assert of_convoys(told)[2:] == [(repaired, e.ConvoyRerouted), (repaired + LEG, e.ConvoyArrived)]
    assert of_kind(told, e.ConvoyRerouted)[0].times == (repaired + LEG,)
    assert run.front.stock[END] == 30.0


def test_a_road_cut_only_in_part_holds_nobody():
    run, told = quiet()
    send(run)
    run.front.damage_route(SECOND, 0.99, None)
    until(run, 3 * HOUR)
    assert of_convoys(told)[-1] == (2 * LEG, e.ConvoyArrived)


def test_a_road_that_the_scenario_closed_holds_a_convoy():
    run, told = quiet()
    send(run)
    run.front.set_number("route", run.front.network.routes[SECOND], "capacity", 0.0)
    until(run, 3 * HOUR)
    assert of_convoys(told)[-1] == (LEG, e.ConvoyHeld)


def test_what_begins_on_another_day_is_not_foreseen():
    run, _ = quiet()
    front = run.front
    line = SupplyLine(END, 0, front.streams["convoys/end"], load=30.0, vehicles=6)
    until(run, DAY - LEG)
    convoy = load_convoy(front, line, front.now, (FIRST, SECOND))
    run.convoys[0].look_ahead(convoy)
    assert (convoy.ends, convoy.attack) == ([DAY], None)
    until(run, DAY - LEG + 1)
    early = load_convoy(front, line, front.now, (FIRST, SECOND))
    run.convoys[0].look_ahead(early, driven=10)
    assert (early.ends, early.attack) == ([DAY - 9, DAY - 9 + LEG], None)


def test_a_convoy_is_warned_once_of_what_changes_at_once():
    run, told = quiet()
    send(run)
    until(run, 60)
    run.front.damage_route(SECOND, 1.0, None)
    warn_convoys(run.front, RouteCut(FIRST))
    capture_town(run.front, END, OPEN, FOE)
    until(run, 3 * HOUR)
    assert of_kind(told, e.ConvoyRerouted)[0].origin == "mill"
    assert of_convoys(told)[-1] == (LEG, e.ConvoyArrived)


def test_a_convoy_that_is_on_a_leg_finishes_it():
    run, told = quiet()
    send(run)
    until(run, LEG + 60)
    run.front.damage_route(SECOND, 1.0, None)
    until(run, 3 * HOUR)
    assert of_convoys(told)[-1] == (2 * LEG, e.ConvoyArrived)


def test_a_convoy_held_twice_says_so_twice():
    run, told = quiet(towns=(town("side", 60.0, "a"),), routes=(route("end", "side", 20.0),))
    front = run.front
    third = front.network.route["end-side"]
    send(run, way=(FIRST, SECOND, third), goal=front.network.town["side"])
    run.front.damage_route(SECOND, 1.0, None)
    until(run, DAY // 2)
    run.front.damage_route(third, 1.0, None)
    run.front.repair_route(SECOND, 1.0, 0)
    until(run, DAY // 2 + 60)
    held = of_kind(told, e.ConvoyHeld)
    assert [event.town for event in held] == ["mill"]
    assert next(iter(front.convoys.values())).is_held
    front.repair_route(third, 1.0, 0)
    until(run, DAY // 2 + 120)
    assert not next(iter(front.convoys.values())).is_held
    run.front.damage_route(third, 1.0, None)
    until(run, DAY // 2 + 2 * HOUR)
    assert [event.town for event in of_kind(told, e.ConvoyHeld)] == ["mill", "end"]


def test_a_convoy_takes_another_way_round_a_cut():
    run, told = quiet(towns=(town("side", 30.0, "a", north=10.0),), routes=(
        route("mill", "side", 20.0),
        route("side", "end", 20.0),
    ))  # fmt: skip
    send(run)
    run.front.damage_route(run.front.network.route["mill-end"], 1.0, None)
    until(run, DAY // 2)
    rerouted = of_kind(told, e.ConvoyRerouted)[0]
    assert rerouted.routes == ("mill-side", "side-end")
    assert (rerouted.origin, rerouted.destination) == ("mill", "end")
    assert of_convoys(told)[-1] == (3 * LEG, e.ConvoyArrived)
    assert run.front.stock[END] == 30.0


def test_a_convoy_puts_its_load_down_where_it_is_when_its_destination_has_fallen():
    run, told = quiet()
    send(run)
    until(run, 60)
    capture_town(run.front, END, OPEN, FOE)
    until(run, 3 * HOUR)
    rerouted = of_kind(told, e.ConvoyRerouted)[0]
    assert (rerouted.origin, rerouted.destination, rerouted.routes) == ("mill", "mill", ())
    assert of_convoys(told)[-1] == (LEG, e.ConvoyArrived)
    assert run.front.stock[MILL] == 30.0
    assert run.front.stock[END] == 0.0


def test_a_convoy_turns_round_when_its_destination_falls_before_it():
    run, told = quiet()
    send(run)
    until(run, LEG + 60)
    capture_town(run.front, END, OPEN, FOE)
    until(run, 5 * HOUR)
    assert of_convoys(told)[-1] == (3 * LEG, e.ConvoyArrived)
    assert of_kind(told, e.ConvoyArrived)[0].town == "mill"
    assert run.front.stock[MILL] == 30.0


def test_a_convoy_between_two_fallen_towns_is_lost():
    run, told = quiet()
    send(run)
    until(run, LEG + 60)
    capture_town(run.front, END, OPEN, FOE)
    capture_town(run.front, MILL, SECOND, END)
    until(run, 5 * HOUR)
    assert of_convoys(told)[-1] == (3 * LEG, e.ConvoyLost)
    assert of_kind(told, e.ConvoyLost)[0].load_lost == 30.0
    assert run.front.sides[0].lost == 30.0


def test_a_convoy_that_waits_in_a_town_that_falls_is_lost():
    run, told = quiet()
    send(run)
    run.front.damage_route(SECOND, 1.0, None)
    until(run, LEG + 60)
    assert of_convoys(told)[-1][1] is e.ConvoyHeld
    capture_town(run.front, END, OPEN, FOE)
    capture_town(run.front, MILL, SECOND, END)
    until(run, LEG + 120)
    assert of_convoys(told)[-1] == (LEG + 60, e.ConvoyLost)


def test_a_load_for_a_base_that_has_fallen_is_lost():
    run, told = quiet()
    front = run.front
    line = SupplyLine(END, 0, front.streams["convoys/end"], load=5.0, vehicles=1)
    convoy = load_convoy(front, line, 0, ())
    capture_town(run.front, END, OPEN, FOE)
    run.convoys[0].drive(convoy)
    until(run, 1)
    assert of_convoys(told)[-1] == (0, e.ConvoyLost)


# --- at the start -----------------------------------------------------------------------------------------


def test_a_convoy_drives_roads_in_either_direction():
    scenario = front(
        [town("base", 0.0, "a", base=900.0), town("mill", 20.0, "a"), town("end", 40.0, "a")],
        [route("mill", "base", 20.0), route("end", "mill", 20.0)],
        days=2,
    )
    run, told = begun(scenario)
    told.clear()
    send(run, goal=2)
    until(run, 3 * HOUR)
    assert of_convoys(told) == [(0, e.ConvoyDeparted), (2 * LEG, e.ConvoyArrived)]
    assert of_kind(told, e.ConvoyArrived)[0].town == "end"


def test_how_long_ago_the_last_convoy_left_before_the_start_is_a_matter_of_chance():
    scenario = road((0, 0, 2000), days=1)
    lines = [begun(scenario, seed, has_listeners=False)[0].planners[0].lines[END] for seed in range(150)]
    shares = [line.backlog / line.load for line in lines]
    mean, error = mean_and_error(shares)
    assert abs(mean - 0.5) < 4 * error
    assert 0.0 <= min(shares) < 0.1
    assert 0.9 < max(shares) < 1.0


def test_convoys_under_way_at_the_start_are_where_they_should_be():
    run, told = begun(road((0, 0, 60_000), roads={"capacity": 4000.0}, days=3))
    front = run.front
    under_way = of_kind(told, e.ConvoyDeparted)
    assert len(under_way) > 1
    places = set()
    for event in under_way:
        convoy = front.convoys[event.convoy]
        assert event.departed < 0 < event.times[-1]
        on_second = event.times[0] <= 0
        assert front.network.towns[convoy.at] == ("mill" if on_second else "base")
        assert convoy.ahead == ([SECOND] if on_second else [SECOND, FIRST])
        places.add(convoy.at)
    assert places == {0, MILL}
    until(run, 2 * LEG)
    arrived = {event.convoy: t for t, event in told if isinstance(event, e.ConvoyArrived)}
    for event in under_way:
        assert arrived[event.convoy] == event.times[-1]


def test_a_convoy_under_way_has_passed_its_short_leg_before_it_drives_its_long_one():
    scenario = front(
        [town("base", 0.0, "a", base=900.0), town("mill", 20.0, "a"), town("end", 80.0, "a")],
        [route("base", "mill", 20.0), route("mill", "end", 60.0)],
        days=2,
    )
    run, _ = begun(scenario)
    line = SupplyLine(2, 0, run.front.streams["convoys/end"], load=30.0, vehicles=6)
    convoy = load_convoy(run.front, line, -LEG - 900, (0, 1))
    assert fast_forward(run.front, convoy) == 900
    assert (convoy.at, convoy.ahead) == (MILL, [1])


def test_the_road_holds_at_the_start_what_the_plan_keeps_on_it():
    scenario = road((0, 0, 8000), roads={"capacity": 4000.0, "speed": 2.0}, days=3)
    loads = []
    for seed in range(200):
        run, _ = begun(scenario, seed, has_listeners=False)
        line = run.planners[0].lines[END]
        loads.append(math.fsum(convoy.load for convoy in run.front.convoys.values()))
    assert sum(loads) / len(loads) == pytest.approx(line.rate * line.hours / 24, rel=0.02)


def test_longer_ways_of_a_line_carry_their_share_at_the_start():
    scenario = front(
        [
            town("base", 0.0, "a", base=1000.0),
            town("end", 40.0, "a", 4000, stock=100.0),
            town("foe", 400.0, "b", 10),
        ],
        [
            route("base", "end", 30.0, id="quick", capacity=20.0),
            route("base", "end", 30.0, id="slow", capacity=200.0, speed=1.0),
            route("end", "foe", 300.0),
        ],
        days=3,
    )
    loads = []
    for seed in range(100):
        run, _ = begun(scenario, seed, has_listeners=False)
        loads.append(math.fsum(convoy.load for convoy in run.front.convoys.values()))
    line = run.planners[0].lines[1]
    assert len(line.paths) == 2
    assert sum(loads) / len(loads) == pytest.approx(line.rate * line.hours / 24, rel=0.05)


def test_a_line_that_another_plan_took_over_at_once_sends_nothing():
    run, told = quiet()
    line = SupplyLine(END, 0, run.front.streams["convoys/end"], rate=5.0, load=1.0)
    send_convoys(run.front, run.convoys[0], line)
    line.generation += 1
    line.rate = 0.0
    until(run, DAY)
    assert of_kind(told, e.ConvoyDeparted) == []
