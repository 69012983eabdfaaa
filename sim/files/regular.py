"""Reading: regular files only, up to a size, and through a link only where a person named it.

No pipe and no device is ever opened. Whatever is wrong raises OSError, whose text says it in words.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO


def open_regular(path: str | Path, *, is_named: bool = False) -> BinaryIO:
    """Open a file to be read.

    `is_named`: whether a person named it, who may have named a link to it; inside folders of results, links
    are not followed.
    """
    path = Path(path)
    refuse_irregular(path.stat(follow_symlinks=is_named), path)
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags | (0 if is_named else getattr(os, "O_NOFOLLOW", 0)))
    try:
        refuse_irregular(os.fstat(descriptor), path)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_regular(path: str | Path, limit: int, *, is_named: bool = False) -> bytes:
    """Return what is in a file of at most so many bytes; see `open_regular`."""
    with open_regular(path, is_named=is_named) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise OSError(errno.EFBIG, f"it is larger than {limit >> 20} MiB", str(path))
    return content


def refuse_irregular(status: os.stat_result, path: Path) -> None:
    """Raise where a status is not a regular file's."""
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    if stat.S_ISLNK(status.st_mode):
        raise OSError(errno.ELOOP, "it is a link, and links are not followed here", str(path))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))


def packaged_text(package: str, *parts: str) -> str:
    """Return a text file that is part of a package."""
    return resources.files(package).joinpath(*parts).read_text(encoding="utf-8")


def write_log(text: str) -> Path | None:
    """Write a text to a new temporary file and return its path; none where that fails."""
    try:
        descriptor, path = tempfile.mkstemp(prefix="frontsim-", suffix=".log")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
    except OSError:
        return None
    return Path(path)
