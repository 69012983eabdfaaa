"""Errors as messages and exit codes; unexpected ones go to a log file."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.errors import InvariantError, ScenarioError, SimError

if TYPE_CHECKING:
    from sim.cli.terminal import Terminal

WRONG_USE: Final = 2
FILE_PROBLEM: Final = 4
SOME_FAILED: Final = 6
EXCEEDED: Final = 7
INTERRUPTED: Final = 130


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as it is printed; the last line of its text says what to do."""

    text: str
    exit_code: int
    kind: str
    mistakes: tuple[tuple[str, str, str, int, int], ...] = ()
    """Of a scenario: code, message, file, line and column of each."""

    def values(self) -> dict[str, Any]:
        """Return it as plain values."""
        names = ("code", "message", "file", "line", "column")
        return {
            "error": {
                "kind": self.kind,
                "text": self.text,
                "exit_code": self.exit_code,
                "mistakes": [dict(zip(names, each, strict=True)) for each in self.mistakes],
            }
        }


def problem_of(error: BaseException, terminal: Terminal) -> Problem:
    """Return the message and exit code of an error."""
    kind = type(error).__name__
    if isinstance(error, click.Abort | KeyboardInterrupt):
        return Problem("stopped. No unfinished file is left behind.", INTERRUPTED, "Interrupted")
    if isinstance(error, click.ClickException):
        context = getattr(error, "ctx", None)
        help_of = context.command_path if context else "frontsim"
        exit_code = FILE_PROBLEM if isinstance(error, click.FileError) else WRONG_USE
        return Problem(f"error: {error.format_message()}\nhelp: {help_of} --help", exit_code, kind)
    if isinstance(error, ScenarioError):
        return Problem(str(error), error.exit_code, kind, error.mistakes)
    if isinstance(error, SimError) and not isinstance(error, InvariantError):
        return Problem(f"error: {error}", error.exit_code, kind)
    if isinstance(error, MemoryError):
        text = "error: out of memory. Close other programs, or use fewer --jobs."
        return Problem(text, FILE_PROBLEM, kind)
    if isinstance(error, OSError) and error.strerror:
        name = f"{error.filename}: " if error.filename else ""
        return Problem(f"error: {name}{error.strerror}.", FILE_PROBLEM, kind)
    return _bug(error, terminal)


def _bug(error: BaseException, terminal: Terminal) -> Problem:
    """Write a traceback to a log file and return one line that names it."""
    trace = "".join(traceback.format_exception(error))
    log = write_log(f"frontsim {terminal.command}\n\n{trace}")
    where = "No log could be written; --debug shows the details."
    if log:
        where = f"Details are in {log}. Please report it, with this file and the command you typed."
    said = str(error) if isinstance(error, InvariantError) else f"{type(error).__name__}: {error}"
    first = said.strip().splitlines()[0][:200]
    return Problem(f"error: this is a bug in frontsim ({first}). {where}", 1, type(error).__name__)


def write_log(text: str) -> Path | None:
    """Write a text to a new temporary file and return its path; none where that fails."""
    import tempfile

    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", errors="replace", prefix="frontsim-", suffix=".log", delete=False
        ) as file:
            file.write(text)
    except OSError:
        return None
    return Path(file.name)
