"""Quantities as people write them, to the measure used inside and back.

Knows the units of every measure that `sim.model.quantities.number` names, and no key.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sim.model.quantities import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_QUANTITY_LENGTH: Final = 60
THOUSANDS: Final = 3
"""Digits that may be decimals, or the rest of thousands."""
_NUMBER: Final = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?"
_QUANTITY: Final = re.compile(rf"\s*({_NUMBER})\s*(\S.*?)?\s*", re.DOTALL)
_MOMENT: Final = re.compile(r"\s*d\s*([0-9]+(?:\.[0-9]+)?)\s*")


class InvalidValueError(Exception):
    """A value is not what belongs there; the message goes on after the key's name: ``needs a unit``."""

    def __init__(self, code: str, message: str, label: str) -> None:
        super().__init__(code, message, label)
        self.code = code
        self.message = message
        self.label = label


@dataclass(frozen=True, slots=True)
class Measure:
    """How one measure is written."""

    units: Mapping[str, float] = field(default_factory=dict)
    """What each unit is, in the measure used inside; the first is the one we write."""
    example: str = ""
    is_bare: bool = False
    """Whether a number may stand without a unit."""
    is_whole: bool = False
    """Whether only whole numbers make sense."""
    rounds: bool = False
    """Whether it is kept in whole numbers, to which others are rounded."""
    note: str = ""
    """What to say of it in the printed schema, beside its units."""


_TIMES: Final = {"d": float(DAY), "h": float(HOUR), "min": float(MINUTE)}
MEASURES: Final[Mapping[str, Measure]] = {
    "share": Measure(is_bare=True, example="0.5"),
    "factor": Measure(is_bare=True, example="1.5"),
    "count": Measure(is_bare=True, is_whole=True, example="2"),
    "losses_per_day": Measure(is_bare=True, example="59", note="a day"),
    "degrees": Measure(is_bare=True, example="49.71", note="degrees, three decimals or coarser"),
    "duration": Measure(_TIMES, "36 h", rounds=True),
    "moment": Measure(_TIMES, "d10", rounds=True, note="since the start; d10 is 10 d"),
    "days": Measure({"d": 1.0, "h": HOUR / DAY}, "5 d"),
    "distance": Measure({"km": 1.0}, "5 km"),
    "share_of_length": Measure({"of length": 1.0}, "0.8 of length"),
    "speed": Measure({"km/h": 1.0}, "40 km/h"),
    "tonnes": Measure({"t": 1.0}, "412 t"),
    "tonnes_per_day": Measure({"t/d": 1.0}, "420 t/d"),
    "soldiers": Measure({"soldiers": 1.0}, "3000 soldiers", is_bare=True, is_whole=True),
    "soldiers_per_day": Measure({"soldiers/d": 1.0}, "60 soldiers/d"),
    "per_day": Measure({"/d": 1.0}, "6 /d"),
    "per_hour": Measure({"/h": 1.0}, "0.1 /h"),
    "kg_per_soldier_per_day": Measure({"kg/soldier/d": 1.0}, "12 kg/soldier/d"),
    "amount": Measure({"soldiers": 1.0}, "0.5", is_bare=True, note="a share, or soldiers"),
}


@dataclass(frozen=True, slots=True)
class UnitForm:
    """One way to give a number: a measure, which has units, and a range."""

    measure: str
    low: float
    high: float
    field: str = ""
    """The field of the model it fills, where that is not named like the key."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that was read."""

    value: float
    """In the measure used inside; a whole number where the measure keeps those."""
    text: str
    """As written, tidied."""
    form: UnitForm


def read_quantity(value: object, forms: Sequence[UnitForm]) -> Quantity:
    """Read one quantity that may be given in any of these forms; else raise `InvalidValueError`.

    Examples
    --------
    >>> read_quantity("36 h", [UnitForm("duration", 60, 31_536_000)]).value
    129600
    """
    amount, unit = _split(value, forms)
    form = _form_of_unit(unit, amount, forms)
    measure = MEASURES[form.measure]
    inside = amount * measure.units[unit] if unit else amount
    if not math.isfinite(inside):
        raise InvalidValueError("E205", "is not a finite number", f"{format_range(form)} is allowed")
    if measure.is_whole and inside != int(inside):
        raise InvalidValueError("E208", "is not a whole number", f"write {int(inside)} or {int(inside) + 1}")
    if measure.is_whole or measure.rounds:
        inside = round(inside)
    if not form.low <= inside <= form.high:
        side = "below the lowest allowed" if inside < form.low else "above the highest allowed"
        raise InvalidValueError("E204", f"is {side}", f"{format_range(form)} is allowed")
    return Quantity(inside, f"{format_number(amount)} {unit}".rstrip(), form)


