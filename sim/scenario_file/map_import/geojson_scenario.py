"""A scenario to start from, made of places: what they do not say is assumed, and every assumption is told.

Sides come from the places, else the west is held by one and the east by the other. Each side needs a base,
every town a way to one, and the two a contact; where those are missing, the least that does is added.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sim.errors import FileError
from sim.model.scenario import Position, great_circle
from sim.scenario_file.map_import.distances import Ground
from sim.scenario_file.map_import.geojson import slug
from sim.scenario_file.names import is_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.scenario_file.map_import.geojson import Place, Places, Point, Track

SNAP: Final = 5.0
"""How far from a town a route may end to lead there; km."""
BASE: Final = "1000 t/d"
STRENGTH: Final = 500
START: Final = "2025-01-27"
HORIZON: Final = "90 d"
SIDES: Final = (("west", "West", "circle"), ("east", "East", "diamond"))
KINDS: Final = ("road", "rail", "track", "crossing")
NAMED: Final = 5
MIN_TOWNS: Final = 2


@dataclass(slots=True)
class Skeleton:
    """What has been made so far.

    Attributes
    ----------
    document
        In the shape of a scenario file.
    notes
        What was assumed or left out, each a sentence.
    """

    document: dict[str, Any]
    notes: list[str] = field(default_factory=list)


def skeleton(places: Places, name: str) -> Skeleton:
    """Return a scenario made of places.

    Parameters
    ----------
    places
        From `sim.scenario_file.map_import.geojson.read_places`.
    name
        What it is called where the places do not say.

    Raises
    ------
    FileError
        Where there are fewer than two towns.
    """
    if len(places.towns) < MIN_TOWNS:
        raise FileError(f"{name} has one point only, and a front needs two towns at least. Add one.")
    made = Skeleton({})
    holders = _holders(made, places)
    ground = Ground({town.id: town.at for town in places.towns})
    routes = _routes(made, places, holders, ground)
    towns = _towns(made, places, holders, ground)
    _join(made, ground, holders, towns, routes)
    sides = _sides(places, holders)
    head = places.head
    made.document = {
        "schema": 1,
        "scenario": {
            "name": str(head.get("name") or name),
            "start": head.get("start") if isinstance(head.get("start"), str) else START,
            "horizon": _days(head.get("horizon_days")),
        },
        "side": sides,
        "town": towns,
        "route": list(routes.values()),
    }
    if places.lines:
        made.document["line"] = _lines(places)
    if places.left_out:
        told = ", ".join(f"{count} {what}" for what, count in places.left_out.items())
        made.notes.append(f"Left out: {told}.")
    return made


def _holders(made: Skeleton, places: Places) -> dict[str, str]:
    """Return who holds each town: what the places say where that is two sides, else west and east."""
    said = {town.id: town.found.get("held_by", town.found.get("side")) for town in places.towns}
    known = list(dict.fromkeys(side for side in said.values() if isinstance(side, str) and is_id(side)))
    if len(known) == len(SIDES) and all(side in known for side in said.values()):
        return {town: str(side) for town, side in said.items()}
    by_place = sorted(places.towns, key=lambda town: (town.at[1], town.at[0], town.id))
    half = len(by_place) // 2
    made.notes.append(
        "The places do not name two sides by held_by: the western half of the towns is held by west, the "
        "rest "
        "by east."
    )
    return {town.id: SIDES[int(number >= half)][0] for number, town in enumerate(by_place)}


def _sides(places: Places, holders: Mapping[str, str]) -> dict[str, Any]:
    """Return both sides, in the order in which the file names them."""
    told = [each for each in places.head.get("sides", []) if isinstance(each, dict)]
    known = {str(each.get("id")): each for each in told} | {side: {"name": name} for side, name, _ in SIDES}
    names = {
        holders[town.id]: town.found.get("held_by_name")
        for town in places.towns
        if "held_by_name" in town.found
    }
    order = [str(each.get("id")) for each in told] + [side for side, _, _ in SIDES]
    ids = sorted(
        dict.fromkeys(holders.values()), key=lambda side: order.index(side) if side in order else len(order)
    )
    return {
        side: {"name": str(known.get(side, {}).get("name") or names.get(side) or side), "mark": mark}
        for side, (_, _, mark) in zip(ids, SIDES, strict=True)
    }


def _towns(made: Skeleton, places: Places, holders: Mapping[str, str], ground: Ground) -> dict[str, Any]:
    """Return the towns; each side without a base gets one, where it is farthest from the other."""
    towns = {town.id: _town(town, holders[town.id]) for town in places.towns}
    for side in dict.fromkeys(holders.values()):
        mine = [town for town in places.towns if holders[town.id] == side]
        _arm(made, side, mine, towns)
        if any("base" in towns[town.id] for town in mine):
            continue
        others = [town.id for town in places.towns if holders[town.id] != side]
        far = ground.farthest([town.id for town in mine], others)
        towns[far]["base"] = BASE
        made.notes.append(
            f"{side} has no base_t_per_d: {towns[far]['name']}, far from the other side, takes in {BASE}."
        )
    return towns


def _arm(made: Skeleton, side: str, mine: list[Place], towns: dict[str, Any]) -> None:
    """Give every town of a side soldiers, where none has any."""
    if not any("garrison" in towns[town.id] for town in mine):
        made.notes.append(f"{side} has no soldiers by strength_soldiers: each of its towns has {STRENGTH}.")
        for town in mine:
            towns[town.id]["garrison"] = {"strength": STRENGTH}


def _town(town: Place, side: str) -> dict[str, Any]:
    """Return one town."""
    found = town.found
    made: dict[str, Any] = {"name": town.name}
    if isinstance(found.get("name_uk"), str):
        made["name_uk"] = found["name_uk"]
    made |= {"at": {"lat": town.at[0], "lon": town.at[1]}, "held_by": side}
    made |= _numbers(found, (("base_t_per_d", "base", " t/d"), ("depth_km", "depth", " km")))
    made |= _numbers(found, (("terrain", "terrain", ""), ("fortification", "fortification", "")))
    garrison = _numbers(
        found,
        (("strength_soldiers", "strength", ""), ("stock_t", "stock", " t"), ("stock_days", "stock", " d")),
    )
    return made | ({"garrison": garrison} if garrison.get("strength") else {})


def _routes(
    made: Skeleton, places: Places, holders: Mapping[str, str], ground: Ground
) -> dict[str, dict[str, Any]]:
    """Return the routes, each end snapped to its town; those that lead nowhere are counted and named."""
    routes: dict[str, dict[str, Any]] = {}
    astray: list[str] = []
    for track in places.routes:
        start, end = (
            _end(holders, ground, track.found.get(key), track.path[at])
            for key, at in (("from", 0), ("to", -1))
        )
        own = track.found.get("id")
        if start is None or end is None or start == end:
            astray.append(track.name or "one without a name")
            continue
        if isinstance(own, str) and own in routes:
            continue
        route = _route(track, start, end, is_contact=holders[start] != holders[end])
        name = own if isinstance(own, str) and is_id(own) else slug(f"{start}-{end}", routes, "route")
        routes[name] = {"id": name, **route}
    if astray:
        named = ", ".join(dict.fromkeys(astray[:NAMED])) + (" and others" if len(astray) > NAMED else "")
        made.notes.append(
            f"{len(astray)} lines lead to no two towns within {SNAP:g} km and are left out: {named}."
        )
    return routes


def _end(holders: Mapping[str, str], ground: Ground, named: object, at: Point) -> str | None:
    """Return the town at which a line ends: the one it names, else the nearest within reach."""
    if isinstance(named, str) and named in holders:
        return named
    town, away = ground.nearest_to(at)
    return town if away <= SNAP else None


def _route(track: Track, start: str, end: str, *, is_contact: bool) -> dict[str, Any]:
    """Return one route; its length is the line's, where it has bends."""
    found = track.found
    made: dict[str, Any] = {"from": start, "to": end}
    if track.name and track.name != found.get("id"):
        made["name"] = track.name
    if found.get("kind") in KINDS:
        made["kind"] = found["kind"]
    if isinstance(found.get("river"), str):
        made["river"] = found["river"]
    made |= _numbers(
        found,
        (
            ("length_km", "length", " km"),
            ("capacity_t_per_d", "capacity", " t/d"),
            ("speed_km_per_h", "speed", " km/h"),
            ("terrain", "terrain", ""),
            ("damage_share", "damage", ""),
        ),
    )
    if is_contact:
        made |= _numbers(found, (("front_share", "front", " of length"), ("front_km", "front", " km")))
    if "length" not in made and len(track.path) > 2:
        whole = math.fsum(_apart(a, b) for a, b in zip(track.path, track.path[1:], strict=False))
        made["length"] = f"{max(0.05, round(whole, 1)):g} km"
    return made


