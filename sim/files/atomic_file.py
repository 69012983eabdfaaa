"""A file that is there whole or not at all: written under another name and renamed when it is done."""

from __future__ import annotations

import itertools
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from sim.errors import FileError
from sim.files.folder import try_lock
from sim.files.regular import open_regular
from sim.interruption import atomic, hold, release

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

_CLOSES_FIRST: Final = os.name == "nt"
"""Whether no open file is renamed or removed here."""


class AtomicFile:
    """A file being written; nothing of it is left unless `keep` was called.

    With ``force``, a file in the way is replaced, and its permissions are kept. So is a link, which is never
    followed, so that nothing is written outside the folder that was named; what is neither, such as a device,
    is never replaced. What a killed process left of the same file is swept away.

    Every method raises `FileError`: something is in the way, there is no such folder, or the disk is full.
    """

    def __init__(self, path: str | Path, force: bool = False) -> None:
        self.path = Path(path)
        self._force = force
        self._refuse_what_is_in_the_way()
        self._file: BinaryIO | None = None
        self._temporary: Path | None = None

    def __enter__(self) -> Self:
        hold()
        try:
            self._open()
        except BaseException as problem:
            release()
            if isinstance(problem, OSError):
                raise self._problem(problem) from problem
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        release()

    def write(self, content: bytes) -> None:
        """Add to the file."""
        if self._file is None:
            raise ValueError("the file is written inside a with statement only")
        try:
            self._file.write(content)
        except OSError as problem:
            raise self._problem(problem) from problem

    @atomic
    def keep(self) -> None:
        """Give the file its name: it is whole, and on the disk."""
        if self._file is None or self._temporary is None:
            raise ValueError("the file is kept inside a with statement, and once")
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            if _CLOSES_FIRST:
                self._file.close()
            if self._force:
                self._refuse_what_is_in_the_way()
                self._keep_permissions(self._temporary)
                self._temporary.replace(self.path)
                self._temporary = None
            else:
                self._name_without_replacing(self._temporary)
        except OSError as problem:
            raise self._problem(problem) from problem
        self._close()

    def _close(self) -> None:
        """Close the file, and throw away what was not kept: while it is locked, where that is possible."""
        for step in (self._unlock, self._throw_away) if _CLOSES_FIRST else (self._throw_away, self._unlock):
            step()

    def _throw_away(self) -> None:
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)
            self._temporary = None

    def _unlock(self) -> None:
        if self._file is not None:
            # On a full disk this fails once more; but what was not kept is thrown away.
            with suppress(OSError):
                self._file.close()
            self._file = None

    def _keep_permissions(self, temporary: Path) -> None:
        """Take over the permissions of the file that is replaced."""
        with suppress(FileNotFoundError):
            there = self.path.lstat().st_mode
            if stat.S_ISREG(there):
                temporary.chmod(stat.S_IMODE(there))

    def _open(self) -> None:
        """Open a file of a name that nobody else writes, in the same folder, with the usual rights."""
        for attempt in itertools.count():
            temporary = self.path.with_name(f".{self.path.name}.{attempt}.part")
            _sweep(temporary)
            try:
                file = temporary.open("xb")
            except FileExistsError:
                continue
            is_ours = True
            with suppress(OSError):  # where there are no locks, nobody sweeps
                is_ours = try_lock(file, temporary)
            if is_ours:
                self._file, self._temporary = file, temporary
                return
            file.close()

    def _name_without_replacing(self, temporary: Path) -> None:
        """Give the file its name in one step that fails where the name was taken meanwhile."""
        try:
            self.path.hardlink_to(temporary)
        except FileExistsError:
            self._refuse_what_is_in_the_way()
            raise
        except (OSError, NotImplementedError):
            # Some file systems know no hard links: there, look once more and rename.
            self._refuse_what_is_in_the_way()
            temporary.replace(self.path)

    def _refuse_what_is_in_the_way(self) -> None:
        """Raise where the name is taken and may not be replaced."""
        try:
            named = self.path.lstat()
        except FileNotFoundError:
            return
        except OSError as problem:
            raise self._problem(problem) from problem
        if not (stat.S_ISREG(named.st_mode) or stat.S_ISLNK(named.st_mode)):
            what = "a folder" if stat.S_ISDIR(named.st_mode) else "not a regular file"
            raise FileError(f"{self.path} is {what} and is not replaced. Choose another name with --out.")
        if not self._force:
            raise FileError(
                f"{self.path} exists already. Choose another name with --out, or replace it with --force."
            )
        if self.path.exists() and not self.path.is_file():
            raise FileError(
                f"{self.path} is a broken link and is not replaced. Choose another name with --out."
            )

    def _problem(self, problem: OSError) -> FileError:
        """Return a problem of the operating system in words that say what to do."""
        reason = problem.strerror or str(problem)
        if isinstance(problem, FileNotFoundError) and not self.path.parent.is_dir():
            return FileError(
                f"{self.path} cannot be written: there is no folder {self.path.parent}. Create it."
            )
        return FileError(
            f"{self.path} cannot be written: {reason}. Choose another place with --out, or make room there."
        )


class FileInMemory(AtomicFile):
    """A file that is written to memory only, for what travels on from there."""

    def __init__(self) -> None:
        self.path = Path()
        self._parts: list[bytes] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave what was written as it is."""

    def write(self, content: bytes) -> None:
        """Add to the file."""
        self._parts.append(content)

    def keep(self) -> None:
        """Nothing is left to do."""

    @property
    def content(self) -> bytes:
        """What was written."""
        return b"".join(self._parts)


def _sweep(temporary: Path) -> None:
    """Remove what a process left that was killed as it wrote; what is being written is locked."""
    with suppress(OSError), open_regular(temporary) as file:
        if try_lock(file, temporary):
            temporary.unlink()


def write_file(path: Path, content: bytes, force: bool) -> None:
    """Write a file whole or not at all; see `AtomicFile`."""
    with AtomicFile(path, force) as file:
        file.write(content)
        file.keep()
