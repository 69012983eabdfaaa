"""Where places lie on the map: a projection that frames the front, and what zooming and panning change.

East and north may have different scales, as in every plain map of degrees: a front that runs north to south
is drawn wider than it is, within limits, and the scale bar shows both. Ways to the east and the west are
drawn shorter the farther they lie from the front: dozens of villages stand there, and long roads lead to it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sim.scene.layout import Rect
from sim.scene.view_model import Camera

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.model.quantities import Kilometres
    from sim.model.scenario import Position, Route, Scenario
    from sim.scene.shapes import Point

DEGREE: Final = 111.2
"""A degree of latitude; km."""
WIDEST: Final = 2.4
"""How much larger the scale to the east may be than to the north, at the front."""
COMPRESSION: Final = 0.22
"""How far from the front its scale is halved or so, of the way to the farthest town."""
MAX_DISTANCE: Final = 6.0
"""Beyond so many times the distance at which places gather, all lies equally far: no town does."""
MARGIN: Final = (88.0, 34.0)
"""Left free round the framed towns, across and down; pixels at scale 1."""
TAB_INSET: Final = (50.0, 17.0)
"""How far from the map's edges a tab's middle lies; pixels at scale 1."""
SCALE_BAR: Final = (150.0, 76.0)
"""What the scale bar takes of the lower left corner; pixels at scale 1."""
SHORTEST: Final = 0.05
"""Of routes; km."""
ZOOMS: Final = (0.5, 16.0)


@dataclass(frozen=True, slots=True)
class Projection:
    """Places to pixels and back."""

    region: Rect
    s: float
    zoom: float
    across: float
    down: float
    """Pixels per km to the east, at the front, and to the north."""
    center: tuple[float, float]
    """The middle of the region: its latitude, and how far to the east of the front it is drawn; km."""
    front: float
    """Longitude of the front, where the scale to the east is largest."""
    compression: float
    """How far from the front the scale falls by 1/√2; km."""
    degree_east: float
    """A degree of longitude, the same all over the map; km."""

    def point(self, at: Position) -> Point:
        """Return where a place lies in the window; pixels."""
        lat, east = self.center
        drawn = _drawn((at.lon - self.front) * self.degree_east, self.compression)
        return (
            self.region.x + self.region.width / 2 + (drawn - east) * self.across,
            self.region.y + self.region.height / 2 - (at.lat - lat) * DEGREE * self.down,
        )

    def east_of_front(self, x: float) -> float:
        """Return how far to the east of the front a column of the window lies on the ground; km."""
        drawn = (x - self.region.x - self.region.width / 2) / self.across + self.center[1]
        return self.compression * math.sinh(min(max(drawn / self.compression, -MAX_DISTANCE), MAX_DISTANCE))

    def kilometres(self, across: float, down: float) -> tuple[float, float]:
        """Return a vector in pixels as one to the east and to the north at the scale of the front; km."""
        return across / self.across, -down / self.down

    def clamped(self, point: Point) -> Point:
        """Return a point moved into the region, so that a tab there is whole, and off the scale bar."""
        inset_x, inset_y = (inset * self.s for inset in TAB_INSET)
        y = min(max(point[1], self.region.y + inset_y), self.region.bottom - inset_y)
        is_low = y > self.region.bottom - SCALE_BAR[1] * self.s
        left = self.region.x + inset_x + (SCALE_BAR[0] * self.s if is_low else 0.0)
        return min(max(point[0], left), self.region.right - inset_x), y

    def shows(self, point: Point, margin: float = 0.0) -> bool:
        """Return whether a point lies in the region, or within a margin outside it."""
        return (
            self.region.x - margin <= point[0] <= self.region.right + margin
            and self.region.y - margin <= point[1] <= self.region.bottom + margin
        )


def projection(scenario: Scenario, region: Rect, s: float, camera: Camera) -> Projection:
    """Return the map's projection: at zoom 1 the front fills its height, and the rear its width."""
    south, north, west, east = _front_box(scenario)
    rear = [town.at.lon for town in scenario.towns if town.base is None]  # bases may stand at the map's edge
    rear = rear or [town.at.lon for town in scenario.towns]
    lat, front = (south + north) / 2, (west + east) / 2
    degree_east = DEGREE * _shrink(lat)
    ends = [(min(*rear, west) - front) * degree_east, (max(*rear, east) - front) * degree_east]
    compression = max(1.0, COMPRESSION * max(map(abs, ends)))
    left, right = (_drawn(end, compression) for end in ends)
    down = max(1.0, region.height - 2 * MARGIN[1] * s) / max(1.0, (north - south) * DEGREE)
    across = max(1.0, region.width - 2 * MARGIN[0] * s) / max(1.0, right - left)
    if across < down:
        down = max(across, down / WIDEST)
    across = min(max(across, down), down * WIDEST)
    center = (lat + camera.north / DEGREE, (left + right) / 2 + camera.east)
    across, down = across * camera.zoom, down * camera.zoom
    return Projection(region, s, camera.zoom, across, down, center, front, compression, degree_east)


