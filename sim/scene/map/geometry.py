"""What on the map stays while the camera does: where towns and routes lie, how wide, and what lies near what.

It is worked out once for a scenario and a projection, and kept.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.analysis.pressure import nominal_capacity
from sim.scene.camera import Projection, route_length
from sim.scene.lines import Polyline
from sim.scene.map.label_placement import RoadDensity
from sim.scene.shapes import Clip, Layer, Point, Shape

if TYPE_CHECKING:
    from sim.model.scenario import Position, Route, Scenario, Town

THINNEST: Final = 2.2
WIDER: Final = 7.2
"""Pixels at scale 1 that the greatest capacity adds."""
BEND: Final = 0.045
"""How far a route leaves the straight line, of its length."""
APART: Final = 4.0
"""Pixels at scale 1 between two routes that join the same towns."""
STRAIGHT: Final = 24.0
"""Shorter routes are drawn straight; pixels at scale 1."""
CURVE_STEPS: Final = 14
LARGE_TOWN: Final = 2.4
"""Depth from which a town is drawn and named as a large one; km."""
RADII: Final = (3.7, 5.8, 7.2)
"""Of a village, a town and a base; pixels at scale 1."""
PLAIN_SCALE: Final = 6.4
"""Pixels per km at scale 1 at which marks have their plain size."""
MARK_SIZES: Final = (0.72, 1.7)
ROAD_STEP: Final = 8.0
"""Between the points of roads that labels avoid; pixels at scale 1."""
BROAD: Final = 4.5
CELL: Final = 7.0
"""Side of a cell of the field of control; pixels at scale 1."""
SOFTNESS: Final = 2.5
"""Nearness within which all towns count alike; km."""
FADING: Final = 42.0
"""Distance from the nearest town over which control fades by 1/e; km."""
SCALE_BAR: Final = (150.0, 76.0)
"""What the scale bar takes of the lower left corner; pixels at scale 1."""
MAX_CACHED: Final = 3
MAX_CACHED_PARTS: Final = 6000
"""Small things kept with a geometry; then the oldest quarter is let go."""
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, eq=False)
class Geometry:
    """A map's fixed parts."""

    here: Projection
    points: Mapping[str, Point]
    """By town: where it is drawn; bases beyond the edge at the edge."""
    tabs: frozenset[str]
    radii: Mapping[str, float]
    """By town: of its mark; pixels."""
    paths: Mapping[str, Polyline]
    """By route: the line along which it is drawn, from its first town to its second."""
    widths: Mapping[str, float]
    """By route; pixels."""
    nearness: NDArray[np.float64]
    """Shape (cells, towns): each town's share in a cell; rows sum to 1."""
    fade: NDArray[np.float64]
    """Shape (cells,): how near the nearest town is; 1 is there."""
    relief: NDArray[np.float64]
    """Shape (cells,): an even texture that lies still on the ground, -1 to 1; it means nothing."""
    grid: tuple[int, int]
    road_density: RoadDensity
    """Where labels would lie on roads."""
    _layers: dict[str, Layer] = field(default_factory=dict, repr=False)
    _parts: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def cached_layer(self, name: str, key: Hashable, make: Callable[[], Iterable[Shape]]) -> Layer:
        """Return a layer over this geometry; its shapes are made anew only where its key changed."""
        found = self._layers.get(name)
        if found is None or found.key != key:
            found = self._layers[name] = Layer(name, key, tuple(make()))
        return found

    def cached(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return the cached value for this key, or create it."""
        if key not in self._parts:
            if len(self._parts) >= MAX_CACHED_PARTS:
                for old in tuple(islice(self._parts, MAX_CACHED_PARTS // 4)):
                    del self._parts[old]
            self._parts[key] = make()
        found: Made = self._parts[key]
        return found

    def clip(self) -> Clip:
        """Return the map's part of the window, as the first shape of a layer that keeps within it."""
        region = self.here.region
        return Clip(region.x, region.y, region.width, region.height)

    def cell_point(self, row: int, column: int) -> Point:
        """Return the middle of a cell; pixels."""
        side = CELL * self.here.s
        return self.here.region.x + (column + 0.5) * side, self.here.region.y + (row + 0.5) * side


_KEPT: list[tuple[Hashable, Geometry]] = []


def geometry(scenario: Scenario, here: Projection) -> Geometry:
    """Return the fixed parts of a scenario's map; the last few are kept."""
    key = here, _drawn(scenario)
    for known, found in _KEPT:
        if known == key:
            return found
    made = _build(scenario, here)
    _KEPT.insert(0, (key, made))
    del _KEPT[MAX_CACHED:]
    return made


def _drawn(scenario: Scenario) -> Hashable:
    """Return all of a scenario that its map hangs on: two that differ in other numbers have one map."""
    return (
        tuple((side.id, side.name, side.mark) for side in scenario.sides),
        tuple((town.id, town.name, town.at, town.depth, town.base is None) for town in scenario.towns),
        tuple(
            (
                *(route.id, route.name, route.kind, route.start, route.end),
                nominal_capacity(scenario, route),
                route_length(scenario, route),
            )
            for route in scenario.routes
        ),
        tuple(scenario.focus),
        tuple(scenario.lines),
    )


def mark_size(here: Projection) -> float:
    """Return by what marks are larger than plain, at the map's scale."""
    low, high = MARK_SIZES
    return here.s * min(max(math.sqrt(here.ppk / here.s / PLAIN_SCALE), low), high)


def _build(scenario: Scenario, here: Projection) -> Geometry:
    """Return a map's fixed parts, worked out."""
    points, tabs = {town.id: here.point(town.at) for town in scenario.towns}, frozenset[str]()
    highest = max((nominal_capacity(scenario, route) for route in scenario.routes), default=1.0)
    size = mark_size(here)
    {town.id: 2 if town.base is not None else int(is_large(town)) for town in scenario.towns}
    ranks = {town.id: 2 if town.base is not None else int(is_large(town)) for town in scenario.towns}
    widths = {
        route.id: here.s
        * (THINNEST + WIDER * math.sqrt(nominal_capacity(scenario, route) / max(highest, 1.0)))
        for route in scenario.routes
    }
    nearness, fade, relief, grid = _ground(tuple(town.at for town in scenario.towns), here)
    paths = _paths(scenario, points, widths, here.s)
    return Geometry(
        here=here,
        points=points,
        tabs=tabs,
        radii={town: size * RADII[rank] for town, rank in ranks.items()},
        paths=paths,
        widths=widths,
        nearness=nearness,
        fade=fade,
        relief=relief,
        grid=grid,
        road_density=RoadDensity(_road_points(paths, widths, here.s), here.region, here.s),
    )


def is_large(town: Town) -> bool:
    """Return whether a town is named before villages are."""
    return town.depth >= LARGE_TOWN or town.base is not None


def _paths(
    scenario: Scenario, points: Mapping[str, Point], widths: Mapping[str, float], s: float
) -> dict[str, Polyline]:
    """Return every route's line; those that join the same towns bend to either side."""
    together: dict[tuple[str, str], list[Route]] = {}
    for route in scenario.routes:
        first, last = sorted((route.start, route.end))
        together.setdefault((first, last), []).append(route)
    paths = {}
    for (first, _), routes in together.items():
        for number, route in enumerate(routes):
            a, b = points[route.start], points[route.end]
            length = math.hypot(b[0] - a[0], b[1] - a[1])
            aside = BEND * length if length > STRAIGHT * s else 0.0
            if len(routes) > 1:
                gap = (math.fsum(widths[other.id] for other in routes) + APART * s) / len(routes)
                aside = (number - (len(routes) - 1) / 2) * max(2 * aside, 1.5 * gap)
            paths[route.id] = Polyline(_curve(a, b, aside if route.start == first else -aside))
    return paths


def _road_points(paths: Mapping[str, Polyline], widths: Mapping[str, float], s: float) -> list[Point]:
    """Return points along all roads, those of broad ones twice: they are the last to be covered."""
    step = ROAD_STEP * s
    return [
        path.at(step * (number + 0.5))[:2]
        for route, path in paths.items()
        for number in range(int(path.length / step))
        for _ in range(2 if widths[route] > BROAD * s else 1)
    ]


def _curve(a: Point, b: Point, aside: float) -> list[Point]:
    """Return a line from a to b that bends aside in the middle, to the right of its way."""
    if not aside:
        return [a, b]
    across, down = b[0] - a[0], b[1] - a[1]
    length = math.hypot(across, down) or 1.0
    control = ((a[0] + b[0]) / 2 - down / length * 2 * aside, (a[1] + b[1]) / 2 + across / length * 2 * aside)
    shares = (step / CURVE_STEPS for step in range(CURVE_STEPS + 1))
    return [
        (
            (1 - u) ** 2 * a[0] + 2 * u * (1 - u) * control[0] + u * u * b[0],
            (1 - u) ** 2 * a[1] + 2 * u * (1 - u) * control[1] + u * u * b[1],
        )
        for u in shares
    ]


@functools.lru_cache(MAX_CACHED)
def _ground(
    towns: tuple[Position, ...], here: Projection
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], tuple[int, int]]:
    """Return nearness, fade, relief and grid; distances are those on the ground."""
    side = CELL * here.s
    rows = max(1, math.ceil(here.region.height / side))
    columns = max(1, math.ceil(here.region.width / side))
    x = here.region.x + (np.arange(columns) + 0.5) * side
    y = here.region.y + (np.arange(rows) + 0.5) * side
    places = np.array([here.point(at) for at in towns], dtype=np.float64).reshape(-1, 2) / here.ppk
    ground = x / here.ppk
    east = ground[None, :, None] - places[None, None, :, 0]
    north = y[:, None, None] / here.ppk - places[None, None, :, 1]
    squared = (east**2 + north**2).reshape(rows * columns, -1)
    weights = 1.0 / (squared + SOFTNESS**2) ** 2.2
    nearness = weights / weights.sum(axis=1, keepdims=True)
    fade = np.exp(-np.sqrt(squared.min(axis=1)) / FADING)
    over = np.broadcast_to(ground[None, :], (rows, columns))
    under = np.broadcast_to(y[:, None] / here.ppk - places[0, 1], (rows, columns))
    return nearness, fade, _texture(over, under).ravel(), (rows, columns)


def _texture(east: NDArray[np.float64], south: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a soft relief over the ground, from waves that no two share a length."""
    waves = np.zeros_like(east)
    for number in range(1, 6):
        turn = 2.4 * number
        along = east * math.cos(turn) + south * math.sin(turn)
        athwart = south * math.cos(turn) - east * math.sin(turn)
        pitch = 0.16 * 1.55**number
        waves += np.sin(along * pitch + 1.7 * np.sin(athwart * pitch * 0.6 + number)) / number
    return waves / 2.3
