"""``frontsim verify``: whether a recording is whole, and whether the same run comes out again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli.arguments import recording_argument
from sim.cli.command import command
from sim.cli.terminal import Terminal
from sim.domain.quantities import Seconds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sim.archive.recording import Recording
    from sim.domain.events import Event

NOT_INSTALLED: Final = "not installed"
"""What a recording calls the version of a checkout."""
DIFFERS: Final = 1
"""Exit code where the run does not come out again."""


@command(
    "verify",
    "Simulate a recording again and compare.",
    ("frontsim verify runs/kupiansk-seed1.jsonl.gz", "Check the file, simulate again, compare each event."),
    ("frontsim verify runs/kupiansk-seed1.jsonl.gz --json", "The same for a programme."),
)
@recording_argument
@click.pass_context
def verify_command(context: click.Context, recording: Path) -> None:
    """Check RECORDING and simulate it again; name the first event that differs.

    Its digest, its keyframes and its books are checked. Then the scenario in it is simulated with its seed
    and replication. Exit code 0: the same, event by event. 1: something differs.
    """
    terminal = context.ensure_object(Terminal)
    from sim.archive.recording import Recording

    opened = Recording.open(recording)
    opened.check()
    terminal.explain(f"{recording} is whole; simulating it again")
    difference = compared(opened)
    others = other_versions(opened)
    if terminal.wants_json:
        terminal.object(_values(opened, difference, others))
    else:
        _tell(terminal, opened, difference, others)
    context.exit(DIFFERS if difference else 0)


@dataclass(frozen=True, slots=True)
class Difference:
    """The first event that is not the same.

    Attributes
    ----------
    number
        Which event, from 1.
    t
        When it happened, in the recording or, where that has ended, now; s.
    recorded, simulated
        The event as its line in a recording; none where there is none.
    """

    number: int
    t: Seconds
    recorded: str | None
    simulated: str | None


class _Comparison:
    """Holds each event of a run against the next one recorded."""

    def __init__(self, events: Iterator[tuple[Seconds, Event]]) -> None:
        self._events = events
        self._number = 0
        self.first: Difference | None = None

    def emit(self, t: Seconds, event: Event) -> None:
        """Compare one event; what comes after the first difference is of no interest."""
        if self.first is None:
            self._compare((t, event))

    def finish(self) -> None:
        """Note what was recorded beyond the end of the run."""
        left = next(self._events, None) if self.first is None else None
        if left is not None:
            self.first = Difference(self._number + 1, left[0], _line(left), None)

    def _compare(self, simulated: tuple[Seconds, Event]) -> None:
        self._number += 1
        recorded = next(self._events, None)
        if recorded != simulated:
            t = simulated[0] if recorded is None else recorded[0]
            self.first = Difference(self._number, t, recorded and _line(recorded), _line(simulated))


def compared(recording: Recording) -> Difference | None:
    """Return the first event that differs when a recording is simulated again; none where all are the same.

    Parameters
    ----------
    recording
        Whole.
    """
    from sim.engine.run import simulate

    header = recording.header
    comparison = _Comparison(recording.events())
    simulate(recording.scenario, header.seed, replication=header.replication, emit=comparison.emit)
    comparison.finish()
    return comparison.first


def other_versions(recording: Recording) -> dict[str, tuple[str, str]]:
    """Return what the recording was made with that is not what is here: by package, then and now."""
    from sim.archive.lines import made_with

    then, now = recording.header.made_with, made_with()
    return {
        name: (then.get(name, "unknown"), version)
        for name, version in now.items()
        if then.get(name, "unknown") != version
    }


def _line(pair: tuple[Seconds, Event]) -> str:
    """Return an event as its line in a recording."""
    from sim.archive.lines import event_line

    return event_line(*pair).decode().rstrip("\n")


def _values(
    recording: Recording, difference: Difference | None, others: dict[str, tuple[str, str]]
) -> dict[str, Any]:
    """Return what was found as plain values."""
    import dataclasses

    return {
        "recording": str(recording.path),
        "is_whole": True,
        "is_same": difference is None,
        "events": recording.event_count,
        "sha256": recording.digest,
        "first_difference": None if difference is None else dataclasses.asdict(difference),
        "other_versions": {name: {"then": then, "now": now} for name, (then, now) in others.items()},
    }


def _tell(
    terminal: Terminal,
    recording: Recording,
    difference: Difference | None,
    others: dict[str, tuple[str, str]],
) -> None:
    """Print what was found."""
    header = recording.header
    terminal.say(
        f"{recording.path} is whole: {recording.event_count:,} events; digest, keyframes and books agree."
    )
    changes = ", ".join(f"{name} {then} then and {now} now" for name, (then, now) in others.items())
    if difference is None:
        terminal.say(
            f"Simulated again with seed {header.seed}, replication {header.replication}: "
            "every event is the same.",
            bold=True,
        )
        if changes:
            terminal.say(f"It holds for other versions too: {changes}.")
        return
    _tell_difference(terminal, recording, difference)
    if changes:
        terminal.say(
            f"It was made with other versions: {changes}. That may be why; install the same to be sure."
        )
    elif header.made_with.get("frontsim") == NOT_INSTALLED:
        terminal.say("It was made with the same versions, but from a checkout: has the code changed since?")
    else:
        terminal.say(
            "It was made with the same versions, so this is a bug. Please report it with the recording."
        )


def _tell_difference(terminal: Terminal, recording: Recording, difference: Difference) -> None:
    """Print the first event that differs."""
    from sim.archive.words import moment_name

    start = recording.scenario.start
    terminal.say(
        f"Simulated again, event {difference.number:,} of {recording.event_count:,} is another. "
        f"{moment_name(start, difference.t)}.",
        bold=True,
    )
    terminal.say(f"  recorded:  {difference.recorded or 'nothing more'}")
    terminal.say(f"  simulated: {difference.simulated or 'nothing more'}")
