"""``frontsim check``: whether a scenario is right, what is odd about it, and which numbers have no source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from sim.cli.arguments import override_options, read_changed, scenario_argument
from sim.cli.command import command
from sim.cli.terminal import Terminal

if TYPE_CHECKING:
    from sim.model.scenario import Parameter
    from sim.scenario_file.read import LoadedScenario

MOST_LISTED: Final = 12
"""Numbers of a kind that are named unless details are wanted."""


@command(
    "check",
    "Check a scenario, and name what has no source.",
    (
        "frontsim check my-front.toml",
        "Every mistake with file, line and column; exit code 3 if there is one.",
    ),
    ("frontsim check kupiansk -v", "All numbers that have no source, by name."),
    ("frontsim check my-front.toml --json", "The same for a programme."),
)
@scenario_argument
@override_options
@click.pass_context
def check_command(context: click.Context, /, scenario: str, **_: object) -> None:
    """Check SCENARIO, and say which of its numbers have no source.

    SCENARIO is the name of a bundled scenario or a file. Warnings are about what may be meant so, but
    rarely is; they leave the exit code at 0.
    """
    terminal = context.ensure_object(Terminal)
    reading = read_changed(context, scenario)
    assumed, silent = _without_source(reading)
    if terminal.wants_json:
        found = reading.scenario
        terminal.object(
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
    _tell(terminal, reading, assumed, silent)
    terminal.hint(f"next: frontsim run {scenario}")


def _without_source(reading: LoadedScenario) -> tuple[list[Parameter], list[Parameter]]:
    """Return the numbers with no source: those that are called assumed, and those that say nothing."""
    without = [each for each in reading.scenario.parameters if each.source is None]
    return (
        [each for each in without if each.status == "assumed"],
        [each for each in without if each.status != "assumed"],
    )


def _tell(
    terminal: Terminal, reading: LoadedScenario, assumed: list[Parameter], silent: list[Parameter]
) -> None:
    """Print what was found."""
    from sim.cli.text.run import size_of

    for warning in reading.warnings:
        terminal.say(warning.text())
        terminal.say()
    scenario = reading.scenario
    count = len(reading.warnings)
    odd = f"{count} warning{'s' * (count > 1)}" if count else "nothing odd"
    terminal.say(
        f"{reading.path} is a scenario: {size_of(scenario)}, {odd}.",
        bold=True,
    )
    sourced = len(scenario.parameters) - len(assumed) - len(silent)
    terminal.say(
        f"Of {len(scenario.parameters)} numbers it gives, {sourced} name a source, {len(assumed)} are "
        f"assumed without one, and {len(silent)} have neither."
    )
    for title, numbers in (('Neither source nor "assumed"', silent), ("Assumed, no source", assumed)):
        _tell_numbers(terminal, title, numbers)


def _tell_numbers(terminal: Terminal, title: str, numbers: list[Parameter]) -> None:
    """Print some numbers under a title."""
    if not numbers:
        return
    listed = numbers if terminal.verbose else numbers[:MOST_LISTED]
    terminal.say()
    terminal.say(f"{title}: {len(numbers)}", bold=True)
    for each in listed:
        terminal.say(f"  {each.key} = {each.text}")
    if len(listed) < len(numbers):
        terminal.say(f"  and {len(numbers) - len(listed)} more; -v lists them all")
