"""``frontsim sources``: every number of a scenario, with its status, its range, its source and a link."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import click

from sim.cli import option
from sim.cli.command import argument, command
from sim.cli.completion import BASELINE, complete_scenarios
from sim.cli.inputs import read_changed
from sim.cli.terminal import Terminal
from sim.command_line import command_line
from sim.scenario_file.names import count_of

if TYPE_CHECKING:
    from sim.model.scenario import Scenario

GRADES: Final = (
    "In brackets: the Admiralty code, A to F for how reliable the source is and 1 to 6 for how credible the "
    "claim, and how many of the numbers come from it. A source of 0 numbers only serves to check them."
)
"""What stands above the list of sources."""


@command(
    "sources",
    ("frontsim sources", "The numbers of the baseline, and where each comes from."),
    ("frontsim sources two-towns --json", "Those of another scenario, as JSON."),
)
@argument(
    "scenario",
    "A scenario file, or the name of a bundled scenario. Default: the baseline.",
    metavar="[SCENARIO]",
    default=BASELINE,
    shell_complete=complete_scenarios,
)
@option.overrides
@click.pass_context
def sources_command(context: click.Context, /, scenario: str, **_: object) -> None:
    """List the sources of a scenario with their links, then every number and what stands behind it.

    A number that is "assumed" although it names a source was chosen by the author within what the source
    leaves open. Grades are Admiralty codes: A to F say how reliable a source is, 1 to 6 how credible a claim.
    """
    from sim.scenario_file.sources import SourceCount, range_text

    terminal = context.ensure_object(Terminal)
    found = read_changed(context, scenario).scenario
    count = SourceCount.of(found)
    links = {source.id: source.url for source in found.sources}
    if terminal.wants_json:
        terminal.print_json(
            {
                "scenario": found.name,
                "counts": {each.name: len(getattr(count, each.name)) for each in dataclasses.fields(count)},
                "sources": [dataclasses.asdict(source) for source in found.sources],
                "numbers": [
                    {
                        "key": each.key,
                        "value": each.text,
                        "range": range_text(each) or None,
                        "status": each.status,
                        "source": each.source,
                        "link": links.get(each.source or ""),
                    }
                    for each in found.parameters
                ],
            }
        )
        return
    terminal.say(f"{found.name}. {count.text()}", bold=True)
    _print_sources(terminal, found)
    rows = [
        (each.key, each.text, range_text(each), each.status or "", each.source or "")
        for each in found.parameters
    ]
    terminal.table(("Number", "Value", "Range", "Status", "Source"), rows, title="Numbers")
    sweep = command_line("sweep", scenario, options=["--tornado"])
    terminal.hint(f"next: {sweep} (how much hangs on each)")


def _print_sources(terminal: Terminal, scenario: Scenario) -> None:
    if scenario.sources:
        terminal.heading("Sources")
        terminal.print_wrapped(GRADES)
    for source in scenario.sources:
        used = sum(each.source == source.id for each in scenario.parameters)
        numbers = count_of(used, "number")
        terminal.print_wrapped(f"  {source.id} ({source.grade}, {numbers}): {source.title}.")
        terminal.print_wrapped(f"      {source.publisher}, {source.date}. {source.note or ''}".rstrip())
        terminal.say(f"      {source.url or 'No link: worked out for frontsim.'}")
