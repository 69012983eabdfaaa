"""What on the map stays while the camera does: where towns, roads, rivers and bridges lie, and how wide.

It is worked out once for a scenario and a projection, and kept.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from sim.analysis.pressure import nominal_capacity
from sim.scene.camera import Projection
from sim.scene.layout import Rect
from sim.scene.lines import Polyline
from sim.scene.map.label_placement import RoadDensity
from sim.scene.shapes import Clip, Layer, Point, Shape, bundled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.model.quantities import Soldiers
    from sim.model.scenario import Route, Scenario, Town

THINNEST: Final = 3.6
WIDER: Final = 12.6
"""Pixels that `PLAIN_CAPACITY` adds to a road's width."""
PLAIN_CAPACITY: Final = 400.0
CAPACITIES: Final = (5.0, 800.0)
"""Capacities beyond which roads are no thinner and no wider; t/day."""
WALL: Final = 1.6
RADII: Final = (4.6, 9.2)
"""Of a town without a garrison, and what `PLAIN_GARRISON` adds; pixels."""
PLAIN_GARRISON: Final = 3000.0
MOST_GARRISON: Final = 1.8
"""The largest garrison that is seen, as a multiple of a plain one."""
LARGEST: Final = 17.0
DIAMOND: Final = 1.24
"""By what a diamond's corners stand out farther than a circle of its weight."""
APART: Final = 3.0
"""Pixels between two routes that join the same towns."""
FANNED: Final = 14.0
"""Over what length they part."""
CLEARANCE: Final = 5.0
"""How far from a third town's mark a road keeps; pixels."""
BENT_STEPS: Final = 12
RIVER: Final = 10.0
"""Width of the main river, without its banks; pixels."""
CRATERS: Final = (0.38, 0.62)
"""Where on a road its damage is drawn, between these shares."""
ROAD_STEP: Final = 8.0
"""Between the points of roads that labels avoid; pixels at scale 1."""
MAX_CACHED: Final = 4
MAX_CACHED_PARTS: Final = 800
"""Small things kept with a geometry; then those are let go that nobody has asked for since as many were."""
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Bridge:
    """Where a road crosses a river."""

    route: str
    at: Point
    turn: float
    """Heading of the road there."""
    distance: float
    """Along the road; pixels."""
    is_main: bool


@dataclass(frozen=True, slots=True)
class Course:
    """A river or a border as it is drawn."""

    name: str | None
    kind: str
    points: tuple[Point, ...]
    is_main: bool


