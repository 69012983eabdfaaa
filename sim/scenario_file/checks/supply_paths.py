"""Whether garrisons can be supplied at all: paths to bases, and what they carry at most."""

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

_MARGIN: Final = 1e-9


def check_supply_paths(contents: Contents, scenario: Scenario) -> None:
    """Note garrisons without a path to a base, sides without garrisons, and demand above every path."""
    holder = {town.id: town.held_by for town in scenario.towns}
    contacts = [route for route in scenario.routes if holder[route.start] != holder[route.end]]
    at_front = {end for route in contacts for end in (route.start, route.end)}
    _check_presence(contents, scenario)
    if not contacts:
        contents.warn("W605", ("route",), "no route joins towns of different sides", "there is no front")
    _check_isolated(contents, scenario)
    supply = scenario.supply
    if supply.consumption_idle == supply.consumption_fighting == 0:
        return  # nobody uses anything, so that nobody depends on a base
    for side in scenario.sides:
        held = [town for town in scenario.towns if town.held_by == side.id]
        bases = {town.id: town.base for town in held if town.base}
        if not bases:
            label = 'give a town of its own base = "500 t/d"'
            contents.error("E407", ("side", side.id), f"{side.id} has no base", label)
            continue
        own_routes = [
            route for route in scenario.routes if holder[route.start] == side.id == holder[route.end]
        ]
        anywhere = _widest_paths(bases, scenario, scenario.routes)
        own = _widest_paths(bases, scenario, own_routes)
        for town in held:
            if town.garrison.strength:
                needed = consumption(supply, town.garrison.strength, town.id in at_front)
                _check_town(contents, town, needed, anywhere, own)


def _check_town(
    contents: Contents,
    town: Town,
    needed: TonnesPerDay,
    anywhere: Mapping[str, TonnesPerDay],
    own: Mapping[str, TonnesPerDay],
) -> None:
    """Note a garrison that no supply can reach, or not enough over any one path."""
    path, base = ("town", town.id), f"a base of {town.held_by}"
    if town.id not in anywhere:
        contents.error("E406", path, f"no route leads from {town.id} to {base}", "add a route, or a base")
    elif town.id not in own:
        message = f"at the start every path from {town.id} to {base} is held by the other side"
        contents.warn("W603", path, message, "its garrison starts encircled")
    elif needed > own[town.id] * (1 + _MARGIN):
        message = (
            f"{town.id} needs {needed:.0f} t/d, and no path to it carries more than {own[town.id]:.0f} t/d"
        )
        contents.warn("W604", path, message, "its garrison needs more than one path, or it will run short")


def _check_presence(contents: Contents, scenario: Scenario) -> None:
    for side in scenario.sides:
        own = {town.id: town.garrison.strength for town in scenario.towns if town.held_by == side.id}
        arrivals = (event for event in scenario.events if event.do == "reinforce")
        comes = any(event.side == side.id or event.town in own for event in arrivals)
        if not (any(own.values()) or side.reserve or comes):
            label = "give a town of its own garrison = { strength = 1000 }"
            contents.error(
                "E306", ("side", side.id), f"{side.id} has no garrison and no reinforcements", label
            )


def _check_isolated(contents: Contents, scenario: Scenario) -> None:
    reached = {end for route in scenario.routes for end in (route.start, route.end)}
    for town in scenario.towns:
        if town.id not in reached:
            contents.warn("W606", ("town", town.id), f"no route leads to {town.id}", "it plays no part")


def _widest_paths(
    bases: Mapping[str, TonnesPerDay], scenario: Scenario, routes: Iterable[Route]
) -> dict[str, TonnesPerDay]:
    """Return the most that one path from a base carries to each town that can be reached; tonnes a day."""
    neighbours: dict[str, list[tuple[str, float]]] = {town.id: [] for town in scenario.towns}
    for route in routes:
        left = route_capacity(route, scenario.transport) * (1 - route.damage)
        neighbours[route.start].append((route.end, left))
        neighbours[route.end].append((route.start, left))
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
