"""Books that do not balance are noticed, each in words that say which."""

import dataclasses

import pytest

from sim.engine.invariants import check, soldiers_missing, tonnes_missing
from sim.engine.logistics.supply import load_convoy
from sim.engine.simulation import simulate
from sim.errors import InvariantError
from sim.model.parameters import Supply
from sim.model.quantities import DAY, PERSONNEL
from tests.support.fronts import begun, bundled, front, played, road, route, sides, town


@pytest.fixture
def run():
    started, _ = begun(road((0, 500, 2000), days=4))
    check(started.front, started.planners)
    return started


def broken(run, match):
    with pytest.raises(InvariantError, match=match) as found:
        check(run.front, run.planners)
    assert "Please report this with the scenario and its seed." in str(found.value)


def test_a_stock_out_of_nowhere_is_noticed(run):
    run.front.stock[1] += 0.01
    broken(run, "Day 0.000: tonnes of a do not balance")


def test_a_load_that_vanishes_is_noticed(run):
    line = run.planners[0].lines[2]
    convoy = load_convoy(run.front, line, 0, line.paths[0][0])
    check(run.front, run.planners)
    convoy.load -= 1.0
    broken(run, "tonnes of a do not balance")


def test_tonnes_entered_twice_are_noticed(run):
    run.front.sides[1].entered += 5.0
    broken(run, "tonnes of b do not balance")


def test_soldiers_out_of_nowhere_are_noticed(run):
    run.front.strength[3] += 1
    broken(run, "soldiers of b do not balance")


def test_losses_of_nobody_are_noticed(run):
    run.front.sides[0].losses[PERSONNEL] += 3
    broken(run, "soldiers of a do not balance")


def test_losses_below_0_are_noticed(run):
    run.front.sides[0].losses[3] = -1
    broken(run, "a count of a is below 0")


def test_a_reserve_below_0_is_noticed(run):
    run.front.sides[1].reserve -= 7
    run.front.strength[3] += 7
    broken(run, "a count of b is below 0")


def test_a_garrison_below_0_is_noticed(run):
    run.front.strength[1] -= 600
    run.front.strength[2] += 600
    broken(run, "a garrison is below 0")


def test_a_stock_below_0_is_noticed(run):
    run.front.stock[1] -= 100.0
    run.front.stock[2] += 100.0
    broken(run, "a stock is below 0")


def test_a_contact_within_a_side_is_noticed(run):
    run.front.positions[0] = 3.0
    broken(run, "a contact is not where sides meet")


def test_a_missing_contact_is_noticed(run):
    del run.front.positions[2]
    broken(run, "a contact is not where sides meet")


@pytest.mark.parametrize("damage", [-0.1, 1.2])
def test_impossible_damage_is_noticed(run, damage):
    run.front.damage[0] = damage
    broken(run, "damage is outside 0 to 1")


def test_a_flow_above_what_a_road_carries_is_noticed(run):
    run.planners[0].limits[1] = 3.0
    broken(run, "a flow is above its capacity")


def test_books_that_balance_are_out_by_nothing(run):
    for side in run.front.sides:
        assert soldiers_missing(run.front, side) == 0
        assert abs(tonnes_missing(run.front, side)) < 1e-9


def test_checks_happen_every_day_and_at_the_end():
    run, _ = begun(road((0, 500, 2000), days=4))
    run.front.sides[0].consumed += 1.0
    broken(run, "Day 0.000")
    scenario = dataclasses.replace(bundled("two-towns"), horizon=2 * DAY)
    assert simulate(scenario, 1, has_checks=True).steps > simulate(scenario, 1).steps


def test_large_books_are_allowed_the_rounding_of_large_amounts():
    scenario = front(
        [town("base", 0.0, "a", 10**7, base=1e7), town("foe", 30.0, "b", 10**6, base=1e7)],
        [route("base", "foe")],
        days=60,
        sides=sides(),
        supply=Supply(consumption_idle=999.7, consumption_fighting=999.7, convoy_load=1e5),
    )
    outcome, _ = played(scenario)
    assert outcome.state.sides["a"].entered > 1e8
