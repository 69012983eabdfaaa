"""Scores of forecasts against what happened, and intervals from resampling neighbourhoods.

Scores are lower for better forecasts, but for the area under the ROC curve. Whole groups are resampled, since
towns near each other are not independent cases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.statistics.intervals import Interval, quantile_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from sim.statistics.streams import Stream

RESAMPLES: Final = 1000


def brier_scores(chances: np.ndarray, happened: np.ndarray) -> np.ndarray:
    """Return the squared distance of each chance from what happened; the mean is the Brier score.

    Source: G. W. Brier (1950), Verification of forecasts expressed in terms of probability, Monthly Weather
    Review 78.

    Examples
    --------
    >>> brier_scores(np.array([0.8, 0.3, 0.6]), np.array([1, 0, 1])).round(2).tolist()
    [0.04, 0.09, 0.16]
    """
    return np.asarray((chances - happened) ** 2)


def log_scores(chances: np.ndarray, happened: np.ndarray, least: float = 0.0) -> np.ndarray:
    """Return −ln of the chance given to what happened, for each forecast.

    `least`: no chance counts as less: an ensemble of n replications that never saw something does not say
    that it is impossible, and with 0 here one such surprise makes the score infinite.

    Source: I. J. Good (1952), Rational decisions, Journal of the Royal Statistical Society B 14.

    Examples
    --------
    >>> log_scores(np.array([0.5, 0.25]), np.array([1, 0])).round(4).tolist()
    [0.6931, 0.2877]
    >>> log_scores(np.array([0.0]), np.array([1]), least=0.01).round(4).tolist()
    [4.6052]
    """
    given = np.where(happened > 0.0, chances, 1.0 - chances)
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log(np.clip(given, least, 1.0)))


def crps_ensemble(ensemble: ArrayLike, happened: float, *, is_fair: bool = False) -> float:
    """Return the continuous ranked probability score of an ensemble, in the measure of its values.

    The plain form takes the ensemble for the whole forecast. The fair form asks how good the forecast would
    be of which the ensemble is a sample, so that ensembles of different sizes can be compared. `ensemble`:
    shape (replications,); the fair form needs at least two. `is_fair`: whether to return the fair form; it
    can be below 0.

    Source: T. Gneiting and A. E. Raftery (2007), Strictly proper scoring rules, prediction, and estimation,
    JASA 102. C. A. T. Ferro (2014), Fair scores for ensemble forecasts, QJRMS 140.

    Examples
    --------
    >>> crps_ensemble([1, 2, 3, 4], 2.5), round(crps_ensemble([1, 2, 3, 4], 2.5, is_fair=True), 6)
    (0.375, 0.166667)
    """
    values = np.sort(np.asarray(ensemble, dtype=float))
    count = values.size
    if count < 1 + is_fair:
        raise ValueError(f"an ensemble of {count} is too small for this score")
    distance = float(np.abs(values - happened).mean())
    # Σᵢⱼ |xᵢ − xⱼ| of sorted values, without the square of their number
    spread = 2.0 * float((values * (2.0 * np.arange(1, count + 1) - count - 1.0)).sum())
    return distance - spread / (2.0 * count * (count - 1 if is_fair else count))


def roc_auc(chances: np.ndarray, happened: np.ndarray) -> float:
    """Return how often a case that happened was given a higher chance than one that did not: the AUC.

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
