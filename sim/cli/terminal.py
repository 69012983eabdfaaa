"""What is printed, and where: results to stdout, the rest to stderr, nothing that a terminal would obey.

Knows the common options, since they decide how to print; knows no scenario and no recording.
"""

from __future__ import annotations

import json
import math
import os
import sys
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any, Final, Literal, TextIO, TypeAlias

import click

from sim.model.quantities import DISCLAIMER
from sim.scenario_file.names import escape_terminal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

When: TypeAlias = Literal["auto", "always", "never"]
WIDEST: Final = 120
"""Columns to which a table is spread where nothing says how wide the output is."""


@dataclass(slots=True)
class Terminal:
    """How this call of ``frontsim`` prints; filled in from the common options, wherever they stand.

    Attributes
    ----------
    color, progress
        When to use colours, and when to say how far a command is.
    """

    command: str = "frontsim"
    verbose: int = 0
    is_quiet: bool = False
    wants_json: bool = False
    color: When = "auto"
    progress: When = "auto"
    is_debugging: bool = False

    def say(self, text: str = "", *, bold: bool = False) -> None:
        """Print a part of the result."""
        self._print(text, sys.stdout, {"bold": True} if bold else {})

    def tell(self, text: str) -> None:
        """Print a result that is prose: its lines are broken between words where a person reads it."""
        if sys.stdout.isatty():
            width = _columns()
            text = "\n".join(_broken(line, width) for line in text.split("\n"))
        self.say(text)

    def hint(self, text: str) -> None:
        """Tell something beside the result, unless quiet is wanted."""
        if not self.is_quiet:
            sys.stdout.flush()
            self._print(text, sys.stderr, {})

    def explain(self, text: str) -> None:
        """Tell a detail, where details are wanted."""
        if self.verbose:
            self.hint(text)

    def problem(self, text: str) -> None:
        """Say what went wrong."""
        first, _, rest = text.partition("\n")
        self._print(first, sys.stderr, {"fg": "red"})
        if rest:
            self._print(rest, sys.stderr, {})

    def object(self, values: Mapping[str, Any]) -> None:
        """Print the result as one JSON object, with what it is and whose."""
        head = {"schema": f"frontsim/{self.command}/1", "command": self.command, "disclaimer": DISCLAIMER}
        self.raw_object({**head, **values})

    def raw_object(self, values: Mapping[str, Any], *, is_indented: bool = False) -> None:
        """Print an object as JSON: on one line, or indented where a person will read it."""
        indent = 2 if is_indented or sys.stdout.isatty() else None
        is_unicode = _encoding(sys.stdout).lower().replace("-", "") == "utf8"
        text = json.dumps(finite(values), ensure_ascii=not is_unicode, allow_nan=False, indent=indent)
        click.echo(_escaped(text), file=sys.stdout)

    def table(
        self, headings: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()
    ) -> None:
        """Print rows in columns, long texts wrapped."""
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for number, heading in enumerate(headings):
            grid.add_column(Text(heading), justify="right" if number in right else "left", overflow="fold")
        for row in rows:
            grid.add_row(*(Text(escape_terminal(cell)) for cell in row))
        page = StringIO()
        width = _columns()
        Console(file=page, width=width, color_system=None, legacy_windows=False).print(grid)
        for line in page.getvalue().splitlines():
            self.say(line.rstrip())

    def shows_progress(self) -> bool:
        """Return whether to say how far a long command is."""
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
        shown = _encodable(safe, stream)
        if style and self.is_colorful(stream):
            shown = click.style(shown, **style)
        # Colours are only in it where they were asked for, so click is not to take them out again.
        click.echo(shown, file=stream, color=True)


def finite(value: Any) -> Any:  # noqa: ANN401 - any plain value
    """Return plain values without NaN and infinity, which JSON does not have: they become null.

    Examples
    --------
    >>> finite({"a": [1.5, float("inf")], "b": ("x", None)})
    {'a': [1.5, None], 'b': ['x', None]}
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in value]
    return value


def _escaped(text: str) -> str:
    """Return JSON with every character escaped that a terminal would obey and JSON would let through."""
    if text.isprintable():
        return text
    return "".join(c if c == "\n" or escape_terminal(c) == c else json.dumps(c)[1:-1] for c in text)


def _encodable(text: str, stream: TextIO) -> str:
    """Return a text in which what a stream's encoding lacks is a question mark."""
    encoding = _encoding(stream)
    return text.encode(encoding, "replace").decode(encoding)


def _encoding(stream: TextIO) -> str:
    """Return a stream's encoding; one that is only a text in memory holds everything."""
    return getattr(stream, "encoding", None) or "utf-8"


def _broken(line: str, width: int) -> str:
    """Return a line broken between words, what follows indented a little more than it begins."""
    import textwrap

    indent = line[: len(line) - len(line.lstrip())] + "  "
    return textwrap.fill(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _columns() -> int:
    """Return how wide tables may be."""
    import shutil

    return max(60, shutil.get_terminal_size((WIDEST, 24)).columns)
