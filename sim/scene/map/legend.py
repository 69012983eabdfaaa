"""What marks mean, as signs with words: for the page's key and the help."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sim.scene.lines import moved
from sim.scene.map.front import bar
from sim.scene.map.marks.road_marks import ARROW, FRONT, REAR
from sim.scene.map.marks.stage import OPAQUE, chevron, ray
from sim.scene.map.roads import crater, parapets
from sim.scene.map.town_looks import SHORT, TownLook, has_shares
from sim.scene.map.towns import rings, vessel
from sim.scene.shapes import Arc, Area, Box, Capsules, Disc, Hatch, Shape, Stroke, Text
from sim.scene.widgets import number_badge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.model.quantities import Days, Share
    from sim.scene.shapes import Point
    from sim.scene.view_model import Frame, View

Draw: TypeAlias = Callable[[float, float, float], "Sequence[Shape]"]
"""Makes a sign from its left end, its middle's height and the scale."""
ROAD: Final = 44.0
"""Length of a sign of a road; pixels at scale 1."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A sign with a word after it; its width is in pixels at scale 1."""

    width: float
    draw: Draw
    after: str


def legend_entries(view: View, frame: Frame) -> Sequence[Entry]:
    """Return the legend's entries, the most needed first."""
    first, second = view.scenario.sides
    return (
        Entry(14.0, _town(view, 0, 5.0), first.name),
        Entry(14.0, _town(view, 1, 5.0), second.name),
        Entry(16.0, _town(view, 0, 2.0), "under 3 days of supply"),
        Entry(16.0, _town(view, 1, 0.7), "under a day of supply"),
        Entry(24.0, _base, "base: supply enters here"),
        Entry(24.0, _scar, "ring: who held it before"),
        Entry(ROAD, _road("calm", 17.0), "width: what it can carry"),
        Entry(ROAD, _road("calm", 13.0, 0.4), "hatched: weather, ambush"),
        Entry(ROAD, _road("tight", 14.0), "tight: 85 % in use"),
        Entry(ROAD, _road("full", 13.0), "full: tonnes stay behind"),
        Entry(24.0, _queue, "a square: 10 t a day wait"),
        Entry(22.0, _crater, "damage, partly repaired"),
        Entry(30.0, _cut, "cut: nothing passes"),
        Entry(24.0, _bridge, "bridge"),
        Entry(ROAD, _rail, "railway"),
        Entry(30.0, _front, "front between two towns"),
        Entry(24.0, _cut_off, "no way to a base"),
        *_of_other_runs(view, frame),
    )


def window_entries(view: View, frame: Frame) -> Sequence[Entry]:
    """Return the legend's entries for a window, in which things happen."""
    return (
        *legend_entries(view, frame),
        Entry(22.0, _badge, "the road that matters most"),
        Entry(24.0, _strike, "a strike on a road"),
        Entry(30.0, _ambush, "a convoy is ambushed"),
        Entry(ROAD, _assault(is_won=True), "an assault gains ground"),
        Entry(ROAD, _assault(is_won=False), "an assault thrown back"),
        Entry(30.0, _withdrawal, "soldiers withdraw"),
        Entry(30.0, _tab, "what comes from beyond"),
    )


def _of_other_runs(view: View, frame: Frame) -> Sequence[Entry]:
    """Return entries for what shows of an ensemble, or of the run beside this one."""
    is_difference = view.beside is not None and frame.comparing == "difference"
    if has_shares(view, frame) and is_difference and view.ensemble_difference() is not None:
        more = Entry(18.0, _ring(0.3, "side0_tint"), "held in more runs, or fewer (leftwards)")
        return more, Entry(18.0, _ring(0.65, "ink3", 44), "not significant")
    if has_shares(view, frame):
        return (Entry(18.0, _ring(0.65, "side0_tint"), "share of runs that hold"),)
    if is_difference:
        return (Entry(18.0, _ring(0.3, "ink"), "days of supply: more, or less (leftwards)"),)
    return (Entry(18.0, _ghost, "the other run"),) if view.beside is not None else ()


