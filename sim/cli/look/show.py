"""``frontsim show`` and ``frontsim why``: print a scenario, a moment of a recording, the supply of a town."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli import option
from sim.cli.command import argument, command, refuse_options
from sim.cli.completion import complete_scenarios
from sim.cli.inputs import OVERRIDES, is_recording, moment_of, read_changed, town_named
from sim.cli.terminal import Terminal
from sim.command_line import command_line
from sim.errors import UsageError
from sim.model.quantities import in_days
from sim.scenario_file.names import count_of

if TYPE_CHECKING:
    from sim.model.quantities import Seconds
    from sim.recording.reader import Recording
    from sim.scenario_file.read import LoadedScenario


@command(
    "show",
    ("frontsim show kupiansk", "Print the scenario as TOML, merged with everything it extends."),
    ("frontsim show kupiansk --origin -s tempo.variation=0", "Say where each value comes from."),
    ("frontsim show runs/kupiansk-seed1.jsonl.gz --at d23", "Describe the front on day 23 of a run."),
    ("frontsim show runs/kupiansk-seed1.jsonl.gz", "Print the scenario that was recorded."),
    ("frontsim show runs/kupiansk-b71e --all", "Print the results of an ensemble, with every town."),
)
@argument(
    "what",
    "A scenario file, the name of a bundled scenario, a recording, or the folder of an ensemble.",
    metavar="SCENARIO|RECORDING|ENSEMBLE",
    shell_complete=complete_scenarios,
)
@option.overrides
@click.option(
    "--origin", "has_origins", is_flag=True, help="Say beside each value which file and line it comes from."
)
@option.at("Moment of the recording to print.")
@click.option("--all", "has_all", is_flag=True, help="Print every town of an ensemble.")
@click.pass_context
def show_command(
    context: click.Context, /, what: str, has_origins: bool, at: str | None, has_all: bool, **_: object
) -> None:
    """Print a scenario as TOML, one moment of a recording as text, or the results of an ensemble."""
    terminal = context.ensure_object(Terminal)
    if Path(what).is_dir():
        not_here = "An ensemble has many runs: only --all can be used with it."
        refuse_options(context, ("at", "has_origins", *OVERRIDES), not_here)
        _show_ensemble(terminal, Path(what), has_all)
        return
    if not is_recording(what):
        refuse_options(
            context,
            ("at",),
            f"--at names a moment of a recording, and {what} is a scenario.\n"
            f"Record it: {command_line('run', what)}",
        )
    if not is_recording(what):
        _show_scenario(terminal, read_changed(context, what), has_origins)
        return
    refuse_options(
        context,
        ("has_origins", *OVERRIDES),
        "--origin, --set, --scale and --set-file are for scenarios; a recording cannot be changed.\n"
        "Leave them out, or name a scenario.",
    )
    from sim.recording.reader import Recording

    recording = Recording.open(Path(what))
    if at is None:
        _show_recorded(terminal, recording)
    else:
        _show_moment(terminal, recording, at)


def _show_ensemble(terminal: Terminal, folder: Path, has_all: bool) -> None:
    from sim.analysis.ensemble import summary
    from sim.cli.text.ensemble import print_ensemble
    from sim.results.reader import Results

    results = Results.open(folder)
    if not len(results.numbers):
        raise UsageError(f"{folder} holds no replications yet. Run some first: frontsim ensemble.")
    found, meta = summary(results), results.meta
    if terminal.wants_json:
        head = {"scenario": meta.name, "title": meta.title, "seed": meta.seed, "folder": str(folder)}
        terminal.print_json({**head, **found.values()})
        return
    runs = count_of(found.replications, "replication")
    changed = f", with {', '.join(map(str, meta.overrides))}" if meta.overrides else ""
    terminal.say(f"{meta.title}{changed}: {runs} of {count_of(in_days(meta.horizon), 'day')}", bold=True)
    print_ensemble(terminal, meta, found, has_all=has_all)
    terminal.hint(f"next: {command_line('report', folder)}")


def _show_scenario(terminal: Terminal, reading: LoadedScenario, has_origins: bool) -> None:
    from sim.scenario_file.write import to_toml

    if terminal.wants_json:
        origins = {"origins": dict(reading.origins)} if has_origins else {}
        terminal.print_json(
            {
                "name": reading.name,
                "path": str(reading.path),
                "overrides": [str(each) for each in reading.overrides],
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
                "overrides": [str(each) for each in header.overrides],
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
    terminal.hint("next: " + command_line("show", recording.path, options=["--at", f"d{int(days / 2)}"]))


def _show_moment(terminal: Terminal, recording: Recording, at: str) -> None:
    from sim.analysis.moment import moment, moment_text

    scenario, header = recording.scenario, recording.header
    state = recording.state_at(moment_of(recording, at))
    if terminal.wants_json:
        terminal.print_json({"recording": str(recording.path), **moment(scenario, state, header)})
    else:
        terminal.print_wrapped(moment_text(scenario, state, header))


def _recorded_run(path: Path) -> Path:
    """Return a recording, or of an ensemble's folder the first one in it."""
    if not path.is_dir():
        return path
    from sim.results.reader import Results

    results = Results.open(path)
    if not results.recordings:
        options = ["--seed", results.meta.seed, "--record", "median", "--resume", "-o", path]
        overrides = results.meta.overrides
        again = command_line("ensemble", results.meta.name, overrides=overrides, options=options)
        raise UsageError(f"{path} holds no recording. To add one: {again}")
    return next(iter(results.recordings.values()))


@command(
    "why",
    ("frontsim why kupiansk runs/kupiansk-seed1.jsonl.gz --at d60", "Explain day 60 of a recorded run."),
    (
        'frontsim why "Куп\'янськ" runs/kupiansk-seed1.jsonl.gz --at "d23 06:00"',
        "Use its Ukrainian name, and a certain hour.",
    ),
    ("frontsim why zapadne runs/kupiansk-seed1.jsonl.gz --json", "Explain the end of the run, as JSON."),
)
@argument("town", "Id or name of a town, in Latin or Ukrainian letters.")
@argument("recording", "A recording, or the folder of an ensemble that has one.", type=option.PATH)
@option.at("Moment to explain. Default: the end.")
@click.pass_obj
def why_command(terminal: Terminal, town: str, recording: Path, at: str | None) -> None:
    """Explain why a town is supplied as it is, and why it fell.

    Prints what the town needs and gets, by which route, what limits it and what would help; then, if it
    changed hands or has long been short of supply, what led to that. The two arguments may be given in either
    order.
    """
    from sim.recording.reader import Recording

    if Path(town).exists() and not recording.exists():
        town, recording = str(recording), Path(town)
    opened = Recording.open(_recorded_run(recording))
    text, values = explain(opened, town, moment_of(opened, at))
    if terminal.wants_json:
        terminal.print_json({"recording": str(recording), **values})
    else:
        terminal.print_wrapped(text)


def explain(recording: Recording, name: str, t: Seconds) -> tuple[str, dict[str, Any]]:
    """Return why a town is supplied as it is, and why it fell or still holds: in words, and as values."""
    from sim.analysis.moment import why_text
    from sim.analysis.supply_trace import why
    from sim.analysis.town_history import history_text, town_history

    scenario, header, state = recording.scenario, recording.header, recording.state_at(t)
    town = town_named(scenario, name)
    history = town_history(recording, town, t)
    texts = why_text(scenario, state, town, header), history_text(scenario, history)
    values = {**why(scenario, state, town, header), "history": dataclasses.asdict(history)}
    return "\n\n".join(filter(None, texts)), values
