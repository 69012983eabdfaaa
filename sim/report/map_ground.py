"""Where places lie on the report's map, as the window draws it: the front wide, the rear close.

East and north may have different scales, and ways to the east and the west are drawn shorter the farther
they lie from the front: dozens of villages stand there, and long roads lead to it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.analysis.pressure import nominal_capacity

if TYPE_CHECKING:
    from sim.model.scenario import Position, Route, Scenario, Town

Point = tuple[float, float]
WIDTH: Final = 640.0
HEIGHT: Final = 540.0
DEGREE: Final = 111.2
"""A degree of latitude; km."""
WIDEST: Final = 2.4
"""How much larger the scale to the east may be than to the north, at the front."""
GATHERED: Final = 0.14
"""How far from the front its scale is halved or so, of the way to the farthest town."""
MARGIN: Final = (44.0, 26.0)
INSET: Final = (20.0, 16.0)
"""How far from the edges a base that lies beyond them is drawn."""
THINNEST, WIDER = 1.6, 5.4
"""Width of routes: the least, and what the greatest capacity adds."""
BEND: Final = 0.045
"""How far a route leaves the straight line, of its length."""
STRAIGHT: Final = 18.0
"""Shorter routes are drawn straight."""
LARGE_TOWN: Final = 2.4
"""Depth from which a town is drawn as a large one; km."""
RADII: Final = (3.4, 5.0, 5.6)
"""Of a village, a town and a base."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A map's fixed parts, in the units of its drawing.

    Attributes
    ----------
    outside
        Bases drawn at the edge, since they lie beyond it.
    curves
        By route: from its first town over the middle of its bend to its second.
    """

    points: Mapping[str, Point]
    outside: tuple[str, ...]
    curves: Mapping[str, tuple[Point, Point, Point]]
    widths: Mapping[str, float]
    projection: Projection


@dataclass(frozen=True, slots=True)
class Projection:
    """Places to points."""

    across: float
    down: float
    lat: float
    front: float
    drawn_middle: float
    gathered: float
    degree_east: float

    def point(self, at: Position) -> Point:
        """Return where a place is drawn."""
        drawn = _drawn((at.lon - self.front) * self.degree_east, self.gathered)
        return (
            WIDTH / 2 + (drawn - self.drawn_middle) * self.across,
            HEIGHT / 2 - (at.lat - self.lat) * DEGREE * self.down,
        )


def ground(scenario: Scenario) -> Ground:
    """Return a scenario's map."""
    here = projection(scenario)
    points = {}
    outside = []
    for town in scenario.towns:
        point = here.point(town.at)
        points[town.id] = _clamped(point)
        if points[town.id] != point:
            outside.append(town.id)
    highest = max((nominal_capacity(scenario, route) for route in scenario.routes), default=1.0)
    widths = {
        route.id: THINNEST + WIDER * math.sqrt(nominal_capacity(scenario, route) / max(highest, 1.0))
        for route in scenario.routes
    }
    return Ground(points, tuple(outside), _curves(scenario, points, widths), widths, here)


def projection(scenario: Scenario) -> Projection:
    """Return how places become points: the front fills the height, all of it the width."""
    near = _at_the_front(scenario)
    lats = [town.at.lat for town in near]
    lat, front = (min(lats) + max(lats)) / 2, _mean_lon(near)
    degree_east = DEGREE * math.cos(math.radians(lat))
    ends = [(town.at.lon - front) * degree_east for town in scenario.towns]
    gathered = max(1.0, GATHERED * max(map(abs, ends)))
    left, right = _drawn(min(ends), gathered), _drawn(max(ends), gathered)
    down = (HEIGHT - 2 * MARGIN[1]) / max(1.0, (max(lats) - min(lats)) * DEGREE)
    across = (WIDTH - 2 * MARGIN[0]) / max(1.0, right - left)
    if across < down:
        down = max(across, down / WIDEST)
    across = min(max(across, down), down * WIDEST)
    return Projection(across, down, lat, front, (left + right) / 2, gathered, degree_east)


