"""Strikes fall on the other side's routes, by exposure and kind, and add up to a cut."""

import math
from collections import Counter

import pytest

from sim.model import events as e
from sim.model.parameters import Strikes
from tests.support.fronts import begun, front, of_kind, played, road, route, sides, town
from tests.support.parallel import mean_and_error

NO_CREWS = {"repair_crews": 0}


def both_sides(rate=6.0, **others):
    """Return a front on which both sides strike; four kinds of route on each."""
    towns = [
        town(f"{side}{n}", east * n, side) for side, east in (("a", -4.0), ("b", 4.0)) for n in range(1, 6)
    ]
    routes = [route("a1", "b1", 8.0)]
    for side in ("a", "b"):
        for n, kind in enumerate(("road", "rail", "track", "crossing"), 1):
            routes.append(route(f"{side}{n}", f"{side}{n + 1}", 4.0, kind=kind))
    hits = {"strikes": rate, "reach": 30.0, **NO_CREWS}
    return front(towns, routes, sides=sides(hits, hits), **others)


def test_only_routes_of_the_other_side_are_struck():
    _, told = played(both_sides(days=60))
    struck = of_kind(told, e.RouteDamaged)
    assert {event.side for event in struck} == {"a", "b"}
    for event in struck:
        other = "b" if event.side == "a" else "a"
        assert event.route.startswith(f"{other}")
        assert event.route.split("-")[1].startswith(other)


def test_as_many_strikes_fall_as_the_rate_says():
    _, told = played(both_sides(4.0, days=200))
    for side in ("a", "b"):
        count = sum(event.side == side for event in of_kind(told, e.RouteDamaged))
        assert count == pytest.approx(800, abs=4 * math.sqrt(800))


def test_routes_are_struck_by_exposure_length_and_kind_where_nothing_is_carried():
    scenario = both_sides(5.0, days=400)
    run, _ = begun(scenario)
    _, told = played(scenario)
    found = Counter(event.route for event in of_kind(told, e.RouteDamaged) if event.side == "a")
    names = run.front.network.routes
    weight = {
        name: run.interdiction.exposure()[0][number]
        * scenario.strikes.weight[scenario.routes[number].kind]
        * (1.0 if scenario.routes[number].kind == "crossing" else 4.0)
        for number, name in enumerate(names)
        if name in found
    }
    assert len(weight) == 4
    for name, share in weight.items():
        expected = found.total() * share / math.fsum(weight.values())
        assert found[name] == pytest.approx(expected, abs=4 * math.sqrt(expected))
    assert found["b1-b2"] > found["b4-b5"] > found["b3-b4"]


def test_kinds_without_weight_are_never_struck():
    rules = Strikes(weight={"road": 1.0, "rail": 0.0, "track": 1.0, "crossing": 0.0})
    _, told = played(both_sides(days=60, strikes=rules))
    struck = {event.route for event in of_kind(told, e.RouteDamaged)}
    assert struck == {"a1-a2", "a3-a4", "b1-b2", "b3-b4"}


def test_damages_add_up_to_a_cut_and_no_further():
    outcome, told = played(both_sides(20.0, days=30))
    so_far: dict[str, float] = {}
    for event in of_kind(told, e.RouteDamaged):
        expected = min(1.0, so_far.get(event.route, 0.0) + event.amount)
        assert event.damage == pytest.approx(expected, abs=1e-9)
        assert 0 < event.amount <= 1
        so_far[event.route] = event.damage
    assert max(so_far.values()) == 1.0
    assert outcome.state.damage == so_far


def test_strikes_do_as_much_damage_as_they_should():
    _, told = played(both_sides(days=300))
    mean, error = mean_and_error([event.amount for event in of_kind(told, e.RouteDamaged)])
    assert abs(mean - 0.45) < 3.5 * error
    # the Beta distribution's variance, by its mean and concentration
    variance = error**2 * len(of_kind(told, e.RouteDamaged))
    assert variance == pytest.approx(0.45 * 0.55 / 5, rel=0.1)


def test_nothing_is_struck_where_nothing_is_exposed():
    scenario = front([town("a1", 0.0, "a"), town("b1", 5.0, "b")], [route("a1", "b1")], days=20,
                     sides=sides({"strikes": 9.0}, {"strikes": 9.0}))  # fmt: skip
    _, told = played(scenario)
    assert of_kind(told, e.RouteDamaged) == []


def test_only_exposed_routes_of_the_other_side_are_targets():
    run, _ = begun(both_sides(days=2))
    names = run.front.network.routes
    assert [{names[route][0] for route in targets} for targets in run.interdiction.targets] == [{"b"}, {"a"}]
    assert all(weight > 0.0 for targets in run.interdiction.targets for weight in targets.values())


def test_damage_by_the_scenario_names_no_side():
    run, told = begun(road((0, 0, 0), days=2))
    run.front.damage_route(0, 0.25, None)
    assert of_kind(told, e.RouteDamaged) == [e.RouteDamaged("base-mill", None, 0.25, 0.25)]
