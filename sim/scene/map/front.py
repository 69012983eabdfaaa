"""Where the sides meet on the map: a dotted line along every contact, and a bar where its front stands."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Final

from sim.scene.camera import route_length
from sim.scene.map.geometry import town_size
from sim.scene.shapes import Layer, Shape, Stroke

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sim.model.quantities import Kilometres
    from sim.model.scenario import Route
    from sim.scene.lines import Polyline
    from sim.scene.map.geometry import Geometry
    from sim.scene.road_looks import RoadLook
    from sim.scene.shapes import Point
    from sim.scene.view_model import Frame, View

BAR: Final = 7.0
"""Half a bar's length; pixels at plain scale, as all lengths here."""
BAR_WIDTH: Final = 2.4
BAR_GAP: Final = 1.9
"""From the front to the middle of either bar."""
DOTS: Final = (1.7, 3.1)
"""Of the line along a contact: how much is drawn, and left out."""
LINE: Final = 1.7
FRONT_STEP: Final = 2.0
"""Pixels by which a front is seen to move."""


def place_of_front(
    view: View, geometry: Geometry, route: Route, front: Kilometres
) -> tuple[float, float, float]:
    """Return where a front so far from its contact's first town is drawn, and the heading of the way."""
    path, begin, room, share = _standing(view, geometry, route, front)
    return path.at(begin + room * share)


def _standing(
    view: View, geometry: Geometry, route: Route, front: Kilometres
) -> tuple[Polyline, float, float, float]:
    """Return a contact's way, where on it its front's room begins, that room, and the front's share of it."""
    first, last = view.town(route.start), view.town(route.end)
    length = geometry.cached(("length", route.id), lambda: route_length(view.scenario, route))
    share = (front + first.depth) / max(0.1, length + first.depth + last.depth)
    path = geometry.paths[route.id]
    # marks are larger than towns: what is left between them is the room for the front
    sizes = [town_size(town.garrison.strength, geometry.plain_garrison) for town in (first, last)]
    begin, end = ((size + 5.0) * geometry.unit for size in sizes)
    return path, begin, max(0.0, path.length - begin - end), min(1.0, max(0.0, share))


def front_layer(view: View, frame: Frame, geometry: Geometry, looks: Mapping[str, RoadLook]) -> Layer:
    """Return contacts in sight, each end in its holder's colour, and bars where the fronts stand."""
    state, step = view.snapshot(frame.t), FRONT_STEP / geometry.here.ppk
    shown = tuple(
        (route, round(state.fronts[route] / step) * step, tuple(_colors(view, state.held_by, route)))
        for route in geometry.seen
        if looks[route].kind == "contact"
    )
    key = (frame.theme, geometry.here, shown)

    def marks() -> Iterator[tuple[Shape, ...]]:
        for drawn in (_contact, _bars):
            for each in shown:
                mark = (drawn.__name__, frame.theme, *each)
                yield geometry.mark(mark, partial(drawn, view, geometry, *each))

    return geometry.cached_marks("map-front", key, marks)


def _colors(view: View, held_by: Mapping[str, str], route: str) -> Iterator[str]:
    ends = view.route(route)
    yield view.side_color(held_by[ends.start])
    yield view.side_color(held_by[ends.end])


def _bars(
    view: View, geometry: Geometry, route: str, front: Kilometres, colors: Sequence[str]
) -> Iterator[Stroke]:
    return bar(place_of_front(view, geometry, view.route(route), front), geometry.unit, colors)


def _contact(
    view: View, geometry: Geometry, route: str, front: Kilometres, colors: Sequence[str]
) -> Iterator[Stroke]:
    """Yield a dotted line from either end to the front."""
    unit = geometry.unit
    path, begin, room, share = _standing(view, geometry, view.route(route), front)
    at = begin + room * share
    dashes = (DOTS[0] * unit, DOTS[1] * unit)
    for part, color in ((path.part(0.0, at), colors[0]), (path.part(at, path.length)[::-1], colors[1])):
        yield Stroke(tuple(part), "deep", (LINE + 1.6) * unit, alpha=150)
        yield Stroke(tuple(part), color, LINE * unit, dashes)


def bar(at: tuple[float, float, float], unit: float, colors: Sequence[str]) -> Iterator[Stroke]:
    """Yield two bars athwart a way, each in the colour of whoever holds that end."""
    yield Stroke(_athwart(at, 0.0, (BAR + 1.3) * unit), "deep", (2 * BAR_GAP + BAR_WIDTH + 2.6) * unit)
    yield Stroke(_athwart(at, -BAR_GAP * unit, BAR * unit), colors[0], BAR_WIDTH * unit)
    yield Stroke(_athwart(at, BAR_GAP * unit, BAR * unit), colors[1], BAR_WIDTH * unit)


def _athwart(at: tuple[float, float, float], along: float, half: float) -> tuple[Point, Point]:
    x, y, turn = at
    cos, sin = math.cos(turn), math.sin(turn)
    middle = (x + along * cos, y + along * sin)
    return (middle[0] - half * sin, middle[1] + half * cos), (middle[0] + half * sin, middle[1] - half * cos)
