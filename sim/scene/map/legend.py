"""The legend: one line, always there, covering no town; what has no room is left out from its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.scene.map.town_looks import has_shares
from sim.scene.map.towns import side_mark
from sim.scene.shapes import Arc, Arrowhead, Box, Disc, Layer, Shape, Stroke, Text
from sim.scene.text import text_width
from sim.scene.theme import PRESSURE_TOKENS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.scene.layout import Layout
    from sim.scene.view_model import Frame, RoadMode, View

SIZE: Final = 11.0
MARGIN: Final = 14.0
GAPS: Final = (24.0, 18.0, 13.0, 8.0)
"""Between entries, roomy to narrow; pixels at scale 1."""
MODE_WORDS: Final[dict[RoadMode, tuple[str, str]]] = {
    "pressure": ("Pressure: low", "high"),
    "denied": ("Denied: little", "much"),
    "used": ("Used: little", "much"),
    "spare": ("Spare: little", "much"),
    "bottleneck": ("Bottleneck: no", "yes"),
}
Draw: TypeAlias = Callable[[float, float, float], "Sequence[Shape]"]
"""Makes a sign from its left end, its middle's height and the scale."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A sign with a word before it, one after it, or both; its width is in pixels at scale 1."""

    before: str
    width: float
    draw: Draw
    after: str

    def length(self, s: float) -> float:
        """Return its whole width; pixels."""
        words = text_width(self.before, SIZE * s) + text_width(self.after, SIZE * s)
        return words + self.width * s + (bool(self.before) + bool(self.after)) * 6.0 * s


def legend_line(view: View, frame: Frame, regions: Layout) -> Layer:
    """Return the legend's line."""
    tells = (has_shares(view, frame), frame.comparing, view.ensemble_difference() is not None)
    key = (frame.theme, regions.legend, regions.s, frame.road_mode, "pressure" in frame.layers, tells)
    shapes = view.cached("legend", key, lambda: tuple(_line(view, frame, regions)))
    return Layer("map-legend", key, shapes)


def _line(view: View, frame: Frame, regions: Layout) -> list[Shape]:
    """Write the line, as many entries as there is room for."""
    place, s = regions.legend, regions.s
    entries = [*legend_entries(view, frame)]
    room = place.width - 2 * MARGIN * s
    gap = next((gap for gap in GAPS if _length(entries, gap, s) <= room), GAPS[-1])
    while len(entries) > 1 and _length(entries, gap, s) > room:
        entries.pop()
    shapes: list[Shape] = [
        Box(place.x, place.y, place.width, place.height, "bg"),
        Box(place.x, place.y, place.width, 1.0, "hairline"),
    ]
    x, middle = place.x + MARGIN * s, place.y + place.height / 2
    for entry in entries:
        x = _add(shapes, entry, x, middle, s) + gap * s
    return shapes


def _length(entries: Sequence[Entry], gap: float, s: float) -> float:
    """Return the line's whole width; pixels."""
    return sum(entry.length(s) for entry in entries) + gap * s * (len(entries) - 1)


def _add(shapes: list[Shape], entry: Entry, x: float, middle: float, s: float) -> float:
    """Add an entry's shapes, and return where it ends."""
    feet = middle + SIZE * 0.36 * s
    if entry.before:
        shapes.append(Text((x, feet), entry.before, SIZE * s, "ink2"))
        x += text_width(entry.before, SIZE * s) + 6.0 * s
    shapes += entry.draw(x, middle, s)
    x += entry.width * s
    if entry.after:
        x += 6.0 * s
        shapes.append(Text((x, feet), entry.after, SIZE * s, "ink2"))
        x += text_width(entry.after, SIZE * s)
    return x


def legend_entries(view: View, frame: Frame) -> Sequence[Entry]:
    """Return the legend's entries, the most needed first."""
    low, high = MODE_WORDS[frame.road_mode]
    if is_difference(view, frame):
        low, high = "Pressure differs: little", "much"
    first, second = view.scenario.sides
    return (
        Entry(low, 70.0, _ramp, high),
        Entry("", 12.0, lambda x, y, s: tuple(side_mark(view, 0, (x + 6 * s, y), 5.4 * s)), first.name),
        Entry("", 12.0, lambda x, y, s: tuple(side_mark(view, 1, (x + 6 * s, y), 5.4 * s)), second.name),
        Entry("", 24.0, _bottleneck, "bottleneck"),
        Entry("", 15.0, _share if has_shares(view, frame) else _supply, _ring_words(view, frame)),
        *((Entry("", 15.0, _unsure, "not told apart"),) if shows_share_changes(view, frame) else ()),
        *((Entry("", 28.0, _less, "pressed less here"),) if is_difference(view, frame) else ()),
        *(
            (Entry("", 15.0, _other, f"the other {'ensemble' if has_shares(view, frame) else 'run'}"),)
            if has_ghosts(view, frame)
            else ()
        ),
        Entry("", 15.0, _contested, "contested"),
        Entry("", 20.0, _front, "front"),
        Entry("", 15.0, _cut, "cut"),
        Entry("", 28.0, _flow, "flow"),
        Entry("", 34.0, _capacity, "capacity"),
        Entry("", 7.0, _convoy, "convoy"),
    )


