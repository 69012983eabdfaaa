"""TOML texts read strictly: what is no text, no TOML, too deep or too much is refused in our own words."""

from __future__ import annotations

import errno
import re
import tomllib
from contextlib import suppress
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
    "Expected ']' at the end of a table declaration": "ids have no spaces or other signs: [town.two-words]",
    "Cannot declare": "this table is defined twice; put its keys under one header",
    "Invalid value": 'texts need "quotes": "36 h"',
    "Unescaped '\\' in a string": "write \\\\ for a backslash",
    "Invalid hex value": "write \\\\ for a backslash",
    'Expected "\'"': "a closing ' is missing",
    "Illegal character": "a text ends on its line: is a quote missing?",
    "Unterminated string": "a closing quote is missing",
    "Invalid date or datetime": "no such day; dates are written 2025-01-27",
}


FLAGS: Final = {
    **dict.fromkeys(("true", "yes", "on", "1"), "true"),
    **dict.fromkeys(("false", "no", "off", "0", "none"), "false"),
}
"""What people write for true and false, in lower case."""
_ONE_LINE: Final = (
    "a table in { } stands on one line; or give it a header of its own, like [town.ID.garrison]"
)
_DAYS: Final = (
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?![\d-])"),
    re.compile(r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})(?![\d-])"),
)

_END: Final = r"(?=[\s\0]*(?:[,}#]|$))"
_NUMBER: Final = r"(?<![\w.\"'])([+-]?\d+)"
_ADVICE: Final = (
    ("", r"^\s*\0?\s*(//|/\*|--)|\0\s*(//|/\*)", "comments begin with #"),
    ("", r"\0\s*[“”„«»‘’]|[“”„«»]", 'write straight quotes: "'),
    ("", r"(?i)=\s*\0?(null|nil|none)\s*(#|$)", "leave the key out"),
    ("Invalid value", r"(?i)=\s*\0[+-]?(nan|inf)", "a finite number belongs here"),
    ("", rf"{_NUMBER},(\d{{3}}){_END}", r"decimals take a point: \1.\2; thousands take nothing: \1\2"),
    ("", rf"{_NUMBER}\0?,(\d+){_END}", r"decimals take a point: \1.\2"),
    ("", rf"{_NUMBER}\.\0?{_END}", r"write \1"),
    ("", rf"(?<![\w.])([+-]?)\0?\.(\d+){_END}", r"a number begins with a digit: \g<1>0.\2"),
    ("", r"(?<![\w.])(\d{1,3})\0?\s+\0?(\d{3})(?!\d)", r"write the number in one piece: \1\2"),
    ("", rf"(?<![\w.])0\0?(\d+){_END}", r"a number does not begin with 0: write \1"),
    ("", r"\0\s*([;,])\s*(#|$)", r"nothing follows a value: no \1"),
    ("", r"^\s*\[\[([^][\0]+)\0?\](?!\])", r"write [[\1]]"),
    ("", r"^\s*\[([^][\0]+)\]\0?\]", r"write [[\1]]"),
    ("", r"^\s*\0?[({<]([\w.-]+)[)}>]", r"write [\1]"),
    ("", r"^\s*([\w.-]+)\0?\]", r"write [\1]"),
    ("", r"^\s*\[[^]]*\]\0\s*[^\s#]", "nothing follows a header but a comment"),
    ("", r"^\s*\[[^]#]*\.\0?\]", "an id is missing after the point"),
    (
        "Invalid initial",
        r"^\s*\[+([\w-]+)\.\0([^\]]+)\]",
        r'other letters than a to z take quotes: [\1."\2"]',
    ),
    ("", r"^\s*\0?=", "a key is missing before ="),
    ("", r"^[^\"'#]*=\0?=", "one = is enough"),
    ("Invalid value", r"=\s*\0\s*(#|$)", "a value is missing after ="),
    ("", r"=\s*\0?(\[\s*\0?\w+\s*=|\()", "a table stands in { }"),
    ("Expected '='", r"^\s*[\w.-]+\s*\0\s*\{", "write = before {"),
    ("Expected '='", r"\{.*\0\s*:|^[^{]*\0:\s*\{", "key and value are joined by =, not :"),
    ("Unclosed inline", r"\{.*\0\s*;", "keys of { } are parted by commas"),
    ("Invalid initial", r",\s*\0?\s*\}", "no comma before }"),
    (
        "",
        rf"{_NUMBER}(\.\d+)?\0?\s*\0?([A-Za-z%/°][\w/%]*){_END}",
        r'a number with its unit is a text: "\1\2 \3"',
    ),
    ("Unclosed inline", r"\0\s*[^\s#]", "a comma is missing between two keys of { }"),
    ("Invalid initial", r"\{", _ONE_LINE),
    ("Unclosed inline", r"", _ONE_LINE),
    ("Invalid value", r"=\s*\0([^\W\d][\w ]*?)\s*(#|$)", r'texts need quotes: "\1"'),
)
"""How a complaint of tomllib begins, what the line looks like (with a 0 where it stopped), and advice."""


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
        bare = (_IN_QUOTES.sub("", each).partition("#")[0] for each in lines)
        if message.startswith('Expected "\'"'):
            line = next((number for number, each in enumerate(bare, 1) if "'" in each), line)
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
    meant = FLAGS.get(value.casefold())
    if meant and value.casefold() != "none":
        return f"write {meant}"
    for pattern in _DAYS:
        match = pattern.match(value)
        if match:
            return _day({part: int(text) for part, text in match.groupdict().items()})
    line = f"{source[: column - 1]}\0{source[column - 1 :]}"
    for where, shape, advice in _ADVICE:
        found = re.search(shape, line) if message.startswith(where) else None
        if found:
            return found.expand(advice)
    return None


def _day(said: dict[str, int]) -> str:
    """Return how to write a day; of a month beyond 12, the day and the month change places."""
    for month, day in ((said["m"], said["d"]), (said["d"], said["m"])):
        with suppress(ValueError):
            return f"write the date as {date(said['y'], month, day).isoformat()}"
    return "there is no such day; dates are written 2025-01-27"


def _too_deep(name: str) -> Exception:
    return _refused("E007", "tables or lists are nested too deeply", name, f"{MAX_DEPTH} levels is the most")


def _refused(code: str, message: str, name: str, label: str) -> Exception:
    return invalid_scenario([Diagnostic(code, (), message, label, location=Location(name))], name)
