"""Errors and warnings about a scenario file, and their text: the line, a caret under it, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from sim.errors import ScenarioError
from sim.scenario_file.names import escape_terminal

MAX_SHOWN: Final = 100
"""Maximum number of errors shown; the rest are only counted."""
MAX_EXCERPT: Final = 100
"""Characters shown of a line."""

UNKNOWN_ID: Final = {
    "side": "E301",
    "town": "E302",
    "route": "E303",
    "source": "E304",
    "event": "E307",
    "line": "E308",
    "period": "E309",
}
"""The code for an id that names nothing, by section."""

KeyPath: TypeAlias = tuple[str | int, ...]
"""Keys and list numbers that lead to a value: ``("route", 3, "capacity")``."""


@dataclass(frozen=True, slots=True)
class Location:
    """A stretch of a text."""

    file: str
    line: int = 0
    """Counted from 1; 0 for the file as a whole."""
    column: int = 0
    source: str = ""
    """The line itself."""
    width: int = 1


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """An error or a warning about a path of the scenario; where that is written is looked up later."""

    code: str
    path: KeyPath
    message: str
    label: str | None = None
    """What stands beside the caret: what to write instead."""
    help: str | None = None
    aim: Literal["key", "value"] = "value"
    """What the caret is under."""
    severity: Literal["error", "warning"] = "error"
    layer: int | None = None
    """The layer it was found in, where that is known."""
    location: Location = Location("")

    def text(self) -> str:
        """Return the diagnostic as it is shown to a person, once it has a location."""
        at = self.location
        place = f":{at.line}:{at.column}" if at.line else ""
        lines = [
            f"{self.severity}[{self.code}]: {escape_terminal(self.message)}",
            f"  --> {escape_terminal(at.file)}{place}",
        ]
        if at.line:
            lines += self._excerpt(at)
        elif self.label:
            lines.append(f"   = {escape_terminal(self.label)}")
        if self.help:
            lines.append(f"   = help: {escape_terminal(self.help)}")
        return "\n".join(lines)

    def _excerpt(self, at: Location) -> list[str]:
        """Return the line with a caret under what is meant."""
        number = str(at.line)
        margin = " " * max(2, len(number))
        begin = max(0, at.column - 1 - MAX_EXCERPT // 2) if len(at.source) > MAX_EXCERPT else 0
        shown = escape_terminal(at.source[begin : begin + MAX_EXCERPT]).rstrip()
        before = at.column - 1 - begin
        carets = "^" * max(1, min(at.width, MAX_EXCERPT - before))
        label = f" {escape_terminal(self.label)}" if self.label else ""
        return [
            f"{margin} |",
            f"{number.rjust(len(margin))} | {shown}".rstrip(),
            f"{margin} | {' ' * before}{carets}{label}",
        ]


def invalid_scenario(errors: list[Diagnostic], name: str) -> ScenarioError:
    """Return the exception that shows these errors, which have locations, in their order."""
    shown = [error.text() for error in errors[:MAX_SHOWN]]
    if len(errors) > MAX_SHOWN:
        shown.append(f"... and {len(errors) - MAX_SHOWN} more; fix these first")
    count = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
    shown.append(f"{count} in {escape_terminal(name)}. Nothing was run.")
    rows = tuple(
        (each.code, escape_terminal(each.message), escape_terminal(at.file), at.line, at.column)
        for each, at in ((each, each.location) for each in errors)
    )
    return ScenarioError("\n".join(shown), rows)
