"""Intervals of shares, means and resampled values; bands of a chart; where one run stands among many."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.model.attrition import normal_quantile
from sim.statistics.student import t_quantile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike

CONFIDENCE: Final = 0.9
"""Share of intervals that are to cover the truth, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate, and between which values the truth is at the level that was asked for.

    Examples
    --------
    >>> Interval(2.0, 1.0, 3.0).is_significant, Interval(2.0, -1.0, 5.0).is_significant
    (True, False)
    """

    value: float = math.nan
    """NaN where it is not known."""
    low: float = math.nan
    high: float = math.nan
    """The ends; both NaN where so few runs say nothing."""

    def __iter__(self) -> Iterator[float]:
        return iter((self.value, self.low, self.high))

    @property
    def halfwidth(self) -> float:
        """Half of the distance between the ends."""
        return (self.high - self.low) / 2.0

    @property
    def is_significant(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0.0 or self.high < 0.0

    def values(self) -> dict[str, float]:
        """Return it as plain values."""
        return asdict(self)


def wilson(successes: int, trials: int, level: float = CONFIDENCE) -> Interval:
    """Return Wilson's score interval for a share.

    It stays within 0 and 1, and says something where none or all succeed. `trials`: of how many; with none
    the interval is all of 0 to 1 and the share NaN. Raises ValueError if there are more successes than
    trials, or fewer than none.

    Source: E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA
    22.

    Examples
    --------
    >>> [round(end, 4) for end in wilson(81, 263, 0.95)]  # Newcombe (1998), table I
    [0.308, 0.2553, 0.3662]
    >>> [round(end, 4) for end in wilson(0, 20, 0.95)]
    [0.0, 0.0, 0.1611]
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} cannot succeed")
    if trials == 0:
        return Interval(math.nan, 0.0, 1.0)
    z = normal_quantile((1.0 + level) / 2.0)
    share = successes / trials
    middle = share + z * z / (2.0 * trials)
    spread = z * math.sqrt(share * (1.0 - share) / trials + (z / (2.0 * trials)) ** 2)
    scale = 1.0 + z * z / trials
    low = 0.0 if successes == 0 else (middle - spread) / scale
    high = 1.0 if successes == trials else (middle + spread) / scale
    return Interval(share, low, high)


def mean_interval(values: ArrayLike, level: float = CONFIDENCE) -> Interval:
    """Return a mean with its t interval.

    `values`: one for each replication, shape (replications,). With fewer than two, the ends are NaN.

    Examples
    --------
    >>> [round(end, 4) for end in mean_interval([4.0, 5.0, 6.0], 0.95)]
    [5.0, 2.5159, 7.4841]
    """
    given = np.asarray(values, dtype=float)
    if given.size == 0:
        return Interval()
    mean = float(given.mean())
    if given.size == 1:
        return Interval(mean)
    error = float(given.std(ddof=1)) / math.sqrt(given.size)
    spread = t_quantile((1.0 + level) / 2.0, given.size - 1) * error
    return Interval(mean, mean - spread, mean + spread)


def quantile_interval(value: float, resampled: ArrayLike) -> Interval:
    """Return a value with the interval that holds a share of its resamples; NaN ends where there are none."""
    given = np.asarray(resampled, dtype=float)
    if not given.size:
        return Interval(value)
    low, high = np.quantile(given, [(1.0 - CONFIDENCE) / 2.0, (1.0 + CONFIDENCE) / 2.0])
    return Interval(value, float(low), float(high))


def percentile(value: float, ensemble: ArrayLike) -> float:
    """Return where one run stands among many: the share of them below it, and half of those equal to it.

    Examples
    --------
    >>> percentile(3, [1, 2, 3, 4]), percentile(9, [1, 2, 3, 4])
    (0.625, 1.0)
    """
    others = np.asarray(ensemble, dtype=float)
    if others.size == 0:
        return math.nan
    return float(((others < value).mean() + (others <= value).mean()) / 2.0)
