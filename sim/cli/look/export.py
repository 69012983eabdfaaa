"""``frontsim export`` and ``frontsim import``: a scenario or a run for other tools, a scenario from a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli import option
from sim.cli.command import argument, command, refuse_options
from sim.cli.completion import complete_scenarios
from sim.cli.inputs import is_recording, moment_of
from sim.command_line import command_line
from sim.errors import UsageError
from sim.files.atomic_file import AtomicFile, write_file
from sim.scenario_file.names import count_of, escape_terminal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sim.cli.terminal import Terminal
    from sim.export.rows import Row
    from sim.model.scenario import Scenario
    from sim.model.state import State
    from sim.scenario_file.map_import.properties import Json

KINDS: Final = (".geojson", ".json", ".graphml", ".csv", ".parquet")
SUFFIX: Final = ".toml"
TABLES: Final = ("towns", "routes", "sides")


@command(
    "export",
    ("frontsim export kupiansk -o kupiansk.geojson", "Towns, routes, rivers and the border, for QGIS."),
    ("frontsim export runs/kupiansk-seed1.jsonl.gz -o run.geojson", "Every day of a run, for kepler.gl."),
    ("frontsim export kupiansk -o kupiansk.graphml", "The graph, for Gephi or networkx."),
    (
        "frontsim export runs/kupiansk-seed1.jsonl.gz -o roads.parquet --table routes",
        "Its routes, day by day.",
    ),
)
@argument(
    "source",
    "A scenario file, the name of a bundled scenario, or a recording.",
    shell_complete=complete_scenarios,
)
@option.out("File to write, such as x.geojson, x.graphml, x.csv or x.parquet.", required=True)
@click.option("--table", type=click.Choice(TABLES), help="Which table, for CSV and Parquet. Default: towns.")
@option.number("--every", metavar="DAYS", help="Days between two moments of a recording. Default: 1.")
@option.at("Export only this moment of a recording. GraphML takes the end by default.")
@option.force()
@click.pass_context
def export_command(context: click.Context, /, source: str, out: Path, **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Write a scenario or a recording in a format that other tools read.

    The suffix of FILE decides the format. GeoJSON has one feature for each town and route; for a recording,
    one for each of its days, with the time. GraphML has the graph at one moment. CSV and Parquet hold one
    table, with units in the names of its columns; scenarios/README.md explains them all.
    """
    from sim.scenario_file.read import read_scenario

    kind, terminal = out.suffix.lower(), context.obj
    if kind not in KINDS:
        raise UsageError(f"{out} has no known format. Name it .geojson, .graphml, .csv or .parquet.")
    if kind not in {".csv", ".parquet"}:
        refuse_options(context, ("table",), f"--table is for CSV and Parquet; {out} holds all. Leave it out.")
    AtomicFile(out, options["force"])
    if is_recording(source):
        states: Iterable[State] | None
        scenario, document, states = _recorded(source, kind, options)
    else:
        for name in ("at", "every"):
            message = f"--{name} is for recordings; {source} is a scenario. Run it first, or leave it out."
            refuse_options(context, (name,), message)
        reading, states = read_scenario(source), None
        scenario, document = reading.scenario, reading.document
    size = 0
    with AtomicFile(out, options["force"]) as file:
        for part in _parts(kind, scenario, document, states, options["table"] or TABLES[0]):
            file.write(part)
            size += len(part)
        file.keep()
    if terminal.wants_json:
        terminal.print_json({"source": source, "path": str(out), "bytes": size})
    else:
        terminal.saved(out, size)


def _recorded(source: str, kind: str, options: dict[str, Any]) -> tuple[Scenario, Json, Iterable[State]]:
    """Return the scenario of a recording, also as a document, and its states at the moments to export."""
    from sim.export.rows import moments
    from sim.recording.reader import Recording

    recording = Recording.open(source)
    t = moment_of(recording, options["at"])
    is_one = kind == ".graphml" or options["at"] is not None
    states = moments(recording, options["every"] or 1, t if is_one else None)
    return recording.scenario, recording.header.scenario, states


def _parts(
    kind: str, scenario: Scenario, document: Json, states: Iterable[State] | None, table: str
) -> Iterable[bytes]:
    """Return the file of a scenario, or of some of its states, in parts."""
    from sim.export.rows import moment_rows, scenario_rows

    def rows(table: str) -> list[Row]:
        if states is None:
            return scenario_rows(scenario, table)
        return [row for state in states for row in moment_rows(scenario, state, table)]

    if kind in {".geojson", ".json"}:
        from sim.export.geojson import recording_geojson, scenario_geojson

        if states is None:
            return scenario_geojson(scenario, document)
        return recording_geojson(scenario, document, states)
    if kind == ".graphml":
        from sim.export.graph import graphml

        return [graphml(rows("towns"), rows("routes"))]
    from sim.export.tabular import csv_bytes, parquet_bytes

    return [csv_bytes(rows(table)) if kind == ".csv" else parquet_bytes(rows(table))]


@command(
    "import",
    ("frontsim import towns.geojson -o my-front.toml", "Points become towns, lines become routes."),
    ("frontsim import roads.graphml", "A graph of OSMnx, Gephi or frontsim export: nodes and edges."),
    ("frontsim import kupiansk.geojson -o copy.toml", "Read what frontsim export wrote."),
)
@argument("places", "A map of points and lines: x.geojson, x.geojsonl or x.graphml.", type=option.PATH)
@option.out("Scenario to write. Default: PLACES with the suffix .toml.")
@option.force()
@click.pass_obj
def import_command(terminal: Terminal, places: Path, out: Path | None, force: bool) -> None:
    """Make a scenario from a map: points become towns, lines become routes between them.

    Points can have the properties name, held_by, strength_soldiers, base_t_per_d and depth_km; lines name,
    kind, length_km and capacity_t_per_d; keys count in any case. Lines that meet are followed from town to
    town, both directions of a road are one, rivers and borders are drawn. Missing properties are assumed;
    each assumption, and whatever is left out, is printed and written to the file as a comment.
    """
    from sim.scenario_file.map_import.geojson import read_geojson
    from sim.scenario_file.map_import.graphml import read_graphml
    from sim.scenario_file.map_import.map_scenario import MapScenario
    from sim.scenario_file.read import read_document
    from sim.scenario_file.write import scenario_text

    path = out or places.with_suffix(SUFFIX)
    if path.suffix != SUFFIX:
        raise UsageError(f"{path} is not a scenario file. Name it .toml.")
    AtomicFile(path, force)
    read = read_graphml if places.suffix.lower() in {".graphml", ".xml"} else read_geojson
    made = MapScenario(read(places), places.stem)
    scenario = read_document(made.document)
    head = (
        f"Made from {escape_terminal(places.name)}: a start, to be completed. Every key: frontsim schema.",
        "A toy model for study. Not a forecast, not for operational use.",
    )
    text = scenario_text([*head, *made.notes], made.document)
    write_file(path, text.encode(), force)
    size = {"towns": len(scenario.towns), "routes": len(scenario.routes)}
    if terminal.wants_json:
        terminal.print_json({"path": str(path), **size, "notes": made.notes})
        return
    terminal.say(f"wrote {path}: {count_of(size['towns'], 'town')}, {count_of(size['routes'], 'route')}")
    for note in made.notes:
        terminal.say(f"  {note}")
    terminal.hint(f"next: {command_line('check', path)}, then {command_line('play', path)}")
