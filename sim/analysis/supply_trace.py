"""What explains a town's supply: needs, deliveries, route, bottlenecks, and what would help.

Read off a scenario and a state: the plan's flows are followed upstream from the town to its base, and the
shadow prices on the way say where the bottlenecks are. Nothing is solved.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sim.analysis.pressure import Split, available_capacity, direction, is_cut, nominal_capacity, pressure
from sim.analysis.text import route_name
from sim.analysis.towns import contested_towns, reachable
from sim.model.quantities import Days, Seconds, Share, Soldiers, Tonnes, TonnesPerDay
from sim.model.supply.sustainment import days_of_supply

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from sim.model.scenario import Route, Scenario, Town
    from sim.model.state import State
    from sim.recording.records import Header

SHORT: Final[TonnesPerDay] = 0.05
"""A smaller shortage is rounding."""
FULL: Final[Share] = 0.999
"""Of what a base can take in: from here on it gives all it has, rounding of plans aside."""
EASED: Final[Share] = 0.05
"""Of a route's nominal capacity: when this much has come free since the plan, it is no bottleneck now."""


@dataclass(frozen=True, slots=True)
class Inflow:
    """Supply that the plan brings into a town over one route."""

    route: str
    origin: str
    flow: TonnesPerDay


@dataclass(frozen=True, slots=True)
class Limit:
    """A bottleneck on a town's way, or next to it."""

    route: str
    name: str
    price: float
    """Shadow price: tonnes of demand met by one more tonne of its capacity, anywhere on its side."""
    nominal: TonnesPerDay
    available: TonnesPerDay
    split: Split
    eased: TonnesPerDay
    """What it can carry beyond the plan's flow, since it got better after the plan was made; else 0."""
    would_bring: TonnesPerDay
    """The most additional supply the town could get if the route lost no capacity."""
    before: TonnesPerDay | None = None
    """Its nominal capacity without the run's own changes to the scenario, where they lowered it."""
    unchanged_would_bring: TonnesPerDay = 0.0
    """The most additional supply the town could get without those changes."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A route that is wholly out of use."""

    route: str
    name: str
    repair_due: Seconds | None
    """When the repair is due to finish; None if no crew is at work."""


@dataclass(frozen=True, slots=True)
class Approach:
    """A convoy in transit to the town."""

    convoy: int
    load: Tonnes
    due: Seconds | None
    """None where it waits."""
    held_at: str | None


@dataclass(frozen=True, slots=True)
class SupplyTrace:
    """All that can be said about a town's supply at a moment."""

    town: str
    name: str
    t: Seconds
    held_by: str
    is_contested: bool
    is_encircled: bool
    strength: Soldiers
    stock: Tonnes
    days_of_supply: Days | None
    """None if there is no garrison."""
    days_wanted: Days
    """From which a garrison fights at full value."""
    use: TonnesPerDay
    """At tempo 1."""
    needs: TonnesPerDay
    gets: TonnesPerDay
    shortage: TonnesPerDay
    way: tuple[str, ...]
    """Towns from where supply comes in to here, along the greatest flow; only this town where none comes."""
    inflows: tuple[Inflow, ...]
    """Greatest first."""
    limits: tuple[Limit, ...]
    """Dearest first."""
    bases_full: tuple[str, ...]
    """Bases upstream that give all they can take in."""
    cuts: tuple[Cut, ...]
    """Of the town's side, on its way or next to it; those that lead to the town first, then the widest."""
    convoys: tuple[Approach, ...]
    """In order of their numbers."""

    @property
    def is_short(self) -> bool:
        """Whether the plan brings less than is needed."""
        return self.shortage > SHORT


def why(scenario: Scenario, state: State, town: Town, header: Header | None = None) -> dict[str, Any]:
    """Return all that can be said about a town's supply, as plain values; arguments as of `trace_supply`."""
    return dataclasses.asdict(trace_supply(scenario, state, town, header))


def trace_supply(scenario: Scenario, state: State, town: Town, header: Header | None = None) -> SupplyTrace:
    """Return all that can be said about a town's supply; the header knows what the run changed."""
    flows = _Flows(scenario, state, state.held_by[town.id], {} if header is None else header.before)
    strength, stock = state.strength[town.id], state.stock[town.id]
    is_contested = town.id in contested_towns(scenario, state)
    use = state.daily_use(scenario.supply, town.id, is_contested)
    days = days_of_supply(stock, use)
    needs, gets = state.demands.get(town.id, 0.0), state.inflows.get(town.id, 0.0)
    shortage = max(0.0, needs - gets)
    is_short = shortage > SHORT
    around = reachable([town.id], flows.sources) if is_short else (town.id,)
    upstream = reachable([town.id], lambda here: [inflow.origin for inflow in flows.into.get(here, ())])
    limits = flows.limits(flows.bringing(upstream), shortage)
    if is_short and not limits:
        limits = flows.limits(flows.bringing(around, empty=True), shortage)
    return SupplyTrace(
        town=town.id,
        name=town.name,
        t=state.t,
        held_by=flows.side,
        is_contested=is_contested,
        is_encircled=town.id in state.encircled,
        strength=strength,
        stock=stock,
        days_of_supply=None if math.isinf(days) else days,
        days_wanted=scenario.supply.effect_full_at,
        use=use,
        needs=needs,
        gets=gets,
        shortage=shortage,
        way=flows.way(town.id),
        inflows=tuple(flows.into.get(town.id, ())),
        limits=limits,
        bases_full=flows.bases_full(around) if is_short else (),
        cuts=cuts(
            scenario,
            state,
            sorted(
                flows.bringing(around, empty=True),
                key=lambda route: (
                    town.id not in {route.start, route.end},
                    -nominal_capacity(scenario, route),
                ),
            ),
            state.flows,
        ),
        convoys=tuple(
            Approach(number, convoy.load, due, convoy.held_at)
            for number, convoy in sorted(state.convoys.items())
            for due in (convoy.times[-1] if convoy.times and convoy.held_at is None else None,)
            if convoy.destination == town.id and convoy.side == flows.side
        ),
    )


