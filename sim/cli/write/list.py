"""``frontsim list``: which scenarios come with the programme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sim.cli.command import command

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
    from sim.scenario_file.bundled import bundled_scenarios

    found = sorted(bundled_scenarios(), key=lambda each: each.name)
    if terminal.wants_json:
        terminal.print_json(
            {
                "scenarios": [
                    {
                        "name": each.name,
                        "title": each.title,
                        "question": each.question,
                        "path": str(each.path),
                    }
                    for each in found
                ]
            }
        )
        return
    rows = [(each.name, each.title, each.question) for each in found]
    terminal.table(("Scenario", "Title", "Question"), rows)
    terminal.hint("next: frontsim run kupiansk")
