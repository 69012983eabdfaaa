"""What happened, as a few runs are held against it: who held what, losses, the advance.

The distance of runs from it is the sum of three parts, so that ground cannot be bought with losses: the Brier
score of who held what, relative to that of persistence; how far losses are from the reported rates, as
a share; and a quarter of how far the front's advance is from the usual one, as a share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.experiments.hindcast.scoring_period import reported_in

if TYPE_CHECKING:
    from sim.experiments.hindcast.observations import Observations
    from sim.experiments.hindcast.scoring_period import ScoringPeriod
    from sim.experiments.hindcast.trajectories import Trajectories
    from sim.model.scenario import Scenario

ADVANCE_WEIGHT: Final = 0.25


@dataclass(frozen=True, slots=True)
class CalibrationTarget:
    """What happened, as runs are held against it."""

    side: int
    ends: tuple[int, ...]
    states: np.ndarray
    """0 not occupied, 0.5 contested, 1 occupied; shape (dates, towns)."""
    opening: np.ndarray
    """As the scenario opens; shape (towns,)."""
    months: tuple[tuple[int, int], ...]
    """First and last day number of each part of the period; the last is not in it."""
    losses: np.ndarray
    """Reported for this front in each of them; shape (months, categories); nothing where nothing is."""
    of: int
    advance: float | None
    """The front's usual advance, km a day; none where it is not known."""

    @classmethod
    def of_observations(
        cls,
        scenario: Scenario,
        observations: Observations,
        period: ScoringPeriod,
        source: str,
        advance: float | None,
    ) -> CalibrationTarget:
        """Return what happened in a period, by one source."""
        months = tuple((period.beginning(first), period.end(last)) for first, last in period.months)
        reported = scenario.reported_losses
        of = 1 - observations.side if reported is None else scenario.side_index(reported.of)
        return cls(
            observations.side,
            tuple(period.end(day) for day in period.dates),
            observations.states(scenario, source, period.dates),
            observations.opening(scenario),
            months,
            np.array([reported_in(scenario, first, last)[of] for first, last in months]),
            of,
            advance,
        )

    def parts(self, runs: Trajectories, towns: np.ndarray | None = None) -> tuple[float, float, float]:
        """Return how far runs are from what happened: control, losses, advance."""
        return self.control(self.occupied(runs), towns), self._losses(runs), self._advance(runs)

    def occupied(self, runs: Trajectories) -> np.ndarray:
        """Return which towns are occupied at each date; shape (replications, dates, towns)."""
        return np.asarray(runs.holders[:, list(self.ends)] == self.side)

    def control(self, occupied: np.ndarray, towns: np.ndarray | None = None) -> float:
        """Return the fair Brier score of who held what, relative to that of persistence.

        `towns`: numbers of those that count; all where nothing is said.
        """
        chances = occupied.mean(axis=0)
        fair = (chances - self.states) ** 2 - chances * (1.0 - chances) / (len(occupied) - 1)
        naive = (self.opening - self.states) ** 2
        if towns is not None:
            fair, naive = fair[:, towns], naive[:, towns]
        least = 1.0 / naive.size
        return float(fair.mean() / max(naive.mean(), least))

    def _losses(self, runs: Trajectories) -> float:
        """Return how far losses are from those reported, as a share; rare ones count less."""
        if not self.losses.any():
            return 0.0
        at = runs.losses[:, :, self.of].mean(axis=0)
        found = np.array([at[last] - at[first] for first, last in self.months])
        weights = np.sqrt(self.losses)
        off = np.abs(found - self.losses) / np.maximum(self.losses, 1e-9)
        return float((off * weights).sum() / weights.sum())

    def _advance(self, runs: Trajectories) -> float:
        """Return how far the advance is from the usual one, as a share."""
        if not self.advance:
            return 0.0
        first, last = self.months[0][0], self.months[-1][1]
        contacts = runs.contacts[:, first:last].sum()
        found = runs.ground[:, first:last].sum() / max(1.0, contacts)
        return float(abs(found - self.advance) / self.advance)
