"""A whole report: its parts in their order, those without data left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import provenance
from sim.report.front_map import front_map
from sim.report.page import Page, Section, render
from sim.report.sections import (
    answers,
    comparison,
    hindcast,
    holding,
    inputs,
    limits,
    losses,
    model,
    supply,
    sweep,
)

if TYPE_CHECKING:
    from sim.report.subject import Subject


def report(subject: Subject) -> bytes:
    """Return a report as one HTML file; the same subject gives the same bytes."""
    return render(page_of(subject))


def page_of(subject: Subject) -> Page:
    """Return a report as values."""
    parts: list[Section | None] = [
        holding.section(subject),
        losses.section(subject),
        None if subject.run is None else front_map(subject, subject.run),
        supply.section(subject),
        sweep.section(subject),
        None if subject.comparison is None else comparison.section(subject.comparison),
        hindcast.section(subject),
        inputs.section(subject),
        model.section(subject),
        provenance.section(subject),
        limits.section(subject),
    ]
    return Page(
        title=_title(subject),
        provenance=provenance.line(subject),
        first=limits.first_words(subject),
        cards=answers.cards(subject),
        sections=tuple(part for part in parts if part is not None),
    )


def _title(subject: Subject) -> str:
    if subject.comparison is not None:
        what = f"{subject.comparison.second}, against {subject.comparison.first}"
        return what if subject.comparison.second == subject.title else f"{subject.title}: {what}"
    if not subject.has_runs and subject.sweep is not None:
        return f"{subject.title}: what moves the result"
    if not subject.has_runs and subject.hindcast is not None:
        return f"{subject.title}: beside what happened"
    return subject.title
