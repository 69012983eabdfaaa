"""Whether the front makes sense: positions, where fronts stand, and paths from bases to garrisons."""

from __future__ import annotations

import heapq
import itertools
from statistics import median
from typing import TYPE_CHECKING, Final

from sim.model.quantities import DAY, HOUR
from sim.model.scenario import Position, great_circle, route_capacity, route_length
from sim.model.supply.sustainment import consumption, demand

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.model.quantities import TonnesPerDay
    from sim.model.scenario import Line, Route, Scenario, Town
    from sim.scenario_file.checks.contents import Contents
    from sim.scenario_file.diagnostics import KeyPath

_FAR: Final = 1000.0
"""Kilometres from the middle of all towns from where a place is looked at again."""
_NEAR: Final = 500.0
"""Kilometres from there within which it would be right with its axes swapped."""
_DECIMALS: Final = 3
_FEW: Final = 3
"""With fewer towns than this there is no telling which of them is far from the others."""


def check_positions(contents: Contents) -> None:
    """Note positions that are too precise, far off, swapped, or taken."""
    towns: list[Town] = contents.readable("town")
    positions: dict[KeyPath, Position] = {("town", town.id, "at"): town.at for town in towns}
    drawn: dict[str, list[Line | Route]] = {name: contents.readable(name) for name in ("line", "route")}
    for section, found in drawn.items():
        for each in found:
            positions |= {(section, each.id, "path", index): at for index, at in enumerate(each.path)}
    for path, at in positions.items():
        rounded = Position(round(at.lat, _DECIMALS), round(at.lon, _DECIMALS))
        if rounded != at:
            label = f"three decimals or coarser: {rounded.lat}, {rounded.lon}"
            contents.error("E402", path, f"{at.lat}, {at.lon} is too precise", label)
    if towns and all(22 <= town.at.lat <= 40 and 44 <= town.at.lon <= 52 for town in towns):
        label = "Ukraine is at 44 to 52 degrees north: is the latitude given first?"
        contents.warn("W607", ("town", towns[0].id, "at"), "every town lies in Arabia or Iran", label)
    if len(towns) >= _FEW:
        # The median, which a few swapped ones do not move.
        middle = Position(median(town.at.lat for town in towns), median(town.at.lon for town in towns))
        _check_axes(contents, positions, middle)
    first: dict[Position, str] = {}
    for town in towns:
        other = first.setdefault(town.at, town.id)
        if other != town.id:
            message = f"{town.id} is at the same place as {other}"
            contents.warn("W602", ("town", town.id, "at"), message, "is the position right?")


def check_fronts(contents: Contents, scenario: Scenario) -> None:
    """Note fronts on routes that are no contact, or that stand outside it."""
    towns = {town.id: town for town in scenario.towns}
    for route in scenario.routes:
        if route.front_share is None and route.front_distance is None:
            continue
        first, last = towns[route.start], towns[route.end]
        path = ("route", route.id, "front")
        if first.held_by == last.held_by:
            message = f"there is no front between {route.start} and {route.end}: {first.held_by} holds both"
            label = "remove it; a front stands where the ends are held by different sides"
            advice = f"--set route.{route.id}.front.remove=true does so without touching the file"
            contents.error("E403", path, message, label, advice)
            continue
        length = route_length(route, first.at, last.at, scenario.transport.winding)
        at = route.front_distance if route.front_distance is not None else (route.front_share or 0.0) * length
        if not -first.depth < at < length + last.depth:
            message = f"the front is at {at:.1f} km, outside this contact"
            label = f"between {-first.depth:.1f} and {length + last.depth:.1f} km, or 0 to 1 of length"
            contents.error("E404", path, message, label)


def is_swapped(at: Position, middle: Position) -> bool:
    """Return whether a position is far from the middle of all, and would not be with its axes swapped."""
    return (
        abs(at.lon) <= 90
        and great_circle(at, middle) >= _FAR
        and great_circle(Position(at.lon, at.lat), middle) < _NEAR
    )


