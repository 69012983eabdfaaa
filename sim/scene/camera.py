"""Where places lie on the map: one plain scale, north up, and what zooming and panning change.

Degrees become kilometres at the middle latitude of the scenario, the same all over the map. A `Camera` is
told from the heart of the scenario, so that it means the same in a window of any size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sim.scene.layout import Rect
from sim.scene.view_model import Camera

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.model.quantities import Kilometres
    from sim.model.scenario import Position, Route, Scenario
    from sim.scene.shapes import Point

DEGREE: Final = 111.2
"""A degree of latitude; km."""
PLAIN_SCALE: Final = 18.0
"""Pixels per km at scale 1 at which marks have their plain size."""
MARK_GROWTH: Final = 0.55
"""Marks grow slower than the ground: by this power of the scale."""
MARK_SIZES: Final = (0.62, 2.15)
HEART_MARGIN: Final[Kilometres] = 6.0
FRONT_MARGIN: Final[Kilometres] = 4.0
INSIDE: Final[Kilometres] = 1.5
"""How far inside the heart a town lies, at least, to be seen without what is outside."""
EDGE: Final = 26.0
"""Left free at the edges of the map's region; pixels at scale 1."""
CLOSE: Final = 62.0
"""Scale of the close view; pixels per km at scale 1."""
LARGEST_SCALE: Final = 400.0
"""Views that frame towns are not nearer than that; pixels per km at scale 1."""
SHORTEST: Final[Kilometres] = 0.05
"""Of routes."""
ZOOMS: Final = (0.08, 16.0)


@dataclass(frozen=True, slots=True)
class Projection:
    """Places to pixels and back."""

    region: Rect
    s: float
    ppk: float
    """Pixels per km."""
    lat: float
    lon: float
    """The place in the middle of the region."""
    degree_east: float
    """A degree of longitude, the same all over the map; km."""

    @property
    def m(self) -> float:
        """By what marks are larger than plain at scale 1; multiply lengths of marks by `s` and this."""
        low, high = MARK_SIZES
        size: float = (self.ppk / self.s / PLAIN_SCALE) ** MARK_GROWTH
        return min(max(size, low), high)

    def point(self, at: Position) -> Point:
        """Return where a place lies in the window; pixels."""
        return (
            self.region.x + self.region.width / 2 + (at.lon - self.lon) * self.degree_east * self.ppk,
            self.region.y + self.region.height / 2 - (at.lat - self.lat) * DEGREE * self.ppk,
        )

    def kilometres(self, across: float, down: float) -> tuple[float, float]:
        """Return a vector in pixels as one to the east and to the north; km."""
        return across / self.ppk, -down / self.ppk

    def shows(self, point: Point, margin: float = 0.0) -> bool:
        """Return whether a point lies in the region, or within a margin outside it."""
        return (
            self.region.x - margin <= point[0] <= self.region.right + margin
            and self.region.y - margin <= point[1] <= self.region.bottom + margin
        )


def projection(scenario: Scenario, region: Rect, s: float, camera: Camera) -> Projection:
    """Return the map's projection through a camera; a plain `Camera` shows the heart."""
    heart = _framed(scenario, _heart(scenario), HEART_MARGIN, region, s)
    lat = heart.lat + camera.north / DEGREE
    lon = heart.lon + camera.east / heart.degree_east
    return replace(heart, ppk=heart.ppk * camera.zoom, lat=lat, lon=lon)


def front_camera(scenario: Scenario, region: Rect, s: float) -> Camera:
    """Return the camera that shows all contacts of the first day."""
    front = _framed(scenario, _front(scenario), FRONT_MARGIN, region, s)
    return _camera_of(scenario, front, region, s)


def close_camera(scenario: Scenario, region: Rect, s: float, at: Position, scale: float = CLOSE) -> Camera:
    """Return a camera near a place; `scale` is in pixels per km at scale 1."""
    heart = projection(scenario, region, s, Camera())
    return _camera_of(scenario, replace(heart, ppk=scale * s, lat=at.lat, lon=at.lon), region, s)


