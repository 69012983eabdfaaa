"""Student's t distribution without tables: its chances by the incomplete beta function.

Here so that frontsim needs no scipy for the one quantile that intervals of means are made of.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

from sim.model.attrition import normal_quantile

MOST_TERMS: Final = 500
"""Of the continued fraction; a few dozen are needed."""
SMALLEST: Final = 1e-300
PRECISION: Final = 1e-15


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b). `a`, `b`: above 0. `x`: from 0 to 1.

    Source: W. J. Lentz (1976), Applied Optics 15, for the continued fraction; Abramowitz and Stegun, 26.5.8.

    Examples
    --------
    >>> round(incomplete_beta(2.0, 3.0, 0.4), 4)
    0.5248
    """
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    if x > (a + 1.0) / (a + b + 2.0):  # there the fraction converges slowly, and on the other side fast
        return 1.0 - incomplete_beta(b, a, 1.0 - x)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    value = upper = 1.0
    lower = 0.0
    for term in range(1, MOST_TERMS):
        m = term // 2
        if term % 2:
            d = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        else:
            d = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        lower = 1.0 / _apart_from_zero(1.0 + d * lower)
        upper = _apart_from_zero(1.0 + d / upper)
        value *= upper * lower
        if abs(upper * lower - 1.0) < PRECISION:
            break
    return front / (a * value)


def _apart_from_zero(x: float) -> float:
    return x if abs(x) > SMALLEST else SMALLEST


def t_chance(t: float, degrees: float) -> float:
    """Return the chance that Student's t is at most this.

    `degrees`: degrees of freedom; above 0, not always whole.

    Examples
    --------
    >>> round(t_chance(1.0, 1), 12), t_chance(0.0, 7)
    (0.75, 0.5)
    """
    square = t * t
    if square < degrees:  # by the middle: what is beyond would be a difference of numbers that are alike
        return 0.5 + math.copysign(0.5, t) * incomplete_beta(0.5, degrees / 2.0, square / (degrees + square))
    beyond = 0.5 * incomplete_beta(degrees / 2.0, 0.5, degrees / (degrees + square))
    return 1.0 - beyond if t > 0.0 else beyond


def _t_density(t: float, degrees: float) -> float:
    half = (degrees + 1.0) / 2.0
    scale = math.lgamma(half) - math.lgamma(degrees / 2.0) - 0.5 * math.log(degrees * math.pi)
    return math.exp(scale - half * math.log1p(t * t / degrees))


@lru_cache(maxsize=4096)
def t_quantile(u: float, degrees: float) -> float:
    """Return the value of Student's t that is exceeded with chance 1 − u.

    Newton's steps from the normal quantile, kept within bounds that are halved where a step leaves them. `u`:
    above 0, below 1. `degrees`: degrees of freedom; above 0, not always whole.

    Examples
    --------
    >>> [round(t_quantile(0.975, degrees), 3) for degrees in (1, 5, 29, 1000)]
    [12.706, 2.571, 2.045, 1.962]
    """
    if not 0.0 < u < 1.0 or degrees <= 0.0:
        raise ValueError(f"no quantile {u} of Student's t with {degrees} degrees of freedom")
    if u == 0.5:  # noqa: PLR2004 - the median
        return 0.0
    if u < 0.5:  # noqa: PLR2004 - the median
        return -t_quantile(1.0 - u, degrees)
    low, high = 0.0, 2.0
    while t_chance(high, degrees) < u:
        high *= 2.0
    t = min(normal_quantile(u), high)
    for _ in range(200):
        error = t_chance(t, degrees) - u
        if error > 0.0:
            high = t
        else:
            low = t
        better = t - error / _t_density(t, degrees)
        if not low < better < high:
            better = (low + high) / 2.0
        if abs(better - t) <= PRECISION * t:
            break
        t = better
    return t
