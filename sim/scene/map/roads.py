"""Roads on the map as tubes: room inside, walls that warn, what is lost hatched, damage where it lies.

Convoys and queues, which move, are in `traffic`.
"""

from __future__ import annotations

import itertools
import math
import zlib
from functools import partial
from typing import TYPE_CHECKING, Final

from sim.model.events import RepairStarted
from sim.scene.lines import Polyline, moved
from sim.scene.map.geometry import RIVER, WALL
from sim.scene.map.ground import river_shapes
from sim.scene.road_looks import road_ends, upstream_roads
from sim.scene.shapes import Arc, Area, Box, Disc, Glow, Hatch, Layer, Shape, Stroke

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sim.model.quantities import Seconds, Share
    from sim.scene.map.geometry import Geometry
    from sim.scene.road_looks import RoadLook
    from sim.scene.shapes import Point
    from sim.scene.view_model import Frame, View

WARNING_WALL: Final = 2.2
"""Of roads that are tight or full, at plain scale; `WALL` of calm ones."""
CASING: Final = 1.6
"""Dark round a tube, on either side."""
UNLIT: Final = 150
"""Alpha of the veil over all but the roads of a selected town."""
QUIET: Final = 1.1
"""Width of a road that carries nothing and is whole."""
SHOULDERS: Final = 16
"""Steps in which what is lost along a road is drawn."""
LEAST_SHOULDER: Final[Share] = 0.04
PINCH: Final = 24.0
"""Length over which damage narrows a road; pixels at plain scale."""
GLOW: Final = {"dark": 0.5, "light": 0.2}
"""Strength of the light along full roads that keep something away."""
CRATER: Final = 7.4
RING: Final = 10.0
"""Radii of a crater, and of the ring that fills until it is repaired; pixels at plain scale."""
FAR_SCALE: Final = 13.0
AFAR: Final = 0.55
"""Pixels per km at scale 1 below which craters are smaller than other marks, and by how much at most."""
REPAIR_STEPS: Final = 12
NOTABLE: Final[Share] = 0.03
"""Lesser damage has no crater."""
CROWDED: Final = 24.0
"""So near to a larger bridge a whole one is left out; pixels at plain scale."""
LONE: Final = 46.0
"""So far from all others a bridge's parapets flare out; pixels at plain scale."""
FLARE: Final = (3.4, 4.2)
"""How far a bridge's parapets stand out at their ends: along, and aside; pixels at plain scale."""
ORDER: Final = ("idle", "cut", "calm", "tight", "full")


def roads_layer(view: View, frame: Frame, geometry: Geometry, looks: Mapping[str, RoadLook]) -> Layer:
    """Return every road in sight, the worst last."""
    chosen = frame.selection.name if frame.selection and frame.selection.kind == "route" else None
    pointed = frame.hover.name if frame.hover and frame.hover.kind == "route" else None
    drawn = tuple(
        (route, looks[route].kind, looks[route].side, _shoulder(looks[route]), round(looks[route].damage, 2))
        for route in geometry.seen
        if looks[route].kind != "contact"
    )
    lit = lit_roads(view, frame, looks)
    key = (frame.theme, geometry.here, drawn, chosen, pointed, lit)

    def shapes() -> Iterator[Shape]:
        yield geometry.clip()
        region = geometry.here.region
        if lit:
            yield from _roads(view, geometry, looks, [route for route in geometry.seen if route not in lit])
            yield Box(region.x, region.y, region.width, region.height, "bg", alpha=UNLIT)
            yield from river_shapes(geometry)
        for picked in (pointed, chosen):
            if picked is not None and picked in geometry.paths:
                width = max(geometry.widths[picked], 4.0 * geometry.unit) + 7.0 * geometry.here.s
                yield Stroke(geometry.paths[picked].points, "accent", width)
                if not is_tube(looks[picked]):
                    # nothing covers its middle: filled, a cut road would look like a busy one
                    yield Stroke(geometry.paths[picked].points, "bg", width - 6.0 * geometry.here.s)
        shown = [route for route in geometry.seen if not lit or route in lit]
        yield from _roads(view, geometry, looks, shown)

    return geometry.cached_layer("map-roads", key, shapes)


