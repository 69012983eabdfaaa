"""Where each tried vector of a calibration led, noted as soon as it is known, so that it can go on later.

One line of JSON for each, after a first one that says of which calibration they are. A line that was being
written when the machine went down is left out; whatever stands before it is good.
"""

from __future__ import annotations

import base64
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np

from sim.errors import FileError

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

FORMAT: Final = "frontsim calibration"
ENDING: Final = ".unfinished.jsonl"
_LARGEST: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class Tried:
    """Where a vector led.

    Attributes
    ----------
    control
        How far its runs are from who held what.
    rest
        How far they are from all else that counts.
    occupied
        Which towns were; shape (runs, dates, towns).
    """

    control: float
    rest: float
    occupied: np.ndarray

    @property
    def distance(self) -> float:
        """How far its runs are from what happened, in all."""
        return self.control + self.rest

    def line(self, number: int) -> bytes:
        """Return it as a line."""
        values = {
            "vector": number,
            "control": self.control,
            "rest": self.rest,
            "shape": list(self.occupied.shape),
            "occupied": base64.b64encode(np.packbits(self.occupied).tobytes()).decode(),
        }
        return json.dumps(values).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> tuple[int, Tried]:
        """Return the vector's number, and where it led, from a line."""
        values = json.loads(line)
        shape = tuple(values["shape"])
        bits = np.frombuffer(base64.b64decode(values["occupied"]), dtype=np.uint8)
        occupied = np.unpackbits(bits, count=int(np.prod(shape))).reshape(shape).astype(bool)
        return int(values["vector"]), cls(float(values["control"]), float(values["rest"]), occupied)


class Journal:
    """What is known of a calibration's vectors; on disk where a path is given.

    Parameters
    ----------
    path
        The file; none where nothing is kept.
    resumes
        Whether to go on with what the file holds.

    Raises
    ------
    FileError
        Where a file is in the way, is of another calibration, is damaged, or cannot be written.
    """

    def __init__(
        self, path: Path | None = None, of: str = "", *, resumes: bool = False, force: bool = False
    ) -> None:
        self.path = path
        self.known: dict[int, Tried] = {}
        self._file: BinaryIO | None = None
        if path is None:
            return
        try:
            if not resumes and not force and path.exists():
                msg = (
                    f"{path} holds what a calibration had finished when it was stopped. Go on with it by "
                    f"--resume, or throw it away by --force."
                )
                raise FileError(msg)
            good = self._read(path, of) if resumes and path.exists() else 0
            self._open(path, of, good)
        except OSError as problem:
            raise _not_written(path, problem) from problem

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            if not self.known:  # nothing is lost with it
                self.throw_away()

    def note(self, number: int, tried: Tried) -> None:
        """Note where a vector led; it is on the disk when this returns."""
        self.known[number] = tried
        self._write(tried.line(number))

    def throw_away(self) -> None:
        """Remove the file: the calibration is finished."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def _write(self, line: bytes) -> None:
        if self._file is None or self.path is None:
            return
        try:
            self._file.write(line)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as problem:
            raise _not_written(self.path, problem) from problem

    def _open(self, path: Path, of: str, good: int) -> None:
        """Open the file after what is good of it, and begin it where nothing is."""
        self._file = path.open("r+b" if good else "wb")
        self._file.truncate(good)
        self._file.seek(good)
        if not good:
            self._write(json.dumps({"format": FORMAT, "version": 1, "of": of}).encode() + b"\n")

    def _read(self, path: Path, of: str) -> int:
        """Take over what a file holds; return how much of it is good."""
        if path.stat().st_size > _LARGEST:
            raise FileError(f"{path} is larger than any calibration. Name another --out.")
        head, _, rest = path.read_bytes().partition(b"\n")
        first = _plain(head)
        if first.get("format") != FORMAT:
            raise FileError(f"{path} is no unfinished calibration. Name another --out, or use --force.")
        if first.get("of") != of:
            msg = (
                f"{path} is of another calibration: another scenario, truth, window, seed, set of parameters "
                f"or number of vectors, or other versions of what it runs on. Begin anew with --force."
            )
            raise FileError(msg)
        good = len(head) + 1
        for line in rest.splitlines(keepends=True):
            if not line.endswith(b"\n"):
                break
            try:
                number, tried = Tried.from_line(line)
            except (ValueError, KeyError, TypeError) as problem:
                raise FileError(f"{path} is damaged. Begin anew with --force.") from problem
            self.known[number] = tried
            good += len(line)
        return good


def _plain(line: bytes) -> dict[str, Any]:
    """Return a line's values; none where it is no JSON table."""
    with suppress(ValueError):
        found = json.loads(line)
        if isinstance(found, dict):
            return found
    return {}


def _not_written(path: Path, problem: OSError) -> FileError:
    reason = problem.strerror or str(problem)
    return FileError(f"{path} cannot be written: {reason}. Name another --out.")
