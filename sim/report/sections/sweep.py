"""What moves the result: the findings of a sweep, how to read them, and what they leave out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.report.charts import sweep_bars, sweep_grid
from sim.report.page import Block, Card, Prose, Section
from sim.report.text import MeasureText, share_text

if TYPE_CHECKING:
    from sim.report.subject import Subject
    from sim.results.sweep_findings import SweepFindings

TITLE: Final = "What moves the result"
MOST_CARDS: Final = 4


def section(subject: Subject) -> Section | None:
    """Return the part on what moves the result; none where nothing was moved."""
    found = subject.sweep
    if found is None:
        return None
    draw = {"tornado": sweep_bars.tornado, "grid": sweep_grid.grid}.get(found.kind, sweep_bars.indices)
    blocks: list[Block] = []
    for each in found.measures:
        blocks += draw(subject.scenario, found, MeasureText(each))
    blocks += sweep_bars.claims(found)
    if found.left_out:
        blocks.append(Prose(heading="What this leaves out", items=found.left_out))
    return Section("sweep", TITLE, tuple(blocks), _lead(subject, found))


def card(subject: Subject) -> Card | None:
    """Return the number that moves the result most as an answer; none where nothing surely does."""
    found = subject.sweep
    if found is None:
        return None
    measure = MeasureText(found.measures[0])
    first = sweep_bars.first(subject.scenario, found, measure)
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
    told = [] if first is None else [first]
    for each in found.measures:
        measure = MeasureText(each)
        told.append(Card(measure.value(each.mean), f"{measure.label}, as it is"))
        told += _over_grid(found, measure)
    if found.bars:
        key = found.measures[0].key
        inputs = [bar for bar in found.bars if not bar.part_of]
        sure = sum(bar.is_significant(key) for bar in inputs)
        told.append(
            Card(f"{sure} of {len(inputs)}", f"inputs surely move “{MeasureText(found.measures[0]).label}”")
        )
    return told[:MOST_CARDS]


def _over_grid(found: SweepFindings, measure: MeasureText) -> list[Card]:
    """Return between what a measure lies over a grid."""
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
    told = {
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
    told += f" {found.runs:,} runs in all, under the same random numbers."
    if subject.is_of_another(found.hash):
        told += (
            f" The sweep is of {found.name} under seed {found.seed}: not the scenario and seed of the "
            "runs above."
        )
    return told
