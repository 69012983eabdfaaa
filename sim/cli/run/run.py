"""``frontsim run``: simulate a scenario once and record it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sim.cli import option
from sim.cli.command import command
from sim.cli.inputs import choose_seed, make_folder, read_changed, warn
from sim.cli.terminal import Terminal
from sim.command_line import command_line
from sim.model.quantities import in_days

if TYPE_CHECKING:
    from sim.analysis.run_summary import RunSummary
    from sim.cli.record import Recorded
    from sim.scenario_file.read import LoadedScenario


@command(
    "run",
    ("frontsim run kupiansk", "Simulate the bundled scenario with the seed that its file sets."),
    ("frontsim run kupiansk --seed 7 --days 30", "Simulate 30 days with another random seed."),
    ("frontsim run kupiansk --play", "Simulate, then watch the run in a window."),
    ('frontsim run kupiansk -s side.ua.replacements="90 soldiers/d"', "What if more replacements arrived?"),
    ("frontsim run kupiansk --scale side.ru.fires=1.5 --dry-run", "Check everything, but run nothing."),
    ("frontsim run my-front.toml -o a.jsonl.gz --json", "Run your own scenario and print JSON."),
)
@option.scenario_argument
@option.overrides
@option.seed
@option.replication
@option.days
@option.out("Recording to write. Default: a name in the folder runs.")
@option.force()
@click.option("--dry-run", is_flag=True, help="Check everything and say what would be run, but run nothing.")
@click.option("--play", "is_played", is_flag=True, help="Watch the run in a window afterwards.")
@click.pass_context
def run_command(context: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Simulate a scenario once, record it, and say what happened.

    The recording is named after the scenario, the seed and the changes. Running the same command again
    replaces it; once you have edited the scenario, the new recording gets a name of its own.
    """
    terminal = context.ensure_object(Terminal)
    reading = read_changed(context, options["scenario"], options["days"])
    terminal.detail(f"read {reading.path}")
    warn(terminal, reading)
    seed = choose_seed(terminal, reading, options["seed"])
    from sim.analysis.run_summary import RunSummary
    from sim.cli.record import PATIENCE, header_of, record, target

    replication, out, force = options["replication"] or 0, options["out"], options["force"]
    path, replaces = target(reading, seed, replication, out, force)
    if not terminal.wants_json:
        from sim.cli.text.run import introduction

        terminal.say(introduction(reading.scenario, seed, replication), bold=True)
        print_changes(terminal, reading)
    head = {
        "scenario": reading.name,
        "title": reading.scenario.name,
        "seed": seed,
        "replication": replication,
        "overrides": [str(each) for each in reading.overrides],
        "first_day": first_day(reading),
    }
    if options["dry_run"]:
        for warning in reading.dead_ends:
            terminal.hint(warning.text())
        days = in_days(reading.scenario.horizon)
        plan = {"is_dry_run": True, "days": days, "recording": str(path), "replaces": replaces}
        if terminal.wants_json:
            terminal.print_json({**head, **plan})
        else:
            terminal.say(f"Would {'replace' if replaces else 'write'} {path}. Nothing was run.")
        return
    if out is None:
        make_folder(path.parent)
    summary = RunSummary(reading.scenario)
    recorded = record(
        header_of(reading, seed, replication),
        reading.scenario,
        path,
        force=replaces or force,
        listeners=[summary],
        progress=(lambda _, words: terminal.hint(words)) if terminal.shows_progress() else None,
        patience=PATIENCE,
    )
    if terminal.wants_json:
        terminal.print_json({**head, **_values(recorded, summary)})
    else:
        _print_result(terminal, recorded, summary, replaces, options["is_played"])
    if options["is_played"]:
        from sim.cli.look.play import play_recording

        play_recording(terminal, path)


def print_changes(terminal: Terminal, reading: LoadedScenario) -> None:
    """Print what the overrides changed."""
    if reading.overrides:
        from sim.cli.text.run import changed_lines

        for line in changed_lines(reading, reading.without_overrides):
            terminal.say(line)
    for line in first_day(reading):
        terminal.print_wrapped(line)


def first_day(reading: LoadedScenario) -> list[str]:
    """Return what changes do to the losses of the first day, in words."""
    if not reading.overrides and reading.scenario.reference is None:
        return []
    from sim.analysis.first_day import first_day_lines

    return first_day_lines(reading.scenario, reading.overrides, reading.without_overrides)


def _values(recorded: Recorded, summary: RunSummary) -> dict[str, Any]:
    from sim.recording.records import made_with

    outcome, receipt = recorded.outcome, recorded.receipt
    return {
        "days": in_days(outcome.ended_at),
        "ended": {"reason": outcome.reason, "note": outcome.note},
        "recording": str(receipt.path),
        "sha256": receipt.sha256,
        "bytes": receipt.bytes,
        "events": receipt.events,
        "steps": outcome.steps,
        "solves": outcome.solves,
        "wall_s": round(recorded.wall, 3),
        **summary.values(),
        "versions": made_with(),
    }


def _print_result(
    terminal: Terminal, recorded: Recorded, summary: RunSummary, replaces: bool, is_played: bool
) -> None:
    from sim.cli.text.run import print_run, town_to_explain

    print_run(terminal, recorded, summary)
    path = recorded.receipt.path
    replaced = ", replacing the earlier recording of the same scenario" if replaces else ""
    terminal.say()
    terminal.saved(recorded.receipt.path, recorded.receipt.bytes, replaced)
    town, day = town_to_explain(summary)
    at = ["--at", f"d{day}"]
    terminal.hint(f"next: {command_line('why', town, path, options=at)}")
    terminal.hint(f"      {command_line('show', path, options=at)}")
    if not is_played:
        terminal.hint(f"      {command_line('play', path)}")