def zoomed(camera: Camera, factor: float, *, east: float = 0.0, north: float = 0.0) -> Camera:
    """Return a camera nearer or farther; what lies `east` and `north` of the middle, in km, stays put."""
    zoom = min(max(camera.zoom * factor, ZOOMS[0]), ZOOMS[1])
    share = 1.0 - camera.zoom / zoom
    return Camera(zoom, camera.east + east * share, camera.north + north * share)


def panned(camera: Camera, east: float, north: float) -> Camera:
    """Return a camera whose middle lies so many km farther to the east and to the north."""
    return replace(camera, east=camera.east + east, north=camera.north + north)


def town_points(scenario: Scenario, here: Projection) -> tuple[Mapping[str, Point], frozenset[str]]:
    """Return where every town is drawn, and which bases are tabs because they lie beyond the map's edge."""
    points: dict[str, Point] = {}
    tabs = []
    for town in scenario.towns:
        point = here.point(town.at)
        if town.base is not None and here.clamped(point) != point:
            tabs.append(town.id)
            point = here.clamped(point)
        points[town.id] = point
    return points, frozenset(tabs)


def route_length(scenario: Scenario, route: Route) -> Kilometres:
    """Return a route's own length, else the way on the ground with its windings, as the model has it.

    The domain's graph knows this too, but takes a quarter of a second to load.
    """
    if route.length is not None:
        return route.length
    ends = {town.id: town.at for town in scenario.towns if town.id in {route.start, route.end}}
    a, b = ends[route.start], ends[route.end]
    east = (b.lon - a.lon) * _shrink((a.lat + b.lat) / 2) * DEGREE
    return max(SHORTEST, math.hypot(east, (b.lat - a.lat) * DEGREE) * scenario.transport.winding)


def _drawn(east: Kilometres, compression: Kilometres) -> Kilometres:
    """Return how far to the east of the front a place is drawn: near it as far as it lies, less beyond."""
    return compression * math.asinh(east / compression)


def _shrink(lat: float) -> float:
    return math.cos(math.radians(lat))


def _front_box(scenario: Scenario) -> tuple[float, float, float, float]:
    """Return south, north, west and east of the towns at the front when the run begins."""
    held = {town.id: town.held_by for town in scenario.towns}
    wanted = dict.fromkeys(scenario.focus)
    for route in scenario.routes:
        if held[route.start] != held[route.end]:
            wanted |= {route.start: None, route.end: None}
    bases = {town.id for town in scenario.towns if town.base is not None}
    at = [town.at for town in scenario.towns if town.id in wanted and town.id not in bases]
    at = at or [town.at for town in scenario.towns]
    lats, lons = [place.lat for place in at], [place.lon for place in at]
    return min(lats), max(lats), min(lons), max(lons)
