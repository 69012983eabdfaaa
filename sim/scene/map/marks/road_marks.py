"""Marks on roads: a strike and its repair, an ambush, an assault that goes through or springs back."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.scene.beats.beats import DECISIVE
from sim.scene.lines import moved
from sim.scene.map.front import bar, place_of_front
from sim.scene.map.marks.stage import (
    OPAQUE,
    chevron,
    eased,
    hump,
    own_share,
    passed,
    ray,
)
from sim.scene.shapes import Arc, Area, Disc, Light, Stroke

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.scene.map.marks.stage import Stage
    from sim.scene.shapes import Point, Shape

FLIGHT: Final = 210.0
"""Length of a strike's flight that is seen; pixels at plain size. So are other lengths here."""
HIT: Final = 0.42
"""Share of a strike at which it hits; it flashes until `FADED`."""
FADED: Final = 0.8
RING: Final = 46.0
GREAT_DAMAGE: Final = 0.3
"""Share out of use from which a strike says how much."""
CUT: Final = 0.99
TURNED: Final = 0.45
"""Share of an assault at which it reaches the front."""
ARROW: Final = ((0.0, -3.2), (0.62, -4.6), (0.55, -9.5), (1.0, 0.0), (0.55, 9.5), (0.62, 4.6), (0.0, 3.2))
"""An assault's arrow: shares of its length along its way, and pixels athwart."""
LENGTH: Final = 46.0
THROUGH: Final = 9.0
BACK: Final = 24.0
"""How far an arrow goes through a front, and springs back from it."""
GROWN: Final = 1.35
"""How much larger the front's bars are while they move."""
BROKEN: Final = 0.3
"""Share of an ambush at which the convoy breaks."""
FRONT: Final = ((-6.0, -4.4), (3.0, -4.4), (7.0, 0.0), (3.0, 4.4), (-6.0, 4.4), (-3.0, 1.5), (-6.0, -1.0))
REAR: Final = ((-6.0, -4.4), (5.0, -4.4), (2.5, -1.5), (6.0, 1.0), (3.5, 4.4), (-6.0, 4.4))
"""A convoy in two: its nose, and what stays behind."""


def strike(stage: Stage, u: float) -> Iterator[Shape]:
    """Yield a strike: it flies in from nowhere, flashes, and a ring runs out."""
    k, beat = stage.k, stage.beat
    x, y, _ = stage.narrow
    if stage.has_light:
        yield from _flight(stage, (x, y), u)
    flash = hump(u, HIT - 0.02, HIT + 0.05, FADED)
    if flash:
        if stage.has_light:
            yield Light((x, y), 66.0 * k, "full", round(170 * flash))
        for number in range(10):
            reach = (9.0 * k, (10.0 + (6.0 + 7.0 * (number % 3)) * passed(u, HIT - 0.02, HIT + 0.1)) * k)
            turn = math.tau * (number / 10 + 0.07 * (number % 3))
            yield ray((x, y), turn, reach, "flash", 2.0 * k, round(OPAQUE * flash))
        yield Disc((x, y), max(1.0, 10.5 * k * flash), "flash")
    out = passed(u, HIT + 0.02)
    if out:
        wide = (1.6 + 0.8 * min(beat.count, 4)) * k
        fade = round(OPAQUE * (1.0 - eased(out) ** 3))
        yield Disc((x, y), (9.0 + RING * eased(out)) * k, None, "full", wide, fade)
    if u >= DECISIVE and beat.amount >= GREAT_DAMAGE:
        text = f"{100 * beat.amount:.0f} % out of use" if beat.amount < CUT else "cut"
        stage.tag(text, "full", (x, y), 30.0 * k)


def _flight(stage: Stage, goal: Point, u: float) -> Iterator[Shape]:
    """Yield a strike's flight: only its side is known, so that it begins in nothing."""
    k, steps = stage.k, 14
    head, fade = passed(u, 0.0, HIT) ** 1.25, 1.0 - passed(u, HIT, 0.66)
    if not fade:
        return
    start, top = _bow(stage, goal)
    ways = [_bend(start, top, goal, head * step / steps) for step in range(steps + 1)]
    for step in range(steps):
        alpha = round(OPAQUE * ((step + 1) / steps) ** 1.8 * math.sqrt(head) * fade)
        wide = (1.0 + 3.4 * step / steps) * k
        yield Stroke((ways[step], ways[step + 1]), stage.tint, wide, alpha=alpha)
    if u < HIT:
        yield Light(ways[-1], 20.0 * k, stage.tint, 190)
        yield Disc(ways[-1], 4.2 * k, "flash", "deep", 0.8 * k)


