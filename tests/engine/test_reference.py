"""In the reference state the expected losses of a day are the reported ones: in closed form, not by luck."""

import dataclasses
import math

import pytest
from fronts import begun, bundled
from samples import baseline_under

from sim.domain.attrition import fire_intensity, reported_rates
from sim.domain.interdiction import attack_chance
from sim.domain.parameters import Weather
from sim.domain.quantities import CATEGORIES, VEHICLES
from sim.engine.exposure import measure_exposure
from sim.engine.reference import set_coefficients
from sim.engine.run import Run, reference_of
from sim.engine.streams import MedianLuck
from sim.engine.world import World

LAWS = ("aimed_fire", "area_fire", "logarithmic", "helmbold")


def dry(scenario):
    """Return a scenario without weather, so that every day is a reference day but for its tempo."""
    return dataclasses.replace(scenario, weather=Weather(is_on=False))


def thought_of(scenario):
    """Return the reference state that coefficients are worked out in, with what they expose roads to."""
    run = Run(World(scenario, MedianLuck(), None))
    run.open()
    set_coefficients(run)
    measure_exposure(run, moved=True)
    for planner in run.planners:
        for line in planner.lines.values():
            line.size_effect = run.size_effect(line.side, line.vehicles)
    return run


def of_assaults(run, side):
    """Return what a side loses in all assaults of a reference day, by category."""
    world, battle = run.world, run.battle
    weight = world.scenario.assaults.attacker_weight
    means = [0.0] * len(CATEGORIES)
    for acting in world.sides:
        for (_, origin, target), chance in battle.assaults(acting.number).chances():
            own, other = (origin, target) if acting.number == side else (target, origin)
            one = fire_intensity(battle.assault_exponents, world.firing(other), world.exposed(own))
            one *= weight if acting.number == side else 1.0
            for category, mean in enumerate(battle.assault_losses[side].means):
                means[category] += acting.assaults * chance * one * mean
    return means


def of_fires(run, side):
    """Return what a side loses to all fires of a reference day, by category."""
    battle, enemy = run.battle, run.world.sides[1 - side]
    intensity = math.fsum(
        enemy.fires * chance * battle.fires_intensity(place[0])
        for place, chance in battle.fires(enemy.number).chances()
    )
    return [intensity * mean for mean in battle.fires_losses[side].means]


def of_interdiction(run, side):
    """Return what a side loses with its convoys on a reference day, by category."""
    share = run.world.scenario.interdiction.vehicles_lost
    attacks = vehicles = 0.0
    for line in run.planners[side].lines.values():
        for way, rate in line.ways:
            risks = [run.world.risk[side][e] / run.world.intensity * line.size_effect for e in way]
            chances = [attack_chance(risk) for risk in risks]
            attacks += rate / line.load * math.fsum(chances)
            left = math.prod(1 - chance * share for chance in chances)
            vehicles += rate / line.load * line.vehicles * (1 - left)
    means = [attacks * mean for mean in run.battle.interdiction_losses[side].means]
    means[VEHICLES] += vehicles
    return means


@pytest.mark.parametrize("law", LAWS)
def test_all_causes_together_take_what_was_reported_in_every_category(law):
    scenario = dry(baseline_under(law))
    run = thought_of(scenario)
    for side, rates in enumerate(reported_rates(scenario)):
        causes = (of_assaults(run, side), of_fires(run, side), of_interdiction(run, side))
        for category, rate in enumerate(rates):
            expected = math.fsum(cause[category] for cause in causes)
            # risks come from exposures that are rounded to six digits
            assert expected == pytest.approx(rate, rel=1e-4), CATEGORIES[category]


def test_each_cause_takes_its_share():
    scenario = dry(bundled("kupiansk", 2))
    run = thought_of(scenario)
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
    once, double = begun(scenario, is_heard=False)[0], begun(twice, is_heard=False)[0]
    for side in (0, 1):
        for table in ("assault_losses", "fires_losses"):
            before, after = getattr(once.battle, table)[side], getattr(double.battle, table)[side]
            assert after.means == pytest.approx([2 * mean for mean in before.means])
        assert double.world.sides[side].hazard > 2 * once.world.sides[side].hazard


def test_without_a_claim_nobody_is_lost_to_it():
    scenario = dataclasses.replace(bundled("kupiansk", 2), reported_losses=None)
    run, _ = begun(scenario, is_heard=False)
    for tables in (run.battle.assault_losses, run.battle.fires_losses, run.battle.interdiction_losses):
        for losses in tables:
            assert losses.means == (0.0,) * len(CATEGORIES)
    assert [side.hazard for side in run.world.sides] == [0.0, 0.0]


def test_working_out_the_coefficients_tells_nothing_and_uses_no_luck():
    scenario = bundled("kupiansk", 2)
    _, told = begun(scenario)
    assert told[0][1].day == 0
    assert {t for t, _ in told} == {0}
    run, _ = begun(scenario)
    fresh = begun(scenario)[0]
    for name in ("fires/ua", "assaults/ru", "fire-losses/ua", "convoy-losses/ru"):
        assert run.world.streams[name].uniform() == type(run.world.streams)(1)[name].uniform()
    assert fresh.world.convoy_count == run.world.convoy_count > 0


def test_coefficients_belong_to_the_scenario_whatever_the_luck_of_a_run():
    scenario = bundled("kupiansk", 2)
    assert reference_of(scenario) is reference_of(scenario)
    runs = [begun(scenario, seed, is_heard=False)[0] for seed in (1, 2)]
    assert len({tuple(side.hazard for side in run.world.sides) for run in runs}) == 1
    assert len({tuple(losses.means for losses in run.battle.assault_losses) for run in runs}) == 1
    assert reference_of(dataclasses.replace(scenario, name="other")) == reference_of(scenario)
