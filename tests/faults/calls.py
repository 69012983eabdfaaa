"""Calls of frontsim as a user makes them, in processes of their own, and what has to hold of any."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "SDL_VIDEODRIVER": "dummy"}
PATIENCE = 300


@dataclass(frozen=True)
class Said:
    """What a call printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def is_plain(self) -> bool:
        """Whether it ended as documented: no traceback, no panic, and words where it failed."""
        text = self.out + self.err
        return (
            "Traceback" not in text and "panicked" not in text and (self.code == 0 or bool(self.err.strip()))
        )

    def refused(self, code: int, *words: str) -> bool:
        """Whether it said no with this exit code and some words."""
        return self.is_plain and self.code == code and all(word in self.err for word in words)


def started(
    *arguments: object, folder: Path, environment: dict[str, str] = ENVIRONMENT, **options: object
) -> subprocess.Popen[str]:
    """Start a call of frontsim in a folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *map(str, arguments)],
        cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> Said:
    """Wait for a call to end."""
    out, err = process.communicate(timeout=PATIENCE)
    return Said(process.returncode, out, err)


def called(*arguments: object, folder: Path, before: Callable[[], object] | None = None) -> Said:
    """Call frontsim in a folder, and wait for its end.

    Parameters
    ----------
    arguments
        Of the call.
    folder
        The current one.
    before
        Done in the new process before it begins.
    """
    return ended(started(*arguments, folder=folder, preexec_fn=before))


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[bool]:
    """Make a folder a disk of its own of so few bytes, where that is allowed; tell whether it was."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    is_mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", str(place)], check=False)


@contextmanager
def read_only(place: Path) -> Iterator[None]:
    """Make a folder read-only: by its rights, or for root, whom rights do not hold, as a disk."""
    place.mkdir()
    is_root = os.geteuid() == 0
    if is_root:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(place)], check=True)
    else:
        place.chmod(0o555)
    try:
        yield
    finally:
        if is_root:
            subprocess.run(["umount", str(place)], check=False)
        else:
            place.chmod(0o755)


def leftovers(folder: Path) -> list[str]:
    """Return what was left of files that never became whole."""
    return [path.name for path in folder.rglob("*") if path.name.endswith(".part")]
