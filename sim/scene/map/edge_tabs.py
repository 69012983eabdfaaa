"""Tabs at the map's edge: which base outside the view sends how much, where its road comes in."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from sim.scene.layout import Rect
from sim.scene.road_looks import road_ends
from sim.scene.shapes import Area, Box, Layer, Point, Shape, Text
from sim.scene.text import text_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from sim.scene.map.geometry import Geometry
    from sim.scene.road_looks import RoadLook
    from sim.scene.view_model import Frame, View

    Floats: TypeAlias = NDArray[np.float64]
    Places: TypeAlias = tuple[Floats, Floats, Floats, Floats]
    """Left, top, right and bottom of places."""

NAME: Final = 13.0
FIGURE: Final = 11.0
NAMED: Final = 19.0
"""Letters of the first town in focus on the map."""
HEIGHT: Final = 36.0
"""Pixels at scale 1, as all lengths here."""
INSET: Final = 7.0
GAP: Final = 6.0
SCALE_BAR: Final = (168.0, 44.0)
"""What the scale bar and the arrow to the north take of the lower right corner."""
FARTHEST: Final = 220.0
"""How far a tab may stand from where its road comes in."""
STEP: Final = 8.0
ROWS: Final = 3
MARK_COST: Final = 140.0
"""What a town or a day of a fall under a tab weighs, against a pixel farther off."""
ROAD_COST: Final = 4.0
"""What a point of a road under it weighs."""
ROW_COST: Final = 50.0
"""What it weighs not to stand at the very edge."""
OTHER_COST: Final = 60.0
"""What it weighs that the road of another tab comes in nearer to it."""
STEPS: Final = 64
HALVINGS: Final = 6
"""How closely the place is found where a road comes in."""
LEAST: Final = 0.5
"""Less is not worth a tab; t/day."""


def scale_place(geometry: Geometry) -> Rect:
    """Return what the scale bar takes of the lower right corner."""
    (wide, tall), s, region = SCALE_BAR, geometry.here.s, geometry.here.region
    return Rect(region.right - wide * s, region.bottom - tall * s, wide * s, tall * s)


@dataclass(frozen=True, slots=True)
class EdgeTab(Rect):
    """A base outside the view, on the edge through which most of its supply comes in."""

    base: str
    name: str
    side: int
    tonnes: int
    """A day, by all roads that come into the view."""
    heading: float
    """Where the road leaves the view on which it stands."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Where what a base sends comes into the view by one road."""

    route: str
    at: Point
    edge: int
    """Left, top, right, bottom."""
    heading: float
    """Out of the view."""
    tonnes: float
    side: int


def edge_tabs(
    view: View,
    geometry: Geometry,
    looks: Mapping[str, RoadLook],
    lit: frozenset[str] = frozenset(),
    kept_off: tuple[Rect, ...] = (),
) -> tuple[EdgeTab, ...]:
    """Return the tabs, one for each base; found once for each state of the roads.

    They stand off what is `kept_off` where there is room for that.
    """
    flows = tuple(
        (look.route, round(look.flow), look.is_forward, look.kind in {"contact", "cut"})
        for look in looks.values()
    )
    key = ("edge tabs", flows, lit, kept_off)
    return geometry.cached(key, lambda: tuple(_edge_tabs(view, geometry, looks, lit, kept_off)))


def _edge_tabs(
    view: View,
    geometry: Geometry,
    looks: Mapping[str, RoadLook],
    lit: frozenset[str],
    kept_off: Sequence[Rect],
) -> Iterator[EdgeTab]:
    entries = _entries(view, geometry, looks, lit)
    closed = frozenset(look.route for look in looks.values() if look.kind == "contact")
    wanted: list[tuple[float, str, Entry]] = []
    for town in view.scenario.towns:
        if town.base is None or geometry.here.shows(geometry.points[town.id]):
            continue
        way = _way_in(view, geometry, town.id, closed)
        found = entries.get(town.id, [])
        tonnes = math.fsum(entry.tonnes for entry in found)
        if tonnes >= LEAST:
            most = max(found, key=lambda each: each.tonnes)
            # where its own road comes in, as long as much does so there: a tab is not to leap to and fro
            own = (each for each in found if way and each.route == way[-1])
            stands = next((each for each in own if each.tonnes >= most.tonnes / 2), most)
            wanted.append((tonnes, town.id, stands))
        elif way and not lit and any(looks[route].kind == "cut" for route in way):
            side = view.scenario.side_index(town.held_by)
            if all(looks[route].side == side for route in way):
                is_forth = geometry.here.shows(geometry.points[view.route(way[-1]).end])
                wanted.append((0.0, town.id, _entry(geometry, way[-1], side, 0.0, is_forth=is_forth)))
    placed: list[EdgeTab] = []
    points = [entry.at for _, _, entry in wanted]
    for tonnes, base, entry in sorted(wanted, key=lambda each: (-each[0], each[1])):
        tab = _placed(view, geometry, base, entry, tonnes, placed, points, kept_off)
        if tab is not None:
            placed.append(tab)
            yield tab


