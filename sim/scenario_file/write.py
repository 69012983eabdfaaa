"""A document as TOML text that reads back to the same scenario."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sim.scenario_file.schema.key_docs import SCHEMA_ADDRESS
from sim.scenario_file.schema.key_types import DATE, WHAT_IF
from sim.scenario_file.schema.sections import LISTED, SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sim.scenario_file.syntax.toml import TomlValue


_DAY: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-([01][0-9]|2[0-8])")
"""What is a date whatever the month; later days are written as texts, which read the same."""
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}
_COMMENT_AT: Final = 60
"""The column from which a value's origin is noted beside it."""


def to_toml(document: Mapping[str, Any], origins: Mapping[str, str] | None = None) -> str:
    """Return a document of plain values as TOML; where a value comes from is noted beside it in a comment."""
    lines = [
        f"{_key(name)} = {format_value(each)}" for name, each in document.items() if not _is_section(each)
    ]
    for name in [*SECTIONS, *(name for name in document if name not in SECTIONS)]:
        found = document.get(name)
        if name == WHAT_IF and isinstance(found, dict) and all(map(_is_section, found.values())):
            for inner, each in found.items():
                lines += _section(inner, each, origins or {}, f"{WHAT_IF}.")
        elif _is_section(found):
            lines += _section(name, found, origins or {})
    return "\n".join(lines) + "\n"


def scenario_text(comments: Iterable[str], document: Mapping[str, Any]) -> str:
    """Return the text of a scenario file, with comments at its head."""
    head = [f"#:schema {SCHEMA_ADDRESS}", *(f"# {each}".rstrip() for each in comments)]
    return "\n".join([*head, "", to_toml(document)])


def _is_section(value: TomlValue) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)
    )


def _section(name: str, found: Any, origins: Mapping[str, str], inside: str = "") -> Iterator[str]:  # noqa: ANN401 - a table, or a list of them
    section = SECTIONS.get(name)
    if isinstance(found, list):
        for table in found:
            key = str(table.get("id") or f"{table.get('from')}-{table.get('to')}")
            yield from _table(f"[[{inside}{_key(name)}]]", table, f"{inside}{name}.{key}", origins)
    elif section and section.is_named and found and all(isinstance(each, dict) for each in found.values()):
        for key, table in found.items():
            yield from _table(f"[{inside}{_key(name)}.{_key(key)}]", table, f"{inside}{name}.{key}", origins)
    else:
        inner = {key: each for key, each in found.items() if key in LISTED and _is_section(each)}
        yield from _table(
            f"[{inside}{_key(name)}]",
            {key: found[key] for key in found if key not in inner},
            inside + name,
            origins,
        )
        for key, tables in inner.items():
            for table in tables:
                yield from _table(
                    f"[[{inside}{_key(name)}.{_key(key)}]]", table, f"{key}.{table.get('from')}", origins
                )


def _table(header: str, table: Mapping[str, Any], path: str, origins: Mapping[str, str]) -> Iterator[str]:
    section = SECTIONS.get(path.partition(".")[0])
    days = [key.name for key in section.table.keys.values() if key.type is DATE] if section else []
    yield ""
    yield header
    for name, value in table.items():
        # Dates are texts in a document; where one is due it is written as TOML has them.
        is_day = name in days and isinstance(value, str) and _DAY.fullmatch(value)
        line = f"{_key(name)} = {value if is_day else format_value(value)}"
        origin = origins.get(f"{path}.{name}") or _inner_origins(value, f"{path}.{name}", origins)
        yield f"{line:<{_COMMENT_AT}} # {origin}" if origin else line


def _inner_origins(value: TomlValue, path: str, origins: Mapping[str, str]) -> str:
    """Return where the values inside a table come from, each place once."""
    if not isinstance(value, dict):
        return ""
    found = [
        origins.get(f"{path}.{name}") or _inner_origins(each, f"{path}.{name}", origins)
        for name, each in value.items()
    ]
    return ", ".join(dict.fromkeys(each for each in found if each))


def format_value(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return a value as TOML has it, on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, dict):
        inner = ", ".join(f"{_key(name)} = {format_value(each)}" for name, each in value.items())
        return f"{{ {inner} }}" if value else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(format_value(each) for each in value) + "]"
    if value is None:
        return '""'
    return repr(value)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else quote(name)


def quote(text: str) -> str:
    """Return a text in quotes, with whatever TOML does not allow in it written as an escape."""
    return '"' + "".join(_ESCAPES.get(c) or (c if c.isprintable() else _escaped(c)) for c in text) + '"'


def _escaped(character: str) -> str:
    """Return a character as TOML's escape; halves of a pair, which it cannot hold, as a question mark."""
    number = ord(character)
    if 0xD800 <= number <= 0xDFFF:
        return "?"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"
