"""What moves the result: a sweep's numbers at their ends, sources changed, indices, and how to read them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.report.charts.bars import BarRow, IntervalBar, bar_rows, ticked_scale
from sim.report.charts.sweep_grid import GREY, bar_of, grid
from sim.report.markup import element, joined, key, rect_sample
from sim.report.page import Block, Card, Figure, Prose, Section, Table
from sim.report.text import MeasureText, amount_text, input_name, share_text, signed_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from sim.model.scenario import Scenario
    from sim.report.subject import Subject
    from sim.results.sweep_findings import Bar as Input
    from sim.results.sweep_findings import Claim, Index, SweepFindings

MOST: Final = 10
"""Bars of a figure; the table has all."""
LISTED: Final = 20
"""Rows of its table; the findings beside the sweep have all."""
LOOKS: Final = ("lowend", "highend")


def section(subject: Subject) -> Section | None:
    """Return the part on what moves the result; none where nothing was moved."""
    found = subject.sweep
    if found is None:
        return None
    draw = {"tornado": _tornado, "grid": grid}.get(found.kind, _indices)
    blocks: list[Block] = []
    for each in found.measures:
        blocks += draw(subject.scenario, found, MeasureText(each))
    blocks += _claims(found)
    if found.left_out:
        blocks.append(Prose(heading="What this leaves out", items=found.left_out))
    return Section("sweep", "What moves the result", tuple(blocks), _lead(subject, found))


def card(subject: Subject) -> Card | None:
    """Return the number that moves the result most as an answer; none where nothing surely does."""
    found = subject.sweep
    if found is None:
        return None
    measure = MeasureText(found.measures[0])
    first = _first(subject.scenario, found, measure)
    if first is None:
        return None
    name, how = first
    return Card(name, f"the input that moves “{measure.label}” most{how}")


def cards(subject: Subject) -> list[Card]:
    """Return the answers of a page that is of a sweep alone."""
    found = subject.sweep
    if found is None:
        return []
    first = card(subject)
    cards = [] if first is None else [first]
    for each in found.measures:
        measure = MeasureText(each)
        cards.append(Card(measure.value(each.mean), f"{measure.label}, as it is"))
        cards += _over_grid(found, measure)
    if found.bars:
        key = found.measures[0].key
        inputs = [bar for bar in found.bars if not bar.part_of]
        sure = sum(bar.is_significant(key) for bar in inputs)
        cards.append(
            Card(f"{sure} of {len(inputs)}", f"inputs surely move “{MeasureText(found.measures[0]).label}”")
        )
    return cards[:4]


def _over_grid(found: SweepFindings, measure: MeasureText) -> list[Card]:
    means = [
        mean.value
        for point in found.points
        for mean in (point.means.get(measure.key),)
        if mean is not None and math.isfinite(mean.value)
    ]
    if not means:
        return []
    low, high = measure.amount(min(means)), measure.value(max(means))
    return [Card(f"{low} to {high}", f"{measure.label}, over the grid")]


def _lead(subject: Subject, found: SweepFindings) -> str:
    """Return what was done, and how to read it."""
    level, count = share_text(found.level), found.replications
    lead = {
        "tornado": f"Each number that has a range is set to its low end and to its high end while the others "
        f"stay as they are, in up to {count} replications of each. A bar leads from what the measure is now "
        f"to what it becomes; the thin line is an interval at {level}. Grey: no difference at all is within "
        "the interval.",
        "grid": f"The scenario with other numbers, {count} replications of each; intervals at {level}.",
        "morris": "Morris's elementary effects: how far a measure moves as one number crosses its range, "
        f"averaged over where the others are. Thin lines: intervals at {level}; grey: no effect at all is "
        "within it.",
        "sobol": "Sobol's indices: the share of a measure's spread that an input accounts for, over the "
        f"whole ranges of all of them. Thin lines: intervals at {level}; grey: nothing at all is within it.",
    }[found.kind]
    lead += f" {found.runs:,} runs in all, under the same random numbers."
    if subject.is_of_another(found.hash):
        lead += (
            f" The sweep is of {found.name} under seed {found.seed}: not the scenario and seed of the "
            "runs above."
        )
    return lead


def _tornado(scenario: Scenario, found: SweepFindings, measure: MeasureText) -> list[Block]:
    """Return the bars of one measure, the longest first, those within noise last."""
    ranked = [bar for bar in found.ranked(measure.key) if bar.size(measure.key) > 0.0]
    blocks: list[Block] = [
        Prose(heading=measure.label, paragraphs=(_summary_text(scenario, found, measure, ranked),))
    ]
    best = max((bar.replications for bar in ranked), default=0)
    shown = [bar for bar in ranked if bar.is_significant(measure.key) or bar.replications == best][:MOST]
    if shown:
        rows = [_row(scenario, bar, measure) for bar in shown]
        drawing = bar_rows(rows, ticked_scale(rows, measure.drawn(measure.of.mean)), "moves")
        ends = _key("above: at the low end", "below: at the high end")
        table, caption = _table(scenario, measure, ranked), _axis_words(measure)
        blocks.append(Figure(drawing=drawing, key=ends, table=table, caption=caption))
    return blocks


def _first(scenario: Scenario, found: SweepFindings, measure: MeasureText) -> tuple[str, str] | None:
    """Return what moves a measure most, and how far; none where nothing surely does."""
    bars = [bar for bar in found.ranked(measure.key) if bar.is_significant(measure.key)]
    if bars:
        ends = (bars[0].at_low, bars[0].at_high)
        values = [end[measure.key].value for end in ends if measure.key in end]
        changes = " and ".join(measure.change(value) for value in values if math.isfinite(value))
        return _name(scenario, bars[0]), f": by {changes} at the ends of its range"
    indices = [each for each in found.indices if each.measure == measure.key and each.is_significant]
    return (_name(scenario, indices[0]), "") if indices else None


def _claims(found: SweepFindings) -> list[Block]:
    """Return what hangs on each source: a figure a measure; nothing where no source was halved."""
    if not found.claims:
        return []
    factor = found.claims[0].factor
    changed = {0.5: "half as high"}.get(factor, f"{factor:g} times as high")
    words = (
        f"How far the answer moves if all numbers that rest on one source were {changed} as it says, under "
        "the same random numbers. A source whose bar is grey may be wrong by that much, and this answer "
        "would hardly change."
    )
    blocks: list[Block] = [Prose(heading="Which sources it depends on", paragraphs=(words,))]
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
        bars = bar_rows(rows, ticked_scale(rows, measure.drawn(each.mean)), "moves claims")
        drawing = joined([element("p", measure.label, class_="name"), bars])
        caption = f"{_axis_words(measure)} Each bar: that source's numbers {changed}."
        blocks.append(Figure(drawing=drawing, table=_claims_table(measure, ranked, changed), caption=caption))
    return blocks


def _indices(scenario: Scenario, found: SweepFindings, measure: MeasureText) -> list[Block]:
    """Return Morris's or Sobol's indices of one measure, the largest first."""
    of_measure = [each for each in found.indices if each.measure == measure.key]
    is_sobol = found.kind == "sobol"
    names = ("including interactions", "alone") if is_sobol else ("amount", "with its sign")
    short = ("in all", "alone") if is_sobol else ("amount", "signed")
    rows = []
    for each in of_measure[:MOST]:
        values = ((each.total, each.total_halfwidth), (each.first, each.first_halfwidth))
        looks = LOOKS if each.is_significant else (GREY, GREY)
        bars = [
            IntervalBar(at, at - half, at + half, look)
            for (at, half), look in zip(values, looks, strict=True)
        ]
        words = [f"{word} {at:.2f} ± {half:.2f}" for (at, half), word in zip(values, short, strict=True)]
        rows.append(BarRow(name=_name(scenario, each), bars=tuple(bars), words=tuple(words)))
    what = "Share of the variance" if is_sobol else f"In {measure.unit or 'its own measure'}, over the range"
    figure = Figure(
        drawing=bar_rows(rows, ticked_scale(rows), "moves"),
        key=_key(f"above: {names[0]}", f"below: {names[1]}"),
        table=_indices_table(scenario, of_measure, names, measure),
        caption=f"{what}.",
    )
    return [Prose(heading=measure.label, paragraphs=(f"{measure.as_it_is()} as it is.",)), figure]


def _name(scenario: Scenario, each: Input | Index) -> str:
    """Return what an input is called: a number by its key, several by what they have in common."""
    if len(each.keys) == 1:
        return input_name(scenario, each.keys[0])
    return each.label[:1].upper() + each.label[1:]


def _summary_text(
    scenario: Scenario, found: SweepFindings, measure: MeasureText, ranked: Sequence[Input]
) -> str:
    """Return in words what a measure is, and what moves it most."""
    text = f"{measure.as_it_is()} as it is. "
    found_first = _first(scenario, found, measure)
    if found_first is None:
        return f"{text}No input has a significant effect."
    name, how = found_first
    sure = sum(bar.is_significant(measure.key) for bar in ranked)
    others = f" {sure} bars are beyond noise." if sure > 1 else " No other is beyond noise."
    return f"{text}{name} moves it most{how}.{others}"


def _row(scenario: Scenario, each: Input, measure: MeasureText) -> BarRow:
    ends = (each.at_low.get(measure.key), each.at_high.get(measure.key))
    return BarRow(
        name=_name(scenario, each),
        under=_range(each, "numbers together"),
        bars=tuple(bar_of(end, measure, look) for end, look in zip(ends, LOOKS, strict=True)),
        words=tuple(
            f"{name} {measure.change_text(end)}" for name, end in zip(("low", "high"), ends, strict=True)
        ),
    )


def _range(each: Input, several: str) -> str:
    return f"{each.low} to {each.high}" if each.low else f"{len(each.keys)} {several}"


def _axis_words(measure: MeasureText) -> str:
    unit = f", {measure.unit}" if measure.unit else ""
    return f"The scale: {measure.label}{unit}; bars begin at what it is now."


def _key(above: str, below: str) -> Markup:
    looks = ((LOOKS[0], 0, above), (LOOKS[1], 4, below), (GREY, 2, "within noise"))
    return key(rect_sample(look, name, str(y), "8") for look, y, name in looks)


def _table(scenario: Scenario, measure: MeasureText, ranked: Sequence[Input]) -> Table:
    """Return all inputs that were moved."""
    more = f"; the first {LISTED} of {len(ranked)}" if len(ranked) > LISTED else ""
    return Table.of(
        f"{measure.label}: how far each input moves it, in brackets the intervals{more}",
        ranked[:LISTED],
        ("Input", lambda each: _name(scenario, each)),
        ("Value", lambda each: each.value),
        ("Range", lambda each: _range(each, "numbers")),
        ("At its low end", lambda each: measure.change_text(each.at_low.get(measure.key))),
        ("At its high end", lambda each: measure.change_text(each.at_high.get(measure.key))),
        ("Sure", lambda each: "yes" if each.is_significant(measure.key) else "no"),
        ("Runs", lambda each: str(each.replications)),
        ("Source", lambda each: ", ".join(each.sources or each.statuses)),
        right=(6,),
    )


def _source_text(claim: Claim) -> str:
    count = f"{len(claim.keys)} {'number' if len(claim.keys) == 1 else 'numbers'}"
    grade = f"graded {claim.grade}" if claim.grade else ""
    return ", ".join(each for each in (claim.publisher, grade, count) if each)


def _claims_table(measure: MeasureText, ranked: Sequence[Claim], changed: str) -> Table:
    return Table.of(
        f"{measure.label}: if all that a source says were {changed}",
        ranked,
        ("Source", lambda claim: claim.title),
        ("Publisher", lambda claim: claim.publisher),
        ("Grade", lambda claim: claim.grade),
        ("Numbers", lambda claim: str(len(claim.keys))),
        ("Moves it by", lambda claim: claim.note or measure.change_text(claim.effects.get(measure.key))),
        ("Runs", lambda claim: str(claim.replications)),
        right=(3, 5),
    )


def _indices_table(
    scenario: Scenario, of_measure: Sequence[Index], names: tuple[str, str], measure: MeasureText
) -> Table:
    return Table.of(
        f"{measure.label}: how much of it depends on each input",
        of_measure,
        ("Input", lambda each: _name(scenario, each)),
        (names[0].capitalize(), lambda each: amount_text(each.total)),
        ("±", lambda each: amount_text(each.total_halfwidth)),
        (names[1].capitalize(), lambda each: signed_text(each.first)),
        ("±", lambda each: signed_text(each.first_halfwidth)),
        ("Spread (Morris)", lambda each: amount_text(each.spread)),
        right=(1, 2, 3, 4, 5),
    )