def scale_quantity(value: object, factor: float, forms: Sequence[UnitForm]) -> str | float:
    """Return a quantity times a factor, in the unit it was written in; errors are those of `read_quantity`.

    Examples
    --------
    >>> scale_quantity("60 soldiers/d", 1.5, [UnitForm("soldiers_per_day", 0, 1e6)])
    '90 soldiers/d'
    """
    amount, unit = _split(value, forms)
    form = _form_of_unit(unit, amount, forms)
    result = float(f"{amount * factor:.12g}")
    if MEASURES[form.measure].is_whole and math.isfinite(result):
        result = round(result)
    if unit:
        return f"{format_number(result)} {unit}"
    return int(result) if math.isfinite(result) and result == int(result) else result


def format_quantity(value: float, measure: str) -> str:
    """Return a number of the measure used inside as a person would write it.

    Examples
    --------
    >>> format_quantity(129_600, "duration"), format_quantity(0.5, "share")
    ('36 h', '0.5')
    """
    units = MEASURES[measure].units or {"": 1.0}
    fitting = [unit for unit, size in units.items() if value and (value / size) % 1 == 0]
    unit = next(iter(fitting or units))
    amount = value / units[unit]
    return f"{format_number(amount)} {unit}".rstrip()


def format_range(form: UnitForm) -> str:
    """Return the range of a form as text.

    Examples
    --------
    >>> format_range(UnitForm("speed", 0.1, 300))
    '0.1 to 300 km/h'
    """
    low, high = format_quantity(form.low, form.measure), format_quantity(form.high, form.measure)
    if low.partition(" ")[2] == high.partition(" ")[2] or form.low == 0:
        low = low.partition(" ")[0]
    return f"{low} to {high}"


def format_number(value: float) -> str:
    """Return a number with nothing superfluous.

    Examples
    --------
    >>> format_number(420.0), format_number(0.25), format_number(1e7)
    ('420', '0.25', '10000000')
    """
    if math.isfinite(value) and value == int(value) and abs(value) < 1e15:  # noqa: PLR2004 - floats are exact so far
        return str(int(value))
    return repr(value)


def _split(value: object, forms: Sequence[UnitForm]) -> tuple[float, str]:
    """Return the amount as written, and its unit, empty where there is none."""
    if isinstance(value, str):
        return _split_text(value, forms)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidValueError("E203", "is not a number", _example(forms))
    try:
        return float(value), ""
    except OverflowError:
        raise InvalidValueError("E204", "is far too large", f"{format_range(forms[0])} is allowed") from None


def _split_text(value: str, forms: Sequence[UnitForm]) -> tuple[float, str]:
    if len(value) > MAX_QUANTITY_LENGTH:
        raise InvalidValueError("E203", "is too long for a number", _example(forms))
    moment = _MOMENT.fullmatch(value)
    if moment and any(form.measure == "moment" for form in forms):
        return float(moment[1]), "d"
    match = _QUANTITY.fullmatch(value)
    if not match:
        if value.strip().lower().lstrip("+-").startswith(("nan", "inf")):
            raise InvalidValueError("E205", "is not a finite number", _example(forms))
        raise InvalidValueError("E203", "is not a number with a unit", _example(forms))
    unit = re.sub(r"\s*/\s*", "/", " ".join((match[2] or "").split()))
    if re.match(r"[,._\d]", unit):
        comma = re.match(r"\s*([+-]?\d+),(\d+)(?![\d.,])", value)
        is_decimal = comma and (len(comma[2]) != THOUSANDS or comma[1].lstrip("+-") == "0")
        label = "write the number in one piece, like 1500"
        if comma:
            label = f"decimals take a point: {comma[1]}.{comma[2]}"
            label += "" if is_decimal else f"; thousands take nothing: {comma[1]}{comma[2]}"
        raise InvalidValueError("E203", "is not a number with a unit", label)
    amount = float(match[1])
    if not unit and not any(MEASURES[form.measure].units for form in forms):
        raise InvalidValueError("E207", "is a text", f"write the bare number {format_number(amount)}")
    return amount, unit


def _form_of_unit(unit: str, amount: float, forms: Sequence[UnitForm]) -> UnitForm:
    for form in forms:
        measure = MEASURES[form.measure]
        if unit in measure.units or (not unit and measure.is_bare):
            return form
    units = [known for form in forms for known in MEASURES[form.measure].units]
    if not units:
        label = f"write {format_number(amount / 100)}" if unit == "%" else _example(forms)
        raise InvalidValueError("E207", f'takes no unit, and has "{unit}"', label)
    if not unit and math.isfinite(amount):
        raise InvalidValueError("E201", "needs a unit", f'write "{format_number(amount)} {units[0]}"')
    if not unit:
        raise InvalidValueError("E205", "is not a finite number", _example(forms))
    message = f'is in "{unit}", which does not fit here'
    message += "; m could be minutes, metres or months" if unit == "m" else ""
    raise InvalidValueError("E202", message, f"write it in {' or '.join(units)}")


def _example(forms: Sequence[UnitForm]) -> str:
    examples = [MEASURES[form.measure] for form in forms]
    shown = [f'"{each.example}"' if each.units and not each.is_bare else each.example for each in examples]
    return f"write it like {' or '.join(shown)}"
