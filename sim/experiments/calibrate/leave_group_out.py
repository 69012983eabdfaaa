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

from sim.experiments.hindcast.observations import GREY
from sim.statistics.intervals import Interval
from sim.statistics.scores import brier_scores, resampled, skill_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.experiments.calibrate.fitting import Evaluation
    from sim.experiments.calibrate.target import CalibrationTarget
    from sim.experiments.hindcast.observations import Observations
    from sim.model.scenario import Scenario
    from sim.statistics.streams import Stream

KEPT: Final = 0.2
"""Share of the first generation's vectors that is kept."""


@dataclass(frozen=True, slots=True)
class GroupsLeftOut:
    """How well towns are forecast whose neighbourhood the fit did not see."""

    vectors: int
    skill: Interval
    """Against persistence, by the Brier score, contested places as not occupied; resampled."""
    with_all: float
    """The same where nothing is left out."""
    of_prior: float

    def lines(self) -> tuple[str, str]:
        """Return it in words, in two lines."""
        return (
            f"Forecast from a fit to all other neighbourhoods, each has a skill of {self.skill.value:.2f} "
            f"({self.skill.low:.2f} to",
            f"{self.skill.high:.2f}) against persistence; from a fit to all, {self.with_all:.2f}; from "
            f"none, {self.of_prior:.2f}.",
        )

    def values(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "vectors": self.vectors,
            "skill": self.skill.values(),
            "skill_with_all": self.with_all,
            "skill_of_prior": self.of_prior,
        }


def scored_towns(scenario: Scenario, observations: Observations, source: str) -> np.ndarray:
    """Return which towns a source has as the scenario opens, contested ones as not occupied."""
    states = observations.states(scenario, source, [scenario.start - timedelta(days=1)])[0]
    opening = observations.opening(scenario)
    return np.asarray(np.where(states == GREY, 0.0, states) == opening)


def leave_group_out(
    first: Sequence[Evaluation],
    target: CalibrationTarget,
    groups: Sequence[int],
    scored: np.ndarray,
    rng: Stream,
) -> GroupsLeftOut | None:
    """Forecast each neighbourhood from a fit to all others; none where there is one only, or nothing changed.

    `scored`: which towns count; shape (towns,).
    """
    numbers = np.array(groups)
    kept = max(2, round(KEPT * len(first)))
    happened = np.where(target.states == GREY, 0.0, target.states)
    if not max(groups) or not ((happened != target.opening) & scored).any():
        return None
    chances = np.array([each.occupied.mean(axis=0) for each in first])
    rest = np.array([each.rest for each in first])

    def forecast(towns: np.ndarray) -> np.ndarray:
        found = [target.control(each.occupied, towns) for each in first]
        nearest = np.argsort(np.array(found) + rest, kind="stable")[:kept]
        return np.asarray(chances[nearest].mean(axis=0))

    unseen = np.zeros_like(happened)
    for group in range(max(groups) + 1):
        is_out = numbers == group
        unseen[:, is_out] = forecast(np.flatnonzero(~is_out))[:, is_out]

    drawn = resampled(groups, rng)

    def by_group(forecasts: np.ndarray) -> np.ndarray:
        squares = brier_scores(forecasts, happened).sum(axis=0) * scored
        return np.bincount(numbers, squares, drawn.shape[1])

    persistence = by_group(target.opening)

    def skill(forecasts: np.ndarray) -> Interval:
        return skill_interval(by_group(forecasts), persistence, drawn)

    return GroupsLeftOut(
        kept,
        skill(unseen),
        skill(forecast(np.arange(len(numbers)))).value,
        skill(chances.mean(axis=0)).value,
    )
