"""The legend: what marks mean, as signs with words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.scene.map.notes import cross_badge
from sim.scene.map.town_looks import has_shares
from sim.scene.map.towns import side_mark
from sim.scene.shapes import Arc, Arrowhead, Box, Disc, Shape, Stroke, Text
from sim.scene.text import text_width
from sim.scene.theme import PRESSURE_TOKENS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.scene.view_model import Frame, RoadMode, View

SIZE: Final = 11.0
MODE_WORDS: Final[dict[RoadMode, tuple[str, str]]] = {
    "pressure": ("Pressure: low", "high"),
    "lost": ("Lost: little", "much"),
    "in use": ("In use: little", "much"),
    "free": ("Free: little", "much"),
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

    def shapes(self, x: float, middle: float, s: float) -> tuple[list[Shape], float]:
        """Return its shapes from a left end on, and where they end."""
        shapes: list[Shape] = []
        feet = middle + SIZE * 0.36 * s
        if self.before:
            shapes.append(Text((x, feet), self.before, SIZE * s, "ink2"))
            x += text_width(self.before, SIZE * s) + 6.0 * s
        shapes += self.draw(x, middle, s)
        x += self.width * s
        if self.after:
            x += 6.0 * s
            shapes.append(Text((x, feet), self.after, SIZE * s, "ink2"))
            x += text_width(self.after, SIZE * s)
        return shapes, x


def legend_entries(view: View, frame: Frame) -> Sequence[Entry]:
    """Return the legend's entries, the most needed first."""
    low, high = MODE_WORDS[frame.road_mode]
    if is_difference(view, frame):
        low, high = "Pressure differs: little", "much"
    first, second = view.scenario.sides
    other = "ensemble" if has_shares(view, frame) else "run"
    return (
        Entry(low, 70.0, _ramp, high),
        Entry("", 12.0, lambda x, y, s: tuple(side_mark(view, 0, (x + 6 * s, y), 5.4 * s)), first.name),
        Entry("", 12.0, lambda x, y, s: tuple(side_mark(view, 1, (x + 6 * s, y), 5.4 * s)), second.name),
        Entry("", 24.0, _bottleneck, "bottleneck"),
        Entry("", 15.0, _share if has_shares(view, frame) else _supply, _ring_words(view, frame)),
        *((Entry("", 15.0, _unsure, "not told apart"),) if shows_share_changes(view, frame) else ()),
        *((Entry("", 28.0, _less, "pressed less here"),) if is_difference(view, frame) else ()),
        *((Entry("", 15.0, _other, f"the other {other}"),) if has_ghosts(view, frame) else ()),
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


def _strokes(
    *lines: tuple[float, float, float, float, str, float], dashes: tuple[float, float] | None = None
) -> Draw:
    """Return what draws lines from (x, y) to (x, y) in a colour and a width; the first may be dashed."""

    def draw(x: float, y: float, s: float) -> Sequence[Shape]:
        shapes = []
        for number, (x0, y0, x1, y1, color, width) in enumerate(lines):
            dashed = None if dashes is None or number else (dashes[0] * s, dashes[1] * s)
            ends = ((x + x0 * s, y + y0 * s), (x + x1 * s, y + y1 * s))
            shapes.append(Stroke(ends, color, width * s, dashed))
        return shapes

    return draw


_less = _strokes((0, 0, 28, 0, "p3", 4.0), dashes=(7.0, 4.0))
_capacity = _strokes((0, 0, 10, 0, "p0", 2.6), (12, 0, 22, 0, "p0", 5.4), (24, 0, 34, 0, "p0", 9.0))
_bottleneck = _strokes((0, 0, 24, 0, "ink", 11.0), (0, 0, 24, 0, "deep", 8.0), (0, 0, 24, 0, "p3", 3.6))
_front = _strokes(
    (0, 0, 20, 0, "ink2", 1.6),
    (8.6, -6, 8.6, 6, "side0", 2.2),
    (11.4, -6, 11.4, 6, "side1", 2.2),
    dashes=(2.5, 3.0),
)


def _flow(x: float, y: float, s: float) -> Sequence[Shape]:
    road = Stroke(((x, y), (x + 28.0 * s, y)), "p0", 5.0 * s)
    heads = [Arrowhead((x + at * s, y), 0.0, 7.0 * s, "side0_tint", edge="deep") for at in (8.0, 20.0)]
    return [road, *heads]


def _cut(x: float, y: float, s: float) -> Sequence[Shape]:
    return cross_badge((x + 7.5 * s, y), 7.0 * s, 2.6 * s, 2.0 * s)


def _convoy(x: float, y: float, s: float) -> Sequence[Shape]:
    return [Disc((x + 3.5 * s, y), 3.3 * s, "ink", "deep", 1.2 * s)]
