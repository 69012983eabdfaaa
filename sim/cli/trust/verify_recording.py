"""``frontsim verify RECORDING``: whether it is whole, and whether the same run comes out again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from sim.model.quantities import Seconds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sim.cli.terminal import Terminal
    from sim.model.events import Event
    from sim.recording.reader import Recording

NOT_INSTALLED: Final = "not installed"
"""What a recording calls the version of a checkout."""
Cause: TypeAlias = Literal["other luck here", "other versions", "a checkout", "a bug"]
"""Why a run may come out another way, the most telling first."""


def verify_recording(terminal: Terminal, path: Path) -> bool:
    """Check a recording, simulate it again, and tell what was found.

    Raises
    ------
    FileError
        The file is missing, or is no whole recording.
    """
    from sim.recording.reader import Recording

    opened = Recording.open(path)
    opened.check()
    terminal.explain(f"{path} is whole; simulating it again")
    difference = compared(opened)
    others = other_versions(opened)
    if terminal.wants_json:
        terminal.object(_values(opened, difference, others))
    else:
        _tell(terminal, opened, difference, others)
    return difference is None


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
    """Return the first event that differs when a recording is simulated again.

    None where all are the same.
    """
    from sim.engine.run import simulate

    header = recording.header
    comparison = _Comparison(recording.events())
    simulate(recording.scenario, header.seed, replication=header.replication, emit=comparison.emit)
    comparison.finish()
    return comparison.first


def other_versions(recording: Recording) -> dict[str, tuple[str, str]]:
    """Return what the recording was made with that is not what is here: by package, then and now."""
    from sim.recording.records import made_with

    then, now = recording.header.made_with, made_with()
    return {
        name: (then.get(name, "unknown"), version)
        for name, version in now.items()
        if then.get(name, "unknown") != version
    }


def _line(pair: tuple[Seconds, Event]) -> str:
    """Return an event as its line in a recording."""
    from sim.recording.records import event_line

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
        "cause": None if difference is None else cause_of(recording, others),
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
    terminal.say(_reason(cause_of(recording, others), changes))


def cause_of(recording: Recording, others: dict[str, tuple[str, str]]) -> Cause:
    """Return why a recording may not have come out again.

    Parameters
    ----------
    others
        From `other_versions`.
    """
    from sim.verification.machine_numbers import strange_luck

    if strange_luck():
        return "other luck here"
    if others:
        return "other versions"
    return "a checkout" if recording.header.made_with.get("frontsim") == NOT_INSTALLED else "a bug"


def _reason(cause: Cause, changes: str) -> str:
    """Return in words why a recording may not have come out again, and what to do."""
    from sim.verification.machine_numbers import strange_luck

    made = f" It was made with other versions: {changes}." if changes else ""
    if cause == "other luck here":
        return (
            f"This machine's {' and '.join(strange_luck())} are not those of others, which is why: no run of "
            f"another machine can come out here.{made} Another numpy may help."
        )
    if cause == "other versions":
        return (
            f"It was made with other versions: {changes}. That may be why; install the same to be sure. "
            "Chance is not the reason: numpy draws the same numbers here as everywhere."
        )
    if cause == "a checkout":
        return "It was made with the same versions, but from a checkout: has the code changed since?"
    return "It was made with the same versions, so this is a bug. Please report it with the recording."


def _tell_difference(terminal: Terminal, recording: Recording, difference: Difference) -> None:
    """Print the first event that differs."""
    from sim.analysis.text import moment_name

    start = recording.scenario.start
    terminal.say(
        f"Simulated again, event {difference.number:,} of {recording.event_count:,} is another. "
        f"{moment_name(start, difference.t)}.",
        bold=True,
    )
    terminal.say(f"  recorded:  {difference.recorded or 'nothing more'}")
    terminal.say(f"  simulated: {difference.simulated or 'nothing more'}")
