"""``frontsim why``: why a town is supplied as it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.arguments import recording_argument
from sim.cli.command import command
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.cli.terminal import Terminal


@command(
    "why",
    "Say why a town is supplied as it is.",
    ("frontsim why kupiansk runs/kupiansk-seed1.jsonl.gz --at d60", "On day 60 of a recorded run."),
    (
        'frontsim why "Куп\'янськ" runs/kupiansk-seed1.jsonl.gz --at "d23 06:00"',
        "By another name, at an hour.",
    ),
    ("frontsim why zapadne runs/kupiansk-seed1.jsonl.gz --json", "At the end of the run, for a programme."),
)
@click.argument("town")
@recording_argument
@click.option("--at", metavar="DAY", help='When: 23, d23, 23.5, "d23 06:00" or 2025-02-19; else the end.')
@click.pass_obj
def why_command(terminal: Terminal, town: str, recording: Path, at: str | None) -> None:
    """Say what TOWN needs and gets, by which way, what limits it and what would help.

    TOWN is an id or a name, in Latin or Ukrainian letters. RECORDING is a file that frontsim run has
    written.
    """
    from sim.analysis.moment import why, why_text
    from sim.cli.moments import read_moment
    from sim.cli.towns import town_named
    from sim.recording.reader import Recording

    if Path(town).is_file() and not recording.exists():
        raise UsageError(f"{town} is a file, and the town comes first: frontsim why {recording} {town}")
    opened = Recording.open(recording)
    scenario = opened.scenario
    found = town_named(scenario, town)
    t = opened.end if at is None else read_moment(at, scenario.start, opened.end)
    state = opened.state_at(t)
    if terminal.wants_json:
        terminal.object({"recording": str(recording), **why(scenario, state, found.id, opened.header)})
    else:
        terminal.tell(why_text(scenario, state, found.id, opened.header))
