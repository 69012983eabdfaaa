"""What a key of a scenario file may hold, and the check of a table against its keys: no text is a number."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from sim.model.scenario import Parameter, Position
from sim.scenario_file.diagnostics import MAX_SHOWN, Diagnostic
from sim.scenario_file.names import MAX_TEXT_LENGTH, did_you_mean, hidden_character, join_words, nearest
from sim.scenario_file.syntax.toml import FLAGS
from sim.scenario_file.syntax.units import InvalidValueError, Quantity, UnitForm, read_quantity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.scenario_file.syntax.toml import TomlValue

UNCERTAIN: Final = ("value", "low", "high", "source", "status")
"""The keys of a number that is given with its range and where it comes from."""
OVERRIDE: Final = "override"
"""The status of a number that an override gave."""
WHAT_IF: Final = "what_if"
"""The table of a file that holds what-ifs, in the shape of a file."""
REMOVE: Final = "remove"
"""The key that takes away what a parent holds."""
_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS: Final = range(1000, 3000)
_POINT: Final = 2


@dataclass(frozen=True, slots=True)
class Number:
    """A number, in one of some forms; or a table of it with its range and source."""

    forms: tuple[UnitForm, ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value of another type."""

    read: Callable[[Any], Any]
    """Returns a value as the model has it, or raises `InvalidValueError`."""
    unit: str = "text"
    """What it is written in, for the printed schema."""
    allowed: str = ""
    json_schema: dict[str, Any] = field(default_factory=lambda: {"type": "string"})


@dataclass(frozen=True, slots=True)
class Table:
    """A table of keys."""

    keys: Mapping[str, Key]
    make: Callable[..., Any] = dict
    """Makes what the model holds from the fields that are given."""
    other_keys: Number | None = None
    """What names that are not among the keys may hold; nothing where they are errors."""
    other_meaning: str = ""
    """What those names are, where the meaning of the table does not say."""
    shorthand: str | None = None
    """The key that a bare text in place of the table stands for."""
    placeholder: str = ""
    """What stands for any key in the printed schema, where all hold the same."""


