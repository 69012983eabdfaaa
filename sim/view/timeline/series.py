"""What the timeline shows: tonnes that do not arrive, weather, turning points, who held which town."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from sim.model.quantities import DAY, Days, Seconds
from sim.scene.shapes import Area, Box, Disc, HitArea, Shape, Stroke
from sim.scene.widgets import hatching, side_mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sim.analysis.event_marks import EventMark
    from sim.model.parameters import WeatherState
    from sim.scene.layout import Rect
    from sim.scene.shapes import Point
    from sim.scene.view_model import View

CURVES_TOP: Final = 9.0
ZERO_AT: Final = 31.0
CURVES_BOTTOM: Final = 53.0
WEATHER_AT: Final = 57.5
WEATHER: Final = 8.0
MARKS_AT: Final = 74.0
ROWS_TOP: Final = 82.0
ROW: Final = 11.6
STRIP: Final = 7.5
ROWS: Final = 4
LEAST_SCALE: Final = 20.0
"""Tonnes a day at the edge of the curves at least."""
NEAR: Final = 7.0
"""Of marks nearer to each other than this only the heaviest is drawn; pixels."""
MARKED: Final = ("cut", "encircled", "fell")
"""Kinds of events that have a mark, the heaviest last."""
STARVING: Final[Days] = 1.0
GHOST: Final = (3.0, 2.4)
"""Dashes of the other run."""


def x_at(view: View, track: Rect, t: float) -> float:
    """Return where a time lies on the track; pixels."""
    return track.x + track.width * t / max(1, view.end)


def curves(view: View) -> Mapping[str, Sequence[float]]:
    """Return by side what does not arrive; where supply decides nothing, how many soldiers there are."""
    return view.timeline.soldiers if view.scenario.supply.effect == "none" else view.timeline.missing


def curve_shapes(view: View, track: Rect, s: float) -> list[Shape]:
    """Draw the curves: the first side's upwards, the second's downwards, the other run's dashed."""
    top, zero, bottom = (track.y + at * s for at in (CURVES_TOP, ZERO_AT, CURVES_BOTTOM))
    sides = [side.id for side in view.scenario.sides]
    views = [view] if view.beside is None else [view, view.beside]
    highest = max(LEAST_SCALE, *(max(curves(each)[side]) for each in views for side in sides))
    reaches = ((zero - top) / highest, (zero - bottom) / highest)
    shapes: list[Shape] = [Box(track.x, top, track.width, bottom - top, "bg")]
    for side, reach in zip(sides, reaches, strict=True):
        points = _steps(view, track, curves(view)[side], zero, reach)
        shapes.append(Area(((track.x, zero), *points, (points[-1][0], zero)), view.side_color(side)))
    shapes.append(Stroke(((track.x, zero), (track.right, zero)), "ink3", 1.0))
    for known, y in zip(view.scenario.sides, (zero - 11 * s, zero + 11 * s), strict=True):
        is_diamond, color = known.mark == "diamond", view.side_color(known.id)
        shapes.append(side_mark(track.x + 8 * s, y, 3.8 * s, color, is_diamond=is_diamond))
    for side, reach in zip(sides, reaches, strict=True) if view.beside is not None else ():
        here, there = curves(view)[side], curves(views[-1])[side]
        pairs = enumerate(zip(here, there, strict=False))  # one run may have ended earlier
        begin = next((number for number, (one, other) in pairs if one != other), None)
        if begin is not None:  # only from where they differ on
            points = _steps(views[-1], track, there, zero, reach, begin)
            shapes.append(Stroke(tuple(points), "ink", 1.3 * s, (GHOST[0] * s, GHOST[1] * s)))
    return shapes


def _steps(
    view: View, track: Rect, series: Sequence[float], zero: float, reach: float, begin: int = 0
) -> list[Point]:
    """Return the corners of a curve that keeps each value until the next one, from one of them on."""
    points: list[Point] = []
    for t, value in zip(view.timeline.times[begin:], series[begin:], strict=True):
        x, y = x_at(view, track, t), zero - value * reach
        if not points or points[-1][1] != y:
            points += [(x, points[-1][1]), (x, y)] if points else [(x, y)]
    return [*points, (track.right, points[-1][1])]


def weather_shapes(view: View, track: Rect, s: float) -> list[Shape]:
    """Draw the weather of each day: nothing for clear, crosses for frost, full for mud, slants for rain."""
    top, height = track.y + WEATHER_AT * s, WEATHER * s
    shapes: list[Shape] = [Box(track.x, top, track.width, height, "bg")]
    days = list(enumerate(view.timeline.weather))
    starts = [next(group) for _, group in groupby(days, key=lambda pair: pair[1])]
    ends = [*(day for day, _ in starts[1:]), view.end / DAY]
    for (begin, state), end in zip(starts, ends, strict=True):
        left, right = x_at(view, track, begin * DAY), min(x_at(view, track, end * DAY), track.right)
        shapes += weather_sign(state, left, top, right - left, height, s)
    return shapes


def weather_sign(
    state: WeatherState, x: float, y: float, width: float, height: float, s: float
) -> list[Shape]:
    """Fill a rectangle as a weather is drawn on the timeline."""
    if state == "clear" or width <= 0:
        return []
    if state == "rain":
        return hatching(x, y, width, height, "ink2", 4.0 * s, 1.3 * s)
    shapes: list[Shape] = [Box(x, y, width, height, "ink3" if state == "mud" else "hairline")]
    if state == "frost":
        arm, step = 1.8 * s, 5.5 * s
        count = max(1, int(width / step))
        for number in range(count):
            at = x + width * (number + 0.5) / count
            shapes += [
                Stroke(((at - arm, y + height / 2), (at + arm, y + height / 2)), "ink2", 1.1 * s),
                Stroke(((at, y + height / 2 - arm), (at, y + height / 2 + arm)), "ink2", 1.1 * s),
            ]
    return shapes


