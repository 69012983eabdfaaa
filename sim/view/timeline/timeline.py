"""The timeline: transport buttons, pressure on roads, who held which town, events, and the playhead."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Final

from sim.analysis.text import MONTHS
from sim.model.quantities import DAY, Seconds
from sim.scene.shapes import Area, Box, Clip, Disc, Drawing, HitArea, Layer, Shape, Stroke, Text
from sim.scene.text import text_width, truncate
from sim.scene.theme import pressure_token
from sim.scene.view_model import Selection
from sim.scene.widgets import SMALL, hatching
from sim.view.controls.playback import times_text

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from datetime import date

    from sim.analysis.event_marks import EventMark
    from sim.analysis.timeline import Span
    from sim.scene.layout import Layout, Rect
    from sim.scene.shapes import Color
    from sim.scene.view_model import Frame, View

ROWS: Final = 4
PRESSURE_TOP: Final = 7.0
PRESSURE: Final = 25.0
ROWS_TOP: Final = 39.0
ROW: Final = 11.5
MARKS_AT: Final = 92.0
DATES_AT: Final = 109.0
NEAR: Final = 7.0
"""Of marks nearer to each other than this only the heaviest is drawn; pixels."""
DATE_ROOM: Final = 76.0
"""Room for a date on the axis; pixels."""
DAY_STEPS: Final = (1, 2, 5, 10, 20, 30, 60, 90, 180, 365)
FUTURE: Final = 110
"""Alpha of the veil over the future."""
BUTTONS: Final = (
    ("day_back", -75, "Back a day"),
    ("event_back", -40, "Event before"),
    ("play", 0, "Play or pause"),
    ("event_forward", 40, "Next event"),
    ("day_forward", 75, "On a day"),
)
"""Commands, how far to the right of the middle their buttons stand, and their tooltips."""
SPEED_BUTTONS: Final = (("slower", -64, "Slower"), ("faster", 64, "Faster"))


def timeline_layers(view: View, frame: Frame, regions: Layout) -> Drawing:
    """Return the timeline's layers and hit areas."""
    box, track, s = regions.timeline, regions.track, regions.s
    if box.height <= 0:
        return (), ()
    key = (view.recording.digest, box, s)
    background, mark_areas = view.cached("timeline ground", key, lambda: _background(view, regions, key))
    buttons, button_areas = _transport(frame, box, s)
    look = (frame.playing, frame.speed, frame.seconds_per_day, frame.is_lagging, frame.hover)
    layers = (
        background,
        Layer("playhead", (*key, frame.t), tuple(_playhead(view, frame, track, s))),
        Layer("transport", (box, s, look), tuple(buttons)),
    )
    tip = "Drag to go to a time"
    whole = HitArea(track.x, track.y, track.width, track.height, "timeline", "timeline", tip)
    return layers, (whole, *mark_areas, *button_areas)


def _background(view: View, regions: Layout, key: Hashable) -> tuple[Layer, list[HitArea]]:
    box, track, s = regions.timeline, regions.track, regions.s
    marks, hit_areas = _marks(view, track, s)
    shapes = (
        Box(box.x, box.y, box.width, box.height, "panel"),
        Box(box.x, box.y, box.width, 1.0, "hairline"),
        *_pressure(view, track, s),
        *_rows(view, track, s),
        *_dates(view, track, s),
        *marks,
    )
    return Layer("timeline ground", key, shapes), hit_areas


def _x(view: View, track: Rect, t: Seconds) -> float:
    return track.x + track.width * t / max(1, view.end)


def _label(track: Rect, y: float, text: str, s: float) -> Text:
    return Text((track.x - 8 * s, y), truncate(text, 96 * s, SMALL * s), SMALL * s, "ink2", anchor="right")


def _pressure(view: View, track: Rect, s: float) -> list[Shape]:
    timeline = view.timeline
    bottom = track.y + (PRESSURE_TOP + PRESSURE) * s
    shapes: list[Shape] = [_label(track, bottom - 8 * s, "Road pressure", s)]
    xs = [_x(view, track, t) for t in timeline.times]
    for number, value in enumerate(timeline.front_loaded[:-1]):
        height, width = PRESSURE * s * min(1.0, value), xs[number + 1] - xs[number] + 0.6
        if height > 0:
            shapes.append(Box(xs[number], bottom - height, width, height, pressure_token(value)))
    shapes.append(Stroke(((track.x, bottom + 0.5), (track.right, bottom + 0.5)), "hairline", 1.0))
    return shapes


def timeline_towns(view: View, most: int = ROWS) -> tuple[str, ...]:
    """Return the towns with a row: the first in focus, those that change hands, then others in focus."""
    known = [town.id for town in view.scenario.towns]
    focus = [town for town in view.scenario.focus if town in known]
    changed = view.timeline.changed
    in_focus = [town for town in focus if town in changed]
    return tuple(dict.fromkeys([*focus[:1], *in_focus, *changed, *focus, *known]))[:most]


