"""How far roads lie under interdiction, what that takes from plans, and what an attack costs."""

import dataclasses
import math

import numpy as np
import pytest

from sim.engine.capture import capture_town
from sim.engine.logistics.interdiction import front_points
from sim.model import events as e
from sim.model.network import SAMPLES_PER_ROUTE
from sim.model.parameters import Attrition, Interdiction, Weather
from sim.model.quantities import CATEGORIES, PERSONNEL, VEHICLES
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


def move_front(run, by):
    """Move the front as an assault without losses would."""
    position, nobody = run.front.positions[CONTACT] + by, (0,) * len(CATEGORIES)
    run.front.resolve_assault(CONTACT, 2, 3, 1.0, position, nobody, nobody)


def expected_exposure(front, number, reach):
    """Return the mean of exp(-distance / reach) over points of a route, with one front in the plane."""
    first, last = front.network.xy[front.network.start[number]], front.network.xy[front.network.end[number]]
    shares = (np.arange(SAMPLES_PER_ROUTE) + 0.5) / SAMPLES_PER_ROUTE
    points = first + shares[:, None] * (last - first)
    (at,) = front_points(front)
    return float(np.mean(np.exp(-np.hypot(*(points - at).T) / reach)))


def test_exposure_falls_with_the_distance_to_the_front():
    run, _ = begun(in_reach())
    exposed = run.interdiction.exposure()[1]
    for number in (REAR, NEAR):
        assert exposed[number] == pytest.approx(expected_exposure(run.front, number, 10.0), abs=1e-6)
    assert 0 < exposed[REAR] < exposed[NEAR] < 1


def test_each_side_exposes_by_its_own_reach():
    run, _ = begun(in_reach({"reach": 30.0}))
    exposed = run.interdiction.exposure()[0][NEAR]
    assert exposed == pytest.approx(expected_exposure(run.front, NEAR, 30.0), abs=1e-6)


def test_the_front_stands_where_it_stands_also_inside_towns():
    run, _ = begun(in_reach())
    front = run.front
    west, east = front.network.xy[2], front.network.xy[3]
    assert front_points(front)[0] == pytest.approx((west + east) / 2)
    for front_at, place in ((-0.7, west), (25.9, east)):
        front.positions[CONTACT] = front_at
        assert front_points(front)[0] == pytest.approx(place)


def test_nothing_is_exposed_without_a_front():
    scenario = front([town("a1", 0.0, "a"), town("a2", 9.0, "a"), town("b1", 20.0, "b")], [route("a1", "a2")])
    run, _ = begun(scenario)
    assert front_points(run.front).shape == (0, 2)
    assert run.interdiction.exposure().tolist() == [[0.0], [0.0]]


def test_risk_is_hazard_by_exposure_by_hours():
    run, _ = begun(in_reach())
    hours = 25.0 / 35.0
    expected = 0.5 * run.interdiction.exposure()[1][NEAR] * hours
    assert run.interdiction.risk[0][NEAR] == pytest.approx(expected, rel=1e-4)
    assert run.interdiction.risk[1][NEAR] == 0.0


def test_expected_losses_take_from_what_is_planned():
    run, told = begun(in_reach(**HEAVY))
    front = run.front
    share = -math.expm1(-run.interdiction.risk[0][NEAR]) * 0.8
    assert front.expected_loss[NEAR] == pytest.approx(share, abs=0.011)
    assert front.available(0)[NEAR] == pytest.approx(400 * (1 - front.expected_loss[NEAR]))
    assert of_kind(told, e.RoutesExposed)[0].shares["mill-end"] == front.expected_loss[NEAR]


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
    run, _ = begun(scenario)
    own, contact, others = run.front.expected_loss
    assert contact == 0.0
    for loss, risk in ((own, run.interdiction.risk[0][0]), (others, run.interdiction.risk[1][2])):
        assert loss == pytest.approx(-math.expm1(-risk) * 0.8, abs=0.011)
    assert own > 2 * others > 0.1


def test_expected_losses_follow_the_front_at_a_change_of_hands():
    run, told = begun(in_reach(**HEAVY))
    before = run.front.expected_loss[REAR]
    told.clear()
    capture_town(run.front, 2, CONTACT, 3)
    shares = of_kind(told, e.RoutesExposed)[0].shares
    assert run.front.expected_loss[REAR] > 2 * before > 0
    assert shares["base-mill"] == run.front.expected_loss[REAR]
    assert shares["mill-end"] == 0.0


