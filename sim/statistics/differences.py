"""How two sets of runs differ, with intervals: in pairs of the same random numbers, or not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.statistics.intervals import CONFIDENCE, Interval, mean_interval
from sim.statistics.student import t_quantile

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


MIN_PAIRS: Final = 5
"""Replications below which nothing counts as significant: whole numbers often agree in two or three by
chance, and the spread of so few says little."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure in two sets of runs."""

    first: float
    second: float
    """Means; NaN where nothing is known."""
    change: Interval
    """Second less first."""
    pairs: int = 0
    """Replications it rests on; of unpaired sets those of the smaller one."""
    variance_ratio: float = math.nan
    """(var(A) + var(B)) ÷ var(B − A): how many times as many runs with random numbers of their own would
    have been needed for the same interval. Infinite where all differences are the same though the runs are
    not; NaN where neither varies, and of unpaired sets."""

    @property
    def is_significant(self) -> bool:
        """Whether the interval of the change leaves out zero, over replications enough."""
        return self.pairs >= MIN_PAIRS and self.change.is_significant

    def exceeds(self, bound: float) -> bool:
        """Return whether it is significant and lies wholly beyond a bound of at least 0, either way."""
        return self.is_significant and (self.change.low > bound or self.change.high < -bound)


def difference(first: ArrayLike, second: ArrayLike, *, is_paired: bool) -> Difference:
    """Return how a second set of runs differs from a first, over those in which the measure is known.

    `first`, `second`: the same measure in each, shape (replications,); NaN where it is not known.
    `is_paired`: whether the same place means the same random numbers; else the two need not be as many, and
    the interval is Welch's.

    Source: A. M. Law, Simulation modeling and analysis, 5th ed., 10.2.1 (paired-t interval) and 11.2 (common
    random numbers). B. L. Welch (1947), The generalization of Student's problem when several different
    population variances are involved, Biometrika 34.

    Examples
    --------
    >>> one, other = [10.0, 12.0, 14.0, 16.0, 18.0], [9.0, 11.0, 13.5, 14.5, 17.0]
    >>> found = difference(one, other, is_paired=True)
    >>> [round(end, 3) for end in found.change], found.is_significant, round(found.variance_ratio, 1)
    ([-1.0, -1.337, -0.663], True, 157.0)
    >>> [round(end, 3) for end in difference(one, other, is_paired=False).change]
    [-1.0, -4.684, 2.684]
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if is_paired:
        both = np.isfinite(a) & np.isfinite(b)
        a, b = a[both], b[both]
        return Difference(_mean(a), _mean(b), mean_interval(b - a), int(a.size), _variance_ratio(a, b))
    a, b = a[np.isfinite(a)], b[np.isfinite(b)]
    means = _mean(a), _mean(b)
    return Difference(*means, _welch(a, b, means[1] - means[0]), int(min(a.size, b.size)))


def _variance_ratio(a: np.ndarray, b: np.ndarray) -> float:
    """Return how many times smaller pairs make the variance of the difference."""
    if a.size < 2:  # one alone has no variance
        return math.nan
    apart = float(a.var(ddof=1) + b.var(ddof=1))
    together = float((b - a).var(ddof=1))
    if together > 0.0:
        return apart / together
    return math.inf if apart > 0.0 else math.nan


def _welch(a: np.ndarray, b: np.ndarray, value: float) -> Interval:
    if min(a.size, b.size) < 2:  # one alone has no variance
        return Interval(value)
    parts = [float(each.var(ddof=1)) / each.size for each in (a, b)]
    variance = math.fsum(parts)
    if variance == 0.0:
        return Interval(value, value, value)
    degrees = variance**2 / math.fsum(
        part**2 / (each.size - 1) for part, each in zip(parts, (a, b), strict=True)
    )
    spread = t_quantile((1.0 + CONFIDENCE) / 2.0, degrees) * math.sqrt(variance)
    return Interval(value, value - spread, value + spread)


def _mean(column: np.ndarray) -> float:
    return float(column.mean()) if column.size else math.nan
