"""The timeline: what does not arrive, weather, turning points and towns over the whole run, and the playhead.

What was not played yet is veiled, unless the veil is lifted.
"""

from __future__ import annotations

import bisect
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sim.analysis.text import date_text, listing
from sim.model.quantities import DAY, Seconds, TonnesPerDay
from sim.scene.beats.pacing import pacing_of
from sim.scene.icons import icon
from sim.scene.shapes import Area, Box, Clip, Disc, Drawing, HitArea, Layer, Shape, Stroke, Text
from sim.scene.text import text_width, truncate
from sim.scene.widgets import SMALL, hatching
from sim.view.timeline.bars import weather_effect
from sim.view.timeline.controls import controls_layer
from sim.view.timeline.series import (
    CURVES_TOP,
    ROW,
    ROWS_TOP,
    STARVING,
    WEATHER_AT,
    curve_shapes,
    mark_shapes,
    strip_shapes,
    strip_towns,
    turning_marks,
    weather_shapes,
    x_at,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from sim.scene.layout import Layout, Rect
    from sim.scene.view_model import Frame, View

AXIS_AT: Final = 138.5
TRACK_BOTTOM: Final = 128.0
LABEL_ROOM: Final = 106.0
DATE_ROOM: Final = 110.0
"""Room for a day on the axis; pixels."""
DAY_STEPS: Final = (1, 2, 5, 10, 20, 30, 60, 90, 180, 365)
TOLD: Final[TonnesPerDay] = 0.5
"""Fewer tonnes that do not arrive are none in whole tonnes."""
LEAST_VEIL: Final = 170.0
"""Width of the veil that has words; pixels."""
STEADY: Final = "at an even pace"
SLOW: Final = "slower at turning points"
MISSING_TIP: Final = (
    "Tonnes a day that do not arrive\nUp: {}, down: {}. What towns need and the plan cannot bring."
)
SOLDIERS_TIP: Final = "Soldiers\nUp: {}, down: {}. Garrisons and reserves."
WEATHER_TIP: Final = "Weather\nCrosses: frost. Slanted: rain. Full: mud. Nothing: clear."
STRIP_TIP: Final = "{}\nWho held it; hatched: {}. Bright beneath: less than a day of supply."
VEIL_TIPS: Final = ("Lift the veil\nShow what comes later in this run", "Veil what was not played yet")


def timeline_layers(view: View, frame: Frame, regions: Layout) -> Drawing:
    """Return the timeline's layers and hit areas."""
    track = regions.track
    if regions.timeline.height <= 0:
        return (), ()
    until = open_until(view, frame)
    times = view.cached("times of marks", None, lambda: sorted(mark.t for mark in view.timeline.marks))
    places = tuple(round(x_at(view, track, t)) for t in (frame.t, until))
    hot = frame.hover.name if frame.hover is not None and frame.hover.kind == "button" else ""
    is_slow = frame.playing and pacing_of(view, frame).is_slow_at(frame.t)
    since = frame.what_if.since or 0 if frame.what_if is not None and view.beside is not None else None
    state = (frame.playing, frame.is_lagging, is_slow, frame.seconds_per_day, frame.reduced_motion)
    options = (frame.veil, frame.has_controls, frame.follows, frame.t < view.end, hot, since)
    beside = view.beside.recording.digest if view.beside is not None else None
    key = (beside, regions, places, bisect.bisect_right(times, until), state, options)
    return view.cached("timeline", key, lambda: _drawing(view, frame, regions, until, is_slow=is_slow))


def _drawing(view: View, frame: Frame, regions: Layout, until: Seconds, *, is_slow: bool) -> Drawing:
    box, track, s = regions.timeline, regions.track, regions.s
    towns = strip_towns(view, until)
    beside = view.beside.recording.digest if view.beside is not None else None
    key = (view.recording.digest, beside, box, track, s, towns)
    ground = view.cached("timeline ground", key, lambda: _ground(view, regions, towns, key))
    played, mark_areas = view.cached("timeline played", key, lambda: _played(view, track, towns, s, key))
    end = round(x_at(view, track, until))
    clip = Clip(track.x, track.y, end - track.x, track.height)
    notes = SLOW if view.timeline.changed and not frame.reduced_motion else STEADY
    buttons, button_areas = controls_layer(frame, regions.controls, s, notes, is_slow=is_slow)
    veil, veil_areas = _veil_button(view, frame, track, end, s)
    shown = (ground, replace(played, window=clip), veil, _playhead(view, frame, track, s))
    layers = (*shown, *_change_flag(view, frame, track, s), *buttons)
    whole = HitArea(track.x, track.y, track.width, track.height, "timeline", "timeline")
    labels = view.cached("timeline labels", key, lambda: tuple(_label_areas(view, track, towns, s)))
    marks = tuple(each for each in mark_areas if int(each.name) <= until)
    return layers, (whole, *marks, *labels, *veil_areas, *button_areas)


def open_until(view: View, frame: Frame) -> Seconds:
    """Return until when a run is open to see; s."""
    return max(frame.t, frame.played) if frame.veil else view.end


def moment_text(view: View, frame: Frame, t: Seconds) -> str:
    """Return what the timeline tells of a moment in words; nothing of what was not played."""
    title = f"Day {t // DAY}, {date_text(view.scenario.start, t)}"
    if t > open_until(view, frame):
        return f"{title}\nNot yet played. Click to go there."
    timeline, number = view.timeline, view.timeline.index_at(t)
    near = [mark.text for mark in turning_marks(view) if abs(mark.t - t) < DAY / 2]
    weather, effect = timeline.weather_at(t), weather_effect(view.scenario, timeline.weather_at(t))
    lacks = [(side.name, timeline.missing[side.id][number]) for side in view.scenario.sides]
    missing = [f"{name}: {tonnes:,.0f} t a day do not arrive." for name, tonnes in lacks if tonnes >= TOLD]
    starving = [
        view.town(town).name
        for town in strip_towns(view, open_until(view, frame))
        if (days := timeline.days[town][number]) is not None and days < STARVING
    ]
    has_weather, is_supplied = view.scenario.weather.is_on, view.scenario.supply.effect != "none"
    lines = [
        *(f"{text}." for text in near),
        *([f"{weather.capitalize()}{f': {effect}' if effect else ''}."] if has_weather else []),
        *(missing or (["All that is needed arrives."] if is_supplied else [])),
        *([f"Less than a day of supply: {listing(starving)}."] if starving else []),
    ]
    return "\n".join([title, *lines])


def _ground(view: View, regions: Layout, towns: tuple[str, ...], key: Hashable) -> Layer:
    """Return what is there from the start: names, days, and the veil's ground over the whole track."""
    box, track, s = regions.timeline, regions.track, regions.s
    top, height = track.y + CURVES_TOP * s, (TRACK_BOTTOM - CURVES_TOP) * s
    shapes: list[Shape] = [
        Box(box.x, box.y, box.width, box.height, "panel"),
        Box(box.x, box.y, box.width, 1.0, "hairline"),
        Box(track.x, top, track.width, height, "raised", alpha=120),
        *hatching(track.x, top, track.width, height, "hairline", 7.0 * s, 1.0 * s),
        *_labels(view, track, towns, s),
        *_days(view, track, s),
    ]
    return Layer("timeline ground", key, tuple(shapes))


def _played(
    view: View, track: Rect, towns: tuple[str, ...], s: float, key: Hashable
) -> tuple[Layer, tuple[HitArea, ...]]:
    """Return the whole run; of it the layer's window shows what was played."""
    marks, hit_areas = mark_shapes(view, track, s)
    top = track.y + CURVES_TOP * s
    shapes = (
        Box(track.x, top - s, track.width, (TRACK_BOTTOM - CURVES_TOP + 1.0) * s, "panel"),
        *curve_shapes(view, track, s),
        *(weather_shapes(view, track, s) if view.scenario.weather.is_on else ()),
        *strip_shapes(view, track, towns, s),
        *marks,
    )
    return Layer("timeline played", key, shapes), tuple(hit_areas)


def _labels(view: View, track: Rect, towns: tuple[str, ...], s: float) -> Iterator[Shape]:
    """Name the rows at the left, with the sides' marks where their curves begin."""
    right, y = track.x - 9 * s, track.y
    first, second, _ = _curve_words(view)
    yield Text((right, y + 24 * s), first, SMALL * s, "ink", is_bold=True, anchor="right")
    yield Text((right, y + 37 * s), second, SMALL * s, "ink2", anchor="right")
    if view.scenario.weather.is_on:
        yield Text((right, y + (WEATHER_AT + 7.6) * s), "Weather", SMALL * s, "ink2", anchor="right")
    for number, town in enumerate(towns):
        at = (right, y + (ROWS_TOP + number * ROW + 7.6) * s)
        name = truncate(view.town(town).name, LABEL_ROOM * s, SMALL * s, is_bold=not number)
        yield Text(at, name, SMALL * s, "ink2" if number else "ink", is_bold=not number, anchor="right")


def _curve_words(view: View) -> tuple[str, str, str]:
    """Return what the curves are, in two lines and as a tip."""
    if view.scenario.supply.effect == "none":
        return "Soldiers", "of each side", SOLDIERS_TIP
    return "Tonnes a day", "that do not arrive", MISSING_TIP


def _label_areas(view: View, track: Rect, towns: tuple[str, ...], s: float) -> Iterator[HitArea]:
    """Yield what tells about each row's name; names of towns select them."""
    first, second = (side.name for side in view.scenario.sides)
    curve_tip = _curve_words(view)[2].format(first, second)
    left, width = track.x - (LABEL_ROOM + 9) * s, LABEL_ROOM * s
    rows = [(14.0, 28.0, curve_tip), *([(WEATHER_AT - 2, 12.0, WEATHER_TIP)] * view.scenario.weather.is_on)]
    for top, height, tip in rows:
        yield HitArea(left, track.y + top * s, width, height * s, "word", tip.partition("\n")[0], tip)
    for number, town in enumerate(towns):
        tip = STRIP_TIP.format(view.town(town).name, second)
        top = track.y + (ROWS_TOP + number * ROW - 2) * s
        yield HitArea(left, top, width, ROW * s, "town", town, tip)


def _days(view: View, track: Rect, s: float) -> Iterator[Shape]:
    """Write days along the axis, the first and the last one in words."""
    y = track.y + AXIS_AT * s
    last = math.ceil(view.end / DAY)
    most = max(1, int(track.width / (DATE_ROOM * s)))
    step = next((step for step in DAY_STEPS if last / step <= most), DAY_STEPS[-1])
    yield Text((track.x, y), "day 0", SMALL * s, "ink3")
    end = f"day {last}"
    yield Text((track.right, y), end, SMALL * s, "ink3", anchor="right")
    for day in (0, *range(step, last, step), last):
        x = min(x_at(view, track, day * DAY), track.right)
        yield Stroke(((x, y - 11.5 * s), (x, y - 8.5 * s)), "ink3", 1.0)
        is_clear = track.x + 44 * s < x < track.right - text_width(end, SMALL * s) - 18 * s
        if is_clear:
            yield Text((x, y), str(day), SMALL * s, "ink3", anchor="middle")


def _playhead(view: View, frame: Frame, track: Rect, s: float) -> Layer:
    x = round(x_at(view, track, frame.t))
    head, grip, bottom = track.y + 1.5 * s, 5.5 * s, track.y + TRACK_BOTTOM * s
    left, right, neck = x - grip, x + grip, track.y + 8 * s
    sign = ((left, head), (right, head), (right, neck), (x, neck + 0.7 * grip), (left, neck))
    shapes = (Box(x - s, neck, 2.0 * s, bottom - neck, "accent"), Area(sign, "accent"))
    return Layer("playhead", (x, track, s), shapes)


def _change_flag(view: View, frame: Frame, track: Rect, s: float) -> tuple[Layer, ...]:
    """Return scissors over the day from which a what-if run differs, with a dashed line down."""
    what_if = frame.what_if
    if what_if is None or view.beside is None:
        return ()
    x, y = round(x_at(view, track, (what_if.since or 0) * DAY)), track.y + 8 * s
    shapes = (
        Stroke(((x, y), (x, track.y + TRACK_BOTTOM * s)), "ink", 1.3 * s, (3 * s, 2.4 * s)),
        Disc((x, y), 9 * s, "accent"),
        *icon("scissors", x, y, 6.2 * s, "panel"),
    )
    return (Layer("change flag", (x, track, s), shapes),)


def _veil_button(
    view: View, frame: Frame, track: Rect, x: float, s: float
) -> tuple[Layer, tuple[HitArea, ...]]:
    """Return the words on the veil, which begins at `x`; they lift it, or at its end lay it down again."""
    hot = frame.hover is not None and frame.hover.name == "veil"
    shapes: list[Shape] = []
    hit_areas: list[HitArea] = []
    words = "not yet played" if frame.veil else "hide what comes"
    wide = text_width(words, 12 * s) + 26 * s
    is_open = not frame.veil and frame.t < view.end
    middle = (x + track.right) / 2 if frame.veil else track.right - wide / 2 - 4 * s
    middle, y = round(middle / 4) * 4.0, track.y + (72.0 if frame.veil else 20.0) * s
    if (frame.veil and track.right - x > LEAST_VEIL * s) or is_open:
        fill, edge = ("raised", "ink") if hot else ("panel", "hairline")
        shapes.append(Box(middle - wide / 2, y - 15 * s, wide, 22 * s, fill, 11 * s, edge, 1.2 * s))
        shapes.append(Text((middle, y), words, 12 * s, "ink2", anchor="middle"))
        tip = VEIL_TIPS[not frame.veil]
        hit_areas.append(HitArea(middle - wide / 2, y - 15 * s, wide, 22 * s, "button", "veil", tip))
    return Layer("veil", (track, s, words, middle, len(shapes), hot), tuple(shapes)), tuple(hit_areas)
