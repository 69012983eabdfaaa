"""Dates, shares and lists as people read them, the same on every machine whatever its language."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sim.analysis.pressure import direction
from sim.model.quantities import CATEGORIES, DAY, HOUR, MINUTE, Category, Seconds, Share, in_days
from sim.scenario_file.names import join_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sim.model.scenario import Route, Scenario

MONTHS: Final = tuple(
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
CATEGORY_WORDS: Final[dict[Category, tuple[str, str]]] = {
    "personnel": ("soldier", "soldiers"),
    "uas": ("UAS", "UAS"),
    "vehicles": ("vehicle", "vehicles"),
    "artillery": ("artillery piece", "artillery pieces"),
    "afv": ("armoured vehicle", "armoured vehicles"),
    "tanks": ("tank", "tanks"),
    "special": ("special item", "special items"),
}
"""What one loss of each category is called, and what several are."""
CATEGORY_NAMES: Final[dict[Category, str]] = {
    "personnel": "Soldiers",
    "uas": "UAS",
    "vehicles": "Vehicles",
    "artillery": "Artillery",
    "afv": "Armoured vehicles",
    "tanks": "Tanks",
    "special": "Special equipment",
}
"""Headings of losses by category."""


def date_text(start: date, t: Seconds) -> str:
    """Return the date of a time since the start.

    Examples
    --------
    >>> from datetime import date
    >>> date_text(date(2025, 1, 27), 23 * DAY)
    '19 February 2025'
    """
    on = start + timedelta(days=t // DAY)
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def clock_text(t: Seconds) -> str:
    """Return the hour and minute of a time.

    Examples
    --------
    >>> clock_text(23 * DAY + 6 * HOUR)
    '06:00'
    """
    within = t % DAY
    return f"{within // HOUR:02}:{within % HOUR // MINUTE:02}"


def moment_name(start: date, t: Seconds) -> str:
    """Return a time as day, date and hour.

    Examples
    --------
    >>> from datetime import date
    >>> moment_name(date(2025, 1, 27), 23 * DAY + 6 * HOUR)
    'Day 23, 19 February 2025, 06:00'
    """
    return f"Day {t // DAY}, {date_text(start, t)}, {clock_text(t)}"


def duration_text(duration: Seconds) -> str:
    """Return a time span in days, or in hours and minutes where it is short.

    Examples
    --------
    >>> duration_text(181_440), duration_text(3 * HOUR), duration_text(90)
    ('2.1 days', '3.0 hours', '2 minutes')
    """
    if duration >= DAY:
        return f"{in_days(duration):.1f} days"
    if duration >= HOUR:
        return f"{duration / HOUR:.1f} hours"
    return f"{math.ceil(duration / MINUTE)} minutes"


def percents(shares: Sequence[Share]) -> list[int]:
    """Return shares in whole per cent that add up: what rounding leaves goes to those that lost most by it.

    Examples
    --------
    >>> percents([1 / 3, 1 / 3, 1 / 3])
    [34, 33, 33]
    """
    exact = [100 * share for share in shares]
    whole = [math.floor(each) for each in exact]
    missing = round(math.fsum(exact)) - math.fsum(whole)
    by_loss = sorted(range(len(exact)), key=lambda n: (whole[n] - exact[n], n))
    for n in by_loss[: int(missing)]:
        whole[n] += 1
    return whole


def listing(names: Sequence[str], most: int | None = None) -> str:
    """Return names as a list in a sentence; more than so many are counted.

    Examples
    --------
    >>> listing(["A", "B", "C"]), listing(["A", "B", "C"], most=1)
    ('A, B and C', 'A and 2 more')
    """
    left = 0 if most is None else max(0, len(names) - most)
    return join_words([*names[:most], *([f"{left} more"] if left else [])], "and")


def tonnes_text(tonnes: float) -> str:
    """Return tonnes to three digits or to the tonne, without a unit.

    Examples
    --------
    >>> tonnes_text(1234.5), tonnes_text(12.34), tonnes_text(0.04)
    ('1,234', '12.3', '0.0')
    """
    return f"{tonnes:,.0f}" if abs(tonnes) >= 100 else f"{tonnes:.1f}"


def losses_text(losses: Sequence[int]) -> str:
    """Return losses in words; categories at 0 are left out.

    Examples
    --------
    >>> losses_text((1200, 0, 3, 0, 0, 1, 0)), losses_text((0,) * 7)
    ('1,200 soldiers, 3 vehicles and 1 tank', 'nothing')
    """
    counts = [
        f"{count:,} {CATEGORY_WORDS[category][count > 1]}"
        for category, count in zip(CATEGORIES, losses, strict=True)
        if count
    ]
    return listing(counts) if counts else "nothing"


def route_name(scenario: Scenario, route: Route, flow: float = 0.0) -> str:
    """Return a route's own name, else its ends in the direction of its flow."""
    if route.name is not None:
        return route.name
    names = {town.id: town.name for town in scenario.towns}
    origin, goal = direction(route, flow)
    return f"{names[origin]} to {names[goal]}"


def side_name(scenario: Scenario, side: str) -> str:
    """Return a side's name."""
    return scenario.sides[scenario.side_index(side)].name
