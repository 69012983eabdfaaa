"""How far roads lie under interdiction, what that takes from plans, and what an attack costs."""

import dataclasses
import math

import numpy as np
import pytest

from sim.engine.control import fall
from sim.engine.exposure import front_points, measure_exposure
from sim.model import events as e
from sim.model.network import SAMPLES_PER_ROUTE
from sim.model.parameters import Attrition, Interdiction, Weather
from sim.model.quantities import PERSONNEL, VEHICLES
from sim.model.scenario import ReportedLosses
from tests.support.fronts import begun, bundled, front, go, of_kind, road, route, sides, town

HAZARD = {"interdiction_hazard": 0.5, "reach": 10.0}
HEAVY = {"interdiction": Interdiction(vehicles_lost=0.8), "foe": {"interdiction_hazard": 3.0}}
REAR, NEAR, CONTACT = 0, 1, 2


def in_reach(own=None, foe=None, **others):
    """Return a road of two routes that leads to a front in the middle of a third."""
    return front(
        [
            town("base", 0.0, "a", 0, base=500.0),
            town("mill", 20.0, "a", 0),
            town("end", 40.0, "a", 2000),
            town("foe", 60.0, "b", 1000),
        ],
        [
            route("base", "mill", 25.0, capacity=400.0),
            route("mill", "end", 25.0, capacity=400.0),
            route("end", "foe", 25.0),
        ],
        sides=sides(own, HAZARD | (foe or {})),
        **others,
    )


def expected_exposure(world, number, reach):
    """Return the mean of exp(-distance / reach) over points of a route, with one front in the plane."""
    first, last = world.network.xy[world.network.start[number]], world.network.xy[world.network.end[number]]
    shares = (np.arange(SAMPLES_PER_ROUTE) + 0.5) / SAMPLES_PER_ROUTE
    points = first + shares[:, None] * (last - first)
    (at,) = front_points(world)
    return float(np.mean(np.exp(-np.hypot(*(points - at).T) / reach)))


def test_exposure_falls_with_the_distance_to_the_front():
    world = begun(in_reach())[0].world
    exposed = world.exposed_to[1]
    for number in (REAR, NEAR):
        assert exposed[number] == pytest.approx(expected_exposure(world, number, 10.0), abs=1e-6)
    assert 0 < exposed[REAR] < exposed[NEAR] < 1


def test_each_side_exposes_by_its_own_reach():
    world = begun(in_reach({"reach": 30.0}))[0].world
    assert world.exposed_to[0][NEAR] == pytest.approx(expected_exposure(world, NEAR, 30.0), abs=1e-6)


def test_the_front_stands_where_it_stands_also_inside_towns():
    run, _ = begun(in_reach())
    world = run.world
    west, east = world.network.xy[2], world.network.xy[3]
    assert front_points(world)[0] == pytest.approx((west + east) / 2)
    for front_at, place in ((-0.7, west), (25.9, east)):
        world.front[CONTACT] = front_at
        assert front_points(world)[0] == pytest.approx(place)


def test_nothing_is_exposed_without_a_front():
    scenario = front([town("a1", 0.0, "a"), town("a2", 9.0, "a"), town("b1", 20.0, "b")], [route("a1", "a2")])
    world = begun(scenario)[0].world
    assert front_points(world).shape == (0, 2)
    assert world.exposed_to == [[0.0], [0.0]]


def test_risk_is_hazard_by_exposure_by_hours():
    world = begun(in_reach())[0].world
    hours = 25.0 / 35.0
    assert world.risk[0][NEAR] == pytest.approx(0.5 * world.exposed_to[1][NEAR] * hours, rel=1e-4)
    assert world.risk[1][NEAR] == 0.0


def test_expected_losses_take_from_what_is_planned():
    run, told = begun(in_reach(**HEAVY))
    world = run.world
    share = -math.expm1(-world.risk[0][NEAR]) * 0.8
    assert world.expected_loss[NEAR] == pytest.approx(share, abs=0.011)
    assert world.available(0)[NEAR] == pytest.approx(400 * (1 - world.expected_loss[NEAR]))
    assert of_kind(told, e.RoutesExposed)[0].shares["mill-end"] == world.expected_loss[NEAR]


def test_each_sides_roads_lose_to_the_other_side_and_contacts_to_nobody():
    scenario = front(
        [
            town("west", 0.0, "a", base=500.0),
            town("left", 20.0, "a", 2000),
            town("right", 40.0, "b", 2000),
            town("east", 60.0, "b", base=500.0),
        ],
        [route("west", "left", 25.0), route("left", "right", 25.0), route("right", "east", 25.0)],
        sides=sides({"interdiction_hazard": 1.0, "reach": 10.0}, {"interdiction_hazard": 3.0, "reach": 10.0}),
        interdiction=Interdiction(vehicles_lost=0.8),
    )
    world = begun(scenario)[0].world
    own, contact, others = world.expected_loss
    assert contact == 0.0
    for loss, risk in ((own, world.risk[0][0]), (others, world.risk[1][2])):
        assert loss == pytest.approx(-math.expm1(-risk) * 0.8, abs=0.011)
    assert own > 2 * others > 0.1


