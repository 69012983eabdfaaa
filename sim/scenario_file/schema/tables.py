"""Check a table of a scenario file against its keys, and collect all that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from sim.model.scenario import Parameter
from sim.scenario_file.diagnostics import MAX_SHOWN, Diagnostic
from sim.scenario_file.names import did_you_mean, join_words
from sim.scenario_file.schema.key_types import (
    OVERRIDE,
    STATUS,
    TEXT,
    UNCERTAIN,
    Number,
    Scalar,
    Section,
    Table,
)
from sim.scenario_file.syntax.units import InvalidValueError, Quantity, read_quantity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.scenario_file.schema.key_types import KeyType
    from sim.scenario_file.syntax.toml import TomlValue

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
            self._error("E104", path, f"{what} is not a table", "a table belongs here")
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
        """Add the field that a key gives."""
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
