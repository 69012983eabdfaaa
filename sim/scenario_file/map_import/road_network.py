"""Lines of a map to routes between towns: ends snapped, pieces joined, both directions of a road made one.

Maps split a road where it meets another. Lines that meet outside towns are followed from town to town.

References
----------
E. W. Dijkstra (1959). A note on two problems in connexion with graphs. Numerische Mathematik 1.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sim.model.scenario import Position, great_circle
from sim.scenario_file.map_import.distances import Distances
from sim.scenario_file.map_import.features import DECIMALS, LineFeature, MapFeatures, Point, slug
from sim.scenario_file.map_import.properties import FRONT_NUMBERS, ROUTE_NUMBERS, Json, numbers, real
from sim.scenario_file.map_import.splitting import SNAP, split_lines
from sim.scenario_file.names import count_of, is_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ALIKE: Final = 0.2
"""How much two directions of one road may differ in length, as a share."""
MAX_NEIGHBOURS: Final = 6
"""Towns that are looked for from each over pieces of road."""
DETOUR: Final = 1.1
"""A way by another town counts as the same one if it is at most this many times as long."""
MIN_LENGTH: Final = 0.05
MAX_DRAWN: Final = 20
"""Points of which a road is drawn."""
_IDENTITY: Final = ("id", "from", "to")


@dataclass(slots=True, eq=False)
class _Piece:
    """A line with both ends: a town's id, or a point where lines meet."""

    line: LineFeature
    ends: tuple[str | Point, str | Point]
    length: float


