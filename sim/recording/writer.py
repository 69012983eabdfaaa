"""Writing a recording while a run goes on: lines gathered into blocks, each begun by a keyframe."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.errors import FileError
from sim.files.atomic_file import AtomicFile, FileInMemory
from sim.model.events import EVENT_TYPES, Event, RunEnded
from sim.model.quantities import DAY, Seconds
from sim.recording import gzip_blocks
from sim.recording.ledger import Ledger
from sim.recording.records import Block, Footer, Header, event_line, line_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from sim.model.scenario import Scenario
    from sim.recording.ledger import Listener

BLOCK_SPAN: Final[Seconds] = 5 * DAY
"""Time after which a new block begins: a seek folds at most this much."""
BLOCK_SIZE: Final = 1024 * 1024
"""Bytes of lines after which a new block begins in any case, so that seeks stay quick in dense runs."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was written."""

    path: Path
    sha256: str
    events: int
    bytes: int


class RecordingWriter:
    """A recording being written; nothing of it is left unless `finish` was called.

    `scenario`: what is run; its opening state is where the ledger begins. `force`: whether a file of that
    name may be replaced. `listeners`: who else follows the ledger, so that each event is applied once for
    all. Raises FileError from every method: where something is in the way, there is no such folder, or the
    disk is full.

    Examples
    --------
    ::

        with RecordingWriter("run.jsonl.gz", header, scenario) as writer:
            simulate(scenario, seed, emit=writer.emit)
            receipt = writer.finish()
    """

    def __init__(
        self,
        path: str | Path | FileInMemory,
        header: Header,
        scenario: Scenario,
        force: bool = False,
        listeners: Sequence[Listener] = (),
    ) -> None:
        self._file = path if isinstance(path, FileInMemory) else AtomicFile(path, force)
        self._header = header
        self._ledger = Ledger.of(scenario, listeners)
        self._counts = dict.fromkeys(EVENT_TYPES.values(), 0)
        self._last: Event | None = None
        self._sha256 = hashlib.sha256()
        self._offset = 0
        self._blocks: list[Block] = []
        self._events = 0
        self._block_end: Seconds = BLOCK_SPAN
        self._block_begin: Seconds = 0
        self._keyframe = line_of(self._ledger.state)
        self._lines: list[bytes] = []
        self._size = 0

    def __enter__(self) -> RecordingWriter:
        self._file.__enter__()
        try:
            self._write(line_of(self._header))
        except BaseException as problem:
            self.__exit__(type(problem), problem, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.__exit__(kind, problem, trace)

    def emit(self, t: Seconds, event: Event) -> None:
        """Write one event, and enter it in the ledger.

        Raises InvariantError where the event does not fit the ledger; its time is never before that of the
        event before.
        """
        if t >= self._block_end or self._size >= BLOCK_SIZE:
            self._begin_block(t)
        self._ledger.apply(t, event)
        line = event_line(t, event)
        self._lines.append(line)
        self._size += len(line)
        self._counts[type(event)] += 1
        self._last = event

    def finish(self) -> Receipt:
        """Close the recording and give it its name."""
        end = self._ledger.state.t
        self._begin_block(end)
        footer = Footer(
            events=self._events,
            end=end,
            reason=self._last.reason if isinstance(self._last, RunEnded) else None,
            sha256=self._sha256.hexdigest(),
            counts={kind.__name__: count for kind, count in self._counts.items() if count},
            blocks=tuple(self._blocks),
        )
        trailer = gzip_blocks.trailer(self._offset)
        self._write(line_of(footer))
        self._file.write(trailer)
        self._file.keep()
        return Receipt(self._file.path, footer.sha256, footer.events, self._offset + len(trailer))

    def _begin_block(self, t: Seconds) -> None:
        """Write the block that is full, and begin another with the ledger as it stands."""
        if self._lines or not self._blocks:
            events = b"".join(self._lines)
            self._sha256.update(events)
            self._blocks.append(Block(t=self._block_begin, offset=self._offset, first=self._events))
            self._write(self._keyframe + events)
            self._events += len(self._lines)
        self._keyframe = line_of(self._ledger.state)
        self._block_begin = t
        self._block_end = (t // BLOCK_SPAN + 1) * BLOCK_SPAN
        self._lines.clear()
        self._size = 0

    def _write(self, lines: bytes) -> None:
        try:
            packed = gzip_blocks.pack(lines)
        except ValueError as problem:
            msg = f"{self._file.path} cannot be written: {problem}. Record a smaller scenario."
            raise FileError(msg) from problem
        self._file.write(packed)
        self._offset += len(packed)
