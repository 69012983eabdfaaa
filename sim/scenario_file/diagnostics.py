"""Mistakes in scenario files, and how they are shown: file, line, column, the line, a caret, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from sim.errors import ScenarioError
from sim.scenario_file.names import escape_terminal

MOST_SHOWN: Final = 100
LONGEST_LINE: Final = 100

Severity: TypeAlias = Literal["error", "warning"]
Aim: TypeAlias = Literal["key", "value"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at a path of the scenario; where that is written is looked up later."""

    code: str
    path: tuple[str | int, ...]
    message: str
    label: str | None = None
    """What stands beside the caret: what to write instead."""
    help: str | None = None
    aim: Aim = "value"
    severity: Severity = "error"
    layer: int | None = None
    """Which layer it was found in, where that is known."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something wrong with where it is written."""

    code: str
    message: str
    file: str
    line: int = 0
    """Counted from 1; 0 where it is about the file as a whole."""
    column: int = 0
    source: str = ""
    """The line itself."""
    width: int = 1
    label: str | None = None
    help: str | None = None
    severity: Severity = "error"

    def text(self) -> str:
        """Return the mistake as it is shown to a person."""
        place = f":{self.line}:{self.column}" if self.line else ""
        lines = [
            f"{self.severity}[{self.code}]: {escape_terminal(self.message)}",
            f"  --> {escape_terminal(self.file)}{place}",
        ]
        if self.line:
            lines += self._excerpt()
        elif self.label:
            lines.append(f"   = {escape_terminal(self.label)}")
        if self.help:
            lines.append(f"   = help: {escape_terminal(self.help)}")
        return "\n".join(lines)

    def _excerpt(self) -> list[str]:
        """Return the line with a caret under what is meant."""
        number = str(self.line)
        margin = " " * max(2, len(number))
        begin = max(0, self.column - 1 - LONGEST_LINE // 2) if len(self.source) > LONGEST_LINE else 0
        shown = escape_terminal(self.source[begin : begin + LONGEST_LINE]).rstrip()
        before = self.column - 1 - begin
        carets = "^" * max(1, min(self.width, LONGEST_LINE - before))
        label = f" {escape_terminal(self.label)}" if self.label else ""
        return [
            f"{margin} |",
            f"{number.rjust(len(margin))} | {shown}".rstrip(),
            f"{margin} | {' ' * before}{carets}{label}",
        ]


def scenario_invalid(mistakes: list[Mistake], name: str) -> ScenarioError:
    """Return the error that shows these mistakes, in their order."""
    shown = [mistake.text() for mistake in mistakes[:MOST_SHOWN]]
    if len(mistakes) > MOST_SHOWN:
        shown.append(f"... and {len(mistakes) - MOST_SHOWN} more; mend these first")
    count = "1 error" if len(mistakes) == 1 else f"{len(mistakes)} errors"
    shown.append(f"{count} in {escape_terminal(name)}. Nothing was run.")
    rows = tuple(
        (each.code, escape_terminal(each.message), escape_terminal(each.file), each.line, each.column)
        for each in mistakes
    )
    return ScenarioError("\n".join(shown), rows)
