"""Where the sides meet on the map: a tick on every contact, and an arrow for an assault in progress."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.scene.camera import route_length
from sim.scene.shapes import Area, Layer, Shape, Stroke

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sim.model.quantities import Kilometres
    from sim.model.scenario import Route
    from sim.scene.lines import Polyline
    from sim.scene.map.geometry import Geometry
    from sim.scene.shapes import Point
    from sim.scene.view_model import Frame, View

TICK: Final = 7.5
"""Half a tick's length; pixels at scale 1."""
ARROW: Final = ((-13.0, -3.0), (0.0, -4.2), (-1.0, -8.4), (12.0, 0.0), (-1.0, 8.4), (0.0, 4.2), (-13.0, 3.0))
"""An assault's arrow round the front, along its way and athwart; pixels at scale 1."""
STEP: Final = 14.0
ROOM: Final = 10.0
"""Steps in which labels give way to a front, and radius that they leave it; pixels at scale 1."""


def front_point(view: View, frame: Frame, geometry: Geometry, route: Route) -> tuple[float, float, float]:
    """Return where a contact's front stands, and the heading of the way there."""
    return place_of_front(view, geometry, route, view.snapshot(frame.t).fronts[route.id])


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
    # marks are larger than towns: what is left between their rings is the room for the front
    ends = (geometry.radii[first.id] + 3.0 * geometry.here.s, geometry.radii[last.id] + 3.0 * geometry.here.s)
    return path, ends[0], max(0.0, path.length - ends[0] - ends[1]), min(1.0, max(0.0, share))


def front_marks(view: View, frame: Frame, geometry: Geometry) -> tuple[tuple[float, float, float], ...]:
    """Return what labels leave free for fronts, middle and radius; in steps, so that names keep still."""
    s, marks = geometry.here.s, []
    for name, front in view.snapshot(frame.t).fronts.items():
        path, begin, room, share = _standing(view, geometry, view.route(name), front)
        steps = max(1, round(room / (STEP * s)))
        step = min(steps - 1, int(share * steps))
        x, y, _ = path.at(begin + room * (step + 0.5) / steps)
        marks.append((x, y, ROOM * s))
    return tuple(marks)


def front_layer(view: View, frame: Frame, geometry: Geometry) -> Layer:
    """Return ticks where the fronts stand, with each side's colour on its side, and assaults' arrows."""
    state = view.snapshot(frame.t)
    running = view.timeline.assaults_at(frame.t)
    assaults = {assault.route: assault for assault in running if assault.route in state.fronts}
    key = (frame.theme, geometry.here, tuple(state.fronts.items()), tuple(assaults))

    def shapes() -> Iterator[Shape]:
        yield geometry.clip()
        for name in state.fronts:
            route = view.route(name)
            at = front_point(view, frame, geometry, route)
            if name in assaults:
                color = view.side_color(assaults[name].attacker)
                yield _arrow(at, geometry.here.s, color, forth=assaults[name].origin == route.start)
            else:
                ends = (view.side_color(state.held_by[end]) for end in (route.start, route.end))
                yield from _tick(at, geometry.here.s, tuple(ends))

    return geometry.cached_layer("map-front", key, shapes)


def _tick(at: tuple[float, float, float], s: float, colors: Sequence[str]) -> Iterator[Stroke]:
    """Yield a tick athwart a way: a rim, and a line in the colour of whoever holds that end."""
    yield Stroke(_athwart(at, 0.0, (TICK + 1.2) * s), "deep", 7.0 * s)
    yield Stroke(_athwart(at, -1.4 * s, TICK * s), colors[0], 2.2 * s)
    yield Stroke(_athwart(at, 1.4 * s, TICK * s), colors[1], 2.2 * s)


def _athwart(at: tuple[float, float, float], along: float, half: float) -> tuple[Point, Point]:
    x, y, turn = at
    cos, sin = math.cos(turn), math.sin(turn)
    middle = (x + along * cos, y + along * sin)
    return (middle[0] - half * sin, middle[1] + half * cos), (middle[0] + half * sin, middle[1] - half * cos)


def _arrow(at: tuple[float, float, float], s: float, color: str, *, forth: bool) -> Area:
    x, y, turn = at
    turn = turn if forth else turn + math.pi
    cos, sin = math.cos(turn) * s, math.sin(turn) * s
    return Area(
        tuple((x + along * cos - athwart * sin, y + along * sin + athwart * cos) for along, athwart in ARROW),
        color,
        "deep",
        1.4 * s,
    )
