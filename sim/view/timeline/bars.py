"""The bars at the window's edges: scenario, time and layers at the top, disclaimer and keys at the bottom."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Final

from sim.analysis.text import clock_text
from sim.model.quantities import DAY, DISCLAIMER, in_days
from sim.scene.shapes import Area, Box, Clip, Drawing, HitArea, Layer, Shape, Stroke, Text
from sim.scene.text import CAUTION, text_width, truncate
from sim.scene.view_model import LAYERS, ROAD_MODES, Selection
from sim.scene.widgets import SMALL, key_cap
from sim.view.keyboard import footer_lines
from sim.view.timeline.timeline import short_date

if TYPE_CHECKING:
    from sim.scene.layout import Layout, Rect
    from sim.scene.view_model import Frame, KeyLine, View

CLOCK_STEP: Final = 0.1
"""Screen time between steps of the clock while the run plays; s."""
CHIP: Final = 26.0
RUN_LABEL: Final = 158.0
"""Room for seed and replication."""
CHIP_TIPS: Final = {
    "supply": "Rings and figures of supply",
    "control": "Who holds the nearest town, as shading",
    "pressure": "Roads by how little is free",
    "ensemble": "Rings as the share of replications that hold",
    "overlay": "What the colour of roads shows",
}


def top_bar(view: View | None, frame: Frame, regions: Layout) -> Drawing:
    """Return the bar at the top: the scenario, the time, the layers' chips, seed and replication."""
    box, s = regions.top, regions.s
    if box.height <= 0:
        return (), ()
    line = box.bottom - 0.5
    shapes: list[Shape] = [
        Clip(box.x, box.y, box.width, box.height),
        Box(box.x, box.y, box.width, box.height, "panel"),
        Stroke(((box.x, line), (box.right, line)), "hairline", 1.0),
        *_logo(24 * s, box.height / 2, 7 * s),
    ]
    if view is None:
        shapes.append(Text((42 * s, 28 * s), "frontsim", 18 * s, "ink", "title", is_bold=True))
        return (Layer("top bar", (box, s, None), tuple(shapes)),), ()
    chips, hit_areas = _chips(view, frame, box, s)
    shapes += chips
    left, right = hit_areas[0].x, hit_areas[-1].x + hit_areas[-1].width
    stepped = frame.stepped(CLOCK_STEP)
    shapes += _title_and_time(view, stepped, left - 14 * s, s)
    shapes += _run_label(view, frame, right + 14 * s, box.right - 16 * s, s)
    look = (frame.layers, frame.road_mode, frame.hover, tuple(sorted(frame.key_caps.items())))
    key = (view.recording.digest, box, s, stepped.t, look, frame.replication_count)
    return (Layer("top bar", key, tuple(shapes)),), tuple(hit_areas)


def _logo(x: float, y: float, radius: float) -> list[Shape]:
    """Draw two arrowheads that face each other."""
    return [
        Area(((x - r, y - radius * 0.75), (x - r * 0.15, y), (x - r, y + radius * 0.75)), color)
        for r, color in ((radius, "side0"), (-radius, "side1"))
    ]