@dataclass(slots=True)
class RoadNetwork:
    """The routes of a map, by id, as they are added; what becomes of the other lines is noted."""

    features: MapFeatures
    distances: Distances
    holders: Mapping[str, str]
    routes: dict[str, Json] = field(default_factory=dict)
    _made_of: dict[str, _Piece] = field(default_factory=dict)
    _doubled: set[str] = field(default_factory=set)
    _between: defaultdict[frozenset[str | Point], list[str]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def build(self) -> dict[str, Json]:
        """Return the routes of all lines."""
        others = []
        for piece in self._pieces():
            start, end = piece.ends
            if isinstance(start, str) and isinstance(end, str) and start != end:
                self._add(piece.line, start, end, piece.length)
            else:
                others.append(piece)
        self._follow(others)
        return self.routes

    def _pieces(self) -> list[_Piece]:
        lines, towns_at = split_lines(self.features, self.distances)
        count = Counter(end for line in lines for end in (line.path[0], line.path[-1]))
        snapped = {end: self.distances.nearest_town(end, SNAP) for end in count}
        nearest: dict[str, float] = {}
        for town, distance in snapped.values():
            nearest[town] = min(distance, nearest.get(town, math.inf))

        def end_of(line: LineFeature, key: str, point: Point) -> str | Point:
            named = line.properties.get(key)
            text = str(named) if isinstance(named, str | int) else ""
            known = text if text in self.features.towns else self.features.called.get(text.casefold())
            if known or (text and line.properties.get("feature") == "route"):
                return known or point  # of our own roads, one that leads to a town taken off the map is too
            if point in towns_at:
                return towns_at[point]
            town, distance = snapped[point]
            # Where several lines meet farther off than the nearest one ends, that is a junction.
            is_there = town and (count[point] == 1 or distance <= nearest[town] + MIN_LENGTH)
            return town if is_there else point

        return [
            _Piece(
                line,
                (end_of(line, "from", line.path[0]), end_of(line, "to", line.path[-1])),
                real(line.properties.get("length_km")) or _length(line.path),
            )
            for line in lines
        ]

    def _add(self, line: LineFeature, start: str, end: str, length: float) -> None:
        """Add a route, unless it is another one again, or its other direction."""
        own = line.properties.get("id")
        own = own if isinstance(own, str) and is_id(own) and not own.isdigit() else None
        notes, name = self.features.notes, line.name or f"{start}-{end}"
        if own in self.routes:
            other = self._made_of[own]
            is_same = line.path in (other.line.path, other.line.path[::-1])
            if set(other.ends) == {start, end} and (is_same or line.properties.get("feature") == "route"):
                notes.leave_out("the same route again")
                return
            why = f"stands for another road too, and is {slug(f'{start}-{end}', self.routes, 'route')} here"
            notes.value(name, "id", own, why, "Changed")
            own = None
        twin = None if own else self._twin(line, start, end, length)
        if twin is not None:
            is_same = self._made_of[twin].line.path == line.path
            known = self.routes[twin].get("name") or twin
            what = "the same line again" if is_same else "the same road the other way"
            notes.leave_out(what, line.name and (name if name == known else f"{name}, as {known}"))
            self._take_over(twin, line, start, name)
            return
        key = own or slug(f"{start}-{end}", self.routes, "route")
        if key == f"{start}-{end}" and f"{end}-{start}" in self.routes:
            key = slug(f"{end}-{start}", self.routes, "route")
        self._between[frozenset((start, end))].append(key)
        self._made_of[key] = _Piece(line, (start, end), length)
        self.routes[key] = self._route(key, line, start, end, length)

    def _take_over(self, twin: str, line: LineFeature, start: str, name: str) -> None:
        """Give a route the numbers that only this line of the same road says; note those that differ."""
        kept = self.routes[twin]
        for key, value in self._numbers(line, kept, name).items():
            if key == "front" and kept["from"] != start and str(value).endswith(" of length"):
                value = f"{1 - float(str(value).split()[0]):g} of length"
            if kept.setdefault(key, value) != value:
                why = "differs from the same road's other line"
                self.features.notes.value(name, key, value, why)

    def _numbers(self, line: LineFeature, route: Json, name: str) -> Json:
        is_contact = self.holders[route["from"]] != self.holders[route["to"]]
        wanted = (*ROUTE_NUMBERS, *(FRONT_NUMBERS if is_contact else ()))
        return numbers(line.properties, wanted, "route", name, self.features.notes)

    def _twin(self, line: LineFeature, start: str, end: str, length: float) -> str | None:
        """Return the route that this line is again or the other way round, if it is."""
        found = []
        for key in self._between[frozenset((start, end))]:
            other = self._made_of[key]
            if other.line.kind != line.kind:
                continue
            # Parallel edges of a graph are alike as lines, unless they say something else.
            is_alike = len(line.path) > 2 or _shared([line.properties, other.line.properties]) == {
                key: value for key, value in line.properties.items() if key not in _IDENTITY
            }
            difference = abs(other.length - length) / max(length, MIN_LENGTH)
            if other.line.path == line.path and is_alike and difference <= ALIKE:
                return key
            is_other = other.line.path != line.path[::-1]
            if other.ends[0] == end and key not in self._doubled and difference <= ALIKE:
                found.append((is_other, difference, key))
        if not found:
            return None
        *_, twin = min(found)
        self._doubled.add(twin)
        return twin

    def _route(self, key: str, line: LineFeature, start: str, end: str, length: float) -> Json:
        """Return one route; its length is the line's, where it has bends."""
        found = line.properties
        made: Json = {"id": key, "from": start, "to": end}
        if line.name and line.name != found.get("id"):
            made["name"] = line.name
        if line.kind != "road" or "kind" in found:
            made["kind"] = line.kind
        if isinstance(found.get("river"), str):
            made["river"] = found["river"]
        made |= self._numbers(line, made, line.name or key)
        if len(line.path) > 2:
            if "length" not in made and found.get("feature") != "route":
                made["length"] = f"{max(MIN_LENGTH, round(length, 1)):g} km"
            inner = line.path[1:-1][:: 1 + len(line.path) // MAX_DRAWN]
            made["path"] = [[round(lat, DECIMALS), round(lon, DECIMALS)] for lat, lon in inner]
        return made

    def _follow(self, pieces: list[_Piece]) -> None:
        """Add routes along pieces that meet where there is no town; note those that lead nowhere."""
        joined, used = 0, set[_Piece]()
        for is_rail in (False, True):
            own = [piece for piece in pieces if (piece.line.kind == "rail") == is_rail]
            for start, end, length, along in _ways(own):
                there = {self.routes[key].get("kind") for key in self._between[frozenset((start, end))]}
                if there and (not is_rail or "rail" in there):
                    continue
                used.update(along)
                kinds = {piece.line.kind for piece in along}
                kind = next(each for each in ("crossing", "track", "rail", "road") if each in kinds)
                names = dict.fromkeys(piece.line.name for piece in along if piece.line.name)
                shared = _shared([piece.line.properties for piece in along])
                shared |= {"length_km": round(max(MIN_LENGTH, length), 2)}
                line = LineFeature(", ".join(names)[:80] or None, _path_along(start, along), shared, kind)
                self._add(line, start, end, length)
                joined += 1
        if joined:
            count = f"{count_of(joined, 'route')} {'were' if joined > 1 else 'was'}"
            self.features.notes.add(f"{count} made of {len(used)} lines that meet between towns.")
        for piece in pieces:
            if piece not in used:
                what = f"lines that lead to no two towns within {SNAP:g} km, or not by the shortest way"
                self.features.notes.leave_out(what, piece.line.name or "one without a name")


def _shared(every: list[Json]) -> Json:
    """Return the properties on which pieces of a road agree, without ids."""
    return {
        key: value
        for key, value in every[0].items()
        if key not in _IDENTITY and all(each.get(key) == value for each in every)
    }


def _path_along(start: str, along: Iterable[_Piece]) -> tuple[Point, ...]:
    """Return the points of pieces that are followed from a town, each once where two pieces meet."""
    path: list[Point] = []
    here: str | Point = start
    for piece in along:
        is_forward = piece.ends[0] == here
        points = piece.line.path[:: 1 if is_forward else -1]
        path += points[1:] if path[-1:] == [points[0]] else points
        here = piece.ends[is_forward]
    return tuple(path)


def _ways(pieces: Iterable[_Piece]) -> Iterator[tuple[str, str, float, tuple[_Piece, ...]]]:
    """Yield the shortest ways between neighbouring towns, each with its length and pieces."""
    edges: defaultdict[str | Point, list[tuple[str | Point, _Piece]]] = defaultdict(list)
    for piece in pieces:
        start, end = piece.ends
        edges[start].append((end, piece))
        edges[end].append((start, piece))
    found: dict[tuple[str, str], tuple[float, tuple[_Piece, ...]]] = {}
    for town in [each for each in edges if isinstance(each, str)]:
        for other, length, along in _nearest(town, edges):
            pair = (town, other) if town < other else (other, town)
            if pair not in found or length < found[pair][0]:
                found[pair] = length, along if town < other else along[::-1]
    beside: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in found:
        beside[one].add(other)
        beside[other].add(one)
    for (start, end), (length, along) in found.items():
        shortcuts = (
            found[min(start, by), max(start, by)][0] + found[min(by, end), max(by, end)][0]
            for by in beside[start] & beside[end]
        )
        if all(way > DETOUR * length for way in shortcuts):
            yield start, end, length, along


def _nearest(
    town: str, edges: Mapping[str | Point, list[tuple[str | Point, _Piece]]]
) -> Iterator[tuple[str, float, tuple[_Piece, ...]]]:
    """Yield the towns next to one over pieces of road, nearest first, not through other towns."""
    order = itertools.count()
    heap: list[tuple[float, int, str | Point, Any]] = [(0.0, next(order), town, None)]
    seen: set[str | Point] = set()
    hits = 0
    while heap and hits < MAX_NEIGHBOURS:
        length, _, here, along = heapq.heappop(heap)
        if here in seen:
            continue
        seen.add(here)
        if isinstance(here, str) and here != town:
            hits += 1
            pieces = []
            while along:
                along, piece = along
                pieces.append(piece)
            yield here, length, tuple(reversed(pieces))
            continue
        for there, piece in edges[here]:
            if there not in seen:
                heapq.heappush(heap, (length + piece.length, next(order), there, (along, piece)))


def _length(path: Iterable[Point]) -> float:
    positions = itertools.pairwise(Position(*point) for point in path)
    return math.fsum(great_circle(a, b) for a, b in positions)
