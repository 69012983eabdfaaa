"""What garrisons need, and what want of it does to them."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.parameters import Supply
from sim.model.supply.sustainment import consumption, days_covered, days_of_supply, demand, supply_effect
from tests.support.networks import seeded

EFFECTS = ["linear", "logistic", "bands", "grace", "none"]
GRID = [0.01 * step for step in range(800)]


@pytest.mark.parametrize("effect", EFFECTS)
@pytest.mark.parametrize("full", [0.5, 1.0, 3.0, 6.0])
def test_less_supply_never_fights_better_and_stays_between_the_floor_and_full(effect, full):
    supply = Supply(effect=effect, effect_full_at=full, effect_floor=0.35)
    values = [supply_effect(supply, days) for days in GRID]
    assert values == sorted(values)
    assert all(0.35 <= value <= 1.0 for value in values)


@pytest.mark.parametrize("effect", EFFECTS)
def test_full_supply_fights_at_full_value_and_so_does_endless_supply(effect):
    supply = Supply(effect=effect, effect_full_at=2.0)
    assert supply_effect(supply, 2.0) == 1.0
    assert supply_effect(supply, math.inf) == 1.0


@pytest.mark.parametrize(
    ("effect", "value"), [("linear", 0.2), ("logistic", 0.2), ("bands", 0.4), ("none", 1.0)]
)
def test_with_nothing_left_a_garrison_fights_at_its_floor_or_its_lowest_band(effect, value):
    assert supply_effect(Supply(effect=effect, effect_floor=0.2), 0.0) == pytest.approx(value)


@pytest.mark.parametrize("effect", ["linear", "logistic"])
@pytest.mark.parametrize("full", [0.5, 3.0, 20.0])
def test_linear_and_logistic_effects_make_no_step(effect, full):
    supply = Supply(effect=effect, effect_full_at=full)
    fine = [full * step / 2000 for step in range(2201)]
    values = [supply_effect(supply, days) for days in fine]
    assert max(b - a for a, b in itertools.pairwise(values)) < 0.02


def test_the_logistic_effect_is_as_steep_as_told():
    # with S(x) = 1 / (1 + exp(-2 x)): (S(-0.5) - S(-1.5)) / (S(1.5) - S(-1.5))
    supply = Supply(effect="logistic", effect_full_at=3.0, effect_floor=0.0)
    assert supply_effect(supply, 1.0) == pytest.approx((0.2689414 - 0.0474259) / (0.9525741 - 0.0474259))


def test_the_logistic_effect_is_even_about_its_middle():
    supply = Supply(effect="logistic", effect_full_at=4.0, effect_floor=0.0)
    assert supply_effect(supply, 2.0) == pytest.approx(0.5)
    for off in (0.3, 1.0, 1.9):
        together = supply_effect(supply, 2.0 - off) + supply_effect(supply, 2.0 + off)
        assert together == pytest.approx(1.0)


def test_the_linear_effect_runs_straight_from_floor_to_full():
    supply = Supply(effect="linear", effect_full_at=4.0, effect_floor=0.2)
    assert [supply_effect(supply, days) for days in (0.0, 1.0, 2.0, 3.0)] == pytest.approx(
        [0.2, 0.4, 0.6, 0.8]
    )


def test_bands_step_at_each_third_of_full_supply():
    supply = Supply(effect="bands", effect_full_at=3.0, effect_floor=0.0)
    days = (0.0, 0.99, 1.0, 1.99, 2.0, 2.99, 3.0)
    assert [supply_effect(supply, d) for d in days] == [0.25, 0.25, 0.5, 0.5, 0.75, 0.75, 1.0]


def test_grace_keeps_full_value_for_a_day_with_nothing_left_and_then_goes_down_in_steps():
    supply = Supply(effect="grace", effect_full_at=3.0, effect_floor=0.0)
    assert [supply_effect(supply, d) for d in (2.0, 0.01, 0.0)] == [1.0, 1.0, 1.0]
    assert [supply_effect(supply, 0.0, without) for without in (0.99, 1.0, 1.99, 2.0)] == [1.0, 0.5, 0.5, 0.0]


@seeded
@given(st.sampled_from(EFFECTS), st.floats(0.0, 100.0), st.floats(0.0, 1.0))
def test_a_higher_floor_never_fights_worse(effect, days, floor):
    lower, higher = (Supply(effect=effect, effect_floor=f) for f in (floor / 2, floor))
    assert supply_effect(lower, days) <= supply_effect(higher, days) + 1e-12


def test_a_soldier_at_the_front_uses_more_the_more_is_fought():
    supply = Supply(consumption_idle=8.0, consumption_fighting=20.0)
    assert consumption(supply, 1000, is_fighting=False, tempo=2.0) == pytest.approx(8.0)
    assert consumption(supply, 1000, is_fighting=True) == pytest.approx(20.0)
    assert consumption(supply, 1000, is_fighting=True, tempo=1.5) == pytest.approx(26.0)
    assert consumption(supply, 1000, is_fighting=True, tempo=0.0) == pytest.approx(8.0)
    assert consumption(supply, 0, is_fighting=True) == 0.0


def test_a_stock_that_nobody_uses_lasts_for_ever():
    assert days_of_supply(0.0, 0.0) == math.inf
    assert days_of_supply(0.0, 4.0) == 0.0


@seeded
@given(st.floats(0.0, 1e5), st.floats(0.01, 1e4), st.floats(0.1, 60.0), st.floats(0.1, 60.0))
def test_a_demand_that_is_met_brings_the_stock_to_its_objective_in_the_refill_time(stock, use, days, refill):
    supply = Supply(stockage_objective=days, refill_time=refill)
    asked = demand(supply, stock, use)
    assert asked >= 0.0
    if asked > 0.0:
        assert stock + refill * (asked - use) == pytest.approx(days * use, abs=1e-6 * (stock + 1))


def test_a_full_stock_asks_for_what_is_used_and_an_overfull_one_for_less():
    supply = replace(Supply(), stockage_objective=5.0, refill_time=4.0)
    assert demand(supply, 50.0, 10.0) == pytest.approx(10.0)
    assert demand(supply, 70.0, 10.0) == pytest.approx(5.0)
    assert demand(supply, 500.0, 10.0) == 0.0
    assert demand(supply, 30.0, 0.0) == 0.0


def test_who_needs_nothing_is_covered_whatever_rounding_left_in_stock():
    supply = Supply()
    for stock in (0.0, -1e-12):
        assert days_covered(supply, stock=stock, inflow=0.0, use=0.0) == supply.effect_full_at