def _check_axes(contents: Contents, positions: Mapping[KeyPath, Position], middle: Position) -> None:
    """Note positions that are far from all others, and would not be with latitude and longitude swapped."""
    for path, at in positions.items():
        distance = great_circle(at, middle)
        if distance < _FAR:
            continue
        if is_swapped(at, middle):
            label = "swap them: latitude is degrees north, and comes first"
            contents.error("E401", path, f"lat {at.lat} and lon {at.lon} look swapped", label)
        else:
            message = f"this is {distance:.0f} km from the middle of the towns"
            contents.warn("W601", path, message, "is the position right?")


_MARGIN: Final = 1e-9
_MOST_CONVOYS: Final = 1e6
"""Of one side, in a day or on the road at once; more of them fill any memory."""


def check_supply_paths(contents: Contents, scenario: Scenario, *, is_what_if: bool) -> None:
    """Note garrisons without a path to a base, sides without garrisons, and demand above every path.

    What if a side had no supply may be asked, so that it is no error then.
    """
    note = contents.warn if is_what_if else contents.error
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
            note("E407", ("side", side.id), f"{side.id} has no base", label)
            continue
        own_routes = [
            route for route in scenario.routes if holder[route.start] == side.id == holder[route.end]
        ]
        _check_convoys(contents, scenario, side.id)
        anywhere = _widest_paths(bases, scenario, scenario.routes)
        own = _widest_paths(bases, scenario, own_routes)
        for town in held:
            if town.garrison.strength:
                needed = consumption(supply, town.garrison.strength, town.id in at_front)
                if town.id in anywhere:
                    _check_town(contents, town, needed, own)
                else:
                    message = f"no route leads from {town.id} to a base of {side.id}"
                    note("E406", ("town", town.id), message, "add a route, or a base")


def _check_town(
    contents: Contents, town: Town, needed: TonnesPerDay, own: Mapping[str, TonnesPerDay]
) -> None:
    """Note a garrison that no supply reaches over its own routes, or not enough over any one path."""
    path, base = ("town", town.id), f"a base of {town.held_by}"
    if town.id not in own:
        message = f"at the start every path from {town.id} to {base} is held by the other side"
        contents.warn("W603", path, message, "its garrison starts encircled")
    elif needed > own[town.id] * (1 + _MARGIN):
        message = (
            f"{town.id} needs {needed:.0f} t/d, and no path to it carries more than {own[town.id]:.0f} t/d"
        )
        contents.warn("W604", path, message, "its garrison needs more than one path, or it will run short")


def _check_convoys(contents: Contents, scenario: Scenario, side: str) -> None:
    """Refuse more convoys than can be simulated: as many as its bases fill, or its soldiers ask for."""
    supply, transport = scenario.supply, scenario.transport
    soldiers = sum(town.garrison.strength for town in scenario.towns if town.held_by == side)
    use = max(consumption(supply, soldiers, is_fighting) for is_fighting in (False, True))
    given = sum(town.base or 0.0 for town in scenario.towns if town.held_by == side)
    sent = min(given, demand(supply, 0.0, use))
    at = {town.id: town.at for town in scenario.towns}
    on_roads = sum(
        min(sent, route_capacity(route, transport))
        * route_length(route, at[route.start], at[route.end], transport.winding)
        / (DAY / HOUR * (transport.speed[route.kind] if route.speed is None else route.speed))
        for route in scenario.routes
    )
    convoys = max(sent, on_roads) / supply.convoy_load
    if convoys > _MOST_CONVOYS:
        message = (
            f"{side} would have up to {convoys:.0f} convoys of {supply.convoy_load:g} t at once or a day"
        )
        label = f"at most {_MOST_CONVOYS:.0f} can be simulated: let one carry more"
        contents.error("E408", ("supply", "convoy_load"), message, label)


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
