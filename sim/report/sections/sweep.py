"""What moves the result: a sweep's numbers at their ends, sources changed, and how to read them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.report.charts import BarRow, IntervalBar, bar_rows, ticked_scale
from sim.report.markup import element, joined, key, rect_sample
from sim.report.page import Block, Card, Figure, Prose, Section, Table
from sim.report.text import MeasureText, input_name, share_text
from sim.results.sweep_findings import Effect
from sim.scenario_file.names import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from sim.model.scenario import Scenario
    from sim.report.subject import Subject
    from sim.results.sweep_findings import Bar as Input
    from sim.results.sweep_findings import SweepFindings

MOST: Final = 10
"""Bars of a figure; the table has all."""
MOST_PLACES: Final = 24
"""The same of a grid."""
LISTED: Final = 20
"""Rows of its table; the findings beside the sweep have all."""
FEW: Final = 10
ENOUGH: Final = 30
"""Replications of each change below which effects are easily missed, and those that will usually do."""
LOOKS: Final = ("lowend", "highend")
GREY: Final = "unsure"


def section(subject: Subject) -> Section | None:
    """Return the part on what moves the result; none where nothing was moved."""
    found = subject.sweep
    if found is None:
        return None
    draw = _tornado if found.kind == "tornado" else _grid
    blocks: list[Block] = []
    for each in found.measures:
        blocks += draw(subject.scenario, found, MeasureText(each))
    blocks += _claims(found)
    if found.left_out:
        blocks.append(Prose(heading="What this leaves out", items=found.left_out))
    if note := _few_note(found):
        blocks.append(Prose(paragraphs=(note,)))
    return Section("sweep", "What moves the result", tuple(blocks), _lead(subject, found))


def card(subject: Subject) -> Card | None:
    """Return the number that moves the result most as an answer; none where nothing surely does."""
    found = subject.sweep
    measure = None if found is None else MeasureText(found.measures[0])
    first = None if found is None or measure is None else _first(subject.scenario, found, measure)
    if first is None or measure is None:
        return None
    return Card(first[0], f"the input that moves “{measure.label}” most{first[1]}")


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
        means = [point.means[measure.key].value for point in found.points if measure.key in point.means]
        known = [mean for mean in means if math.isfinite(mean)]
        if known:
            low, high = measure.amount(min(known)), measure.value(max(known))
            cards.append(Card(f"{low} to {high}", f"{measure.label}, over the grid"))
    if found.bars:
        measure = MeasureText(found.measures[0])
        inputs = [bar for bar in found.bars if not bar.part_of]
        sure = sum(bar.is_significant(measure.key) for bar in inputs)
        cards.append(Card(f"{sure} of {len(inputs)}", f"inputs significantly move “{measure.label}”"))
    return cards[:4]


def _lead(subject: Subject, found: SweepFindings) -> str:
    """Return what was done, and how to read it."""
    level, count = share_text(found.level), found.replications
    lead = f"The scenario with other numbers, {count} replications of each; intervals at {level}."
    if found.kind == "tornado":
        lead = (
            "Each number that has a range is set to its low end and to its high end while the others stay as "
            f"they are, in up to {count} replications of each; in brackets intervals at {level}."
        )
    lead += f" {found.runs:,} runs in all, under the same random numbers."
    if subject.is_of_another(found.hash):
        lead += (
            f" The sweep is of {found.name} under seed {found.seed}: not the scenario and seed of the "
            "runs above."
        )
    return lead


def _few_note(found: SweepFindings) -> str:
    """Return whether there were too few replications to tell effects from noise, and how many to use."""
    count, more = found.replications, max(ENOUGH, 4 * found.replications)
    runs = count_of(count, "replication")
    parts = [part for bar in found.bars for part in (bar.at_low, bar.at_high)]
    parts += [point.effects for point in found.points]
    if not any(effect.is_significant for part in parts for effect in part.values()):
        return f"Nothing stands out from noise with {runs}: too few to tell. Use -n {more}."
    return "" if count >= FEW else f"{runs} can show large effects only: use -n {more} for the others."


def _tornado(scenario: Scenario, found: SweepFindings, measure: MeasureText) -> list[Block]:
    """Return the bars of one measure, the longest first, those within noise last."""
    ranked = [bar for bar in found.ranked(measure.key) if bar.size(measure.key) > 0.0]
    words = _summary_text(scenario, found, measure, ranked)
    blocks: list[Block] = [Prose(heading=measure.label, paragraphs=(words,))]
    best = max((bar.replications for bar in ranked), default=0)
    shown = [bar for bar in ranked if bar.is_significant(measure.key) or bar.replications == best][:MOST]
    rows = []
    for each in shown:
        ends = each.at_low.get(measure.key), each.at_high.get(measure.key)
        rows.append(
            BarRow(
                name=_name(scenario, each),
                under=_range(each, "numbers together"),
                bars=tuple(_bar(end, measure, look) for end, look in zip(ends, LOOKS, strict=True)),
                words=tuple(
                    f"{name} {measure.change_text(end)}"
                    for name, end in zip(("low", "high"), ends, strict=True)
                ),
            )
        )
    if rows:
        table = _tornado_table(scenario, measure, ranked)
        caption = f"{_axis_words(measure)} Thin lines: intervals; grey: no difference at all is within it."
        ends_key = _key("above: at the low end", "below: at the high end")
        blocks.append(Figure(drawing=_bars(rows, measure), key=ends_key, table=table, caption=caption))
    return blocks


def _tornado_table(scenario: Scenario, measure: MeasureText, ranked: Sequence[Input]) -> Table:
    more = f"; the first {LISTED} of {len(ranked)}" if len(ranked) > LISTED else ""
    return Table.of(
        f"{measure.label}: how far each input moves it, in brackets the intervals{more}",
        ranked[:LISTED],
        ("Input", lambda each: each.keys[0] if len(each.keys) == 1 else _name(scenario, each)),
        ("Value", lambda each: each.value),
        ("Range", lambda each: _range(each, "numbers")),
        ("At its low end", lambda each: measure.change_text(each.at_low.get(measure.key))),
        ("At its high end", lambda each: measure.change_text(each.at_high.get(measure.key))),
        ("Significant", lambda each: "yes" if each.is_significant(measure.key) else "no"),
        ("Runs", lambda each: str(each.replications)),
        ("Source", lambda each: ", ".join(each.sources or each.statuses)),
        right=(6,),
    )


def _summary_text(
    scenario: Scenario, found: SweepFindings, measure: MeasureText, ranked: Sequence[Input]
) -> str:
    """Return in words what a measure is, and what moves it most."""
    text, first = f"{measure.as_it_is()} as it is. ", _first(scenario, found, measure)
    if first is None:
        return f"{text}No input has a significant effect."
    sure = sum(bar.is_significant(measure.key) for bar in ranked)
    others = f" {sure} bars are significant." if sure > 1 else " No other is significant."
    return f"{text}{first[0]} moves it most{first[1]}.{others}"


def _first(scenario: Scenario, found: SweepFindings, measure: MeasureText) -> tuple[str, str] | None:
    """Return what moves a measure most, and how far; none where nothing surely does."""
    bars = [bar for bar in found.ranked(measure.key) if bar.is_significant(measure.key)]
    if bars:
        ends = (bars[0].at_low, bars[0].at_high)
        values = [end[measure.key].value for end in ends if measure.key in end]
        changes = " and ".join(measure.change(value) for value in values if math.isfinite(value))
        return _name(scenario, bars[0]), f": by {changes} at the ends of its range"
    return None


def _grid(scenario: Scenario, found: SweepFindings, measure: MeasureText) -> list[Block]:
    """Return one measure over a grid: a bar for each of its places, and all of them in a table."""
    rows, cells = [], []
    for point in found.points:
        mean, effect = point.means.get(measure.key), point.effects.get(measure.key)
        settings = {input_name(scenario, name): value for name, value in point.settings.items()}
        name = "; ".join(f"{name} {value}" for name, value in settings.items())
        words = (point.note or measure.change_text(effect),)
        rows.append(BarRow(name=name, bars=(_bar(effect, measure, "sure"),), words=words))
        items = ["not run", point.note]
        if mean is not None and not point.note:
            ends = f"({measure.amount(mean.low)} to {measure.amount(mean.high)})"
            items = [f"{measure.value(mean.value)} {ends}", measure.change_text(effect)]
        cells.append((*settings.values(), *items))
    names = found.points[0].settings if found.points else ()
    shown = rows[:MOST_PLACES]
    more = f" The first {len(shown)} of {len(rows)}; the table has all." if rows[MOST_PLACES:] else ""
    table = Table(
        caption=f"{measure.label}, mean over {found.replications} replications",
        headings=(*names, "Mean", "Change from the scenario as it is"),
        rows=cells,
    )
    caption = f"The scale: {measure.label}; bars begin at what it is now. Grey: within noise.{more}"
    figure = Figure(drawing=_bars(shown, measure), table=table, caption=caption)
    return [Prose(heading=measure.label, paragraphs=(f"{measure.as_it_is()} as it is.",)), figure]


def _claims(found: SweepFindings) -> list[Block]:
    """Return what hangs on each source: a figure a measure; nothing where no source was halved."""
    if not found.claims:
        return []
    words = (
        "How far the answer moves if all numbers that rest on one source were half as high as it says, under "
        "the same random numbers. A source whose bar is grey may be wrong by that much, and this answer "
        "would hardly change."
    )
    blocks: list[Block] = [Prose(heading="Which sources it depends on", paragraphs=(words,))]
    for measure in map(MeasureText, found.measures):
        rows, cells = [], []
        for claim in found.ranked(measure.key, found.claims):
            effect, count = claim.at_low.get(measure.key), len(claim.keys)
            moves = claim.note or measure.change_text(effect)
            grade = f"graded {claim.grade}" if claim.grade else ""
            under = (claim.publisher, grade, f"{count} {'number' if count == 1 else 'numbers'}")
            rows.append(
                BarRow(
                    name=claim.label,
                    under=", ".join(filter(None, under)),
                    bars=(_bar(effect, measure, "sure"),),
                    words=(moves,),
                )
            )
            runs = str(claim.replications)
            cells.append((claim.label, claim.publisher, claim.grade, str(count), moves, runs))
        table = Table(
            caption=f"{measure.label}: if all that a source says were half as high",
            headings=("Source", "Publisher", "Grade", "Numbers", "Moves it by", "Runs"),
            rows=cells,
            right=(3, 5),
        )
        name = element("p", measure.label, class_="name")
        drawing = joined([name, _bars(rows, measure, "moves claims")])
        caption = f"{_axis_words(measure)} Each bar: that source's numbers half as high."
        blocks.append(Figure(drawing=drawing, table=table, caption=caption))
    return blocks


def _bars(rows: Sequence[BarRow], measure: MeasureText, look: str = "moves") -> Markup:
    """Return bars that begin at what a measure is in the scenario as it is."""
    return bar_rows(rows, ticked_scale(rows, measure.drawn(measure.of.mean)), look)


def _bar(effect: Effect | None, measure: MeasureText, look: str) -> IntervalBar:
    """Return a bar to what a measure becomes, which may be unknown; grey within noise."""
    effect = effect or Effect()
    ends = (effect.value, effect.low, effect.high)
    value, low, high = (measure.drawn(measure.of.mean + end) for end in ends)
    return IntervalBar(value, low, high, look if effect.is_significant else GREY)


def _name(scenario: Scenario, each: Input) -> str:
    """Return what an input is called: a number by its key, several by what they have in common."""
    if len(each.keys) == 1:
        return input_name(scenario, each.keys[0])
    return each.label[:1].upper() + each.label[1:]


def _range(each: Input, several: str) -> str:
    return f"{each.low} to {each.high}" if each.low else f"{len(each.keys)} {several}"


def _axis_words(measure: MeasureText) -> str:
    unit = f", {measure.unit}" if measure.unit else ""
    return f"The scale: {measure.label}{unit}; bars begin at what it is now."


def _key(above: str, below: str) -> Markup:
    looks = ((LOOKS[0], 0, above), (LOOKS[1], 4, below), (GREY, 2, "within noise"))
    return key(rect_sample(look, name, str(y), "8") for look, y, name in looks)
