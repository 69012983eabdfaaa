"""A sweep's folder: one row a replication of each changed scenario, in Parquet, kept as they come.

::

    sweep.json                 what it is of
    values/00000.parquet       columns: changes, replication, and one a measure
    findings.json              what it found

``changes`` says how the scenario was changed, as a command line would; the scenario as it is has none.
Whoever asks for a row that is there does not run it again: so a sweep that was killed goes on where it was,
and another design on the same scenario uses what it can.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np

from sim.errors import FileError
from sim.files.atomic_file import AtomicFile
from sim.files.versioned_json import Description
from sim.model.quantities import DISCLAIMER
from sim.results.folder import LOCK, locked
from sim.results.meta import differing
from sim.results.sweep_findings import FILE as FINDINGS
from sim.results.tables import Names, packed, unpacked

if TYPE_CHECKING:
    from types import TracebackType

FORMAT: Final = "frontsim sweep"
VERSION: Final = 2
FILE: Final = "sweep.json"
VALUES: Final = "values"
ROWS: Final = 48
"""Rows that are gathered before they are written: so many are lost at most when a process is killed."""
_NAMES: Final = Names((), ())

Row = tuple[str, int]
"""How the scenario was changed, and which replication."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepMeta:
    """What a sweep's folder says of itself.

    Attributes
    ----------
    scenario
        With everything merged, as plain values: what was changed.
    """

    format: str = FORMAT
    version: int = VERSION
    disclaimer: str = DISCLAIMER
    name: str
    title: str
    seed: int
    overrides: tuple[str, ...] = ()
    hash: str
    measures: tuple[str, ...]
    made_with: Mapping[str, str] = field(default_factory=dict)
    scenario: dict[str, Any]


