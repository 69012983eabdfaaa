"""Which road matters most at a moment, and why: what it carries, for whom, and what limits it.

Read off the plan and the shadow prices as `supply_trace` does; nothing is solved. A bottleneck counts first,
by how much unmet demand one more tonne a day would meet; where there is none, the road that carries most of
those that are nearly full.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.analysis.pressure import Split, direction, nominal_capacity, pressure
from sim.analysis.towns import contested_towns, days_by_town, reachable
from sim.model.quantities import Days, Share, TonnesPerDay

if TYPE_CHECKING:
    from sim.model.scenario import Route, Scenario
    from sim.model.state import State

NEARLY_FULL: Final[Share] = 0.8
CARRIES: Final[TonnesPerDay] = 0.05
"""A smaller flow is rounding."""


@dataclass(frozen=True, slots=True)
class Road:
    """A route as it is used at a moment."""

    route: str
    origin: str
    """Town from which supply goes; the route's first where nothing does."""
    goal: str
    side: str
    split: Split
    flow: TonnesPerDay
    nominal: TonnesPerDay
    price: float
    """Shadow price: tonnes of demand met by one more tonne of its capacity."""


@dataclass(frozen=True, slots=True)
class Dependence:
    """Who lives on a road: garrisons that get supply over it, those with least days first."""

    towns: tuple[str, ...]
    shortest: str | None
    days: Days | None
    """Days of supply of the shortest."""


def roads(scenario: Scenario, state: State) -> tuple[Road, ...]:
    """Return all routes within a side, those that matter most first."""
    found = [
        _road(scenario, state, route)
        for route in scenario.routes
        if state.held_by[route.start] == state.held_by[route.end]
    ]
    return tuple(sorted(found, key=_weight, reverse=True))


def dependence(scenario: Scenario, state: State, road: Road) -> Dependence:
    """Return who gets supply over a road."""
    onward: dict[str, list[str]] = {}
    for route in scenario.routes:
        flow = state.flows.get(route.id, 0.0)
        if abs(flow) > CARRIES and state.held_by[route.start] == state.held_by[route.end]:
            origin, goal = direction(route, flow)
            onward.setdefault(origin, []).append(goal)
    found = reachable([road.goal] if road.flow > CARRIES else [], lambda town: onward.get(town, ()))
    garrisons = days_by_town(scenario, state, contested_towns(scenario, state), found)
    by_days = sorted((days, town) for town, days in garrisons.items() if days is not None)
    days, shortest = by_days[0] if by_days else (None, None)
    return Dependence(tuple(town for _, town in by_days), shortest, days)


def _road(scenario: Scenario, state: State, route: Route) -> Road:
    flow = state.flows.get(route.id, 0.0)
    origin, goal = direction(route, flow)
    side = state.held_by[route.start]
    return Road(
        route=route.id,
        origin=origin,
        goal=goal,
        side=side,
        split=pressure(scenario, state, route),
        flow=abs(flow),
        nominal=nominal_capacity(scenario, route),
        price=state.prices.get(side, {}).get(route.id, 0.0),
    )


def _weight(road: Road) -> tuple[float, float, float]:
    """Return the sort key of a road: bottlenecks first, then nearly full roads, then the load."""
    is_full = road.split.pressure >= NEARLY_FULL and road.flow > CARRIES
    carries = road.flow > CARRIES
    return (road.price, float(is_full), road.flow if is_full else road.split.pressure * carries)