def test_small_changes_of_expected_losses_are_not_told():
    run, told = begun(in_reach(**HEAVY))
    told.clear()
    move_front(run, 0.01)
    run.interdiction.measure()
    assert of_kind(told, e.RoutesExposed) == []
    move_front(run, -8.0)
    run.interdiction.measure()
    assert len(of_kind(told, e.RoutesExposed)) == 1


def test_a_change_of_one_in_a_hundred_is_not_worth_a_new_plan():
    run, told = begun(in_reach(**HEAVY))
    front, hazards = run.front, run.losses.coefficients.hazards
    before = front.expected_loss[NEAR]
    told.clear()
    for change, kept in ((0.01, before), (0.02, before + 0.02)):
        hazards[1] *= -math.log1p(-(before + change) / 0.8) / run.interdiction.risk[0][NEAR]
        run.interdiction.measure()
        assert front.expected_loss[NEAR] == pytest.approx(kept)
        assert [event.shares["mill-end"] for event in of_kind(told, e.RoutesExposed)] == (
            [] if kept == before else [pytest.approx(kept)]
        )


def test_slower_roads_lie_longer_under_attack():
    mud = Weather(shares={"jan": {"mud": 1.0}})
    dry, wet = begun(in_reach())[0], begun(in_reach(weather=mud))[0]
    # mud also shortens reach to 85 %; the tempo is relative to the month's own
    share = expected_exposure(wet.front, NEAR, 8.5) / expected_exposure(dry.front, NEAR, 10.0)
    assert wet.interdiction.risk[0][NEAR] == pytest.approx(
        dry.interdiction.risk[0][NEAR] * share / 0.6, rel=1e-3
    )


@pytest.mark.parametrize(("law", "power"), [("aimed_fire", 1.0), ("logarithmic", 0.0), ("helmbold", 0.5)])
def test_interdiction_goes_with_the_strength_of_those_who_interdict(law, power):
    run, _ = begun(in_reach(attrition=Attrition(interdiction_law=law)))
    before = run.interdiction.risk[0][NEAR]
    run.front.strength[3] = 500
    run.interdiction.start_day()
    run.interdiction.measure()
    assert run.interdiction.force_effect(1) == pytest.approx(0.5**power)
    assert run.interdiction.risk[0][NEAR] == pytest.approx(before * 0.5**power)


def test_a_given_hazard_stands():
    run, _ = begun(in_reach())
    assert run.losses.coefficients.hazards == [0.0, 0.5]


def test_a_hazard_is_worked_out_where_none_is_given():
    claim = ReportedLosses(of="a", date=in_reach().start, per_day={"vehicles": 2.0}, sector_share=1.0)
    scenario = in_reach(foe={"interdiction_hazard": None}, reported_losses=claim, days=60)
    run, _ = begun(scenario)
    assert run.losses.coefficients.hazards[1] > 0
    go(run, 59)
    # a few stay out of it: what is lost by other causes has nobody to cause it here
    assert run.front.sides[0].losses[VEHICLES] / 59 == pytest.approx(2.0, rel=0.25)
    assert run.front.sides[1].losses[VEHICLES] == 0


def test_soldiers_are_lost_with_convoys_as_the_claim_says():
    claim = ReportedLosses(
        of="a", date=in_reach().start, per_day={"vehicles": 2.0, "personnel": 5.0}, sector_share=1.0
    )
    scenario = in_reach(foe={"interdiction_hazard": None}, reported_losses=claim, days=100)
    run, _ = begun(scenario)
    go(run, 99)
    # nobody assaults and nobody fires: all five fall to interdiction
    assert run.front.sides[0].losses[PERSONNEL] / 99 == pytest.approx(5.0, rel=0.25)


def test_the_baselines_hazards_differ_by_what_each_side_loses():
    run, _ = begun(bundled("kupiansk", 1), has_listeners=False)
    assert all(0 < hazard < 1 for hazard in run.losses.coefficients.hazards)
    more = dataclasses.replace(
        bundled("kupiansk", 1),
        reported_losses=dataclasses.replace(bundled("kupiansk").reported_losses, loss_exchange_ratio=1.0),
    )
    again, _ = begun(more, has_listeners=False)
    assert again.losses.coefficients.hazards[1] > run.losses.coefficients.hazards[1]
    assert again.losses.coefficients.hazards[0] == run.losses.coefficients.hazards[0]


def test_force_is_that_of_all_garrisons():
    run, _ = begun(road((100, 200, 300), days=2))
    assert run.interdiction._force == [600.0, 100.0]
    run.front.strength[1] = 0
    run.interdiction.start_day()
    assert run.interdiction._force == [400.0, 100.0]
    assert run.interdiction._first_force == [600.0, 100.0]
