"""Two ensembles or two runs beside each other: what was changed, and what changed with it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.report.markup import element, joined, short
from sim.report.page import Block, Figure, Section, Table, Words
from sim.report.plot import WIDTH, framed
from sim.report.words import MINUS, amount_text, share_text

if TYPE_CHECKING:
    from markupsafe import Markup

    from sim.report.findings import Comparison, Difference
    from sim.report.subject import Subject

MIDDLE: Final = WIDTH / 2
HALF: Final = WIDTH * 0.46
"""Of the box: what the greatest difference or interval takes."""
BAR: Final = 18.0
SMALL: Final = 0.1
"""Below it, two digits are told wherever they stand."""


def section(subject: Subject) -> Section | None:
    """Return the part on what differs; none where nothing is compared."""
    comparison = subject.comparison
    if comparison is None:
        return None
    blocks: list[Block] = []
    if comparison.changes:
        blocks.append(
            Table(
                caption="What differs between the two scenarios",
                headings=("Input", f"A: {comparison.first}", f"B: {comparison.second}"),
                rows=comparison.changes,
            )
        )
    else:
        blocks.append(Words(paragraphs=("The two scenarios give the same numbers.",)))
    for group in dict.fromkeys(each.group for each in comparison.differences):
        found = [each for each in comparison.differences if each.group == group]
        blocks.append(Words(heading=group))
        blocks.append(_figure(comparison, group, found))
    return Section(
        "comparison",
        f"A against B: {comparison.first} and {comparison.second}",
        tuple(blocks),
        _lead(comparison),
    )


def _lead(comparison: Comparison) -> str:
    """Return how the two are compared."""
    first, second = comparison.replications
    if (first, second) == (1, 1):
        luck = "the same luck" if comparison.pairs else "luck of its own"
        return (
            f"B less A, one run each, under {luck}. One run may differ from another by chance alone: "
            "compare two ensembles to know what is sure."
        )
    level = share_text(comparison.level)
    if comparison.pairs:
        return (
            f"B less A in {comparison.pairs} pairs of runs, each under the same luck; intervals at {level}. "
            "Grey: no difference at all is within the interval."
        )
    return (
        f"B less A, {first} and {second} runs, each with luck of its own; intervals at {level}. "
        "Grey: no difference at all is within the interval."
    )


def _figure(comparison: Comparison, group: str, found: list[Difference]) -> Figure:
    """Return one bar for each difference of a group, to one scale, with its interval."""
    ends = [abs(end) for each in found for end in each.change if not math.isnan(end)]
    scale = max(ends, default=0.0) or 1.0
    number = list(dict.fromkeys(each.group for each in comparison.differences)).index(group)
    rows = [
        element(
            "div",
            element("span", each.what, class_="name"),
            _bar(f"difference-{number}-{place}", each, scale),
            element("span", _change_text(each), class_="value"),
            class_="row",
        )
        for place, each in enumerate(found)
    ]
    table = Table(
        caption=f"{group}: A, B, and B less A",
        headings=("Measure", "A", "B", "B less A", "from", "to"),
        rows=[
            (
                each.what,
                _value(each, each.first),
                _value(each, each.second),
                _signed(each, each.change.value),
                _signed(each, each.change.low),
                _signed(each, each.change.high),
            )
            for each in found
        ],
        right=(1, 2, 3, 4, 5),
    )
    return Figure(drawing=element("div", *rows, class_="strips differences"), table=table)


def _bar(name: str, each: Difference, scale: float) -> Markup:
    """Return a bar from no difference to this one, and a line over its interval."""
    at = MIDDLE + HALF * each.change.value / scale
    look = "sure" if each.is_sure or math.isnan(each.change.low) else "unsure"
    left, right = min(at, MIDDLE), max(at, MIDDLE)
    parts = [
        element("rect", x=left, y="4", width=max(right - left, 2.0), height="10", class_=look),
        element("path", d=f"M{short(MIDDLE)} 0v{short(BAR)}", class_="zero"),
    ]
    if not math.isnan(each.change.low):
        low, high = (MIDDLE + HALF * end / scale for end in (each.change.low, each.change.high))
        parts.append(element("path", d=f"M{short(low)} 9H{short(high)}", class_="whisker"))
    return framed(
        name,
        each.what,
        f"B less A: {_change_text(each)}",
        joined(parts),
        class_="strip",
        width="100%",
        height=BAR,
        viewBox=f"0 0 {WIDTH:.0f} {short(BAR)}",
        preserveAspectRatio="none",
    )


def _value(each: Difference, value: float) -> str:
    """Return a measure with its unit."""
    return share_text(value) if each.unit == "%" else f"{amount_text(value)} {each.unit}".rstrip()


def _signed(each: Difference, value: float) -> str:
    """Return a difference with its sign; shares in points of a hundred, small amounts to two digits."""
    if math.isnan(value):
        return "–"
    if each.unit == "%":
        words = f"{100.0 * abs(value):.0f}"
    else:
        words = f"{abs(value):.2g}" if 0.0 < abs(value) < SMALL else amount_text(abs(value))
    if float(words.replace(",", "")) == 0.0:
        return "0"
    return f"{MINUS if value < 0 else '+'}{words}"


def _change_text(each: Difference) -> str:
    """Return a difference with its interval in words."""
    unit = "points" if each.unit == "%" else each.unit
    words = f"{_signed(each, each.change.value)} {unit}".rstrip()
    if math.isnan(each.change.low):
        return words
    return f"{words} ({_signed(each, each.change.low)} to {_signed(each, each.change.high)})"
