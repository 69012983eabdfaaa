"""``frontsim why``: explain the supply of a town."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli import option
from sim.cli.command import argument, command
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.cli.terminal import Terminal


@command(
    "why",
    "Explain the supply of a town.",
    ("frontsim why kupiansk runs/kupiansk-seed1.jsonl.gz --at d60", "On day 60 of a recorded run."),
    (
        'frontsim why "Куп\'янськ" runs/kupiansk-seed1.jsonl.gz --at "d23 06:00"',
        "By its Ukrainian name, at a certain hour.",
    ),
    ("frontsim why zapadne runs/kupiansk-seed1.jsonl.gz --json", "At the end of the run, as JSON."),
)
@argument("town", "Id or name of a town, in Latin or Ukrainian letters.")
@option.recording_argument
@option.at("Moment of the run. Default: its end.")
@click.pass_obj
def why_command(terminal: Terminal, town: str, recording: Path, at: str | None) -> None:
    """Print what a town needs and gets, by which route, what limits it and what would help."""
    from sim.analysis.moment import why_text
    from sim.analysis.supply_trace import why
    from sim.cli.parse import moment_of, town_named
    from sim.recording.reader import Recording

    if Path(town).is_file() and not recording.exists():
        raise UsageError(f"{town} is a file, and the town comes first: frontsim why {recording} {town}")
    opened = Recording.open(recording)
    found = town_named(opened.scenario, town)
    state = opened.state_at(moment_of(opened, at))
    if terminal.wants_json:
        values = why(opened.scenario, state, found, opened.header)
        terminal.print_json({"recording": str(recording), **values})
    else:
        terminal.print_wrapped(why_text(opened.scenario, state, found, opened.header))