def _title_and_time(view: View, frame: Frame, end: float, s: float) -> list[Shape]:
    scenario = view.scenario
    days = f"{in_days(view.end):g}"
    day, of = f"Day {frame.t // DAY}", f"of {days}"
    on = scenario.start.fromordinal(scenario.start.toordinal() + frame.t // DAY)
    date = f"{short_date(on)} {on.year}, {clock_text(frame.t)}"
    widths = [
        text_width(f"Day {days}", 19 * s, "title", is_bold=True),
        text_width(of, 12.5 * s),
        text_width("30 Mmm 0000, 00:00", 12.5 * s),
    ]
    gap, start = 7 * s, 42 * s
    room = end - start - (widths[0] + widths[1] + widths[2] + 3 * gap + 14 * s)
    name = truncate(scenario.name, max(40 * s, room), 18 * s, "title", is_bold=True)
    x = start + text_width(name, 18 * s, "title", is_bold=True) + 20 * s
    y = 28 * s
    shapes: list[Shape] = [
        Text((start, y), name, 18 * s, "ink", "title", is_bold=True),
        Stroke(((x - 10 * s, 13 * s), (x - 10 * s, 31 * s)), "hairline", 1.0),
        Text((x, y), day, 19 * s, "ink", "title", is_bold=True),
    ]
    wide = text_width(day, 19 * s, "title", is_bold=True)
    shapes.append(Text((x + wide + gap, y), of, 12.5 * s, "ink3"))
    # the date keeps its place while the day's figures grow
    x += max(widths[0], wide) + widths[1] + 3 * gap
    if x + widths[2] <= end:
        shapes.append(Text((x, y), date, 12.5 * s, "ink2"))
    return shapes


def _max_title_width(view: View, s: float) -> float:
    days = f"{in_days(view.end):g}"
    return (
        (42 + 20 + 28) * s
        + text_width(view.scenario.name, 18 * s, "title", is_bold=True)
        + text_width(f"Day {days}", 19 * s, "title", is_bold=True)
        + text_width(f"of {days} 30 Mmm 0000, 00:00", 12.5 * s)
    )


def _chips(view: View, frame: Frame, box: Rect, s: float) -> tuple[list[Shape], list[HitArea]]:
    chips: list[tuple[str, str, str, bool]] = [
        (name, name.capitalize(), frame.key_caps.get(name, ""), name in frame.layers)
        for name in LAYERS
        if name != "ensemble" or view.ensemble is not None
    ]
    cap = frame.key_caps.get("road_mode", "")
    chips.append(("overlay", f"Roads: {frame.road_mode}", cap, frame.road_mode != "pressure"))
    widest = max(text_width(f"Roads: {mode}", 12 * s) for mode in ROAD_MODES)
    widths = [
        (widest if name == "overlay" else text_width(words, 12 * s))
        + (text_width(cap, SMALL * s) + 8 * s if cap else 0.0)
        + 24 * s
        for name, words, cap, _ in chips
    ]
    whole = reduce(add, widths, 6 * s * (len(chips) - 1))
    # the name of the scenario needs the room more than the numbers on the right do
    has_label = box.width - whole - (16 + RUN_LABEL) * s >= _max_title_width(view, s)
    x = box.width - whole - (16 + (RUN_LABEL if has_label else 0.0)) * s
    y = (box.height - CHIP * s) / 2
    shapes: list[Shape] = []
    hit_areas: list[HitArea] = []
    for (name, words, cap, is_on), width in zip(chips, widths, strict=True):
        fill = "hairline" if frame.hover == Selection("chip", name) else "raised" if is_on else "panel"
        edge = "accent" if is_on else "hairline"
        shapes.append(Box(x, y, width, CHIP * s, fill, CHIP * s / 2, edge, 1.2 * s))
        base = y + 17.5 * s
        shapes.append(Text((x + 12 * s, base), words, 12 * s, "ink" if is_on else "ink3"))
        if cap:
            shapes.append(Text((x + width - 12 * s, base), cap, SMALL * s, "ink3", anchor="right"))
        hit_areas.append(HitArea(x, y, width, CHIP * s, "chip", name, CHIP_TIPS[name]))
        x += width + 6 * s
    return shapes, hit_areas


def _run_label(view: View, frame: Frame, begin: float, end: float, s: float) -> list[Shape]:
    """Write seed and replication at the right, as far as they fit."""
    header = view.recording.header
    count = frame.replication_count
    run = f"replication {header.replication}" + (f" of {count}" if count > 1 else "")
    wide = text_width(run, 12.5 * s, is_bold=True)
    if wide > end - begin:
        return []
    shapes: list[Shape] = [Text((end, 28 * s), run, 12.5 * s, "ink", is_bold=True, anchor="right")]
    seed = f"seed {header.seed}"
    if wide + text_width(seed, 12.5 * s) + 14 * s <= end - begin:
        shapes.append(Text((end - wide - 14 * s, 28 * s), seed, 12.5 * s, "ink2", anchor="right"))
    return shapes


def footer(frame: Frame, regions: Layout) -> Layer:
    """Return the bar at the bottom: the disclaimer, and the keys used most."""
    box, s = regions.footer, regions.s
    base = box.y + 17.5 * s
    shapes: list[Shape] = [
        Box(box.x, box.y, box.width, box.height, "bg"),
        Stroke(((box.x, box.y + 0.5), (box.right, box.y + 0.5)), "hairline", 1.0),
        Text((16 * s, base), DISCLAIMER, 11.5 * s, "ink2", is_bold=True),
    ]
    left = 16 * s + text_width(DISCLAIMER, 11.5 * s, is_bold=True) + 24 * s
    lines = frame.footer_keys or footer_lines()
    if not frame.map_only:
        shapes += _hints(lines, left, box.right - 16 * s, base, s)
    return Layer("footer", (box, s, lines, frame.map_only), tuple(shapes))


def _hints(lines: tuple[KeyLine, ...], left: float, right: float, base: float, s: float) -> list[Shape]:
    """Write as many keys with what they do as fit, from the right."""
    size = 11.5 * s
    gap, widths = 16 * s, [_hint_width(line, size, s) for line in lines]
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