def rank(town: Town) -> int:
    """Return which of the sizes a town's mark has."""
    return 2 if town.base is not None else int(town.depth >= LARGE_TOWN)


def curve_path(curve: tuple[Point, Point, Point]) -> str:
    """Return a route as a line; one without a bend is straight.

    Examples
    --------
    >>> curve_path(((0.0, 0.0), (5.0, 0.0), (10.0, 0.0)))
    'M0 0L10 0'
    """
    (ax, ay), (cx, cy), (bx, by) = curve
    if (cx, cy) == ((ax + bx) / 2, (ay + by) / 2):
        return f"M{ax:.0f} {ay:.0f}L{bx:.0f} {by:.0f}"
    return f"M{ax:.0f} {ay:.0f}Q{cx:.0f} {cy:.0f} {bx:.0f} {by:.0f}"


def middle_of(curve: tuple[Point, Point, Point], share: float = 0.5) -> Point:
    """Return a point on a route.

    Parameters
    ----------
    share
        Of its length, about; from its first town.
    """
    (ax, ay), (cx, cy), (bx, by) = curve
    rest = 1.0 - share
    return (
        rest * rest * ax + 2 * share * rest * cx + share * share * bx,
        rest * rest * ay + 2 * share * rest * cy + share * share * by,
    )


def _at_the_front(scenario: Scenario) -> list[Town]:
    """Return the towns that frame the map: those with garrisons and the ends of contacts, without bases."""
    held = {town.id: town.held_by for town in scenario.towns}
    contacts = {
        name: None
        for route in scenario.routes
        if held[route.start] != held[route.end]
        for name in (route.start, route.end)
    }
    found = [
        town
        for town in scenario.towns
        if town.id in contacts or (town.garrison.strength and town.base is None)
    ]
    return found or list(scenario.towns)


def _mean_lon(towns: list[Town]) -> float:
    lons = [town.at.lon for town in towns]
    return (min(lons) + max(lons)) / 2


def _clamped(point: Point) -> Point:
    """Return a point moved into the map."""
    return (
        min(max(point[0], INSET[0]), WIDTH - INSET[0]),
        min(max(point[1], INSET[1]), HEIGHT - INSET[1]),
    )


def _curves(
    scenario: Scenario, points: Mapping[str, Point], widths: Mapping[str, float]
) -> dict[str, tuple[Point, Point, Point]]:
    """Return every route's line; those that join the same towns bend to either side."""
    together: dict[tuple[str, str], list[Route]] = {}
    for route in scenario.routes:
        first, last = sorted((route.start, route.end))
        together.setdefault((first, last), []).append(route)
    curves = {}
    for (first, _), routes in together.items():
        for number, route in enumerate(routes):
            a, b = points[route.start], points[route.end]
            length = math.hypot(b[0] - a[0], b[1] - a[1])
            aside = BEND * length if length > STRAIGHT else 0.0
            if len(routes) > 1:
                gap = 2.0 + math.fsum(widths[other.id] for other in routes) / len(routes)
                aside = (number - (len(routes) - 1) / 2) * max(2 * aside, 1.5 * gap)
            curves[route.id] = _curve(a, b, aside if route.start == first else -aside)
    return curves


def _curve(a: Point, b: Point, aside: float) -> tuple[Point, Point, Point]:
    """Return a line from a to b that bends aside in the middle, to the right of its way."""
    across, down = b[0] - a[0], b[1] - a[1]
    length = math.hypot(across, down) or 1.0
    middle = (a[0] + b[0]) / 2 - down / length * 2 * aside, (a[1] + b[1]) / 2 + across / length * 2 * aside
    return a, middle, b


def _drawn(east: float, gathered: float) -> float:
    """Return how far to the east of the front a place is drawn: near it as far as it lies, less beyond."""
    return gathered * math.asinh(east / gathered)
