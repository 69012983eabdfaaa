"""The part of a network that a side's programme holds: all that is of use to it, and nothing else."""

import numpy as np
import pytest

from sim.model.network import Network
from sim.model.scenario import Position, Route, Town
from sim.model.supply.supply_lp import Subnetwork
from tests.support.networks import scenario_of

LONG = 8


def a_chain() -> Network:
    """Return eight towns in a row."""
    towns = [
        Town(id=f"t{n}", name=f"t{n}", at=Position(49.0, 37.0 + n / 10), held_by="a") for n in range(LONG)
    ]
    routes = [Route(id=f"r{n}", start=f"t{n}", end=f"t{n + 1}") for n in range(LONG - 1)]
    return Network(scenario_of(towns, routes))


def limits(*, route=(), town=(), entry=(), entries=1):
    """Return limits of routes, towns and entries, in this order; 0 but where named."""
    found = np.zeros(2 * LONG - 1 + entries)
    for number in route:
        found[number] = 10.0
    for number in town:
        found[LONG - 1 + number] = 5.0
    for number in entry:
        found[2 * LONG - 1 + number] = 100.0
    return found


@pytest.fixture
def part():
    """Return the part around the first two towns, where goods enter at the first."""
    return Subnetwork(a_chain(), [0], limits(route=[0], town=[1], entry=[0]))


def test_a_part_has_what_is_used_and_what_is_beside_it(part):
    assert part.towns.tolist() == [0, 1, 2]
    assert part.routes.tolist() == [0, 1]


@pytest.mark.parametrize("inside", [{"route": [0, 1]}, {"town": [0, 1, 2]}, {"entry": [0]}, {}])
def test_limits_inside_a_part_are_held_by_it(part, inside):
    assert part.holds(limits(**inside))


@pytest.mark.parametrize("outside", [{"route": [2]}, {"route": [6]}, {"town": [3]}, {"town": [7]}])
def test_limits_outside_a_part_are_not(part, outside):
    assert not part.holds(limits(**outside))


def test_a_town_where_goods_can_enter_is_in_the_part_before_anything_does():
    far = Subnetwork(a_chain(), [0, 5], limits(route=[0], town=[1], entry=[0], entries=2))
    assert far.towns.tolist() == [0, 1, 2, 4, 5, 6]