def turning_marks(view: View) -> list[EventMark]:
    """Return the events that have a mark, the heaviest first."""
    marks = [mark for mark in view.timeline.marks if mark.kind in MARKED]
    return sorted(marks, key=lambda mark: (-MARKED.index(mark.kind), mark.t))


def mark_shapes(view: View, track: Rect, s: float) -> tuple[list[Shape], list[HitArea]]:
    """Draw falls, cuts and towns without a way out, as far as they keep clear of each other."""
    y = track.y + MARKS_AT * s
    shapes: list[Shape] = []
    hit_areas: list[HitArea] = []
    taken: list[float] = []
    for mark in turning_marks(view):
        x = x_at(view, track, mark.t)
        if any(abs(x - other) < NEAR * s for other in taken):
            continue
        taken.append(x)
        shapes += mark_sign(view, mark, x, y, s)
        tip = f"Day {mark.t // DAY}\n{mark.text}"
        hit_areas.append(HitArea(x - 5 * s, y - 6 * s, 10 * s, 12 * s, "event", str(mark.t), tip))
    return shapes, hit_areas


def mark_sign(view: View, mark: EventMark, x: float, y: float, s: float) -> list[Shape]:
    """Draw an event's mark: a wedge in the new holder's colour, a cross, or a ringed point."""
    color = view.side_color(mark.side) if mark.side else "ink"
    reach = 4.6 * s
    if mark.kind == "fell":
        return [
            Area(((x - reach, y - reach * 0.8), (x + reach, y - reach * 0.8), (x, y + reach * 0.9)), color)
        ]
    if mark.kind == "cut":
        arm = reach * 0.75
        ends = (((x - arm, y - arm), (x + arm, y + arm)), ((x - arm, y + arm), (x + arm, y - arm)))
        return [Stroke(line, "ink", 1.8 * s) for line in ends]
    return [Disc((x, y), reach * 0.9, None, color, 1.6 * s), Disc((x, y), 1.7 * s, color)]


def strip_towns(view: View, until: Seconds) -> tuple[str, ...]:
    """Return the towns with a strip: those in focus, then those that changed hands until a time."""
    known = [town.id for town in view.scenario.towns]
    focus = [town for town in view.scenario.focus if town in known]
    changed = [
        mark.town for mark in view.timeline.marks if mark.kind == "fell" and mark.t <= until and mark.town
    ]
    fought = sorted(known, key=lambda town: not view.timeline.spans[town][0].is_contested)
    return tuple(dict.fromkeys([*focus[:ROWS], *changed, *fought]))[:ROWS]


def strip_shapes(view: View, track: Rect, towns: Sequence[str], s: float) -> list[Shape]:
    """Draw who held each town; hatched: the second side; bright beneath: less than a day of supply."""
    shapes: list[Shape] = []
    for number, town in enumerate(towns):
        top, height = track.y + (ROWS_TOP + number * ROW) * s, STRIP * s
        for span in view.timeline.spans[town]:
            left, right = x_at(view, track, span.begin), x_at(view, track, span.end)
            color, width = view.side_color(span.side), max(1.0, right - left)
            shapes.append(Box(left, top, width, height, color))
            if view.scenario.side_index(span.side) == 1:
                shapes += hatching(left, top, width, height, "panel", 4.0 * s, 1.0 * s)
        shapes += _other_holders(view, track, town, top, s)
        for begin, end in starving_spans(view, town):
            left, right = x_at(view, track, begin), x_at(view, track, end)
            under = top + height - 2.6 * s
            shapes.append(Box(left, under - s, right - left, 3.8 * s, "panel"))
            shapes.append(Box(left, under, max(1.0, right - left), 2.8 * s, "full"))
    return shapes


def _other_holders(view: View, track: Rect, town: str, top: float, s: float) -> Iterator[Shape]:
    """Yield dashes in the colour of who held a town in the other run, where that was another side."""
    other = view.beside
    for there in () if other is None else other.timeline.spans.get(town, ()):
        for here in view.timeline.spans[town]:
            begin, end = max(here.begin, there.begin), min(here.end, there.end)
            if here.side != there.side and begin < end:
                y, ends = top + 2.2 * s, (x_at(view, track, begin), x_at(view, track, end))
                yield Stroke(((ends[0], y), (ends[1], y)), "deep", 4.0 * s)
                dashes = (GHOST[0] * s, GHOST[1] * s)
                yield Stroke(((ends[0], y), (ends[1], y)), view.side_color(there.side), 2.4 * s, dashes)


def starving_spans(view: View, town: str) -> list[tuple[Seconds, Seconds]]:
    """Return when a town had less than a day of supply, each from a sample to the next that is not so."""
    times, days = view.timeline.times, view.timeline.days[town]
    found: list[tuple[Seconds, Seconds]] = []
    for number, value in enumerate(days[:-1]):
        if value is not None and value < STARVING:
            begin, end = times[number], times[number + 1]
            if found and found[-1][1] == begin:
                begin = found.pop()[0]
            found.append((begin, end))
    return found
