"""Denied, used and spare are one whole, whatever happened to a route."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.pressure import available_capacity, nominal_capacity, pressure
from sim.model.initial_state import opening_state
from sim.model.network import Network
from sim.model.parameters import WEATHER_STATES, Weather

shares = st.floats(0, 1)


@pytest.fixture
def route(scenario):
    return scenario.routes[1]


@given(
    damage=shares,
    expected_loss=shares,
    weather=st.sampled_from(WEATHER_STATES),
    flow=st.floats(-1e6, 1e6),
    number=st.integers(0, 4),
)
def test_a_split_is_one_whole(scenario, damage, expected_loss, weather, flow, number):
    route, state = scenario.routes[number], opening_state(scenario)
    state.damage[route.id], state.expected_loss[route.id] = damage, expected_loss
    state.weather, state.flows[route.id] = weather, flow
    split = pressure(scenario, state, route)
    parts = (split.damage, split.expected_loss, split.weather, split.used, split.spare)
    assert all(0 <= part <= 1 for part in parts)
    assert math.isclose(math.fsum(parts), 1.0, abs_tol=1e-12)
    assert math.isclose(split.denied + split.used + split.spare, 1.0, abs_tol=1e-12)
    assert math.isclose(split.pressure, 1.0 - split.spare, abs_tol=1e-12)


def test_each_part_takes_from_what_the_one_before_leaves(scenario, opening, route):
    opening.damage[route.id], opening.expected_loss[route.id] = 0.5, 0.2
    opening.weather, opening.flows[route.id] = "mud", -10.0
    split = pressure(scenario, opening, route)
    assert (split.damage, split.expected_loss) == (0.5, 0.1)
    assert split.weather == pytest.approx(0.08)
    assert split.used == pytest.approx(0.25)
    assert split.spare == pytest.approx(0.07)
    assert available_capacity(scenario, opening, route) == pytest.approx(40 * 0.5 * 0.8 * 0.8)


def test_a_flow_planned_before_the_damage_uses_no_more_than_is_left(scenario, opening, route):
    opening.flows[route.id], opening.damage[route.id] = 36.0, 0.9
    split = pressure(scenario, opening, route)
    assert split.used == pytest.approx(0.1)
    assert split.spare == 0.0


def test_rails_do_not_mind_the_weather(scenario, opening):
    opening.weather = "mud"
    by_id = {route.id: route for route in scenario.routes}
    assert pressure(scenario, opening, by_id["east-far"]).weather == 0.0
    assert pressure(scenario, opening, by_id["ford-east"]).weather == pytest.approx(0.2)


def test_weather_that_is_off_denies_nothing(scenario, opening, route):
    opening.weather = "mud"
    calm = replace(scenario, weather=Weather(is_on=False))
    assert pressure(calm, opening, route).denied == 0.0


def test_a_route_that_carries_nothing_counts_as_damaged(scenario, opening, route):
    split = pressure(scenario, opening, replace(route, capacity=0.0))
    assert (split.damage, split.pressure) == (1.0, 1.0)


def test_capacities_are_those_of_the_network(scenario):
    assert [nominal_capacity(scenario, route) for route in scenario.routes] == Network(scenario).capacity
