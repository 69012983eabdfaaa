"""Single values of a scenario file, read strictly: a number is never a text, nor a text a number."""

from __future__ import annotations

import contextlib
import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sim.scenario_file.names import MAX_TEXT_LENGTH, hidden_character, join_words, nearest
from sim.scenario_file.schema import key_types
from sim.scenario_file.syntax.units import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Callable

OVERRIDE: Final = "override"
"""What a number says of itself that an override gave."""
STATUSES: Final = ("reported", "calibrated", "assumed", OVERRIDE)
_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_POINT: Final = 2
_FIRST_YEAR: Final = 1000
_LAST_YEAR: Final = 2999


def read_scalar(shape: key_types.Scalar, value: Any) -> Any:  # noqa: ANN401 - whatever TOML holds
    """Return a single value as the model has it.

    Raises
    ------
    InvalidValueError
        It is not one that may stand here.
    """
    return _READERS[type(shape)](shape, value)


def _text(shape: key_types.Text, value: Any) -> str | float:  # noqa: ANN401 - whatever TOML holds
    """Read a text with nothing hidden in it."""
    if shape.may_be_number and isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise InvalidValueError(
            "E104", "is not a text", f'put it in quotes, like "{shape.example or "name"}"'
        )
    if len(value) > MAX_TEXT_LENGTH:
        raise InvalidValueError("E106", "is too long", f"{MAX_TEXT_LENGTH} characters is the most")
    found = hidden_character(value, "\n\t" if shape.has_lines else "")
    if found:
        raise InvalidValueError(
            "E106", f"holds a character that does not show, U+{ord(found):04X}", "take it out"
        )
    if not value.strip() and not shape.has_lines:
        raise InvalidValueError("E106", "is empty", "write something, or leave the key out")
    if shape.pattern and not re.fullmatch(shape.pattern, value):
        raise InvalidValueError("E103", "is not written as it should be", f'write it like "{shape.example}"')
    return value


def _whole(shape: key_types.Whole, value: Any) -> int:  # noqa: ANN401 - whatever TOML holds
    """Read a whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidValueError("E208", "is not a whole number", "write it like 42")
    if not shape.low <= value <= shape.high:
        raise InvalidValueError("E204", "is out of range", f"{shape.low} to {shape.high} is allowed")
    return value


def _choice(shape: key_types.Choice, value: Any) -> str:  # noqa: ANN401 - whatever TOML holds
    """Read one of some words."""
    options = join_words(f'"{option}"' for option in shape.options if option != OVERRIDE)
    if not isinstance(value, str):
        raise InvalidValueError("E104", "is not a text", f"write {options}")
    if value not in shape.options:
        near = nearest(value, shape.options)
        raise InvalidValueError(
            "E103", f'cannot be "{value[:40]}"', f'did you mean "{near[0]}"?' if near else f"write {options}"
        )
    return value


def _flag(_shape: key_types.Flag, value: Any) -> bool:  # noqa: ANN401 - whatever TOML holds
    """Read true or false."""
    if not isinstance(value, bool):
        raise InvalidValueError("E104", "is neither true nor false", "write true or false")
    return value


def _day(_shape: key_types.Day, value: Any) -> date:  # noqa: ANN401 - whatever TOML holds
    """Read a date, which reaches us as ISO text."""
    found = None
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        with contextlib.suppress(ValueError):
            found = date.fromisoformat(value)
    if found is None:
        raise InvalidValueError("E104", "is not a date", "write it like 2025-01-27, without a time")
    # Days are counted on from here: the calendar must not end within a run.
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise InvalidValueError("E204", "is out of range", f"years {_FIRST_YEAR} to {_LAST_YEAR} are allowed")
    return found


def _texts(shape: key_types.Texts, value: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever TOML holds
    """Read a list of texts."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise InvalidValueError("E104", "is not a list of texts", f"write it like {shape.example}")
    for each in value:
        _text(key_types.Text(), each)
    return tuple(value)


def _points(_shape: key_types.Points, value: Any) -> tuple[tuple[float, float], ...]:  # noqa: ANN401 - whatever TOML holds
    """Read a list of positions."""
    example = "write it like [[49.98, 37.83], [49.85, 37.71]]"
    if not isinstance(value, list) or len(value) < _POINT:
        raise InvalidValueError("E104", "is not a list of at least two positions", example)
    for each in value:
        if not isinstance(each, list) or len(each) != _POINT or not all(_is_degree(part) for part in each):
            raise InvalidValueError("E104", "holds something that is not a position", example)
    return tuple((float(lat), float(lon)) for lat, lon in value)


def _is_degree(value: Any) -> bool:  # noqa: ANN401 - whatever TOML holds
    return isinstance(value, int | float) and not isinstance(value, bool) and -180 <= value <= 180


_READERS: Final[dict[type, Callable[[Any, Any], Any]]] = {
    key_types.Text: _text,
    key_types.Whole: _whole,
    key_types.Choice: _choice,
    key_types.Flag: _flag,
    key_types.Day: _day,
    key_types.Texts: _texts,
    key_types.Points: _points,
}
