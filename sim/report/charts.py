"""Charts whose drawing is as wide as the page has room for, while their letters keep their size.

A `Chart` frames lines over time or over something else: they lie in a box of their own that stretches, ticks
and labels stand beside it by shares of the width. Bars with intervals stand row under row to one `Scale`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.report.markup import WIDTH, axis, element, framed, joined, path, row, short, stretched

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markupsafe import Markup
    from numpy.typing import NDArray

    from sim.statistics.intervals import Interval

FAR: Final = 9.0
"""How many box sizes outside the box anything may be drawn."""
LEAST: Final = 1e-9
"""A smaller value is drawn as nothing."""
TIMES: Final = (1, 2, 5, 7, 10, 14, 15, 20, 30, 45, 60, 90, 120, 180, 365)
"""Candidate intervals between time ticks, in days; the first that leaves enough space is used."""
ONE: Final = 18.0
"""Height of a row with one bar; pixels."""
TWO: Final = 23.0
MOST_TICKS: Final = 5
LEADS: Final = (1, 2, 5)
LARGEST: Final = 1e15
"""No measure of a front reaches it; what does is not drawn to scale."""
ROOM: Final = 0.04
"""Beyond the outermost value, as a share of the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart's frame: time, or something else, goes from left to right, values from the bottom up."""

    title: str
    description: str
    size: str
    """The class that gives it its margins; ``large`` or ``small``."""
    end: float
    top: float
    height: float
    begin: float = 0.0

    def share(self, time: float) -> float:
        """Return where a time lies, as a share of the width."""
        return _near((time - self.begin) / (self.end - self.begin)) if self.end > self.begin else 0.0

    def x(self, time: float) -> float:
        """Return where a time lies in the box."""
        return WIDTH * self.share(time)

    def y(self, value: float) -> float:
        """Return where a value lies in the box; pixels from above."""
        return self.height * (1.0 - _near(value / self.top)) if self.top else self.height

    def percent(self, time: float) -> str:
        """Return where a time lies in the width."""
        return f"{short(100.0 * self.share(time))}%"

    def line(self, times: Sequence[float], values: Sequence[float], **attributes: object) -> Markup:
        """Return a line through values; where one is not known it ends."""
        points = [(round(self.x(t)), self.y(value)) for t, value in _known(times, values)]
        return element("path", d=path(points), **attributes)

    def band(
        self, times: Sequence[float], low: Sequence[float], high: Sequence[float], **attributes: object
    ) -> Markup:
        """Return the area between two lines."""
        known = _known(times, low, high)
        there = [(round(self.x(t)), self.y(top)) for t, _, top in known]
        back = [(round(self.x(t)), self.y(bottom)) for t, bottom, _ in reversed(known)]
        return element("path", d=path([*there, *back], is_closed=True), **attributes)

    def dots(self, times: Sequence[float], values: Sequence[float], **attributes: object) -> Markup:
        """Return a dot at each value: a line of no length, whose round ends a stretched box leaves round."""
        points = (f"M{short(self.x(t))} {short(self.y(value))}h.01" for t, value in _known(times, values))
        return element("path", d="".join(points), **attributes)

    def drawn(
        self,
        inside: Sequence[Markup],
        ticks: Sequence[tuple[float, str]],
        beside: Sequence[Markup] = (),
        across: Sequence[tuple[float, str]] | None = None,
    ) -> Markup:
        """Return the chart; `beside` lies over it, `across` are ticks from left to right that are no days."""
        levels = [short(self.y(value)) for value, _ in ticks]
        rules = [element("path", d=f"M0 {level}H{WIDTH:.0f}", class_="rule") for level in levels]
        left = [
            element("text", label, x="-8", y=self.y(value), dy=".35em", class_="tick end")
            for value, label in ticks
        ]
        below = [
            element("text", label, x=self.percent(at), y=self.height + 18.0, class_="tick mid")
            for at, label in (self._days() if across is None else across)
        ]
        area = {"width": "100%", "height": self.height, "viewBox": f"0 0 {WIDTH:.0f} {short(self.height)}"}
        box = element("svg", *rules, *inside, **area, preserveAspectRatio="none", class_="box")
        frame = {"height": self.height, "class_": f"plot {self.size}", "width": "100%"}
        return framed(self.title, self.description, joined([box, *left, *below, *beside]), **frame)

    def _days(self) -> list[tuple[float, str]]:
        is_large = self.size.startswith("large")
        return [
            (t, f"{'day ' if is_large and not t else ''}{t:g}")
            for t in time_ticks(self.end, 6 if is_large else 3)
        ]


