"""Routes on the map: what they can carry, how hard they are pressed, what runs along, where they are cut."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Final

from sim.analysis.pressure import is_bottleneck, is_cut, nominal_capacity, pressure, pressure_key
from sim.model.quantities import DAY
from sim.scene.shapes import Arrowhead, Disc, Glow, Layer, Shape, Stroke
from sim.scene.side_by_side import LESS, differing_color
from sim.scene.theme import PRESSURE_TOKENS, pressure_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.analysis.pressure import Split
    from sim.model.quantities import Seconds
    from sim.model.scenario import Route
    from sim.model.state import ConvoyOnRoad, State
    from sim.scene.map.geometry import Geometry
    from sim.scene.shapes import Point
    from sim.scene.view_model import Frame, View

SPARSE: Final = 110.0
DENSE: Final = 17.0
"""Pixels at scale 1 between arrowheads where hardly anything flows, and at the greatest flow."""
STEEP: Final = 1.9
"""How soon arrowheads stand densest: half the greatest capacity is as dense as it gets, nearly."""
SLOW: Final = 7.0
FAST: Final = 34.0
"""Pixels a second at scale 1 that arrowheads run, by utilisation."""
NOTHING: Final = 0.05
"""A smaller flow is none; t/day."""
FLASH: Final = 0.6
"""Screen time for which a convoy shows that it was attacked; s."""
GLOW: Final = {"dark": 0.62, "light": 0.2}
"""Strength of the light along the most pressed roads, by theme."""
CONTESTED_LIGHT: Final = 0.75
"""How strong it is along contested roads, of that."""
GLOWING: Final = PRESSURE_TOKENS[-1]
CONTACT_WIDTH: Final = 1.6


def road_color(view: View, frame: Frame, state: State, route: Route) -> str:
    """Return the colour of a route under what the window's mode shows."""
    if "pressure" not in frame.layers:
        return PRESSURE_TOKENS[0]
    if frame.road_mode == "bottleneck":
        return PRESSURE_TOKENS[4 if is_bottleneck(state, route.id) else 0]
    split = split_of(view, state, route)
    shares = {"lost": split.denied, "in use": split.used, "free": split.spare}
    return pressure_token(shares.get(frame.road_mode, split.pressure))


def split_of(view: View, state: State, route: Route) -> Split:
    """Return how a route's capacity is split; kept while nothing that it depends on changes."""
    key = pressure_key(state, route.id)
    return view.cached(f"split of {route.id}", key, lambda: pressure(view.scenario, state, route))


def road_looks(view: View, frame: Frame) -> dict[str, str]:
    """Return how every route looks: ``contact``, ``cut``, or the colour that it is drawn in."""
    state = view.snapshot(frame.t)
    color = partial(road_color, view, frame, state)
    if view.beside is not None and frame.comparing == "difference":
        color = partial(differing_color, view, view.beside.alone(), frame, state)
    looks: dict[str, str] = {}
    for route in view.scenario.routes:
        if route.id in state.fronts:
            looks[route.id] = "contact"
        elif is_cut(state, route.id):
            looks[route.id] = "cut"
        else:
            looks[route.id] = color(route)
    return looks


def light_layer(frame: Frame, geometry: Geometry, looks: Mapping[str, str]) -> Layer:
    """Return soft light along contested roads, and along the most pressed ones; it lies under all roads."""
    lit = tuple((route, look) for route, look in looks.items() if look in {"contact", GLOWING})
    key = (frame.theme, geometry.here, lit)
    s, light = geometry.here.s, GLOW[frame.theme]

    def shapes() -> Iterator[Shape]:
        yield geometry.clip()
        for route, look in lit:
            points = geometry.paths[route].points
            if look == "contact":
                yield Glow(points, "ink", 20.0 * s, light * CONTESTED_LIGHT)
            else:
                yield Glow(points, GLOWING, geometry.widths[route] + 16.0 * s, light)

    return geometry.cached_layer("map-light", key, shapes)


def roads_layer(view: View, frame: Frame, geometry: Geometry, looks: Mapping[str, str]) -> Layer:
    """Return every route: contacts thin, the others as wide as they carry, as bright as they are pressed."""
    state = view.snapshot(frame.t)
    bound = tuple(route.id for route in view.scenario.routes if is_bottleneck(state, route.id))
    chosen = frame.selection.name if frame.selection and frame.selection.kind == "route" else None
    pointed = frame.hover.name if frame.hover and frame.hover.kind == "route" else None
    key = (frame.theme, geometry.here, tuple(looks.values()), bound, chosen, pointed)

    def shapes() -> Iterator[Shape]:
        yield geometry.clip()
        yield from _contacts(geometry, looks)
        yield from _beneath(geometry, bound, chosen, pointed)
        yield from _roads(view, geometry, looks)

    return geometry.cached_layer("map-roads", key, shapes)


def _contacts(geometry: Geometry, looks: Mapping[str, str]) -> Iterator[Stroke]:
    """Yield contacts: nothing is carried over them, and their width says nothing."""
    s = geometry.here.s
    for route, look in looks.items():
        if look == "contact":
            points = geometry.paths[route].points
            yield Stroke(points, "deep", (CONTACT_WIDTH + 2.0) * s)
            yield Stroke(points, "ink2", CONTACT_WIDTH * s, dashes=(2.5 * s, 3.0 * s))


