"""When there are enough runs: the intervals of shares are narrow enough and stay so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.statistics.intervals import wilson

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

MIN_REPLICATIONS: Final = 30
"""Replications that are always made before the question whether they are enough."""
LOOK_AHEAD: Final = 5
"""Replications, for each hundred made, over which the intervals have to stay narrow enough."""


def enough(happened: ArrayLike, halfwidth: float) -> int | None:
    """Return how many replications were enough, or none where more are needed.

    They are enough at the first count from which Wilson's interval of every share is narrow enough and stays
    so over the next few: once may be chance. `happened`: in the order of replications; shape (replications,
    measures). `halfwidth`: half of the widest interval that will do.

    Source: K. Hoad, S. Robinson and R. Davies (2010), Automated selection of the number of replications for a
    discrete-event simulation, Journal of the Operational Research Society 61(11).

    Examples
    --------
    >>> enough([[False], [True]] * 60, 0.1), enough([[False], [True]] * 60, 0.01)
    (65, None)
    """
    so_far = np.cumsum(np.asarray(happened, dtype=bool), axis=0)
    narrow = 0
    for count, successes in enumerate(so_far.tolist(), 1):
        is_narrow = all(wilson(each, count).halfwidth <= halfwidth for each in successes)
        narrow = narrow + 1 if is_narrow and count >= MIN_REPLICATIONS else 0
        began = count - narrow + 1
        if narrow > LOOK_AHEAD * max(began, 100) // 100:
            return began
    return None
