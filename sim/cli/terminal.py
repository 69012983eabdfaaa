"""Printing: results to stdout, progress and everything else to stderr, control characters escaped.

Holds the common options, since they decide how to print.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TextIO, TypeAlias

import click

from sim.interruption import atomic, note_result
from sim.model.quantities import DISCLAIMER
from sim.scenario_file.names import count_of, escape_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    Report = Callable[[int, int, int], None]

When: TypeAlias = Literal["auto", "always", "never"]
SOME_FAILED: Final = 6
EXCEEDED: Final = 7
INTERRUPTED: Final = 130
"""Exit codes; `sim.errors` has those of its errors."""
MEGABYTE: Final = 1_000_000
WIDEST: Final = 120
"""Columns of a table where the width of the output is not known."""


@dataclass(slots=True)
class Terminal:
    """How this call of ``frontsim`` prints; set by the common options, wherever they stand."""

    command: str = "frontsim"
    verbose: int = 0
    is_quiet: bool = False
    wants_json: bool = False
    color: When = "auto"
    progress: When = "auto"
    is_debugging: bool = False
    has_bar: bool = False
    has_result: bool = False
    """Whether the one JSON object is printed."""

    def say(self, text: str = "", *, bold: bool = False) -> None:
        """Print a line of the result."""
        self._print(text, sys.stdout, {"bold": True} if bold else {})

    def heading(self, text: str) -> None:
        """Print the title of a further part of the result."""
        self.say()
        self.say(text, bold=True)

    def print_wrapped(self, text: str) -> None:
        """Print prose of the result, wrapped between words on a terminal."""
        if sys.stdout.isatty():
            text = "\n".join(each for line in text.split("\n") for each in _broken(line))
        self.say(text)

    def wipe(self) -> None:
        """Wipe the progress bar off its line, if there is one."""
        if self.has_bar:
            echo("\r\x1b[K", sys.stderr, nl=False)

    def hint(self, text: str) -> None:
        """Print a remark beside the result, unless ``--quiet``."""
        if not self.is_quiet:
            self.wipe()
            self._print(text, sys.stderr, {})

    def detail(self, text: str) -> None:
        """Print a remark with ``--verbose`` only."""
        if self.verbose:
            self.hint(text)

    def saved(self, what: Path | str, size: int | None = None, note: str = "") -> None:
        """Print that something was written, and the disclaimer."""
        self.say(f"saved {what}{'' if size is None else f' ({size_text(size)})'}{note}")
        self.say(DISCLAIMER)

    def error(self, text: str) -> None:
        """Print an error; its first line stands out."""
        first, _, rest = text.partition("\n")
        self._print(first, sys.stderr, {"fg": "red"})
        if rest:
            self._print(rest, sys.stderr, {})

    def print_json(self, values: Mapping[str, Any]) -> None:
        """Print the result as one JSON object, with its schema, command and disclaimer."""
        head = {"schema": f"frontsim/{self.command}/1", "command": self.command, "disclaimer": DISCLAIMER}
        self.print_raw_json({**head, **values})

    @atomic
    def print_raw_json(self, values: Mapping[str, Any], *, is_indented: bool = False) -> None:
        """Print an object as JSON: on one line, indented on a terminal."""
        from sim.files.versioned_json import finite  # msgspec is heavy

        indent = 2 if is_indented or sys.stdout.isatty() else None
        is_unicode = _encoding(sys.stdout).lower().replace("-", "") == "utf8"
        text = json.dumps(finite(values), ensure_ascii=not is_unicode, allow_nan=False, indent=indent)
        echo(_escaped(text), sys.stdout)
        self.has_result = True
        note_result()

    def table(
        self,
        headings: Sequence[str],
        rows: Sequence[Sequence[str]],
        right: Sequence[int] = (),
        *,
        title: str = "",
        none: str = "",
    ) -> None:
        """Print rows in columns under a title; where there are none, print what ``none`` says instead.

        The widest columns are wrapped where they do not fit, between words if possible.
        """
        if title or none:
            self.heading(title if rows or not none else none)
        if none and not rows:
            return
        cells = [list(headings), *([escape_terminal(cell) for cell in row] for row in rows)]
        columns = list(zip(*cells, strict=True))
        widths = [max(map(_width, column)) for column in columns]
        words = [max(map(_width, " ".join(column).split(" "))) for column in columns]
        while sum(widths) + 2 * len(widths) - 2 > _columns() and max(widths) > 1:
            room = [(width > word, width) for width, word in zip(widths, words, strict=True)]
            widths[room.index(max(room))] -= 1
        for row in cells:
            parts = [_wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
            for line in itertools.zip_longest(*parts, fillvalue=""):
                padded = []
                for at, (text, width) in enumerate(zip(line, widths, strict=True)):
                    space = " " * (width - _width(text))
                    padded.append(space + text if at in right else text + space)
                self.say("  ".join(padded).rstrip())

    def shows_progress(self) -> bool:
        """Return whether to report the progress of a long command."""
        if self.progress == "auto":
            return sys.stderr.isatty() and not self.is_quiet and not os.environ.get("CI")
        return self.progress == "always"

    def is_colorful(self, stream: TextIO) -> bool:
        """Return whether a stream gets colours; NO_COLOR beats FORCE_COLOR, an option beats both."""
        if self.color != "auto":
            return self.color == "always"
        if os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("FORCE_COLOR", "0") not in {"", "0"}:
            return True
        return stream.isatty() and os.environ.get("TERM") != "dumb"

    def _print(self, text: str, stream: TextIO, style: Mapping[str, Any]) -> None:
        safe = "\n".join(escape_terminal(line) for line in text.split("\n"))
        encoding = _encoding(stream)
        shown = safe.encode(encoding, "replace").decode(encoding)
        if style and self.is_colorful(stream):
            shown = click.style(shown, **style)
        # The text has colours only where they were asked for: click must not strip them.
        echo(shown, stream)


def echo(text: str, stream: TextIO, *, nl: bool = True) -> None:
    """Print a text; where nobody reads any more the command goes on, for its files and its exit code."""
    try:
        click.echo(text, file=stream, color=True, nl=nl)
    except BrokenPipeError:
        discard_unread()


def discard_unread() -> None:
    """Flush what was printed, and discard it where nobody reads any more."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def _escaped(text: str) -> str:
    """Return JSON with control characters escaped that JSON itself would let through."""
    if text.isprintable():
        return text
    return "".join(c if c == "\n" or escape_terminal(c) == c else json.dumps(c)[1:-1] for c in text)


