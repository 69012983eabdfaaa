"""Tabs at the map's edge: which base outside the view sends how much, where its road comes in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from sim.scene.layout import Rect
from sim.scene.road_looks import road_ends
from sim.scene.shapes import Area, Box, Layer, Shape, Text
from sim.scene.text import text_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sim.scene.map.geometry import Geometry
    from sim.scene.road_looks import RoadLook
    from sim.scene.shapes import Point
    from sim.scene.view_model import Frame, View

NAME: Final = 13.0
FIGURE: Final = 11.0
NAMED: Final = 19.0
"""Letters of the first town in focus on the map."""
HEIGHT: Final = 36.0
"""Pixels at scale 1, as all lengths here."""
INSET: Final = 7.0
GAP: Final = 6.0
BESIDE: Final = 14.0
"""How far beside its road a tab stands."""
SCALE_BAR: Final = (168.0, 44.0)
"""What the scale bar and the arrow to the north take of the lower right corner."""
NEAR: Final = 110.0
"""Roads that come in so close to one another share a tab."""
LEAST: Final = 0.5
"""Less is not worth a tab; t/day."""


def scale_place(geometry: Geometry) -> Rect:
    """Return what the scale bar takes of the lower right corner."""
    (wide, tall), s, region = SCALE_BAR, geometry.here.s, geometry.here.region
    return Rect(region.right - wide * s, region.bottom - tall * s, wide * s, tall * s)


@dataclass(frozen=True, slots=True)
class EdgeTab(Rect):
    """A base outside the view, on the edge through which its supply comes in."""

    base: str
    """The one that sends most."""
    name: str
    """Of all bases whose supply comes in here."""
    side: int
    tonnes: int
    """A day."""
    heading: float
    """Where the base lies."""


def edge_tabs(
    view: View, geometry: Geometry, looks: Mapping[str, RoadLook], lit: frozenset[str] = frozenset()
) -> tuple[EdgeTab, ...]:
    """Return the tabs, one for each base and edge; found once for each state of the roads."""
    flows = tuple((look.route, round(look.flow), look.is_forward) for look in looks.values())
    key = ("edge tabs", flows, lit)
    return geometry.cached(key, lambda: tuple(_edge_tabs(view, geometry, looks, lit or frozenset(looks))))


def _edge_tabs(
    view: View, geometry: Geometry, looks: Mapping[str, RoadLook], lit: frozenset[str]
) -> Iterator[EdgeTab]:
    inflows = _inflows(view, looks)
    bases = {town.id for town in view.scenario.towns if town.base is not None}
    entries: dict[tuple[str, int], list[tuple[Point, float, int]]] = {}
    """By base and edge: where roads come in, with tonnes a day and the side."""
    for route in geometry.seen:
        look = looks[route]
        if not look.has_traffic or route not in lit:
            continue
        origin, goal = road_ends(view, look)
        points = geometry.points
        if geometry.here.shows(points[origin]) or not _enters(geometry, points[goal]):
            continue
        at, edge = _entry(geometry, route, look)
        inside = {town for town, point in points.items() if geometry.here.shows(point)}
        for base, share in _sources(origin, inflows, bases, {key: {} for key in inside}).items():
            if base not in inside:
                entries.setdefault((base, edge), []).append((at, look.flow * share, look.side))
    placed: list[EdgeTab] = []
    half = 14.0 * geometry.here.s
    roads = [
        Rect(x - 6 * half, y - half, 12 * half, 2 * half)
        for (_, edge), found in entries.items()
        for (x, y), _, _ in found
        if edge in {0, 2}
    ]
    for bases_here, edge, found in _merged(entries, NEAR * geometry.here.s):
        at = max(found, key=lambda each: each[1])[0]
        load = math.fsum(flow for _, flow, _ in found), found[0][2]
        tab = _placed(view, geometry, bases_here, edge, at, load, placed, roads)
        placed.append(tab)
        yield tab


def _merged(
    entries: Mapping[tuple[str, int], list[tuple[Point, float, int]]], near: float
) -> list[tuple[list[str], int, list[tuple[Point, float, int]]]]:
    """Return the tabs to be shown, the largest first: with their bases, edge and entries.

    What a base sends by the same road as another that sends more, or close to it, joins that one's tab.
    """
    merged: list[tuple[list[str], int, list[tuple[Point, float, int]]]] = []
    for (base, edge), found in sorted(entries.items(), key=lambda each: -sum(t for _, t, _ in each[1])):
        if math.fsum(flow for _, flow, _ in found) < LEAST:
            continue
        at, _, side = max(found, key=lambda each: each[1])
        for bases, other, known in merged:
            if other == edge and known[0][2] == side and any(math.dist(at, each[0]) < near for each in known):
                bases.append(base)
                known += found
                break
        else:
            merged.append(([base], edge, list(found)))
    return merged


def _enters(geometry: Geometry, goal: Point) -> bool:
    """Return whether supply that goes there comes into the view; a road may also only pass through it."""
    return geometry.here.shows(goal, 120.0 * geometry.here.s)


def _inflows(view: View, looks: Mapping[str, RoadLook]) -> Mapping[str, list[tuple[str, float]]]:
    """Return where each town's supply comes from: towns with tonnes a day."""
    found: dict[str, list[tuple[str, float]]] = {}
    for route in view.scenario.routes:
        look = looks[route.id]
        if look.has_traffic:
            origin, goal = road_ends(view, look)
            found.setdefault(goal, []).append((origin, look.flow))
    return found


