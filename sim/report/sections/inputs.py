"""Inputs: every number the scenario gives, with its range, where it comes from, and how far to trust it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sim.report.page import Block, Details, Prose, Section, Table
from sim.scenario_file.names import count_of
from sim.scenario_file.sources import SourceCount, range_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.model.scenario import Parameter, Source
    from sim.report.subject import Subject

GROUPS: Final = (
    ("Reported losses", ("reported_losses",)),
    ("The two sides", ("side",)),
    ("Fighting: losses, tempo, assaults, command", ("attrition", "tempo", "assaults", "command")),
    ("Supply, roads, strikes and repairs", ("supply", "transport", "interdiction", "strikes", "repairs")),
    ("Weather", ("weather",)),
    ("Towns", ("town",)),
    ("Routes", ("route",)),
)
"""In the order in which they are listed; what belongs to none comes last."""
LONG: Final = re.compile(r"^[0-9]{4,}(?=[ .]|$)")
"""Digits of a value that are written in groups of three, as in its range; a date has none."""
OPEN: Final = 2
"""Groups that are shown at once; the others unfold."""


def section(subject: Subject) -> Section | None:
    """Return the part on inputs, or None if the scenario gives no numbers."""
    parameters = subject.scenario.parameters
    if not parameters:
        return None
    lead = (
        f"{SourceCount.of(subject.scenario).text()} A reported number is somebody's claim; an assumed one is "
        "the author's, with the range in which it may lie. Every number that is not listed has the model's "
        "default."
    )
    blocks: list[Block] = []
    for number, (title, found) in enumerate(_grouped(parameters)):
        table, summary = _table(subject, title, found), f"{title}: {count_of(len(found), 'number')}"
        blocks.append(table if number < OPEN else Details(summary=summary, tables=(table,)))
    if subject.scenario.sources:
        caption = "Admiralty grades: A to F for how reliable the source is, 1 to 6 for how credible the claim"
        table = Table.of(
            caption,
            subject.scenario.sources,
            ("Source", lambda source: source.id),
            ("Title and publisher", lambda source: f"{source.title}. {source.publisher}."),
            ("Date", lambda source: source.date),
            ("Grade", lambda source: source.grade),
            ("Link", lambda source: source.url or ""),
            ("Note", lambda source: source.note or ""),
        )
        blocks += [Prose(heading="Sources"), table]
    return Section("inputs", "Inputs and where they come from", tuple(blocks), lead)


def _grouped(parameters: tuple[Parameter, ...]) -> list[tuple[str, list[Parameter]]]:
    """Return parameters by group; empty groups are left out."""
    known = {first: title for title, firsts in GROUPS for first in firsts}
    found: dict[str, list[Parameter]] = {title: [] for title, _ in GROUPS}
    for each in parameters:
        found.setdefault(known.get(each.key.partition(".")[0], "Others"), []).append(each)
    return [(title, members) for title, members in found.items() if members]


def _table(subject: Subject, title: str, found: list[Parameter]) -> Table:
    """Return one group; a column that has nothing in it is left out."""
    sources = {source.id: source for source in subject.scenario.sources}
    columns: dict[str, list[str]] = {
        "Input": [each.key for each in found],
        "Value": [LONG.sub(lambda digits: f"{int(digits[0]):,}", each.text) for each in found],
        "Range": [range_text(each) for each in found],
        "Source, date, grade": [_source(each, sources) for each in found],
        "Status": [each.status or "" for each in found],
    }
    filled = {heading: column for heading, column in columns.items() if heading == "Input" or any(column)}
    right = tuple(place for place, heading in enumerate(filled) if heading in {"Value", "Range"})
    return Table(
        caption=title, headings=tuple(filled), rows=list(zip(*filled.values(), strict=True)), right=right
    )


def _source(each: Parameter, sources: Mapping[str, Source]) -> str:
    source = sources.get(each.source or "")
    return each.source or "" if source is None else f"{source.id}, {source.date}, {source.grade}"
