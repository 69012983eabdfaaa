"""The reference state: what the first day is expected to cost, added up event by event in closed form.

Nothing is drawn. The chances and intensities are the engine's own, so that what it would draw from is what
was reported.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Final

from sim.engine.coefficients import fit_coefficients
from sim.engine.poisson import shares
from sim.engine.simulation import Simulation
from sim.model.attrition import LAWS, fire_intensity, success_chance
from sim.model.interdiction import attack_chance
from sim.model.parameters import Weather
from sim.model.quantities import CATEGORIES, DAY, VEHICLES
from sim.model.reported_losses import reported_rates
from sim.statistics.streams import MedianStreams
from sim.verification.case import Case, Check, exactly, scenario_of

if TYPE_CHECKING:
    from sim.model.attrition import Law
    from sim.model.quantities import PerDay
    from sim.model.scenario import Scenario

NEAR: Final = 1e-4
"""Relative tolerance of sums."""


def reference_run(scenario: Scenario) -> Simulation:
    """Return the reference state that coefficients are worked out in, with what it exposes roads to."""
    run = Simulation(scenario, MedianStreams())
    run.open()
    fit_coefficients(run.engagement, run.interdiction, run.planners)
    run.interdiction.measure()
    for planner in run.planners:
        for line in planner.lines.values():
            line.size_effect = run.interdiction.size_effect(line.side, line.vehicles)
    return run


def of_assaults(run: Simulation, side: int) -> list[PerDay]:
    """Return what a side loses in all assaults of a reference day, by category."""
    front, losses = run.front, run.losses
    rules = front.scenario.assaults
    means = [0.0] * len(CATEGORIES)
    for acting in front.sides:
        for route, chance in shares(run.engagement.assault_weights(acting.number)).items():
            origin, target = front.own_end_first(route, acting.number)
            own, other = (origin, target) if acting.number == side else (target, origin)
            firing, exposed = front.firing(other, own), front.exposed(own, other)
            one = fire_intensity(losses.assault_exponents, firing, exposed) / front.exposed(origin, target)
            if acting.number == side:
                wins = success_chance(run.engagement.assault_odds(route, origin, target), rules.kappa)
                one *= rules.attacker_weight * (wins + (1.0 - wins) * rules.failure_cost)
            for category, mean in enumerate(losses.coefficients.assault[side].means):
                means[category] += acting.assaults * chance * one * mean
    return means


def of_fires(run: Simulation, side: int) -> list[PerDay]:
    """Return what a side loses to all fires of a reference day, by category."""
    engagement, enemy = run.engagement, run.front.sides[1 - side]
    intensity = math.fsum(
        enemy.fires * chance * engagement.fires_intensity(town)
        for town, chance in shares(engagement.fire_weights(enemy.number)).items()
    )
    return [intensity * mean for mean in run.losses.coefficients.fires[side].means]


def of_interdiction(run: Simulation, side: int) -> list[PerDay]:
    """Return what a side loses with its convoys on a reference day, by category."""
    share = run.front.scenario.interdiction.vehicles_lost
    attacks = vehicles = 0.0
    today = run.front.calendar.intensity * run.front.calendar.loads[VEHICLES]
    for line in run.planners[side].lines.values():
        for path, rate in line.paths:
            risks = [run.interdiction.risk[side][e] / today * line.size_effect for e in path]
            chances = [attack_chance(risk) for risk in risks]
            attacks += rate / line.load * math.fsum(chances)
            left = math.prod(1 - chance * share for chance in chances)
            vehicles += rate / line.load * line.vehicles * (1 - left)
    means = [attacks * mean for mean in run.losses.coefficients.interdiction[side].means]
    means[VEHICLES] += vehicles
    return means


def baseline_under(law: Law) -> Scenario:
    """Return two days of the baseline with one law for every cause, and without weather."""
    scenario = scenario_of("kupiansk")
    attrition = dataclasses.replace(scenario.attrition, assault_law=law, fires_law=law, interdiction_law=law)
    return dataclasses.replace(
        scenario, horizon=2 * DAY, attrition=attrition, weather=Weather(is_on=False), parameters=()
    )


def reported_losses(_: int) -> list[Check]:
    """Hold what both sides are expected to lose in the opening state against the reported rates."""
    found = []
    for law in LAWS:
        scenario = baseline_under(law)
        run = reference_run(scenario)
        off = []
        for side, rates in enumerate(reported_rates(scenario)):
            causes = (of_assaults(run, side), of_fires(run, side), of_interdiction(run, side))
            for category, rate in enumerate(rates):
                off.append(abs(math.fsum(cause[category] for cause in causes) / rate - 1.0))
        what = f"furthest of {len(off)} rates from what was reported, {law.replace('_', ' ')}"
        found.append(exactly(what, 0.0, max(off), NEAR, "risks come from exposures rounded to six digits"))
    return found


CASES: Final = (
    Case(
        "reported-losses", "The opening state is expected to cost what was reported, in all categories",
        "Closed form, MoD of Ukraine's claim", "kupiansk", reported_losses,
    ),
)  # fmt: skip