def _join(
    made: Skeleton,
    ground: Ground,
    holders: Mapping[str, str],
    towns: Mapping[str, Any],
    routes: dict[str, dict[str, Any]],
) -> None:
    """Add the shortest routes that lead from every town to a base of its side, and one between the sides."""

    def add(a: str, b: str) -> None:
        name = slug(f"{a}-{b}", routes, "route")
        routes[name] = {"id": name, "from": a, "to": b}

    before = len(routes)
    for side in dict.fromkeys(holders.values()):
        mine = [town for town in ground.towns if holders[town] == side]
        bases = [town for town in mine if "base" in towns[town]]
        for a, b in ground.ways_to(mine, bases, _beside(mine, routes)):
            add(a, b)
    if all(holders[route["from"]] == holders[route["to"]] for route in routes.values()):
        first = next(iter(holders.values()))
        ours = [town for town in ground.towns if holders[town] == first]
        theirs = [town for town in ground.towns if holders[town] != first]
        add(*ground.nearest(ours, theirs))
    if len(routes) > before:
        made.notes.append(
            f"{len(routes) - before} straight routes were added, so that every town has a way to a base of "
            "its side and the sides a contact."
        )


def _beside(mine: list[str], routes: Mapping[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Return by town of a side: the towns of it to which routes lead."""
    beside: dict[str, list[str]] = {town: [] for town in mine}
    for route in routes.values():
        if route["from"] in beside and route["to"] in beside:
            beside[route["from"]].append(route["to"])
            beside[route["to"]].append(route["from"])
    return beside


def _lines(places: Places) -> dict[str, Any]:
    """Return rivers and borders."""
    made: dict[str, Any] = {}
    for track in places.lines:
        own = track.found.get("id")
        kind = str(track.found["feature"])
        name = (
            own
            if isinstance(own, str) and is_id(own) and own not in made
            else slug(track.name or kind, made, kind)
        )
        made[name] = {"kind": kind, "path": [list(point) for point in track.path]}
        if track.name and track.name != own:
            made[name]["name"] = track.name
    return made


def _numbers(found: Mapping[str, Any], wanted: Iterable[tuple[str, str, str]]) -> dict[str, Any]:
    """Return the numbers that are there, each with its unit; of two for one key the first."""
    made: dict[str, Any] = {}
    for key, name, unit in wanted:
        value = found.get(key)
        if name in made or isinstance(value, bool) or not isinstance(value, int | float):
            continue
        made[name] = f"{value!r}{unit}" if unit else value
    return made


def _days(value: object) -> str:
    """Return a horizon."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value:g} d" if is_number else HORIZON


def _apart(a: Point, b: Point) -> float:
    """Return how far two places are apart; km."""
    return great_circle(Position(*a), Position(*b))