def _sources(
    town: str,
    inflows: Mapping[str, list[tuple[str, float]]],
    bases: set[str],
    known: dict[str, dict[str, float]],
) -> dict[str, float]:
    """Return from which bases what leaves a town comes, in shares: all that comes in is mixed."""
    if town in known:
        return known[town]
    known[town] = {}  # a circle brings nothing new
    if town in bases:
        known[town] = {town: 1.0}
        return known[town]
    mixed: dict[str, float] = {}
    total = math.fsum(flow for _, flow in inflows.get(town, ()))
    for origin, flow in inflows.get(town, ()):
        for base, share in _sources(origin, inflows, bases, known).items():
            mixed[base] = mixed.get(base, 0.0) + share * flow / total
    known[town] = mixed
    return mixed


def _entry(geometry: Geometry, route: str, look: RoadLook) -> tuple[Point, int]:
    """Return where supply on a road comes into the region, and by which edge: left, top, right, bottom."""
    return geometry.cached(("entry", route, look.is_forward), lambda: _first_seen(geometry, route, look))


def _first_seen(geometry: Geometry, route: str, look: RoadLook) -> tuple[Point, int]:
    path, region = geometry.paths[route], geometry.here.region
    steps = 64
    along = [path.length * n / steps for n in range(steps + 1)]
    points = [path.at(each)[:2] for each in (along if look.is_forward else along[::-1])]
    x, y = next((at for at in points if geometry.here.shows(at)), points[-1])
    gaps = (x - region.x, y - region.y, region.right - x, region.bottom - y)
    return (x, y), gaps.index(min(gaps))


