"""The texts a scenario is made of: the file, the files it extends, and overrides, each read from TOML.

Inside, routes and events are keyed by id as towns and sides are, so that one rule of merging does for all.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sim.errors import FileError
from sim.scenario_file.diagnostics import Mistake, scenario_invalid
from sim.scenario_file.syntax.positions import Place, Span, places

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sim.scenario_file.diagnostics import Finding

Table: TypeAlias = dict[str, Any]
KeyPath: TypeAlias = tuple[str | int, ...]

LARGEST: Final = 16 * 2**20
MOST_VALUES: Final = 150_000
"""Values that a text may give: each takes some kilobytes until all is checked."""
MOST_PARTS: Final = 1000
"""Parts of a dotted key: tomllib's time and memory go with their square."""
MOST_DOTS: Final = 1_000_000
DEEPEST: Final = 12
MOST_TOWNS: Final = 100_000
LISTED: Final[Mapping[str, str]] = {"route": "", "event": "", "period": "reported_losses"}
"""Sections written as lists of tables, and the table in which each list stands; none for the file itself."""
_AT: Final = re.compile(r"(.*?) \(at line (\d+), column (\d+)\)", re.DOTALL)
_DECLARED: Final = re.compile(r"\('.*'\)|\('.*',\)")
_IN_QUOTES: Final = re.compile(r"\"[^\"]*\"|'[^']*'")
_QUOTED: Final = re.compile(r"'([^']*)'")
_EXPLAINED: Final = {
    "Expected '=' after a key in a key/value pair": 'write key = value, and put texts in "quotes"',
    "Cannot overwrite a value": "this key is given twice in one table; keep one",
    "Expected newline or end of document": 'texts need "quotes", and each key its own line',
    "Unclosed array": "a closing ] is missing",
    "Cannot declare": "this table is there already; put its keys under one header",
    "Invalid value": 'texts need "quotes": "36 h"',
    "Unescaped '\\' in a string": "write \\\\ for a backslash",
    "Illegal character": "a text ends on its line: is a quote missing?",
    "Unterminated string": "a closing quote is missing",
    "Invalid date or datetime": "no such day; dates are written 2025-01-27",
}


@dataclass(frozen=True)
class Layer:
    """One text with what it holds.

    Parameters
    ----------
    name
        How it is called in messages: the file's path, or ``--set``.
    tree
        What it holds, routes and events by id.
    listed
        Where a route or event stands in its list: ``("route", "a-b")`` to 3.
    spans
        Where everything stands, for an option, which is no TOML; nothing for a file.
    is_override
        Whether it is laid over the scenario from outside.
    """

    name: str
    text: str
    tree: Table
    listed: dict[tuple[str, str], int] = field(default_factory=dict)
    spans: dict[KeyPath, Place] | None = None
    is_override: bool = False

    def origin(self, path: KeyPath) -> str:
        """Return where a value comes from, for people: ``file:line``, or the option."""
        return self.name if self.spans is not None else f"{self.name}:{self.place(path).value.line}"

    def value(self, path: KeyPath) -> Any:  # noqa: ANN401 - whatever TOML holds
        """Return what the text says at this path; nothing where it is silent."""
        here: Any = self.tree
        for part in path:
            if isinstance(here, dict):
                here = here.get(part)
            elif isinstance(here, list) and isinstance(part, int) and part < len(here):
                here = here[part]
            else:
                return None
        return here

    def holds(self, path: KeyPath) -> bool:
        """Return whether the text says something at this path."""
        return self.value(path) is not None

    @cached_property
    def lines(self) -> list[str]:
        """The text, line by line."""
        return self.text.split("\n")

    @cached_property
    def places(self) -> dict[KeyPath, Place]:
        """Where everything in the text stands."""
        return places(self.text) if self.spans is None else self.spans

    def place(self, path: KeyPath) -> Place:
        """Return where a path is written, or the nearest thing around it that is."""
        if len(path) > 1 and (path[0], path[1]) in self.listed:
            section, index = str(path[0]), self.listed[str(path[0]), str(path[1])]
            home = (LISTED[section],) if LISTED[section] else ()
            path = (*home, section, index, *path[2:])
        while path and path not in self.places:
            path = path[:-1]
        return self.places[path] if path else Place(Span(1, 1, 1), Span(1, 1, 1))

    def mistake(self, finding: Finding) -> Mistake:
        """Return a finding with where it is written here."""
        place = self.place(finding.path)
        span = place.key if finding.aim == "key" else place.value
        lines = self.lines
        return Mistake(
            finding.code,
            finding.message,
            self.name,
            span.line,
            span.column,
            lines[span.line - 1] if span.line <= len(lines) else "",
            span.width,
            finding.label,
            finding.help,
            finding.severity,
        )


