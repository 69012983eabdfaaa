"""Marks at towns: a fall, its headline and the scar it leaves; who withdraws; no way out, and relief."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.model.quantities import DAY
from sim.scene.beats.beats import DECISIVE
from sim.scene.layout import Rect
from sim.scene.lines import moved
from sim.scene.map.marks.stage import (
    OPAQUE,
    Stage,
    alpha_of,
    chevron,
    eased,
    hump,
    passed,
    tag,
)
from sim.scene.shapes import Arc, Area, Disc, Field, Light, Stroke, Text
from sim.scene.text import text_width
from sim.scene.theme import THEMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.scene.beats.beats import Beat
    from sim.scene.lines import Polyline
    from sim.scene.map.geometry import Geometry
    from sim.scene.shapes import Shape
    from sim.scene.view_model import View

REACH: Final = 7.5
"""How far a fall is seen to run out; km."""
MOST: Final = 0.46
"""Of the map's height, at most so much."""
CLOSING: Final = 58.0
"""How far darts fly that close in on a town; pixels at plain size. So are other lengths here."""
HEADLINE: Final = 34.0
"""Size of letters; pixels at scale 1. So is the height of what they stand on."""
BAND: Final = 84.0
HIGH: Final = 0.4
"""Of the map's height: a town above that would lie under a headline at the upper edge."""
DATED_FROM: Final = 11.0
"""Pixels per km at scale 1 from which a scar has its day."""
OLD_NEWS: Final = (6.0, 8.0)
"""When a headline goes where a run plays fast; days after the fall."""
TOLD: Final = (0.15, 0.75)
"""From when to when in its time a withdrawal has words."""
COLUMNS: Final = 33
QUARTERS: Final = 4


def flood(stage: Stage, u: float) -> Iterator[Shape]:
    """Yield a fall: the new holder's colour runs out along the roads and over the ground."""
    here, k, town = stage.geometry.here, stage.k, stage.beat.town
    late, reach = passed(u, 0.7), REACH * here.ppk
    out = eased(passed(u, 0.0, 0.75))
    radius = max(4.0, min(reach, MOST * here.region.height) * out)
    if stage.has_light:
        yield Light(stage.town, radius * 1.15, stage.color, round(150 * (1.0 - late)))
    ring = round(OPAQUE * (1.0 - 0.55 * out) * (1.0 - late))
    yield Disc(stage.town, radius, None, stage.tint, 2.6 * k, ring)
    grown = eased(passed(u, 0.0, 0.55)) * (1.0 - 0.35 * late)
    for route in stage.view.scenario.routes:
        if town in (route.start, route.end):
            path = stage.geometry.paths[route.id]
            length = min(path.length * 0.86, reach * 0.8) * grown
            yield from _tongue(stage, path, length, route.start == town, round(235 * (1.0 - late)))


def _tongue(stage: Stage, path: Polyline, length: float, is_forth: bool, alpha: int) -> Iterator[Shape]:
    """Yield a tongue along a road, broad at its town and pointed at its end."""
    steps = 10
    for color, wide in ((stage.color, 9.0 * stage.k), (stage.tint, 3.2 * stage.k)):
        left, right = [], []
        for step in range(steps + 1):
            along = length * step / steps
            x, y, turn = path.at(along if is_forth else path.length - along)
            half = wide * (1.0 - step / steps) ** 0.8
            left.append(moved((x, y), turn, 0.0, half))
            right.append(moved((x, y), turn, 0.0, -half))
        yield Area((*left, *right[::-1]), color, alpha=alpha)


def headline(stage: Stage, u: float) -> Iterator[Shape]:
    """Yield a fall's headline over the map's upper edge, or over the lower one where the town is high up."""
    region, s = stage.geometry.here.region, stage.geometry.here.s
    days = (stage.frame.t - stage.beat.t) / DAY
    alpha = alpha_of(min(passed(u, 0.0, 0.12), 1.0 - passed(u, 0.88), 1.0 - passed(days, *OLD_NEWS)))
    is_low = stage.town[1] < region.y + HIGH * region.height
    top = region.bottom - (BAND + 18.0) * s if is_low else region.y + 18.0 * s
    middle = region.x + region.width / 2
    rgb = THEMES[stage.frame.theme].rgb("deep")
    shares = (min(1.0, 3.2 * (1.0 - abs(2 * n / (COLUMNS - 1) - 1.0))) for n in range(COLUMNS))
    yield stage.geometry.clip()
    cells = b"".join(bytes((*rgb, round(0.9 * alpha * share))) for share in shares)
    # from the map's edge on, so that no tab looks out over it
    yield Field(region.x, top if is_low else region.y, region.width, (BAND + 18.0) * s, COLUMNS, cells)
    half, low = 0.36 * region.width, top if is_low else top + BAND * s
    yield Stroke(((middle - half, low), (middle + half, low)), stage.color, 2.4 * s, alpha=alpha)
    words = stage.view.fall_words(stage.beat.town or "", stage.beat.side or "")
    name, spacing, size = f"{words} · day {stage.beat.t // DAY}".upper(), 2.0 * s, HEADLINE * s
    wide = text_width(name, size, "title", is_bold=True, spacing=spacing)
    fit = min(1.0, 0.9 * region.width / wide)
    left = middle - wide * fit / 2, top + 44.0 * s
    yield Text(left, name, size * fit, "ink", "title", is_bold=True, alpha=alpha, spacing=spacing * fit)
    holder = next(side.name for side in stage.view.scenario.sides if side.id == stage.beat.side)
    below = middle, top + 68.0 * s
    yield Text(below, f"now held by {holder}", 15.0 * s, "ink2", anchor="middle", alpha=alpha)


