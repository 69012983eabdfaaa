"""A folder of results while it is being filled: begun or resumed, and every file in it whole or not at all.

Ensembles, sweeps and calibrations are kept in such folders. Each has a JSON file that says what its rows are
of, and tables of Parquet shards that are written as results come. One writer at a time: where the system has
locks, a second one is turned away.
"""

from __future__ import annotations

import dataclasses
import json
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeVar

import numpy as np

from sim.errors import FileError
from sim.files.atomic_file import write_file
from sim.files.folder import LOCK, WRITER, FolderLock, inside, refuse_link, regular_files, remove
from sim.interruption import hold, release
from sim.results.meta import FILE, Meta, differing_versions
from sim.results.tables import Names, packed, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Self

    from sim.files.versioned_json import Description


_NO_NAMES: Final = Names((), ())
M = TypeVar("M", bound=Meta)


class ResultFolder(Generic[M]):
    """A folder of results that is being filled.

    `resumes`: whether to continue what is there. `force`: whether to throw away what is there. Raises
    FileError where something else is there, results of something else, or results that are neither to be
    resumed nor to be thrown away; where nothing can be written; where another process writes there.
    """

    description: ClassVar[Description[Any]]
    file: ClassVar[str] = FILE
    """Says what the rows are of."""
    tables: ClassVar[tuple[str, ...]]
    """Folders of shards."""
    others: ClassVar[tuple[str, ...]] = ()
    """Further files and folders that belong to it."""

    def __init__(self, folder: str | Path, meta: M, *, resumes: bool = False, force: bool = False) -> None:
        self.folder = Path(folder)
        self.meta = meta
        self._resumes = resumes and not force
        self._force = force
        self._lock: FolderLock | None = None
        self._refuse()

    def __enter__(self) -> Self:
        hold()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = FolderLock(self.folder)
            self._refuse()  # once more, now that nobody else changes it
            self._begin()
        except BaseException as problem:
            self._unlock()
            if isinstance(problem, OSError):
                where, why = problem.filename or self.folder, problem.strerror or problem
                raise FileError(
                    f"{where} cannot be written: {why}. Name another folder with --out."
                ) from problem
            raise
        return self

    @property
    def has_locks(self) -> bool:
        """Whether a second writer is turned away even where the first one is killed."""
        return self._lock is None or self._lock.has_locks

    def __exit__(self, *_: object) -> None:
        self._unlock()

    @classmethod
    def read(cls, folder: Path) -> M | None:
        """Return what a folder's rows are of, or None if it does not say; see `Description.read`."""
        return cls.description.read(folder / cls.file)

    def write(self, name: str | Path, content: bytes) -> Path:
        """Write a file of the folder, whole or not at all; return where."""
        path = inside(self.folder, name)
        write_file(path, content, force=True)
        return path

    def write_meta(self) -> None:
        """Write what the rows are of."""
        text = json.dumps(dataclasses.asdict(self.meta), indent=1, ensure_ascii=False)
        self.write(self.file, text.encode() + b"\n")

    def _begin(self) -> None:
        """Remove what is not to stay and what a killed process left, make the folders, say what it is of."""
        if not self._resumes:
            self._clear()
        for each in (self.folder, *(refuse_link(self.folder / name) for name in self._folders())):
            each.mkdir(exist_ok=True)
            for left in regular_files(each):
                if left.name.startswith(".") and left.suffix == ".part":
                    remove(left)
        self.write_meta()

    def _folders(self) -> Iterable[str]:
        return self.tables

    def _clear(self) -> None:
        """Remove the results: what they are of first, so that half of them are never taken for all."""
        for name in (self.file, *self.others, *reversed(self.tables)):
            remove(self.folder / name)

    def _refuse(self) -> None:
        there = self.read(self.folder)
        if there is None:
            self._refuse_strange()
        elif self._resumes:
            self._refuse_other(there)
        elif not self._force:
            raise FileError(
                f"{self.folder} exists already{self._held()}. "
                f"Continue it with --resume, start over with --force, or name another with --out."
            )

    def _held(self) -> str:
        return ""

    def _refuse_strange(self) -> None:
        """Raise where a folder without results of this kind holds anything else."""
        if self.folder.exists() and not self.folder.is_dir():
            raise FileError(f"{self.folder} is not a folder and is not replaced. Name another with --out.")
        # the file that says what it is of: another process may just have written it
        own = {self.file, *self.tables, *self.others, LOCK, WRITER}
        # a process that was killed as it began leaves files without their final names
        others = [
            path.name
            for path in (self.folder.iterdir() if self.folder.is_dir() else ())
            if path.name not in own and not (path.name.startswith(".") and path.suffix == ".part")
        ]
        if others:
            kind = self.description.called.split()[-1]
            raise FileError(
                f"{self.folder} holds no {kind} but other files ({min(others)}). Name another with --out."
            )

    def _refuse_other(self, there: M) -> None:
        """Raise where the rows that are there and those to come would not belong together."""
        if other := self.meta.other_than(there):
            changed = f" with {', '.join(map(str, there.overrides))}" if there.overrides else ""
            raise FileError(
                f"{self.folder} cannot be resumed: it is of {other} "
                f"({there.name}{changed}, seed {there.seed}). "
                f"Repeat the command it was made with, or name another folder with --out."
            )
        if versions := differing_versions(there.made_with, self.meta.made_with):
            raise FileError(
                f"{self.folder} cannot be resumed: it was made with {versions}. "
                f"Start over with --force, or name another folder with --out."
            )

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None
        release()


