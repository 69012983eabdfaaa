"""Whether garrisons can be supplied at all: ways to bases, and what they carry at most."""

from __future__ import annotations

import heapq
import itertools
from typing import TYPE_CHECKING, Final

from sim.model.scenario import route_capacity
from sim.model.supply.sustainment import consumption

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.model.quantities import TonnesPerDay
    from sim.model.scenario import Route, Scenario, Town
    from sim.scenario_file.checks.contents import Contents

Neighbours = dict[str, list[tuple[str, float]]]
_MARGIN: Final = 1e-9


def check_supply_paths(contents: Contents, scenario: Scenario) -> None:
    """Note garrisons without a way to a base, sides without garrisons, and demand above every path."""
    towns = {town.id: town for town in scenario.towns}
    contacts = [route for route in scenario.routes if towns[route.start].held_by != towns[route.end].held_by]
    touched = {end for route in contacts for end in (route.start, route.end)}
    _check_presence(contents, scenario, contacts)
    supply = scenario.supply
    if supply.consumption_idle == supply.consumption_fighting == 0:
        return  # nobody uses anything, so that nobody depends on a base
    for side in scenario.sides:
        bases = {
            town.id: town.base or 0.0 for town in scenario.towns if town.held_by == side.id and town.base
        }
        if not bases:
            contents.error(
                "E407", ("side", side.id), f"{side.id} has no base", 'give a town of its own base = "500 t/d"'
            )
            continue
        anywhere = _widest(bases, _neighbours(scenario, scenario.routes))
        held = [route for route in scenario.routes if _holds_both(route, towns, side.id)]
        own = _widest(bases, _neighbours(scenario, held))
        for town in scenario.towns:
            if town.held_by == side.id and town.garrison.strength:
                needed = consumption(scenario.supply, town.garrison.strength, town.id in touched)
                _check_town(contents, town, needed, anywhere, own)


def _check_town(
    contents: Contents,
    town: Town,
    needed: TonnesPerDay,
    anywhere: Mapping[str, float],
    own: Mapping[str, float],
) -> None:
    """Note a garrison that no supply can reach, or not enough over any one way."""
    path = ("town", town.id)
    if town.id not in anywhere:
        contents.error(
            "E406", path, f"no way leads from {town.id} to a base of {town.held_by}", "add a route, or a base"
        )
    elif town.id not in own:
        contents.warn(
            "W603",
            path,
            f"at the start every way from {town.id} to a base of {town.held_by} is in other hands",
            "its garrison begins encircled",
        )
    elif needed > own[town.id] * (1 + _MARGIN):
        contents.warn(
            "W604",
            path,
            f"{town.id} needs {needed:.0f} t/d, and no way to it carries more than {own[town.id]:.0f} t/d",
            "its garrison depends on several ways, or goes short",
        )


def _check_presence(contents: Contents, scenario: Scenario, contacts: list[Route]) -> None:
    """Note sides that have nobody, towns that nothing leads to, and a front that is nowhere."""
    for side in scenario.sides:
        own = {town.id: town.garrison.strength for town in scenario.towns if town.held_by == side.id}
        comes = [
            each
            for each in scenario.events
            if each.do == "reinforce" and (each.side == side.id or each.town in own)
        ]
        if not (any(own.values()) or side.reserve or comes):
            label = "give a town of its own garrison = { strength = 1000 }"
            contents.error("E306", ("side", side.id), f"{side.id} has no garrison, and nobody comes", label)
    if not contacts:
        contents.warn("W605", ("route",), "no route joins towns of different sides", "there is no front")
    reached = {end for route in scenario.routes for end in (route.start, route.end)}
    for town in scenario.towns:
        if town.id not in reached:
            contents.warn("W606", ("town", town.id), f"no route leads to {town.id}", "it plays no part")


def _holds_both(route: Route, towns: Mapping[str, Town], side: str) -> bool:
    return towns[route.start].held_by == side == towns[route.end].held_by


def _neighbours(scenario: Scenario, routes: Iterable[Route]) -> Neighbours:
    """Return for each town its neighbours with what the route to them carries; tonnes a day."""
    found: Neighbours = {town.id: [] for town in scenario.towns}
    for route in routes:
        left = route_capacity(route, scenario.transport) * (1 - route.damage)
        found[route.start].append((route.end, left))
        found[route.end].append((route.start, left))
    return found


def _widest(bases: Mapping[str, TonnesPerDay], neighbours: Neighbours) -> dict[str, TonnesPerDay]:
    """Return the most that one way from a base carries to each town that can be reached; tonnes a day."""
    found: dict[str, float] = {}
    order = itertools.count()
    heap: list[tuple[float, int, str]] = [(-base, next(order), town) for town, base in bases.items()]
    heapq.heapify(heap)
    while heap:
        width, _, town = heapq.heappop(heap)
        if town not in found:
            found[town] = -width
            for other, capacity in neighbours[town]:
                if other not in found:
                    heapq.heappush(heap, (max(width, -capacity), next(order), other))
    return found