def test_expected_losses_follow_the_front_at_a_change_of_hands():
    run, told = begun(in_reach(**HEAVY))
    before = run.world.expected_loss[REAR]
    told.clear()
    fall(run, 2, CONTACT, 3)
    shares = of_kind(told, e.RoutesExposed)[0].shares
    assert run.world.expected_loss[REAR] > 2 * before > 0
    assert shares["base-mill"] == run.world.expected_loss[REAR]
    assert shares["mill-end"] == 0.0


def test_small_changes_of_expected_losses_are_not_told():
    run, told = begun(in_reach(**HEAVY))
    told.clear()
    run.world.front[CONTACT] += 0.01
    measure_exposure(run, moved=True)
    assert told == []
    run.world.front[CONTACT] -= 8.0
    measure_exposure(run, moved=True)
    assert len(of_kind(told, e.RoutesExposed)) == 1


def test_a_change_of_one_in_a_hundred_is_not_worth_a_new_plan():
    run, told = begun(in_reach(**HEAVY))
    world, foe = run.world, run.world.sides[1]
    before = world.expected_loss[NEAR]
    told.clear()
    for change, kept in ((0.01, before), (0.02, before + 0.02)):
        foe.hazard *= -math.log1p(-(before + change) / 0.8) / world.risk[0][NEAR]
        measure_exposure(run, moved=False)
        assert world.expected_loss[NEAR] == pytest.approx(kept)
        assert [event.shares["mill-end"] for event in of_kind(told, e.RoutesExposed)] == (
            [] if kept == before else [pytest.approx(kept)]
        )


def test_slower_roads_lie_longer_under_attack():
    mud = Weather(shares={"jan": {"mud": 1.0}})
    dry, wet = begun(in_reach())[0].world, begun(in_reach(weather=mud))[0].world
    # mud also shortens reach to 85 %; the tempo is relative to the month's own
    share = expected_exposure(wet, NEAR, 8.5) / expected_exposure(dry, NEAR, 10.0)
    assert wet.risk[0][NEAR] == pytest.approx(dry.risk[0][NEAR] * share / 0.6, rel=1e-3)


@pytest.mark.parametrize(("law", "power"), [("aimed_fire", 1.0), ("logarithmic", 0.0), ("helmbold", 0.5)])
def test_interdiction_goes_with_the_strength_of_those_who_interdict(law, power):
    run, _ = begun(in_reach(attrition=Attrition(interdiction_law=law)))
    before = run.world.risk[0][NEAR]
    run.world.strength[3] = 500
    run.measure_force()
    measure_exposure(run, moved=False)
    assert run.force_effect(1) == pytest.approx(0.5**power)
    assert run.world.risk[0][NEAR] == pytest.approx(before * 0.5**power)


def test_a_given_hazard_stands():
    run, _ = begun(in_reach())
    assert [side.hazard for side in run.world.sides] == [0.0, 0.5]


def test_a_hazard_is_worked_out_where_none_is_given():
    claim = ReportedLosses(of="a", date=in_reach().start, per_day={"vehicles": 2.0}, sector_share=1.0)
    scenario = in_reach(foe={"interdiction_hazard": None}, reported_losses=claim, days=60)
    run, _ = begun(scenario)
    assert run.world.sides[1].hazard > 0
    go(run, 59)
    # a few stay out of it: what is lost by other causes has nobody to cause it here
    assert run.world.sides[0].losses[VEHICLES] / 59 == pytest.approx(2.0, rel=0.25)
    assert run.world.sides[1].losses[VEHICLES] == 0


def test_soldiers_are_lost_with_convoys_as_the_claim_says():
    claim = ReportedLosses(
        of="a", date=in_reach().start, per_day={"vehicles": 2.0, "personnel": 5.0}, sector_share=1.0
    )
    scenario = in_reach(foe={"interdiction_hazard": None}, reported_losses=claim, days=100)
    run, _ = begun(scenario)
    go(run, 99)
    # nobody assaults and nobody fires: all five fall to interdiction
    assert run.world.sides[0].losses[PERSONNEL] / 99 == pytest.approx(5.0, rel=0.25)


def test_the_baselines_hazards_differ_by_what_each_side_loses():
    run, _ = begun(bundled("kupiansk", 1), has_listeners=False)
    assert all(0 < side.hazard < 1 for side in run.world.sides)
    more = dataclasses.replace(
        bundled("kupiansk", 1),
        reported_losses=dataclasses.replace(bundled("kupiansk").reported_losses, loss_exchange_ratio=1.0),
    )
    again, _ = begun(more, has_listeners=False)
    assert again.world.sides[1].hazard > run.world.sides[1].hazard
    assert again.world.sides[0].hazard == run.world.sides[0].hazard


def test_force_is_that_of_all_garrisons():
    run, _ = begun(road((100, 200, 300), days=2))
    assert run._force == [600.0, 100.0]
    run.world.strength[1] = 0
    run.measure_force()
    assert run._force == [400.0, 100.0]
    assert run._first_force == [600.0, 100.0]