def _bow(stage: Stage, goal: Point) -> tuple[Point, Point]:
    """Return where the flight begins, and its bend: it comes high from where the side's towns lie."""
    here, reach = stage.geometry.here, FLIGHT * stage.k
    side = stage.beat.side

    def middle() -> Point | None:
        places = [here.point(town.at) for town in stage.view.scenario.towns if town.held_by == side]
        count = len(places)
        return (
            (math.fsum(x for x, _ in places) / count, math.fsum(y for _, y in places) / count)
            if count
            else None
        )

    begin = stage.geometry.cached(("middle of", side), middle) or goal
    across, down = begin[0] - goal[0], begin[1] - goal[1]
    length = math.hypot(across, down) or 1.0
    start = goal[0] + across / length * reach, goal[1] + 0.6 * down / length * reach
    return start, ((start[0] + goal[0]) / 2, min(start[1], goal[1]) - 0.42 * reach)


def _bend(start: Point, top: Point, goal: Point, u: float) -> Point:
    """Return a point of the flight."""
    a, b, c = (1 - u) ** 2, 2 * u * (1 - u), u * u
    return a * start[0] + b * top[0] + c * goal[0], a * start[1] + b * top[1] + c * goal[1]


def repair(stage: Stage, u: float) -> Iterator[Shape]:
    """Yield a repair: a ring draws shut round a tick, and the road runs on from it on both sides."""
    k = stage.k
    x, y, turn = stage.narrow
    alpha = round(OPAQUE * hump(u, 0.0, 0.12, 1.0) ** 0.5)
    done = passed(u, 0.0, DECISIVE) * (1.0 - stage.beat.amount)
    radius = 10.0 * k
    if stage.has_light:
        yield Light((x, y), 34.0 * k, stage.color, round(alpha * 0.6 * hump(u, 0.3, DECISIVE, 1.0)))
    for way in (0.0, math.pi):
        for number in range(2):
            ahead = (14.0 + 7.0 * number + 10.0 * passed(u, DECISIVE)) * k
            place, strength = (
                moved((x, y), turn + way, ahead),
                round(alpha * passed(u, DECISIVE * 0.8, DECISIVE)),
            )
            yield chevron(place, turn + way, 4.6 * k, "deep", 4.6 * k, strength)
            yield chevron(place, turn + way, 4.6 * k, stage.tint, 2.4 * k, strength)
    yield Disc((x, y), radius + 2.2 * k, "deep", alpha=alpha)
    yield Disc((x, y), radius, None, "calm", 2.4 * k, alpha)
    yield Arc((x, y), radius, 0.0, max(0.02, done), stage.tint, 2.6 * k, alpha=alpha)
    drawn = passed(u, DECISIVE * 0.75, DECISIVE)
    if drawn:
        tick = ((-4.6, 0.4), (-1.4, 3.8), (-1.4 + 6.2 * drawn, 3.8 - 7.8 * drawn))
        yield Stroke(tuple((x + a * k, y + b * k) for a, b in tick), "ink", 2.6 * k, alpha=alpha)


def ambush(stage: Stage, u: float) -> Iterator[Shape]:
    """Yield an ambush: the convoy breaks, its rear part stays behind, grey and turned."""
    k, beat = stage.k, stage.beat
    flow = stage.view.snapshot(stage.frame.t).flows.get(stage.route.id, 0.0)
    x, y, turn = stage.path.at(stage.path.length * (0.34 + 0.32 * own_share(f"{beat.route}{beat.t}")))
    turn += math.pi * (flow < 0.0)
    late, fade = passed(u, BROKEN), round(OPAQUE * (1.0 - passed(u, 0.8)))
    size = (1.1 + min(beat.amount, 40.0) / 60.0) * k
    before = -26.0 * k * (1.0 - passed(u, 0.0, BROKEN))
    burst = hump(u, BROKEN - 0.04, BROKEN + 0.12, 0.9)
    if burst:
        if stage.has_light:
            yield Light((x, y), 36.0 * k, "full", round(150 * burst))
        teeth = tuple(
            moved((x, y), turn + math.tau * n / 14, (18.0 if n % 2 else 8.0) * k * (0.5 + 0.5 * burst))
            for n in range(14)
        )
        yield Area(teeth, "full", "deep", 1.2 * k, round(235 * burst))
    rear = moved((x, y), turn, before - 9.0 * size)
    front = moved((x, y), turn, before + (7.0 + 36.0 * late) * size)
    grey = "ink3" if late else stage.tint
    lean = turn + 0.55 * passed(late, 0.0, 0.3)
    for outline, at, way, color in ((REAR, rear, lean, grey), (FRONT, front, turn, stage.tint)):
        points = tuple(moved(at, way, a * size, b * size) for a, b in outline)
        yield Area(points, color, "deep", 1.4 * size, fade)
    if late:
        stage.tag(f"{beat.amount * beat.count:,.0f} t lost", "ink3", (x, y), 26.0 * k)


