"""How long towns hold: Kaplan and Meier's curve over replications, with what is not known by the end.

A run ends at its horizon, or when a condition of the scenario is met; a town that is still held then is
*censored*: it held at least so long. Pure functions of numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.model.attrition import normal_quantile
from sim.statistics.intervals import CONFIDENCE, Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class Survival:
    """The share of replications in which something still holds, over time: a falling staircase."""

    times: np.ndarray
    """When the share falls, ascending; shape (steps,)."""
    share: np.ndarray
    """From each of these times on; shape (steps,)."""
    low: np.ndarray
    high: np.ndarray
    """The ends of the pointwise interval; shape (steps,)."""

    def at(self, time: float) -> Interval:
        """Return the share that still holds at a time.

        `time`: 0 or later; what happens at that very time counts.
        """
        step = int(np.searchsorted(self.times, time, side="right")) - 1
        if step < 0:
            return Interval(1.0, 1.0, 1.0)
        return Interval(float(self.share[step]), float(self.low[step]), float(self.high[step]))

    def median(self) -> Interval:
        """Return when half no longer hold: infinite where that is after the last moment watched.

        Source: R. Brookmeyer and J. Crowley (1982), A confidence interval for the median survival time,
        Biometrics 38: the interval holds the times at which the band around the curve holds a half.
        """
        return Interval(
            _first_at_most(self.times, self.share, 0.5),
            _first_at_most(self.times, self.low, 0.5),
            _first_at_most(self.times, self.high, 0.5),
        )


def kaplan_meier(times: ArrayLike, is_lost: ArrayLike, level: float = CONFIDENCE) -> Survival:
    """Return the share still held over time, from replications some of which never saw the loss.

    The intervals are Greenwood's on the scale of log(−log), so that they stay within 0 and 1. `times`: when
    each replication saw the loss, or until when it was watched without one; shape (replications,). `is_lost`:
    whether it saw the loss; shape (replications,). One step for each time with a loss; none where nothing was
    lost.

    Source: E. L. Kaplan and P. Meier (1958), Nonparametric estimation from incomplete observations, JASA 53.
    M. Greenwood (1926), The natural duration of cancer, and J. D. Kalbfleisch and R. L. Prentice (1980), The
    statistical analysis of failure time data, 1.4, for the interval.

    Examples
    --------
    The first eight of Freireich's patients under 6-mercaptopurine, lost at 6, 6, 6 and 7 weeks:

    >>> curve = kaplan_meier([6, 6, 6, 6, 7, 9, 10, 10], [1, 1, 1, 0, 1, 0, 1, 0])
    >>> curve.times.tolist(), curve.share.round(3).tolist()
    ([6.0, 7.0, 10.0], [0.625, 0.469, 0.234])
    >>> curve.median().value
    7.0
    """
    when, lost = np.asarray(times, dtype=float), np.asarray(is_lost, dtype=bool)
    if when.size == 0 or when.shape != lost.shape:
        raise ValueError(f"{when.size} times and {lost.size} fates make no curve")
    steps, losses = np.unique(when[lost], return_counts=True)
    at_risk = when.size - np.searchsorted(np.sort(when), steps, side="left")
    share = np.cumprod(1.0 - losses / at_risk)
    # where nobody is left Greenwood's formula says nothing: the interval reaches up to the one before
    left = at_risk - losses
    known = left > 0
    low, high = np.zeros(share.size), np.ones(share.size)
    variance = np.cumsum(losses[known] / (at_risk[known] * left[known]))
    spread = normal_quantile((1.0 + level) / 2.0) * np.sqrt(variance) / np.log(share[known])
    low[known] = share[known] ** np.exp(-spread)
    high[known] = share[known] ** np.exp(spread)
    if not known.all():
        high[-1] = high[-2] if share.size > 1 else 1.0
    return Survival(steps, share, low, high)


def _first_at_most(times: np.ndarray, values: np.ndarray, bound: float) -> float:
    """Return the first time at which a falling staircase is at most so high, or infinity."""
    below = np.flatnonzero(values <= bound)
    return float(times[below[0]]) if below.size else math.inf


def median_text(median: float, end: float) -> str:
    """Return a median survival time in days in words, also where more than half still hold.

    Examples
    --------
    >>> median_text(71.4, 180.0), median_text(math.inf, 180.0)
    ('day 71', 'after day 180')
    """
    return f"after day {end:.0f}" if math.isinf(median) else f"day {median:.0f}"
