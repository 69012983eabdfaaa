"""A route at a moment: its capacity, split exactly into what is lost, in use and free; cut; bottleneck.

`BottleneckLog` adds up over a run for how long routes were bottlenecks, and what that cost.

Works on a scenario and a state alone, so that terminal, window and report all show the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.model.quantities import DAY, Seconds, Share, Tonnes, TonnesPerDay

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.model.events import PlanAdopted
    from sim.model.scenario import Route, Scenario
    from sim.model.state import State

CUT: Final[Share] = 1.0
"""Damage from which a route is wholly out of use."""


@dataclass(frozen=True, slots=True)
class Split:
    """Where a route's nominal capacity goes: five shares, together 1."""

    damage: Share
    expected_loss: Share
    """To ambush: expected to be lost on the way, of what damage leaves."""
    weather: Share
    """Of what these two leave."""
    used: Share
    """The plan's flow, in both directions; never more than is available."""
    spare: Share

    @property
    def denied(self) -> Share:
        """Lost to damage, ambush and weather together."""
        return self.damage + self.expected_loss + self.weather

    @property
    def pressure(self) -> Share:
        """Lost or in use: 1 where nothing is free."""
        return self.denied + self.used


def nominal_capacity(scenario: Scenario, route: Route) -> TonnesPerDay:
    """Return what a route carries when nothing is lost: its own number, else its kind's."""
    return scenario.transport.capacity[route.kind] if route.capacity is None else route.capacity


def weather_factor(scenario: Scenario, state: State, route: Route) -> Share:
    """Return what the day's weather leaves of a route's capacity; rails do not mind it."""
    if route.kind == "rail" or not scenario.weather.is_on:
        return 1.0
    return scenario.weather.capacity[state.weather]


def available_capacity(scenario: Scenario, state: State, route: Route) -> TonnesPerDay:
    """Return what a route can be counted on to carry now.

    Nominal × (1 − damage) × (1 − expected loss) × weather.
    """
    return (
        state.capacities.get(route.id, nominal_capacity(scenario, route))
        * (1.0 - state.damage.get(route.id, 0.0))
        * (1.0 - state.expected_loss.get(route.id, 0.0))
        * weather_factor(scenario, state, route)
    )


def pressure(scenario: Scenario, state: State, route: Route) -> Split:
    """Return how a route's nominal capacity is split at a moment.

    A route that carries nothing even when all is well counts as wholly damaged, and what the scenario took
    from a capacity on the way counts as damage.
    """
    nominal = nominal_capacity(scenario, route)
    now = state.capacities.get(route.id, nominal)
    nominal = max(nominal, now)
    if nominal <= 0.0:
        return Split(1.0, 0.0, 0.0, 0.0, 0.0)
    damage = 1.0 - (1.0 - state.damage.get(route.id, 0.0)) * now / nominal
    undamaged = 1.0 - damage
    expected_loss = undamaged * state.expected_loss.get(route.id, 0.0)
    arriving = undamaged - expected_loss
    available = arriving * weather_factor(scenario, state, route)
    used = min(abs(state.flows.get(route.id, 0.0)) / nominal, available)
    return Split(damage, expected_loss, arriving - available, used, available - used)


def direction(route: Route, flow: TonnesPerDay) -> tuple[str, str]:
    """Return the towns from which and to which a flow goes over a route; a flow of 0 from the first."""
    return (route.end, route.start) if flow < 0 else (route.start, route.end)


def is_cut(scenario: Scenario, state: State, route: Route) -> bool:
    """Return whether nothing passes a route, and it does not merely lie between the sides.

    It is wholly damaged, or its capacity is 0: the scenario's, or what a change on the way has set.
    """
    capacity = state.capacities.get(route.id, nominal_capacity(scenario, route))
    return route.id not in state.fronts and (state.damage.get(route.id, 0.0) >= CUT or capacity <= 0.0)


def is_bottleneck(state: State, route: str) -> bool:
    """Return whether a route's capacity keeps either side short."""
    return any(prices.get(route, 0.0) > 0.0 for prices in state.prices.values())


class Bottleneck(NamedTuple):
    """A route whose capacity kept a side short."""

    route: str
    side: str
    time: Seconds
    """For how long in all."""
    cost: Tonnes
    """Unmet demand that one more tonne a day of its capacity, all along, would have met: its shadow price
    summed over the run."""


class BottleneckLog:
    """Adds up bottlenecks while a run goes on: shadow prices stand still between two plans of a side."""

    def __init__(self, scenario: Scenario) -> None:
        self._ends = {route.id: (route.start, route.end) for route in scenario.routes}
        self._prices: dict[str, tuple[Seconds, Mapping[str, float]]] = {}
        self._times: dict[tuple[str, str], Seconds] = {}
        self._costs: dict[tuple[str, str], float] = {}

    def adopt(self, t: Seconds, plan: PlanAdopted, state: State) -> None:
        """Take in a side's new plan; only on its own routes could capacity be restored to it."""
        self._add_until(t, plan.side)
        self._prices[plan.side] = (
            t,
            {
                route: price
                for route, price in plan.prices.items()
                if price > 0.0 and all(state.held_by[town] == plan.side for town in self._ends[route])
            },
        )

    def found(self, end: Seconds) -> tuple[Bottleneck, ...]:
        """Return the bottlenecks of a run that ends now, the longest first."""
        for side in self._prices:
            self._add_until(end, side)
        found = [
            Bottleneck(route, side, time, self._costs[route, side] / DAY)
            for (route, side), time in self._times.items()
            if time
        ]
        return tuple(sorted(found, key=lambda each: -each.time))

    def _add_until(self, t: Seconds, side: str) -> None:
        since, prices = self._prices.get(side, (t, {}))
        for route, price in prices.items():
            key = route, side
            self._times[key] = self._times.get(key, 0) + t - since
            self._costs[key] = self._costs.get(key, 0.0) + (t - since) * price
        self._prices[side] = t, prices
