"""What a reader may not do: take long, take much memory, or write where nobody asked it to."""

from __future__ import annotations

import os
import resource
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = {
    "os.mkdir": 1,
    "os.remove": 1,
    "os.rmdir": 1,
    "os.truncate": 1,
    "os.rename": 2,
    "os.link": 2,
    "os.symlink": 2,
}
"""Calls that change a folder, and how many of their first arguments are paths."""


def peak() -> float:
    """Return the most memory this process ever had; MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


class Watch:
    """Sees every file that Python opens to write, and every folder that it changes.

    Parameters
    ----------
    allowed
        The folder in which all of it has to be.
    """

    def __init__(self, allowed: Path) -> None:
        self.allowed = os.path.realpath(allowed) + os.sep
        self.is_on = False
        self.strays: list[str] = []
        sys.addaudithook(self._heard)

    def _heard(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.is_on:
            return
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & WRITING:
                self._note(path)
        elif event in CHANGES:
            for path in arguments[: CHANGES[event]]:
                self._note(path)

    def _note(self, path: object) -> None:
        if isinstance(path, int):
            return
        where = os.path.realpath(os.fsdecode(path))  # type: ignore[arg-type]
        if where != os.devnull and not where.startswith(self.allowed):
            self.strays.append(where)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Watch while one input is read."""
        self.is_on = True
        try:
            yield
        finally:
            self.is_on = False


class Hung(BaseException):
    """A reader took too long; no reader may catch it as an error of its own."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Interrupt what takes more processor time than this, where the system can.

    Parameters
    ----------
    seconds
        Of processor time, so that other work on the machine does no harm.
    """

    def ring(*_: object) -> None:
        raise Hung(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)
