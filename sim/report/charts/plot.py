"""The frame of a chart: its drawing is as wide as the page has room for, its letters keep their size.

Lines lie in a box of their own that stretches; ticks and labels stand beside it by shares of the width.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.report.markup import WIDTH, element, framed, joined, path, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

FAR: Final = 9.0
"""How many box sizes outside the box anything may be drawn."""
LEAST: Final = 1e-9
"""A smaller value is drawn as nothing."""
TIMES: Final = (1, 2, 5, 7, 10, 14, 15, 20, 30, 45, 60, 90, 120, 180, 365)
"""Candidate intervals between time ticks, in days; the first that leaves enough space is used."""


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
    """Return a round number not below a value, and the step of its ticks.

    Examples
    --------
    >>> nice_top(7310.0), nice_top(0.0), nice_top(4.0)
    ((8000.0, 2000.0), (1.0, 1.0), (4.0, 1.0))
    """
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
    """Return days at which to put ticks.

    Examples
    --------
    >>> time_ticks(180.0, 6), time_ticks(12.0, 3)
    ([0.0, 30.0, 60.0, 90.0, 120.0, 150.0, 180.0], [0.0, 5.0, 10.0])
    """
    step = next((float(each) for each in TIMES if end / each <= most), max(end, 1.0))
    return [step * number for number in range(int(end / step + 1e-9) + 1)]
