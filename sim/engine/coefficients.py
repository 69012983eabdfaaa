"""The reference state: what the front does at t = 0, and the loss coefficients that follow from it.

In this state, with tempo 1 and the first month's weather, each side's expected daily losses equal the
reported rates in every category, by construction. Everything after is endogenous. Coefficients are computed
once per scenario, with every random draw at its median, so they belong to the scenario and not to a run.

They are fitted to the reference world alone. A what-if keeps them, so its first day expects other losses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.engine.losses import CauseLosses, Coefficients, ReferenceActivity, cause_losses
from sim.engine.poisson import shares
from sim.errors import UsageError
from sim.model.attrition import event_dispersion, success_chance
from sim.model.daily_conditions import mean_tempo, weather_shares
from sim.model.interdiction import ReferencePath, exposure, hazard_for, reference_attacks
from sim.model.parameters import WEATHER_STATES
from sim.model.quantities import CATEGORIES, PERSONNEL, VEHICLES, Cause
from sim.model.reported_losses import rates_by_cause, reported_rates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sim.engine.combat import EngagementModel
    from sim.engine.front.state import SideState
    from sim.engine.logistics.interdiction import Interdiction
    from sim.engine.logistics.planning import Planner
    from sim.model.scenario import Scenario

ROUNDS: Final = 3
"""Number of rounds until plans and expected losses, which depend on each other, agree."""
WORDS: Final[Mapping[Cause, str]] = {
    "assault": "assaults",
    "fires": "fires",
    "interdiction": "attacks on convoys",
}


def fit_coefficients(
    engagement: EngagementModel, interdiction: Interdiction, planners: Sequence[Planner]
) -> dict[int, Coefficients]:
    """Compute coefficients from reported losses and the reference state, by the day from which they hold."""
    scenario = engagement.front.scenario
    fitted = engagement.losses.coefficients
    fitted.hazards[:] = [side.interdiction_hazard or 0.0 for side in scenario.sides]
    reference = _ReferenceState(engagement, interdiction, planners)
    reported = scenario.reported_losses
    found = {}
    for period in (None, *(reported.periods if reported else ())):
        rates = reported_rates(scenario, period)
        for turn in range(ROUNDS):
            reference.plan(is_first=turn == 0)
            for side in engagement.front.sides:
                assaults = side.assaults if engagement.assault_weights(side.number) else 0.0
                able = engagement.able(side.number)
                fitted.reference[side.number] = ReferenceActivity(able, assaults, side.fires)
            for side in engagement.front.sides:
                reference.fit(side, rates[side.number])
        day = 0 if period is None else max(0, (period.begins - scenario.start).days)
        found[day] = fitted.copy()
    return found


def changed_coefficients(fitted: Mapping[int, Coefficients], scenario: Scenario) -> dict[int, Coefficients]:
    """Return the reference world's coefficients with those that a what-if itself gives."""
    found = {}
    for day, coefficients in fitted.items():
        found[day] = changed = coefficients.copy()
        for number, (now, before) in enumerate(zip(scenario.sides, scenario.fitted.sides, strict=True)):
            if now.interdiction_hazard not in {None, before.interdiction_hazard}:
                changed.hazards[number] = now.interdiction_hazard or 0.0
            given = now.attrition_coefficient
            if given not in {None, before.attrition_coefficient}:
                changed.fires[1 - number] = _given_fires(given or 0.0, before.fires, scenario)
    return found


def first_day_losses(
    engagement: EngagementModel, interdiction: Interdiction, planners: Sequence[Planner]
) -> list[list[float]]:
    """Return what each side is expected to lose on the first day by category, at the coefficients there are.

    At tempo 1 and in the first month's weather. Raises UsageError where something would take losses of which
    the reference world has none, so that nothing says what they cost.
    """
    state = _ReferenceState(engagement, interdiction, planners)
    for turn in range(ROUNDS):
        state.plan(is_first=turn == 0)
    return [state.expected_losses(side) for side in engagement.front.sides]


