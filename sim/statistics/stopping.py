"""When there are enough runs: the interval of a mean is narrow enough and stays so."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.statistics.intervals import CONFIDENCE, wilson
from sim.statistics.student import t_quantile

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

MIN_REPLICATIONS: Final = 30
"""Replications that are always made before the question whether they are enough."""
LOOK_AHEAD: Final = 5
"""Replications, for each hundred made, over which the interval has to stay narrow enough."""


def enough(
    values: ArrayLike,
    halfwidth: float,
    *,
    level: float = CONFIDENCE,
    is_share: bool = False,
    is_relative: bool = False,
    min_replications: int = MIN_REPLICATIONS,
    look_ahead: int = LOOK_AHEAD,
) -> int | None:
    """Return how many replications were enough, or none where more are needed.

    The interval of the cumulative mean is followed as replications come in. They are enough at the first
    count from which the interval is narrow enough and stays so over the next few: once may be chance.

    Parameters
    ----------
    values
        So far, in the order of replications: shape (replications,) or (replications, measures), of which all
        have to be known well enough.
    halfwidth
        Half of the widest interval that will do; in the measure of the values.
    is_share
        Whether values are 0 or 1 and the interval is Wilson's; the t interval of values that happen to be all
        the same would have no width at all.
    is_relative
        Whether ``halfwidth`` is a share of the mean, as in the published rule.
    look_ahead
        How far to look ahead: so many replications up to 100, and in proportion above.

    Source: K. Hoad, S. Robinson and R. Davies (2010), Automated selection of the number of replications for a
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
        run = run + 1 if narrow and count >= min_replications else 0
        began = count - run + 1
        if run > look_ahead * max(began, 100) // 100:
            return began
    return None


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