Row = tuple[Any, ...]


class RowFolder(ResultFolder[M], ABC):
    """A folder of one table, whose rows are known by their keys and all in memory."""

    rows_each: ClassVar[int]
    """Rows that are gathered before a shard is written: so many are lost at most when a process is killed."""

    keys: ClassVar[Mapping[str, np.dtype[Any]]]
    """Columns that make up a row's key, with their types."""

    @abstractmethod
    def columns(self) -> Mapping[str, np.dtype[Any]]:
        """Return the other columns, with their types."""

    def __init__(self, folder: str | Path, meta: M, *, resumes: bool = False, force: bool = False) -> None:
        super().__init__(folder, meta, resumes=resumes, force=force)
        self.rows: dict[Row, Row] = {}
        self._new: list[Row] = []

    def __exit__(self, *_: object) -> None:
        try:
            self.flush()
        finally:
            self._unlock()

    def keep(self, key: Row, values: Iterable[Any]) -> None:
        """Keep a row; it is written with others, or when the folder is closed."""
        self.rows[key] = tuple(values)
        self._new.append(key)
        if len(self._new) >= self.rows_each:
            self.flush()

    def flush(self) -> None:
        """Write the rows that were gathered."""
        if not self._new:
            return
        types = {**self.keys, **self.columns()}
        cells = zip(*((*key, *self.rows[key]) for key in self._new), strict=True)
        columns = {
            name: np.array(column, dtype=dtype)
            for (name, dtype), column in zip(types.items(), cells, strict=True)
        }
        taken = [int(path.stem) for path in self._shards()]
        name = f"{max(taken, default=-1) + 1:05d}.parquet"
        self.write(Path(self.tables[0]) / name, packed(columns, _NO_NAMES))
        self._new.clear()

    def _begin(self) -> None:
        super()._begin()
        for path in self._shards():
            try:
                held = unpacked(path, _NO_NAMES, {**self.keys, **self.columns()})
            except ValueError:  # damaged: its rows are made again
                remove(path)
                continue
            for row in zip(*(column.tolist() for column in held.values()), strict=True):
                self.rows[row[: len(self.keys)]] = row[len(self.keys) :]

    def _shards(self) -> list[Path]:
        found = regular_files(self.folder / self.tables[0])
        return [path for path in found if path.suffix == ".parquet" and path.stem.isdecimal()]
