"""``frontsim schema``: describe the keys of a scenario file."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import click

from sim.cli.command import argument, command

if TYPE_CHECKING:
    from sim.cli.terminal import Terminal


@command(
    "schema",
    "Describe every key of a scenario file.",
    ("frontsim schema", "Every key with its unit, default, range and meaning."),
    ("frontsim schema route", "The keys of one section."),
    ("frontsim schema --json-schema > scenario-1.schema.json", "A JSON Schema for editors."),
)
@argument("section", "Only the keys of this section, such as route.", metavar="[SECTION]", required=False)
@click.option("--json-schema", "wants_schema", is_flag=True, help="Print a JSON Schema for scenario files.")
@click.pass_obj
def schema_command(terminal: Terminal, section: str | None, wants_schema: bool) -> None:
    """Describe the keys of a scenario file."""
    from sim.scenario_file.schema.key_docs import describe, json_schema

    docs = describe(section)
    if terminal.wants_json:
        keys = {"keys": [dataclasses.asdict(doc) for doc in docs]}
        terminal.print_json({"json_schema": json_schema()} if wants_schema else keys)
        return
    if wants_schema:
        terminal.print_raw_json(json_schema(), is_indented=True)
        return
    rows = [
        (doc.key, doc.unit, doc.default or "required" * doc.is_required, doc.range, doc.meaning)
        for doc in docs
    ]
    terminal.table(("Key", "Unit", "Default", "Range", "Meaning"), rows)
    terminal.hint("next: frontsim new my-front, or frontsim schema SECTION")
