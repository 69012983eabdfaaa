"""Single values of a scenario file, read strictly: a number is never a text, nor a text a number."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from sim.scenario_file.names import LONGEST_TEXT, hidden_in, join_words, nearest
from sim.scenario_file.schema import key_types
from sim.scenario_file.syntax.units import Quantity, QuantityError, read_quantity

if TYPE_CHECKING:
    from collections.abc import Callable

OVERRIDE: Final = "override"
"""What a number says of itself that an override gave."""
STATUSES: Final = ("reported", "calibrated", "assumed", OVERRIDE)
_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_POINT: Final = 2
_FIRST_YEAR: Final = 1000
_LAST_YEAR: Final = 2999


@dataclass(frozen=True, slots=True)
class Given:
    """A number as the scenario gives it."""

    quantity: Quantity
    low: float | None = None
    high: float | None = None
    source: str | None = None
    status: str | None = None


def wrong(code: str, message: str, label: str) -> PydanticCustomError:
    """Return the complaint that pydantic carries to where the place is known."""
    return PydanticCustomError(code, "{message}", {"message": message, "label": label})


def reader(shape: key_types.Shape) -> Callable[[Any], Any]:
    """Return what reads a single value of this shape."""

    def read(value: Any) -> Any:  # noqa: ANN401 - whatever TOML holds
        return _READERS[type(shape)](shape, value)

    return read


def _number(shape: key_types.Number, value: Any) -> Given:  # noqa: ANN401 - whatever TOML holds
    """Read a number, plain or with its range and source."""
    if isinstance(value, dict):
        return _uncertain(shape, value)
    try:
        return Given(read_quantity(value, shape.ways))
    except QuantityError as problem:
        raise wrong(problem.code, problem.message, problem.label) from None


def _uncertain(shape: key_types.Number, table: dict[str, Any]) -> Given:
    """Read a number with its range and source; all that is wrong with it at once."""
    problems: dict[str, PydanticCustomError | str] = dict.fromkeys(
        (name for name in table if name not in key_types.UNCERTAIN), "extra_forbidden"
    )
    found: dict[str, Quantity] = {}
    for name in key_types.UNCERTAIN:
        try:
            if name in _PARTS and name in table:
                reader(_PARTS[name])(table[name])
            elif name in table:
                found[name] = read_quantity(table[name], shape.ways)
        except PydanticCustomError as problem:
            problems[name] = problem
        except QuantityError as problem:
            problems[name] = wrong(problem.code, problem.message, problem.label)
    if "value" not in table:
        problems["value"] = "missing"
    problems = problems or _out_of_order(found, table.get("status"))
    if problems:
        details = [
            InitErrorDetails(type=problem, loc=(name,), input=table.get(name))
            for name, problem in problems.items()
        ]
        raise ValidationError.from_exception_data("number", details)
    ends = {name: found[name].value for name in ("low", "high") if name in found}
    return Given(found["value"], **ends, source=table.get("source"), status=table.get("status"))


def _out_of_order(found: dict[str, Quantity], status: str | None) -> dict[str, PydanticCustomError | str]:
    """Return what is wrong where low, value and high are not of one kind and in this order."""
    value = found["value"]
    for name in ("low", "high"):
        if name in found and found[name].way != value.way:
            return {name: wrong("E206", "is not in the unit of its value", f'the value is "{value.text}"')}
    low, high = found.get("low", value), found.get("high", value)
    if low.value > high.value and "low" in found and "high" in found:
        return {"low": wrong("E206", "is above its high", f"high is {high.text}")}
    # Whoever overrides a number may leave the range that its source gives.
    if status == OVERRIDE or low.value <= value.value <= high.value:
        return {}
    if value.value < low.value:
        return {"value": wrong("E206", "is below its low", f"low is {low.text}")}
    return {"value": wrong("E206", "is above its high", f"high is {high.text}")}


def _text(shape: key_types.Text, value: Any) -> str | float:  # noqa: ANN401 - whatever TOML holds
    """Read a text with nothing hidden in it."""
    if shape.may_be_number and isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise wrong("E104", "is not a text", f'put it in quotes, like "{shape.example or "name"}"')
    if len(value) > LONGEST_TEXT:
        raise wrong("E106", "is too long", f"{LONGEST_TEXT} characters is the most")
    found = hidden_in(value, "\n\t" if shape.has_lines else "")
    if found:
        raise wrong("E106", f"holds a character that does not show, U+{ord(found):04X}", "take it out")
    if not value.strip() and not shape.has_lines:
        raise wrong("E106", "is empty", "write something, or leave the key out")
    if shape.pattern and not re.fullmatch(shape.pattern, value):
        raise wrong("E103", "is not written as it should be", f'write it like "{shape.example}"')
    return value


def _whole(shape: key_types.Whole, value: Any) -> int:  # noqa: ANN401 - whatever TOML holds
    """Read a whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong("E208", "is not a whole number", "write it like 42")
    if not shape.low <= value <= shape.high:
        raise wrong("E204", "is out of range", f"{shape.low} to {shape.high} is allowed")
    return value


