"""Losses that were reported at other rates later set other coefficients from that day on."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest

from sim.engine.simulation import coefficients_of, simulate
from sim.model.events import TownFell
from sim.model.quantities import CATEGORIES, DAY
from sim.model.reported_losses import reported_rates, reported_until
from sim.model.scenario import LossPeriod
from tests.support.fronts import begun, bundled, go

SOLDIERS, TANKS = CATEGORIES.index("personnel"), CATEGORIES.index("tanks")


def with_periods(days, *periods):
    """Return the baseline with other rates from some days on, as (day, rates)."""
    scenario = bundled("kupiansk", days)
    later = tuple(
        LossPeriod(id=f"from-{day}", begins=scenario.start + timedelta(days=day), per_day=rates)
        for day, rates in periods
    )
    return dataclasses.replace(
        scenario, reported_losses=dataclasses.replace(scenario.reported_losses, periods=later)
    )


def test_a_category_that_a_period_leaves_out_keeps_the_claims_rate():
    scenario = with_periods(4, (2, {"tanks": 30.0}))
    (period,) = scenario.reported_losses.periods
    before, after = reported_rates(scenario)[1], reported_rates(scenario, period)[1]
    assert after[TANKS] == pytest.approx(10 * before[TANKS])
    assert after[SOLDIERS] == before[SOLDIERS]


def test_what_is_reported_until_a_moment_adds_up_over_periods():
    scenario = with_periods(10, (2, {"personnel": 2860.0}), (6, {"personnel": 0.0}))
    once = reported_rates(scenario)[1][SOLDIERS]
    days = [reported_until(scenario, day * DAY)[1][SOLDIERS] / once for day in (0, 1, 2, 4, 6, 10)]
    assert days == pytest.approx([0.0, 1.0, 2.0, 6.0, 10.0, 10.0])


@pytest.mark.untraced
def test_a_period_that_began_before_the_run_holds_from_its_first_day():
    scenario = with_periods(4, (-20, {"personnel": 143.0}))
    assert list(coefficients_of(scenario)) == [0]
    plain = bundled("kupiansk", 4)
    assert reported_until(scenario, DAY)[1][SOLDIERS] == pytest.approx(
        reported_until(plain, DAY)[1][SOLDIERS] / 10
    )
    means = coefficients_of(scenario)[0].fires[1].means
    assert means[SOLDIERS] == pytest.approx(coefficients_of(plain)[0].fires[1].means[SOLDIERS] / 10)


def test_coefficients_change_with_the_day_on_which_a_period_begins():
    run, _ = begun(with_periods(6, (2, {"personnel": 14300.0, "vehicles": 0.0})), has_listeners=False)
    before, hazard = run.losses.coefficients.fires[1].means, run.losses.coefficients.hazards[0]
    go(run, 1.99)
    assert run.losses.coefficients.fires[1].means == before
    go(run, 2.01)
    assert run.losses.coefficients.fires[1].means[SOLDIERS] == pytest.approx(10 * before[SOLDIERS])
    assert hazard > 0.0
    assert run.losses.coefficients.hazards[0] == 0.0


@pytest.mark.untraced
def test_days_before_the_first_period_are_those_of_the_claim_to_the_last_event():
    plain, later = [], []
    simulate(bundled("kupiansk", 3), 5, emit=lambda t, event: plain.append((t, event)))
    simulate(with_periods(3, (2, {"tanks": 300.0})), 5, emit=lambda t, event: later.append((t, event)))
    first = [each for each in plain if each[0] < 2 * DAY]
    assert first == later[: len(first)]
    assert plain != later


@pytest.mark.untraced
def test_losses_follow_the_rates_of_each_period():
    scenario = with_periods(40, (20, {"personnel": 143.0}))
    lost = [0, 0]

    def hear(t, event):
        if isinstance(event, TownFell):
            return  # stragglers are no matter of rates
        for name in ("losses", "attacker_losses", "defender_losses"):
            if (losses := getattr(event, name, None)) is not None:
                lost[t >= 20 * DAY] += losses[SOLDIERS]

    for seed in range(6):
        simulate(scenario, seed, emit=hear)
    assert lost[1] == pytest.approx(lost[0] / 10, rel=0.25)


@pytest.mark.untraced
def test_the_bundled_months_begin_on_their_first_days():
    scenario = bundled("kupiansk-reported-months")
    assert [period.begins for period in scenario.reported_losses.periods] == [
        date(2025, month, 1) for month in range(2, 8)
    ]
    assert list(coefficients_of(scenario)) == [0, 5, 33, 64, 94, 125, 155]