KeyType: TypeAlias = Number | Scalar | Table


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a scenario file."""

    name: str
    type: KeyType
    meaning: str
    is_required: bool = False
    default: Any = None
    """In the measure used inside."""
    field: str = ""
    """The model's name for it, where that is another."""


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of table at the top of a scenario file."""

    name: str
    table: Table
    meaning: str
    is_named: bool = False
    """Whether there are several, keyed by id: ``[town.ID]``."""
    is_listed: bool = False
    """Whether they are written as a list: ``[[route]]``."""
    inside: str = ""
    """The table in which the list stands, where that is not the file itself."""

    @property
    def has_ids(self) -> bool:
        """Whether there are several tables, each with an id."""
        return self.is_named or self.is_listed

    def header(self, name: str | None = None) -> str:
        """Return how the table is headed in a file."""
        if self.is_listed:
            return f"[[{self.inside}.{self.name}]]" if self.inside else f"[[{self.name}]]"
        return f"[{self.name}.{name or 'ID'}]" if self.is_named else f"[{self.name}]"


def text(
    *, has_lines: bool = False, may_be_number: bool = False, pattern: str | None = None, example: str = "name"
) -> Scalar:
    """Return the type of a text: of several lines, instead of a bare number, or of a pattern."""

    def read(value: TomlValue) -> str | float:
        if may_be_number and isinstance(value, int | float) and not isinstance(value, bool):
            return value
        if not isinstance(value, str):
            raise InvalidValueError("E104", "is not a text", f'put it in quotes, like "{example}"')
        if len(value) > MAX_TEXT_LENGTH:
            raise InvalidValueError("E106", "is too long", f"{MAX_TEXT_LENGTH} characters is the most")
        found = hidden_character(value, "\n\t" if has_lines else "")
        if found:
            message = f"contains an invisible character, U+{ord(found):04X}"
            raise InvalidValueError("E106", message, "remove it")
        if not value.strip() and not has_lines:
            raise InvalidValueError("E106", "is empty", "write something, or leave the key out")
        if pattern and not re.fullmatch(pattern, value):
            message = "has the wrong form"
            raise InvalidValueError("E103", message, f'write it like "{example}"')
        return value

    schema: dict[str, Any] = {"type": "string"} | ({"pattern": f"^{pattern}$"} if pattern else {})
    return Scalar(read, json_schema={"anyOf": [schema, {"type": "number"}]} if may_be_number else schema)


def whole(low: int, high: int) -> Scalar:
    """Return the type of a whole number without a unit."""

    def read(value: TomlValue) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidValueError("E208", "is not a whole number", "write it like 42")
        if not low <= value <= high:
            raise InvalidValueError("E204", "is out of range", f"{low} to {high} is allowed")
        return value

    return Scalar(read, "whole number", json_schema={"type": "integer", "minimum": low, "maximum": high})


def choice(*options: str) -> Scalar:
    """Return the type of one of some words."""

    def read(value: TomlValue) -> str:
        if isinstance(value, str) and value in options:
            return value
        quoted = join_words(f'"{option}"' for option in options if option != OVERRIDE)
        if not isinstance(value, str):
            raise InvalidValueError("E104", "is not a text", f"write {quoted}")
        near = nearest(value, options)
        label = f'did you mean "{near[0]}"?' if near else f"write {quoted}"
        raise InvalidValueError("E103", f'cannot be "{value[:40]}"', label)

    return Scalar(read, allowed=join_words(options), json_schema={"enum": list(options)})


def texts(example: str) -> Scalar:
    """Return the type of a list of texts."""

    def read(value: TomlValue) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise InvalidValueError("E104", "is not a list of texts", f"write it like {example}")
        return tuple(map(TEXT.read, value))

    return Scalar(read, "list of texts", json_schema={"type": "array", "items": {"type": "string"}})


def _flag(value: TomlValue) -> bool:
    if not isinstance(value, bool):
        meant = FLAGS.get(str(value).strip().casefold())
        label = f"write {meant}" if meant else "write true or false"
        raise InvalidValueError("E104", "is neither true nor false", label)
    return value


def _date(value: TomlValue) -> date:
    """Read a date, which reaches us as ISO text."""
    found = None
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        with contextlib.suppress(ValueError):
            found = date.fromisoformat(value)
    if found is None:
        raise InvalidValueError("E104", "is not a date", "write it like 2025-01-27, without a time")
    # Days are counted on from here: the calendar must not end within a run.
    if found.year not in _YEARS:
        label = f"years {_YEARS[0]} to {_YEARS[-1]} are allowed"
        raise InvalidValueError("E204", "is out of range", label)
    return found


def points(least: int) -> Scalar:
    """Return the type of a list of positions, of which there are at least so many."""

    def read(value: TomlValue) -> tuple[Position, ...]:
        example = "write it like [[49.98, 37.83], [49.85, 37.71]]"
        if not isinstance(value, list) or len(value) < least:
            raise InvalidValueError("E104", f"is not a list of at least {least} positions", example)
        for each in value:
            if not isinstance(each, list) or len(each) != _POINT or not all(map(_is_degree, each)):
                raise InvalidValueError("E104", "holds something that is not a position", example)
        return tuple(Position(float(lat), float(lon)) for lat, lon in value)

    schema = {"type": "array", "items": _PAIR, "minItems": least}
    return Scalar(read, "list of [lat, lon]", json_schema=schema)


def _is_degree(value: TomlValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -360 <= value <= 360


_DEGREE: Final = {"type": "number", "minimum": -360, "maximum": 360}
_PAIR: Final = {"type": "array", "items": _DEGREE, "minItems": 2, "maxItems": 2}
TEXT: Final = text()
FLAG: Final = Scalar(_flag, "true or false", json_schema={"type": "boolean"})
# TOML's own dates reach a JSON Schema as texts: editors hand them over in ISO form.
DATE: Final = Scalar(_date, "date", json_schema={"type": "string", "format": "date"})
STATUS: Final = choice("reported", "calibrated", "assumed", OVERRIDE)


Path: TypeAlias = tuple[str, ...]
_BESIDE: Final = {"source": TEXT, "status": STATUS}
"""What may stand beside a number and its range."""


@dataclass(frozen=True, slots=True)
class GivenNumber:
    """A number that the scenario gives, with where it stands."""

    path: Path
    parameter: Parameter
    is_override: bool = False


@dataclass(slots=True)
class TableReader:
    """Reads one table of a section; its key paths begin below that table."""

    section: Section
    path: Path
    """Where the table stands: its section, and its id where there are several."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    """All that is wrong with it."""
    numbers: list[GivenNumber] = field(default_factory=list)
    """The numbers it gives."""

    def read(self, value: TomlValue) -> dict[str, Any]:
        """Return the model's fields that the table gives; incomplete where there are diagnostics."""
        return self._fields(self.section.table, value, ())

    def _fields(self, table: Table, value: TomlValue, path: Path) -> dict[str, Any]:
        """Return the fields that this table, or one inside it, gives."""
        fields: dict[str, Any] = {}
        if table.shorthand and isinstance(value, str):
            value = {table.shorthand: value}
        if not isinstance(value, dict):
            what = f'"{".".join(path)}" in {self._header()}' if path else self._header()
            is_pair = "lat" in table.keys and isinstance(value, list) and len(value) == _POINT
            label = "write {{ lat = {}, lon = {} }}".format(*value) if is_pair else ""
            if not label and path and len(table.keys) > 1:
                label = f"write {{ {' = …, '.join(list(table.keys)[:2])} = … }}"
            elif not label:
                label = f"write {self._header()}" if isinstance(value, list) else "a table belongs here"
            self._error("E104", path, f"{what} is not a table", label)
            return fields
        for name, key in table.keys.items():
            if name in value:
                self._read_value(key.field or name, key.type, value[name], (*path, name), fields)
            elif key.is_required:
                self._missing(path, name)
        others = [name for name in value if name not in table.keys]
        for name in others:
            if table.other_keys:
                self._read_value(name, table.other_keys, value[name], (*path, name), fields)
            else:
                self._unknown(path, name, table.keys)
        return fields

    def _read_value(
        self, into: str, kind: KeyType, value: TomlValue, path: Path, fields: dict[str, Any]
    ) -> None:
        try:
            if isinstance(kind, Number):
                self._read_number(into, kind, value, path, fields)
            elif isinstance(kind, Scalar):
                fields[into] = kind.read(value)
            else:
                before = len(self.diagnostics)
                inner = self._fields(kind, value, path)
                if len(self.diagnostics) == before:
                    fields[into] = kind.make(**inner)
        except InvalidValueError as problem:
            self._invalid(path, problem)

    def _read_number(
        self, into: str, number: Number, value: TomlValue, path: Path, fields: dict[str, Any]
    ) -> None:
        """Add the field that a number gives, plain or with its range and source, and note the number."""
        table = value if isinstance(value, dict) else {}
        if table is value:
            found = self._uncertain(number, table, path)
            if not found:
                return
        else:
            found = {"value": read_quantity(value, number.forms)}
        quantity = found["value"]
        fields[quantity.form.field or into] = quantity.value
        if self.section.name != "scenario" and quantity.form.measure != "degrees":
            # A number that was overridden is no longer the source's, whatever stands beside it.
            is_override = table.get("status") == OVERRIDE
            parameter = Parameter(
                key=".".join((*self.path, *path)),
                value=quantity.value,
                text=quantity.text,
                low=found["low"].value if "low" in found else None,
                high=found["high"].value if "high" in found else None,
                status=None if is_override else table.get("status"),
                source=None if is_override else table.get("source"),
            )
            self.numbers.append(GivenNumber((*self.path, *path), parameter, is_override))

    def _uncertain(self, number: Number, table: dict[str, Any], path: Path) -> dict[str, Quantity]:
        """Return the value of a number and the ends of its range; empty where anything is wrong."""
        before = len(self.diagnostics)
        found: dict[str, Quantity] = {}
        for name in [each for each in table if each not in UNCERTAIN]:
            self._unknown(path, name, UNCERTAIN)
        for name in [each for each in UNCERTAIN if each in table]:
            try:
                if name in _BESIDE:
                    _BESIDE[name].read(table[name])
                else:
                    found[name] = read_quantity(table[name], number.forms)
            except InvalidValueError as problem:
                self._invalid((*path, name), problem)
        if "value" not in table:
            self._missing(path, "value")
        if len(self.diagnostics) == before:
            self._check_order(found, path, is_override=table.get("status") == OVERRIDE)
        return {} if len(self.diagnostics) > before else found

    def _check_order(self, found: dict[str, Quantity], path: Path, *, is_override: bool) -> None:
        """Note where low, value and high are not of one kind and in this order."""
        value = found["value"]
        low, high = found.get("low", value), found.get("high", value)
        problem: tuple[str, str, str] | None = None
        if low.form != value.form or high.form != value.form:
            name = "low" if low.form != value.form else "high"
            problem = name, "is not in the unit of its value", f'the value is "{value.text}"'
        elif low.value > high.value and "low" in found and "high" in found:
            problem = "low", "is above its high", f"high is {high.text}"
        elif value.value < low.value and not is_override:
            # Whoever overrides a number may leave the range that its source gives.
            problem = "value", "is below its low", f"low is {low.text}"
        elif value.value > high.value and not is_override:
            problem = "value", "is above its high", f"high is {high.text}"
        if problem:
            self._invalid((*path, problem[0]), InvalidValueError("E206", *problem[1:]))

    def _invalid(self, path: Path, problem: InvalidValueError) -> None:
        named = path[:-1] if len(path) > 1 and path[-1] == "value" else path
        message = f'"{".".join(named)}" in {self._header()} {problem.message}'
        self.diagnostics.append(Diagnostic(problem.code, self.path + path, message, problem.label))

    def _missing(self, path: Path, name: str) -> None:
        self._error("E102", path, f'"{name}" is missing in {self._place(path)}', f'add "{name}"')

    def _unknown(self, path: Path, name: str, known: Iterable[str]) -> None:
        # Past what is shown nobody reads advice, and to look for it a million times takes long.
        near = did_you_mean(name, known) if len(self.diagnostics) < MAX_SHOWN else None
        label = near or f"known here: {join_words(known, 'and')}"
        self._error("E101", (*path, name), f'unknown key "{name}" in {self._place(path)}', label, "key")

    def _error(
        self, code: str, path: Path, message: str, label: str, aim: Literal["key", "value"] = "value"
    ) -> None:
        """Note an error that the list of keys helps to mend."""
        advice = f"frontsim schema {self.section.name} lists every key"
        self.diagnostics.append(Diagnostic(code, self.path + path, message, label, advice, aim))

    def _header(self) -> str:
        return self.section.header(*self.path[1:])

    def _place(self, path: Path) -> str:
        return f'"{".".join(path)}" of {self._header()}' if path else self._header()