def _shoulder(look: RoadLook) -> Share:
    """Return what is lost along a road, in steps."""
    return 0.0 if look.along < LEAST_SHOULDER else round(look.along * SHOULDERS) / SHOULDERS


def wall_width(geometry: Geometry, look: RoadLook) -> float:
    """Return how thick a road's walls are; pixels."""
    plain = WARNING_WALL if look.kind in {"tight", "full"} else WALL
    width: float = plain * geometry.here.s * geometry.here.m**0.6
    return width


def inside(geometry: Geometry, look: RoadLook) -> float:
    """Return the width that is free for convoys inside a road's walls and shoulders; pixels."""
    between: float = geometry.widths[look.route] - 2 * wall_width(geometry, look)
    return between * (1.0 - _shoulder(look))


def is_tube(look: RoadLook) -> bool:
    """Return whether a road is drawn as a tube, and not as a line."""
    return look.kind in {"calm", "tight", "full"}


def lit_roads(view: View, frame: Frame, looks: Mapping[str, RoadLook]) -> frozenset[str]:
    """Return the roads on which supply comes to the selected town; none where none is selected."""
    selection = frame.selection
    if selection is None or selection.kind != "town":
        return frozenset()
    return upstream_roads(view, looks, selection.name)


def lit_towns(view: View, frame: Frame, looks: Mapping[str, RoadLook]) -> frozenset[str]:
    """Return the towns on those roads."""
    return frozenset(
        town for route in lit_roads(view, frame, looks) for town in road_ends(view, looks[route])
    )


def _roads(
    view: View, geometry: Geometry, looks: Mapping[str, RoadLook], routes: Sequence[str]
) -> Iterator[Shape]:
    s = geometry.here.s
    shown = sorted(
        (looks[route] for route in routes if looks[route].kind != "contact"),
        key=lambda look: ORDER.index(look.kind),
    )
    for look in shown:
        points = _visible(geometry, look.route)
        if look.kind == "idle":
            yield Stroke(points, "deep", (QUIET + CASING) * s)
            yield Stroke(points, "calm", max(1.0, QUIET * s))
            if view.route(look.route).kind == "rail":
                yield Hatch(points, "calm", 5.0 * s, 7.0 * s, max(1.0, 0.8 * s))
        elif look.kind == "cut":
            aside = max(2.0 * s, geometry.widths[look.route] / 2)
            for side in (-aside, aside):
                yield Stroke(_beside(points, side), "full", WARNING_WALL * s, dashes=(9.0 * s, 6.0 * s))
    # one pass after the other, each in the same order: insides join where roads meet, and where one road
    # changes, what is drawn before and after it does not
    tubes = [looks[route] for route in routes if is_tube(looks[route])]
    casing = 2 * CASING * s
    for look in tubes:
        yield Stroke(_visible(geometry, look.route), "deep", geometry.widths[look.route] + casing)
    for look in sorted(tubes, key=lambda look: ORDER.index(look.kind)):
        yield Stroke(_visible(geometry, look.route), look.kind, geometry.widths[look.route])
    for look in tubes:
        between = geometry.widths[look.route] - 2 * wall_width(geometry, look)
        yield Stroke(_visible(geometry, look.route), "lane", between)
    for look in tubes:
        yield from _lost(geometry, look)


def light_layer(view: View, frame: Frame, geometry: Geometry, looks: Mapping[str, RoadLook]) -> Layer:
    """Return light along full roads, under all roads."""
    lit = lit_roads(view, frame, looks) or frozenset(looks)
    full = tuple(route for route in geometry.seen if looks[route].kind == "full" and route in lit)

    def shapes() -> Iterator[Shape]:
        yield geometry.clip()
        for route in full:
            width = geometry.widths[route] + 12.0 * geometry.here.s
            yield Glow(_visible(geometry, route), "full", width, GLOW[frame.theme])

    return geometry.cached_layer("map-light", (frame.theme, geometry.here, full), shapes)


