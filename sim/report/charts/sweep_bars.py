"""Bars of what moves a measure: each number at its ends, each source halved, Morris's and Sobol's indices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.report.charts.bars import BarRow, IntervalBar, bar_rows, ticked_scale
from sim.report.charts.measure_scale import MeasureText
from sim.report.key_names import input_name
from sim.report.markup import element, joined, key, sample
from sim.report.page import Block, Figure, Prose, Table
from sim.report.text import amount_text, signed_text
from sim.results.sweep_findings import Effect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from sim.model.scenario import Scenario
    from sim.results.sweep_findings import Bar as Input
    from sim.results.sweep_findings import Claim, Index, SweepFindings

MOST: Final = 10
"""Bars of a figure; the table has all."""
LISTED: Final = 20
"""Rows of its table; the findings beside the sweep have all."""
HALF: Final = 0.5
LOOKS: Final = ("lowend", "highend")
GREY: Final = "unsure"


def tornado(scenario: Scenario, found: SweepFindings, measure: MeasureText) -> list[Block]:
    """Return the bars of one measure, the longest first, those within noise last."""
    ranked = [bar for bar in found.ranked(measure.key) if bar.size(measure.key) > 0.0]
    blocks: list[Block] = [
        Prose(heading=measure.label, paragraphs=(_told(scenario, found, measure, ranked),))
    ]
    best = max((bar.replications for bar in ranked), default=0)
    shown = [bar for bar in ranked if bar.is_significant(measure.key) or bar.replications == best][:MOST]
    if shown:
        rows = [_row(scenario, bar, measure) for bar in shown]
        scale = ticked_scale((bar for row in rows for bar in row.bars), measure.drawn(measure.of.mean))
        blocks.append(
            Figure(
                drawing=bar_rows(rows, scale, "moves"),
                key=_key("above: at the low end", "below: at the high end"),
                table=_table(scenario, measure, ranked),
                caption=_axis_words(measure),
            )
        )
    return blocks


def first(scenario: Scenario, found: SweepFindings, measure: MeasureText) -> tuple[str, str] | None:
    """Return what moves a measure most, and how far; none where nothing surely does."""
    bars = [bar for bar in found.ranked(measure.key) if bar.is_significant(measure.key)]
    if bars:
        ends = (bars[0].at_low, bars[0].at_high)
        values = [end[measure.key].value for end in ends if measure.key in end]
        told = " and ".join(measure.change(value) for value in values if math.isfinite(value))
        return _name(scenario, bars[0]), f": by {told} at the ends of its range"
    indices = [each for each in found.indices if each.measure == measure.key and each.is_significant]
    return (_name(scenario, indices[0]), "") if indices else None


def claims(found: SweepFindings) -> list[Block]:
    """Return what hangs on each source: a figure a measure; nothing where no source was halved."""
    if not found.claims:
        return []
    factor = found.claims[0].factor
    changed = "half as high" if factor == HALF else f"{factor:g} times as high"
    words = (
        f"How far the answer moves if all numbers that rest on one source were {changed} as it says, under "
        "the same random numbers. A source whose bar is grey may be wrong by that much, and this answer "
        "would hardly show it."
    )
    blocks: list[Block] = [Prose(heading="Whose claim it hangs on", paragraphs=(words,))]
    for each in found.measures:
        measure = MeasureText(each)
        ranked = found.ranked_claims(measure.key)
        rows = [
            BarRow(
                name=claim.title,
                under=_source_text(claim),
                bars=(bar_of(claim.effects.get(measure.key), measure, "sure"),),
                words=(claim.note or measure.change_text(claim.effects.get(measure.key)),),
            )
            for claim in ranked
        ]
        scale = ticked_scale((bar for row in rows for bar in row.bars), measure.drawn(each.mean))
        blocks.append(
            Figure(
                drawing=joined(
                    [
                        element("p", measure.label, class_="name"),
                        bar_rows(rows, scale, "moves claims"),
                    ]
                ),
                table=_claims_table(measure, ranked, changed),
                caption=f"{_axis_words(measure)} Each bar: that source's numbers {changed}.",
            )
        )
    return blocks


def indices(scenario: Scenario, found: SweepFindings, measure: MeasureText) -> list[Block]:
    """Return Morris's or Sobol's indices of one measure, the largest first."""
    of_measure = [each for each in found.indices if each.measure == measure.key]
    is_sobol = found.kind == "sobol"
    names = ("with all it does together with others", "alone") if is_sobol else ("amount", "with its sign")
    short = ("in all", "alone") if is_sobol else ("amount", "signed")
    rows = [
        BarRow(
            name=_name(scenario, each),
            bars=(
                _index(each.total, each.total_halfwidth, each.is_significant, LOOKS[0]),
                _index(each.first, each.first_halfwidth, each.is_significant, LOOKS[1]),
            ),
            words=(
                f"{short[0]} {each.total:.2f} ± {each.total_halfwidth:.2f}",
                f"{short[1]} {each.first:.2f} ± {each.first_halfwidth:.2f}",
            ),
        )
        for each in of_measure[:MOST]
    ]
    scale = ticked_scale((bar for row in rows for bar in row.bars), 0.0)
    what = "Share of the variance" if is_sobol else f"In {measure.unit or 'its own measure'}, over the range"
    figure = Figure(
        drawing=bar_rows(rows, scale, "moves"),
        key=_key(f"above: {names[0]}", f"below: {names[1]}"),
        table=_indices_table(scenario, of_measure, names, measure),
        caption=f"{what}.",
    )
    words = f"{measure.as_it_is()} as it is."
    return [Prose(heading=measure.label, paragraphs=(words,)), figure]


def _name(scenario: Scenario, each: Input | Index) -> str:
    """Return what an input is called: a number by its key, several by what they have in common."""
    if len(each.keys) == 1:
        return input_name(scenario, each.keys[0])
    return each.label[:1].upper() + each.label[1:]


def _told(scenario: Scenario, found: SweepFindings, measure: MeasureText, ranked: Sequence[Input]) -> str:
    """Return in words what a measure is, and what moves it most."""
    told = f"{measure.as_it_is()} as it is. "
    found_first = first(scenario, found, measure)
    if found_first is None:
        return f"{told}Nothing that was moved surely moves it."
    name, how = found_first
    sure = sum(bar.is_significant(measure.key) for bar in ranked)
    others = f" {sure} bars are beyond noise." if sure > 1 else " No other is beyond noise."
    return f"{told}{name} moves it most{how}.{others}"


def _row(scenario: Scenario, each: Input, measure: MeasureText) -> BarRow:
    """Return an input at both its ends."""
    ends = (each.at_low.get(measure.key), each.at_high.get(measure.key))
    return BarRow(
        name=_name(scenario, each),
        under=f"{each.low} to {each.high}" if each.low else f"{len(each.keys)} numbers together",
        bars=tuple(bar_of(end, measure, look) for end, look in zip(ends, LOOKS, strict=True)),
        words=tuple(
            f"{name} {measure.change_text(end)}" for name, end in zip(("low", "high"), ends, strict=True)
        ),
    )


def bar_of(effect: Effect | None, measure: MeasureText, look: str) -> IntervalBar:
    """Return a bar from what a measure is to what it becomes, which may be unknown; grey within noise."""
    if effect is None:
        effect = Effect()
    value, low, high = (
        measure.drawn(measure.of.mean + end) for end in (effect.value, effect.low, effect.high)
    )
    return IntervalBar(value, low, high, look if effect.is_significant else GREY)


def _index(value: float, half: float, is_significant: bool, look: str) -> IntervalBar:
    return IntervalBar(value, value - half, value + half, look if is_significant else GREY)


def _axis_words(measure: MeasureText) -> str:
    """Return what the axis below the bars has."""
    unit = f", {measure.unit}" if measure.unit else ""
    return f"The scale: {measure.label}{unit}; bars begin at what it is now."


def _key(above: str, below: str) -> Markup:
    """Return what the bars' colours mean."""
    looks = ((LOOKS[0], 0, above), (LOOKS[1], 4, below), (GREY, 2, "within noise"))
    return key(
        sample(element("rect", y=str(y), width="20", height="8", class_=look), name)
        for look, y, name in looks
    )