def read_text(path: Path, name: str) -> str:
    """Return the text of a scenario file.

    Raises
    ------
    FileError
        Missing, or not to be opened.
    ScenarioError
        A folder, too large, empty or not UTF-8.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except FileNotFoundError:
        raise FileError(f"there is no file {name}") from None
    except IsADirectoryError:
        raise _refused("E004", "this is a folder, not a scenario file", name, "name a .toml file") from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise FileError(f"{name} cannot be read: {reason.lower()}. Check its name and its rights.") from None
    if len(content) > LARGEST:
        raise _refused("E005", "the file is larger than 16 MiB", name, "a scenario is text, and far smaller")
    return decoded(content, name)


def decoded(content: bytes, name: str) -> str:
    """Return bytes as text, or say what they are instead."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refused("E001", "the file is UTF-16, not UTF-8", name, "save it as UTF-8 in your editor")
    if b"\x00" in content:
        raise _refused("E002", "this is a binary file, not a scenario", name, "a scenario is a TOML text")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        column = problem.start - (content.rfind(b"\n", 0, problem.start) + 1) + 1
        shown = content.split(b"\n")[line - 1].decode("utf-8", "replace")
        mistake = Mistake(
            "E001",
            "the file is not UTF-8",
            name,
            line,
            column,
            shown,
            label="save it as UTF-8 in your editor",
        )
        raise scenario_invalid([mistake], name) from None
    if not text.strip():
        raise _refused("E003", "the file is empty", name, "frontsim new writes one to start from")
    return text


def parsed(text: str, name: str) -> Table:
    """Return what a TOML text holds.

    Raises
    ------
    ScenarioError
        The text is no TOML, nested too deeply, holds a number too long to be one, or masses of keys.
    """
    _refuse_masses(text, name)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise scenario_invalid([_syntax_mistake(str(problem), text, name)], name) from None
    except RecursionError:
        raise _too_deep(name) from None
    except ValueError:
        raise _refused(
            "E013", "a whole number is too long", name, "no number here has that many digits"
        ) from None
    if _is_deep(found):
        raise _too_deep(name)
    return found


def _refuse_masses(text: str, name: str) -> None:
    """Refuse what would take minutes and gigabytes to read: it was made to harm, or by mistake."""
    if text.count("=") > MOST_VALUES:
        message = f"there are more than {MOST_VALUES:,} values"
        raise _refused("E014", message, name, "a scenario has some thousands")
    dots = text.count(".")
    is_long = dots > MOST_PARTS and any(
        line.count(".") > MOST_PARTS and _IN_QUOTES.sub("", line).count(".") > MOST_PARTS
        for line in text.split("\n")
    )
    if is_long or dots > MOST_DOTS:
        raise _too_deep(name)


def plain(value: Any) -> Any:  # noqa: ANN401 - any value that TOML can hold
    """Return a value of TOML as JSON holds it: dates as ISO text."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return value


def _is_deep(found: Table) -> bool:
    """Return whether tables and lists are nested deeper than any scenario needs."""
    level: list[Any] = [found]
    for _ in range(DEEPEST):
        inner: list[Any] = []
        for each in level:
            values = each.values() if isinstance(each, dict) else each
            inner += [value for value in values if isinstance(value, dict | list)]
        level = inner
    return bool(level)


def _syntax_mistake(problem: str, text: str, name: str) -> Mistake:
    """Return tomllib's complaint in our own form."""
    match = _AT.fullmatch(problem)
    lines = text.split("\n")
    if match:
        message, line, column = match[1], int(match[2]), int(match[3])
    else:
        message = problem.replace(" (at end of document)", ", and the file ends")
        line = max(number for number, each in enumerate(lines, 1) if each.strip())
        column = len(lines[line - 1].rstrip()) + 1
    message = _DECLARED.sub(lambda names: f"[{'.'.join(_QUOTED.findall(names[0]))}]", message)
    advice = next((way for start, way in _EXPLAINED.items() if message.startswith(start)), None)
    return Mistake(
        "E006",
        f"this is not TOML: {message[:1].lower()}{message[1:]}",
        name,
        line,
        column,
        lines[line - 1] if line <= len(lines) else "",
        label=advice,
        help="https://toml.io shows how it is written",
    )


def _too_deep(name: str) -> Exception:
    return _refused("E007", "tables or lists are nested too deeply", name, f"{DEEPEST} levels is the most")


def _refused(code: str, message: str, name: str, label: str) -> Exception:
    """Return the error for a file that is refused as a whole."""
    return scenario_invalid([Mistake(code, message, name, label=label)], name)
