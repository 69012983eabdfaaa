"""Whether places, fronts and ways to bases make sense together."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Final

from sim.model.scenario import Position, Town, great_circle, route_length

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.model.scenario import Scenario
    from sim.scenario_file.checks.contents import Contents

_FAR: Final = 1000.0
"""Kilometres from the middle of all towns from where a place is looked at again."""
_NEAR: Final = 500.0
"""Kilometres from there within which it would be right with its axes swapped."""
_DECIMALS: Final = 3
_FEW: Final = 3
"""With fewer towns than this there is no telling which of them is far from the others."""


def check_positions(contents: Contents) -> None:
    """Note positions that are too precise, or whose axes are swapped."""
    towns = {name: town for name, town in contents.towns.items() if town}
    places: list[tuple[tuple[str | int, ...], Position]] = [
        (("town", name, "at"), town.at) for name, town in towns.items()
    ]
    for name, line in contents.lines.items():
        if line:
            places += [(("line", name, "path", index), at) for index, at in enumerate(line.path)]
    for path, at in places:
        if any(round(degrees, _DECIMALS) != degrees for degrees in (at.lat, at.lon)):
            contents.error(
                "E402",
                path,
                f"{at.lat}, {at.lon} is too precise",
                f"three decimals or coarser: {round(at.lat, _DECIMALS)}, {round(at.lon, _DECIMALS)}",
            )
    if towns and all(_is_swapped_ukraine(town.at) for town in towns.values()):
        first = next(iter(towns))
        contents.warn(
            "W607",
            ("town", first, "at"),
            "every town lies in Arabia or Iran",
            "Ukraine is at 44 to 52 degrees north: is the latitude given first?",
        )
    if len(towns) >= _FEW:
        _check_axes(contents, places, _middle(town.at for town in towns.values()))
    _check_same_place(contents, towns)


def check_fronts(contents: Contents, scenario: Scenario) -> None:
    """Note fronts on routes that are no contact, or that stand outside it."""
    towns = {town.id: town for town in scenario.towns}
    for route in scenario.routes:
        if route.front_share is None and route.front_distance is None:
            continue
        first, last = towns[route.start], towns[route.end]
        path = ("route", route.id, "front")
        if first.held_by == last.held_by:
            contents.error(
                "E403",
                path,
                f"there is no front between {route.start} and {route.end}: {first.held_by} holds both",
                "take it out; a front stands where the ends are held by different sides",
                f"--set route.{route.id}.front.remove=true does so without touching the file",
            )
            continue
        length = route_length(route, first.at, last.at, scenario.transport.winding)
        at = route.front_distance if route.front_distance is not None else (route.front_share or 0.0) * length
        if not -first.depth < at < length + last.depth:
            contents.error(
                "E404",
                path,
                f"the front is at {at:.1f} km, outside this contact",
                f"between {-first.depth:.1f} and {length + last.depth:.1f} km, or 0 to 1 of length",
            )


def _check_axes(
    contents: Contents, places: list[tuple[tuple[str | int, ...], Position]], middle: Position
) -> None:
    """Note places that are far from all others, and would not be with latitude and longitude swapped."""
    for path, at in places:
        if great_circle(at, middle) < _FAR:
            continue
        swapped = Position(at.lon, at.lat)
        if abs(at.lon) <= 90 and great_circle(swapped, middle) < _NEAR:
            label = "swap them: latitude is degrees north, and comes first"
            contents.error("E401", path, f"lat {at.lat} and lon {at.lon} look swapped", label)
        else:
            far = f"this is {great_circle(at, middle):.0f} km from the middle of the towns"
            contents.warn("W601", path, far, "is the position right?")


def _is_swapped_ukraine(at: Position) -> bool:
    return 22 <= at.lat <= 40 and 44 <= at.lon <= 52


def _middle(places: Iterable[Position]) -> Position:
    """Return the median position, which a few swapped ones do not move."""
    found = list(places)
    return Position(statistics.median(at.lat for at in found), statistics.median(at.lon for at in found))


def _check_same_place(contents: Contents, towns: dict[str, Town]) -> None:
    """Note towns that stand in the same place."""
    first: dict[Position, str] = {}
    for name, town in towns.items():
        if first.setdefault(town.at, name) != name:
            contents.warn(
                "W602",
                ("town", name, "at"),
                f"{name} stands where {first[town.at]} does",
                "is the position right?",
            )
