"""What a key of a scenario file may hold, taken from the domain's dataclasses wherever it can be.

A number's measure, range, default and meaning stand in `sim.model.quantities.number` and nowhere else:
this module reads them there, so that the reader, the printed schema and overrides agree.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sim.scenario_file.syntax.units import UnitForm

if TYPE_CHECKING:
    from collections.abc import Iterable

UNCERTAIN: tuple[str, ...] = ("value", "low", "high", "source", "status")
"""The keys of a number that is given with its range and where it comes from."""
REMOVE = "remove"
"""The key that takes away what a parent holds."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number, in one of some ways; or a table of it with its range and source."""

    forms: tuple[UnitForm, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number that measures nothing."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text."""

    has_lines: bool = False
    """Whether it may go over several lines."""
    may_be_number: bool = False
    """Whether a bare number may stand in its place."""
    pattern: str | None = None
    example: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words."""

    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""


@dataclass(frozen=True, slots=True)
class Day:
    """A date."""


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of texts."""

    example: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """A list of positions, each a list of latitude and longitude."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of keys."""

    keys: Mapping[str, Key]
    make: Callable[..., Any]
    """Makes what the domain holds from the fields that are given."""
    others: Number | None = None
    """What names that are not among the keys may hold; nothing where they are mistakes."""
    shorthand: str | None = None
    """The key that a bare text in place of the table stands for."""
    alike: str = ""
    """What its keys are called together, where they all hold the same."""


Scalar: TypeAlias = Whole | Text | Choice | Flag | Day | Texts | Points
Shape: TypeAlias = Number | Scalar | Table


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a scenario file."""

    name: str
    shape: Shape
    meaning: str
    field: str = ""
    """The domain's name for it."""
    is_required: bool = False
    default: Any = None
    """In the measure used inside."""


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

    def header(self, name: str | None = None) -> str:
        """Return how the table is headed in a file."""
        if self.is_listed:
            return f"[[{self.inside}.{self.name}]]" if self.inside else f"[[{self.name}]]"
        return f"[{self.name}.{name or 'ID'}]" if self.is_named else f"[{self.name}]"


def by_name(keys: Iterable[Key]) -> dict[str, Key]:
    """Return keys by their names, in order."""
    return {key.name: key for key in keys}


def keys_of(
    kind: type, meanings: Mapping[str, str] | None = None, leave_out: tuple[str, ...] = ()
) -> dict[str, Key]:
    """Return the keys that a dataclass of the domain calls for.

    Parameters
    ----------
    meanings
        What its fields mean that are not numbers.
    leave_out
        Fields that a scenario file gives in another way.
    """
    hints = typing.get_type_hints(kind)
    return by_name(
        Key(
            each.name,
            _shape(each, hints[each.name]),
            each.metadata["doc"] if "doc" in each.metadata else (meanings or {})[each.name],
            each.name,
            is_required=each.default is MISSING and each.default_factory is MISSING,
            default=_default(each),
        )
        for each in dataclasses.fields(kind)
        if each.name not in leave_out
    )


def with_defaults(default: Mapping[str, Any]) -> Callable[..., dict[str, Any]]:
    """Return what makes a mapping from the names that are given, with the default for all others."""

    def make(**given: Any) -> dict[str, Any]:  # noqa: ANN401 - numbers, or rows of numbers
        return {**default, **given}

    return make


def number_table(names: Iterable[str], form: UnitForm, meaning: str, default: Mapping[str, float]) -> Table:
    """Return a table of numbers that all measure the same."""
    keys = [
        Key(name, Number((dataclasses.replace(form, field=name),)), meaning, name, default=default.get(name))
        for name in names
    ]
    return Table(by_name(keys), with_defaults(default))


def form_of(kind: type, name: str) -> UnitForm:
    """Return the measure and range of one number of a dataclass."""
    metadata = next(each for each in dataclasses.fields(kind) if each.name == name).metadata
    return UnitForm(name, metadata["measure"], metadata["low"], metadata["high"])


def _default(each: dataclasses.Field[Any]) -> Any:  # noqa: ANN401 - of any kind
    """Return a field's default; none where it has to be given."""
    if each.default_factory is not MISSING:
        return each.default_factory()
    return None if each.default is MISSING else each.default


def _shape(each: dataclasses.Field[Any], hint: Any) -> Shape:  # noqa: ANN401 - a type, or a union of types
    """Return what a field's key may hold."""
    if "measure" in each.metadata:
        form = UnitForm(each.name, *(each.metadata[name] for name in ("measure", "low", "high")))
        default = _default(each)
        if isinstance(default, dict):
            return number_table(default, form, each.metadata["doc"], default)
        return Number((form,))
    if isinstance(hint, types.UnionType):
        hint = next(arm for arm in typing.get_args(hint) if arm is not type(None))
    if typing.get_origin(hint) is Literal:
        return Choice(typing.get_args(hint))
    plain: dict[Any, Shape] = {bool: Flag(), str: Text(), date: Day()}
    return plain[hint]