def _rows(view: View, track: Rect, s: float) -> list[Shape]:
    """Draw who held each of some towns: solid while it was quiet, pale while it was contested."""
    shapes: list[Shape] = []
    for number, town in enumerate(timeline_towns(view)):
        top = track.y + (ROWS_TOP + number * ROW) * s
        shapes.append(_label(track, top + 8 * s, view.town(town).name, s))
        for span in view.timeline.spans[town]:
            shapes += _span(view, span, _x(view, track, span.begin), _x(view, track, span.end), top, s)
    return shapes


def _span(view: View, span: Span, left: float, right: float, top: float, s: float) -> list[Shape]:
    """Draw one span; the second side's is hatched, so that colour is not the only sign."""
    color = view.side_color(span.side)
    height = 8.5 * s
    width = max(1.0, right - left - 1)
    shapes: list[Shape] = [Box(left, top, width, height, color, alpha=85 if span.is_contested else 255)]
    if view.scenario.side_index(span.side) == 1:
        lines = color if span.is_contested else "panel"
        shapes += hatching(left, top, width, height, lines, 5 * s, 1.1 * s)
    if span.is_contested and width > 4 * s:
        line = ((left + 1, top + height / 2), (left + width - 1, top + height / 2))
        shapes.append(Stroke(line, color, 2.4 * s, (2.4 * s, 3 * s)))
    return shapes


def _marks(view: View, track: Rect, s: float) -> tuple[list[Shape], list[HitArea]]:
    y = track.y + MARKS_AT * s
    shapes: list[Shape] = []
    hit_areas: list[HitArea] = []
    taken: list[float] = []
    for mark in sorted(view.timeline.marks, key=lambda mark: (-mark.rank, -mark.size, mark.t)):
        x = _x(view, track, mark.t)
        if any(abs(x - other) < NEAR * s for other in taken):
            continue
        taken.append(x)
        shapes += _mark(view, mark, x, y, s)
        tip = f"Day {mark.t // DAY}: {mark.text}"
        hit_areas.append(HitArea(x - 4 * s, y - 6 * s, 8 * s, 12 * s, "event", str(mark.t), tip))
    return shapes, hit_areas


def _mark(view: View, mark: EventMark, x: float, y: float, s: float) -> list[Shape]:
    """Return an event's mark: a diamond for a town, a cross for a cut road, small signs for the rest."""
    reach = 4.2 * s
    if mark.rank > 1:
        color = view.side_color(mark.side) if mark.side else "ink"
        around = ((x, y - reach * 1.25), (x + reach * 1.25, y), (x, y + reach * 1.25), (x - reach * 1.25, y))
        return [Area(around, color, "ink", 1.0)]
    if mark.kind == "cut":
        arm = reach * 0.75
        return [
            Stroke(((x - arm, y - arm), (x + arm, y + arm)), "ink", 1.8 * s),
            Stroke(((x - arm, y + arm), (x + arm, y - arm)), "ink", 1.8 * s),
        ]
    if mark.kind == "damaged":
        return [Area(((x - 3 * s, y + 2.6 * s), (x + 3 * s, y + 2.6 * s), (x, y - 3 * s)), "ink3")]
    if mark.kind == "repaired":
        return [Disc((x, y), 2.4 * s, None, "ink3", 1.2 * s)]
    if mark.kind == "convoy":
        return [Disc((x, y), 1.6 * s, "ink3")]
    return [Area(((x - 3.4 * s, y + 3 * s), (x + 3.4 * s, y + 3 * s), (x, y - 3.4 * s)), "ink2")]


def _dates(view: View, track: Rect, s: float) -> list[Shape]:
    y = track.y + DATES_AT * s
    days = max(1, math.ceil(view.end / DAY))
    most = max(1, int(track.width / (DATE_ROOM * s)))
    step = next((step for step in DAY_STEPS if days / step <= most), DAY_STEPS[-1])
    shapes: list[Shape] = [Text((track.x, y), short_date(view.scenario.start), SMALL * s, "ink3")]
    begin = track.x + text_width(short_date(view.scenario.start), SMALL * s) + 20 * s
    for day in range(step, days + 1, step):
        x = _x(view, track, day * DAY)
        if x > track.right + 1:
            break
        shapes.append(Stroke(((x, y - 13 * s), (x, y - 10 * s)), "ink3", 1.0))
        label = f"day {day}"
        half = text_width(label, SMALL * s) / 2
        if x - half < begin:
            continue
        if x + half > track.right:
            shapes.append(Text((track.right, y), label, SMALL * s, "ink3", anchor="right"))
        else:
            shapes.append(Text((x, y), label, SMALL * s, "ink3", anchor="middle"))
    return shapes


def short_date(on: date) -> str:
    """Return a date as day and short month: 27 Jan."""
    return f"{on.day} {MONTHS[on.month - 1][:3]}"


