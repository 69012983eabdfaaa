"""The reference state: what the front does at t = 0, and the coefficients that follow from it.

In this state, with tempo 1 and the first month's weather, each side's expected daily losses equal the
reported rates in every category, by construction. Everything after is endogenous. The state is a thought
in which all luck is middling, so the coefficients belong to the scenario and not to a run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.engine.battle import CauseLosses, cause_losses
from sim.engine.clocks import shares
from sim.engine.convoys import drive, look_ahead
from sim.engine.departures import depart, fast_forward, next_way, supply_line
from sim.engine.exposure import front_points, measure_exposure
from sim.model.attrition import (
    event_dispersion,
    fire_intensity,
    rates_by_cause,
    reported_rates,
)
from sim.model.daily_conditions import weather_shares
from sim.model.interdiction import ReferenceWay, exposure, hazard_for, nearest_front, reference_attacks
from sim.model.parameters import WEATHER_STATES
from sim.model.quantities import CATEGORIES, DAY, PERSONNEL, VEHICLES, Cause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.engine.run import Run
    from sim.engine.world import SideState

ROUNDS: Final = 3
"""Plans depend on expected losses, and these on plans: after so many rounds they agree."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The coefficients of a scenario, by side.

    Attributes
    ----------
    hazards
        Attacks per hour that each side makes on a convoy at full exposure.
    assault_losses, fires_losses, interdiction_losses
        What one event of each cause costs each side.
    """

    hazards: tuple[float, ...]
    mean_vehicles: tuple[float, ...]
    assault_losses: tuple[CauseLosses, ...]
    fires_losses: tuple[CauseLosses, ...]
    interdiction_losses: tuple[CauseLosses, ...]

    def give_to(self, run: Run) -> None:
        """Set the coefficients of a run; it may change its own afterwards."""
        for side, hazard in zip(run.world.sides, self.hazards, strict=True):
            side.hazard = hazard
        run.mean_vehicles = list(self.mean_vehicles)
        run.battle.assault_losses = list(self.assault_losses)
        run.battle.fires_losses = list(self.fires_losses)
        run.battle.interdiction_losses = list(self.interdiction_losses)


def set_coefficients(run: Run) -> dict[int, Reference]:
    """Work out every coefficient from the scenario's reported losses and the reference state of a run.

    Returns
    -------
    dict
        By the day from which on they hold: the first, and one for each period of other rates.
    """
    world = run.world
    for side in world.sides:
        given = world.scenario.sides[side.number].interdiction_hazard
        side.hazard = 0.0 if given is None else given
    reported = world.scenario.reported_losses
    found = {}
    for period in (None, *(reported.periods if reported else ())):
        rates = reported_rates(world.scenario, period)
        for turn in range(ROUNDS):
            measure_exposure(run, moved=True)
            for planner in run.planners:
                planner.plan(asks=turn == 0)
                planner.follow()
            for side in world.sides:
                _spread_losses(run, side, rates[side.number])
        battle = run.battle
        day = 0 if period is None else max(0, (period.begins - world.scenario.start).days)
        found[day] = Reference(
            tuple(side.hazard for side in world.sides),
            tuple(run.mean_vehicles),
            tuple(battle.assault_losses),
            tuple(battle.fires_losses),
            tuple(battle.interdiction_losses),
        )
    return found


def _spread_losses(run: Run, side: SideState, rates: Sequence[float]) -> None:
    """Spread one side's rates over causes, and set what one event of each costs it."""
    battle, scenario = run.battle, run.world.scenario
    number = side.number
    enemy = run.world.sides[1 - number]
    assaults, assault_events = _assault_intensity(run, side)
    fires, fire_events = _fires_intensity(run, side)
    ways = _reference_ways(run, side)
    happens: dict[Cause, bool] = {
        "assault": assaults > 0.0,
        "fires": fires > 0.0,
        "interdiction": any(exposed > 0.0 for way in ways for legs in way.exposures for exposed in legs),
    }
    by_cause = rates_by_cause(rates, scenario.attrition.causes, happens)
    scatter = [scenario.attrition.dispersion.get(category, 0.0) for category in CATEGORIES]
    battle.assault_losses[number] = cause_losses(
        by_cause["assault"], 1.0 / assaults if assaults else 0.0, assault_events, scatter
    )
    battle.fires_losses[number] = cause_losses(
        by_cause["fires"], 1.0 / fires if fires else 0.0, fire_events, scatter
    )
    coefficient = scenario.sides[enemy.number].attrition_coefficient
    if coefficient is not None and enemy.fires > 0.0:
        means = [0.0] * len(CATEGORIES)
        means[PERSONNEL] = coefficient / enemy.fires
        battle.fires_losses[number] = CauseLosses(
            tuple(means), tuple(event_dispersion(daily, enemy.fires) for daily in scatter)
        )
    _set_interdiction(run, side, ways, by_cause["interdiction"], scatter)