def town_sign(at: Point, s: float, days: Days | None, side: int, *, is_diamond: bool) -> list[Shape]:
    """Return a town's mark as on the map, filled by its days of supply."""
    look = TownLook("", side, False, days is not None and days < SHORT, False, 0.0, days)
    return list(vessel(look, at, 8.0 * s, s, is_diamond=is_diamond))


def road_sign(
    at: Point, length: float, s: float, kind: str = "calm", spacing: float = 17.0, lost: Share = 0.0
) -> list[Shape]:
    """Return a piece of road from its left end: its convoys, with brake lights where it is full."""
    x, y = at
    ends, wall, width = ((x, y), (x + length, y)), 1.7 * s, 12.0 * s
    shapes: list[Shape] = [Stroke(ends, kind, width), Stroke(ends, "lane", width - 2 * wall)]
    if lost:
        shapes.append(Hatch(ends, "hatch", width - 2 * wall, 3.4 * s, 1.4 * s))
        shapes.append(Stroke(ends, "lane", (width - 2 * wall) * (1.0 - lost)))
    room = (width - 2 * wall) * (1.0 - lost) * 0.74
    count = int((length / s - 8.0) / spacing) + 1
    places = tuple((x + (8.0 + number * spacing) * s, y) for number in range(count))
    brakes = "full" if kind == "full" else None
    return [*shapes, Capsules(places, 0.0, 10.0 * s, room, "side0_tint", brakes)]


def _town(view: View, side: int, days: float) -> Draw:
    is_diamond = view.scenario.sides[side].mark == "diamond"
    return lambda x, y, s: town_sign((x + 7.0 * s, y), 0.75 * s, days, side, is_diamond=is_diamond)


def _road(*look: Any) -> Draw:  # noqa: ANN401 - what a sign of a road takes
    return lambda x, y, s: road_sign((x, y), ROAD * s, s, *look)


def _queue(x: float, y: float, s: float) -> Sequence[Shape]:
    return [Box(x + n * 8.0 * s, y - 3.0 * s, 6.0 * s, 6.0 * s, "full") for n in range(3)]


def _crater(x: float, y: float, s: float) -> Sequence[Shape]:
    return list(crater("", (x + 10.0 * s, y), 0.6, 0.4, 0.75 * s))


def _cut(x: float, y: float, s: float) -> Sequence[Shape]:
    walls = (((x, y + d), (x + 30.0 * s, y + d)) for d in (-4.0 * s, 4.0 * s))
    strokes = [Stroke(wall, "full", 1.8 * s, (6.0 * s, 4.0 * s)) for wall in walls]
    return [*strokes, *crater("", (x + 15.0 * s, y), 1.0, None, 0.7 * s)]


def _bridge(x: float, y: float, s: float) -> Sequence[Shape]:
    middle = x + 12.0 * s
    river = ((middle, y - 9.0 * s), (middle, y + 9.0 * s))
    road = Stroke(((x, y), (x + 24.0 * s, y)), "lane", 6.0 * s)
    sides = parapets((middle, y), 0.0, (7.0 * s, 4.6 * s), s)
    return [Stroke(river, "bank", 12.0 * s), Stroke(river, "water", 9.0 * s), road, *sides]


def _scar(x: float, y: float, s: float) -> Sequence[Shape]:
    at = (x + 11.0 * s, y)
    return [Arc(at, 8.4 * s, 0.0, 1.0, "side0", 1.8 * s), *town_sign(at, 0.55 * s, None, 1, is_diamond=True)]


def _base(x: float, y: float, s: float) -> Sequence[Shape]:
    at = (x + 11.0 * s, y)
    sign = town_sign(at, 0.62 * s, None, 0, is_diamond=False)
    return [Arc(at, 8.6 * s, 0.0, 1.0, "side0_tint", 1.5 * s), *sign]


def _badge(x: float, y: float, s: float) -> Sequence[Shape]:
    return number_badge((x + 10.0 * s, y), 0.85 * s)


def _rail(x: float, y: float, s: float) -> Sequence[Shape]:
    wall = 4.3 * s
    lines = [Stroke(((x, y + way), (x + ROAD * s, y + way)), "calm", 1.6 * s) for way in (-wall, wall)]
    places = (x + (4.0 + 6.0 * number) * s for number in range(7))
    return [*lines, *(Stroke(((at, y - wall), (at, y + wall)), "calm", 1.2 * s) for at in places)]