def within_heart(camera: Camera, scenario: Scenario, region: Rect, s: float) -> Camera:
    """Return a camera moved aside so that it shows nothing outside the heart, if its middle lies there."""
    heart = projection(scenario, region, s, Camera())
    share = 1.0 - 1.0 / max(camera.zoom, 1.0)
    wide, tall = region.width / heart.ppk / 2, region.height / heart.ppk / 2
    if abs(camera.east) > wide - INSIDE or abs(camera.north) > tall - INSIDE:
        return camera
    east = min(max(camera.east, -wide * share), wide * share)
    return replace(camera, east=east, north=min(max(camera.north, -tall * share), tall * share))


def whole_projection(scenario: Scenario, region: Rect, s: float) -> Projection:
    """Return the projection of an inset: all towns fill the region, with little left free."""
    places = [town.at for town in scenario.towns]
    return _framed(scenario, places, 0.0, region, s, edge=10.0)


def zoomed(camera: Camera, factor: float, *, east: float = 0.0, north: float = 0.0) -> Camera:
    """Return a camera nearer or farther; what lies `east` and `north` of the middle, in km, stays put."""
    zoom = min(max(camera.zoom * factor, ZOOMS[0]), ZOOMS[1])
    share = 1.0 - camera.zoom / zoom
    return Camera(zoom, camera.east + east * share, camera.north + north * share)


def panned(camera: Camera, east: float, north: float) -> Camera:
    """Return a camera whose middle lies so many km farther to the east and to the north."""
    return replace(camera, east=camera.east + east, north=camera.north + north)


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


def _camera_of(scenario: Scenario, here: Projection, region: Rect, s: float) -> Camera:
    """Return the camera through which a projection is seen."""
    heart = projection(scenario, region, s, Camera())
    east, north = (here.lon - heart.lon) * here.degree_east, (here.lat - heart.lat) * DEGREE
    return Camera(here.ppk / heart.ppk, east, north)


def _framed(
    scenario: Scenario,
    places: Iterable[Position],
    margin: Kilometres,
    region: Rect,
    s: float,
    edge: float = EDGE,
) -> Projection:
    """Return the projection in which places fill a region, with a margin round them."""
    places = tuple(places)
    lats, lons = [at.lat for at in places], [at.lon for at in places]
    lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    degree_east = DEGREE * _shrink(_middle(scenario))
    tall, wide = (max(lats) - min(lats)) * DEGREE, (max(lons) - min(lons)) * degree_east
    margin = min(margin, max(tall, wide) / 4)
    across = max(1.0, region.width - 2 * edge * s) / max(0.1, wide + 2 * margin)
    down = max(1.0, region.height - 2 * edge * s) / max(0.1, tall + 2 * margin)
    return Projection(region, s, min(across, down, LARGEST_SCALE * s), lat, lon, degree_east)


def _middle(scenario: Scenario) -> float:
    """Return the scenario's middle latitude."""
    lats = [town.at.lat for town in scenario.towns]
    return (min(lats) + max(lats)) / 2


def _shrink(lat: float) -> float:
    return math.cos(math.radians(lat))


def _heart(scenario: Scenario) -> list[Position]:
    """Return the towns in focus; without at least two, those at the front."""
    focus = [town.at for town in scenario.towns if town.id in scenario.focus]
    return focus if len(focus) > 1 else _front(scenario)


def _front(scenario: Scenario) -> list[Position]:
    """Return the towns at both ends of the first day's contacts; without any, all towns."""
    held = {town.id: town.held_by for town in scenario.towns}
    wanted = {
        end
        for route in scenario.routes
        if held[route.start] != held[route.end]
        for end in (route.start, route.end)
    }
    found = [town.at for town in scenario.towns if town.id in wanted]
    return found or [town.at for town in scenario.towns]
