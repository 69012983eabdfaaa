"""What ``-p`` says: a number with values, with a range and steps, with a range, or alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sim.errors import UsageError
from sim.scenario_file.syntax.units import format_number

_NUMBER: Final = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_RANGE: Final = re.compile(rf"({_NUMBER})\s*([^.]*?)\s*\.\.\s*({_NUMBER})\s*(.*?)\s*(?:/\s*([0-9]{{1,5}}))?")
_QUANTITY: Final = re.compile(rf"({_NUMBER})\s*(.*)")
DIGITS: Final = 9
FEWEST_STEPS: Final = 2


@dataclass(frozen=True, slots=True)
class Moved:
    """A number and what it is to be.

    Attributes
    ----------
    values
        As a scenario would write them; none where only a range was typed, or nothing.
    low, high
        Ends of the range; empty where none was typed.
    """

    key: str
    values: tuple[str, ...] = ()
    low: str = ""
    high: str = ""


def moved(text: str) -> Moved:
    """Return what one ``-p`` says.

    Raises
    ------
    UsageError
        It is none of these.

    Examples
    --------
    >>> moved("side.ua.replacements=20,40,60 soldiers/d").values
    ('20 soldiers/d', '40 soldiers/d', '60 soldiers/d')
    >>> moved("side.ua.replacements=15..60 soldiers/d/4").values
    ('15 soldiers/d', '30 soldiers/d', '45 soldiers/d', '60 soldiers/d')
    >>> moved("tempo.variation=0..0.5")
    Moved(key='tempo.variation', values=(), low='0', high='0.5')
    >>> moved("attrition.fires_law=aimed_fire,area_fire").values
    ('aimed_fire', 'area_fire')
    """
    key, _, written = (part.strip() for part in text.partition("="))
    if not key or (not written and "=" in text):
        msg = f"-p takes KEY=A,B,C or KEY=LO..HI/STEPS, such as tempo.variation=0..0.4/5: {text!r}"
        raise UsageError(msg)
    if ".." in written:
        return _ranged(key, written)
    return Moved(key, _listed(written)) if written else Moved(key)


def _ranged(key: str, written: str) -> Moved:
    """Return a number with a range."""
    found = _RANGE.fullmatch(written)
    if not found:
        raise UsageError(f"-p {key}: {written!r} is no range. Write it like 20..60 soldiers/d/5")
    low, low_unit, high, unit, steps = found.groups()
    low_unit = low_unit or unit
    if steps is None:
        return Moved(key, (), _written(float(low), low_unit), _written(float(high), unit))
    if low_unit != unit:
        raise UsageError(
            f"-p {key}: both ends of a range with steps are in one unit, such as 20..60 {unit}/5"
        )
    count = int(steps)
    if count < FEWEST_STEPS:
        raise UsageError(f"-p {key}: a range has {FEWEST_STEPS} steps at least, both ends counted")
    width = (float(high) - float(low)) / (count - 1)
    return Moved(key, tuple(_written(float(low) + width * step, unit) for step in range(count)))


def _listed(written: str) -> tuple[str, ...]:
    """Return values that were listed; those without a unit have that of the last."""
    parts = [part.strip() for part in written.split(",") if part.strip()]
    last = _QUANTITY.fullmatch(parts[-1]) if parts else None
    unit = last[2] if last else ""
    bare = re.compile(_NUMBER)
    return tuple(f"{part} {unit}".rstrip() if bare.fullmatch(part) else part for part in parts)


def _written(value: float, unit: str) -> str:
    """Return a number with its unit."""
    return f"{format_number(float(f'{value:.{DIGITS}g}'))} {unit}".rstrip()
