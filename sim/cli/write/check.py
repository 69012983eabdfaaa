"""``frontsim check``: find errors in a scenario, warn about oddities, and list numbers without a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from sim.cli import option
from sim.cli.command import command
from sim.cli.inputs import read_changed
from sim.cli.terminal import Terminal, quoted

if TYPE_CHECKING:
    from sim.model.scenario import Parameter
    from sim.scenario_file.read import LoadedScenario

MAX_LISTED: Final = 12
"""Numbers of each kind that are listed without ``--verbose``."""


@command(
    "check",
    "Check a scenario, and list numbers without a source.",
    (
        "frontsim check my-front.toml",
        "Print every error with file, line and column; exit code 3 if there is one.",
    ),
    ("frontsim check kupiansk -v", "List all numbers that have no source."),
    ("frontsim check my-front.toml --json", "Print the same as JSON."),
)
@option.scenario_argument
@option.overrides
@click.pass_context
def check_command(context: click.Context, /, scenario: str, **_: object) -> None:
    """Check a scenario, and list which of its numbers have no source.

    Warnings point out what is allowed but rarely intended; they leave the exit code at 0.
    """
    terminal = context.ensure_object(Terminal)
    reading = read_changed(context, scenario)
    without = [each for each in reading.scenario.parameters if each.source is None]
    assumed = [each for each in without if each.status == "assumed"]
    silent = [each for each in without if each.status != "assumed"]
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
                    {
                        "code": each.code,
                        "message": each.message,
                        "file": each.location.file,
                        "line": each.location.line,
                        "column": each.location.column,
                    }
                    for each in reading.warnings
                ],
                "assumed_without_source": [each.key for each in assumed],
                "without_source": [each.key for each in silent],
            }
        )
        return
    _print_result(terminal, reading, assumed, silent)
    terminal.hint(f"next: frontsim run {quoted(scenario)}")


def _print_result(
    terminal: Terminal, reading: LoadedScenario, assumed: list[Parameter], silent: list[Parameter]
) -> None:
    from sim.cli.text.run import size_of

    for warning in reading.warnings:
        terminal.say(warning.text())
        terminal.say()
    scenario = reading.scenario
    count = len(reading.warnings)
    odd = f"{count} warning{'s' * (count > 1)}" if count else "no warnings"
    terminal.say(f"{reading.path} is a valid scenario: {size_of(scenario)}, {odd}.", bold=True)
    sourced = len(scenario.parameters) - len(assumed) - len(silent)
    terminal.say(
        f"Of its {len(scenario.parameters)} numbers, {sourced} name a source, {len(assumed)} are "
        f"assumed without one, and {len(silent)} have neither."
    )
    for title, numbers in (('Neither source nor "assumed"', silent), ("Assumed, without a source", assumed)):
        _print_numbers(terminal, title, numbers)


def _print_numbers(terminal: Terminal, title: str, numbers: list[Parameter]) -> None:
    if not numbers:
        return
    listed = numbers if terminal.verbose else numbers[:MAX_LISTED]
    terminal.heading(f"{title}: {len(numbers)}")
    for each in listed:
        terminal.say(f"  {each.key} = {each.text}")
    if len(listed) < len(numbers):
        terminal.say(f"  and {len(numbers) - len(listed)} more; -v lists them all")
