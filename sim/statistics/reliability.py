"""Reliability of forecasts of yes and no: how often what was given a chance happened, beside what is usual.

What counts as usual comes from the replications themselves, each taken in turn for what might have happened.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sim.statistics.bootstrap import ratio_interval
from sim.statistics.intervals import Interval, quantile_interval

EDGES: Final = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)
"""Of the bins of a reliability diagram."""


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Forecasts of about the same chance, and how often what they speak of happened."""

    low: float
    high: float
    """Chances it holds; the high end is in it where it is 1."""
    count: int
    towns: int
    """How many towns they are of: a town at several dates is hardly more than one case."""
    mean: float
    happened: Interval
    """Share of them that did, with the interval that resampled neighbourhoods give."""
    usual: Interval
    """The share that would happen if the forecasts were right, with the interval that holds it 9 times in
    10."""

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
    happened: np.ndarray, replications: np.ndarray, groups: np.ndarray, drawn: np.ndarray
) -> tuple[ReliabilityBin, ...]:
    """Return forecasts in bins of chance, each beside what happened.

    What would happen if the forecasts were right is asked of the replications: each in turn is taken for
    the truth, in the same cases. So what is usual knows that a town which falls stays fallen for months and
    that neighbours fall together. (Were each left out of the chances that it is held against, those near a
    bin's edge would be in it only where it goes against them.)

    `happened`: 0 or 1; shape (dates, towns). `replications`: what happened in each; shape (replications,
    dates, towns). `drawn`: how often each is in each resample; shape (resamples, neighbourhoods).

    Source: J. Bröcker and L. A. Smith (2007), Increasing the reliability of reliability diagrams, Weather and
    Forecasting 22: bars that show how far off a right forecast may be.
    """
    chances = replications.mean(axis=0)
    bins = []
    for low, high in itertools.pairwise(EDGES):
        inside = (chances >= low) & ((chances < high) | (high >= 1.0))
        if not inside.any():
            continue
        shares = replications[:, inside].mean(axis=1)
        usual = quantile_interval(float(shares.mean()), shares)
        by_group = [
            np.bincount(groups, values.sum(axis=0), drawn.shape[1]) for values in (happened * inside, inside)
        ]
        bins.append(
            ReliabilityBin(
                low,
                high,
                int(inside.sum()),
                int(inside.any(axis=0).sum()),
                float(chances[inside].mean()),
                ratio_interval(by_group[0], by_group[1], drawn),
                usual,
            )
        )
    return tuple(bins)
