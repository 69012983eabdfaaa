"""The theatre that a front is a part of, to hold its daily losses against a series that was reported for it.

A scenario's front is a share of the theatre. The theatre here is as many such fronts as it takes: they
share the days, each day's tempo and weather, and nothing else. What is each front's own luck averages out;
what is common stays. That is why a front of a few assaults a day scatters more than the theatre does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.simulation import simulate
from sim.model.quantities import CATEGORIES, DAY
from sim.statistics.streams import Stream, Streams

if TYPE_CHECKING:
    from sim.engine.front.front import Front
    from sim.model.scenario import Scenario

COMMON: Final = ("tempo/front", "weather/front")
"""Streams that all fronts of a theatre share."""


class CommonDays(Streams):
    """The luck of one front of a theatre: the days are everybody's, all else is its own.

    Parameters
    ----------
    front
        Which of its fronts; 0 is the one whose days all share.
    """

    def __init__(self, seed: int, front: int) -> None:
        super().__init__(seed, front)
        self._days = Streams(seed)

    def __getitem__(self, name: str) -> Stream:
        """Return the stream of a concern."""
        return self._days[name] if name in COMMON else super().__getitem__(name)


def theatre_losses(scenario: Scenario, seed: int, fronts: int) -> np.ndarray:
    """Return the daily losses of the reported side over a whole theatre.

    Returns
    -------
    ndarray
        Shape (days, categories).
    """
    reported = scenario.reported_losses
    number = 0 if reported is None else scenario.side_index(reported.of)
    total: np.ndarray | float = 0.0
    for front in range(fronts):
        seen: list[list[int]] = []

        def look(front: Front, seen: list[list[int]] = seen) -> None:
            seen.append(list(front.sides[number].losses))

        outcome = simulate(scenario, seed, streams=CommonDays(seed, front), observe=look)
        seen.append(list(outcome.state.sides[scenario.sides[number].id].losses))
        days = scenario.horizon // DAY + 1
        total = total + np.diff(np.array(seen[:days], dtype=float), axis=0)
    return np.asarray(total)


@dataclass(frozen=True, slots=True)
class DailyPattern:
    """How a series of daily losses varies.

    Attributes
    ----------
    lag_1
        By category: correlation of a day with the day before.
    together
        Correlations of categories with each other; shape (categories, categories).
    """

    variation: Mapping[str, float]
    lag_1: Mapping[str, float]
    together: np.ndarray

    def between(self, one: str, other: str) -> float:
        """Return how two categories go together, as a correlation."""
        return float(self.together[CATEGORIES.index(one), CATEGORIES.index(other)])


def daily_pattern(losses: np.ndarray) -> DailyPattern:
    """Return how daily losses vary.

    Parameters
    ----------
    losses
        Shape (days, categories).

    Examples
    --------
    >>> losses = np.outer([1.0, 2.0, 4.0, 3.0], np.arange(1, 8))
    >>> pattern = daily_pattern(losses)
    >>> round(pattern.variation["tanks"], 3), round(pattern.lag_1["uas"], 3)
    (0.516, 0.15)
    >>> round(pattern.between("tanks", "vehicles"), 3)
    1.0
    """
    left = losses - losses.mean(axis=0)
    squares = (left**2).sum(axis=0)
    lags = (left[1:] * left[:-1]).sum(axis=0) / squares
    spread = losses.std(axis=0, ddof=1) / losses.mean(axis=0)
    together = (left.T @ left) / np.sqrt(np.outer(squares, squares))
    return DailyPattern(
        dict(zip(CATEGORIES, spread.tolist(), strict=True)),
        dict(zip(CATEGORIES, lags.tolist(), strict=True)),
        together,
    )