def _given_fires(coefficient: float, fires: float, scenario: Scenario) -> CauseLosses:
    """Return what one fire mission costs where losses per firer and day are given, and not reported."""
    means = [0.0] * len(CATEGORIES)
    means[PERSONNEL] = coefficient / fires if fires else 0.0
    return CauseLosses(tuple(means), tuple(event_dispersion(daily, fires) for daily in _scatter(scenario)))


def _scatter(scenario: Scenario) -> list[float]:
    return [scenario.attrition.dispersion.get(category, 0.0) for category in CATEGORIES]


class _ReferenceState:
    """The reference state, in which coefficients are set side by side."""

    def __init__(
        self, engagement: EngagementModel, interdiction: Interdiction, planners: Sequence[Planner]
    ) -> None:
        self.engagement = engagement
        self.interdiction = interdiction
        self.planners = planners

    def plan(self, *, is_first: bool) -> None:
        """Plan both sides' supply by the losses on the way that are expected now."""
        self.interdiction.measure()
        for planner in self.planners:
            planner.plan(update_demand=is_first)
            planner.adopt()
            planner.expect_inflows()
        self.engagement.mark_stale()

    def fit(self, side: SideState, rates: Sequence[float]) -> None:
        """Spread one side's rates over causes, and set what one event of each costs it."""
        front, scenario = self.engagement.front, self.engagement.front.scenario
        coefficients = self.engagement.losses.coefficients
        number, enemy = side.number, front.sides[1 - side.number]
        assaults, assault_events = self._assault_intensity(side)
        fires, fire_events = self._fires_intensity(enemy)
        paths = self._paths(side)
        happens = _happens(assaults, fires, paths)
        coefficients.happens[number] = happens
        by_cause = rates_by_cause(rates, scenario.attrition.causes, happens)
        scatter = _scatter(scenario)
        coefficients.assault[number] = cause_losses(
            by_cause["assault"], 1.0 / assaults if assaults else 0.0, assault_events, scatter
        )
        coefficients.fires[number] = cause_losses(
            by_cause["fires"], 1.0 / fires if fires else 0.0, fire_events, scatter
        )
        given = scenario.sides[enemy.number].attrition_coefficient
        if given is not None and enemy.fires > 0.0:
            coefficients.fires[number] = _given_fires(given, enemy.fires, scenario)
        self._fit_interdiction(side, paths, by_cause["interdiction"], scatter)

    def _assault_intensity(self, side: SideState) -> tuple[float, float]:
        """Return a side's intensity of losses in all assaults, summed over a day; and their number."""
        engagement, front = self.engagement, self.engagement.front
        rules = front.scenario.assaults
        intensity = events = 0.0
        for acting in front.sides:
            chances = shares(engagement.assault_weights(acting.number))
            if not chances:
                continue
            often = acting.assaults * engagement.activity(acting.number)
            events += often
            for route, chance in chances.items():
                origin, target = front.own_end_first(route, acting.number)
                on_attacker, one = engagement.assault_intensities(origin, target)
                if acting is side:
                    wins = success_chance(engagement.assault_odds(route, origin, target), rules.kappa)
                    one = on_attacker * (wins + (1.0 - wins) * rules.failure_cost)
                intensity += often * chance * one
        return intensity, events

    def _fires_intensity(self, enemy: SideState) -> tuple[float, float]:
        """Return the intensity of losses by a side's fires, summed over a day; and their number."""
        chances = shares(self.engagement.fire_weights(enemy.number))
        often = enemy.fires * self.engagement.activity(enemy.number)
        intensity = 0.0
        for town, chance in chances.items():
            intensity += often * chance * self.engagement.fires_intensity(town)
        return intensity, often if chances else 0.0

    def _paths(self, side: SideState) -> list[ReferencePath]:
        """Return the paths of a side's supply lines, with what each leg lies under in each weather."""
        front, distances = self.engagement.front, self.interdiction.distances()
        weather = front.scenario.weather
        exposed_hours = []
        for state in WEATHER_STATES:
            reach = weather.reach[state] if weather.is_on else 1.0
            speed = weather.speed[state] if weather.is_on else 1.0
            exposed = exposure(distances, front.sides[1 - side.number].reach * reach).tolist()
            exposed_hours.append([exposed[e] * hours / speed for e, hours in enumerate(front.network.hours)])
        return [
            ReferencePath(
                rate / line.load,
                line.vehicles,
                tuple(tuple(hours[e] for e in path) for hours in exposed_hours),
            )
            for line in self.planners[side.number].lines.values()
            for path, rate in line.paths
            if path
        ]

    def _fit_interdiction(
        self, side: SideState, paths: list[ReferencePath], rates: Sequence[float], scatter: Sequence[float]
    ) -> None:
        """Set the hazard at which a side's convoys lose the reported vehicles, and what else it costs."""
        scenario = self.engagement.front.scenario
        coefficients = self.engagement.losses.coefficients
        number, enemy = side.number, 1 - side.number
        convoys = vehicles = 0.0
        for path in paths:
            convoys += path.convoys
            vehicles += path.convoys * path.vehicles
        coefficients.mean_vehicles[number] = vehicles / convoys if convoys else 1.0
        attacks_at = self._attacks(number, paths)
        if scenario.sides[enemy].interdiction_hazard is None:
            coefficients.hazards[enemy] = hazard_for(rates[VEHICLES], lambda hazard: attacks_at(hazard)[0])
        attacks = attacks_at(coefficients.hazards[enemy])[1]
        beside = list(rates)
        beside[VEHICLES] = 0.0
        coefficients.interdiction[number] = cause_losses(
            beside, 1.0 / attacks if attacks else 0.0, attacks, scatter
        )

    def _attacks(self, number: int, paths: list[ReferencePath]) -> Callable[[float], tuple[float, float]]:
        """Return vehicles lost and convoys attacked a day on a side's paths, as a function of the hazard."""
        scenario = self.engagement.front.scenario
        chances = weather_shares(scenario.weather, scenario.start)
        weathers = [chances[state] for state in WEATHER_STATES]
        lost_share = scenario.interdiction.vehicles_lost

        def attacks_at(hazard: float) -> tuple[float, float]:
            def size_effect(size: int) -> float:
                return self.interdiction.size_effect(number, size)

            return reference_attacks(paths, weathers, hazard, lost_share, size_effect)

        return attacks_at

    def expected_losses(self, side: SideState) -> list[float]:
        """Return what a side loses a day by category, at the coefficients there are."""
        scenario, coefficients = self.engagement.front.scenario, self.engagement.losses.coefficients
        number, enemy = side.number, 1 - side.number
        paths = self._paths(side)
        assaults, _ = self._assault_intensity(side)
        fires, _ = self._fires_intensity(self.engagement.front.sides[enemy])
        self._refuse_unknown(_happens(assaults, fires, paths), coefficients.happens[number])
        tempo = mean_tempo(scenario.weather, scenario.start)
        tempo /= mean_tempo(scenario.fitted.weather, scenario.fitted.start)
        hazard = coefficients.hazards[enemy] * self.interdiction.force_effect(enemy) * tempo
        lost, attacks = self._attacks(number, paths)(hazard)
        losses = [0.0] * len(CATEGORIES)
        losses[VEHICLES] = lost
        causes = (
            (coefficients.assault, assaults * tempo),
            (coefficients.fires, fires * tempo),
            (coefficients.interdiction, attacks),
        )
        for by_side, intensity in causes:
            for category, mean in enumerate(by_side[number].means):
                losses[category] += mean * intensity
        return losses

    def _refuse_unknown(self, happens: Mapping[Cause, bool], fitted: Mapping[Cause, bool]) -> None:
        for cause, words in WORDS.items():
            if happens[cause] and not fitted[cause] and self.engagement.front.scenario.fitted.reported_losses:
                raise UsageError(
                    f"At the start there are no {words} without this change, so nothing says what they cost "
                    "with it. Assume the change, so that losses are fitted to it: --assume instead of --set."
                )


def _happens(assaults: float, fires: float, paths: list[ReferencePath]) -> dict[Cause, bool]:
    """Return which causes take any losses of a side."""
    return {
        "assault": assaults > 0.0,
        "fires": fires > 0.0,
        "interdiction": any(hours > 0.0 for path in paths for legs in path.exposures for hours in legs),
    }