def _lost(geometry: Geometry, look: RoadLook) -> Iterator[Shape]:
    """Yield what of a road is lost: hatched shoulders all along, and the narrow place of its damage."""
    between = geometry.widths[look.route] - 2 * wall_width(geometry, look)
    points = _visible(geometry, look.route)
    if _shoulder(look):
        step = 3.6 * geometry.here.s * geometry.here.m**0.5
        yield Hatch(points, "hatch", between, step, max(1.0, step * 0.42))
        yield Stroke(points, "lane", between * (1.0 - _shoulder(look)))
    if look.damage >= NOTABLE and look.route not in geometry.bridges:
        half = PINCH / 2 * geometry.unit
        path, at = geometry.paths[look.route], geometry.narrow[look.route]
        begin, end = max(0.0, at - half), min(path.length, at + half)
        for side in (-1.0, 1.0):
            outer = [_aside(path, each, side * between / 2) for each in (begin, end)]
            inner = [
                _aside(path, each, side * between / 2 * (1.0 - min(1.0, look.damage)))
                for each in (at + half * 0.3, at - half * 0.3)
            ]
            yield Area((*outer, *inner), "hatch")


def _visible(geometry: Geometry, route: str) -> tuple[Point, ...]:
    """Return the part of a road that lies in sight, or a little beyond; found once."""
    return geometry.cached(("visible", route), lambda: _cut_out(geometry, route))


def _cut_out(geometry: Geometry, route: str) -> tuple[Point, ...]:
    begin, end = seen_part(geometry, route)
    return tuple(geometry.paths[route].part(begin, end))


def seen_part(geometry: Geometry, route: str) -> tuple[float, float]:
    """Return between which distances a road lies in sight, or a little beyond; found once."""
    return geometry.cached(("seen part", route), lambda: _seen_part(geometry, route))


def _seen_part(geometry: Geometry, route: str) -> tuple[float, float]:
    path, margin = geometry.paths[route], 30.0 * geometry.unit
    steps = max(2, math.ceil(path.length / max(margin, 1.0)))
    shares = [path.length * step / steps for step in range(steps + 1)]
    seen = [at for at in shares if geometry.here.shows(path.at(at)[:2], margin)]
    if not seen:
        return 0.0, path.length
    return max(0.0, seen[0] - margin), min(path.length, seen[-1] + margin)


def _aside(path: Polyline, distance: float, aside: float) -> Point:
    """Return a point beside a line, to the right of its way."""
    x, y, turn = path.at(distance)
    return moved((x, y), turn, 0.0, aside)


def _beside(points: Sequence[Point], aside: float) -> tuple[Point, ...]:
    """Return a line that runs beside another."""
    path = Polyline(points)
    marks = [0.0]
    for a, b in itertools.pairwise(points):
        marks.append(marks[-1] + math.dist(a, b))
    return tuple(_aside(path, each, aside) for each in marks)


def damage_layer(view: View, frame: Frame, geometry: Geometry, looks: Mapping[str, RoadLook]) -> Layer:
    """Return bridges, and craters with the ring that fills until they are repaired."""
    state = view.snapshot(frame.t)
    begun = view.cached("repairs begun", None, lambda: _repairs_begun(view))
    progress = {
        route: _progress(begun.get((route, due), frame.t), due, frame.t)
        for route, due in state.repairs.items()
    }
    lit = lit_roads(view, frame, looks)
    hit = tuple(
        (route, looks[route].kind, round(state.damage.get(route, 0.0), 2), progress.get(route))
        for route in geometry.seen
        if looks[route].kind != "contact"
        and (not lit or route in lit)
        and (route in geometry.bridges or state.damage.get(route, 0.0) >= NOTABLE)
    )
    key = (frame.theme, geometry.here, hit)

    def marks() -> Iterator[tuple[Shape, ...]]:
        drawn: list[Point] = []
        bridges = [each for each in hit if each[0] in geometry.bridges]
        # damaged ones first, then the larger; small whole ones beside them are left out
        for look in sorted(bridges, key=lambda each: (each[2] < NOTABLE, -geometry.widths[each[0]])):
            at = geometry.bridges[look[0]].at
            if look[2] >= NOTABLE or all(math.dist(at, other) >= CROWDED * geometry.unit for other in drawn):
                drawn.append(at)
                yield geometry.mark(("bridge", frame.theme, look), partial(_bridge, geometry, *look))
        for look in hit:
            if look[0] not in geometry.bridges:
                yield geometry.mark(("crater", frame.theme, look), partial(_damage, geometry, *look))

    return geometry.cached_marks("map-damage", key, marks)


def _repairs_begun(view: View) -> Mapping[tuple[str, Seconds], Seconds]:
    """Return when each repair began, by its route and when it is due."""
    return {(event.route, event.due): t for t, event in view.recording.events_of(RepairStarted)}


