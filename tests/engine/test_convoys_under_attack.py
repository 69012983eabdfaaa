"""Attacks on a convoy: what it loses, who is lost with it, and how much comes through."""

import itertools
import math

import pytest

from sim.engine.capture import capture_town
from sim.engine.losses import CauseLosses
from sim.model import events as e
from sim.model.parameters import Attrition, Interdiction
from sim.model.quantities import DAY, HOUR, PERSONNEL, VEHICLES
from tests.support.convoys import END, FOE, LEG, MILL, OPEN, SECOND, quiet, send, until
from tests.support.fronts import begun, front, of_kind, road, route, town


def under_attack(run, expected):
    """Put every leg under so many attacks for a mean convoy."""
    run.interdiction.risk[0] = [expected] * len(run.front.capacity)


def under_attack_on(run, leg):
    """Put one leg under so many attacks that one is sure; nobody is met elsewhere."""
    run.interdiction.risk[0] = [50.0 if number == leg else 0.0 for number in range(len(run.front.capacity))]


def test_a_convoy_without_vehicles_left_is_lost_with_all_its_load():
    run, told = quiet(interdiction=Interdiction(vehicles_lost=1.0))
    under_attack(run, 50.0)
    send(run)
    until(run, 3 * HOUR)
    attacked = of_kind(told, e.ConvoyAttacked)[0]
    assert attacked.losses[VEHICLES] == 6
    assert attacked.load_lost == 30.0
    assert attacked.route == "base-mill"
    assert of_kind(told, e.ConvoyLost)[0].load_lost == 0.0
    assert run.front.sides[0].lost == 30.0
    assert run.front.sides[0].losses[VEHICLES] == 6
    assert run.front.in_transit[END] == 0.0


def test_loads_and_vehicles_go_down_together():
    run, told = quiet()
    under_attack(run, 50.0)
    for _ in range(40):
        send(run)
    until(run, 3 * HOUR)
    departed = {event.convoy: (event.load, event.vehicles) for event in of_kind(told, e.ConvoyDeparted)}
    for event in of_kind(told, e.ConvoyAttacked):
        load, vehicles = departed[event.convoy]
        lost = event.losses[VEHICLES]
        assert event.load_lost == pytest.approx(load * lost / vehicles, abs=1e-6)
        departed[event.convoy] = (load - event.load_lost, vehicles - lost)
    for event in of_kind(told, e.ConvoyArrived):
        assert event.load == pytest.approx(departed[event.convoy][0])
    arrived = sum(event.load for event in of_kind(told, e.ConvoyArrived))
    assert 0 < arrived < 40 * 30
    assert arrived + run.front.sides[0].lost == pytest.approx(40 * 30)


def test_nobody_is_attacked_without_risk():
    run, told = quiet()
    under_attack(run, 0.0)
    for _ in range(20):
        send(run)
    until(run, 3 * HOUR)
    assert of_kind(told, e.ConvoyAttacked) == []
    assert len(of_kind(told, e.ConvoyArrived)) == 20


def test_an_attack_happens_while_the_leg_is_driven():
    run, told = quiet()
    under_attack(run, 50.0)
    for _ in range(30):
        send(run)
    until(run, 3 * HOUR)
    times = [(t, event.route) for t, event in told if isinstance(event, e.ConvoyAttacked)]
    assert all(0 <= t <= LEG for t, road_driven in times if road_driven == "base-mill")
    assert all(LEG <= t <= 2 * LEG for t, road_driven in times if road_driven == "mill-end")
    arrived = [t for t, event in told if isinstance(event, e.ConvoyArrived)]
    assert set(arrived) == {2 * LEG}


@pytest.mark.parametrize(("share", "chance"), [(1.0, 0.05), (0.25, 0.3)])
def test_as_many_vehicles_survive_the_legs_as_the_chances_say(share, chance):
    # n legs, each attacked with a chance p, each attack taking a share s of the vehicles: (1 - p s)^n
    legs, convoys, vehicles = 4, 1500, 6
    names = [f"t{number}" for number in range(legs + 1)]
    chain = [town(name, 10.0 * number, "a") for number, name in enumerate(names)]
    run, told = begun(
        front(
            [*chain, town("foe", 500.0, "b")],
            [route(start, end) for start, end in itertools.pairwise(names)],
            days=2,
            interdiction=Interdiction(vehicles_lost=share),
        )
    )
    under_attack(run, -math.log1p(-chance))
    for _ in range(convoys):
        send(run, way=range(legs), goal=legs, vehicles=vehicles)
    until(run, DAY // 2)
    left = vehicles * convoys - run.front.sides[0].losses[VEHICLES]
    expected = (1 - chance * share) ** legs
    error = math.sqrt(expected * (1 - expected) / convoys)
    assert abs(left / (vehicles * convoys) - expected) < 3.5 * error
    arrived = sum(event.load for event in of_kind(told, e.ConvoyArrived))
    assert arrived == pytest.approx(30.0 * left / vehicles, abs=0.01)


def test_a_convoy_twice_the_size_draws_twice_the_attacks_under_area_fire():
    run, _ = quiet(attrition=Attrition(interdiction_law="area_fire"))
    run.losses.coefficients.mean_vehicles[0] = 4.0
    assert run.interdiction.size_effect(0, 8) == 2.0
    assert run.interdiction.size_effect(0, 1) == 0.25
    plain, _ = quiet(attrition=Attrition(interdiction_law="aimed_fire"))
    assert plain.interdiction.size_effect(0, 8) == 1.0


def test_those_who_drove_are_lost_from_the_garrison_they_drive_for():
    run, told = begun(road((0, 0, 500), days=20))
    told.clear()
    front = run.front
    run.losses.coefficients.interdiction[0] = CauseLosses((2.0, *[0.0] * 6))
    under_attack(run, 50.0)
    before = front.strength[END]
    for _ in range(10):
        send(run)
    until(run, 3 * HOUR)
    lost = sum(event.losses[PERSONNEL] for event in of_kind(told, e.ConvoyAttacked))
    assert lost > 0
    assert {event.town for event in of_kind(told, e.ConvoyAttacked)} == {"end"}
    assert front.strength[END] == before - lost


def test_those_who_drove_for_a_fallen_town_are_lost_from_the_last_one_they_left():
    run, told = begun(road((0, 300, 0), days=20, interdiction=Interdiction(vehicles_lost=0.01)))
    told.clear()
    run.losses.coefficients.interdiction[0] = CauseLosses((2.0, *[0.0] * 6))
    under_attack_on(run, SECOND)
    send(run)
    until(run, LEG + 1)
    capture_town(run.front, END, OPEN, FOE)
    until(run, 2 * LEG + 1)
    attacked = [event for event in of_kind(told, e.ConvoyAttacked) if event.route == "mill-end"]
    assert [event.town for event in attacked] == ["mill"]


def test_nobody_is_lost_where_no_garrison_is_left_behind_a_convoy():
    run, told = quiet(interdiction=Interdiction(vehicles_lost=0.01))
    run.losses.coefficients.interdiction[0] = CauseLosses((2.0, *[0.0] * 6))
    under_attack_on(run, SECOND)
    send(run)
    until(run, LEG + 1)
    capture_town(run.front, END, OPEN, FOE)
    capture_town(run.front, MILL, SECOND, END)
    until(run, 2 * LEG + 1)
    attacked = [event for event in of_kind(told, e.ConvoyAttacked) if event.route == "mill-end"]
    assert [event.losses[PERSONNEL] for event in attacked] == [0]
