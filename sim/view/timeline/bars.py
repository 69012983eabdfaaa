"""The bars at the edges: scenario, day, weather and what if at the top; disclaimer and keys below."""

from __future__ import annotations

import functools
from dataclasses import replace
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Final

from sim.analysis.text import date_text
from sim.model.quantities import DAY, DISCLAIMER, in_days
from sim.scene.icons import icon
from sim.scene.shapes import Area, Box, Clip, Disc, Drawing, HitArea, Layer, Shape, Stroke, Text
from sim.scene.text import CAUTION, text_width, truncate
from sim.scene.widgets import key_cap
from sim.view.keyboard import footer_lines

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from sim.model.parameters import WeatherState
    from sim.model.scenario import Scenario
    from sim.scene.layout import Layout, Rect
    from sim.scene.view_model import Frame, KeyLine, View

DAY_SIZE: Final = 27.0
NAME_SIZE: Final = 18.5
WORDS: Final = 13.0
SMALL: Final = 12.0
BUTTON: Final = 30.0
LEAST_NAME: Final = 90.0
"""Width to which a scenario's name is cut before anything else is left out."""
WHAT_IF: Final = "What if"
WHAT_IF_TIP: Final = "What if\nCut a road, or change a number, from this day on: see what becomes of it"
HELP_TIP: Final = "Help\nWhat each mark means, and all keys"
RUN_TIP: Final = "One simulated run\nSeed {seed}. The same seed gives the same run again."
LESS: Final[Mapping[int, str]] = {10: "a tenth", 20: "a fifth", 25: "a quarter", 30: "three tenths",
    33: "a third", 40: "two fifths", 50: "half", 60: "three fifths", 67: "two thirds", 75: "three quarters",
}  # fmt: skip
"""Shares in words, by whole per cent."""
SLOWER: Final = ((0.95, ""), (0.8, "a little slower"), (0.65, "slower"), (0.0, "much slower"))
"""What a factor of speed is called, from which one on."""