@dataclass(frozen=True, slots=True, eq=False)
class Geometry:
    """A map's fixed parts."""

    here: Projection
    unit: float
    """Pixels of a length of 1 in marks: they grow with the window and, slower, with the ground."""
    points: Mapping[str, Point]
    """By town: where it is drawn."""
    plain_garrison: float
    radii: Mapping[str, float]
    """By town: of its mark with its first garrison; pixels."""
    paths: Mapping[str, Polyline]
    """By route: the line along which it is drawn, from its first town to its second."""
    widths: Mapping[str, float]
    """By route: of its tube with both walls; pixels."""
    narrow: Mapping[str, float]
    """By route: how far along it its damage is drawn; at a bridge, else about its middle."""
    bridges: Mapping[str, Bridge]
    """By route, where one crosses a river."""
    courses: tuple[Course, ...]
    seen: tuple[str, ...]
    """Routes of which a part lies in the region."""
    _layers: dict[str, Layer] = field(default_factory=dict, repr=False)
    _parts: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    _older_parts: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    """Parts not asked for since those above were begun."""

    def cached_layer(self, name: str, key: Hashable, make: Callable[[], Iterable[Shape]]) -> Layer:
        """Return a layer over this geometry; its shapes are made anew only where its key changed."""
        found = self._layers.get(name)
        if found is None or found.key != key:
            found = self._layers[name] = Layer(name, key, tuple(make()))
        return found

    def cached_marks(
        self, name: str, key: Hashable, make: Callable[[], Iterable[tuple[Shape, ...]]]
    ) -> Layer:
        """Return a layer of marks over this geometry; as `cached_layer`."""
        found = self._layers.get(name)
        if found is None or found.key != key:
            found = self._layers[name] = bundled(name, key, self.clip(), make())
        return found

    def mark(self, key: Hashable, make: Callable[[], Iterable[Shape]]) -> tuple[Shape, ...]:
        """Return the shapes of a mark: the same object as long as it looks the same."""
        return self.cached(key, lambda: tuple(make()))

    def cached(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return the cached value for this key, or create it."""
        parts, older = self._parts, self._older_parts
        if key not in parts:
            if len(parts) >= MAX_CACHED_PARTS:
                older.clear()
                older.update(parts)
                parts.clear()
            parts[key] = older.pop(key) if key in older else make()
        found: Made = parts[key]
        return found

    def clip(self) -> Clip:
        """Return the map's part of the window, as the first shape of a layer that keeps within it."""
        region = self.here.region
        return Clip(region.x, region.y, region.width, region.height)

    def radius(self, strength: Soldiers) -> float:
        """Return the radius of a town's mark by its garrison; pixels, in steps that do not tremble."""
        return round(town_size(strength, self.plain_garrison) * 2) / 2 * self.unit

    def mark_place(self, town: str) -> Rect:
        """Return the square round a town's mark."""
        (x, y), radius = self.points[town], self.radii[town]
        return Rect(x - radius, y - radius, 2 * radius, 2 * radius)

    def road_density(self) -> RoadDensity:
        """Return where labels would lie on roads."""
        here = self.here
        return self.cached("road density", lambda: RoadDensity(self.road_points(), here.region, here.s))

    def road_points(self) -> NDArray[np.float64]:
        """Return points along the roads in sight; shape (points, 2)."""
        return self.cached("road points", self._road_points)

    def _road_points(self) -> NDArray[np.float64]:
        step, region = ROAD_STEP * self.here.s, self.here.region
        paths = [self.paths[route] for route in self.seen]
        found = [path.every(step) for path in paths if path.length >= step]
        points = np.concatenate(found) if found else np.empty((0, 2))
        low, high = (region.x, region.y), (region.right, region.bottom)
        shown: NDArray[np.float64] = points[((points >= low) & (points <= high)).all(axis=1)]
        return shown


_KEPT: list[tuple[Scenario, Geometry]] = []


def geometry(scenario: Scenario, here: Projection) -> Geometry:
    """Return the fixed parts of a scenario's map; the last few are kept."""
    found = next((found for known, found in _KEPT if known is scenario and found.here == here), None)
    if found is None:
        found = _build(scenario, here)
        _KEPT.insert(0, (scenario, found))
        del _KEPT[MAX_CACHED:]
    return found


def plain_garrison(scenario: Scenario) -> float:
    """Return the garrison of a plain mark: a larger one where the largest would not be seen to shrink."""
    garrisons = [town.garrison.strength for town in scenario.towns]
    arriving = [event.amount or 0.0 for event in scenario.events if event.do == "reinforce"]
    return max(PLAIN_GARRISON, max([*garrisons, *arriving]) / MOST_GARRISON)


def town_size(strength: Soldiers, plain: float) -> float:
    """Return the radius of a town's mark at plain scale, by a plain garrison; pixels.

    Examples
    --------
    >>> town_size(0, 3000), town_size(3000, 3000) > 2.5 * town_size(0, 3000)
    (4.6, True)
    """
    least, more = RADII
    return min(least + more * math.sqrt(max(strength, 0) / plain), LARGEST)


def road_size(nominal: float) -> float:
    """Return the width of a road at plain scale by its nominal tonnes a day; pixels."""
    low, high = CAPACITIES
    return THINNEST + WIDER * math.sqrt(min(max(nominal, low), high) / PLAIN_CAPACITY)


def main_river(scenario: Scenario) -> str | None:
    """Return the name of the river that most routes cross, if a river of that name is drawn."""
    drawn = {line.name for line in scenario.lines if line.kind == "river"}
    crossed = Counter(route.river for route in scenario.routes if route.river in drawn and route.river)
    return max(crossed, key=lambda name: crossed[name]) if crossed else None


def is_large(town: Town) -> bool:
    """Return whether a town is named before villages are."""
    return town.depth >= LARGE_TOWN or town.base is not None


LARGE_TOWN: Final = 2.4
"""Depth from which a town is named as a large one; km."""


def _build(scenario: Scenario, here: Projection) -> Geometry:
    """Return a map's fixed parts, worked out."""
    unit = here.s * here.m
    points = {town.id: here.point(town.at) for town in scenario.towns}
    widths = {route.id: unit * road_size(nominal_capacity(scenario, route)) for route in scenario.routes}
    plain = plain_garrison(scenario)
    radii = {town.id: unit * town_size(town.garrison.strength, plain) for town in scenario.towns}
    paths = _paths(scenario, here, points, widths, radii, unit)
    courses = _courses(scenario, here, points, radii, unit)
    bridges = _bridges(scenario, paths, courses)
    low, high = CRATERS
    narrow = {
        route: bridges[route].distance
        if route in bridges
        else path.length * (low + (high - low) * (zlib.crc32(route.encode()) % 1000) / 999)
        for route, path in paths.items()
    }
    seen = tuple(route for route, path in paths.items() if _is_seen(path, here, widths[route]))
    return Geometry(here, unit, points, plain, radii, paths, widths, narrow, bridges, courses, seen)


def _is_seen(path: Polyline, here: Projection, margin: float) -> bool:
    """Return whether any part of a line may lie in the region."""
    region = here.region
    left, top = region.x - margin, region.y - margin
    right, bottom = region.right + margin, region.bottom + margin
    return any(_crosses(a, b, left, top, right, bottom) for a, b in pairwise(path.points))


def _crosses(a: Point, b: Point, left: float, top: float, right: float, bottom: float) -> bool:
    """Return whether a straight line touches a rectangle (Liang and Barsky, 1984)."""
    low, high = 0.0, 1.0
    across, down = b[0] - a[0], b[1] - a[1]
    for step, room in (
        (-across, a[0] - left),
        (across, right - a[0]),
        (-down, a[1] - top),
        (down, bottom - a[1]),
    ):
        if step == 0.0:
            if room < 0.0:
                return False
        elif step < 0.0:
            low = max(low, room / step)
        else:
            high = min(high, room / step)
    return low <= high


def _paths(
    scenario: Scenario,
    here: Projection,
    points: Mapping[str, Point],
    widths: Mapping[str, float],
    radii: Mapping[str, float],
    unit: float,
) -> dict[str, Polyline]:
    """Return every route's line: as its file gives it, else straight; those that join the same towns part."""
    together: dict[tuple[str, str], list[Route]] = {}
    for route in scenario.routes:
        first, last = sorted((route.start, route.end))
        together.setdefault((first, last), []).append(route)
    centers = np.array([points[town] for town in points])
    reach = np.array([radii[town] for town in points]) + CLEARANCE * unit
    numbers = {town: number for number, town in enumerate(points)}
    paths = {}
    for (first, _), routes in together.items():
        gap = math.fsum(widths[other.id] for other in routes) / len(routes) + APART * unit
        for number, route in enumerate(routes):
            a, b = points[route.start], points[route.end]
            if route.path:
                paths[route.id] = Polyline([a, *(here.point(at) for at in route.path), b])
                continue
            aside = (number - (len(routes) - 1) / 2) * gap
            if aside:
                paths[route.id] = Polyline(_parallel(a, b, aside if route.start == first else -aside, unit))
                continue
            ends = [numbers[route.start], numbers[route.end]]
            paths[route.id] = Polyline(_round(a, b, centers, reach + widths[route.id] / 2, ends))
    return paths


def _parallel(a: Point, b: Point, aside: float, unit: float) -> list[Point]:
    """Return a line from a to b that runs beside the straight one, to the right of its way."""
    across, down = b[0] - a[0], b[1] - a[1]
    length = math.hypot(across, down)
    if length < 1.0:
        return [a, b]
    along = min(FANNED * unit, length / 4) / length
    right = (-down / length * aside, across / length * aside)
    return [
        a,
        (a[0] + across * along + right[0], a[1] + down * along + right[1]),
        (b[0] - across * along + right[0], b[1] - down * along + right[1]),
        b,
    ]


def _round(
    a: Point, b: Point, centers: NDArray[np.float64], reach: NDArray[np.float64], ends: list[int]
) -> list[Point]:
    """Return a line from a to b, bent where it would run through another town's mark."""
    across, down = b[0] - a[0], b[1] - a[1]
    length = math.hypot(across, down)
    if length < 1.0:
        return [a, b]
    along = ((centers[:, 0] - a[0]) * across + (centers[:, 1] - a[1]) * down) / length
    off = ((centers[:, 1] - a[1]) * across - (centers[:, 0] - a[0]) * down) / length
    is_met = (along > 0.0) & (along < length) & (np.abs(off) < reach)
    is_met[ends] = False
    if not is_met.any():
        return [a, b]
    met = int(np.flatnonzero(is_met)[np.argmin(np.abs(off[is_met]))])
    share = along[met] / length
    # a parabola passes the town at its clearance if its height there is what is missing
    missing = (reach[met] - abs(off[met])) / max(4.0 * share * (1.0 - share), 0.35)
    aside = -math.copysign(missing, off[met])
    shares = (step / BENT_STEPS for step in range(BENT_STEPS + 1))
    return [
        (
            a[0] + across * u - down / length * aside * 4.0 * u * (1.0 - u),
            a[1] + down * u + across / length * aside * 4.0 * u * (1.0 - u),
        )
        for u in shares
    ]


def _courses(
    scenario: Scenario,
    here: Projection,
    points: Mapping[str, Point],
    radii: Mapping[str, float],
    unit: float,
) -> tuple[Course, ...]:
    """Return rivers and borders in pixels; the main river gives way to towns, so that each keeps its bank."""
    main = main_river(scenario)
    found = []
    for line in scenario.lines:
        is_main = line.kind == "river" and line.name is not None and line.name == main
        places = np.array([here.point(at) for at in line.path])
        if line.kind == "river":
            places = _smooth(places)
        if is_main:
            reach = np.array([radii[town] for town in points]) + (RIVER / 2 + 2.4) * unit
            places = _beside(places, np.array([points[town] for town in points]), reach, unit)
        found.append(Course(line.name, line.kind, tuple(map(tuple, places.tolist())), is_main))
    return tuple(found)


def _smooth(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a line with its corners cut twice (Chaikin, 1974)."""
    for _ in range(2):
        if len(places) < len(("begin", "middle", "end")):
            return places
        early, late = places[:-1] * 0.75 + places[1:] * 0.25, places[:-1] * 0.25 + places[1:] * 0.75
        between = np.stack([early, late], axis=1).reshape(-1, 2)
        places = np.concatenate([places[:1], between[1:-1], places[-1:]])
    return places


def _beside(
    places: NDArray[np.float64], towns: NDArray[np.float64], reach: NDArray[np.float64], unit: float
) -> NDArray[np.float64]:
    """Return a river in short steps, moved out of the reach of towns."""
    steps = np.hypot(*np.diff(places, axis=0).T)
    way = np.concatenate([[0.0], np.cumsum(steps)])
    count = min(max(2, int(way[-1] / (4.0 * unit))), 1500)
    at = np.linspace(0.0, way[-1], count)
    fine = np.column_stack([np.interp(at, way, places[:, axis]) for axis in (0, 1)])
    near = [
        number
        for number, (town, far) in enumerate(zip(towns, reach, strict=True))
        if np.hypot(*(fine - town).T).min() < far
    ]
    for _ in range(3):
        for number in near:
            off = fine - towns[number]
            distance = np.maximum(np.hypot(off[:, 0], off[:, 1]), 0.1)
            push = np.maximum(reach[number] - distance, 0.0) / distance
            fine = fine + off * push[:, None]
        if near:
            padded = np.pad(fine, ((2, 2), (0, 0)), mode="edge")
            fine = np.mean([padded[shift : shift + count] for shift in range(5)], axis=0)
    return fine


def _bridges(
    scenario: Scenario, paths: Mapping[str, Polyline], courses: tuple[Course, ...]
) -> dict[str, Bridge]:
    """Return where roads cross rivers; a crossing that meets none lies in its middle."""
    rivers = [course for course in courses if course.kind == "river"]
    parts = [np.array(river.points) for river in rivers if len(river.points) > 1]
    if parts:
        begins, ends = np.concatenate([p[:-1] for p in parts]), np.concatenate([p[1:] for p in parts])
        is_main = np.concatenate(
            [np.full(len(p) - 1, river.is_main) for p, river in zip(parts, rivers, strict=True)]
        )
    found = {}
    for route in scenario.routes:
        path = paths[route.id]
        met = _met(path, begins, ends) if parts else None
        if met is not None:
            distance, main = met[0], bool(is_main[met[1]])
        elif route.kind == "crossing":
            distance, main = path.length / 2, route.river is not None
        else:
            continue
        if route.kind == "crossing" or main:
            x, y, turn = path.at(distance)
            found[route.id] = Bridge(route.id, (x, y), turn, distance, main)
    return found


def _met(path: Polyline, begins: NDArray[np.float64], ends: NDArray[np.float64]) -> tuple[float, int] | None:
    """Return how far along a line it crosses a river nearest to its middle, and over which step of it."""
    best: tuple[float, int] | None = None
    passed = 0.0
    step = ends - begins
    for a, b in pairwise(path.points):
        way = np.array([b[0] - a[0], b[1] - a[1]])
        length = float(np.hypot(*way))
        off = begins - np.array(a)
        cross = way[0] * step[:, 1] - way[1] * step[:, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            mine = (off[:, 0] * step[:, 1] - off[:, 1] * step[:, 0]) / cross
            theirs = (off[:, 0] * way[1] - off[:, 1] * way[0]) / cross
        hits = np.flatnonzero((mine >= 0.0) & (mine <= 1.0) & (theirs >= 0.0) & (theirs <= 1.0))
        for hit in hits.tolist():
            distance = passed + float(mine[hit]) * length
            if best is None or abs(distance - path.length / 2) < abs(best[0] - path.length / 2):
                best = distance, hit
        passed += length
    return best
