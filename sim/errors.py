"""Every deliberate error, so that a caller can catch one root and a person can read what to do.

::

    SimError                        exit 1
    ├── ScenarioError               exit 3   all mistakes of a scenario at once
    ├── UsageError                  exit 2   a name or an option that does not exist
    │   └── DoctrineError           exit 2   a doctrine from outside fails or gives no orders
    ├── FileError                   exit 4   missing, unreadable, or in the way
    │   └── DamagedRecordingError   exit 4   truncated, altered or foreign
    ├── MissingPartError            exit 5   an optional package is not installed, or a display is missing
    │   └── NoDisplayError          exit 5   no display to open a window on
    └── InvariantError              exit 1   a bug in frontsim: the ledger does not balance

Each survives ``pickle`` and ``type(e)(*e.args)``, since SimPy and process pools rebuild errors that way.
"""

from __future__ import annotations

from typing import ClassVar


class SimError(Exception):
    """The root of every deliberate error; its message ends with what to do."""

    exit_code: ClassVar[int] = 1


class UsageError(SimError):
    """A command was called with something that does not exist or does not fit."""

    exit_code = 2


class DoctrineError(UsageError):
    """A doctrine that is not frontsim's own fails, ends the process, or gives no orders."""


class ScenarioError(SimError):
    """A scenario has mistakes; the text shows all of them, each with file, line and column.

    ``mistakes`` has the same for ``--json``: a tuple ``(code, message, file, line, column)`` for each.
    """

    exit_code = 3

    def __init__(self, text: str, mistakes: tuple[tuple[str, str, str, int, int], ...] = ()) -> None:
        super().__init__(text, mistakes)
        self.text = text
        self.mistakes = mistakes

    def __str__(self) -> str:
        return self.text


class FileError(SimError):
    """A file is missing, cannot be read or written, or is in the way."""

    exit_code = 4


class DamagedRecordingError(FileError):
    """A file is not an intact recording: truncated, altered, of another format or another version."""


class MissingPartError(SimError):
    """Something is missing on this machine: a display, or an optional package."""

    exit_code = 5


class NoDisplayError(MissingPartError):
    """There is no display to open a window on."""


class InvariantError(SimError):
    """An invariant is violated: tonnes, soldiers or control do not add up. A bug in frontsim."""
