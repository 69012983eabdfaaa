"""A scenario to start from, made of map features; what they do not say is assumed, and each assumption noted.

Sides come from the features, else the west is held by one and the east by the other. Each side needs a base,
every town a way to one, and the two a contact; where those are missing, the least that does is added.

References
----------
R. C. Prim (1957). Shortest connection networks and some generalizations. Bell System Technical Journal 36.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.errors import FileError
from sim.model.scenario import EARTH_RADIUS, Position, great_circle
from sim.scenario_file.map_import.geojson import slug
from sim.scenario_file.names import is_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sim.scenario_file.map_import.geojson import Json, LineFeature, MapFeatures, Point, PointFeature


class Distances:
    """Great circles between towns, a row at a time, so that thousands of towns take little memory."""

    def __init__(self, at: Mapping[str, Point]) -> None:
        self._towns = list(at)
        self._number = {town: number for number, town in enumerate(at)}
        degrees = np.array(list(at.values()), dtype=float).reshape(-1, 2)
        self._lat, self._degrees_east = np.radians(degrees[:, 0]), degrees[:, 1]
        self._at = dict(at)

    def from_point(self, point: Point) -> np.ndarray:
        """Return how far each town is from a point; km, as `sim.model.scenario.great_circle` has it."""
        lat = math.radians(point[0])
        half_lat, half_lon = (self._lat - lat) / 2, np.radians(self._degrees_east - point[1]) / 2
        chord = np.sin(half_lat) ** 2 + math.cos(lat) * np.cos(self._lat) * np.sin(half_lon) ** 2
        found: np.ndarray = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
        return found

    def nearest_town(self, point: Point) -> tuple[str, float]:
        """Return the town nearest to a point, and how far it is; km."""
        distances = self.from_point(point)
        number = int(distances.argmin())
        return self._towns[number], float(distances[number])

    def farthest(self, ours: Sequence[str], theirs: Sequence[str]) -> str:
        """Return the town of `ours` farthest from its nearest town of `theirs`."""
        others = self._numbers(theirs)
        return max(ours, key=lambda town: float(self.from_point(self._at[town])[others].min()))

    def nearest_pair(self, ours: Sequence[str], theirs: Sequence[str]) -> tuple[str, str]:
        """Return the two that are nearest to each other, of equal ones the first by name."""
        others = self._numbers(theirs)
        found = []
        for town in ours:
            distances = self.from_point(self._at[town])[others]
            least = float(distances.min())
            nearest = min(theirs[each] for each in np.flatnonzero(distances == least).tolist())
            found.append((least, town, nearest))
        _, one, other = min(found)
        return one, other

    def connecting_routes(
        self, towns: Sequence[str], origins: Iterable[str], neighbours: Mapping[str, Sequence[str]]
    ) -> Iterator[tuple[str, str]]:
        """Yield the shortest straight routes that are needed to reach all towns from at least one origin.

        Some towns have neighbours already, to which routes lead; of equal distances the first by name counts.
        """
        best = dict.fromkeys(towns, (math.inf, ""))
        members = self._numbers(towns)

        def reach(town: str) -> None:
            waiting = [town]
            while waiting:
                here = waiting.pop()
                if best.pop(here, None) is None:
                    continue
                row = self.from_point(self._at[here])[members].tolist()
                for other, distance in zip(towns, row, strict=True):
                    if other in best and (distance, here) < best[other]:
                        best[other] = distance, here
                waiting += neighbours[here]

        for town in origins:
            reach(town)
        while best:
            (_, partner), town = min((nearest, town) for town, nearest in best.items())
            yield partner, town
            reach(town)

    def _numbers(self, towns: Sequence[str]) -> np.ndarray:
        return np.array([self._number[town] for town in towns], dtype=int)


SNAP: Final = 5.0
"""How far from a town a route may end to lead there; km."""
BASE: Final = "1000 t/d"
STRENGTH: Final = 500
START: Final = "2025-01-27"
HORIZON: Final = "90 d"
SIDES: Final = (("west", "West", "circle"), ("east", "East", "diamond"))
KINDS: Final = ("road", "rail", "track", "crossing")
MAX_NAMED: Final = 5
MIN_TOWNS: Final = 2
_TOWN_NUMBERS: Final = (
    ("base_t_per_d", "base", " t/d"),
    ("depth_km", "depth", " km"),
    ("terrain", "terrain", ""),
    ("fortification", "fortification", ""),
)
_GARRISON_NUMBERS: Final = (
    ("strength_soldiers", "strength", ""),
    ("stock_t", "stock", " t"),
    ("stock_days", "stock", " d"),
)
_ROUTE_NUMBERS: Final = (
    ("length_km", "length", " km"),
    ("capacity_t_per_d", "capacity", " t/d"),
    ("speed_km_per_h", "speed", " km/h"),
    ("terrain", "terrain", ""),
    ("damage_share", "damage", ""),
)
_FRONT_NUMBERS: Final = (("front_share", "front", " of length"), ("front_km", "front", " km"))


class GeojsonScenario:
    """A scenario made of map features and assumptions; `FileError` where there is one point only.

    ``document`` has the shape of a scenario file; ``notes`` say in sentences what was assumed or left out.
    """

    def __init__(self, features: MapFeatures, name: str) -> None:
        if len(features.towns) < MIN_TOWNS:
            raise FileError(f"{name} has one point only, and a front needs two towns at least. Add one.")
        self.notes: list[str] = []
        self._features = features
        self._points = list(features.towns.values())
        self._distances = Distances({town.id: town.at for town in self._points})
        self._holders = self._find_holders()
        self._held: dict[str, list[str]] = {side: [] for side in self._holders.values()}
        for town in features.towns:
            self._held[self._holders[town]].append(town)
        self._routes = self._make_routes()
        self._towns = self._make_towns()
        self._connect()
        head = features.head
        self.document: Json = {
            "schema": 1,
            "scenario": {
                "name": str(head.get("name") or name),
                "start": head.get("start") if isinstance(head.get("start"), str) else START,
                "horizon": _horizon(head.get("horizon_days")),
            },
            "side": self._make_sides(),
            "town": self._towns,
            "route": list(self._routes.values()),
        }
        if features.lines:
            self.document["line"] = self._make_lines()
        if features.skipped:
            skipped = ", ".join(f"{count} {what}" for what, count in features.skipped.items())
            self.notes.append(f"Left out: {skipped}.")

    def _find_holders(self) -> dict[str, str]:
        """Return who holds each town: what the features say where that is two sides, else west and east."""
        said = {town.id: town.properties.get("held_by", town.properties.get("side")) for town in self._points}
        sides = {town: side for town, side in said.items() if isinstance(side, str) and is_id(side)}
        if len(sides) == len(said) and len(set(sides.values())) == len(SIDES):
            return sides
        from_west = sorted(self._points, key=lambda town: (town.at[1], town.at[0], town.id))
        half = len(from_west) // 2
        self.notes.append(
            "The places do not name two sides by held_by: the western half of the towns is held by west, "
            "the rest by east."
        )
        return {town.id: SIDES[int(number >= half)][0] for number, town in enumerate(from_west)}

    def _make_sides(self) -> Json:
        """Return both sides, in the order in which the file names them."""
        listed = [each for each in self._features.head.get("sides", []) if isinstance(each, dict)]
        names: Json = {
            self._holders[town.id]: town.properties["held_by_name"]
            for town in self._points
            if "held_by_name" in town.properties
        }
        names |= {str(each.get("id")): each["name"] for each in listed if each.get("name")}
        names |= {side: name for side, name, _ in SIDES}
        order = [str(each.get("id")) for each in listed] + [side for side, _, _ in SIDES]
        ids = sorted(self._held, key=lambda side: order.index(side) if side in order else len(order))
        return {
            side: {"name": str(names.get(side) or side), "mark": mark}
            for side, (_, _, mark) in zip(ids, SIDES, strict=True)
        }

    def _make_towns(self) -> Json:
        """Return the towns; each side has a garrison, and a base where it is farthest from the other."""
        towns = {town.id: _town(town, self._holders[town.id]) for town in self._points}
        for side, own in self._held.items():
            if not any("garrison" in towns[town] for town in own):
                note = f"{side} has no soldiers by strength_soldiers: each of its towns has {STRENGTH}."
                self.notes.append(note)
                for town in own:
                    towns[town]["garrison"] = {"strength": STRENGTH}
            if not any("base" in towns[town] for town in own):
                others = [town for town in towns if self._holders[town] != side]
                far = self._distances.farthest(own, others)
                towns[far]["base"] = BASE
                note = f"{towns[far]['name']}, far from the other side, takes in {BASE}."
                self.notes.append(f"{side} has no base_t_per_d: {note}")
        return towns

    def _make_routes(self) -> dict[str, Json]:
        """Return the routes, each end snapped to its town; those that lead nowhere are counted and named."""
        routes: dict[str, Json] = {}
        astray: list[str] = []
        for line in self._features.routes:
            start = self._town_at(line.properties.get("from"), line.path[0])
            end = self._town_at(line.properties.get("to"), line.path[-1])
            own = line.properties.get("id")
            if start is None or end is None or start == end:
                astray.append(line.name or "one without a name")
            elif not isinstance(own, str) or own not in routes:
                name = own if isinstance(own, str) and is_id(own) else slug(f"{start}-{end}", routes, "route")
                is_contact = self._holders[start] != self._holders[end]
                routes[name] = {"id": name, **_route(line, start, end, is_contact=is_contact)}
        if astray:
            named = ", ".join(dict.fromkeys(astray[:MAX_NAMED]))
            named += " and others" if len(astray) > MAX_NAMED else ""
            note = f"lines lead to no two towns within {SNAP:g} km and are left out: {named}."
            self.notes.append(f"{len(astray)} {note}")
        return routes

    def _town_at(self, named: object, end: Point) -> str | None:
        """Return the town at a line's end: the named one, otherwise the nearest within reach."""
        if isinstance(named, str) and named in self._holders:
            return named
        town, distance = self._distances.nearest_town(end)
        return town if distance <= SNAP else None

    def _connect(self) -> None:
        """Add the shortest routes from every town to a base of its side, and one between the sides."""
        before = len(self._routes)
        for own in self._held.values():
            neighbours: dict[str, list[str]] = {town: [] for town in own}
            for route in self._routes.values():
                if route["from"] in neighbours and route["to"] in neighbours:
                    neighbours[route["from"]].append(route["to"])
                    neighbours[route["to"]].append(route["from"])
            bases = [town for town in own if "base" in self._towns[town]]
            for start, end in self._distances.connecting_routes(own, bases, neighbours):
                self._add_route(start, end)
        routes = self._routes.values()
        if all(self._holders[route["from"]] == self._holders[route["to"]] for route in routes):
            self._add_route(*self._distances.nearest_pair(*self._held.values()))
        if len(self._routes) > before:
            self.notes.append(
                f"{len(self._routes) - before} straight routes were added, so that every town has a way to a "
                "base of its side and the sides a contact."
            )

    def _add_route(self, start: str, end: str) -> None:
        name = slug(f"{start}-{end}", self._routes, "route")
        self._routes[name] = {"id": name, "from": start, "to": end}

    def _make_lines(self) -> Json:
        lines: Json = {}
        for line in self._features.lines:
            own, kind = line.properties.get("id"), str(line.properties["feature"])
            is_free = isinstance(own, str) and is_id(own) and own not in lines
            key = str(own) if is_free else slug(line.name or kind, lines, kind)
            lines[key] = {"kind": kind, "path": [list(point) for point in line.path]}
            if line.name and line.name != own:
                lines[key]["name"] = line.name
        return lines


