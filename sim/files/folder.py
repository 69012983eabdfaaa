"""Folders: what is in one and no link, one writer at a time, and temporary ones that never stay.

A lock ends with the process that holds it. Its file stays, since whoever unlinked it could let two in.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import BinaryIO, Final

from sim.errors import FileError
from sim.files.regular import refuse_irregular
from sim.interruption import atomic, hold, release

try:
    import fcntl
except ImportError:  # not on every system
    fcntl = None  # type: ignore[assignment]

LOCK: Final = ".lock"
WRITER: Final = ".writer"
"""Names who writes where there are no locks."""
PREFIX: Final = "frontsim-"
ALL: Final = 0o666
NO_LOCKS: Final = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)


def inside(folder: Path, name: str | Path) -> Path:
    """Return the path of what is in a folder; raise OSError where a link would lead out of it."""
    path = folder / name
    for parent in path.parents[: len(path.parts) - len(folder.parts) - 1]:
        refuse_link(parent)
    return path


def refuse_link(path: Path) -> Path:
    """Return a path; raise OSError where it is a link."""
    if path.is_symlink():
        raise OSError(errno.ELOOP, "it is a link, and links are not followed here", str(path))
    return path


def regular_files(folder: Path) -> list[Path]:
    """Return the regular files of a folder, sorted; none where there is no folder, or a link in its place."""
    try:
        if folder.is_symlink():
            return []
        with os.scandir(folder) as found:
            return sorted(folder / each.name for each in found if each.is_file(follow_symlinks=False))
    except (FileNotFoundError, NotADirectoryError):
        return []


def remove(path: Path) -> None:
    """Remove a file, a link or a folder with all that is in it, if it is there; no link is followed."""
    try:
        is_folder = stat.S_ISDIR(path.lstat().st_mode)
    except FileNotFoundError:
        return
    if is_folder:
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def try_lock(file: BinaryIO, path: Path) -> bool:
    """Lock an open file, unless another process has; false too where its path means another file by now.

    Raises OSError where there are no locks to be had.
    """
    if fcntl is None:
        raise OSError(errno.ENOLCK, "this system has no such locks")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return _is_at(file, path)


def _is_at(file: BinaryIO, path: Path) -> bool:
    """Return whether a path still means an open file."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.lstat())
    except FileNotFoundError:
        return False


class FolderLock:
    """The right to write into a folder, which one process has at a time.

    Raises FileError where another has it. Where the system has no locks, as some network disks have none, a
    file names the writer instead, which stays if that is killed: `has_locks` tells.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: BinaryIO | None = None
        self.has_locks = True
        try:
            while self._file is None:
                self._file = self._locked()
        except OSError as problem:
            if problem.errno not in NO_LOCKS:
                raise
            self._name_writer()

    def close(self) -> None:
        """Give the right back."""
        if self._file is not None:
            self._file.close()
            self._file = None
        elif not self.has_locks:
            self.has_locks = True
            (self._folder / WRITER).unlink(missing_ok=True)

    def _locked(self) -> BinaryIO | None:
        """Return the lock's file, locked; None where it was removed meanwhile."""
        path = self._folder / LOCK
        with contextlib.suppress(FileNotFoundError):
            refuse_irregular(path.lstat(), path)
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        file = os.fdopen(os.open(path, flags, ALL), "r+b")
        try:
            if try_lock(file, path):
                return file
            is_held = _is_at(file, path)
        except BaseException:
            file.close()
            raise
        file.close()
        if is_held:
            raise FileError(
                f"{self._folder} is being filled by another frontsim. "
                "Wait for it, or name another folder with --out."
            )
        return None

    def _name_writer(self) -> None:
        import socket  # noqa: PLC0415 - slow to load, and rarely needed

        self.has_locks = False
        path = self._folder / WRITER
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ALL)
        except FileExistsError as problem:
            raise FileError(
                f"{self._folder} is being filled by another frontsim, or one was killed there: "
                "its disk has no locks that would tell. "
                f"If none runs, remove {path}; else name another folder with --out."
            ) from problem
        with os.fdopen(descriptor, "w") as file:
            file.write(f"process {os.getpid()} on {socket.gethostname()}\n")


class TemporaryFolder:
    """A new folder that is removed in the end; those that killed processes left are swept away first."""

    path: Path
    _lock: FolderLock | None = None

    def __enter__(self) -> Path:
        hold()
        for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
            _sweep(left)
        while self._lock is None:
            self._folder = new_folder()
            with contextlib.suppress(FileError, FileNotFoundError):  # swept away before it could be locked
                self._lock = FolderLock(self._folder)
        self.path = self._folder / "files"
        self.path.mkdir()
        return self.path

    def __exit__(self, *_: object) -> None:
        self.close()

    @atomic
    def close(self) -> None:
        """Remove it."""
        if self._lock is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._lock.close()
            self._lock = None
            release()

    def fresh(self) -> Path:
        """Return a new folder in it."""
        return Path(tempfile.mkdtemp(dir=self.path))


def new_folder() -> Path:
    """Return a new temporary folder, which who asked for it removes."""
    return Path(tempfile.mkdtemp(prefix=PREFIX))


def _sweep(folder: Path) -> None:
    """Remove a temporary folder whose process has ended without doing so."""
    with contextlib.suppress(OSError, FileError):
        status = folder.lstat()
        is_own = not hasattr(os, "getuid") or status.st_uid == os.getuid()
        if stat.S_ISDIR(status.st_mode) and is_own and stat.S_ISREG((folder / LOCK).lstat().st_mode):
            lock = FolderLock(folder)
            if lock.has_locks:
                shutil.rmtree(folder, ignore_errors=True)
            lock.close()
