"""What many runs say for sure: intervals, bands, paired differences, and when there are enough runs.

Pure functions of numbers. Knows no scenario, no run and no file; chances of the t distribution are in
`sim.experiments.student`, how long towns hold in `survival`, scores against what happened in `scores`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.archive.shares import BANDS, LEVEL, Interval, percentile, quantile_bands, wilson
from sim.experiments.student import t_quantile

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "BANDS",
    "FEWEST",
    "LEVEL",
    "LOOK_AHEAD",
    "Interval",
    "Paired",
    "enough",
    "mean_interval",
    "paired",
    "percentile",
    "quantile_bands",
    "unpaired",
    "wilson",
]

FEWEST: Final = 30
"""Replications that are always made before the question whether they are enough."""
LOOK_AHEAD: Final = 5
"""Replications, for each hundred made, over which the interval has to stay narrow enough."""


class Paired(NamedTuple):
    """How two scenarios differ over replications that met the same luck.

    Attributes
    ----------
    value
        Mean of the second less the first.
    low, high
        The ends of its interval.
    variance_ratio
        (var(A) + var(B)) ÷ var(B − A): how many times as many runs with luck of their own would have been
        needed for the same interval. Infinite where all differences are the same though the runs are not;
        NaN where neither scenario varies.
    pairs
        How many it rests on.
    """

    value: float
    low: float
    high: float
    variance_ratio: float
    pairs: int

    @property
    def is_sure(self) -> bool:
        """Whether the interval leaves out no difference at all."""
        return self.low > 0.0 or self.high < 0.0


def mean_interval(values: ArrayLike, level: float = LEVEL) -> Interval:
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


def paired(first: ArrayLike, second: ArrayLike, level: float = LEVEL) -> Paired:
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
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3), found.is_sure
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


def unpaired(first: ArrayLike, second: ArrayLike, level: float = LEVEL) -> Interval:
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


def enough(
    values: ArrayLike,
    halfwidth: float,
    *,
    level: float = LEVEL,
    is_share: bool = False,
    is_relative: bool = False,
    fewest: int = FEWEST,
    look_ahead: int = LOOK_AHEAD,
) -> int | None:
    """Return how many replications were enough, or none where more are needed.

    The interval of the cumulative mean is followed as replications come in. They are enough at the first
    count from which the interval is narrow enough and stays so over the next few: once may be luck.

    Parameters
    ----------
    values
        So far, in the order of replications: shape (replications,) or (replications, measures), of which
        all have to be known well enough.
    halfwidth
        Half of the widest interval that will do; in the measure of the values.
    level
        Of the intervals.
    is_share
        Whether values are 0 or 1 and the interval is Wilson's; the t interval of values that happen to be
        all the same would have no width at all.
    is_relative
        Whether ``halfwidth`` is a share of the mean, as in the published rule.
    fewest
        Replications that are always made.
    look_ahead
        How far to look ahead: so many replications up to 100, and in proportion above.

    References
    ----------
    K. Hoad, S. Robinson and R. Davies (2010), Automated selection of the number of replications for a
    discrete-event simulation, Journal of the Operational Research Society 61(11).

    Examples
    --------
    >>> values = [0.0, 1.0] * 60
    >>> enough(values, 0.1), enough(values, 0.1, look_ahead=0), enough(values, 0.01)
    (71, 71, None)
    """
    given = np.asarray(values, dtype=float)
    columns = given[:, np.newaxis] if given.ndim == 1 else given
    counts = np.arange(1, len(columns) + 1)
    widths = np.stack(
        [(_share_widths if is_share else _mean_widths)(column, level) for column in columns.T], axis=1
    )
    if is_relative:
        widths /= np.abs(np.cumsum(columns, axis=0) / counts[:, np.newaxis])
    is_narrow = np.all(widths <= halfwidth, axis=1)
    run = 0
    for count, narrow in zip(counts.tolist(), is_narrow.tolist(), strict=True):
        run = run + 1 if narrow and count >= fewest else 0
        began = count - run + 1
        if run > _ahead(began, look_ahead):
            return began
    return None


def _ahead(count: int, look_ahead: int) -> int:
    """Return over how many further replications an interval has to stay narrow."""
    return look_ahead * max(count, 100) // 100


def _mean_widths(column: np.ndarray, level: float) -> np.ndarray:
    """Return half of the t interval's width after each replication; shape (replications,)."""
    counts = np.arange(1, len(column) + 1)
    shifted = column - column[0]  # so that squares of large values do not swallow what they differ by
    means = np.cumsum(shifted) / counts
    squares = np.maximum(0.0, np.cumsum(shifted**2) - counts * means**2)
    widths = np.full(len(column), math.inf)
    t = np.array([t_quantile((1.0 + level) / 2.0, degrees) for degrees in counts[:-1].tolist()])
    widths[1:] = t * np.sqrt(squares[1:] / (counts[:-1] * counts[1:]))
    return widths


def _share_widths(column: np.ndarray, level: float) -> np.ndarray:
    """Return half of Wilson's interval's width after each replication; shape (replications,)."""
    successes = np.cumsum(column != 0.0).tolist()
    return np.array([wilson(each, trials, level).halfwidth for trials, each in enumerate(successes, 1)])
