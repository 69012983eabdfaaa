"""In the reference state the expected losses of a day are the reported ones: in closed form, not by luck."""

import dataclasses

import pytest

from sim.engine.simulation import coefficients_of
from sim.model.parameters import Weather
from sim.model.quantities import CATEGORIES, PERSONNEL
from sim.model.reported_losses import reported_rates
from sim.verification.reference_state import of_assaults, of_fires, reference_run
from tests.support.fronts import begun, bundled, duel, road


def dry(scenario):
    """Return a scenario without weather, so that every day is a reference day but for its tempo."""
    return dataclasses.replace(scenario, weather=Weather(is_on=False))


def test_each_cause_takes_its_share():
    scenario = dry(bundled("kupiansk", 2))
    run = reference_run(scenario)
    rates, shares = reported_rates(scenario), scenario.attrition.causes
    for side in (0, 1):
        for category, name in enumerate(CATEGORIES):
            for cause, found in (("assault", of_assaults), ("fires", of_fires)):
                expected = rates[side][category] * shares[name][cause]
                assert found(run, side)[category] == pytest.approx(expected, rel=1e-9)


def test_twice_the_claim_is_twice_the_losses_of_each_event():
    scenario = dry(bundled("kupiansk", 2))
    twice = dataclasses.replace(
        scenario,
        reported_losses=dataclasses.replace(scenario.reported_losses, sector_share=0.1),
    )
    once, double = begun(scenario, has_listeners=False)[0], begun(twice, has_listeners=False)[0]
    for side in (0, 1):
        for table in ("assault", "fires"):
            before, after = (getattr(run.losses.coefficients, table)[side] for run in (once, double))
            assert after.means == pytest.approx([2 * mean for mean in before.means])
        assert double.losses.coefficients.hazards[side] > 2 * once.losses.coefficients.hazards[side]


def test_without_a_claim_nobody_is_lost_to_it():
    scenario = dataclasses.replace(bundled("kupiansk", 2), reported_losses=None)
    run, _ = begun(scenario, has_listeners=False)
    for tables in (
        run.losses.coefficients.assault,
        run.losses.coefficients.fires,
        run.losses.coefficients.interdiction,
    ):
        for losses in tables:
            assert losses.means == (0.0,) * len(CATEGORIES)
    assert run.losses.coefficients.hazards == [0.0, 0.0]


def test_working_out_the_coefficients_tells_nothing_and_uses_no_luck():
    scenario = bundled("kupiansk", 2)
    _, told = begun(scenario)
    assert told[0][1].day == 0
    assert {t for t, _ in told} == {0}
    run, _ = begun(scenario)
    fresh = begun(scenario)[0]
    for name in ("fires/ua", "assaults/ru", "fire-losses/ua", "convoy-losses/ru"):
        assert run.front.streams[name].uniform() == type(run.front.streams)(1)[name].uniform()
    assert fresh.front.convoy_count == run.front.convoy_count > 0


def test_a_convoys_size_is_held_against_the_mean_size_of_those_that_drive():
    # 40 t a day in convoys of 30 t and 6 vehicles; 4 t a day in convoys of 8 t and 2, every other day
    run, _ = begun(road((0, 500, 2000)))
    assert run.losses.coefficients.mean_vehicles[0] == pytest.approx(
        (40 / 30 * 6 + 4 / 8 * 2) / (40 / 30 + 4 / 8)
    )


def test_a_garrison_is_cost_what_the_other_sides_coefficient_says():
    run, _ = begun(duel(500, 400, (0.1, 0.2), fires=4.0, days=1))
    means = [losses.means[PERSONNEL] for losses in run.losses.coefficients.fires]
    assert means == pytest.approx([0.2 / 4, 0.1 / 4])


def test_a_side_that_never_fires_costs_nobody_anything_whatever_its_coefficient():
    run, _ = begun(duel(500, 400, (0.1, 0.2), fires=0.0, days=1))
    for losses in run.losses.coefficients.fires:
        assert losses.means == (0.0,) * len(CATEGORIES)


def test_coefficients_belong_to_the_scenario_whatever_the_luck_of_a_run():
    scenario = bundled("kupiansk", 2)
    assert coefficients_of(scenario) is coefficients_of(scenario)
    assert list(coefficients_of(scenario)) == [0]
    runs = [begun(scenario, seed, has_listeners=False)[0] for seed in (1, 2)]
    assert len({tuple(run.losses.coefficients.hazards) for run in runs}) == 1
    assert len({tuple(losses.means for losses in run.losses.coefficients.assault) for run in runs}) == 1
    assert coefficients_of(dataclasses.replace(scenario, name="other")) == coefficients_of(scenario)
