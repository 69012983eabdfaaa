"""How two ensembles of one front differ at a moment, and what of it is significant.

`sim.experiments.compare` says the same of the end; this says it of any moment, to a viewer that asks often.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.model.quantities import DAY
from sim.statistics.differences import paired, unpaired
from sim.statistics.proportions import Interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.analysis.ensemble_at_time import EnsembleAtTime
    from sim.model.quantities import Seconds

FEW: Final = 2
"""Replications in common with which a difference can be estimated at all."""
MOMENTS_KEPT: Final = 8


class MeasureDifference(NamedTuple):
    """One measure in two ensembles."""

    here: float
    there: float
    change: Interval

    @property
    def is_significant(self) -> bool:
        """Whether the interval leaves out no difference at all: it is beyond noise."""
        return self.change.low > 0.0 or self.change.high < 0.0


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

    def held(self, t: Seconds) -> Mapping[str, MeasureDifference]:
        """Return by town in which share of the replications its first holder has it at a time."""
        return self._held(int(np.searchsorted(self._days, t / DAY, side="right")))

    def losses(self, side: str, t: Seconds) -> MeasureDifference:
        """Return how many soldiers were lost when a day began."""
        return self._gap(*self._known(self._here.losses_at(side, t), self._there.losses_at(side, t)))

    def supply(self, town: str, t: Seconds) -> MeasureDifference | None:
        """Return how many days of supply a town had when a day began; none where hardly any run says."""
        columns = self._known(self._here.supply_at(town, t), self._there.supply_at(town, t))
        return self._gap(*columns) if min(map(len, columns)) >= FEW else None

    def _held_after(self, changes: int) -> Mapping[str, MeasureDifference]:
        """Return shares after so many of the days on which any town changed hands."""
        t = round(self._days[changes - 1] * DAY) if changes else -1
        here, there = (
            each.held_in(t)[rows].astype(float)
            for each, rows in zip((self._here, self._there), self._rows, strict=True)
        )
        towns = self._here.results.names.towns
        return {town: self._gap(here[:, number], there[:, number]) for number, town in enumerate(towns)}

    def _known(self, here: np.ndarray, there: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return two columns of the replications in both, without those in which a number is not known."""
        one, other = here[self._rows[0]], there[self._rows[1]]
        if self.is_paired:
            known = np.isfinite(one) & np.isfinite(other)
            return one[known], other[known]
        return one[np.isfinite(one)], other[np.isfinite(other)]

    def _gap(self, here: np.ndarray, there: np.ndarray) -> MeasureDifference:
        """Return how two columns differ."""
        means = float(here.mean()), float(there.mean())
        if not self.is_paired:
            return MeasureDifference(*means, unpaired(there, here))
        if np.array_equal(here, there):  # the same happened, as to most towns at most times
            return MeasureDifference(*means, Interval(0.0, 0.0, 0.0))
        return MeasureDifference(*means, Interval(*paired(there, here)[:3]))


def difference_between(
    here: EnsembleAtTime | None, there: EnsembleAtTime | None
) -> EnsembleDifference | None:
    """Return how two ensembles differ; none where there are not two, or they have hardly a run in common."""
    if here is None or there is None or here is there:
        return None
    found = EnsembleDifference(here, there)
    return found if found.count >= FEW else None
