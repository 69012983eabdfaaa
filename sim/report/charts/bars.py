"""Bars with intervals, row under row to one scale: differences, what moves a result, skill."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.report.markup import WIDTH, axis, element, row, short, stretched

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markupsafe import Markup

    from sim.statistics.intervals import Interval

ONE: Final = 18.0
"""Height of a row with one bar; pixels."""
TWO: Final = 23.0
MOST_TICKS: Final = 5
LEADS: Final = (1, 2, 5)
LARGEST: Final = 1e15
"""No measure of a front reaches it; what does is not drawn to scale."""
ROOM: Final = 0.04
"""Beyond the outermost value, as a share of the whole."""


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
    """Return a scale that holds all bars, where they begin and other values, with round ticks.

    Examples
    --------
    >>> row = BarRow(name="Lypa", bars=(IntervalBar(2.0, 1.0, 3.0, "sure"),), words=())
    >>> ticked_scale([row], 5.0).ticks
    ((1, '1'), (2, '2'), (3, '3'), (4, '4'), (5, '5'))
    """
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
