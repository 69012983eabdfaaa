"""Whether positions and fronts make sense."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Final

from sim.model.scenario import Position, great_circle, route_length

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.model.scenario import Line, Scenario, Town
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
    lines: list[Line] = contents.readable("line")
    positions: dict[KeyPath, Position] = {("town", town.id, "at"): town.at for town in towns}
    for line in lines:
        positions |= {("line", line.id, "path", index): at for index, at in enumerate(line.path)}
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


def _check_axes(contents: Contents, positions: Mapping[KeyPath, Position], middle: Position) -> None:
    """Note positions that are far from all others, and would not be with latitude and longitude swapped."""
    for path, at in positions.items():
        distance = great_circle(at, middle)
        if distance < _FAR:
            continue
        if abs(at.lon) <= 90 and great_circle(Position(at.lon, at.lat), middle) < _NEAR:
            label = "swap them: latitude is degrees north, and comes first"
            contents.error("E401", path, f"lat {at.lat} and lon {at.lon} look swapped", label)
        else:
            message = f"this is {distance:.0f} km from the middle of the towns"
            contents.warn("W601", path, message, "is the position right?")