def top_bar(view: View | None, frame: Frame, regions: Layout) -> Drawing:
    """Return the bar at the top: scenario, day, weather, run, and the buttons for what if and help."""
    box, s = regions.top, regions.s
    if box.height <= 0:
        return (), ()
    if view is None:
        name = Text((43 * s, 31 * s), "frontsim", NAME_SIZE * s, "ink", "title", is_bold=True)
        return (Layer("top bar", (box, s, None), (*_bar(box, s), name)),), ()
    # weather changes with the day too
    daily = replace(frame, t=frame.t // DAY * DAY)
    hover = frame.hover if frame.hover is not None and frame.hover.kind == "button" else None
    look = (hover, frame.what_if is not None, view.beside is not None, frame.replication_count)
    key = (view.recording.digest, box, s, daily.t, look, frame.has_controls)
    return view.cached("top bar", key, lambda: _top_bar(view, daily, regions, key))


def _top_bar(view: View, frame: Frame, regions: Layout, key: Hashable) -> Drawing:
    box, s = regions.top, regions.s
    shapes = _bar(box, s)
    buttons, hit_areas, right = _buttons(view, frame, box, s)
    shapes += buttons
    shapes += _title_and_time(view, frame, right - 20 * s, s)
    return (Layer("top bar", key, tuple(shapes)),), (*hit_areas, *_weather_area(view, frame, shapes, s))


def _bar(box: Rect, s: float) -> list[Shape]:
    line = box.bottom - 0.5
    return [
        Clip(box.x, box.y, box.width, box.height),
        Box(box.x, box.y, box.width, box.height, "panel"),
        Stroke(((box.x, line), (box.right, line)), "hairline", 1.0),
        *_logo(24 * s, box.height / 2, 9 * s),
    ]


def _logo(x: float, y: float, radius: float) -> list[Shape]:
    """Draw two arrowheads that face each other."""
    return [
        Area(((x - r, y - radius * 0.75), (x - r * 0.12, y), (x - r, y + radius * 0.75)), color)
        for r, color in ((radius, "side0"), (-radius, "side1"))
    ]


def _buttons(view: View, frame: Frame, box: Rect, s: float) -> tuple[list[Shape], tuple[HitArea, ...], float]:
    """Draw help, what if and the run's name at the right; return where they begin, too."""
    middle, top = box.height / 2, (box.height - BUTTON * s) / 2
    if not frame.has_controls:
        run, x = run_name(view, frame), box.right - 17 * s
        return (
            [Text((x, middle + 4.4 * s), run, 12 * s, "ink3", anchor="right")],
            (),
            x - text_width(run, 12 * s),
        )
    radius = 13 * s
    x = box.right - 17 * s - radius
    hover = frame.hover.name if frame.hover is not None and frame.hover.kind == "button" else ""
    shapes: list[Shape] = [
        Disc((x, middle), radius, "hairline" if hover == "help" else None, "ink3", 1.3 * s),
        Text((x, middle + 4.8 * s), "?", 13.5 * s, "ink", is_bold=True, anchor="middle"),
    ]
    hit_areas = [HitArea(x - radius, top, 2 * radius, BUTTON * s, "button", "help", HELP_TIP)]
    wide = text_width(WHAT_IF, 13 * s, is_bold=True)
    width = wide + 62 * s
    x -= radius + 14 * s + width
    edge = "ink" if hover == "what_if" else None
    shapes += [
        Box(x, top, width, BUTTON * s, "accent", BUTTON * s / 2, edge, 2 * s),
        *icon("scissors", x + 28 * s, middle, 9.5 * s, "panel"),
        Text((x + 44 * s, middle + 4.6 * s), WHAT_IF, 13 * s, "panel", is_bold=True),
    ]
    hit_areas.append(HitArea(x, top, width, BUTTON * s, "button", "what_if", WHAT_IF_TIP))
    run = run_name(view, frame)
    wide = text_width(run, 12 * s)
    x -= 14 * s
    shapes.append(Text((x, middle + 4.4 * s), run, 12 * s, "ink3", anchor="right"))
    tip = RUN_TIP.format(seed=view.recording.header.seed)
    hit_areas.append(HitArea(x - wide, top, wide, BUTTON * s, "word", "run", tip))
    return shapes, tuple(hit_areas), x - wide


def run_name(view: View, frame: Frame) -> str:
    """Return what a run is called in the window: runs count from 1."""
    if frame.what_if is not None and view.beside is not None:
        return "what if"
    number = f"run {view.recording.header.replication + 1}"
    return f"{number} of {frame.replication_count}" if frame.replication_count > 1 else number


def _title_and_time(view: View, frame: Frame, end: float, s: float) -> list[Shape]:
    """Write the name, the day, the date and the weather, as far as they fit."""
    day, of = f"Day {frame.t // DAY}", f"of {in_days(view.end):g}"
    date, start, y = date_text(view.scenario.start, frame.t), 43 * s, 31 * s
    day_wide = text_width(day, DAY_SIZE * s, "title", is_bold=True)
    widest = f"Day {'0' * len(f'{in_days(view.end):.0f}')}"
    wide = max(text_width(widest, DAY_SIZE * s, "title", is_bold=True), day_wide)
    of_wide = text_width(of, 14 * s, "title", is_bold=True)
    name_wide = text_width(view.scenario.name, NAME_SIZE * s, "title", is_bold=True) * CAUTION
    room = end - start - wide - of_wide - 44 * s
    name_wide = min(name_wide, max(LEAST_NAME * s, room))
    name = truncate(view.scenario.name, name_wide, NAME_SIZE * s, "title", is_bold=True)
    x = start + text_width(name, NAME_SIZE * s, "title", is_bold=True) + 18 * s
    shapes: list[Shape] = [
        Text((start, y), name, NAME_SIZE * s, "ink", "title", is_bold=True),
        Stroke(((x, 11 * s), (x, 37 * s)), "hairline", 1.0),
        Text((x + 18 * s, y + s), day, DAY_SIZE * s, "ink", "title", is_bold=True),
    ]
    x += 26 * s
    shapes.append(Text((x + day_wide, y), of, 14 * s, "ink3", "title", is_bold=True))
    # what follows keeps its place while the day's figures grow
    x += wide + of_wide + 17 * s
    if x + text_width(date, WORDS * s) > end:
        return shapes
    shapes.append(Text((x, y), date, WORDS * s, "ink2"))
    return shapes + _weather(view, frame, x + text_width("30 September 0000", WORDS * s) + 20 * s, end, s)


def _weather(view: View, frame: Frame, x: float, end: float, s: float) -> list[Shape]:
    """Draw the day's weather, with what it does to traffic where there is room."""
    if not view.scenario.weather.is_on:
        return []
    state = view.snapshot(frame.t).weather
    word, effect = state.capitalize(), weather_effect(view.scenario, state)
    word_wide = text_width(word, WORDS * s, is_bold=True)
    if x + 24 * s + word_wide > end:
        return []
    shapes = icon(state, x + 8 * s, 26.5 * s, 7.5 * s, "ink")
    shapes.append(Text((x + 24 * s, 31 * s), word, WORDS * s, "ink", is_bold=True))
    left = x + 24 * s + word_wide
    if effect and left + text_width(f": {effect}", WORDS * s) * CAUTION <= end:
        shapes.append(Text((left, 31 * s), f": {effect}", WORDS * s, "ink2"))
    elif effect and x + 24 * s + text_width(effect, SMALL * s) * CAUTION <= end:
        # in two lines where one has no room
        shapes[-1] = Text((x + 24 * s, 22 * s), word, WORDS * s, "ink", is_bold=True)
        shapes.append(Text((x + 24 * s, 38 * s), effect, SMALL * s, "ink2"))
    return shapes


def _weather_area(view: View, frame: Frame, shapes: list[Shape], s: float) -> tuple[HitArea, ...]:
    """Return where the bar tells the weather, with all that it does."""
    state = view.snapshot(frame.t).weather
    word = state.capitalize()
    found = [shape for shape in shapes if isinstance(shape, Text) and shape.text == word]
    if not found:
        return ()
    effect = weather_effect(view.scenario, state) or "nothing is slower or carries less"
    wide = text_width(word, WORDS * s, is_bold=True)
    place = (found[0].at[0] - 24 * s, 8 * s, 24 * s + wide, 30 * s)
    return (HitArea(*place, "word", "weather", f"{word}\n{effect}"),)


def weather_effect(scenario: Scenario, state: WeatherState) -> str:
    """Return what a weather does to traffic, in words; empty where it does nothing."""
    weather = scenario.weather
    lost, speed = round(100 * (1.0 - weather.capacity[state])), weather.speed[state]
    if lost > 0:
        return f"roads carry {LESS.get(lost, f'{lost} %')} less"
    slower = next(words for least, words in SLOWER if speed >= least)
    return f"traffic is {slower}" if slower else ""


def footer(frame: Frame, regions: Layout) -> Layer:
    """Return the bar at the bottom: the disclaimer and the most used keys."""
    lines = frame.footer_keys or footer_lines()
    if frame.playing:
        lines = (lines[0], lines[-1])  # little is to be read while it plays
    return _footer(regions.footer, regions.s, lines if frame.has_controls and not frame.map_only else ())


@functools.lru_cache(maxsize=4)
def _footer(box: Rect, s: float, lines: tuple[KeyLine, ...]) -> Layer:
    base, size = box.y + 16 * s, 11.5 * s
    left = 14 * s + text_width(DISCLAIMER, size, is_bold=True) + 24 * s
    shapes = (
        Box(box.x, box.y, box.width, box.height, "panel"),
        Stroke(((box.x, box.y + 0.5), (box.right, box.y + 0.5)), "hairline", 1.0),
        Text((14 * s, base), DISCLAIMER, size, "ink2", is_bold=True),
        *_hints(lines, left, box.right - 16 * s, base, s),
    )
    return Layer("footer", (box, s, lines), shapes)


def _hints(lines: tuple[KeyLine, ...], left: float, right: float, base: float, s: float) -> list[Shape]:
    """Write as many keys with what they do as fit, from the right."""
    size = 11.5 * s
    gap, widths = 18 * s, [_hint_width(line, size, s) for line in lines]
    while widths and reduce(add, widths, gap * (len(widths) - 1)) > right - left:
        widths.pop(0)
    x = right - reduce(add, widths, gap * (len(widths) - 1))
    shapes: list[Shape] = []
    for line, width in zip(lines[len(lines) - len(widths) :], widths, strict=True):
        left = x
        for key in line.keys:
            cap, wide = key_cap(key, left, base, size, "ink", s)
            shapes += cap
            left += wide + 5 * s
        shapes.append(Text((left, base), line.words, size, "ink3"))
        x += width + gap
    return shapes


def _hint_width(line: KeyLine, size: float, s: float) -> float:
    caps = (key_cap(key, 0.0, 0.0, size, "ink", s)[1] + 5 * s for key in line.keys)
    return reduce(add, caps, text_width(line.words, size) * CAUTION)