def _ring_words(view: View, frame: Frame) -> str:
    if shows_share_changes(view, frame):
        return "held in more runs, or fewer (leftwards)"
    if has_shares(view, frame):
        return "share of runs that hold"
    return "days of supply" + ": more, or less (leftwards)" * is_difference(view, frame)


def shows_share_changes(view: View, frame: Frame) -> bool:
    """Return whether rings show how two ensembles differ."""
    return has_shares(view, frame) and is_difference(view, frame) and view.ensemble_difference() is not None


def is_difference(view: View, frame: Frame) -> bool:
    """Return whether roads and rings show what differs from the run beside this one."""
    return view.beside is not None and frame.comparing == "difference"


def _ramp(x: float, y: float, s: float) -> Sequence[Shape]:
    return [
        Box(x + number * 14.2 * s, y - 4.5 * s, 13.0 * s, 9.0 * s, token, 2.5 * s)
        for number, token in enumerate(PRESSURE_TOKENS)
    ]


def has_ghosts(view: View, frame: Frame) -> bool:
    """Return whether the run beside this one shows as rings."""
    if has_shares(view, frame) and view.ensemble_difference() is None:
        return False
    return view.beside is not None and frame.comparing == "ghost"


def _ring(
    end: float,
    color: str,
    width: float,
    dash: float | None = None,
    radius: float = 5.8,
    *,
    is_over: bool = True,
) -> Draw:
    """Return what draws a ring as far as an end, in turns; over a faint whole one or alone."""
    dashes = None if dash is None else (1 / dash, 1 / dash)

    def draw(x: float, y: float, s: float) -> Sequence[Shape]:
        at = (x + 7.5 * s, y)
        under = [Arc(at, radius * s, 0.0, 1.0, "hairline", 2.0 * s)] if is_over else []
        return [*under, Arc(at, radius * s, 0.0, end, color, width * s, dashes)]

    return draw


_supply = _ring(0.65, "ink", 2.2)
_share = _ring(0.65, "side0_tint", 2.8)
_unsure = _ring(0.65, "ink3", 2.2, 44)
_other = _ring(0.65, "ink2", 2.2, 44, 6.0, is_over=False)
_contested = _ring(1.0, "ink", 1.7, 16, 6.0, is_over=False)


def _less(x: float, y: float, s: float) -> Sequence[Shape]:
    return [Stroke(((x, y), (x + 28.0 * s, y)), "p3", 4.0 * s, (7.0 * s, 4.0 * s))]


def _flow(x: float, y: float, s: float) -> Sequence[Shape]:
    road = Stroke(((x, y), (x + 28.0 * s, y)), "p0", 5.0 * s)
    heads = [Arrowhead((x + at * s, y), 0.0, 7.0 * s, "side0_tint", edge="deep") for at in (8.0, 20.0)]
    return [road, *heads]


def _front(x: float, y: float, s: float) -> Sequence[Shape]:
    return [
        Stroke(((x, y), (x + 20.0 * s, y)), "ink2", 1.6 * s, (2.5 * s, 3.0 * s)),
        Stroke(((x + 8.6 * s, y - 6.0 * s), (x + 8.6 * s, y + 6.0 * s)), "side0", 2.2 * s),
        Stroke(((x + 11.4 * s, y - 6.0 * s), (x + 11.4 * s, y + 6.0 * s)), "side1", 2.2 * s),
    ]


def _capacity(x: float, y: float, s: float) -> Sequence[Shape]:
    return [
        Stroke(((x + left * s, y), (x + (left + 10.0) * s, y)), "p0", width * s)
        for left, width in ((0.0, 2.6), (12.0, 5.4), (24.0, 9.0))
    ]


def _bottleneck(x: float, y: float, s: float) -> Sequence[Shape]:
    ends = ((x, y), (x + 24.0 * s, y))
    widths = (("ink", 11.0), ("deep", 8.0), ("p3", 3.6))
    return [Stroke(ends, color, width * s) for color, width in widths]


def _cut(x: float, y: float, s: float) -> Sequence[Shape]:
    """Return the badge of a cut."""
    arm, middle = 2.6 * s, x + 7.5 * s
    return [
        Disc((middle, y), 7.0 * s, "ink"),
        Stroke(((middle - arm, y - arm), (middle + arm, y + arm)), "bg", 2.0 * s),
        Stroke(((middle - arm, y + arm), (middle + arm, y - arm)), "bg", 2.0 * s),
    ]


def _convoy(x: float, y: float, s: float) -> Sequence[Shape]:
    return [Disc((x + 3.5 * s, y), 3.3 * s, "ink", "deep", 1.2 * s)]