def _known(*series: Sequence[float]) -> list[tuple[float, ...]]:
    return [each for each in zip(*series, strict=True) if all(map(math.isfinite, each))]


def _near(share: float) -> float:
    """Return a share of a box, kept within reach of it: what is far outside is not seen, however far."""
    return min(max(share, -FAR), FAR)


def staircase(times: Sequence[float], values: Sequence[float], end: float) -> tuple[list[float], list[float]]:
    """Return a staircase that begins at 1 as the corners of a line.

    Examples
    --------
    >>> staircase([2.0], [0.5], 4.0)
    ([0.0, 2.0, 2.0, 4.0], [1.0, 1.0, 0.5, 0.5])
    """
    xs, ys, value = [0.0], [1.0], 1.0
    for t, new in zip(times, values, strict=True):
        xs += [t, t]
        ys += [value, new]
        value = new
    return [*xs, end], [*ys, value]


def nice_top(value: float) -> tuple[float, float]:
    """Return a round number not below a value, and the step of its ticks."""
    if not LEAST <= value < math.inf:
        return 1.0, 1.0
    for power in range(math.floor(math.log10(value)) - 1, math.floor(math.log10(value)) + 2):
        for lead in (1, 2, 5):
            step = lead * 10.0**power
            if math.ceil(value / step - 1e-9) <= 4:
                return math.ceil(value / step - 1e-9) * step, step
    return value, value


def value_ticks(top: float, step: float) -> list[tuple[float, str]]:
    """Return ticks from 0 up to a round number, with their texts.

    Examples
    --------
    >>> value_ticks(2000.0, 1000.0)
    [(0.0, '0'), (1000.0, '1,000'), (2000.0, '2,000')]
    """
    count = round(top / step) if step else 0
    return [(step * number, f"{step * number:,.10g}") for number in range(count + 1)]


def time_ticks(end: float, most: int) -> list[float]:
    """Return days at which to put ticks."""
    step = next((float(each) for each in TIMES if end / each <= most), max(end, 1.0))
    return [step * number for number in range(int(end / step + 1e-9) + 1)]


@dataclass(frozen=True, slots=True)
class IntervalBar:
    """From where bars begin to a value, with its interval; NaN where there is none."""

    value: float
    low: float
    high: float
    look: str

    @classmethod
    def of(cls, found: Interval) -> IntervalBar:
        """Return an interval's bar, grey where it does not leave out zero."""
        return cls(found.value, found.low, found.high, "sure" if found.is_significant else "unsure")


