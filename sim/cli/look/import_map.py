"""``frontsim import``: points and lines of a map as a scenario to start from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from sim.cli.command import command
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.cli.terminal import Terminal

SUFFIX: Final = ".toml"


@command(
    "import",
    "Make a scenario of the points and lines of a map.",
    ("frontsim import towns.geojson -o my-front.toml", "Points become towns, lines routes."),
    ("frontsim import kupiansk.geojson -o copy.toml", "What frontsim export wrote."),
)
@click.argument("places", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="x.toml; else PLACES with that ending.",
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.pass_obj
def import_command(terminal: Terminal, places: Path, out: Path | None, force: bool) -> None:
    """Make a scenario of PLACES, a GeoJSON file: points become towns, lines become routes between them.

    Points may say name, held_by, strength_soldiers, base_t_per_d and depth_km; lines name, kind, length_km
    and capacity_t_per_d. What they do not say is assumed, written into the file as a comment, and told.
    """
    from sim.files.atomic_file import AtomicFile
    from sim.scenario_file.map_import.geojson import read_places
    from sim.scenario_file.map_import.geojson_scenario import skeleton
    from sim.scenario_file.read import read_document
    from sim.scenario_file.write import to_toml

    path = out or places.with_suffix(SUFFIX)
    if path.suffix != SUFFIX:
        raise UsageError(f"{path} is no name of a scenario. Name it .toml.")
    AtomicFile(path, force)
    made = skeleton(read_places(places), places.stem)
    scenario = read_document(made.document)
    text = "\n".join([*_head(places, made.notes), "", to_toml(made.document)])
    with AtomicFile(path, force) as file:
        file.write(text.encode())
        file.keep()
    size = {"towns": len(scenario.towns), "routes": len(scenario.routes)}
    if terminal.wants_json:
        terminal.object({"path": str(path), **size, "notes": made.notes})
        return
    terminal.say(f"wrote {path}: {size['towns']} towns, {size['routes']} routes")
    for note in made.notes:
        terminal.say(f"  {note}")
    terminal.hint(f"next: change it, then frontsim check {path} and frontsim run {path}")


def _head(places: Path, notes: list[str]) -> list[str]:
    """Return the comments that a new file begins with."""
    from sim.scenario_file.names import escape_terminal
    from sim.scenario_file.schema.key_docs import SCHEMA_ADDRESS

    return [
        f"#:schema {SCHEMA_ADDRESS}",
        f"# Made from {escape_terminal(places.name)}: a start, to be completed. Every key: frontsim schema.",
        "# A toy model for study. Not a forecast, not for operational use.",
        *(f"# {note}" for note in notes),
    ]
