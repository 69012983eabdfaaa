"""``frontsim import``: make a scenario from the points and lines of a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from sim.cli import option
from sim.cli.command import argument, command
from sim.cli.completion import complete_files
from sim.cli.terminal import quoted
from sim.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from sim.cli.terminal import Terminal

SUFFIX: Final = ".toml"


@command(
    "import",
    "Make a scenario from the points and lines of a map.",
    ("frontsim import towns.geojson -o my-front.toml", "Points become towns, lines become routes."),
    ("frontsim import kupiansk.geojson -o copy.toml", "Read what frontsim export wrote."),
)
@argument("places", "A GeoJSON file of points and lines.", type=option.PATH, shell_complete=complete_files)
@option.out("Scenario to write. Default: PLACES with the suffix .toml.")
@option.force()
@click.pass_obj
def import_command(terminal: Terminal, places: Path, out: Path | None, force: bool) -> None:
    """Make a scenario from a GeoJSON file: points become towns, lines become routes between them.

    Points can have the properties name, held_by, strength_soldiers, base_t_per_d and depth_km; lines name,
    kind, length_km and capacity_t_per_d. Missing properties are assumed; each assumption is printed and
    written to the file as a comment.
    """
    from sim.files.atomic_file import AtomicFile, write_file
    from sim.scenario_file.map_import.geojson import read_geojson
    from sim.scenario_file.map_import.geojson_scenario import GeojsonScenario
    from sim.scenario_file.names import escape_terminal
    from sim.scenario_file.read import read_document
    from sim.scenario_file.schema.key_docs import SCHEMA_ADDRESS
    from sim.scenario_file.write import to_toml

    path = out or places.with_suffix(SUFFIX)
    if path.suffix != SUFFIX:
        raise UsageError(f"{path} is not a scenario file. Name it .toml.")
    AtomicFile(path, force)
    made = GeojsonScenario(read_geojson(places), places.stem)
    scenario = read_document(made.document)
    name = escape_terminal(places.name)
    text = "\n".join(
        [
            f"#:schema {SCHEMA_ADDRESS}",
            f"# Made from {name}: a start, to be completed. Every key: frontsim schema.",
            "# A toy model for study. Not a forecast, not for operational use.",
            *(f"# {note}" for note in made.notes),
            "",
            to_toml(made.document),
        ]
    )
    write_file(path, text.encode(), force)
    size = {"towns": len(scenario.towns), "routes": len(scenario.routes)}
    if terminal.wants_json:
        terminal.print_json({"path": str(path), **size, "notes": made.notes})
        return
    terminal.say(f"wrote {path}: {size['towns']} towns, {size['routes']} routes")
    for note in made.notes:
        terminal.say(f"  {note}")
    terminal.hint(f"next: edit it, then frontsim check {quoted(path)} and frontsim run {quoted(path)}")
