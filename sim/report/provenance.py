"""Where a report comes from: scenario, changes, seed, versions, and the command that makes it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.text import date_text
from sim.command_line import command_line
from sim.report.page import Prose, Section, Table
from sim.scenario_file.names import count_of

if TYPE_CHECKING:
    from sim.report.subject import Subject
    from sim.results.hindcast_scores import HindcastScores
    from sim.results.sweep_findings import SweepFindings


def line(subject: Subject) -> str:
    """Return in one line what this is a report of."""
    scenario = subject.scenario
    version, (what, _) = subject.made_with.get("frontsim", ""), _what(subject)
    return (
        f"{what}, {count_of(subject.days, 'day')} from {date_text(scenario.start, 0)}, seed {subject.seed}. "
        f"Simulated by frontsim {version}. Scenario {subject.name}, digest {subject.digest[:8]}."
    )


def _what(subject: Subject) -> tuple[str, str]:
    """Return what this is a report of, and how many runs there are or which one it is."""
    if subject.ensemble is not None:
        count, failed = f"{subject.ensemble.count:,}", len(subject.ensemble.results.failed)
        return f"{count} runs", f"{count}; {failed} more failed" if failed else count
    if subject.run is not None:
        number = subject.run.recording.header.replication
        return f"One run (replication {number})", f"number {number}"
    if subject.sweep is not None:
        runs, most = subject.sweep.runs, subject.sweep.replications
        return f"A sweep of {runs:,} runs", f"up to {most:,} of each change"
    if subject.hindcast is not None:
        return f"A hindcast of {subject.hindcast.replications:,} runs", f"{subject.hindcast.replications:,}"
    return "No run", ""


def section(subject: Subject) -> Section:
    """Return the part on how to make it again."""
    rows = [
        ("Scenario", f"{subject.title} ({subject.name})"),
        ("Changes to it", "; ".join(map(str, subject.overrides)) or "none"),
        *(("What they do to day 0", line) for line in subject.first_day),
        ("Seed", str(subject.seed)),
        ("Replications", _what(subject)[1]),
        ("Digest of its events" if subject.is_one_run else "Digest of scenario and seed", subject.digest),
        *((f"Version of {name}", version) for name, version in subject.made_with.items()),
    ]
    if subject.comparison is not None:
        rows.append(("Compared with", subject.comparison.first))
    commands = _commands(subject)
    words = "This command simulates" if len(commands) == 1 else "These commands simulate"
    again = Prose(paragraphs=(f"{words} the same again:",), code="\n".join(commands))
    table = Table(caption="What it was made from", headings=("What", "Which"), rows=rows)
    return Section("provenance", "How to make it again", (again, table))


def _commands(subject: Subject) -> list[str]:
    """Return the command lines that simulate all of this again."""
    found = [command(subject)] if subject.has_runs else []
    if subject.sweep is not None:
        found.append(_sweep_command(subject.sweep))
    if subject.hindcast is not None:
        found.append(_hindcast_command(subject.hindcast))
    return found


def command(subject: Subject, *more: object) -> str:
    """Return the command line that simulates this again, with more options."""
    options: list[object] = ["--seed", subject.seed]
    if subject.ensemble is not None:
        options += ["--replications", subject.ensemble.count]
        if subject.run is not None:
            options += ["--record", subject.run.recording.header.replication]
    elif subject.run is not None and subject.run.recording.header.replication:
        options += ["--replication", subject.run.recording.header.replication]
    verb = "run" if subject.ensemble is None else "ensemble"
    return command_line(verb, subject.name, overrides=subject.overrides, options=[*options, *more])


def _sweep_command(found: SweepFindings) -> str:
    options = [*found.asked, "--seed", found.seed]
    return command_line("sweep", found.name, overrides=found.overrides, options=options)


def _hindcast_command(found: HindcastScores) -> str:
    window = ("--from", found.window.first.isoformat(), "--to", found.window.last.isoformat())
    count = ("--seed", found.seed, "--replications", found.replications)
    draws = ("--draw-parameters", found.sample) if found.sample else ()
    options = ["--observations", found.truth, *window, *count, *draws]
    return command_line("hindcast", found.scenario, overrides=found.overrides, options=options)