def _playhead(view: View, frame: Frame, track: Rect, s: float) -> list[Shape]:
    """Draw the playhead, and a veil over the future."""
    x = _x(view, track, frame.t)
    top, bottom = track.y + PRESSURE_TOP * s, track.y + (MARKS_AT + 6) * s
    grip, head = 5 * s, track.y + 2 * s
    left, right = x - grip, x + grip
    sign = ((left, head), (right, head), (right, head + grip), (x, head + 2 * grip), (left, head + grip))
    return [
        Clip(track.x - grip, head, track.width + 2 * grip, bottom - head),
        Box(x, top, max(0.0, track.right - x), bottom - top, "panel", alpha=FUTURE),
        Stroke(((x, head), (x, bottom)), "accent", 2.0 * s),
        Area(sign, "accent"),
    ]


def _transport(frame: Frame, box: Rect, s: float) -> tuple[list[Shape], list[HitArea]]:
    middle = box.x + 106 * s
    y = box.y + 40 * s
    shapes: list[Shape] = [Clip(box.x, box.y, 212 * s, box.height)]
    hit_areas: list[HitArea] = []
    for name, offset, tip in BUTTONS:
        is_play = name == "play"
        radius = (20 if is_play else 15) * s
        x = middle + offset * s
        shapes.append(Disc((x, y), radius, "accent" if is_play else _button_color(frame, name)))
        sign = "pause" if is_play and frame.playing else name
        shapes += icon(sign, x, y, radius * 0.42, "panel" if is_play else "ink")
        hit_areas.append(HitArea(x - radius, y - radius, 2 * radius, 2 * radius, "button", name, tip))
    y += 40 * s
    speed = f"{times_text(frame.speed)} speed"
    shapes.append(Text((middle, y), speed, 13 * s, "ink", is_bold=True, anchor="middle"))
    for name, offset, tip in SPEED_BUTTONS:
        x = middle + offset * s
        shapes.append(Disc((x, y - 4.5 * s), 9 * s, _button_color(frame, name)))
        shapes += icon(name, x, y - 4.5 * s, 4 * s, "ink")
        hit_areas.append(HitArea(x - 11 * s, y - 15 * s, 22 * s, 22 * s, "button", name, tip))
    lag = "slower than wanted" if frame.is_lagging else f"1 day = {frame.seconds_per_day:.3g} s"
    shapes.append(Text((middle, y + 17 * s), lag, SMALL * s, "ink3", anchor="middle"))
    return shapes, hit_areas


def _button_color(frame: Frame, name: str) -> str:
    return "hairline" if frame.hover == Selection("button", name) else "raised"


def icon(name: str, x: float, y: float, radius: float, color: Color) -> list[Shape]:
    """Return one of `ICONS` round a point, as shapes, since no font carries them."""
    return ICONS[name](x, y, radius, color)


def _head(x: float, y: float, reach: float, color: Color, way: int) -> Area:
    """Return a triangle that points on, or back where the way is -1."""
    return Area(((x - way * reach, y - reach), (x + way * reach, y), (x - way * reach, y + reach)), color)


def _play(x: float, y: float, radius: float, color: Color) -> list[Shape]:
    left = x - radius * 0.62
    return [Area(((left, y - radius), (left + radius * 1.75, y), (left, y + radius)), color)]


def _pause(x: float, y: float, radius: float, color: Color) -> list[Shape]:
    wide, lefts = radius * 0.55, (x - radius * 0.8, x + radius * 0.25)
    return [Box(left, y - radius, wide, 2 * radius, color, wide * 0.25) for left in lefts]


def _two_heads(x: float, y: float, radius: float, color: Color, *, way: int) -> list[Shape]:
    reach = radius * 0.55
    return [_head(x - reach, y, reach, color, way), _head(x + reach, y, reach, color, way)]


def _head_at_bar(x: float, y: float, radius: float, color: Color, *, way: int) -> list[Shape]:
    reach = radius * 0.75
    bar = x + way * reach
    line = Stroke(((bar, y - reach), (bar, y + reach)), color, radius * 0.32)
    return [_head(x - way * reach * 0.15, y, reach, color, way), line]


def _minus(x: float, y: float, radius: float, color: Color) -> list[Shape]:
    return [Stroke(((x - radius, y), (x + radius, y)), color, radius * 0.45)]


def _plus(x: float, y: float, radius: float, color: Color) -> list[Shape]:
    return [*_minus(x, y, radius, color), Stroke(((x, y - radius), (x, y + radius)), color, radius * 0.45)]


ICONS: Final[dict[str, Callable[[float, float, float, Color], list[Shape]]]] = {
    "play": _play,
    "pause": _pause,
    "day_back": partial(_two_heads, way=-1),
    "day_forward": partial(_two_heads, way=1),
    "event_back": partial(_head_at_bar, way=-1),
    "event_forward": partial(_head_at_bar, way=1),
    "slower": _minus,
    "faster": _plus,
}