def scar(view: View, geometry: Geometry, beat: Beat) -> Iterator[Shape]:
    """Yield what a fall leaves: a ring in the colour of who held the town, and the day."""
    k, town = geometry.here.s * geometry.here.m, beat.town or ""
    (x, y), radius = geometry.points[town], geometry.radii[town] + 8.0 * k
    color = view.side_color(beat.loser or beat.side)
    yield Disc((x, y), radius + 1.0 * k, None, "deep", 3.8 * k)
    yield Disc((x, y), radius, None, color, 1.8 * k)
    place = scar_place(geometry, town)
    if place is not None:
        at = place.x + place.width / 2, place.y + place.height / 2
        yield from tag(geometry, at, str(beat.t // DAY), color)


def scar_place(geometry: Geometry, town: str) -> Rect | None:
    """Return where the day on which a town fell stands; None from afar, and at the map's edge."""
    s, (x, y) = geometry.here.s, geometry.points[town]
    off = (geometry.radii[town] + 8.0 * geometry.here.s * geometry.here.m) * 0.8
    # from afar days would cover towns, and one that is cut off tells nothing
    if geometry.here.ppk < DATED_FROM * s or not geometry.here.shows((x + off, y - off), -20.0 * s):
        return None
    return Rect(x + off - 15.0 * s, y - off - 9.5 * s, 30.0 * s, 19.0 * s)


def withdrawal(stage: Stage, u: float) -> Iterator[Shape]:
    """Yield who withdraws: a file of chevrons on the way to where they go."""
    k, beat, geometry = stage.k, stage.beat, stage.geometry
    begin, end = geometry.points[beat.origin or ""], stage.town
    routes = stage.view.scenario.routes
    route = next((each for each in routes if {each.start, each.end} == {beat.origin, beat.town}), None)
    fade = round(OPAQUE * hump(u, 0.0, 0.15, 1.0) ** 0.6)
    for number in range(5):
        share = 1.25 * u - 0.07 * number
        if not 0.0 < share < 1.0:
            continue
        at = begin[0] + (end[0] - begin[0]) * share, begin[1] + (end[1] - begin[1]) * share
        turn = math.atan2(end[1] - begin[1], end[0] - begin[0])
        if route is not None:
            path, is_forth = geometry.paths[route.id], route.start == beat.origin
            x, y, turn = path.at(path.length * (share if is_forth else 1.0 - share))
            at, turn = (x, y), turn + math.pi * (not is_forth)
        yield chevron(at, turn, 8.0 * k, "deep", 6.4 * k, fade)
        yield chevron(at, turn, 8.0 * k, stage.tint, 3.4 * k, fade)
    if TOLD[0] < u < TOLD[1]:
        middle = (begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2
        stage.tag(f"{beat.amount:,.0f} withdraw", stage.color, middle, 20.0 * k)


def cut_off(stage: Stage, u: float) -> Iterator[Shape]:
    """Yield a town that has no way out: darts close in from all sides, and the ring round it is shut."""
    k, at, shut = stage.k, stage.town, passed(u, 0.0, DECISIVE)
    radius = stage.radius + 10.0 * k
    fade = round(OPAQUE * (1.0 - passed(u, 0.88)))
    reach = radius + 4.0 * k + CLOSING * k * (1.0 - shut) ** 2
    for number in range(8):
        turn = math.tau * (number + 0.5) / 8
        tip = moved(at, turn, reach)
        dart = (tip, moved(tip, turn, 14.0 * k, -6.5 * k), moved(tip, turn, 14.0 * k, 6.5 * k))
        yield Area(dart, "full", "deep", 1.4 * k, fade)
    yield Disc(at, radius + 1.4 * k, None, "deep", 6.0 * k, fade)
    for quarter in range(QUARTERS):
        begin, end = quarter / QUARTERS, (quarter + max(0.02, shut)) / QUARTERS
        yield Arc(at, radius - 2.0 * k, begin, end, "full", 3.4 * k, alpha=fade)
    if shut >= 1.0:
        stage.tag("no way out", "full", at, radius + 32.0 * k)


def relief(stage: Stage, u: float) -> Iterator[Shape]:
    """Yield relief: the ring round a town opens, and chevrons run in through the gap."""
    k, at, opened = stage.k, stage.town, passed(u, 0.0, DECISIVE)
    radius = stage.radius + (10.0 + 16.0 * opened) * k
    fade = round(OPAQUE * (1.0 - passed(u, 0.75)))
    gap, turn = 0.04 + 0.18 * opened, _way_in(stage)
    begin = (turn / math.tau + 0.25) % 1.0 + gap
    for color, wide in (("deep", 6.0 * k), (stage.tint, 3.2 * k)):
        yield Arc(at, radius, begin, begin + 1.0 - 2 * gap, color, wide, alpha=fade)
    for number in range(3):
        place = moved(at, turn, stage.radius + (66.0 * (1.0 - opened) + 14.0 + 15.0 * number) * k)
        yield chevron(place, turn + math.pi, 8.0 * k, "deep", 6.4 * k, fade)
        yield chevron(place, turn + math.pi, 8.0 * k, stage.tint, 3.4 * k, fade)
    if passed(u, 0.3):
        stage.tag("a way to a base again", stage.color, at, radius + 24.0 * k)


def _way_in(stage: Stage) -> float:
    """Return the heading from a relieved town to the first town of its side beside it."""
    held, town = stage.view.snapshot(stage.frame.t).held_by, stage.beat.town
    beside = (
        route.end if route.start == town else route.start
        for route in stage.view.scenario.routes
        if town in (route.start, route.end)
    )
    other = next((each for each in beside if held[each] == stage.beat.side), None)
    x, y = stage.geometry.points[other] if other else (stage.town[0], stage.town[1] - 1.0)
    return math.atan2(y - stage.town[1], x - stage.town[0])