def _entries(
    view: View, geometry: Geometry, looks: Mapping[str, RoadLook], lit: frozenset[str]
) -> dict[str, list[Entry]]:
    """Return by base where what it sends comes in."""
    inflows = _inflows(view, looks)
    bases = {town.id for town in view.scenario.towns if town.base is not None}
    points, here = geometry.points, geometry.here
    inside = {town for town, point in points.items() if here.shows(point)}
    entries: dict[str, list[Entry]] = {}
    for route in geometry.seen:
        look = looks[route]
        if not look.has_traffic or (lit and route not in lit):
            continue
        origin, goal = road_ends(view, look)
        if origin in inside or not _enters(geometry, points[goal]):
            continue
        for base, share in _sources(origin, inflows, bases, {key: {} for key in inside}).items():
            if base not in inside:
                tonnes = look.flow * share
                entry = _entry(geometry, route, look.side, tonnes, is_forth=look.is_forward)
                entries.setdefault(base, []).append(entry)
    return entries


def _way_in(view: View, geometry: Geometry, base: str, closed: frozenset[str]) -> tuple[str, ...]:
    """Return the roads of the shortest way from a base to a town in view, none of which is closed."""

    def found() -> tuple[str, ...]:
        beside: dict[str, list[tuple[str, str]]] = {}
        for route in view.scenario.routes:
            if route.id not in closed:
                beside.setdefault(route.start, []).append((route.end, route.id))
                beside.setdefault(route.end, []).append((route.start, route.id))
        ways: list[tuple[float, str, tuple[str, ...]]] = [(0.0, base, ())]
        reached: set[str] = set()
        while ways:
            far, town, way = heapq.heappop(ways)
            if geometry.here.shows(geometry.points[town]):
                return way
            if town not in reached:
                reached.add(town)
                for other, by in beside.get(town, ()):
                    heapq.heappush(ways, (far + geometry.paths[by].length, other, (*way, by)))
        return ()

    return geometry.cached(("way in", base, closed), found)


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


def _entry(geometry: Geometry, route: str, side: int, tonnes: float, *, is_forth: bool) -> Entry:
    """Return where a road comes into the region, by which edge, and where it leads from there."""
    at, edge, heading = geometry.cached(
        ("entry", route, is_forth), lambda: _first_seen(geometry, route, is_forth=is_forth)
    )
    return Entry(route, at, edge, heading, tonnes, side)


def _first_seen(geometry: Geometry, route: str, *, is_forth: bool) -> tuple[Point, int, float]:
    path, region, shows = geometry.paths[route], geometry.here.region, geometry.here.shows
    along = [path.length * n / STEPS for n in range(STEPS + 1)]
    if not is_forth:
        along.reverse()
    first = next((n for n, each in enumerate(along) if shows(path.at(each)[:2])), STEPS)
    outside, inside = along[max(first - 1, 0)], along[first]
    for _ in range(HALVINGS):
        middle = (outside + inside) / 2
        if shows(path.at(middle)[:2]):
            inside = middle
        else:
            outside = middle
    x, y, turn = path.at(inside)
    gaps = (abs(x - region.x), abs(y - region.y), abs(region.right - x), abs(region.bottom - y))
    return (x, y), gaps.index(min(gaps)), turn + math.pi * is_forth


