"""A tornado: each assumed number at its low and high end, the rest as it is, with the same random numbers.

Hundreds of numbers at hundreds of replications would take hours, and most of them move nothing. So all are
looked at with few replications first, numbers of one kind together; the larger part is dropped, what is left
gets more, and so on; the numbers of a kind that shows are looked at one by one. What was dropped is said.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.experiments.sweep.design_points import DesignPoint, Evaluator, point_text
from sim.results.sweep_findings import Bar, Effect
from sim.statistics.differences import MIN_PAIRS, difference

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from sim.experiments.sweep.factors import Factor

SCREENING_REPLICATIONS: Final = 2
"""Number of replications in the first screening of every number."""
FIRST_LOOK_REPLICATIONS: Final = 1
"""Replications with which each of many alike is looked at, once they are known to matter together."""
SECOND_LOOK_REPLICATIONS: Final = 8
"""Replications of those that are left then."""
PASSED: Final = 2
"""How many times as many numbers get a second look as are refined in the end."""
TOP: Final = 6
"""Numbers that are refined for each measure, unless told otherwise."""
SHOWS: Final = 0.2
"""How far numbers of a kind have to reach together, as a share of the longest bar, to be looked at singly."""
STEPS: Final = (20, 40, 70)
"""Replications at which those that are known narrowly enough stop."""
NARROW: Final = 0.2
"""Half an interval that needs no more replications, as a share of what it is around."""
RESOLVED: Final = 0.06
"""The same as a share of the longest bar: less would not be seen beside it."""
UNCHANGED: Final[DesignPoint] = ()


class Effects:
    """How far each end of each factor moves each measure, by what was run."""

    def __init__(self, evaluator: Evaluator, measures: Sequence[str]) -> None:
        self._points = evaluator
        self._measures = measures
        self.bars: dict[str, Bar] = {}

    def look(self, factors: Sequence[Factor], count: int) -> None:
        """Run both ends of factors, and note how far they move what is measured."""
        if not factors:
            return
        points = [UNCHANGED, *(point for each in factors for point in (each.low, each.high))]
        found = self._points.values(points, count)
        for row, factor in enumerate(factors):
            low, high = found[1 + 2 * row], found[2 + 2 * row]
            ends = ((found[0], low), (found[0], high), (low, high))[: 3 if factor.high else 1]
            moved = [effects(self._measures, *each) for each in ends]
            refused = {"low": refusals(self._points, factor.low), "high": refusals(self._points, factor.high)}
            note = "; ".join(f"{end}: {why}" for end, why in refused.items() if why)
            self.bars[factor.name] = _bar(factor, count, moved, note)

    def largest(self, factors: Sequence[Factor], count: int) -> list[Factor]:
        """Return the factors that move each measure most, without duplicates; a short list is kept whole."""
        if len(factors) <= count:
            return list(factors)
        chosen: dict[str, Factor] = {}
        for measure in self._measures:
            moving = [each for each in factors if self.bars[each.name].size(measure) > 0.0]
            moving.sort(key=lambda each: -self.bars[each.name].size(measure))
            chosen |= {each.name: each for each in moving[:count]}
        return [each for each in factors if each.name in chosen]

    def shows(self, factor: Factor) -> bool:
        """Return whether several numbers together have enough effect to be examined one by one."""
        bar, longest = self.bars[factor.name], self._longest()
        return factor.is_several and any(bar.size(key) >= SHOWS * longest[key] for key in self._measures)

    def _longest(self) -> dict[str, float]:
        return {key: max(each.size(key) for each in self.bars.values()) for key in self._measures}

    def is_known(self, factor: Factor) -> bool:
        """Return whether what a factor does is known narrowly enough for every measure."""
        bar = self.bars[factor.name]
        longest = self._longest()
        parts = [part for part in (bar.at_low, bar.at_high) if part]
        return all(is_narrow(part[key], longest[key]) for key in self._measures for part in parts)

    def sorted(self) -> tuple[Bar, ...]:
        """Return the bars by how far they move the first measure: those that surely do first."""
        first = self._measures[0]
        bars = self.bars.values()
        return tuple(sorted(bars, key=lambda bar: (not bar.is_significant(first), -bar.size(first))))


def tornado(
    evaluator: Evaluator, factors: Sequence[Factor], measures: Sequence[str], count: int, top: int = TOP
) -> tuple[tuple[Bar, ...], frozenset[str]]:
    """Return how far numbers move what is measured, each between its ends, and which were refined."""
    found = Effects(evaluator, measures)
    left = screened(found, factors, count, PASSED * top)
    found.look(left, min(SECOND_LOOK_REPLICATIONS, count))
    left = found.largest(left, top)
    parts = [part for each in left if found.shows(each) for part in each.alone()]
    if parts:
        found.look(parts, min(FIRST_LOOK_REPLICATIONS, count))
        parts = found.largest(parts, top)
        found.look(parts, min(SECOND_LOOK_REPLICATIONS, count))
        left = [*left, *found.largest(parts, max(1, top // 2))]
    refined = frozenset(each.name for each in left)
    for step in steps_to(count):
        left = [each for each in left if not found.is_known(each)]
        found.look(left, step)
    return found.sorted(), refined


def screened(found: Effects, factors: Sequence[Factor], count: int, top: int) -> list[Factor]:
    """Return the factors that move what is measured most, by a first look at the ends of all."""
    found.look(factors, min(SCREENING_REPLICATIONS, count))
    return found.largest(factors, top)


def steps_to(count: int) -> list[int]:
    """Return at how many replications to look whether more are needed.

    Examples
    --------
    >>> steps_to(50), steps_to(10)
    ([20, 40, 50], [10])
    """
    return [*(step for step in STEPS if step < count), count]


def claims(
    evaluator: Evaluator, sources: Sequence[Factor], measures: Sequence[str], count: int
) -> tuple[Bar, ...]:
    """Return how far what is measured moves if all that a source says is halved."""
    found, left = Effects(evaluator, measures), sources
    for step in [min(SECOND_LOOK_REPLICATIONS, count), *steps_to(count)]:
        found.look(left, step)
        left = [each for each in left if not found.is_known(each)]
    return found.sorted()


def effects(measures: Sequence[str], first: np.ndarray, second: np.ndarray) -> dict[str, Effect]:
    """Return by measure: the second less the first, over replications in which both are known.

    `first`, `second`: shape (replications, measures); the same place means the same random numbers.
    """
    found = {}
    for number, key in enumerate(measures):
        each = difference(first[:, number], second[:, number], is_paired=True)
        found[key] = Effect.of(each.change, each.pairs)
    return found


def refusals(evaluator: Evaluator, point: DesignPoint) -> str:
    """Return why a design point is no scenario, in words; nothing where it is one."""
    return evaluator.refused.get(point_text(point), "")


def _bar(factor: Factor, count: int, moved: Sequence[dict[str, Effect]], note: str) -> Bar:
    """Return a factor with what is known of it: at its low and its high end, and between them."""
    member, source = factor.members[0], factor.source
    is_one = not factor.is_several and source is None
    return Bar(
        name=factor.name,
        label=factor.label,
        publisher=source.publisher if source else "",
        grade=source.grade if source else "",
        keys=tuple(each.key for each in factor.members),
        value=member.value if is_one else "",
        low=member.low if is_one else "",
        high=member.high if is_one else "",
        sources=tuple(dict.fromkeys(each.source for each in factor.members if each.source)),
        statuses=tuple(dict.fromkeys(each.status for each in factor.members if each.status)),
        part_of=factor.part_of,
        replications=count,
        **dict(zip(("at_low", "at_high", "swing"), moved, strict=False)),
        note=note,
    )


def _amount(each: Effect) -> float:
    return 0.0 if math.isnan(each.value) else abs(each.value)


def is_narrow(each: Effect, longest: float) -> bool:
    """Return whether an effect is known narrowly enough, for itself or beside the longest bar.

    Examples
    --------
    >>> is_narrow(Effect(value=4.0, low=3.5, high=4.5, pairs=20), 10.0)
    True
    >>> is_narrow(Effect(value=0.5, low=-0.5, high=1.5, pairs=20), 10.0)
    False
    """
    if each.pairs < (MIN_PAIRS if each.high > each.low else STEPS[0]):
        return False
    return (each.high - each.low) / 2.0 <= max(NARROW * _amount(each), RESOLVED * longest)
