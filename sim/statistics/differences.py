"""Means over many runs and how two lots of runs differ, with intervals: in pairs of the same luck, or not.

Pure functions of numbers, for all who read ensembles.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.statistics.proportions import CONFIDENCE, Interval
from sim.statistics.student import t_quantile

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


class Paired(NamedTuple):
    """How two scenarios differ over replications that met the same luck.

    Attributes
    ----------
    variance_ratio
        (var(A) + var(B)) ÷ var(B − A): how many times as many runs with luck of their own would have been
        needed for the same interval. Infinite where all differences are the same though the runs are not;
        NaN where neither scenario varies.
    """

    value: float
    low: float
    high: float
    variance_ratio: float
    pairs: int

    @property
    def is_significant(self) -> bool:
        """Whether the interval leaves out no difference at all."""
        return self.low > 0.0 or self.high < 0.0


def mean_interval(values: ArrayLike, level: float = CONFIDENCE) -> Interval:
    """Return a mean with its t interval.

    Parameters
    ----------
    values
        One for each replication, shape (replications,). With fewer than two, the ends are NaN.
    level
        Share of such intervals that cover the truth where values are about normal.

    Examples
    --------
    >>> [round(end, 4) for end in mean_interval([4.0, 5.0, 6.0], 0.95)]
    [5.0, 2.5159, 7.4841]
    """
    given = np.asarray(values, dtype=float)
    if given.size == 0:
        return Interval(math.nan, math.nan, math.nan)
    mean = float(given.mean())
    if given.size == 1:
        return Interval(mean, math.nan, math.nan)
    error = float(given.std(ddof=1)) / math.sqrt(given.size)
    spread = t_quantile((1.0 + level) / 2.0, given.size - 1) * error
    return Interval(mean, mean - spread, mean + spread)


def paired(first: ArrayLike, second: ArrayLike, level: float = CONFIDENCE) -> Paired:
    """Return how a second scenario differs from a first, replication by replication.

    Parameters
    ----------
    first, second
        The same measure in each, shape (replications,); the same place means the same luck.
    level
        Share of such intervals that cover the truth where differences are about normal.

    References
    ----------
    A. M. Law, Simulation modeling and analysis, 5th ed., 10.2.1 (paired-t interval) and 11.2 (common
    random numbers).

    Examples
    --------
    >>> one = [10.0, 12.0, 14.0, 16.0]
    >>> found = paired(one, [9.0, 11.0, 13.5, 14.5])
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3), found.is_significant
    (-1.0, -1.48, -0.52, True)
    >>> round(found.variance_ratio, 1)
    77.0
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"{a.size} replications of the first cannot be paired with {b.size} of the second")
    found = mean_interval(b - a, level)
    return Paired(*found, _variance_ratio(a, b), int(a.size))


def _variance_ratio(a: np.ndarray, b: np.ndarray) -> float:
    """Return how many times smaller pairs make the variance of the difference."""
    if a.size < 2:  # one alone has no variance
        return math.nan
    apart = float(a.var(ddof=1) + b.var(ddof=1))
    together = float((b - a).var(ddof=1))
    if together > 0.0:
        return apart / together
    return math.inf if apart > 0.0 else math.nan


def unpaired(first: ArrayLike, second: ArrayLike, level: float = CONFIDENCE) -> Interval:
    """Return how the mean of a second ensemble differs from that of a first with luck of its own.

    Parameters
    ----------
    first, second
        The same measure in each, shape (replications,); the two need not be as many.
    level
        Share of such intervals that cover the truth where values are about normal.

    References
    ----------
    B. L. Welch (1947), The generalization of Student's problem when several different population variances
    are involved, Biometrika 34.

    Examples
    --------
    >>> [round(end, 3) for end in unpaired([10.0, 12.0, 14.0, 16.0], [9.0, 11.0, 13.5, 14.5])]
    [-1.0, -4.482, 2.482]
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if min(a.size, b.size) < 2:  # one alone has no variance
        value = float(b.mean() - a.mean()) if a.size and b.size else math.nan
        return Interval(value, math.nan, math.nan)
    value = float(b.mean() - a.mean())
    parts = [float(each.var(ddof=1)) / each.size for each in (a, b)]
    variance = math.fsum(parts)
    if variance == 0.0:
        return Interval(value, value, value)
    degrees = variance**2 / math.fsum(
        part**2 / (each.size - 1) for part, each in zip(parts, (a, b), strict=True)
    )
    spread = t_quantile((1.0 + level) / 2.0, degrees) * math.sqrt(variance)
    return Interval(value, value - spread, value + spread)