def _assault_intensity(run: Run, side: SideState) -> tuple[float, float]:
    """Return a side's intensity of losses in all assaults, summed over a day; and their number."""
    world, battle = run.world, run.battle
    powers, rules = battle.assault_exponents, world.scenario.assaults
    intensity = 0.0
    events = 0.0
    for acting in world.sides:
        chances = shares(battle.assaults(acting.number))
        if not chances:
            continue
        events += acting.assaults
        for route, chance in chances.items():
            origin, target = world.own_end_first(route, acting.number)
            if acting is side:
                one = rules.attacker_weight * fire_intensity(
                    powers, world.firing(target), world.exposed(origin)
                )
            else:
                one = fire_intensity(powers, world.firing(origin), world.exposed(target))
            intensity += acting.assaults * chance * one
    return intensity, events


def _fires_intensity(run: Run, side: SideState) -> tuple[float, float]:
    """Return the intensity of a side's losses by fires, summed over a day; and their number."""
    enemy = run.world.sides[1 - side.number]
    chances = shares(run.battle.fires(enemy.number))
    intensity = 0.0
    for town, chance in chances.items():
        intensity += enemy.fires * chance * run.battle.fires_intensity(town)
    return intensity, enemy.fires if chances else 0.0


def _reference_ways(run: Run, side: SideState) -> list[ReferenceWay]:
    """Return a side's supply lines with what each leg lies under, in each weather of the first month."""
    world = run.world
    weather = world.scenario.weather
    distances = nearest_front(run.samples, front_points(world))
    exposed_hours = []
    for state in WEATHER_STATES:
        reach = weather.reach[state] if weather.is_on else 1.0
        speed = weather.speed[state] if weather.is_on else 1.0
        exposed = exposure(distances, world.sides[1 - side.number].reach * reach).tolist()
        exposed_hours.append([exposed[e] * hours / speed for e, hours in enumerate(world.network.hours)])
    ways = []
    for line in run.planners[side.number].lines.values():
        for way, rate in line.ways:
            if way:
                legs = tuple(tuple(hours[e] for e in way) for hours in exposed_hours)
                ways.append(ReferenceWay(rate / line.load, line.vehicles, legs))
    return ways


def _set_interdiction(
    run: Run, side: SideState, ways: list[ReferenceWay], rates: Sequence[float], scatter: Sequence[float]
) -> None:
    """Set the hazard at which a side's convoys lose the reported vehicles, and what else an attack costs."""
    world = run.world
    enemy = world.sides[1 - side.number]
    shares = weather_shares(world.scenario.weather, world.scenario.start)
    weathers = [shares[state] for state in WEATHER_STATES]
    lost_share = world.scenario.interdiction.vehicles_lost
    convoys = vehicles = 0.0
    for way in ways:
        convoys += way.convoys
        vehicles += way.convoys * way.vehicles
    run.mean_vehicles[side.number] = vehicles / convoys if convoys else 1.0

    def size_effect(size: int) -> float:
        return run.size_effect(side.number, size)

    def lost_at(hazard: float) -> float:
        return reference_attacks(ways, weathers, hazard, lost_share, size_effect)[0]

    if world.scenario.sides[enemy.number].interdiction_hazard is None:
        enemy.hazard = hazard_for(rates[VEHICLES], lost_at)
    _, attacks = reference_attacks(ways, weathers, enemy.hazard, lost_share, size_effect)
    beside = list(rates)
    beside[VEHICLES] = 0.0
    run.battle.interdiction_losses[side.number] = cause_losses(
        beside, 1.0 / attacks if attacks else 0.0, attacks, scatter
    )


def put_convoys_under_way(run: Run) -> None:
    """Put on the road what the plan's steady state has there, so that the first day is like any other.

    Emits
    -----
    ConvoyDeparted
        Once for each, with a departure before 0.
    """
    world = run.world
    for planner in run.planners:
        for line in planner.lines.values():
            if line.rate <= 0.0:
                continue
            interval = line.load / line.rate * DAY
            elapsed = line.rng.uniform() * interval
            line.owed = line.rate * elapsed / DAY
            longest = max(world.way_time(way) for way, _ in line.ways)
            while elapsed < longest:
                way = next_way(line)
                departed = -max(1, round(elapsed))
                if departed + world.way_time(way) > 0:
                    convoy = depart(world, line, departed, way)
                    ends, attack = look_ahead(world, convoy, fast_forward(world, convoy))
                    world.env.process(drive(run, convoy, ends, attack))
                elapsed += interval
            supply_line(run, line)