def _progress(begun: Seconds, due: Seconds, t: Seconds) -> Share:
    done = (t - begun) / max(1, due - begun)
    return min(REPAIR_STEPS, max(0, int(done * REPAIR_STEPS))) / REPAIR_STEPS


def _bridge(geometry: Geometry, route: str, kind: str, damage: Share, done: Share | None) -> Iterator[Shape]:
    """Yield a bridge's parapets, which flare out at their ends where no other is near, and its damage."""
    unit, bridge = geometry.unit, geometry.bridges[route]
    half = (RIVER / 2 if bridge.is_main else RIVER / 4) * unit + 1.6 * unit
    size = half, max(geometry.widths[route] / 2, 2.4 * unit) + 1.4 * unit
    color, dashes = "full" if kind == "cut" else "ink", (3.0 * unit, 2.4 * unit) if damage >= 1.0 else None
    near = [other for other in geometry.bridges.values() if math.dist(bridge.at, other.at) < LONE * unit]
    yield from parapets(bridge.at, bridge.turn, size, unit, color, dashes, is_alone=len(near) == 1)
    if damage >= NOTABLE:
        yield from _damage(geometry, route, kind, damage, done)


def _damage(geometry: Geometry, route: str, _kind: str, damage: Share, done: Share | None) -> Iterator[Shape]:
    unit = geometry.unit * min(1.0, max(AFAR, geometry.here.ppk / geometry.here.s / FAR_SCALE))
    at = (
        geometry.bridges[route].at
        if route in geometry.bridges
        else geometry.paths[route].at(geometry.narrow[route])[:2]
    )
    yield from crater(route, at, damage, done, unit)


def parapets(
    at: Point,
    turn: float,
    size: tuple[float, float],
    unit: float,
    color: str = "ink",
    dashes: tuple[float, float] | None = None,
    *,
    is_alone: bool = True,
) -> Iterator[Stroke]:
    """Yield a bridge's parapets by half its length and half its width."""
    half, width = size
    along, aside = FLARE[0] * unit, FLARE[1] * unit
    for side in (-1.0, 1.0):
        far, near = half + along, side * width
        ends = ((-far, near + side * aside), (-half, near), (half, near), (far, near + side * aside))
        line = tuple(moved(at, turn, *end) for end in ends)
        if not is_alone:
            line = line[1:3]
        yield Stroke(line, "deep", 3.8 * unit)
        yield Stroke(line, color, 1.7 * unit, dashes)


def crater(route: str, at: Point, damage: Share, done: Share | None, unit: float) -> Iterator[Shape]:
    """Yield a crater, ragged, and the ring that fills as it is repaired; dashed before a crew has begun."""
    radius = CRATER * unit * (0.55 + 0.45 * min(1.0, damage))
    ring = RING * unit
    yield Disc(at, ring + 2.2 * unit, "deep")
    if damage >= 1.0:
        arm = 4.2 * unit
        x, y = at
        yield Disc(at, ring - 2.0 * unit, "lane")
        for one, other in (((-arm, -arm), (arm, arm)), ((-arm, arm), (arm, -arm))):
            yield Stroke(((x + one[0], y + one[1]), (x + other[0], y + other[1])), "full", 2.8 * unit)
    else:
        yield Area(_ragged(route, at, radius), "lane", "hatch", 1.7 * unit)
    color = "full" if damage >= 1.0 else "ink"
    if done is None:
        yield Arc(at, ring, 0.0, 1.0, color, 1.8 * unit, dashes=(1 / 14, 1 / 22))
    else:
        yield Arc(at, ring, 0.0, 1.0, "calm", 2.0 * unit)
        if done > 0.0:
            yield Arc(at, ring, 0.0, done, color, 2.6 * unit)


def _ragged(route: str, at: Point, radius: float) -> tuple[Point, ...]:
    """Return a star-shaped outline that is a route's own."""
    seed, corners = zlib.crc32(route.encode()), 14
    reaches = (radius * ((0.46 if n % 2 else 0.8) + 0.07 * (seed >> n & 3)) for n in range(corners))
    return tuple(moved(at, math.tau * n / corners + seed, reach) for n, reach in enumerate(reaches))