def _strike(x: float, y: float, s: float) -> Sequence[Shape]:
    at = (x + 12.0 * s, y)
    rays = [
        ray(at, math.tau * n / 10, (4.0 * s, (8.0 + 2.0 * (n % 2)) * s), "flash", 1.4 * s, OPAQUE)
        for n in range(10)
    ]
    return [Disc(at, 4.6 * s, "flash"), *rays]


def _ambush(x: float, y: float, s: float) -> Sequence[Shape]:
    halves = ((REAR, x + 8.0 * s, "ink3", 0.55), (FRONT, x + 23.0 * s, "side0_tint", 0.0))
    return [
        Area(tuple(moved((at, y), turn, a * s, b * s) for a, b in outline), color, "deep", s)
        for outline, at, color, turn in halves
    ]


def _assault(*, is_won: bool) -> Draw:
    """Return what draws an assault's arrow at a front, through it or sprung back from a bow."""

    def draw(x: float, y: float, s: float) -> Sequence[Shape]:
        front, tip = x + 30.0 * s, x + (38.0 if is_won else 24.0) * s
        color = "side1" if is_won else "ink3"
        body = tuple((tip - 24.0 * s * (1.0 - a), y + 0.75 * b * s) for a, b in ARROW)
        bars = bar((front, y, 0.0), s, ("side1", "side0"))
        bow = tuple(moved((x + 22.0 * s, y), 0.24 * n, 17.0 * s) for n in range(-3, 4))
        held = [] if is_won else [Stroke(bow, "side0_tint", 2.6 * s)]
        return [*bars, Area(body, color, "side1_tint", 1.2 * s), *held]

    return draw


def _withdrawal(x: float, y: float, s: float) -> Sequence[Shape]:
    places = ((x + (6.0 + 9.0 * number) * s, y) for number in range(3))
    return [chevron(at, 0.0, 5.0 * s, "side0_tint", 2.4 * s, OPAQUE) for at in places]


def _cut_off(x: float, y: float, s: float) -> Sequence[Shape]:
    look = TownLook("", 0, True, False, True, 0.0, None)
    at = (x + 11.0 * s, y)
    return [*rings(look, at, 8.6 * s, 0.7 * s), *vessel(look, at, 5.0 * s, 0.7 * s, is_diamond=False)]


def _tab(x: float, y: float, s: float) -> Sequence[Shape]:
    arrow = ((x + 5.0 * s, y), (x + 11.0 * s, y - 3.4 * s), (x + 11.0 * s, y + 3.4 * s))
    box = Box(x, y - 7.0 * s, 30.0 * s, 14.0 * s, "panel", 2.0 * s, "side0", 1.4 * s)
    words = Text((x + 13.0 * s, y + 4.0 * s), "9 t", 11.0 * s, "ink", is_bold=True)
    return [box, Area(arrow, "side0"), words]


def _front(x: float, y: float, s: float) -> Sequence[Shape]:
    middle, dashes, colors = x + 15.0 * s, (1.7 * s, 3.1 * s), ("side0", "side1")
    ways = zip((-15.0 * s, 15.0 * s), colors, strict=True)
    lines = [Stroke(((middle + way, y), (middle, y)), color, 1.7 * s, dashes) for way, color in ways]
    return [*lines, *bar((middle, y, 0.0), s, colors)]


def _ghost(x: float, y: float, s: float) -> Sequence[Shape]:
    at = (x + 9.0 * s, y)
    return [Arc(at, 6.6 * s, 0.0, 1.0, "ink", 1.8 * s, (1 / 14, 1 / 18))]


def _ring(end: float, color: str, dots: int | None = None) -> Draw:
    """Return what draws a ring as far as an end, in turns, over a faint whole one."""

    def draw(x: float, y: float, s: float) -> Sequence[Shape]:
        at, dashes = (x + 8.0 * s, y), None if dots is None else (1 / dots, 1 / dots)
        whole = Arc(at, 6.0 * s, 0.0, 1.0, "hairline", 2.0 * s)
        return [whole, Arc(at, 6.0 * s, 0.0, end, color, 2.8 * s, dashes)]

    return draw