class SweepFolder:
    """A sweep's rows while they are being made.

    Parameters
    ----------
    resumes, force
        Whether what is there is gone on with, or thrown away.

    Raises
    ------
    FileError
        Where something else is there, or it is neither to be gone on with nor to be thrown away.
    """

    def __init__(
        self, folder: str | Path, meta: SweepMeta, *, resumes: bool = False, force: bool = False
    ) -> None:
        self.folder = Path(folder)
        self.meta = meta
        self._resumes = resumes and not force
        self._rows: dict[Row, np.ndarray] = {}
        self._new: list[Row] = []
        self._lock: IO[bytes] | None = None
        self._refuse(resumes=resumes, force=force)

    def __enter__(self) -> SweepFolder:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = locked(self.folder)
            self._begin()
        except OSError as problem:
            self._unlock()
            msg = f"{self.folder} cannot be written: {problem.strerror or problem}. Name another with --out."
            raise FileError(msg) from problem
        except BaseException:
            self._unlock()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.flush()
        finally:
            self._unlock()

    def __contains__(self, row: Row) -> bool:
        return row in self._rows

    def __len__(self) -> int:
        return len(self._rows)

    def values(self, row: Row) -> np.ndarray:
        """Return what was measured in a replication, shape (measures,).

        Parameters
        ----------
        row
            Which; it has to be there.
        """
        return self._rows[row]

    def keep(self, row: Row, values: np.ndarray) -> None:
        """Keep what was measured in a replication; it is written with others, or when the folder closes.

        Parameters
        ----------
        values
            Shape (measures,).
        """
        self._rows[row] = np.asarray(values, dtype=float)
        self._new.append(row)
        if len(self._new) >= ROWS:
            self.flush()

    def flush(self) -> None:
        """Write what was gathered."""
        if not self._new:
            return
        block = np.array([self._rows[row] for row in self._new])
        columns = {
            "changes": np.array([changes for changes, _ in self._new], dtype=object),
            "replication": np.array([number for _, number in self._new], dtype=np.int32),
        }
        columns |= {key: block[:, place] for place, key in enumerate(self.meta.measures)}
        taken = [int(path.stem) for path in self._parts()]
        self._write(self._values / f"{max(taken, default=-1) + 1:05d}.parquet", packed(columns, _NAMES))
        self._new.clear()

    @property
    def _values(self) -> Path:
        return self.folder / VALUES

    def _parts(self) -> list[Path]:
        """Return the files that hold rows, in order."""
        return sorted(path for path in self._values.glob("*.parquet") if path.stem.isdigit())

    def _begin(self) -> None:
        """Throw away what is not to stay, and read what is."""
        if not self._resumes and self._values.is_dir():
            (self.folder / FILE).unlink(missing_ok=True)
            shutil.rmtree(self._values)
            (self.folder / FINDINGS).unlink(missing_ok=True)
        self._values.mkdir(exist_ok=True)
        for where in (self.folder, self._values):
            for left in where.glob(".*.part"):
                left.unlink()
        text = json.dumps(dataclasses.asdict(self.meta), indent=1, ensure_ascii=False)
        self._write(self.folder / FILE, text.encode() + b"\n")
        for path in self._parts():
            self._read(path)

    def _read(self, path: Path) -> None:
        """Take up the rows of a file; one that was damaged is made again."""
        types = {"changes": np.dtype(object), "replication": np.dtype(np.int32)}
        types |= dict.fromkeys(self.meta.measures, np.dtype(np.float64))
        try:
            held = unpacked(path, _NAMES, types)
        except ValueError:
            path.unlink()
            return
        block = np.stack([held[key] for key in self.meta.measures], axis=1)
        rows = zip(held["changes"].tolist(), held["replication"].tolist(), strict=True)
        self._rows |= dict(zip(rows, block, strict=True))

    def _refuse(self, *, resumes: bool, force: bool) -> None:
        """Raise where the folder is not to be written to."""
        there = read_sweep_meta(self.folder)
        if there is None:
            own = {FILE, VALUES, FINDINGS, LOCK}
            others = (
                [
                    path.name
                    for path in self.folder.iterdir()
                    if path.name not in own and path.suffix != ".part"
                ]
                if self.folder.is_dir()
                else []
            )
            if others or (self.folder.exists() and not self.folder.is_dir()):
                msg = f"{self.folder} holds no sweep but something else. Name another with --out."
                raise FileError(msg)
        elif force:
            return
        elif not resumes:
            msg = (
                f"{self.folder} exists already. Go on with it with --resume, make it anew with --force, "
                "or name another with --out."
            )
            raise FileError(msg)
        else:
            self._refuse_other(there)

    def _refuse_other(self, there: SweepMeta) -> None:
        """Raise where the rows that are there and those to come would not belong together."""
        if there.hash != self.meta.hash or there.measures != self.meta.measures:
            what = "another scenario or seed" if there.hash != self.meta.hash else "other measures"
            msg = (
                f"{self.folder} cannot be gone on with: it is of {what} ({there.name}, seed {there.seed}, "
                f"{', '.join(there.measures)}). Repeat what it was made with, or name another with --out."
            )
            raise FileError(msg)
        if versions := differing(there.made_with, self.meta.made_with):
            msg = f"{self.folder} cannot be gone on with: it was made with {versions}. Take --force."
            raise FileError(msg)

    def _unlock(self) -> None:
        """Let go of the folder."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None
            (self.folder / LOCK).unlink(missing_ok=True)

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        """Write a file whole or not at all."""
        with AtomicFile(path, force=True) as file:
            file.write(content)
            file.keep()


def read_sweep_meta(folder: Path) -> SweepMeta | None:
    """Return what a folder says of itself; none where it says nothing.

    Raises
    ------
    FileError
        Where it cannot be read, or is not a sweep's.
    """
    return _DESCRIPTION.read(folder / FILE)


_DESCRIPTION: Final = Description(
    SweepMeta,
    FORMAT,
    VERSION,
    "a sweep",
    "Name another folder with --out.",
    "Make the sweep again in another folder.",
)
