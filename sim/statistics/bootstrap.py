"""Intervals from resampling whole groups, since towns near each other are not independent cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.statistics.intervals import Interval, quantile_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.statistics.streams import Stream

RESAMPLES: Final = 1000


def resampled(groups: Sequence[int], rng: Stream, resamples: int = RESAMPLES) -> np.ndarray:
    """Return how often each group is in each resample of whole groups. Shape (resamples, groups)."""
    count = max(groups) + 1
    drawn = (np.array(rng.uniforms(resamples * count)) * count).astype(int).reshape(resamples, count)
    return np.stack([(drawn == group).sum(axis=1) for group in range(count)], axis=1)


def ratio_interval(above: np.ndarray, below: np.ndarray, drawn: np.ndarray) -> Interval:
    """Return the ratio of two sums over groups, with its bootstrap interval.

    `above`, `below`: sums by group; shape (groups,). `drawn`: as `resampled` returns it.

    Examples
    --------
    >>> ratio_interval(np.array([1.0, 1.0]), np.array([2.0, 2.0]), np.array([[2, 0], [1, 1]])).value
    0.5
    """
    tops, bottoms = drawn @ above, drawn @ below
    whole = below.sum()
    value = float(above.sum() / whole) if whole else float("nan")
    return quantile_interval(value, tops[bottoms > 0.0] / bottoms[bottoms > 0.0])


def skill_interval(scores: np.ndarray, of_reference: np.ndarray, drawn: np.ndarray) -> Interval:
    """Return how much better scores are than those of a reference: 1 is perfect, 0 no better, below 0 worse.

    `scores`, `of_reference`: sums by group, lower being better; shape (groups,). Where the reference is
    perfect, it is NaN.

    Examples
    --------
    >>> skill_interval(np.array([0.1, 0.1]), np.array([0.25, 0.25]), np.array([[2, 0], [1, 1]])).value
    0.6
    """
    ratio = ratio_interval(scores, of_reference, drawn)
    return Interval(1.0 - ratio.value, 1.0 - ratio.high, 1.0 - ratio.low)
