"""TOML texts read strictly: what is no text, no TOML, too deep or too much is refused in our own words."""

from __future__ import annotations

import errno
import re
import tomllib
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sim.errors import FileError
from sim.files.regular import read_regular
from sim.scenario_file.diagnostics import Diagnostic, Location, invalid_scenario

if TYPE_CHECKING:
    from pathlib import Path

TomlValue: TypeAlias = Any
"""Whatever TOML holds, as JSON has it: dates are ISO text."""
TomlTable: TypeAlias = dict[str, TomlValue]

MAX_BYTES: Final = 16 * 2**20
MAX_VALUES: Final = 150_000
"""Values that a text may give: each takes some kilobytes until all is checked."""
MAX_KEY_PARTS: Final = 1000
"""Parts of a dotted key: tomllib's time and memory go with their square."""
MAX_DOTS: Final = 1_000_000
MAX_DEPTH: Final = 12
_AT: Final = re.compile(r"(.*?) \(at line (\d+), column (\d+)\)", re.DOTALL)
_DECLARED: Final = re.compile(r"\('.*'\)|\('.*',\)")
_IN_QUOTES: Final = re.compile(r"\"[^\"]*\"|'[^']*'")
_QUOTED: Final = re.compile(r"'([^']*)'")
_EXPLAINED: Final = {
    "Expected '=' after a key in a key/value pair": 'write key = value, and put strings in "quotes"',
    "Cannot overwrite a value": "this key is given twice in one table; keep one",
    "Expected newline or end of document": 'texts need "quotes", and each key its own line',
    "Unclosed array": "a closing ] is missing",
    "Expected ']' at the end of a table declaration": "ids have no spaces: [town.two-words]",
    "Cannot declare": "this table is defined twice; put its keys under one header",
    "Invalid value": 'texts need "quotes": "36 h"',
    "Unescaped '\\' in a string": "write \\\\ for a backslash",
    "Illegal character": "a text ends on its line: is a quote missing?",
    "Unterminated string": "a closing quote is missing",
    "Invalid date or datetime": "no such day; dates are written 2025-01-27",
}


FLAGS: Final = {
    **dict.fromkeys(("true", "yes", "on", "1"), "true"),
    **dict.fromkeys(("false", "no", "off", "0", "none"), "false"),
}
"""What people write for true and false, in lower case."""
_DAYS: Final = (
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?![\d-])"),
    re.compile(r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})(?![\d-])"),
)


def read_text(path: Path, name: str) -> str:
    """Return the text of a scenario file.

    `FileError` where it is missing or cannot be opened; `ScenarioError` where it is no text of a fair size.
    """
    try:
        content = read_regular(path, MAX_BYTES, is_named=True)
    except FileNotFoundError:
        raise FileError(f"There is no file {name}.") from None
    except IsADirectoryError:
        raise _refused("E004", "this is a folder, not a scenario file", name, "name a .toml file") from None
    except (OSError, ValueError) as problem:
        if getattr(problem, "errno", 0) == errno.EFBIG:
            label = "a scenario is text, and far smaller"
            raise _refused("E005", "the file is larger than 16 MiB", name, label) from None
        reason = getattr(problem, "strerror", None) or str(problem)
        raise FileError(f"{name} cannot be read: {reason.lower()}. Check its name and permissions.") from None
    return decode(content, name)


def decode(content: bytes, name: str) -> str:
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
        place = Location(name, line, column, shown)
        label = "save it as UTF-8 in your editor"
        error = Diagnostic("E001", (), "the file is not UTF-8", label, location=place)
        raise invalid_scenario([error], name) from None
    if not text.strip():
        raise _refused("E003", "the file is empty", name, "frontsim new writes one to start from")
    return text


def parse(text: str, name: str) -> TomlTable:
    """Return what a TOML text holds, as JSON would: dates as ISO text.

    `ScenarioError` where it is no TOML, is nested too deeply, or holds too long a number or masses of keys.
    """
    _refuse_too_many(text, name)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise invalid_scenario([_syntax_error(str(problem), text, name)], name) from None
    except RecursionError:
        raise _too_deep(name) from None
    except ValueError:
        raise _refused(
            "E013", "a whole number is too long", name, "no number here needs that many digits"
        ) from None
    if _is_deep(found):
        raise _too_deep(name)
    return {key: _to_plain(value) for key, value in found.items()}


