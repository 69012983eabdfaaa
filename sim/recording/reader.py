"""Reading a recording: opened from its two ends, sought by block, replayed or checked as a whole.

Opening reads the header and the footer only; events are read when they are asked for, a block at a time.
"""

from __future__ import annotations

import bisect
import dataclasses
import functools
import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sim.errors import InvariantError, UsageError
from sim.model.events import Event
from sim.model.quantities import Seconds, in_days
from sim.recording.ledger import Ledger, imbalance
from sim.recording.recording_file import RecordingFile
from sim.recording.records import KeyframeLine, read_event, read_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sim.model.scenario import Scenario
    from sim.model.state import State
    from sim.recording.ledger import Listener
    from sim.recording.records import Header

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class _Block:
    """A part of the events, read: the keyframe's line, and each event with its time."""

    number: int
    keyframe: bytes
    lines: list[bytes]
    times: list[Seconds]
    events: list[Event]


class Recording:
    """A run as it was recorded; nothing is simulated. `open` is the usual way to one.

    Raises DamagedRecordingError from every method: where a part of the file that is needed is damaged.
    """

    def __init__(self, file: RecordingFile) -> None:
        self._file = file
        self._cached: _Block | None = None
        self._folded: tuple[_Block, Ledger, int] | None = None
        """How far a block was last folded: requests mostly come in the order of time."""
        self._times = [block.t for block in file.footer.blocks]
        self.path: Path = file.path
        self.header: Header = file.header
        self.end: Seconds = file.footer.end
        """When the run ended."""
        self.reason: str | None = file.footer.reason
        """Why the run ended: the horizon, or a condition; none where its events do not say."""
        self.event_count: int = file.footer.events
        self.counts: Mapping[str, int] = file.footer.counts
        """How many events of each kind it holds."""
        self.digest: str = file.footer.sha256
        """SHA-256 of its event lines, as written in its footer; `check` works it out again."""

    def __repr__(self) -> str:
        return f"<Recording of {self.header.name}, seed {self.header.seed}: {self.path}>"

    @classmethod
    def open(cls, path: str | Path) -> Recording:
        """Open a recording.

        Raises FileError where there is no such file, or it cannot be read. Raises DamagedRecordingError where
        it is truncated, altered, something else, or of an older or newer version.
        """
        return cls(RecordingFile(Path(path)))

    @functools.cached_property
    def scenario(self) -> Scenario:
        """The scenario that was run, made again from the header."""
        from sim.scenario_file.read import read_document  # noqa: PLC0415 - opening takes half the time without it

        return read_document(self.header.scenario)

    def state_at(self, t: Seconds) -> State:
        """Return what the front looked like at a time from 0 to `end`, all events at that time included.

        Raises UsageError where the recording does not reach that time.
        """
        if not 0 <= t <= self.end:
            raise UsageError(
                f"{self.path} reaches from day 0 to day {in_days(self.end):g}, "
                f"and day {in_days(t):g} is outside it. Name a time within that span."
            )
        block = self._block(max(0, bisect.bisect_right(self._times, t) - 1))
        until = bisect.bisect_right(block.times, t)
        folded, self._folded = self._folded, None
        if folded is None or folded[0] is not block or folded[2] > until:
            folded = block, self._ledger(block), 0
        _, ledger, start = folded
        self._fold(ledger, block, until, start)
        self._folded = block, ledger, until
        state = ledger.state.copy()
        state.t = t
        return state

    def events(self, start: Seconds = 0, stop: Seconds | None = None) -> Iterator[tuple[Seconds, Event]]:
        """Yield events with their times, in their order.

        `stop`: time before which to end, so that ``events(a, b)`` and ``events(b, c)`` join without a gap;
        none goes on to the last event.
        """
        first = max(0, bisect.bisect_left(self._times, start) - 1)
        last = len(self._times) if stop is None else bisect.bisect_left(self._times, stop)
        for number in range(first, last):
            block = self._block(number)
            here = bisect.bisect_left(block.times, start)
            until = len(block.times) if stop is None else bisect.bisect_left(block.times, stop)
            yield from zip(block.times[here:until], block.events[here:until], strict=True)

    def events_of(self, *kinds: type[Kind]) -> Iterator[tuple[Seconds, Kind]]:
        """Yield the events of these kinds with their times, in their order; no others are decoded."""
        names = b"|".join(kind.__name__.encode() for kind in kinds)
        is_asked_for = re.compile(rb'\{"t":-?\d+,"event":"(?:%b)"' % names).match
        for number in range(len(self._times)):
            _, lines = self._file.block(number)
            yield from self._decoded(number, [line for line in lines if is_asked_for(line)])  # type: ignore[misc]  # by name

    def replay(self, *listeners: Listener) -> State:
        """Apply every event once, in order, show it to the listeners, and return the front at the end."""
        ledger = self._ledger(self._block(0), listeners)
        for number in range(len(self._times)):
            block = self._block(number)
            self._fold(ledger, block, len(block.events))
        return ledger.state

    def check(self) -> None:
        """Read everything and hold it against what the recording says of itself.

        The digest is worked out again, every keyframe is compared with the events before it, and the books
        must balance at each. Raises DamagedRecordingError where the recording is not what it says. Raises
        InvariantError where it is what was written, but tonnes or soldiers do not add up.
        """
        sha256 = hashlib.sha256()
        counts: Counter[str] = Counter()
        unbalanced: list[str] = []
        folded: State | None = None
        for number in range(len(self._times)):
            block = self._read_block(number)
            sha256.update(b"".join(block.lines))
            counts.update(type(event).__name__ for event in block.events)
            ledger = self._ledger(block)
            if folded is not None and folded != ledger.state:
                raise self._file.damaged(f"in part {number + 1}: {_differences(folded, ledger.state)}")
            unbalanced += _imbalances(ledger.state)
            self._fold(ledger, block, len(block.events))
            folded = ledger.state
        if sha256.hexdigest() != self.digest:
            raise self._file.damaged("in its events: their digest is not the one in its footer")
        if folded is None or folded.t != self.end or dict(counts) != dict(self.counts):
            raise self._file.damaged("in its footer: its end or its counts are not those of its events")
        unbalanced += _imbalances(folded)
        if unbalanced:
            raise InvariantError(
                f"{self.path} is whole, but its books do not balance {unbalanced[0]}. "
                "This is a bug; please report it with the scenario and the seed."
            )

    def _block(self, number: int) -> _Block:
        """Return a block; the most recent one is cached, since requests are usually close together."""
        if self._cached is None or self._cached.number != number:
            self._cached = self._read_block(number)
        return self._cached

    def _read_block(self, number: int) -> _Block:
        keyframe, lines = self._file.block(number)
        pairs = self._decoded(number, lines)
        times = [t for t, _ in pairs]
        if times != sorted(times) or (number and times[:1] != [self._times[number]]):
            raise self._file.damaged(f"in part {number + 1}: its events are out of order")
        return _Block(number, keyframe, lines, times, [event for _, event in pairs])

    def _decoded(self, number: int, lines: Sequence[bytes]) -> list[tuple[Seconds, Event]]:
        try:
            return [read_event(line) for line in lines]
        except ValueError as problem:
            raise self._file.damaged(f"in part {number + 1}: {problem}") from problem

    def _ledger(self, block: _Block, listeners: Sequence[Listener] = ()) -> Ledger:
        """Return the ledger as it stood when a block began."""
        try:
            state = read_line(block.keyframe, KeyframeLine).keyframe
        except ValueError as problem:
            raise self._file.damaged(f"in part {block.number + 1}: {problem}") from problem
        return Ledger(state, self.header.towns, self.header.routes, listeners)

    def _fold(self, ledger: Ledger, block: _Block, until: int, start: int = 0) -> None:
        """Carry a ledger on over the first events of a block, or from one of them on."""
        try:
            for t, event in zip(block.times[start:until], block.events[start:until], strict=True):
                ledger.apply(t, event)
        except InvariantError as misfit:
            where = f"in part {block.number + 1}"
            raise self._file.damaged(f"{where}: its events do not follow from one another") from misfit


def _imbalances(state: State) -> list[str]:
    return [
        f"on day {in_days(state.t):g} for {side}: {found.tonnes:+.6f} t and {found.soldiers:+d} soldiers"
        for side, found in imbalance(state).items()
        if found.is_broken
    ]


def _differences(folded: State, keyframe: State) -> str:
    """Return in words what differs between two states that should be one."""
    names = [
        field.name
        for field in dataclasses.fields(keyframe)
        if getattr(folded, field.name) != getattr(keyframe, field.name)
    ]
    return f"its keyframe does not match the events before it ({', '.join(names)})"
