"""Scores of a forecast against what happened; lower is better in all of them.

Pure functions of numbers; what is forecast, and what happened, is the caller's business.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def brier(chances: ArrayLike, happened: ArrayLike) -> float:
    """Return the Brier score: the mean squared distance of chances from what happened.

    Parameters
    ----------
    chances
        Forecast, 0 to 1; shape (forecasts,).
    happened
        1 where it did, 0 where it did not; shape (forecasts,).

    References
    ----------
    G. W. Brier (1950), Verification of forecasts expressed in terms of probability, Monthly Weather
    Review 78.

    Examples
    --------
    >>> round(brier([0.8, 0.3, 0.6], [1, 0, 1]), 6)
    0.096667
    """
    p, o = np.asarray(chances, dtype=float), np.asarray(happened, dtype=float)
    return float(np.mean((p - o) ** 2))


def skill(score: float, of_reference: float) -> float:
    """Return how much better a score is than that of a reference: 1 is perfect, 0 no better, below 0 worse.

    Parameters
    ----------
    of_reference
        Of the naive forecast; where that is perfect, skill is 0 for a perfect forecast and −∞ for any other.

    Examples
    --------
    >>> skill(0.1, 0.25), skill(0.5, 0.25), skill(0.1, 0.0)
    (0.6, -1.0, -inf)
    """
    if of_reference == 0.0:
        return 0.0 if score == 0.0 else -math.inf
    return 1.0 - score / of_reference


def log_score(chances: ArrayLike, happened: ArrayLike, least: float = 0.0) -> float:
    """Return the logarithmic score: the mean of −ln of the chance given to what happened.

    Parameters
    ----------
    chances
        Forecast, 0 to 1; shape (forecasts,).
    happened
        1 where it did, 0 where it did not; shape (forecasts,).
    least
        Chances are kept this far from 0 and 1: an ensemble of n replications that never saw something does
        not say that it is impossible, and with 0 here one such surprise makes the score infinite.

    References
    ----------
    I. J. Good (1952), Rational decisions, Journal of the Royal Statistical Society B 14.

    Examples
    --------
    >>> round(log_score([0.5, 0.25], [1, 0]), 4)
    0.4904
    >>> log_score([0.0], [1]), round(log_score([0.0], [1], least=0.01), 4)
    (inf, 4.6052)
    """
    p = np.clip(np.asarray(chances, dtype=float), least, 1.0 - least)
    given = np.where(np.asarray(happened, dtype=bool), p, 1.0 - p)
    with np.errstate(divide="ignore"):
        return float(np.mean(-np.log(given)))


def crps_ensemble(ensemble: ArrayLike, happened: float, *, is_fair: bool = False) -> float:
    """Return the continuous ranked probability score of an ensemble, in the measure of its values.

    The plain form takes the ensemble for the whole forecast. The fair form asks how good the forecast would
    be of which the ensemble is a sample, so that ensembles of different sizes can be compared.

    Parameters
    ----------
    ensemble
        Shape (replications,); the fair form needs at least two.
    is_fair
        Whether to return the fair form; it can be below 0.

    Raises
    ------
    ValueError
        If there are too few replications.

    References
    ----------
    T. Gneiting and A. E. Raftery (2007), Strictly proper scoring rules, prediction, and estimation, JASA
    102. C. A. T. Ferro (2014), Fair scores for ensemble forecasts, QJRMS 140.

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


def crps_normal(mean: float, deviation: float, happened: float) -> float:
    """Return the continuous ranked probability score of a normal forecast.

    Parameters
    ----------
    mean, deviation
        Of the forecast; the deviation above 0.

    References
    ----------
    T. Gneiting and others (2005), Calibrated probabilistic forecasting using ensemble model output
    statistics and minimum CRPS estimation, Monthly Weather Review 133, equation 5.

    Examples
    --------
    >>> round(crps_normal(0.0, 1.0, 0.0), 6), round(crps_normal(0.0, 1.0, 1.0), 6)
    (0.233695, 0.602441)
    """
    z = (happened - mean) / deviation
    density = math.exp(-z * z / 2.0) / math.sqrt(2.0 * math.pi)
    return deviation * (z * math.erf(z / math.sqrt(2.0)) + 2.0 * density - 1.0 / math.sqrt(math.pi))
