"""Bottlenecks of a run: how long a route's capacity kept a side short, and what of its demand that cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.model.quantities import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.model.events import PlanAdopted
    from sim.model.quantities import Seconds, Tonnes
    from sim.model.scenario import Scenario
    from sim.model.state import State


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
