"""``frontsim show``: a scenario as it is once everything is merged, or a moment of a recording in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.arguments import is_recording, override_options, read_changed
from sim.cli.command import command
from sim.cli.terminal import Terminal
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.analysis.ensemble_at_time import EnsembleAtTime
    from sim.recording.reader import Recording
    from sim.scenario_file.read import LoadedScenario


@command(
    "show",
    "Show a scenario, or a moment of a recording.",
    ("frontsim show kupiansk", "The scenario with everything it extends merged, as TOML."),
    ("frontsim show kupiansk --origin -s tempo.variation=0", "Where each value comes from, with a change."),
    (
        "frontsim show runs/kupiansk-seed1.jsonl.gz --at d23",
        "The front on day 23 of a recorded run, in words.",
    ),
    ("frontsim show runs/kupiansk-seed1.jsonl.gz", "The scenario that was recorded."),
)
@click.argument("what", metavar="SCENARIO|RECORDING")
@override_options
@click.option("--origin", "has_origins", is_flag=True, help="Note beside each value its file and line.")
@click.option(
    "--ensemble", type=click.Path(path_type=Path), metavar="DIR", help="Of a moment: how usual it is."
)
@click.option("--at", metavar="DAY", help='A moment: 23, d23, 23.5, "d23 06:00" or 2025-02-19.')
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
    """Show a scenario as TOML, or a moment of a recording in words."""
    terminal = context.ensure_object(Terminal)
    if is_recording(what):
        _refuse_for_recording(context, has_origins)
        from sim.recording.reader import Recording

        recording = Recording.open(Path(what))
        if at is None:
            _refuse_ensemble(ensemble)
            _show_recorded(terminal, recording)
        else:
            _show_moment(terminal, recording, at, ensemble)
        return
    _refuse_ensemble(ensemble)
    if at is not None:
        raise UsageError(
            f"--at asks for a moment, and moments are in recordings, not in {what}.\n"
            f"Record one: frontsim run {what}"
        )
    _show_scenario(terminal, read_changed(context, what), has_origins)


def _refuse_ensemble(ensemble: Path | None) -> None:
    """Raise where an ensemble is named and no moment is asked for."""
    if ensemble is not None:
        raise UsageError(
            "--ensemble tells how usual a moment of a recording is. Name a recording and a moment: --at d60"
        )


def _refuse_for_recording(context: click.Context, has_origins: bool) -> None:
    """Raise where an option makes sense for scenarios only."""
    if has_origins or any(context.params[name] for name in ("sets", "scales", "set_files")):
        raise UsageError(
            "--origin, --set, --scale and --set-file are for scenarios; what is recorded stays as it is.\n"
            "Leave them out, or name a scenario."
        )


def _show_scenario(terminal: Terminal, reading: LoadedScenario, has_origins: bool) -> None:
    """Print a scenario."""
    from sim.scenario_file.write import to_toml

    if terminal.wants_json:
        origins = {"origins": dict(reading.origins)} if has_origins else {}
        terminal.object(
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
    """Print the scenario that a recording holds, with what the recording says of itself."""
    from sim.model.quantities import in_days
    from sim.scenario_file.write import to_toml

    header = recording.header
    if terminal.wants_json:
        terminal.object(
            {
                "recording": str(recording.path),
                "name": header.name,
                "seed": header.seed,
                "replication": header.replication,
                "overrides": list(header.overrides),
                "days": in_days(recording.end),
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
    terminal.say(
        f"# {recording.event_count:,} events to day {in_days(recording.end):g}, made with {made_with}."
    )
    terminal.say(to_toml(header.scenario).rstrip("\n"))
    terminal.hint(f"next: frontsim show {recording.path} --at d{int(in_days(recording.end) / 2)}")


def _show_moment(terminal: Terminal, recording: Recording, at: str, ensemble: Path | None) -> None:
    """Print what the front looked like at a moment."""
    from sim.analysis.moment import moment, moment_text
    from sim.cli.look.play import beside
    from sim.cli.moments import read_moment

    scenario, chances = recording.scenario, beside(recording.scenario, ensemble)
    state = recording.state_at(read_moment(at, scenario.start, recording.end))
    if terminal.wants_json:
        found = moment(scenario, state, recording.header)
        told = {} if chances is None else {"held_in_ensemble": _shares(chances, state.t)}
        terminal.object({"recording": str(recording.path), **found, **told})
    else:
        terminal.tell(moment_text(scenario, state, recording.header, chances))


def _shares(chances: EnsembleAtTime, t: int) -> dict[str, Any]:
    """Return by town in which share of an ensemble its first holder has it at a moment, with its interval."""
    return {town: chances.held(town, t)._asdict() for town in chances.results.names.towns}