def _table(scenario: Scenario, measure: MeasureText, ranked: Sequence[Input]) -> Table:
    """Return all inputs that were moved."""
    rows = [
        (
            _name(scenario, each),
            each.value,
            f"{each.low} to {each.high}" if each.low else f"{len(each.keys)} numbers",
            measure.change_text(each.at_low.get(measure.key)),
            measure.change_text(each.at_high.get(measure.key)),
            "yes" if each.is_significant(measure.key) else "no",
            str(each.replications),
            ", ".join(each.sources) or ", ".join(each.statuses),
        )
        for each in ranked[:LISTED]
    ]
    more = f"; the first {LISTED} of {len(ranked)}" if len(ranked) > LISTED else ""
    return Table(
        caption=f"{measure.label}: how far each input moves it, in brackets the intervals{more}",
        headings=("Input", "Value", "Range", "At its low end", "At its high end", "Sure", "Runs", "Source"),
        rows=rows,
        right=(6,),
    )


def _source_text(claim: Claim) -> str:
    """Return whose claim it is, how it is graded, and how much rests on it."""
    count = f"{len(claim.keys)} {'number' if len(claim.keys) == 1 else 'numbers'}"
    grade = f"graded {claim.grade}" if claim.grade else ""
    return ", ".join(each for each in (claim.publisher, grade, count) if each)


def _claims_table(measure: MeasureText, ranked: Sequence[Claim], changed: str) -> Table:
    """Return the sources in numbers."""
    rows = [
        (
            claim.title,
            claim.publisher,
            claim.grade,
            str(len(claim.keys)),
            claim.note or measure.change_text(claim.effects.get(measure.key)),
            str(claim.replications),
        )
        for claim in ranked
    ]
    return Table(
        caption=f"{measure.label}: if all that a source says were {changed}",
        headings=("Source", "Publisher", "Grade", "Numbers", "Moves it by", "Runs"),
        rows=rows,
        right=(3, 5),
    )


def _indices_table(
    scenario: Scenario, of_measure: Sequence[Index], names: tuple[str, str], measure: MeasureText
) -> Table:
    """Return indices in numbers."""
    rows = [
        (
            _name(scenario, each),
            *(amount_text(value) for value in (each.total, each.total_halfwidth)),
            *(signed_text(value) for value in (each.first, each.first_halfwidth)),
            amount_text(each.spread),
        )
        for each in of_measure
    ]
    return Table(
        caption=f"{measure.label}: how much of it hangs on each input",
        headings=("Input", names[0].capitalize(), "±", names[1].capitalize(), "±", "Spread (Morris)"),
        rows=rows,
        right=(1, 2, 3, 4, 5),
    )
