"""Two ensembles or two runs beside each other: what was changed, and what changed with it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.report.charts import BarRow, IntervalBar, bar_rows, symmetric_scale
from sim.report.page import Block, Figure, Prose, Section, Table
from sim.report.text import amount_text, share_text, signed_text
from sim.statistics.differences import MIN_PAIRS

if TYPE_CHECKING:
    from sim.report.subject import ComparisonRow, ReportedComparison


def section(comparison: ReportedComparison) -> Section:
    """Return the part on what differs."""
    blocks: list[Block] = [Prose(paragraphs=("The two scenarios give the same numbers.",))]
    if comparison.changes:
        caption = "What differs between the two scenarios"
        headings = ("Input", f"A: {comparison.first}", f"B: {comparison.second}")
        blocks = [Table(caption=caption, headings=headings, rows=comparison.changes)]
    for group in dict.fromkeys(each.group for each in comparison.differences):
        found = [each for each in comparison.differences if each.group == group]
        blocks += [Prose(heading=group), _figure(group, found)]
    if comparison.replications != (1, 1):
        blocks += _verdict_of_all(comparison)
    title = f"A against B: {comparison.first} and {comparison.second}"
    return Section("comparison", title, tuple(blocks), _lead(comparison))


def _verdict_of_all(comparison: ReportedComparison) -> list[Block]:
    """Return what is true of all differences: too few runs, or none of them significant."""
    if min(comparison.replications) < MIN_PAIRS:
        few = f"Nothing counts as significant in fewer than {MIN_PAIRS} runs of each: use -n 30."
        return [Prose(paragraphs=(few,))]
    if any(each.found.is_significant for each in comparison.differences):
        return []
    return [Prose(paragraphs=("Nothing differs significantly.",))]


def _lead(comparison: ReportedComparison) -> str:
    """Return how the two are compared."""
    first, second = comparison.replications
    if (first, second) == (1, 1):
        rng = "the same random numbers" if comparison.pairs else "random numbers of its own"
        return (
            f"B less A, one run each, under {rng}. One run may differ from another by chance alone: "
            "compare two ensembles to know what is sure."
        )
    compared = f", {first} and {second} runs, each with random numbers of its own"
    if comparison.pairs:
        compared = f" in {comparison.pairs} pairs of runs, each under the same random numbers"
    level = share_text(comparison.level)
    return (
        f"B less A{compared}; intervals at {level}. Of measures that do not differ, "
        f"{100 - round(100 * comparison.level)} in 100 appear significant by chance."
    )


def _figure(group: str, found: list[ComparisonRow]) -> Figure:
    """Return one bar for each difference of a group, to one scale, with its interval."""
    rows = []
    for each in found:
        change = each.found.change
        is_sure = each.found.is_significant or math.isnan(change.low)  # single runs have no interval
        bar = IntervalBar(change.value, change.low, change.high, "sure" if is_sure else "unsure")
        rows.append(BarRow(name=each.what, bars=(bar,), words=(_change_text(each),)))
    table = Table.of(
        group,
        found,
        ("Measure", lambda each: each.what),
        ("A", lambda each: _value(each, each.found.first)),
        ("B", lambda each: _value(each, each.found.second)),
        ("B less A", lambda each: _signed(each, each.found.change.value)),
        ("from", lambda each: _signed(each, each.found.change.low)),
        ("to", lambda each: _signed(each, each.found.change.high)),
        ("Significant", _verdict),
        right=(1, 2, 3, 4, 5),
    )
    caption = "Grey: no difference at all is within the interval." if found[0].found.pairs > 1 else ""
    return Figure(drawing=bar_rows(rows, symmetric_scale(rows), "differences"), table=table, caption=caption)


def _verdict(each: ComparisonRow) -> str:
    if math.isnan(each.found.change.low):
        return "–"
    return "yes" if each.found.is_significant else "no"


def _value(each: ComparisonRow, value: float) -> str:
    return share_text(value) if each.unit == "%" else f"{amount_text(value)} {each.unit}".rstrip()


def _signed(each: ComparisonRow, value: float) -> str:
    """Return a difference with its sign; shares in points of a hundred."""
    return signed_text(round(100.0 * value) if each.unit == "%" and not math.isnan(value) else value)


def _change_text(each: ComparisonRow) -> str:
    unit = "points" if each.unit == "%" else each.unit
    change = each.found.change
    words = f"{_signed(each, change.value)} {unit}".rstrip()
    if math.isnan(change.low):
        return words
    return f"{words} ({_signed(each, change.low)} to {_signed(each, change.high)})"