def _beneath(
    geometry: Geometry, bound: tuple[str, ...], chosen: str | None, pointed: str | None
) -> Iterator[Stroke]:
    """Yield what shows at both edges of a route: the double line of a bottleneck, and being selected."""
    s = geometry.here.s
    for route in bound:
        width = geometry.widths[route]
        yield Stroke(geometry.paths[route].points, "ink", width + 7.5 * s)
        yield Stroke(geometry.paths[route].points, "deep", width + 4.5 * s)
    for picked in (pointed, chosen):
        if picked is not None and picked in geometry.paths:
            yield Stroke(geometry.paths[picked].points, "accent", geometry.widths[picked] + 8.0 * s)


def _roads(view: View, geometry: Geometry, looks: Mapping[str, str]) -> Iterator[Stroke]:
    """Yield rims and then roads, the lesser pressed first, so that crossings stay legible."""
    s = geometry.here.s
    carrying = [route for route, look in looks.items() if look not in {"contact", "cut"}]
    for route in carrying:
        yield Stroke(geometry.paths[route].points, "deep", geometry.widths[route] + 2.2 * s)
    for route in sorted(carrying, key=lambda route: looks[route]):
        token = looks[route].removesuffix(LESS)
        dashes = (9.0 * s, 6.0 * s) if looks[route] != token else None
        yield Stroke(geometry.paths[route].points, token, geometry.widths[route], dashes)
        if view.route(route).kind == "rail":
            width = max(1.2 * s, geometry.widths[route] * 0.3)
            yield Stroke(geometry.paths[route].points, "deep", width, (5.0 * s, 5.0 * s))
    for route, look in looks.items():
        if look == "cut":
            yield Stroke(geometry.paths[route].points, "deep", 4.6 * s)
            yield Stroke(geometry.paths[route].points, "ink2", 2.4 * s, dashes=(6.0 * s, 5.0 * s))


def flow_layer(view: View, frame: Frame, geometry: Geometry) -> Layer:
    """Return what runs along the roads: arrowheads of the plan, in screen time, and this run's convoys."""
    state = view.snapshot(frame.t)
    shapes: list[Shape] = [geometry.clip()]
    if "supply" in frame.layers:
        highest = max((nominal_capacity(view.scenario, route) for route in view.scenario.routes), default=1.0)
        for route in view.scenario.routes:
            flow = state.flows.get(route.id, 0.0)
            if abs(flow) >= NOTHING and route.id not in state.fronts and not is_cut(state, route.id):
                split = split_of(view, state, route)
                shapes += _heads(view, frame, geometry, route, flow / highest, split)
        shapes += _convoys(view, frame, geometry, state)
    return Layer("map-flow", None, tuple(shapes))


def _heads(
    view: View, frame: Frame, geometry: Geometry, route: Route, flow: float, split: Split
) -> Iterator[Arrowhead]:
    """Yield a route's arrowheads; `flow` is a share of the greatest capacity, negative towards its start."""
    s = geometry.here.s
    path = geometry.paths[route.id]
    ends = (geometry.radii[route.start] + 4.0 * s, geometry.radii[route.end] + 4.0 * s)
    room = path.length - ends[0] - ends[1]
    size = min(geometry.widths[route.id] * 0.8 + 3.2 * s, 9.5 * s)
    if room < size / 2:
        return
    spacing = (SPARSE - (SPARSE - DENSE) * min(1.0, math.sqrt(abs(flow)) * STEEP)) * s
    count = max(1, round(room / spacing))
    step = room / count
    used = min(1.0, split.used / max(1.0 - split.denied, split.used, 0.01))
    gone = 0.5 if frame.reduced_motion else (0.5 + frame.clock * (SLOW + FAST * used) * s / step) % 1.0
    color = view.side_color(view.snapshot(frame.t).held_by[route.start], is_tint=True)
    for number in range(count):
        way = step * (number + gone)
        passed = ends[0] + way if flow > 0 else path.length - ends[1] - way
        x, y, turn = path.at(passed)
        if geometry.here.shows((x, y), size):
            yield Arrowhead((x, y), turn if flow > 0 else turn + math.pi, size, color, edge="deep")


def _convoys(view: View, frame: Frame, geometry: Geometry, state: State) -> Iterator[Disc]:
    """Yield a small bright dot for each convoy; one that was just attacked flashes."""
    s = geometry.here.s
    screen_day = max(frame.seconds_per_day, 1e-6) if frame.playing else math.inf
    since = round(FLASH / screen_day * DAY)
    hit = {attack.convoy for attack in view.timeline.attacks_between(state.t - since, state.t)}
    for number, convoy in state.convoys.items():
        point = convoy_point(view, geometry, convoy, state.t)
        if point is None or not geometry.here.shows(point):
            continue
        if number in hit and not frame.reduced_motion:
            yield Disc(point, 8.0 * s, None, "ink", 2.0 * s)
        yield Disc(point, 3.3 * s, "ink", "deep", 1.2 * s)


def convoy_point(view: View, geometry: Geometry, convoy: ConvoyOnRoad, t: Seconds) -> Point | None:
    """Return where a convoy is drawn, or None if the map does not know the place."""
    if convoy.held_at is not None:
        return geometry.points.get(convoy.held_at)
    town, leg_start = convoy.origin, convoy.departed
    for name, due in zip(convoy.routes, convoy.times, strict=True):
        route = view.route(name)
        if t < due:
            path = geometry.paths[name]
            share = min(1.0, max(0.0, (t - leg_start) / max(1, due - leg_start)))
            return path.at(path.length * (share if route.start == town else 1.0 - share))[:2]
        town = route.end if route.start == town else route.start
        leg_start = due
    return geometry.points.get(town)
