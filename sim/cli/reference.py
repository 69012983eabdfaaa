"""``frontsim list``, ``schema`` and ``keys``: the bundled scenarios, the keys of a file and of the window."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import click

from sim.cli.command import argument, command
from sim.scenario_file.bundled import bundled_scenarios

if TYPE_CHECKING:
    from sim.cli.terminal import Terminal


@command(
    "list",
    "List the bundled scenarios.",
    ("frontsim list", "Every bundled scenario, and the question it asks."),
    ("frontsim list --json", "The same as JSON, with the paths of the files."),
)
@click.pass_obj
def list_command(terminal: Terminal) -> None:
    """List the scenarios that come with frontsim."""
    found = sorted(bundled_scenarios(), key=lambda each: each.name)
    if terminal.wants_json:
        names = ("name", "title", "question")
        values = [{**{name: getattr(each, name) for name in names}, "path": str(each.path)} for each in found]
        terminal.print_json({"scenarios": values})
        return
    rows = [(each.name, each.title, each.question) for each in found]
    terminal.table(("Scenario", "Title", "Question"), rows)
    terminal.hint("next: frontsim run kupiansk")


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


@command(
    "keys",
    "List the keys of the window.",
    ("frontsim keys", "Every key, what it does, and the name of its command in the settings."),
    ("frontsim keys --json", "The same as JSON."),
)
@click.pass_obj
def keys_command(terminal: Terminal) -> None:
    """List the keys of the window that frontsim play opens, as your settings have them.

    To change one, add its command to the settings file, under [keys]: play = ["Space", "X"].
    """
    from sim.cli.look.play import settings_file
    from sim.view.keyboard import Keyboard, key_label
    from sim.view.settings import load

    path = settings_file()
    remembered = load(path)
    keyboard = Keyboard(remembered.settings.keys)
    for note in (*remembered.notes, *keyboard.notes):
        terminal.hint(note)
    if terminal.wants_json:
        rows = [
            {"command": each.command, "keys": list(each.keys), "does": each.words, "group": each.group}
            for each in keyboard.bindings
        ]
        terminal.print_json({"settings": str(path), "keys": rows})
        return
    shown = [
        (", ".join(map(key_label, each.keys)) or "none", each.words, each.command)
        for each in keyboard.bindings
    ]
    terminal.table(("Keys", "Action", "Command"), shown)
    terminal.hint(f"settings: {path}")
