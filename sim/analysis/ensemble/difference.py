"""How two ensembles of one front differ at a moment, and what of it is significant.

`sim.experiments.compare` says the same of the end; this says it of any moment, to a viewer that asks often.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.model.quantities import DAY
from sim.statistics.differences import Difference, difference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.analysis.ensemble.at_time import EnsembleAtTime
    from sim.model.quantities import Seconds

FEW: Final = 2
"""Minimum number of common replications for a difference."""
MOMENTS_KEPT: Final = 8


class EnsembleDifference:
    """Two ensembles of one front, asked about moments; what was worked out last is kept."""

    def __init__(self, here: EnsembleAtTime, there: EnsembleAtTime) -> None:
        self._here, self._there = here, there
        numbers = np.intersect1d(here.results.numbers, there.results.numbers)
        self.count = len(numbers)
        """How many replications are in both, which are those that are compared."""
        self.is_paired = here.results.meta.seed == there.results.meta.seed
        """Whether replications of one number drew the same random numbers in both: they have one seed."""
        self._rows = tuple(np.searchsorted(each.results.numbers, numbers) for each in (here, there))
        self._days = np.unique(np.concatenate([each.change_days for each in (here, there)]))
        self._held = functools.lru_cache(MOMENTS_KEPT)(self._held_after)

    def held(self, t: Seconds) -> Mapping[str, Difference]:
        """Return by town in which share of the replications its first holder has it at a time."""
        return self._held(int(np.searchsorted(self._days, t / DAY, side="right")))

    def losses(self, side: str, t: Seconds) -> Difference:
        """Return how many soldiers were lost when a day began."""
        return self._difference(self._here.losses_at(side, t), self._there.losses_at(side, t))

    def supply(self, town: str, t: Seconds) -> Difference | None:
        """Return how many days of supply a town had when a day began; none where hardly any run says."""
        found = self._difference(self._here.supply_at(town, t), self._there.supply_at(town, t))
        return found if found.pairs >= FEW else None

    def _held_after(self, changes: int) -> Mapping[str, Difference]:
        """Return shares after so many of the days on which any town changed hands."""
        t = round(self._days[changes - 1] * DAY) if changes else -1
        here, there = (each.held_in(t).astype(float) for each in (self._here, self._there))
        towns = self._here.results.names.towns
        return {
            town: self._difference(here[:, number], there[:, number]) for number, town in enumerate(towns)
        }

    def _difference(self, here: np.ndarray, there: np.ndarray) -> Difference:
        """Return how two columns differ over the replications in both: what is here less what is there."""
        rows_here, rows_there = self._rows
        return difference(there[rows_there], here[rows_here], is_paired=self.is_paired)


def difference_between(
    here: EnsembleAtTime | None, there: EnsembleAtTime | None
) -> EnsembleDifference | None:
    """Return how two ensembles differ, or None without two ensembles or enough runs in common."""
    if here is None or there is None or here is there:
        return None
    found = EnsembleDifference(here, there)
    return found if found.count >= FEW else None
