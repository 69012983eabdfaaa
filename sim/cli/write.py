"""``frontsim new`` and ``frontsim check``: write a scenario file to start from, and find mistakes in one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli import option
from sim.cli.command import argument, command
from sim.cli.completion import BASELINE, complete_scenarios
from sim.cli.inputs import extended_name, read_changed
from sim.cli.terminal import Terminal
from sim.command_line import command_line
from sim.errors import FileError, UsageError
from sim.files.atomic_file import write_file
from sim.scenario_file.bundled import is_era, template_path
from sim.scenario_file.names import count_of, escape_terminal, hidden_character
from sim.scenario_file.syntax.toml import read_text
from sim.scenario_file.write import quote

if TYPE_CHECKING:
    from sim.model.scenario import Scenario
    from sim.scenario_file.diagnostics import Location
    from sim.scenario_file.read import LoadedScenario
    from sim.scenario_file.sources import SourceCount

SUFFIX: Final = ".toml"
EXAMPLES: Final = ("replacements", "fires", "repair_crews")
"""Numbers of each side that a new file shows as examples."""


@command(
    "new",
    ("frontsim new my-front", "Write my-front.toml, which extends the baseline."),
    ("frontsim new my-front --from kupiansk-crossing-lost", "Extend another scenario."),
    ("frontsim new my-front --full", "Copy the whole file with its comments, to change freely."),
    ("frontsim new my-front --blank", "Write the skeleton of a front of your own, which runs as it is."),
    ("frontsim new my-front --blank --from era-1944", "Write one with the numbers of 1944."),
)
@argument("name", "Name of the new scenario; the file will be NAME.toml.")
@click.option(
    "--from",
    "parent",
    metavar="SCENARIO",
    shell_complete=complete_scenarios,
    help="Scenario to extend or copy, by default kupiansk; with --blank an era, such as era-1944.",
)
@click.option("--full", "is_full", is_flag=True, help="Copy the whole file instead of extending it.")
@click.option("--blank", "is_blank", is_flag=True, help="Write the skeleton of a front of your own.")
@option.force()
@click.pass_obj
def new_command(
    terminal: Terminal, /, name: str, parent: str | None, is_full: bool, is_blank: bool, force: bool
) -> None:
    """Write a scenario file that extends another scenario, with examples of what to change.

    With --blank, write the skeleton of a front of your own instead: sides, towns and routes, with comments on
    what each needs. It extends nothing, or the numbers of an era.
    """
    from sim.scenario_file.read import read_scenario

    path = _path(name)
    if is_blank and is_full:
        raise UsageError("--blank and --full are two ways to begin. Choose one.")
    if parent and is_era(parent) and not is_blank:
        raise UsageError(f"{parent} is no front, only its numbers. Add --blank to begin one with them.")
    if path.exists() and not force:
        raise FileError(f"{path} exists already. Choose another name, or replace it with --force.")
    if is_blank:
        text = blank_scenario(path.stem, parent or "")
        what = f"a skeleton with the numbers of {parent}" if parent else "a skeleton"
    else:
        parent = parent or BASELINE
        reading = read_scenario(parent)
        what = f"which {'copies' if is_full else 'extends'} {parent} ({reading.scenario.name})"
        whole = read_text(reading.path, str(reading.path))
        text = whole if is_full else small_scenario(path, reading)
    write_file(path, text.encode(), force)
    name = read_scenario(path).name
    if terminal.wants_json:
        terminal.print_json({"path": str(path), "from": parent or "", "is_full": is_full, "name": name})
        return
    terminal.say(f"wrote {path}, {what}")
    then = command_line("play" if is_blank else "run", path)
    terminal.hint(f"next: edit it, then {command_line('check', path)} and {then}")


def blank_scenario(name: str, era: str) -> str:
    """Return the text of a skeleton, with the numbers of an era if one is named."""
    if era and not is_era(era):
        raise UsageError(f"--blank begins without a scenario, and {era} is one. Leave out one of them.")
    path = template_path("blank")
    text = read_text(path, str(path)).replace('"NAME"', quote(name))
    if not era:
        return text
    text = text.replace("start = 2025-01-27", f"start = {era.removeprefix('era-')}-06-01", 1)
    return text.replace("schema = 1\n", f"schema = 1\nextends = {quote(era)}\n", 1)


def small_scenario(path: Path, reading: LoadedScenario) -> str:
    """Return the text of a file that extends a scenario and says how to change it."""
    from sim.scenario_file.write import scenario_text

    scenario = reading.scenario
    extends = extended_name(reading, path)
    summary = f"{scenario.name}, with changes."
    comments = (
        "What if ...? (Write the question of this scenario here.)",
        "",
        f"Everything that is not set here is as in {extends}.",
        "A toy model for study. Not a forecast, not for operational use.",
    )
    document = {"schema": 1, "extends": extends, "scenario": {"name": path.stem, "summary": summary}}
    inspect = command_line("show", path, options=["--origin"])
    more = [f"# Every key: frontsim schema. Values in force: {inspect}", *_examples(scenario), ""]
    return "\n".join([scenario_text(comments, document), *more])


def _path(name: str) -> Path:
    path = Path(name if name.endswith(SUFFIX) else f"{name}{SUFFIX}")
    if path.name == SUFFIX or hidden_character(name):
        raise UsageError(
            f"{escape_terminal(name)!r} cannot be the name of a scenario. Choose one like my-front."
        )
    return path


def _examples(scenario: Scenario) -> list[str]:
    """Return numbers of the sides as comments to edit."""
    lines: list[str] = []
    for side in scenario.sides:
        found = {each.key: each.text for each in scenario.parameters}
        given = [(name, found[key]) for name in EXAMPLES if (key := f"side.{side.id}.{name}") in found]
        # a number without a unit is no text
        texts = [f"# {name} = {text if text.isdigit() else quote(text)}" for name, text in given]
        lines += ["#", f"# [side.{side.id}]", *texts] if texts else []
    return ["#", "# Remove a # to change a number:", *lines] if lines else []


@command(
    "check",
    ("frontsim check my-front.toml", "Print every error with its place; exit code 3 if there is one."),
    ("frontsim check my-front.toml --json", "Print the same as JSON."),
)
@option.scenario_argument
@option.overrides
@click.pass_context
def check_command(context: click.Context, /, scenario: str, **_: object) -> None:
    """Check a scenario, and count the numbers that have no source; frontsim sources lists them.

    Warnings point out what is allowed but rarely meant, and what has no effect, such as a front on which
    nobody attacks. With warnings alone the exit code is 0.
    """
    from sim.engine.simulation import coefficients_of
    from sim.scenario_file.sources import SourceCount

    terminal = context.ensure_object(Terminal)
    reading = read_changed(context, scenario)
    warnings = (*reading.warnings, *reading.dead_ends)
    coefficients_of(reading.scenario)  # refuses what-ifs of which nothing says what they cost
    count = SourceCount.of(reading.scenario)
    if terminal.wants_json:
        found = reading.scenario
        terminal.print_json(
            {
                "name": reading.name,
                "path": str(reading.path),
                "is_valid": True,
                "towns": len(found.towns),
                "routes": len(found.routes),
                "numbers": len(found.parameters),
                "warnings": [
                    {"code": each.code, "message": each.message, **_place(each.location)} for each in warnings
                ],
                "assumed_without_source": [each.key for each in count.assumed],
                "without_source": [each.key for each in count.bare],
            }
        )
        return
    for warning in warnings:
        terminal.say(warning.text())
        terminal.say()
    _print_result(terminal, reading, len(warnings), count)
    terminal.hint(f"next: {command_line('run', scenario)}, or {command_line('sources', scenario)}")


def _place(at: Location) -> dict[str, Any]:
    return {"file": at.file, "line": at.line, "column": at.column}


def _print_result(terminal: Terminal, reading: LoadedScenario, count: int, found: SourceCount) -> None:
    from sim.cli.text.run import size_of

    scenario = reading.scenario
    odd = count_of(count, "warning") if count else "no warnings"
    terminal.say(f"{reading.path} is a valid scenario: {size_of(scenario)}, {odd}.", bold=True)
    terminal.say(found.text())
