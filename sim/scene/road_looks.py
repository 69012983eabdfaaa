"""How every road stands at a moment: what it could carry, what is lost, in use and kept away, and who queues.

One answer for the map, the panel and whatever follows a road; worked out once for each change of the plan, of
damage and of the weather.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sim.analysis.pressure import is_cut, nominal_capacity, pressure
from sim.analysis.towns import reachable
from sim.model.events import (
    DayStarted,
    NumberSet,
    PlanAdopted,
    RouteDamaged,
    RouteRepaired,
    RoutesExposed,
    TownFell,
)
from sim.model.quantities import Share, TonnesPerDay

if TYPE_CHECKING:
    from sim.model.quantities import Seconds
    from sim.model.scenario import Route, Scenario
    from sim.model.state import State
    from sim.scene.view_model import View

RoadClass: TypeAlias = Literal["calm", "tight", "full", "idle", "cut", "contact"]
TIGHT: Final[Share] = 0.85
"""Pressure from which a road is tight."""
PRICE: Final = 0.5
"""Shadow price above which a road without room to spare is full: something does not arrive for its sake."""
NARROW: Final[Share] = 0.7
"""Use from which the fullest road of a way is named as its narrowest."""
NO_ROOM: Final[Share] = 0.005
"""Less to spare, of what is nominal, is nothing."""
MAX_CACHED: Final = 16
NOTHING: Final[TonnesPerDay] = 0.05
"""A smaller flow is none."""
CHANGES: Final = (
    PlanAdopted,
    DayStarted,
    RouteDamaged,
    RouteRepaired,
    RoutesExposed,
    TownFell,
    NumberSet,
)
"""Events after which roads may look different."""


@dataclass(frozen=True, slots=True)
class RoadLook:
    """How a road stands."""

    route: str
    kind: RoadClass
    side: int
    """Who holds it: 0 or 1; the first end's holder on a contact."""
    is_forward: bool
    """Whether supply goes from the route's first town to its second."""
    nominal: TonnesPerDay
    flow: TonnesPerDay
    """As planned, as far as it passes: after a strike a plan asks for more until the next one."""
    free: TonnesPerDay
    damage: Share = 0.0
    """Lost at one place, of what is nominal."""
    along: Share = 0.0
    """Lost along the whole road to weather and ambush, of what damage leaves."""
    used: Share = 0.0
    """In use, of what is available."""
    kept_away: TonnesPerDay = 0.0
    """What does not arrive for its sake, of all that those it feeds need."""
    queue: TonnesPerDay = 0.0
    """What waits on it for a full road farther on: this much is kept away there."""

    @property
    def has_traffic(self) -> bool:
        """Whether supply goes along it."""
        return self.flow > NOTHING and self.kind not in {"contact", "cut"}


def road_looks(view: View, t: Seconds) -> Mapping[str, RoadLook]:
    """Return how every road stands at a time; kept while nothing changes that it depends on."""
    times = view.cached("road changes", None, lambda: _change_times(view))
    number = bisect.bisect_right(times, min(max(t, 0), view.end))
    # text, marks and what is read ahead for traffic are each of a time of their own
    kept = view.cached("road looks", None, dict[int, Mapping[str, RoadLook]])
    if number not in kept:
        while len(kept) >= MAX_CACHED:
            del kept[next(iter(kept))]
        kept[number] = _road_looks(view.scenario, view.snapshot(t))
    return kept[number]


def _change_times(view: View) -> tuple[Seconds, ...]:
    return tuple(dict.fromkeys(t for t, _ in view.recording.events_of(*CHANGES)))


def capacity_changes(view: View, route: str) -> Sequence[Seconds]:
    """Return when strikes, repairs, weather or the scenario changed what a road can carry, in order."""

    def found() -> Mapping[str, Sequence[Seconds]]:
        weather = None
        times: dict[str, list[Seconds]] = {each.id: [] for each in view.scenario.routes}
        set_by = {f"route.{route}.capacity": route for route in times}
        for t, event in view.recording.events_of(DayStarted, RouteDamaged, RouteRepaired, NumberSet):
            if isinstance(event, RouteDamaged | RouteRepaired):
                times[event.route].append(t)
            elif isinstance(event, NumberSet):
                if event.key in set_by:
                    times[set_by[event.key]].append(t)
            elif isinstance(event, DayStarted) and event.weather != weather:
                weather = event.weather
                for each in times.values():
                    each.append(t)
        return times

    return view.cached("capacity changes", None, found)[route]