def cuts(
    scenario: Scenario, state: State, routes: Collection[Route], flows: Mapping[str, float]
) -> tuple[Cut, ...]:
    """Return those of some routes that are wholly out of use, named in the direction of these flows."""
    return tuple(
        Cut(route.id, route_name(scenario, route, flows.get(route.id, 0.0)), state.repairs.get(route.id))
        for route in routes
        if is_cut(scenario, state, route)
    )


class _Flows:
    """One side's planned flows, by the town they go into."""

    def __init__(self, scenario: Scenario, state: State, side: str, before: Mapping[str, float]) -> None:
        self.scenario, self.state, self.side, self.before = scenario, state, side, before
        self.routes = [
            route
            for route in scenario.routes
            if state.held_by[route.start] == state.held_by[route.end] == side
        ]
        self.into: dict[str, list[Inflow]] = {}
        for route in self.routes:
            flow = state.flows.get(route.id, 0.0)
            if flow:
                origin, goal = direction(route, flow)
                self.into.setdefault(goal, []).append(Inflow(route.id, origin, abs(flow)))
        for inflows in self.into.values():
            inflows.sort(key=lambda inflow: -inflow.flow)

    def sources(self, town: str) -> Iterator[str]:
        """Yield the neighbours from which supply comes or could, over roads that the plan leaves empty."""
        for route in self.routes:
            if town in {route.start, route.end}:
                goes_out = (self.state.flows.get(route.id, 0.0) > 0) == (route.start == town)
                if route.id not in self.state.flows or not goes_out:
                    yield route.end if route.start == town else route.start

    def way(self, town: str) -> tuple[str, ...]:
        """Return the towns along the greatest flow, from its beginning to this one."""
        passed = {town: None}
        here = town
        while here in self.into and self.into[here][0].origin not in passed:
            here = self.into[here][0].origin
            passed[here] = None
        return tuple(reversed(passed))

    def limits(self, routes: list[Route], shortage: TonnesPerDay) -> tuple[Limit, ...]:
        """Return the bottlenecks among these routes, dearest first."""
        prices = self.state.prices.get(self.side, {})
        found = [
            self._limit(route, prices[route.id], shortage)
            for route in routes
            if prices.get(route.id, 0.0) > 0
        ]
        return tuple(sorted(found, key=lambda limit: -limit.price))

    def _limit(self, route: Route, price: float, shortage: TonnesPerDay) -> Limit:
        nominal = nominal_capacity(self.scenario, route)
        available = available_capacity(self.scenario, self.state, route)
        flow = self.state.flows.get(route.id, 0.0)
        free = available - abs(flow)
        before = self.before.get(f"route.{route.id}.capacity", 0.0)
        return Limit(
            route=route.id,
            name=route_name(self.scenario, route, flow),
            price=price,
            nominal=nominal,
            available=available,
            split=pressure(self.scenario, self.state, route),
            eased=free if free > EASED * nominal else 0.0,
            would_bring=min(shortage, price * (nominal - available)),
            before=before if before > nominal else None,
            unchanged_would_bring=max(0.0, min(shortage, price * (before - available))),
        )

    def bases_full(self, towns: Collection[str]) -> tuple[str, ...]:
        """Return the bases among these towns at which no more can enter."""
        return tuple(
            town.id
            for town in self.scenario.towns
            if town.id in towns
            and town.base
            and town.held_by == self.side
            and self._entering(town.id) >= FULL * town.base
        )

    def _entering(self, town: str) -> TonnesPerDay:
        """Return what enters the map at a town: what it gets and passes on, less what comes by road."""
        flows = [
            inflow.flow * ((inflow.origin == town) - (goal == town))
            for goal, inflows in self.into.items()
            for inflow in inflows
        ]
        return math.fsum([self.state.inflows.get(town, 0.0), *flows])

    def bringing(self, towns: Collection[str], *, empty: bool = False) -> list[Route]:
        """Return the side's routes that bring supply to these towns; on request those that could, too."""
        return [
            route
            for route in self.routes
            for flow in [self.state.flows.get(route.id, 0.0)]
            if (route.end in towns and flow > 0)
            or (route.start in towns and flow < 0)
            or (empty and not flow and (route.end in towns or route.start in towns))
        ]
