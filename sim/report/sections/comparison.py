"""Two ensembles or two runs beside each other: what was changed, and what changed with it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.report.charts.bars import BarRow, IntervalBar, bar_rows, symmetric_scale
from sim.report.page import Block, Figure, Prose, Section, Table
from sim.report.text import amount_text, share_text, signed_text

if TYPE_CHECKING:
    from sim.report.findings import ComparisonRow, ReportedComparison
    from sim.report.subject import Subject


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
        blocks.append(Prose(paragraphs=("The two scenarios give the same numbers.",)))
    for group in dict.fromkeys(each.group for each in comparison.differences):
        found = [each for each in comparison.differences if each.group == group]
        blocks.append(Prose(heading=group))
        blocks.append(_figure(comparison, group, found))
    return Section(
        "comparison",
        f"A against B: {comparison.first} and {comparison.second}",
        tuple(blocks),
        _lead(comparison),
    )


def _lead(comparison: ReportedComparison) -> str:
    """Return how the two are compared."""
    first, second = comparison.replications
    if (first, second) == (1, 1):
        rng = "the same random numbers" if comparison.pairs else "random numbers of its own"
        return (
            f"B less A, one run each, under {rng}. One run may differ from another by chance alone: "
            "compare two ensembles to know what is sure."
        )
    level = share_text(comparison.level)
    if comparison.pairs:
        return (
            f"B less A in {comparison.pairs} pairs of runs, each under the same random numbers; intervals "
            f"at {level}. Grey: no difference at all is within the interval."
        )
    return (
        f"B less A, {first} and {second} runs, each with random numbers of its own; intervals at {level}. "
        "Grey: no difference at all is within the interval."
    )


def _figure(comparison: ReportedComparison, group: str, found: list[ComparisonRow]) -> Figure:
    """Return one bar for each difference of a group, to one scale, with its interval."""
    rows = [BarRow(name=each.what, bars=(_bar(each),), words=(_change_text(each),)) for each in found]
    scale = symmetric_scale(bar for row in rows for bar in row.bars)
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
    return Figure(drawing=bar_rows(rows, scale, "differences"), table=table)


def _bar(each: ComparisonRow) -> IntervalBar:
    """Return a bar from no difference to this one."""
    change = each.change
    is_significant = change.is_significant or math.isnan(change.low)
    return IntervalBar(change.value, change.low, change.high, "sure" if is_significant else "unsure")


def _value(each: ComparisonRow, value: float) -> str:
    """Return a measure with its unit."""
    return share_text(value) if each.unit == "%" else f"{amount_text(value)} {each.unit}".rstrip()


def _signed(each: ComparisonRow, value: float) -> str:
    """Return a difference with its sign; shares in points of a hundred."""
    return signed_text(round(100.0 * value) if each.unit == "%" and not math.isnan(value) else value)


def _change_text(each: ComparisonRow) -> str:
    """Return a difference with its interval in words."""
    unit = "points" if each.unit == "%" else each.unit
    words = f"{_signed(each, each.change.value)} {unit}".rstrip()
    if math.isnan(each.change.low):
        return words
    return f"{words} ({_signed(each, each.change.low)} to {_signed(each, each.change.high)})"