def _placed(
    view: View,
    geometry: Geometry,
    bases: Sequence[str],
    edge: int,
    at: Point,
    load: tuple[float, int],
    others: Sequence[EdgeTab],
    roads: Sequence[Rect],
) -> EdgeTab:
    """Return a tab beside where its road comes in, off those that are there."""
    s, region = geometry.here.s, geometry.here.region
    tonnes, side = load
    name, figure = ", ".join(view.town(base).name for base in bases), f"{tonnes:.0f} t a day"
    wide = (
        max(text_width(name.upper(), NAME * s, "title", is_bold=True), text_width(figure, FIGURE * s))
        + 36.0 * s
    )
    tall, inset = HEIGHT * s, INSET * s
    x, y = at[0] + BESIDE * s, at[1] + BESIDE * s
    low_x, high_x = region.x + inset, region.right - inset - wide
    low_y, high_y = region.y + inset, region.bottom - inset - tall
    # along the edge away from the road, and in a second row where the first is taken
    off = [n * sign * 8.0 * s for n in range(160) for sign in (1, -1)]
    is_upright, way = edge in {0, 2}, 1 if edge in {0, 1} else -1
    outer = {0: low_x, 1: low_y, 2: high_x, 3: high_y}[edge]
    rows = (outer, outer + way * ((wide if is_upright else tall) + GAP * s))
    steps = [
        (row, min(max(y + o, low_y), high_y)) if is_upright else (min(max(x + o, low_x), high_x), row)
        for row in rows
        for o in off
    ]
    taken = [scale_place(geometry), *others]
    marks = [
        geometry.mark_place(town)
        for town, (x, y) in geometry.points.items()
        if geometry.here.shows((x, y), wide) and not geometry.here.shows((x, y), -2 * wide)
    ]
    for town in view.scenario.focus[:1]:
        # its name is the largest, and stands close to it with its days of supply
        mark, high = geometry.mark_place(town), NAMED * s
        broad = text_width(f"{view.town(town).name.upper()} empty", high, "title", is_bold=True)
        across, down = mark.width + 2 * broad, mark.height + 3 * high
        marks.append(Rect(mark.x - broad, mark.y - 1.5 * high, across, down))
    # off towns where there is room for that, else off other tabs at least
    places = (
        each
        for kept_off in ([*taken, *marks, *roads], [*taken, *marks], taken)
        for each in steps
        if not any(Rect(*each, wide, tall).meets(o, GAP * s) for o in kept_off)
    )
    place = next(places, steps[0])
    there = geometry.points[bases[0]]
    middle = place[0] + wide / 2, place[1] + tall / 2
    heading = math.atan2(there[1] - middle[1], there[0] - middle[0])
    return EdgeTab(*place, wide, tall, bases[0], name, side, round(tonnes), heading)


def tabs_layer(frame: Frame, geometry: Geometry, tabs: tuple[EdgeTab, ...]) -> Layer:
    """Return the tabs: an arrow to the base, its name, and what comes in a day."""
    chosen = frame.selection.name if frame.selection and frame.selection.kind == "town" else None

    def marks() -> Iterator[tuple[Shape, ...]]:
        for tab in tabs:
            edge = "accent" if tab.base == chosen else f"side{tab.side}"
            mark = ("tab", frame.theme, tab, edge)
            yield geometry.mark(mark, partial(_mark, tab, edge, geometry.here.s))

    return geometry.cached_marks("map-tabs", (frame.theme, geometry.here, tabs, chosen), marks)


def _mark(tab: EdgeTab, edge: str, s: float) -> tuple[Shape, ...]:
    at, x = (tab.x + 14.0 * s, tab.y + tab.height / 2), tab.x + 26.0 * s
    return (
        Box(tab.x, tab.y, tab.width, tab.height, "panel", 4.0 * s, edge, max(1.0, round(1.6 * s))),
        Area(_arrow(at, tab.heading, 6.5 * s), f"side{tab.side}"),
        Text((x, tab.y + 15.6 * s), tab.name.upper(), NAME * s, "ink", "title", is_bold=True),
        Text((x, tab.y + 29.0 * s), f"{tab.tonnes} t a day", FIGURE * s, "ink2"),
    )


def _arrow(at: Point, heading: float, size: float) -> tuple[Point, ...]:
    return tuple(
        (at[0] + size * reach * math.cos(heading + turn), at[1] + size * reach * math.sin(heading + turn))
        for turn, reach in ((0.0, 1.05), (2.4, 1.0), (math.pi, 0.3), (-2.4, 1.0))
    )
