"""The measures everything inside is kept in, one for each dimension, and how people read them.

Time is whole seconds since the scenario began, rates are per day, goods are tonnes, ways are
kilometres, strength is soldiers. Text with units is read in `sim.scenario_file` and nowhere else.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any, Final, Literal, TypeAlias, get_args

Seconds: TypeAlias = int
"""A time or a duration; whole seconds, so that simultaneous stays simultaneous."""
Tonnes: TypeAlias = float
TonnesPerDay: TypeAlias = float
Kilometres: TypeAlias = float
KilometresPerHour: TypeAlias = float
Soldiers: TypeAlias = int
PerDay: TypeAlias = float
Days: TypeAlias = float
Share: TypeAlias = float
"""A bare number from 0 to 1."""
Kilograms: TypeAlias = float
"""Kilograms per soldier per day: how consumption is given; everything else is tonnes."""

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86_400
KILOGRAMS_PER_TONNE: Final = 1000.0

Category: TypeAlias = Literal["personnel", "uas", "vehicles", "artillery", "afv", "tanks", "special"]
CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)
"""Loss categories, in the order in which every tuple of losses is kept."""
PERSONNEL: Final = CATEGORIES.index("personnel")
VEHICLES: Final = CATEGORIES.index("vehicles")

Cause: TypeAlias = Literal["assault", "fires", "interdiction"]
CAUSES: Final[tuple[Cause, ...]] = get_args(Cause)

Losses: TypeAlias = tuple[int, ...]
"""Losses by category, in the order of `CATEGORIES`."""
NO_LOSSES: Final[Losses] = (0,) * len(CATEGORIES)

GRAMS: Final = 6
"""Decimals of tonnes down to a gram."""

DISCLAIMER: Final = "Toy model for study. Not a forecast, not for operational use."


def in_days(t: Seconds) -> Days:
    """Return a time as days.

    Examples
    --------
    >>> in_days(36 * HOUR)
    1.5
    """
    return t / DAY


def round_to_gram(amount: Tonnes) -> Tonnes:
    """Round to whole grams, the finest amount that is ever moved.

    Amounts that both the engine and readers of a recording keep are rounded where they arise, so that the
    text of a recording stays short and both hold the same number.

    Examples
    --------
    >>> round_to_gram(1 / 3)
    0.333333
    """
    return round(amount, GRAMS)


def number(default: Any, measure: str, low: float, high: float, doc: str) -> Any:  # noqa: ANN401 - stands where dataclasses.field does, which is typed so too
    """Declare one adjustable number of the model, with its measure, its range (ends included) and meaning.

    All are in the measure used inside; the default is `...` where a scenario must give it, and
    `sim.scenario_file.syntax.units` says how each measure is written.
    """
    metadata = {"measure": measure, "low": low, "high": high, "doc": doc}
    if default is ...:
        return field(metadata=metadata)
    if isinstance(default, dict):
        return field(default_factory=lambda: dict(default), metadata=metadata)
    return field(default=default, metadata=metadata)