def _refuse_too_many(text: str, name: str) -> None:
    """Refuse what would take minutes and gigabytes to read: it was made to harm, or by mistake."""
    if text.count("=") > MAX_VALUES:
        message = f"there are more than {MAX_VALUES:,} values"
        raise _refused("E014", message, name, "a scenario has some thousands")
    dots = text.count(".")
    is_long = dots > MAX_KEY_PARTS and any(
        line.count(".") > MAX_KEY_PARTS and _IN_QUOTES.sub("", line).count(".") > MAX_KEY_PARTS
        for line in text.split("\n")
    )
    if is_long or dots > MAX_DOTS:
        raise _too_deep(name)


def _to_plain(value: Any) -> Any:  # noqa: ANN401 - any value that TOML can hold
    """Return a value of TOML as JSON holds it: dates as ISO text."""
    if isinstance(value, dict):
        return {key: _to_plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_to_plain(each) for each in value]
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return value


def _is_deep(found: TomlTable) -> bool:
    level: list[Any] = [found]
    for _ in range(MAX_DEPTH):
        inner: list[Any] = []
        for each in level:
            values = each.values() if isinstance(each, dict) else each
            inner += [value for value in values if isinstance(value, dict | list)]
        level = inner
    return bool(level)


def _syntax_error(problem: str, text: str, name: str) -> Diagnostic:
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
    advice = next((advice for start, advice in _EXPLAINED.items() if message.startswith(start)), None)
    source = lines[line - 1] if line <= len(lines) else ""
    advice = _advice(message, source, column) or advice
    return Diagnostic(
        "E006",
        (),
        f"this is not TOML: {message[:1].lower()}{message[1:]}",
        advice,
        "https://toml.io shows how it is written",
        location=Location(name, line, column, source),
    )


def _advice(message: str, source: str, column: int) -> str | None:
    """Return what to write instead, as far as the line itself shows what was meant."""
    value = source.partition("=")[2].partition("#")[0].strip()
    if value.casefold() in FLAGS and value not in {"true", "false"}:
        return f"write {FLAGS[value.casefold()]}"
    for pattern in _DAYS:
        match = pattern.match(value)
        if match:
            year, month, day = (int(match[each]) for each in "ymd")
            return f"write the date as {year:04}-{month:02}-{day:02}"
    decimal = re.fullmatch(r"([+-]?\d+),(\d+)", value)
    if decimal:
        return f"decimals take a point: {decimal[1]}.{decimal[2]}"
    if value.casefold() in {"null", "nil"}:
        return "leave the key out"
    if source[column - 1 :].strip() == ";":
        return "nothing stands at the end of a line: no ;"
    if any(quote in source for quote in "“”„«»"):
        return 'write straight quotes: "'
    return _advice_on_table(message, source, column)


def _advice_on_table(message: str, source: str, column: int) -> str | None:
    if source.lstrip().startswith(("//", "/*", "--")):
        return "comments begin with #"
    if "{" not in source or not message.startswith(("Invalid initial", "Unclosed inline", "Expected '='")):
        return None
    before, rest = source[: column - 1].rstrip(), source[column - 1 :].strip()
    if before.endswith(",") and rest.startswith("}"):
        return "no comma before }"
    decimal = re.search(r"(\d+),(\d+)$", before)
    if decimal:
        return f"decimals take a point: {decimal[1]}.{decimal[2]}"
    if rest and not rest.startswith(("#", "{")):
        return "a comma is missing between two keys of { }"
    return "a table in { } stands on one line; or give it a header of its own, like [town.ID.garrison]"


def _too_deep(name: str) -> Exception:
    return _refused("E007", "tables or lists are nested too deeply", name, f"{MAX_DEPTH} levels is the most")


def _refused(code: str, message: str, name: str, label: str) -> Exception:
    return invalid_scenario([Diagnostic(code, (), message, label, location=Location(name))], name)