def _town(town: PointFeature, side: str) -> Json:
    found = town.properties
    made: Json = {"name": town.name}
    if isinstance(found.get("name_uk"), str):
        made["name_uk"] = found["name_uk"]
    made |= {"at": {"lat": town.at[0], "lon": town.at[1]}, "held_by": side, **_numbers(found, _TOWN_NUMBERS)}
    garrison = _numbers(found, _GARRISON_NUMBERS)
    return made | ({"garrison": garrison} if garrison.get("strength") else {})


def _route(line: LineFeature, start: str, end: str, *, is_contact: bool) -> Json:
    found = line.properties
    made: Json = {"from": start, "to": end}
    if line.name and line.name != found.get("id"):
        made["name"] = line.name
    if found.get("kind") in KINDS:
        made["kind"] = found["kind"]
    if isinstance(found.get("river"), str):
        made["river"] = found["river"]
    made |= _numbers(found, _ROUTE_NUMBERS)
    if is_contact:
        made |= _numbers(found, _FRONT_NUMBERS)
    if "length" not in made and len(line.path) > 2:
        positions = itertools.pairwise(Position(*point) for point in line.path)
        length = math.fsum(great_circle(a, b) for a, b in positions)
        made["length"] = f"{max(0.05, round(length, 1)):g} km"
    return made


def _numbers(properties: Json, wanted: tuple[tuple[str, str, str], ...]) -> Json:
    """Return the numbers that are there, each with its unit; of two for one key the first."""
    made: Json = {}
    for name, key, unit in wanted:
        value: Any = properties.get(name)
        if key not in made and isinstance(value, int | float) and not isinstance(value, bool):
            made[key] = f"{value!r}{unit}" if unit else value
    return made


def _horizon(days: object) -> str:
    is_number = isinstance(days, int | float) and not isinstance(days, bool)
    return f"{days:g} d" if is_number else HORIZON
