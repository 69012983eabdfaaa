"""``frontsim show`` and ``frontsim why``: print a scenario, a moment of a recording, the supply of a town."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli import option
from sim.cli.command import argument, command, refuse_options
from sim.cli.completion import complete_scenarios
from sim.cli.inputs import is_recording, moment_of, read_changed, town_named
from sim.cli.terminal import Terminal, quoted
from sim.errors import UsageError
from sim.model.quantities import in_days

if TYPE_CHECKING:
    from sim.recording.reader import Recording
    from sim.scenario_file.read import LoadedScenario


@command(
    "show",
    "Print a scenario, or a moment of a recording.",
    ("frontsim show kupiansk", "The scenario as TOML, merged with everything it extends."),
    ("frontsim show kupiansk --origin -s tempo.variation=0", "Where each value comes from, with a change."),
    ("frontsim show runs/kupiansk-seed1.jsonl.gz --at d23", "The front on day 23 of a recorded run."),
    ("frontsim show runs/kupiansk-seed1.jsonl.gz", "The scenario that was recorded."),
)
@argument(
    "what",
    "A scenario file, the name of a bundled scenario, or a recording.",
    metavar="SCENARIO|RECORDING",
    shell_complete=complete_scenarios,
)
@option.overrides
@click.option("--origin", "has_origins", is_flag=True, help="Print file and line beside each value.")
@option.folder("--ensemble", "With --at: compare with this ensemble: how many of its runs agree.")
@option.at("Moment of a recording.")
@click.pass_context
def show_command(
    context: click.Context,
    /,
    what: str,
    has_origins: bool,
    at: str | None,
    ensemble: Path | None,
    **_: object,
) -> None:
    """Print a scenario as TOML, or a moment of a recording as text."""
    terminal = context.ensure_object(Terminal)
    if not is_recording(what):
        refuse_options(
            context,
            ("at",),
            f"--at names a moment of a recording, and {what} is a scenario.\nRecord it: frontsim run {what}",
        )
    if at is None:
        refuse_options(
            context, ("ensemble",), "--ensemble needs a recording and a moment of it, such as --at d60."
        )
    if not is_recording(what):
        _show_scenario(terminal, read_changed(context, what), has_origins)
        return
    refuse_options(
        context,
        ("has_origins", "sets", "assumes", "scales", "set_files"),
        "--origin, --set, --scale and --set-file are for scenarios; a recording cannot be changed.\n"
        "Leave them out, or name a scenario.",
    )
    from sim.recording.reader import Recording

    recording = Recording.open(Path(what))
    if at is None:
        _show_recorded(terminal, recording)
    else:
        _show_moment(terminal, recording, at, ensemble)


def _show_scenario(terminal: Terminal, reading: LoadedScenario, has_origins: bool) -> None:
    from sim.scenario_file.write import to_toml

    if terminal.wants_json:
        origins = {"origins": dict(reading.origins)} if has_origins else {}
        terminal.print_json(
            {
                "name": reading.name,
                "path": str(reading.path),
                "overrides": list(reading.overrides),
                "scenario": reading.document,
                **origins,
            }
        )
        return
    terminal.say(to_toml(reading.document, reading.origins if has_origins else None).rstrip("\n"))


def _show_recorded(terminal: Terminal, recording: Recording) -> None:
    from sim.scenario_file.write import to_toml

    header, days = recording.header, in_days(recording.end)
    if terminal.wants_json:
        terminal.print_json(
            {
                "recording": str(recording.path),
                "name": header.name,
                "seed": header.seed,
                "replication": header.replication,
                "overrides": list(header.overrides),
                "days": days,
                "events": recording.event_count,
                "sha256": recording.digest,
                "versions": dict(header.made_with),
                "scenario": header.scenario,
            }
        )
        return
    terminal.say(
        f"# Recorded in {recording.path}: {header.name}, seed {header.seed}, "
        f"replication {header.replication}."
    )
    for override in header.overrides:
        terminal.say(f"# Changed with {override}")
    made_with = ", ".join(f"{name} {version}" for name, version in header.made_with.items())
    terminal.say(f"# {recording.event_count:,} events to day {days:g}, made with {made_with}.")
    terminal.say(to_toml(header.scenario).rstrip("\n"))
    terminal.hint(f"next: frontsim show {quoted(recording.path)} --at d{int(days / 2)}")


def _show_moment(terminal: Terminal, recording: Recording, at: str, ensemble: Path | None) -> None:
    from sim.analysis.moment import moment, moment_text
    from sim.cli.look.play import open_ensemble

    scenario, chances = recording.scenario, open_ensemble(recording.scenario, ensemble)
    state = recording.state_at(moment_of(recording, at))
    if not terminal.wants_json:
        terminal.print_wrapped(moment_text(scenario, state, recording.header, chances))
        return
    values = {"recording": str(recording.path), **moment(scenario, state, recording.header)}
    if chances is not None:
        values["held_in_ensemble"] = {
            town: chances.held(town, state.t).values() for town in chances.results.names.towns
        }
    terminal.print_json(values)


@command(
    "why",
    "Explain the supply of a town.",
    ("frontsim why kupiansk runs/kupiansk-seed1.jsonl.gz --at d60", "On day 60 of a recorded run."),
    (
        'frontsim why "Куп\'янськ" runs/kupiansk-seed1.jsonl.gz --at "d23 06:00"',
        "By its Ukrainian name, at a certain hour.",
    ),
    ("frontsim why zapadne runs/kupiansk-seed1.jsonl.gz --json", "At the end of the run, as JSON."),
)
@argument("town", "Id or name of a town, in Latin or Ukrainian letters.")
@option.recording_argument
@option.at("Moment of the run. Default: its end.")
@click.pass_obj
def why_command(terminal: Terminal, town: str, recording: Path, at: str | None) -> None:
    """Print what a town needs and gets, by which route, what limits it and what would help."""
    from sim.analysis.moment import why_text
    from sim.analysis.supply_trace import why
    from sim.analysis.town_history import history_text, town_history
    from sim.recording.reader import Recording

    if Path(town).is_file() and not recording.exists():
        raise UsageError(f"{town} is a file, and the town comes first: frontsim why {recording} {town}")
    opened = Recording.open(recording)
    found = town_named(opened.scenario, town)
    state = opened.state_at(moment_of(opened, at))
    history = town_history(opened, found, state.t)
    if terminal.wants_json:
        values = why(opened.scenario, state, found, opened.header)
        terminal.print_json({"recording": str(recording), **values, "history": dataclasses.asdict(history)})
        return
    terminal.print_wrapped(why_text(opened.scenario, state, found, opened.header))
    if text := history_text(opened.scenario, history):
        terminal.print_wrapped(f"\n{text}")
