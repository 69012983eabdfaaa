"""``frontsim verify RECORDING``: check that it is intact, simulate it again, and compare every event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from sim.model.quantities import Seconds

if TYPE_CHECKING:
    from pathlib import Path

    from sim.cli.terminal import Terminal
    from sim.model.events import Event
    from sim.recording.reader import Recording

NOT_INSTALLED: Final = "not installed"
"""What a recording calls the version of a checkout."""
Cause: TypeAlias = Literal["other random numbers", "other versions", "a checkout", "a bug"]
"""Why a run may not be reproduced, the most likely first."""


def verify_recording(terminal: Terminal, path: Path) -> bool:
    """Check a recording, simulate it again, print the result; return whether every event is the same."""
    from sim.recording.reader import Recording

    opened = Recording.open(path)
    opened.check()
    terminal.detail(f"{path} is intact; simulating it again")
    difference = first_difference(opened)
    others = other_versions(opened)
    if terminal.wants_json:
        terminal.print_json(_values(opened, difference, others))
    else:
        _print_result(terminal, opened, difference, others)
    return difference is None


@dataclass(frozen=True, slots=True)
class EventDifference:
    """The first event that differs."""

    number: int
    """From 1."""
    t: Seconds
    recorded: str | None
    """The event as a line of a recording; none where the recording has ended."""
    simulated: str | None


def first_difference(recording: Recording) -> EventDifference | None:
    """Simulate a recording again; return the first event that differs, if any."""
    from sim.engine.simulation import simulate

    events, count, found = recording.events(), 0, None

    def compare(t: Seconds, event: Event) -> None:
        nonlocal count, found
        if found is None:
            count += 1
            recorded = next(events, None)
            if recorded != (t, event):
                found = _difference(count, recorded, (t, event))

    header = recording.header
    simulate(recording.scenario, header.seed, replication=header.replication, emit=compare)
    left = next(events, None) if found is None else None
    return found if left is None else _difference(count + 1, left, None)


def _difference(
    number: int, recorded: tuple[Seconds, Event] | None, simulated: tuple[Seconds, Event] | None
) -> EventDifference:
    """Return two events that differ, as lines of a recording."""
    from sim.recording.records import event_line

    lines = [each and event_line(*each).decode().rstrip("\n") for each in (recorded, simulated)]
    pair = recorded or simulated
    assert pair is not None
    return EventDifference(number, pair[0], *lines)


def other_versions(recording: Recording) -> dict[str, tuple[str, str]]:
    """Return the packages whose versions differ from those of the recording: then and now."""
    from sim.recording.records import made_with

    then, now = recording.header.made_with, made_with()
    pairs = {name: (then.get(name, "unknown"), version) for name, version in now.items()}
    return {name: (was, version) for name, (was, version) in pairs.items() if was != version}


def _values(
    recording: Recording, difference: EventDifference | None, others: dict[str, tuple[str, str]]
) -> dict[str, Any]:
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


def _print_result(
    terminal: Terminal,
    recording: Recording,
    difference: EventDifference | None,
    others: dict[str, tuple[str, str]],
) -> None:
    header = recording.header
    terminal.say(
        f"{recording.path} is intact: {recording.event_count:,} events; digest, keyframes and ledger agree."
    )
    changes = ", ".join(f"{name} {then} then and {now} now" for name, (then, now) in others.items())
    if difference is None:
        terminal.say(
            f"Simulated again with seed {header.seed}, replication {header.replication}: "
            "every event is the same.",
            bold=True,
        )
        if changes:
            terminal.say(f"This holds although versions differ: {changes}.")
        return
    from sim.analysis.text import moment_name

    terminal.say(
        f"Simulated again, event {difference.number:,} of {recording.event_count:,} differs. "
        f"{moment_name(recording.scenario.start, difference.t)}.",
        bold=True,
    )
    terminal.say(f"  recorded:  {difference.recorded or 'no further event'}")
    terminal.say(f"  simulated: {difference.simulated or 'no further event'}")
    terminal.say(_reason(cause_of(recording, others), changes))


def cause_of(recording: Recording, others: dict[str, tuple[str, str]]) -> Cause:
    """Return why a recording was probably not reproduced, given the `other_versions`."""
    from sim.verification.machine_numbers import differing_numbers

    if differing_numbers():
        return "other random numbers"
    if others:
        return "other versions"
    return "a checkout" if recording.header.made_with.get("frontsim") == NOT_INSTALLED else "a bug"


def _reason(cause: Cause, changes: str) -> str:
    from sim.verification.machine_numbers import differing_numbers

    made = f" It was made with other versions: {changes}." if changes else ""
    if cause == "other random numbers":
        return (
            f"The {' and '.join(differing_numbers())} on this machine differ from the reference, so no run "
            f"made elsewhere can be reproduced here.{made} Another version of numpy may help."
        )
    if cause == "other versions":
        return (
            f"It was made with other versions: {changes}. That may be the cause; install the same ones to be "
            "sure. Random numbers are not the cause: numpy draws the same ones here as everywhere."
        )
    if cause == "a checkout":
        return "It was made with the same versions, but from a checkout: the code may have changed since."
    return "It was made with the same versions, so this is a bug. Please report it with the recording."
