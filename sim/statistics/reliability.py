"""How good forecasts of yes and no are: reliability, discrimination, and intervals that know of neighbours.

Towns near each other fall together, so they are not so many independent cases: intervals come from
resampling whole neighbourhoods, and what counts as reliable from the replications themselves, each taken in
turn for what might have happened.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.statistics.stopping import CONFIDENCE, Interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.model.network import Network
    from sim.statistics.streams import Stream

EDGES: Final = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)
"""Of the bins of a reliability diagram."""
RESAMPLES: Final = 1000
TOWNS_EACH: Final = 5
"""Towns in a neighbourhood, about."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts of about the same chance, and how often what they speak of happened.

    Attributes
    ----------
    low, high
        Chances it holds; the high end is in it where it is 1.
    towns
        How many towns they are of: a town at several dates is hardly more than one case.
    happened
        Share of them that did, with the interval that resampled neighbourhoods give.
    usual
        The share that would happen if the forecasts were right, with the interval that holds it 9 times in
        10.
    """

    low: float
    high: float
    count: int
    towns: int
    mean: float
    happened: Interval
    usual: Interval

    @property
    def is_off(self) -> bool:
        """Whether more or less happened than the forecasts allow."""
        return bool(self.count) and not self.usual.low <= self.happened.value <= self.usual.high

    def values(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "from": self.low,
            "to": self.high,
            "count": self.count,
            "towns": self.towns,
            "forecast": self.mean,
            "happened": self.happened.value,
            "happened_low": self.happened.low,
            "happened_high": self.happened.high,
            "low": self.usual.low,
            "high": self.usual.high,
            "is_off": self.is_off,
        }


def reliability(
    happened: np.ndarray,
    replications: np.ndarray,
    groups: np.ndarray,
    drawn: np.ndarray,
    level: float = CONFIDENCE,
) -> tuple[Bin, ...]:
    """Return forecasts in bins of chance, each beside what happened.

    What would happen if the forecasts were right is asked of the replications: each in turn is taken for
    the truth, in the same cases. So what is usual knows that a town which falls stays fallen for months and
    that neighbours fall together. (Were each left out of the chances that it is held against, those near a
    bin's edge would be in it only where it goes against them.)

    Parameters
    ----------
    happened
        0 or 1; shape (dates, towns).
    replications
        What happened in each; shape (replications, dates, towns).
    drawn
        How often each is in each resample; shape (resamples, neighbourhoods).

    References
    ----------
    J. Bröcker and L. A. Smith (2007), Increasing the reliability of reliability diagrams, Weather and
    Forecasting 22: bars that show how far off a right forecast may be.
    """
    chances = replications.mean(axis=0)
    ends = ((1.0 - level) / 2.0, (1.0 + level) / 2.0)
    bins = []
    for low, high in itertools.pairwise(EDGES):
        inside = _inside(chances, low, high)
        if not inside.any():
            continue
        shares = replications[:, inside].mean(axis=1)
        usual = Interval(float(shares.mean()), *(float(end) for end in np.quantile(shares, ends)))
        by_group = [
            np.bincount(groups, values.sum(axis=0), drawn.shape[1]) for values in (happened * inside, inside)
        ]
        bins.append(
            Bin(
                low,
                high,
                int(inside.sum()),
                int(inside.any(axis=0).sum()),
                float(chances[inside].mean()),
                ratio_interval(by_group[0], by_group[1], drawn, level),
                usual,
            )
        )
    return tuple(bins)


def _inside(chances: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return which chances a bin holds; the last one holds its high end too."""
    return np.asarray((chances >= low) & ((chances < high) | (high >= 1.0)))


def roc_auc(chances: np.ndarray, happened: np.ndarray) -> float:
    """Return how often a case that happened was given a higher chance than one that did not: the AUC.

    Parameters
    ----------
    chances
        Shape (cases,).
    happened
        0 or 1; shape (cases,).

    Returns
    -------
    float
        A half where the forecast tells nothing, NaN where all cases went the same way.

    Examples
    --------
    >>> roc_auc(np.array([0.1, 0.4, 0.4, 0.9]), np.array([0, 1, 0, 1]))
    0.875
    """
    yes, no = np.sort(chances[happened > 0.0]), np.sort(chances[happened <= 0.0])
    if not len(yes) or not len(no):
        return float("nan")
    below = np.searchsorted(no, yes, side="left") + np.searchsorted(no, yes, side="right")
    return float(below.mean() / (2.0 * len(no)))


def neighbourhoods(network: Network) -> tuple[int, ...]:
    """Return the neighbourhood of each town, by number: towns near the same middle by road.

    Middles are taken one after the other, each the town farthest from those before, until there is one for
    every few towns.
    """
    count = len(network.towns)
    wanted = max(1, round(count / TOWNS_EACH))
    nearest = _distances(network, 0)
    middles = [max(range(count), key=lambda town: (min(nearest[town], 1e9), -town))]
    nearest = _distances(network, middles[0])
    group = [0] * count
    while len(middles) < wanted:
        middle = max(range(count), key=lambda town: (min(nearest[town], 1e9), -town))
        found = _distances(network, middle)
        for town in range(count):
            if found[town] < nearest[town]:
                nearest[town], group[town] = found[town], len(middles)
        middles.append(middle)
    return tuple(group)


def _distances(network: Network, start: int) -> list[float]:
    """Return how far each town is from one of them, over all routes; km."""
    found = [float("inf")] * len(network.towns)
    found[start] = 0.0
    waiting = [start]
    while waiting:
        town = waiting.pop(0)
        for route, other in network.adjacent[town]:
            far = found[town] + network.length[route]
            if far < found[other]:
                found[other] = far
                waiting.append(other)
    return found


def resampled(groups: Sequence[int], rng: Stream, resamples: int = RESAMPLES) -> np.ndarray:
    """Return how often each group is in each resample of whole groups.

    Returns
    -------
    ndarray
        Shape (resamples, groups).
    """
    count = max(groups) + 1
    drawn = (np.array(rng.uniforms(resamples * count)) * count).astype(int).reshape(resamples, count)
    return np.stack([(drawn == group).sum(axis=1) for group in range(count)], axis=1)


def ratio_interval(
    above: np.ndarray, below: np.ndarray, drawn: np.ndarray, level: float = CONFIDENCE
) -> Interval:
    """Return the ratio of two sums over groups, with its bootstrap interval.

    Parameters
    ----------
    above, below
        Sums by group; shape (groups,).
    drawn
        As `resampled` returns it.
    level
        Share of such intervals that cover the truth, about.

    Examples
    --------
    >>> ratio_interval(np.array([1.0, 1.0]), np.array([2.0, 2.0]), np.array([[2, 0], [1, 1]])).value
    0.5
    """
    tops, bottoms = drawn @ above, drawn @ below
    whole = below.sum()
    value = float(above.sum() / whole) if whole else float("nan")
    found = tops[bottoms > 0.0] / bottoms[bottoms > 0.0]
    if not len(found):
        return Interval(value, float("nan"), float("nan"))
    low, high = np.quantile(found, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return Interval(value, float(low), float(high))
