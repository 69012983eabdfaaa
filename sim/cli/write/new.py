"""``frontsim new``: a scenario file to start from."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from sim.cli.arguments import complete_scenarios
from sim.cli.command import command
from sim.errors import FileError, UsageError

if TYPE_CHECKING:
    from sim.cli.terminal import Terminal
    from sim.model.scenario import Scenario
    from sim.scenario_file.read import LoadedScenario

SUFFIX: Final = ".toml"
SHOWN: Final = ("replacements", "fires", "repair_crews")
"""Numbers of each side that a new file shows, for a start."""


@command(
    "new",
    "Write a scenario file to start from.",
    ("frontsim new my-front", "Writes my-front.toml, which extends the baseline."),
    ("frontsim new my-front --from kupiansk-crossing-lost", "One that extends another scenario."),
    ("frontsim new my-front --full", "A whole copy, with all its comments, to change freely."),
)
@click.argument("name")
@click.option(
    "--from",
    "parent",
    default="kupiansk",
    show_default=True,
    metavar="SCENARIO",
    shell_complete=complete_scenarios,
    help="What it starts from.",
)
@click.option("--full", "is_full", is_flag=True, help="Copy the whole file instead of extending it.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.pass_obj
def new_command(terminal: Terminal, name: str, parent: str, is_full: bool, force: bool) -> None:
    """Write a scenario file NAME.toml that starts from another scenario."""
    from sim.files.atomic_file import AtomicFile
    from sim.scenario_file.read import read_scenario

    path = _path(name)
    if path.exists() and not force:
        raise FileError(f"{path} exists already. Choose another name, or replace it with --force.")
    reading = read_scenario(parent)
    text = reading.path.read_text(encoding="utf-8") if is_full else small_scenario(path, reading, parent)
    with AtomicFile(path, force) as file:
        file.write(text.encode())
        file.keep()
    written = read_scenario(path)
    if terminal.wants_json:
        terminal.object({"path": str(path), "from": parent, "is_full": is_full, "name": written.name})
        return
    verb = "copies" if is_full else "extends"
    terminal.say(f"wrote {path}, which {verb} {parent} ({reading.scenario.name})")
    terminal.hint(f"next: change it, then frontsim check {path} and frontsim run {path}")


def small_scenario(path: Path, reading: LoadedScenario, parent: str) -> str:
    """Return a file that extends a scenario and says how to change it."""
    from sim.scenario_file.schema.key_docs import SCHEMA_ADDRESS
    from sim.scenario_file.write import to_toml

    scenario = reading.scenario
    extends = _from_there(path, reading, parent)
    summary = f"{scenario.name}, with changes."
    head = to_toml({"schema": 1, "extends": extends, "scenario": {"name": path.stem, "summary": summary}})
    return "\n".join(
        [
            f"#:schema {SCHEMA_ADDRESS}",
            "# What if ...? (Write here what this scenario asks.)",
            "#",
            f"# All that is not said here is as in {extends}.",
            "# A toy model for study. Not a forecast, not for operational use.",
            "",
            head.rstrip("\n"),
            "",
            f"# Every key: frontsim schema. What holds now: frontsim show {shlex.quote(str(path))} --origin",
            *_examples(scenario),
            "",
        ]
    )


def _path(name: str) -> Path:
    """Return the file that a scenario of this name is written to."""
    from sim.scenario_file.names import escape_terminal, hidden_character

    path = Path(name if name.endswith(SUFFIX) else f"{name}{SUFFIX}")
    if path.name == SUFFIX or hidden_character(name):
        raise UsageError(f"{escape_terminal(name)!r} cannot be a scenario's name. Write one like my-front.")
    return path


def _from_there(path: Path, reading: LoadedScenario, parent: str) -> str:
    """Return how a file names the scenario that it extends: a bundled one by name, others by their way."""
    from sim.scenario_file.bundled import bundled_names

    if parent in bundled_names():
        return parent
    return Path(os.path.relpath(reading.path.resolve(), path.resolve().parent)).as_posix()


def _examples(scenario: Scenario) -> list[str]:
    """Return numbers of the sides as comments, to be turned into changes."""
    lines: list[str] = []
    for side in scenario.sides:
        found = {each.key: each.text for each in scenario.parameters}
        given = [(name, found[key]) for name in SHOWN if (key := f"side.{side.id}.{name}") in found]
        if given:
            lines += ["#", f"# [side.{side.id}]", *(f"# {name} = {_toml(text)}" for name, text in given)]
    return ["#", "# Take away a # to change a number:", *lines] if lines else []


def _toml(text: str) -> str:
    """Return a quantity as TOML: a bare number, or a text with its unit.

    Examples
    --------
    >>> _toml("12"), _toml("90 soldiers/d")
    ('12', '"90 soldiers/d"')
    """
    try:
        float(text)
    except ValueError:
        return f'"{text}"'
    return text
