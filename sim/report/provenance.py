"""Where a report comes from: scenario, changes, luck, versions, and the command that makes it again."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from sim.archive.words import date_text
from sim.report.page import Section, Table, Words

if TYPE_CHECKING:
    from sim.report.subject import Subject

SHOWN = 8
"""Digits of a digest in the line under the title."""


def line(subject: Subject) -> str:
    """Return in one line what this is a report of."""
    scenario = subject.scenario
    if subject.ensemble is not None:
        what = f"{subject.ensemble.count:,} runs"
    else:
        replication = subject.run.recording.header.replication if subject.run is not None else 0
        what = f"One run (replication {replication})"
    version = subject.made_with.get("frontsim", "")
    return (
        f"{what}, {subject.days:g} days from {date_text(scenario.start, 0)}, seed {subject.seed}. "
        f"Simulated by frontsim {version}. Scenario {subject.name}, digest {subject.digest[:SHOWN]}."
    )


def section(subject: Subject) -> Section:
    """Return the part on how to make it again."""
    is_many = subject.ensemble is not None
    rows = [
        ("Scenario", f"{subject.title} ({subject.name})"),
        ("Changes to it", "; ".join(subject.overrides) or "none"),
        ("Seed", str(subject.seed)),
        ("Replications", _replications(subject)),
        ("Digest of scenario and seed" if is_many else "Digest of its events", subject.digest),
        *((f"Version of {name}", version) for name, version in subject.made_with.items()),
    ]
    if subject.comparison is not None:
        rows.append(("Compared with", subject.comparison.first))
    return Section(
        "provenance",
        "How to make it again",
        (
            Words(paragraphs=("This command simulates the same again:",), code=command(subject)),
            Table(caption="What it was made from", headings=("What", "Which"), rows=rows),
        ),
    )


def _replications(subject: Subject) -> str:
    """Return how many runs there are, or which one it is."""
    if subject.ensemble is not None:
        failed = len(subject.ensemble.results.failed)
        return f"{subject.ensemble.count:,}" + (f"; {failed} more failed" if failed else "")
    return "" if subject.run is None else f"number {subject.run.recording.header.replication}"


def command(subject: Subject) -> str:
    """Return the command line that simulates this again."""
    words = ["frontsim", "ensemble" if subject.ensemble is not None else "run", shlex.quote(subject.name)]
    for each in subject.overrides:
        option, _, value = each.partition(" ")
        words += [option, shlex.quote(value)]
    words += ["--seed", str(subject.seed)]
    if subject.ensemble is not None:
        words += ["--replications", str(subject.ensemble.count)]
        if subject.run is not None:
            words += ["--record", str(subject.run.recording.header.replication)]
    elif subject.run is not None and subject.run.recording.header.replication:
        words += ["--replication", str(subject.run.recording.header.replication)]
    return " ".join(words)
