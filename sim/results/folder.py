"""Writing an ensemble's folder: begun, gone on with, and each part there whole or not at all.

The text of a part is made where its replications are run; here it is only given its name. One writer at a
time: where the system has locks, a second one is turned away.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from sim.errors import FileError
from sim.files.atomic_file import AtomicFile
from sim.model.quantities import DISCLAIMER
from sim.results.meta import FILE, Meta, differing, read_meta
from sim.results.reader import FAILURES, RECORDINGS, Part, parts_in
from sim.results.tables import table_names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from sim.results.tables import TableName

LOCK: Final = ".lock"


class ResultsFolder:
    """An ensemble's folder while it is being filled.

    Parameters
    ----------
    resumes
        Whether what is there already is gone on with.

    Raises
    ------
    FileError
        Where something else is there, or another ensemble, or one that is neither to be gone on with nor to
        be thrown away; where nothing can be written; where another process writes there.
    """

    def __init__(self, folder: str | Path, meta: Meta, *, resumes: bool = False, force: bool = False) -> None:
        self.folder = Path(folder)
        self.meta = meta
        self._resumes = resumes
        self._force = force
        self._lock: IO[bytes] | None = None
        self._failed: dict[int, str] = {}
        refuse(self.folder, meta, resumes=resumes, force=force)

    def __enter__(self) -> ResultsFolder:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = locked(self.folder)
            self._begin()
        except OSError as problem:
            self.__exit__(None, None, None)
            msg = f"{self.folder} cannot be written: {problem.strerror or problem}. Name another with --out."
            raise FileError(msg) from problem
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None
            (self.folder / LOCK).unlink(missing_ok=True)

    def finished(self) -> list[int]:
        """Return the numbers of the replications that are there, in order."""
        return [number for part in parts_in(self.folder) for number in part.numbers]

    def keep(self, part: Part, files: Mapping[TableName, bytes]) -> None:
        """Write a part; it counts as there when the last of its files is.

        Raises
        ------
        FileError
            Where it cannot be written.
        """
        for table in table_names():
            self._write(self.folder / table / part.name, files[table])

    def keep_recording(self, replication: int, content: bytes) -> Path:
        """Write the recording of a replication, and return where."""
        return self._write(self.folder / RECORDINGS / f"{replication:05d}.jsonl.gz", content)

    def note_failed(self, failed: Mapping[int, str]) -> None:
        """Write down which replications failed, and why."""
        if failed:
            self._failed |= failed
            told = {str(number): why for number, why in sorted(self._failed.items())}
            text = json.dumps({"disclaimer": DISCLAIMER, "failed": told}, indent=1, ensure_ascii=False)
            self._write(self.folder / FAILURES, text.encode() + b"\n")

    def note_asked_for(self, replications: int) -> None:
        """Write down how many replications were asked for, where that has changed."""
        if replications != self.meta.replications or not (self.folder / FILE).exists():
            self.meta = dataclasses.replace(self.meta, replications=replications)
            self._write(self.folder / FILE, self.meta.text())

    def _begin(self) -> None:
        """Throw away what is not to stay, make the folders, and write what the ensemble is of."""
        if not self._resumes and self._force:
            self._clear()
        for name in (*table_names(), RECORDINGS):
            (self.folder / name).mkdir(exist_ok=True)
        self._sweep()
        self._write(self.folder / FILE, self.meta.text())
        (self.folder / FAILURES).unlink(missing_ok=True)

    def _clear(self) -> None:
        """Remove an ensemble's own files, what it is of first, so that half of one is never taken for one."""
        (self.folder / FILE).unlink(missing_ok=True)
        for name in reversed((*table_names(), RECORDINGS)):
            if (self.folder / name).is_dir():
                shutil.rmtree(self.folder / name)

    def _sweep(self) -> None:
        """Remove what a killed process left: half-written files, and parts of which some tables lack."""
        whole = parts_in(self.folder)
        for table in table_names():
            for part in parts_in(self.folder, table):
                if part not in whole:
                    (self.folder / table / part.name).unlink()
        for where in (self.folder, *(self.folder / name for name in (*table_names(), RECORDINGS))):
            for left in where.glob(".*.part"):
                left.unlink()

    def _write(self, path: Path, content: bytes) -> Path:
        """Write a file whole or not at all."""
        with AtomicFile(path, force=True) as file:
            file.write(content)
            file.keep()
        return path


def refuse(folder: Path, meta: Meta, *, resumes: bool, force: bool) -> None:
    """Raise where a folder is not to be written to.

    Parameters
    ----------
    resumes, force
        Whether what is there already is gone on with, or thrown away.

    Raises
    ------
    FileError
        Where it holds something else, or an ensemble of something else.
    """
    there = read_meta(folder)
    if there is None:
        _refuse_strange(folder)
    elif resumes:
        _refuse_other(folder, there, meta)
    elif not force:
        done = sum(len(part.numbers) for part in parts_in(folder))
        msg = (
            f"{folder} exists already, with {done} replications. "
            f"Go on with it with --resume, make it anew with --force, or name another with --out."
        )
        raise FileError(msg)


def _refuse_strange(folder: Path) -> None:
    """Raise where a folder without an ensemble holds anything."""
    if folder.exists() and not folder.is_dir():
        msg = f"{folder} is no folder and is not replaced. Name another with --out."
        raise FileError(msg)
    own = {*table_names(), RECORDINGS, FAILURES, LOCK}
    others = (
        [path.name for path in folder.iterdir() if not _is_own(path.name, own)] if folder.is_dir() else []
    )
    if others:
        msg = f"{folder} holds no ensemble but other files ({min(others)}). Name another with --out."
        raise FileError(msg)


def _is_own(name: str, own: set[str]) -> bool:
    """Return whether an ensemble that was killed as it began can have left a file."""
    return name in own or (name.startswith(".") and name.endswith(".part"))


def _refuse_other(folder: Path, there: Meta, meta: Meta) -> None:
    """Raise where a folder's rows and those to come would not belong together."""
    if there.hash != meta.hash:
        what = f"seed {there.seed}, not {meta.seed}" if there.seed != meta.seed else "another scenario"
        changed = f" with {', '.join(there.overrides)}" if there.overrides else ""
        msg = (
            f"{folder} cannot be gone on with: it is of {what} ({there.name}{changed}, seed {there.seed}). "
            f"Repeat what it was made with, or name another folder with --out."
        )
        raise FileError(msg)
    if versions := differing(there.made_with, meta.made_with):
        msg = (
            f"{folder} cannot be gone on with: it was made with {versions}. "
            f"Make it anew with --force, or name another folder with --out."
        )
        raise FileError(msg)


def locked(folder: Path) -> IO[bytes] | None:
    """Return a lock on a folder, which goes with the process; none where the system has no such locks.

    Raises
    ------
    FileError
        Where another process holds it.
    """
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError:
        return None
    file = (folder / LOCK).open("wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as problem:
        file.close()
        msg = f"{folder} is being filled by another frontsim. Wait for it, or name another folder with --out."
        raise FileError(msg) from problem
    except OSError:
        # some network folders know no locks
        with contextlib.suppress(OSError):
            file.close()
        return None
    return file
