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
from sim.statistics.differences import Difference, paired
from sim.statistics.intervals import CONFIDENCE, Interval, wilson

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
    at_risk: np.ndarray
    """In how many replications it held, and was watched, until just before; shape (steps,)."""
    end: float
    level: float

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
    >>> curve.times.tolist(), curve.share.round(3).tolist(), curve.at_risk.tolist()
    ([6.0, 7.0, 10.0], [0.625, 0.469, 0.234], [8, 4, 2])
    >>> curve.median().value
    7.0
    """
    when, lost = np.asarray(times, dtype=float), np.asarray(is_lost, dtype=bool)
    if when.size == 0 or when.shape != lost.shape:
        raise ValueError(f"{when.size} times and {lost.size} fates make no curve")
    steps, losses = np.unique(when[lost], return_counts=True)
    at_risk = when.size - np.searchsorted(np.sort(when), steps, side="left")
    share = np.cumprod(1.0 - losses / at_risk)
    low, high = _greenwood(share, losses, at_risk, level)
    return Survival(steps, share, low, high, at_risk, float(when.max()), level)


def _greenwood(
    share: np.ndarray, losses: np.ndarray, at_risk: np.ndarray, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of Greenwood's intervals on the scale of log(−log).

    Where nobody is left the formula says nothing: the curve is 0 there, and the interval reaches up to
    where the one before it ended.
    """
    left = at_risk - losses
    low, high = np.zeros(share.size), np.ones(share.size)
    known = left > 0
    z = normal_quantile((1.0 + level) / 2.0)
    variance = np.cumsum(losses[known] / (at_risk[known] * left[known]))
    spread = z * np.sqrt(variance) / np.log(share[known])
    low[known] = share[known] ** np.exp(-spread)
    high[known] = share[known] ** np.exp(spread)
    if not known.all():
        high[-1] = high[-2] if share.size > 1 else 1.0
    return low, high


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


@dataclass(frozen=True, slots=True)
class Holding:
    """Two things that are easily mixed up: held at the end, and never lost."""

    held: Interval
    """Share of replications in which the town is held at the end."""
    never_lost: Interval
    retaken: Difference
    """The first less the second: lost on the way, and held at the end again."""


def holding(is_held: ArrayLike, was_lost: ArrayLike) -> Holding:
    """Return the shares of replications in which a town is held at the end, and was never lost.

    Examples
    --------
    >>> found = holding([True, True, True, False], [False, True, False, True])
    >>> found.held.value, found.never_lost.value, found.retaken.change.value
    (0.75, 0.5, 0.25)
    """
    held, never = np.asarray(is_held, dtype=bool), ~np.asarray(was_lost, dtype=bool)
    return Holding(
        wilson(int(held.sum()), held.size),
        wilson(int(never.sum()), never.size),
        paired(never, held),
    )
