"""A recording's file: header, footer and blocks of lines, each read when it is asked for.

Knows where they are and that they are whole, and nothing of what events mean. Whatever is wrong with a file
is said in words, with what to do; no other error leaves this module.
"""

from __future__ import annotations

import itertools
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sim.command_line import command_line
from sim.errors import DamagedRecordingError, FileError
from sim.files.regular import open_regular
from sim.recording import gzip_blocks
from sim.recording.records import FORMAT, VERSION, Footer, FooterLine, FormatLine, Header, read_line
from sim.scenario_file.names import escape_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

AGAIN: Final = "Copy it again from its source, or record the run again."


class RecordingFile:
    """A recording's file, opened from its two ends.

    Raises FileError where there is no such file, or it cannot be read. Raises DamagedRecordingError where it
    is not a whole recording.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._identity: tuple[int, ...] | None = None
        self._remedy = AGAIN
        with self._opened() as file:
            size = os.fstat(file.fileno()).st_size
            self.header, begin = self._read_header(file)
            self.footer, self._end = self._read_footer(file, size)
        self._check_index(begin)

    def block(self, number: int) -> tuple[bytes, list[bytes]]:
        """Return the keyframe line and the event lines of a block, counted from 0.

        Raises DamagedRecordingError where the block is not what the footer says, or the file was replaced
        since it was opened.
        """
        blocks = self.footer.blocks
        here = blocks[number]
        following = blocks[number + 1 :]
        after = following[0].offset if following else self._end
        until = following[0].first if following else self.footer.events
        where = f"in part {number + 1} of {len(blocks)}"
        with self._opened() as file:
            text = self._member(file, here.offset, after, where)
        keyframe, *lines = text.splitlines(keepends=True)
        if len(lines) != until - here.first:
            raise self.damaged(f"{where}: it holds {len(lines)} events instead of {until - here.first}")
        return keyframe, lines

    def damaged(self, what: str) -> DamagedRecordingError:
        """Return an error that says what is wrong with this file, and what to do."""
        return DamagedRecordingError(f"{self.path} is damaged {what}. {self._remedy}")

    def _read_header(self, file: BinaryIO) -> tuple[Header, int]:
        """Return the header and where it ends; raise a clear error if the file is not a recording."""
        start = file.read(len(gzip_blocks.MAGIC))
        if not start:
            raise DamagedRecordingError(f"{self.path} is empty, so it is not a recording. {AGAIN}")
        if start != gzip_blocks.MAGIC:
            raise self._foreign("recordings are packed with gzip, and this is not")
        file.seek(0)
        try:
            text, end = gzip_blocks.read_member(file)
        except ValueError as problem:
            raise self.damaged(f"at its beginning: {problem}") from problem
        try:
            first = read_line(text, FormatLine)
        except ValueError:
            raise self._foreign("its first line is not the header of a recording") from None
        if first.format != FORMAT:
            raise self._foreign(f"its first line calls it {first.format[:40]!r}")
        if first.version > VERSION:
            raise DamagedRecordingError(
                f"{self.path} was written by a newer frontsim, in version {first.version} of the format; "
                f"this one reads version {VERSION}. Update frontsim."
            )
        if first.version < VERSION:
            raise DamagedRecordingError(
                f"{self.path} was made with an older frontsim, whose events this one does not read. "
                "Run its scenario again."
            )
        return self._understood(text), end

    def _understood(self, text: bytes) -> Header:
        """Return the header that is written here, and remember how to make the recording again."""
        try:
            header = read_line(text, Header)
        except ValueError as problem:
            raise self.damaged(f"in its header: {problem}") from problem
        towns = dict.fromkeys(header.towns)
        if not all(end in towns for ends in header.routes.values() for end in ends):
            raise self.damaged("in its header: a route leads to a town that is not there")
        self._remedy = (
            f"Copy it again from its source, or record {escape_terminal(header.name)} again "
            f"with --seed {header.seed} --replication {header.replication}."
        )
        return header

    def _read_footer(self, file: BinaryIO, size: int) -> tuple[Footer, int]:
        """Return the footer, and where it begins."""
        file.seek(max(0, size - gzip_blocks.TRAILER_SIZE))
        last = file.read(gzip_blocks.TRAILER_SIZE)
        offset = gzip_blocks.footer_offset(last)
        if offset is None or offset >= size:
            raise self.damaged("at its end: its last bytes are missing or altered, so it may be cut off")
        where = "in its footer"
        text = self._member(file, offset, size - gzip_blocks.TRAILER_SIZE, where)
        try:
            return read_line(text, FooterLine).footer, offset
        except ValueError as problem:
            raise self.damaged(f"{where}: {problem}") from problem

    def _check_index(self, begin: int) -> None:
        """Raise where the footer's list of blocks cannot be that of this file."""
        blocks, footer = self.footer.blocks, self.footer
        offsets = [block.offset for block in blocks]
        firsts = [block.first for block in blocks]
        times = [block.t for block in blocks]
        fits = (
            offsets[:1] == [begin]
            and firsts[:1] == [0]
            and _rises([*offsets, self._end], at_least=1)
            and _rises([*firsts, footer.events], at_least=0)
            and _rises([0, *times, footer.end], at_least=0)
        )
        if not fits:
            raise self.damaged("in its footer: the list of its parts does not fit the file")

    def _member(self, file: BinaryIO, start: int, end: int, where: str) -> bytes:
        """Return the lines of the member that fills this part of the file."""
        file.seek(start)
        try:
            text, taken = gzip_blocks.read_member(file)
        except ValueError as problem:
            raise self.damaged(f"{where}: {problem}") from problem
        if start + taken != end or not text.endswith(b"\n"):
            raise self.damaged(f"{where}: it does not end where it should")
        return text

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        """Open the file for a moment: it may not have changed since the first time."""
        try:
            with open_regular(self.path, is_named=True) as file:
                status = os.fstat(file.fileno())
                identity = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
                if self._identity not in {None, identity}:
                    raise DamagedRecordingError(
                        f"{self.path} was replaced or changed while it was being read. Open it again."
                    )
                self._identity = identity
                yield file
        except FileNotFoundError as problem:
            record = command_line("run", "SCENARIO", options=["--out", self.path])
            raise FileError(f"There is no file {self.path}. Record one with: {record}") from problem
        except OSError as problem:
            reason = problem.strerror or str(problem)
            raise FileError(
                f"{self.path} cannot be read: {reason}. Name a recording that frontsim run has written."
            ) from problem

    def _foreign(self, why: str) -> DamagedRecordingError:
        return DamagedRecordingError(
            f"{self.path} is not a recording: {why}. Name a file written by frontsim run."
        )


def _rises(numbers: list[int], at_least: int) -> bool:
    return all(later - earlier >= at_least for earlier, later in itertools.pairwise(numbers))
