"""``frontsim export``: a scenario or a run as files that other tools read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli.arguments import complete_scenarios, is_recording
from sim.cli.command import command
from sim.cli.whole_number import WholeNumber
from sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.cli.terminal import Terminal
    from sim.export.rows import Row
    from sim.model.scenario import Scenario
    from sim.recording.reader import Recording

KINDS: Final = (".geojson", ".json", ".graphml", ".csv", ".parquet")
TABLES: Final = ("towns", "routes", "sides")


@command(
    "export",
    "Write a scenario or a recording for other tools.",
    ("frontsim export kupiansk -o kupiansk.geojson", "Towns, routes, rivers and border, for QGIS."),
    ("frontsim export runs/kupiansk-seed1.jsonl.gz -o run.geojson", "Every day of a run, for kepler.gl."),
    ("frontsim export kupiansk -o kupiansk.graphml", "The graph, for Gephi or networkx."),
    ("frontsim export runs/kupiansk-seed1.jsonl.gz -o roads.parquet --table routes", "Roads by day."),
)
@click.argument("source", metavar="SOURCE", shell_complete=complete_scenarios)
@click.option(
    "-o",
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="x.geojson, x.graphml, x.csv or x.parquet.",
)
@click.option(
    "--table",
    type=click.Choice(TABLES),
    default=None,
    help="Of CSV and Parquet: which; towns if none is named.",
)
@click.option(
    "--every", type=WholeNumber(1), metavar="DAYS", help="Of a recording: days between two moments; 1."
)
@click.option("--at", metavar="DAY", help="Of a recording: this moment only; of a graph, else the end.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.pass_obj
def export_command(terminal: Terminal, /, source: str, out: Path, force: bool, **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Write SOURCE, a scenario or a recording, in a format that other tools read.

    The ending of FILE says which: GeoJSON has a feature for each town and route (of a recording: for each
    day, with its time), GraphML the graph at one moment, CSV and Parquet one table with units in the names of
    its columns.
    """
    from sim.files.atomic_file import AtomicFile

    kind = out.suffix.lower()
    if kind not in KINDS:
        raise UsageError(f"{out} ends in no format known here. Name it .geojson, .graphml, .csv or .parquet.")
    if options["table"] is not None and kind not in {".csv", ".parquet"}:
        raise UsageError(f"--table is for CSV and Parquet, and {out} holds all of it. Leave it out.")
    AtomicFile(out, force)
    parts = _recorded(source, kind, options) if is_recording(source) else _planned(source, kind, options)
    size = 0
    with AtomicFile(out, force) as file:
        for part in parts:
            file.write(part)
            size += len(part)
        file.keep()
    if terminal.wants_json:
        terminal.object({"source": source, "path": str(out), "bytes": size})
        return
    from sim.cli.text.run import size_text
    from sim.model.quantities import DISCLAIMER

    terminal.say(f"saved {out} ({size_text(size)})")
    terminal.say(DISCLAIMER)


def _planned(source: str, kind: str, options: dict[str, Any]) -> Iterable[bytes]:
    """Return a scenario as the parts of a file."""
    from sim.export.rows import scenario_rows
    from sim.scenario_file.read import read_scenario

    for name in ("at", "every"):
        if options[name] is not None:
            raise UsageError(
                f"--{name} is for recordings, and {source} is a scenario. Run it first, or leave it out."
            )
    scenario = read_scenario(source).scenario
    if kind in {".geojson", ".json"}:
        from sim.export.geojson import scenario_geojson

        return scenario_geojson(scenario)
    if kind == ".graphml":
        return _graph(scenario_rows(scenario, "towns"), scenario_rows(scenario, "routes"))
    return _flat(scenario_rows(scenario, options["table"] or TABLES[0]), kind)


def _recorded(source: str, kind: str, options: dict[str, Any]) -> Iterable[bytes]:
    """Return a run as the parts of a file."""
    from sim.export.rows import moment_rows, moments
    from sim.recording.reader import Recording

    recording = Recording.open(source)
    scenario = recording.scenario
    at = _moment(recording, scenario, options["at"])
    if kind == ".graphml":
        state = recording.state_at(recording.end if at is None else at)
        return _graph(moment_rows(scenario, state, "towns"), moment_rows(scenario, state, "routes"))
    states = moments(recording, options["every"] or 1, at)
    if kind in {".geojson", ".json"}:
        from sim.export.geojson import recording_geojson

        return recording_geojson(scenario, states)
    table = options["table"] or TABLES[0]
    return _flat([row for state in states for row in moment_rows(scenario, state, table)], kind)


def _moment(recording: Recording, scenario: Scenario, at: str | None) -> int | None:
    """Return the moment that was named."""
    from sim.cli.moments import read_moment

    return None if at is None else read_moment(at, scenario.start, recording.end)


def _graph(towns: list[Row], routes: list[Row]) -> Iterable[bytes]:
    from sim.export.graphml import graphml

    return [graphml(towns, routes)]


def _flat(rows: list[Row], kind: str) -> Iterable[bytes]:
    from sim.export.tabular import csv_bytes, parquet_bytes

    return [csv_bytes(rows) if kind == ".csv" else parquet_bytes(rows)]