def _choice(shape: key_types.Choice, value: Any) -> str:  # noqa: ANN401 - whatever TOML holds
    """Read one of some words."""
    options = join_words(f'"{option}"' for option in shape.options if option != OVERRIDE)
    if not isinstance(value, str):
        raise wrong("E104", "is not a text", f"write {options}")
    if value not in shape.options:
        near = nearest(value, shape.options)
        raise wrong(
            "E103", f'cannot be "{value[:40]}"', f'did you mean "{near[0]}"?' if near else f"write {options}"
        )
    return value


def _flag(_shape: key_types.Flag, value: Any) -> bool:  # noqa: ANN401 - whatever TOML holds
    """Read true or false."""
    if not isinstance(value, bool):
        raise wrong("E104", "is neither true nor false", "write true or false")
    return value


def _day(_shape: key_types.Day, value: Any) -> date:  # noqa: ANN401 - whatever TOML holds
    """Read a date, which reaches us as ISO text."""
    found = None
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        with contextlib.suppress(ValueError):
            found = date.fromisoformat(value)
    if found is None:
        raise wrong("E104", "is not a date", "write it like 2025-01-27, without a time")
    # Days are counted on from here: the calendar must not end within a run.
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise wrong("E204", "is out of range", f"years {_FIRST_YEAR} to {_LAST_YEAR} are allowed")
    return found


def _texts(shape: key_types.Texts, value: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever TOML holds
    """Read a list of texts."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise wrong("E104", "is not a list of texts", f"write it like {shape.example}")
    for each in value:
        _text(key_types.Text(), each)
    return tuple(value)


def _points(_shape: key_types.Points, value: Any) -> tuple[tuple[float, float], ...]:  # noqa: ANN401 - whatever TOML holds
    """Read a list of positions."""
    example = "write it like [[49.98, 37.83], [49.85, 37.71]]"
    if not isinstance(value, list) or len(value) < _POINT:
        raise wrong("E104", "is not a list of at least two positions", example)
    for each in value:
        if not isinstance(each, list) or len(each) != _POINT or not all(_is_degree(part) for part in each):
            raise wrong("E104", "holds something that is not a position", example)
    return tuple((float(lat), float(lon)) for lat, lon in value)


def _is_degree(value: Any) -> bool:  # noqa: ANN401 - whatever TOML holds
    return isinstance(value, int | float) and not isinstance(value, bool) and -180 <= value <= 180


_PARTS: Final[dict[str, key_types.Shape]] = {"source": key_types.Text(), "status": key_types.Choice(STATUSES)}
_READERS: Final[dict[type, Callable[[Any, Any], Any]]] = {
    key_types.Number: _number,
    key_types.Text: _text,
    key_types.Whole: _whole,
    key_types.Choice: _choice,
    key_types.Flag: _flag,
    key_types.Day: _day,
    key_types.Texts: _texts,
    key_types.Points: _points,
}
