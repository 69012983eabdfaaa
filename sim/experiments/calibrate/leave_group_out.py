"""Neighbourhoods left out of a calibration one after the other, and forecast from the others.

From the first generation alone, which comes from the prior: the vectors nearest by all other towns, by
losses and by the advance are kept, and say what becomes of the towns that were left out. Nothing is
simulated anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.experiments.hindcast.control_scores import interval_values
from sim.experiments.hindcast.observations import GREY
from sim.statistics.reliability import ratio_interval, resampled
from sim.statistics.stopping import Interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.experiments.calibrate.fitting import Generation
    from sim.experiments.calibrate.target import Target
    from sim.experiments.hindcast.observations import Observations
    from sim.model.scenario import Scenario
    from sim.statistics.streams import Stream

KEPT: Final = 0.2
"""Share of the first generation's vectors that is kept."""
FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How well towns are forecast whose neighbourhood the fit did not see.

    Attributes
    ----------
    skill
        Against nothing changes, by the Brier score, contested places as not occupied; resampled.
    with_all
        The same where nothing is left out.
    """

    vectors: int
    skill: Interval
    with_all: float
    of_prior: float

    def lines(self) -> tuple[str, str]:
        """Return it in words, in two lines."""
        return (
            f"Forecast from a fit to all other neighbourhoods, each has a skill of {self.skill.value:.2f} "
            f"({self.skill.low:.2f} to",
            f"{self.skill.high:.2f}) against nothing changes; from a fit to all, {self.with_all:.2f}; from "
            f"none, {self.of_prior:.2f}.",
        )

    def values(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "vectors": self.vectors,
            "skill": interval_values(self.skill),
            "skill_with_all": self.with_all,
            "skill_of_prior": self.of_prior,
        }


def scored_towns(scenario: Scenario, truth: Observations, source: str) -> np.ndarray:
    """Return which towns a source has as the scenario opens, contested ones as not occupied."""
    states = truth.states(scenario, source, [scenario.start - timedelta(days=1)])[0]
    opening = np.array([float(scenario.side_index(town.held_by) == truth.side) for town in scenario.towns])
    return np.asarray(np.where(states == GREY, 0.0, states) == opening)


def left_out(
    first: Generation, target: Target, groups: Sequence[int], scored: np.ndarray, rng: Stream
) -> LeftOut | None:
    """Forecast each neighbourhood from a fit to all others; none where there is one only, or nothing changed.

    Parameters
    ----------
    scored
        Which towns count; shape (towns,).
    """
    numbers = np.array(groups)
    kept = max(FEWEST, round(KEPT * len(first.rest)))
    happened = np.where(target.states == GREY, 0.0, target.states)
    if not max(groups) or not ((happened != target.opening) & scored).any():
        return None
    chances = first.occupied.mean(axis=1)

    def forecast(towns: np.ndarray) -> np.ndarray:
        """Return the chances by the vectors that are nearest by some towns."""
        found = [target.control(occupied, towns) for occupied in first.occupied]
        nearest = np.argsort(np.array(found) + first.rest, kind="stable")[:kept]
        return np.asarray(chances[nearest].mean(axis=0))

    unseen = np.zeros_like(happened)
    for group in range(max(groups) + 1):
        is_out = numbers == group
        unseen[:, is_out] = forecast(np.flatnonzero(~is_out))[:, is_out]

    drawn = resampled(groups, rng)

    def ratio(forecasts: np.ndarray) -> Interval:
        """Return the Brier score over that of nothing changes."""
        squares = ((forecasts - happened) ** 2).sum(axis=0) * scored
        naive = ((target.opening - happened) ** 2).sum(axis=0) * scored
        return ratio_interval(
            np.bincount(numbers, squares, drawn.shape[1]), np.bincount(numbers, naive, drawn.shape[1]), drawn
        )

    skill = ratio(unseen)
    return LeftOut(
        kept,
        Interval(1.0 - skill.value, 1.0 - skill.high, 1.0 - skill.low),
        1.0 - ratio(forecast(np.arange(len(numbers)))).value,
        1.0 - ratio(chances.mean(axis=0)).value,
    )
