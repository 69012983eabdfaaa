"""Numbers, shares, inputs and the measures of a sweep as a report writes them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.analysis.text import route_name
from sim.results.sweep_findings import Effect, MeasureKey

if TYPE_CHECKING:
    from sim.model.quantities import Share
    from sim.model.scenario import Scenario
    from sim.statistics.intervals import Interval

MINUS: Final = "−"
NOTHING: Final = 1e-6
"""A smaller difference is none: sums of floats differ by so much."""
SMALL: Final = 0.1
"""Smaller differences are shown with two significant digits."""


def share_text(share: Share) -> str:
    """Return a share in whole hundredths, never more certain than it is.

    Examples
    --------
    >>> share_text(0.934), share_text(0.999), share_text(0.001), share_text(1.0)
    ('93 %', '>99 %', '<1 %', '100 %')
    >>> share_text(math.nan)
    '–'
    """
    if not math.isfinite(100 * share):
        return "–"
    whole = round(100 * share)
    if share not in {0.0, 1.0} and whole in {0, 100}:
        return "<1 %" if whole == 0 else ">99 %"
    return f"{whole} %"


def range_text(found: Interval, scale: float = 100.0) -> str:
    """Return the ends of an interval in whole numbers; nothing where there is none.

    Examples
    --------
    >>> from sim.statistics.intervals import Interval
    >>> range_text(Interval(0.93, 0.886, 0.958))
    '89 to 96'
    """
    if math.isnan(found.low):
        return ""
    return f"{found.low * scale:.0f} to {found.high * scale:.0f}"


def amount_text(amount: float) -> str:
    """Return an amount to three digits or to the whole.

    Examples
    --------
    >>> [amount_text(each) for each in (7310.4, 12.34, 0.256, 0.0, -3.0)]
    ['7,310', '12.3', '0.26', '0', '−3']
    """
    size = abs(amount)
    sign = MINUS if amount < 0 else ""
    if not math.isfinite(size):
        return "–"
    if size >= 100 or size == int(size):
        return f"{sign}{size:,.0f}"
    return f"{sign}{size:.1f}" if size >= 10 else f"{sign}{size:.2f}"


def signed_text(amount: float) -> str:
    """Return a difference with its sign; a small one to two digits wherever they stand.

    Examples
    --------
    >>> [signed_text(each) for each in (12.34, -0.00432, 0.0000987, 1e-9, float("nan"))]
    ['+12.3', '−0.0043', '+0.000099', '0', '–']
    """
    if not math.isfinite(amount):
        return "–"
    size = abs(amount)
    if size < NOTHING:
        return "0"
    words = f"{size:.{1 - math.floor(math.log10(size))}f}" if size < SMALL else amount_text(size)
    return f"{MINUS if amount < 0 else '+'}{words}"


def median_text(median: float, end: float) -> str:
    """Return a median time in days, also where more than half never saw it.

    Examples
    --------
    >>> median_text(71.4, 180.0), median_text(math.inf, 180.0)
    ('day 71', 'after day 180')
    """
    return f"after day {end:.0f}" if math.isinf(median) else f"day {median:.0f}"


def input_name(scenario: Scenario, key: str) -> str:
    """Return what a number is called: its owner by name, and the rest of its key in words.

    Examples
    --------
    >>> from sim.scenario_file.read import read_scenario
    >>> front = read_scenario("kupiansk").scenario
    >>> input_name(front, "side.ua.replacements"), input_name(front, "tempo.variation")
    ('Ukraine: replacements', 'Tempo: variation')
    >>> input_name(front, "town.kupiansk.fortification")
    'Kupiansk: fortification'
    """
    kind, _, rest = key.partition(".")
    owner, _, what = rest.partition(".")
    name = _owner(scenario, kind, owner) if what else None
    if name is None:
        name, what = _spaced(kind).capitalize(), rest
    return f"{name}: {_spaced(what)}" if what else name


def _owner(scenario: Scenario, kind: str, name: str) -> str | None:
    """Return the name of a side, a town or a route; none where there is no such one."""
    if kind == "side":
        return next((side.name for side in scenario.sides if side.id == name), None)
    if kind == "town":
        return next((town.name for town in scenario.towns if town.id == name), None)
    if kind != "route":
        return None
    names = {town.id: town.name for town in scenario.towns}
    for route in scenario.routes:
        if route.id == name:
            ends = f"{names[route.start]} to {names[route.end]}"
            return f"{route_name(scenario, route)}, {ends}" if route.name else ends
    return None


def _spaced(words: str) -> str:
    return words.replace("_", " ").replace(".", ", ")


@dataclass(frozen=True, slots=True)
class MeasureText:
    """A measure; shares are shown in per cent."""

    of: MeasureKey

    @property
    def key(self) -> str:
        """As ``--measure`` takes it."""
        return self.of.key

    @property
    def label(self) -> str:
        """In words."""
        return self.of.label[:1].upper() + self.of.label[1:]

    @property
    def is_share(self) -> bool:
        """Whether each replication has 0 or 1."""
        return self.key.endswith(".held")

    @property
    def unit(self) -> str:
        """What it is counted in, in words; nothing where the label says it."""
        if self.is_share:
            return "% of runs"
        return {"d": "days", "/d": "a day"}.get(self.of.unit, self.of.unit)

    def drawn(self, value: float) -> float:
        """Return a value as a scale has it."""
        return 100.0 * value if self.is_share else value

    def value(self, value: float) -> str:
        """Return a value with its unit."""
        if not math.isfinite(value):
            return "not known"
        return share_text(value) if self.is_share else f"{self.amount(value)} {self.unit}".rstrip()

    def amount(self, value: float) -> str:
        """Return a value as a number, with as many digits as others of its size."""
        size = abs(value)
        if self.is_share or not math.isfinite(value) or size >= 100:
            return amount_text(self.drawn(value))
        words = f"{size:.1f}" if size >= 10 else f"{size:.2f}"
        return f"{MINUS}{words}" if value < 0.0 and float(words) else words

    def as_it_is(self) -> str:
        """Return its value in the unchanged scenario, with its interval."""
        low, high = (self.amount(end) for end in (self.of.low, self.of.high))
        return f"{self.value(self.of.mean)} ({low} to {high})"

    def change(self, change: float) -> str:
        """Return how far it moves, with its sign."""
        if self.is_share and math.isfinite(change):
            return signed_text(round(100.0 * change))
        words = self.amount(change)
        return f"+{words}" if change > 0.0 and float(words.replace(",", "")) else words

    def change_text(self, effect: Effect | None) -> str:
        """Return how far it moves, with its interval."""
        if effect is None or not math.isfinite(effect.value):
            return "not run"
        if effect.value == effect.low == effect.high == 0.0:
            return "0"
        words = f"{self.change(effect.value)}{' points' if self.is_share else ''}"
        if not math.isfinite(effect.low):
            return words
        return f"{words} ({self.change(effect.low)} to {self.change(effect.high)})"