@dataclass(frozen=True, slots=True, kw_only=True)
class BarRow:
    """One thing with its bars."""

    name: str
    bars: tuple[IntervalBar, ...]
    words: tuple[str, ...]
    under: str = ""
    """What stands small below its name."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What lies where from left to right."""

    low: float
    high: float
    middle: float = 0.0
    ticks: tuple[tuple[float, str], ...] = ()
    """Values with their texts; lines go down at them."""

    def share(self, value: float) -> float:
        """Return where a value lies, as a share of the width."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)

    def x(self, value: float) -> float:
        """Return where a value lies in the box."""
        return WIDTH * self.share(value)


def symmetric_scale(rows: Iterable[BarRow]) -> Scale:
    """Return a scale with zero in the middle that holds all bars, without ticks."""
    most = max((abs(each) for each in _ends(rows)), default=0.0) or 1.0
    return Scale(-most * (1.0 + 2 * ROOM), most * (1.0 + 2 * ROOM))


def ticked_scale(rows: Iterable[BarRow], middle: float = 0.0, *others: float) -> Scale:
    """Return a scale that holds all bars, where they begin and other values, with round ticks."""
    if not abs(middle) < LARGEST:
        middle = 0.0
    values = [middle, *others, *_ends(rows)]
    least, most = min(values), max(values)
    spare = ROOM * (most - least) or abs(middle) * ROOM or 1.0
    low, high = least - spare, most + spare
    return Scale(low, high, middle, _round_ticks(low, high))


def _ends(rows: Iterable[BarRow]) -> list[float]:
    ends = (end for row in rows for bar in row.bars for end in (bar.value, bar.low, bar.high))
    return [end for end in ends if abs(end) < LARGEST]


def _round_ticks(low: float, high: float) -> tuple[tuple[float, str], ...]:
    """Return few round values between two, with their texts."""
    power = math.floor(math.log10(high - low)) - 1
    steps = (lead * 10.0**each for each in range(power, power + 3) for lead in LEADS)
    step = next(each for each in steps if math.floor(high / each) - math.ceil(low / each) < MOST_TICKS)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    numbers = range(math.ceil(low / step), math.floor(high / step) + 1)
    found = [round(number * step, digits) if digits else int(number * step) for number in numbers]
    return tuple((each, f"{each:,.{digits}f}".replace("-", "−")) for each in found)


def bar_rows(rows: Sequence[BarRow], scale: Scale, look: str = "moves") -> Markup:
    """Return rows of bars, with an axis below where the scale has ticks."""
    drawn = [
        row(
            (each.name, *([element("span", each.under, class_="under")] if each.under else [])),
            _drawn(each, scale),
            element("span", *(element("span", line) for line in each.words), class_="value"),
        )
        for each in rows
    ]
    return element("div", *drawn, *_axis(rows, scale), class_=f"strips {look}")


def _drawn(row: BarRow, scale: Scale) -> Markup:
    height = ONE if len(row.bars) == 1 else TWO
    each = height / len(row.bars)
    rules = "".join(f"M{short(scale.x(value))} 0v{short(height)}" for value, _ in scale.ticks)
    parts = [element("path", d=rules, class_="rule")] if rules else []
    for number, bar in enumerate(row.bars):
        parts += _bar(bar, scale, number * each, each)
    parts.append(element("path", d=f"M{short(scale.x(scale.middle))} 0v{short(height)}", class_="zero"))
    # where there are ticks the row's words stand beside it, and the axis below says what all rows are
    title = "" if scale.ticks else row.name
    return stretched(*parts, height=height, title=title, description="; ".join(row.words))


def _bar(bar: IntervalBar, scale: Scale, top: float, height: float) -> list[Markup]:
    """Return a bar, and a line over its interval; nothing where its value is not known."""
    if not math.isfinite(bar.value):
        return []
    at, begin = scale.x(bar.value), scale.x(scale.middle)
    left, right = min(at, begin), max(at, begin)
    thick = min(height - 2.0, 10.0)
    y = top + (height - thick) / 2
    found = [element("rect", x=left, y=y, width=max(right - left, 2.0), height=thick, class_=bar.look)]
    if math.isfinite(bar.low) and math.isfinite(bar.high):
        low, high = scale.x(bar.low), scale.x(bar.high)
        d = f"M{short(low)} {short(y + thick / 2)}H{short(high)}"
        found += [element("path", d=d, class_=look) for look in ("whisker halo", "whisker")]
    return found


def _axis(rows: Sequence[BarRow], scale: Scale) -> list[Markup]:
    """Return the ticks' texts below the rows, and what the rows are for those who do not see them."""
    if not scale.ticks:
        return []
    texts = [
        element("text", words, x=f"{short(100 * scale.share(value))}%", y="12", class_="tick mid")
        for value, words in scale.ticks
    ]
    longest = f"{rows[0].name}: {', '.join(rows[0].words)}" if rows else "nothing"
    title = f"{len(rows)} rows of bars from {scale.ticks[0][1]} to {scale.ticks[-1][1]}"
    return [row("", axis(texts, title, f"The first is {longest}"), element("span", "", class_="value"))]


def spaced(count: int, most: int) -> NDArray[np.intp]:
    """Return evenly spaced places among so many, the first and the last included."""
    return np.unique(np.linspace(0, count - 1, most).round().astype(int))