def assault(stage: Stage, u: float) -> Iterator[Shape]:
    """Yield an assault's arrow, which runs up to the front and goes through it, or springs back."""
    k, beat, points = stage.k, stage.beat, stage.geometry.points
    x, y, turn = place_of_front(stage.view, stage.geometry, stage.route, beat.amount)
    turn += math.pi * (beat.origin != stage.route.start)
    origin = points[beat.origin or ""]
    room = math.dist((x, y), origin) - stage.geometry.radii[beat.origin or ""]
    length = min(LENGTH * k, max(room, 22.0 * k))
    is_won, late = beat.kind == "assault_won", passed(u, TURNED)
    end = THROUGH * k if is_won else -4.0 * k
    tip = end - 0.9 * length * (1.0 - passed(u, 0.0, TURNED)) ** 2
    tip -= 0.0 if is_won else BACK * k * (1.0 - (1.0 - late) ** 2)
    alpha = round(OPAQUE * (1.0 - passed(u, TURNED + 0.1 if is_won else 0.72, 0.8 if is_won else 1.0)))
    wide = (1.0 + 0.12 * min(beat.count - 1, 4)) * k
    body = tuple(moved((x, y), turn, tip - length * (1.0 - a), b * wide) for a, b in ARROW)
    yield Area(body, "deep", "deep", 3.2 * k, alpha)
    yield Area(body, stage.color if is_won or not late else "ink3", stage.tint, 1.5 * k, alpha)
    if is_won:
        for number in range(2):
            ahead = moved((x, y), turn, end + (8.0 + 8.0 * number + 12.0 * late) * k)
            strength = round(alpha * passed(u, TURNED - 0.05, TURNED))
            yield chevron(ahead, turn, 8.5 * k, "deep", 5.4 * k, strength)
            yield chevron(ahead, turn, 8.5 * k, stage.tint, 2.8 * k, strength)
        if u >= DECISIVE:
            yield from _gained(stage, u)
    elif late:
        yield from _shield(stage, (x, y), turn, late, alpha)


def _gained(stage: Stage, u: float) -> Iterator[Shape]:
    """Yield what an assault leaves: the front's bars go from where they stood, and leave a bright trail."""
    k, beat, route = stage.k, stage.beat, stage.route
    known = stage.view.cached("fronts before", None, dict[tuple[str, int], float | None])
    key = route.id, beat.t
    if key not in known:
        # where the town itself falls, that has its own mark
        is_taken = stage.view.snapshot(beat.t).held_by[beat.town or ""] == beat.side
        known[key] = None if is_taken else stage.view.snapshot(beat.t - 1).fronts.get(route.id)
    before = known[key]
    if before is None:
        return
    share = passed(u, DECISIVE, 0.8)
    then, now = (
        place_of_front(stage.view, stage.geometry, route, each)
        for each in (before, before + (beat.amount - before) * eased(share))
    )
    fade = round(OPAQUE * (1.0 - passed(u, 0.88)))
    for color, wide in (("deep", 13.0), (stage.tint, 9.0)):
        yield Stroke((then[:2], now[:2]), color, wide * k, alpha=fade)
    held = (beat.side, next(side.id for side in stage.view.scenario.sides if side.id != beat.side))
    colors = [stage.view.side_color(side) for side in held]
    yield from bar(
        now, GROWN * k * (1.0 - 0.4 * passed(u, 0.88)), colors[:: 1 if beat.origin == route.start else -1]
    )
    gained = abs(beat.amount - before)
    text = f"{gained:.1f} km" if gained >= 1.0 else f"{max(10, round(100 * gained) * 10)} m"
    stage.tag(f"{text} gained", stage.color, now[:2], 26.0 * k)


def _shield(stage: Stage, at: Point, turn: float, late: float, alpha: int) -> Iterator[Shape]:
    """Yield what an assault springs back from: a bow in the defender's colour, and five sparks."""
    k = stage.k
    others = [side.id for side in stage.view.scenario.sides if side.id != stage.beat.side]
    color = stage.view.side_color(others[0], is_tint=True)
    middle = moved(at, turn, 22.0 * k)
    bow = tuple(moved(middle, turn + math.pi + 0.24 * n, 21.0 * k) for n in range(-4, 5))
    yield Stroke(bow, "deep", 7.4 * k, alpha=alpha)
    yield Stroke(bow, color, 4.2 * k, alpha=alpha)
    for n in range(-2, 3):
        begin = (12.0 + 22.0 * late) * k
        yield ray(at, turn + math.pi + 0.6 * n, (begin, begin + 9.0 * k), "flash", 2.4 * k, alpha)
