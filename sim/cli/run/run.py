"""``frontsim run``: simulate a scenario once and record it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli.arguments import override_options, read_changed, scenario_argument
from sim.cli.command import command
from sim.cli.terminal import Terminal
from sim.cli.whole_number import WholeNumber

if TYPE_CHECKING:
    from sim.cli.run.record import Recorded, Target
    from sim.scenario_file.read import LoadedScenario

DRAWN_BELOW: Final = 1_000_000
"""Seeds that are drawn are short enough to be typed again."""


@command(
    "run",
    "Simulate a scenario once and record it.",
    ("frontsim run kupiansk", "Simulate the bundled scenario once, with the seed its file names."),
    ("frontsim run kupiansk --seed 7 --days 30", "Thirty days, with other luck."),
    ("frontsim run kupiansk --play", "The same, and then watch it in a window."),
    ('frontsim run kupiansk -s side.ua.replacements="90 soldiers/d"', "What if more replacements came?"),
    ("frontsim run kupiansk --scale side.ru.fires=1.5 --dry-run", "Say what would be run, and stop."),
    ("frontsim run my-front.toml -o a.jsonl.gz --json", "A file of one's own; the result for a programme."),
)
@scenario_argument
@override_options
@click.option("--seed", type=WholeNumber(0), metavar="N", help="Its luck; else the file's, else drawn.")
@click.option(
    "--replication", type=WholeNumber(0), default=0, metavar="N", help="Which of a seed's many runs; 0."
)
@click.option("-d", "--days", type=WholeNumber(1), metavar="N", help="How many days, instead of the file's.")
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="FILE", help="Where to record it.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option("--dry-run", is_flag=True, help="Check everything and say what would be run; write nothing.")
@click.option("--play", "is_played", is_flag=True, help="Then open the window that plays it.")
@click.option("--check", "has_checks", is_flag=True, help="Assert each day that tonnes and soldiers add up.")
@click.pass_context
def run_command(context: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Simulate SCENARIO once, record it, and say what happened.

    SCENARIO is the name of a bundled scenario (frontsim list) or a file. The recording goes to the folder
    runs, under a name that follows from the scenario, the seed and what was changed; the same run again
    replaces it.
    """
    terminal = context.ensure_object(Terminal)
    reading = read_changed(context, options["scenario"], options["days"])
    terminal.explain(f"read {reading.path}")
    warn(terminal, reading)
    seed, drawn = seed_of(options["seed"], reading.scenario.seed)
    from sim.cli.run.record import record, target

    replication, force = options["replication"], options["force"]
    to = target(reading, seed, replication, options["out"], force)
    _introduce(terminal, context, reading, seed, drawn)
    if options["dry_run"]:
        _tell_plan(terminal, reading, seed, replication, to)
        return
    progress = (lambda _, words: terminal.hint(words)) if terminal.shows_progress() else None
    recorded = record(
        reading, seed, replication, to, force=force, has_checks=options["has_checks"], progress=progress
    )
    if terminal.wants_json:
        terminal.object(values(reading, seed, replication, recorded))
    else:
        _tell(terminal, recorded, to)
        _suggest(terminal, recorded, options["is_played"])
    if options["is_played"]:
        from sim.cli.look.play import play_recording

        play_recording(terminal, recorded.receipt.path)


def values(reading: LoadedScenario, seed: int, replication: int, recorded: Recorded) -> dict[str, Any]:
    """Return all that ``--json`` prints of a run."""
    from sim.model.quantities import in_days
    from sim.recording.records import made_with

    outcome, receipt = recorded.outcome, recorded.receipt
    return {
        **_head(reading, seed, replication),
        "days": in_days(outcome.ended_at),
        "ended": {"reason": outcome.reason, "note": outcome.note},
        "recording": str(receipt.path),
        "sha256": receipt.sha256,
        "bytes": receipt.bytes,
        "events": receipt.events,
        "steps": outcome.steps,
        "solves": outcome.solves,
        "wall_s": round(recorded.wall, 3),
        **recorded.tally.values(),
        "versions": made_with(),
    }


def _head(reading: LoadedScenario, seed: int, replication: int) -> dict[str, Any]:
    """Return what is known of a run before it begins."""
    return {
        "scenario": reading.name,
        "title": reading.scenario.name,
        "seed": seed,
        "replication": replication,
        "overrides": list(reading.overrides),
    }


def seed_of(given: int | None, of_file: int | None) -> tuple[int, bool]:
    """Return the seed, and whether it was drawn: neither the command line nor the file has one.

    Parameters
    ----------
    given, of_file
        What the command line names, and what the file does.
    """
    if given is not None:
        return given, False
    if of_file is not None:
        return of_file, False
    import secrets

    return secrets.randbelow(DRAWN_BELOW), True


def warn(terminal: Terminal, reading: LoadedScenario) -> None:
    """Say that a scenario is odd; what is odd about it where details are wanted."""
    count = len(reading.warnings)
    if count:
        terminal.hint(f"{reading.name} has {count} warning{'s' * (count > 1)}: frontsim check {reading.path}")
        for warning in reading.warnings:
            terminal.explain(warning.text())


def _introduce(
    terminal: Terminal, context: click.Context, reading: LoadedScenario, seed: int, is_drawn: bool
) -> None:
    """Say what is about to be run."""
    from sim.cli.text.run import changed_lines, introduction

    replication = context.params["replication"]
    if is_drawn:
        terminal.hint(f"Neither the command line nor {reading.name} names a seed: {seed} was drawn.")
    if terminal.wants_json:
        return
    terminal.say(introduction(reading.scenario, seed, replication), bold=True)
    if reading.overrides:
        for line in changed_lines(reading, reading.without_overrides):
            terminal.say(line)


def _tell_plan(terminal: Terminal, reading: LoadedScenario, seed: int, replication: int, to: Target) -> None:
    """Say what would be run."""
    if terminal.wants_json:
        from sim.model.quantities import in_days

        plan = {"days": in_days(reading.scenario.horizon), "recording": str(to.path), "replaces": to.replaces}
        terminal.object({**_head(reading, seed, replication), "is_dry_run": True, **plan})
        return
    verb = "replace" if to.replaces else "write"
    terminal.say(f"Would {verb} {to.path}. Nothing was run.")


def _tell(terminal: Terminal, recorded: Recorded, to: Target) -> None:
    """Print what happened, where it is recorded, and what to ask next."""
    from sim.cli.text.run import size_text, tell
    from sim.model.quantities import DISCLAIMER

    tell(terminal, recorded)
    path = recorded.receipt.path
    there = ", replacing the one that was there" if to.replaces else ""
    terminal.say()
    terminal.say(f"saved {path} ({size_text(recorded.receipt.bytes)}){there}")
    terminal.say(DISCLAIMER)


def _suggest(terminal: Terminal, recorded: Recorded, is_played: bool) -> None:
    """Say what to ask next."""
    from sim.cli.text.run import worth_asking

    path = recorded.receipt.path
    town, day = worth_asking(recorded.tally)
    terminal.hint(f"next: frontsim why {town} {shown(path)} --at d{day}")
    terminal.hint(f"      frontsim show {shown(path)} --at d{day}")
    if not is_played:
        terminal.hint(f"      frontsim play {shown(path)}")


def shown(path: Path) -> str:
    """Return a path as one would type it.

    Examples
    --------
    >>> shown(Path("runs/a b.jsonl.gz"))
    "'runs/a b.jsonl.gz'"
    """
    import shlex

    return shlex.quote(str(path))