def _placed(
    view: View,
    geometry: Geometry,
    base: str,
    entry: Entry,
    tonnes: float,
    others: Sequence[EdgeTab],
    entries: Sequence[Point],
    kept_off: Sequence[Rect],
) -> EdgeTab | None:
    """Return a tab beside where its road comes in, off those that are there; None where it has no room."""
    s, region = geometry.here.s, geometry.here.region
    name = view.town(base).name
    title = text_width(name.upper(), NAME * s, "title", is_bold=True)
    wide = max(title, text_width(_figure(round(tonnes)), FIGURE * s)) + 36.0 * s
    tall, inset = HEIGHT * s, INSET * s
    low_x, high_x = region.x + inset, region.right - inset - wide
    low_y, high_y = region.y + inset, region.bottom - inset - tall
    is_upright, back = entry.edge in {0, 2}, -1 if entry.edge in {2, 3} else 1
    outer = (low_x, low_y, high_x, high_y)[entry.edge]
    # along the edge away from the road, and in rows farther in
    off = np.arange(-FARTHEST, FARTHEST + 1.0, STEP) * s
    row = ((wide if is_upright else tall) + GAP * s) * back
    rows = np.repeat(outer + row * np.arange(ROWS), len(off))
    if is_upright:
        lefts, tops = rows, np.tile(np.clip(entry.at[1] - tall / 2 + off, low_y, high_y), ROWS)
    else:
        lefts, tops = np.tile(np.clip(entry.at[0] - wide / 2 + off, low_x, high_x), ROWS), rows
    places = lefts, tops, lefts + wide, tops + tall
    gaps = _gaps(places, entry.at)
    taken = _met(places, [scale_place(geometry), *others], GAP * s)
    is_possible = (taken == 0) & (gaps <= FARTHEST * s)
    if not is_possible.any():
        return None
    nearest = np.min([_gaps(places, at) for at in entries], axis=0)
    costs = (
        gaps / s
        + MARK_COST * _met(places, [*_marks(view, geometry), *kept_off], 2.0 * s)
        + ROW_COST * (rows != outer)
        + ROAD_COST * geometry.road_density().under(lefts, tops, wide, tall)
        + OTHER_COST * (nearest < gaps)
    )
    best = int(np.argmin(np.where(is_possible, costs, np.inf)))
    place = float(lefts[best]), float(tops[best]), wide, tall
    return EdgeTab(*place, base, name, entry.side, round(tonnes), entry.heading)


def _gaps(places: Places, at: Point) -> Floats:
    """Return how far a point lies from rectangles; pixels."""
    left, top, right, bottom = places
    across = np.maximum(np.maximum(left - at[0], at[0] - right), 0.0)
    gaps: Floats = np.hypot(across, np.maximum(np.maximum(top - at[1], at[1] - bottom), 0.0))
    return gaps


def _met(places: Places, others: Sequence[Rect], gap: float) -> NDArray[np.int64]:
    """Return how many others each of these rectangles meets, or comes nearer to than a gap."""
    left, top, right, bottom = (each[:, None] for each in places)
    west, north, east, south = np.array([(o.x, o.y, o.right, o.bottom) for o in others]).reshape(-1, 4).T
    is_met = (left < east + gap) & (west < right + gap) & (top < south + gap) & (north < bottom + gap)
    count: NDArray[np.int64] = is_met.sum(axis=1)
    return count


def _marks(view: View, geometry: Geometry) -> list[Rect]:
    """Return what tabs keep off: towns, and the largest name, which stands close to its town."""
    marks = [
        geometry.mark_place(town) for town, point in geometry.points.items() if geometry.here.shows(point)
    ]
    for town in view.scenario.focus[:1]:
        mark, high = geometry.mark_place(town), NAMED * geometry.here.s
        broad = text_width(f"{view.town(town).name.upper()} empty", high, "title", is_bold=True)
        across, down = mark.width + 2 * broad, mark.height + 3 * high
        marks.append(Rect(mark.x - broad, mark.y - 1.5 * high, across, down))
    return marks


def _figure(tonnes: int) -> str:
    return f"{tonnes:,} t a day"


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
        Text((x, tab.y + 29.0 * s), _figure(tab.tonnes), FIGURE * s, "ink2"),
    )


def _arrow(at: Point, heading: float, size: float) -> tuple[Point, ...]:
    return tuple(
        (at[0] + size * reach * math.cos(heading + turn), at[1] + size * reach * math.sin(heading + turn))
        for turn, reach in ((0.0, 1.05), (2.4, 1.0), (math.pi, 0.3), (-2.4, 1.0))
    )