def _road_looks(scenario: Scenario, state: State) -> Mapping[str, RoadLook]:
    """Return how every road stands in a state."""
    looks = {route.id: _look(scenario, state, route) for route in scenario.routes}
    full = [look for look in looks.values() if look.kind == "full"]
    if not full:
        return looks
    by_id = {route.id: route for route in scenario.routes}
    shares = _kept_away(by_id, looks, state, full)
    for look in full:
        looks[look.route] = replace(look, kept_away=shares[look.route])
        origin = _ends(by_id[look.route], look)[0]
        feeding = [
            other
            for other in looks.values()
            if other.flow > NOTHING and other.kind != "full" and _ends(by_id[other.route], other)[1] == origin
        ]
        total = math.fsum(other.flow for other in feeding)
        for other in feeding:
            waits = shares[look.route] * other.flow / total
            looks[other.route] = replace(looks[other.route], queue=looks[other.route].queue + waits)
    return looks


def _look(scenario: Scenario, state: State, route: Route) -> RoadLook:
    side = scenario.side_index(state.held_by[route.start])
    flow = state.flows.get(route.id, 0.0)
    split = pressure(scenario, state, route)
    nominal = max(nominal_capacity(scenario, route), state.capacities.get(route.id, 0.0))
    kind: RoadClass = "calm"
    prices = state.prices.get(state.held_by[route.start], {})
    if route.id in state.fronts:
        kind = "contact"
    elif is_cut(scenario, state, route):
        kind = "cut"
    elif split.spare <= NO_ROOM and prices.get(route.id, 0.0) > PRICE:
        kind = "full"
    elif abs(flow) < NOTHING:
        kind = "idle"
    elif split.pressure >= TIGHT:
        kind = "tight"
    left = 1.0 - split.damage
    available = split.used + split.spare
    return RoadLook(
        route.id,
        kind,
        side,
        flow >= 0.0,
        nominal,
        nominal * split.used,
        nominal * split.spare,
        split.damage,
        (split.expected_loss + split.weather) / left if left > 0.0 else 0.0,
        min(1.0, split.used / available) if available > 0.0 else 0.0,
    )


def _ends(route: Route, look: RoadLook) -> tuple[str, str]:
    return (route.start, route.end) if look.is_forward else (route.end, route.start)


def road_ends(view: View, look: RoadLook) -> tuple[str, str]:
    """Return the ids of the towns from which and to which a road's supply goes."""
    return _ends(view.route(look.route), look)


def narrowest_road(view: View, t: Seconds, way: Sequence[str]) -> RoadLook | None:
    """Return the fullest road between the towns of a way, those that keep something away first."""
    legs = set(pairwise(way))
    used = [
        look for look in road_looks(view, t).values() if look.has_traffic and road_ends(view, look) in legs
    ]
    found = max(used, key=lambda look: (look.kind == "full", look.used), default=None)
    return found if found is not None and found.used >= NARROW else None


def upstream_roads(view: View, looks: Mapping[str, RoadLook], town: str) -> frozenset[str]:
    """Return the roads over which supply comes to a town, from its bases on."""
    into: dict[str, list[tuple[str, str]]] = {}
    for look in looks.values():
        if look.has_traffic:
            origin, goal = road_ends(view, look)
            into.setdefault(goal, []).append((look.route, origin))
    reached = reachable([town], lambda here: [origin for _, origin in into.get(here, ())])
    return frozenset(route for here in reached for route, _ in into.get(here, ()))


def _kept_away(
    routes: Mapping[str, Route], looks: Mapping[str, RoadLook], state: State, full: list[RoadLook]
) -> dict[str, TonnesPerDay]:
    """Return what does not arrive for the sake of each full road.

    What a town lacks is laid on the full roads that feed it, by what they carry.
    """
    onward: dict[str, list[str]] = {}
    for look in looks.values():
        if look.has_traffic:
            origin, goal = _ends(routes[look.route], look)
            onward.setdefault(origin, []).append(goal)
    fed = {
        look.route: reachable([_ends(routes[look.route], look)[1]], lambda town: onward.get(town, ()))
        for look in full
    }
    shares = dict.fromkeys(fed, 0.0)
    for town, demand in state.demands.items():
        lacks = demand - state.inflows.get(town, 0.0)
        feeding = {look.route: max(look.flow, NOTHING) for look in full if town in fed[look.route]}
        if lacks > NOTHING and feeding:
            total = math.fsum(feeding.values())
            for route, flow in feeding.items():
                shares[route] += lacks * flow / total
    return shares
