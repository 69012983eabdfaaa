"""The books before anything has happened."""

from __future__ import annotations

import pytest

from sim.model.initial_state import opening_front, opening_state
from sim.model.network import Network
from sim.model.parameters import Supply
from sim.model.scenario import Garrison, Position, Route, Side, Town
from tests.support.networks import scenario_of

SUPPLY = Supply(consumption_idle=10.0, consumption_fighting=30.0, stockage_objective=5.0)
SIDES = (Side(id="a", name="A", reserve=400), Side(id="b", name="B"))


def town(name: str, held_by: str, **garrison) -> Town:
    lat = 49.0 + 0.1 * "wxyz".index(name)
    return Town(id=name, name=name, at=Position(lat, 36.0), held_by=held_by, garrison=Garrison(**garrison))


def front(**x):
    """Return the opening of four towns in a row: w and x of one side, y and z of the other."""
    scenario = scenario_of(
        [
            town("w", "a", strength=1000),
            town("x", "a", strength=2000, **x),
            town("y", "b", strength=300),
            town("z", "b"),
        ],
        [
            Route(id="wx", start="w", end="x", damage=0.25),
            Route(id="xy", start="x", end="y", length=8.0, front_share=0.75),
            Route(id="yz", start="y", end="z"),
        ],
        sides=SIDES,
        supply=SUPPLY,
    )
    return scenario, opening_state(scenario)


def test_it_is_the_moment_0_with_nothing_lost_and_nothing_moved():
    _, state = front()
    assert state.t == 0
    assert state.held_by == {"w": "a", "x": "a", "y": "b", "z": "b"}
    assert state.strength == {"w": 1000, "x": 2000, "y": 300, "z": 0}
    assert state.convoys == state.flows == state.encircled == state.changed_at == {}
    for books in state.sides.values():
        assert books.losses == [0] * 7
        assert (books.arrived, books.entered, books.consumed, books.lost, books.captured) == (0, 0, 0, 0, 0)


def test_stocks_hold_the_objective_and_more_is_used_in_contact():
    _, state = front()
    assert state.stock == pytest.approx({"w": 50.0, "x": 300.0, "y": 45.0, "z": 0.0})


def test_a_stock_may_be_given_in_tonnes_or_in_days():
    assert front(stock=12.3456789)[1].stock["x"] == 12.345679
    assert front(stock=0.0)[1].stock["x"] == 0.0
    assert front(stock_days=2.0)[1].stock["x"] == pytest.approx(120.0)
    assert front(stock_days=0.0)[1].stock["x"] == 0.0


def test_books_open_with_every_soldier_and_every_tonne_of_a_side():
    _, state = front()
    assert state.sides["a"].reserve == 400
    assert state.sides["a"].initial_soldiers == 3400
    assert state.sides["b"].initial_soldiers == 300
    assert state.sides["a"].initial_supply == pytest.approx(350.0)
    assert state.sides["b"].initial_supply == pytest.approx(45.0)


def test_fronts_stand_on_contacts_alone():
    _, state = front()
    assert state.fronts == {"xy": 6.0}


def test_damage_is_told_where_there_is_any():
    _, state = front()
    assert state.damage == {"wx": 0.25}


def test_a_network_at_hand_gives_the_same():
    scenario, state = front()
    assert opening_state(scenario, Network(scenario)) == state


def test_two_openings_share_no_books():
    scenario, state = front()
    other = opening_state(scenario)
    state.strength["w"] = 0
    state.sides["a"].losses[0] = 9
    assert other.strength["w"] == 1000
    assert other.sides["a"].losses[0] == 0


@pytest.mark.parametrize(
    ("given", "stands"),
    [({}, 4.0), ({"front_share": 0.1}, 0.8), ({"front_distance": -0.5, "front_share": 0.9}, -0.5)],
    ids=["in the middle", "by its share", "by its distance first of all"],
)
def test_a_front_stands_where_the_route_says(given, stands):
    route = Route(id="r", start="u", end="v", **given)
    assert opening_front(route, 8.0) == pytest.approx(stands)