def _encoding(stream: TextIO) -> str:
    """Return the encoding of a stream; text in memory takes every character."""
    return getattr(stream, "encoding", None) or "utf-8"


def _wrapped(text: str, width: int, **options: Any) -> list[str]:  # noqa: ANN401 - whatever textwrap takes
    """Return a text in lines, broken between words."""
    import textwrap

    return textwrap.wrap(text, max(1, width), break_on_hyphens=False, **options) or [""]


def _broken(line: str) -> list[str]:
    """Return a line of prose, wrapped with a deeper indent."""
    indent = line[: len(line) - len(line.lstrip())] + "  "
    return _wrapped(line, _columns(), subsequent_indent=indent, break_long_words=False)


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return len(text) + wide - sum(unicodedata.category(each) in {"Mn", "Me", "Cf"} for each in text)


def _columns() -> int:
    import shutil

    return max(60, shutil.get_terminal_size((WIDEST, 24)).columns)


def size_text(size: int) -> str:
    """Return the size of a file.

    Examples
    --------
    >>> size_text(861_892), size_text(2_400_000)
    ('862 kB', '2.4 MB')
    """
    return f"{size / 1e6:.1f} MB" if size >= MEGABYTE else f"{max(1, round(size / 1e3))} kB"


TENTHS: Final = 10
BAR: Final = 30
"""Characters of the progress bar."""
HOUR: Final = 3600
MINUTE: Final = 60


@contextmanager
def progress(terminal: Terminal, which: str = "") -> Iterator[Report | None]:
    """Yield a callback for the numbers of replications finished, wanted and failed; none with ``--quiet``.

    ``which`` stands before each line, where there are several ensembles.
    """
    if terminal.is_quiet or terminal.progress == "never":
        yield None
    elif terminal.shows_progress() and sys.stderr.isatty():
        with _bar(terminal, which) as report:
            yield report
    else:
        yield Lines(lambda text: terminal.hint(which + text), time.monotonic).report


class Lines:
    """Measures how fast replications finish, and prints a line every 10 %."""

    def __init__(self, print_line: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._print = print_line
        self._clock = clock
        self._began = clock()
        self._first: int | None = None
        self._tenth = 0

    def report(self, done: int, wanted: int, failed: int) -> None:
        """Print a line if another tenth is done."""
        is_first, text = self._first is None, self.text(done, wanted, failed)
        tenth = TENTHS * done // max(1, wanted)
        if tenth > self._tenth and not is_first:
            self._print(f"{done} of {count_of(wanted, 'replication')}, {text}")
        self._tenth = tenth

    def text(self, done: int, wanted: int, failed: int) -> str:
        """Return rate, time left and failures; replications that were there before do not count."""
        if self._first is None:
            self._first = done
        rate = (done - self._first) / max(1e-9, self._clock() - self._began)
        words = [f"{rate:.1f} a second" if rate >= 1 else f"1 in {time_text(1 / rate)}"] if rate else []
        words += [f"{time_text((wanted - done) / rate)} left"] if rate and done < wanted else []
        words += [f"{failed} failed"] if failed else []
        return ", ".join(words)


@contextmanager
def _bar(terminal: Terminal, which: str) -> Iterator[Report]:
    """Yield a callback that draws a bar on one line, which is wiped at the end."""
    lines = Lines(terminal.hint, time.monotonic)

    def report(done: int, wanted: int, failed: int) -> None:
        filled = "#" * (BAR * done // max(1, wanted))
        text = f"{which}[{filled:<{BAR}}] {done} of {wanted}, {lines.text(done, wanted, failed)}"
        terminal.wipe()
        echo(text[: _columns() - 1].rstrip(", "), sys.stderr, nl=False)

    terminal.has_bar = True
    try:
        yield report
    finally:
        terminal.wipe()
        terminal.has_bar = False


def time_text(seconds: float) -> str:
    """Return a duration, rounded to what is useful.

    Examples
    --------
    >>> time_text(4.4), time_text(75), time_text(7300)
    ('4 s', '1 min 15 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"
