"""How usual a moment of a run is among those of its ensemble: as shares, bands and percentiles."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.errors import UsageError
from sim.model.quantities import DAY, Days, Seconds, Share, in_days
from sim.results.meta import hash_of
from sim.results.reader import Results
from sim.statistics.intervals import Interval, percentile, quantile_bands, wilson

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sim.model.scenario import Scenario
    from sim.recording.records import Header
    from sim.results.tables import Columns

SOLDIERS = "lost_personnel"


@dataclass(frozen=True, slots=True)
class Bands:
    """The distribution of a number over the replications, day by day."""

    days: tuple[float, ...]
    levels: tuple[tuple[float, ...], ...]
    """Quantiles 5, 25, 50, 75 and 95 %; shape (5, days)."""


class EnsembleAtTime:
    """An ensemble, asked about moments; what is worked out is kept. After the horizon all is as it was then.

    Raises
    ------
    UsageError
        Where no replication of it is there.
    """

    def __init__(self, results: Results) -> None:
        if not len(results.numbers):
            raise UsageError(
                f"{results.folder} holds no replication yet.\n"
                f"Go on with it: frontsim ensemble {results.meta.name} --out {results.folder} --resume"
            )
        self.results = results
        self.count = len(results.numbers)
        self.horizon = results.meta.horizon
        self._sides = results.names.sides
        self._towns = {town: number for number, town in enumerate(results.names.towns)}
        self._bands: dict[tuple[str, str], Bands] = {}

    @classmethod
    def open(cls, folder: str | Path) -> EnsembleAtTime:
        """Open an ensemble's folder.

        Raises
        ------
        FileError
            Where there is no ensemble.
        UsageError
            Where no replication of it is there.
        """
        return cls(Results.open(folder))

    @property
    def numbers(self) -> tuple[int, ...]:
        """The replications that are there, in order."""
        return tuple(int(number) for number in self.results.numbers)

    @property
    def recordings(self) -> Mapping[int, Path]:
        """By replication that was recorded: where."""
        return self.results.recordings

    def fits(self, scenario: Scenario) -> bool:
        """Return whether a run is of the same front: it has the same towns and the same first day."""
        towns = [town.id for town in scenario.towns]
        return towns == [*self._towns] and scenario.start.isoformat() == self.results.meta.start

    def holds(self, header: Header) -> bool:
        """Return whether a run is one of its own: of the same scenario and seed."""
        return hash_of(header.scenario, header.seed) == self.results.meta.hash

    def first_holder(self, town: str) -> str:
        """Return who holds a town at the start."""
        return self.results.meta.first_holders[town]

    def held(self, town: str, t: Seconds) -> Interval:
        """Return the share of replications in which a town's first holder holds it at a time."""
        times, counts = self._holding[self._towns[town]]
        after = int(np.searchsorted(times, in_days(t), side="right"))
        return wilson(int(counts[after]), self.count)

    def held_in(self, t: Seconds) -> np.ndarray:
        """Return which towns their first holders have at a time; bool, shape (replications, towns)."""
        changes = self._changes
        happened = changes["day"] <= in_days(t)
        rows = np.searchsorted(self.results.numbers, changes["replication"][happened])
        holders = np.tile(self._first, (self.count, 1))
        # of several changes the last one stays: they come in order of time
        holders[rows, changes["town"][happened]] = changes["winner"][happened]
        return np.asarray(holders == self._first)

    @property
    def change_days(self) -> np.ndarray:
        """When towns changed hands in any replication, in no order; days."""
        return self._changes["day"]

    def losses_at(self, side: str, t: Seconds) -> np.ndarray:
        """Return soldiers lost when a day began; shape (replications,)."""
        return self._losses[side][:, self.day(t)]

    def supply_at(self, town: str, t: Seconds) -> np.ndarray:
        """Return a town's days of supply when a day began; shape (replications,), NaN where it uses none."""
        return self._supply[:, self.day(t), self._towns[town]]

    def losses(self, side: str) -> Bands:
        """Return the distribution over replications of soldiers lost so far."""
        return self._banded("losses", side, self._losses[side])

    def losses_place(self, side: str, t: Seconds, lost: float) -> Share:
        """Return the share of replications that had lost fewer soldiers by the start of a day."""
        return percentile(lost, self.losses_at(side, t))

    def supply(self, town: str) -> Bands:
        """Return the distribution of a town's days of supply over replications in which it uses any."""
        return self._banded("supply", town, self._supply[:, :, self._towns[town]])

    def supply_place(self, town: str, t: Seconds, days: Days) -> Share:
        """Return in which share of the replications a town had fewer days of supply when a day began.

        NaN where it uses none in any.
        """
        column = self.supply_at(town, t)
        return percentile(days, column[~np.isnan(column)])

    def day(self, t: Seconds) -> int:
        """Return the day of a moment, as rows of the ensemble number them."""
        return min(max(t // DAY, 0), self.results.days)

    def changed_at_least(self, count: int) -> Share:
        """Return the share of replications in which at least this many towns changed hands."""
        return float((self._changed >= count).mean())

    @functools.cached_property
    def _changed(self) -> np.ndarray:
        """How many towns changed hands by replication; shape (replications,)."""
        return np.asarray((~np.isnan(self.results.first_lost_days())).sum(axis=1))

    @functools.cached_property
    def _holding(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """By town: when the number of replications with its first holder changes, and that number."""
        changes, first = self._changes, self._first
        steps = (changes["winner"] == first[changes["town"]]).astype(int)
        steps -= changes["loser"] == first[changes["town"]]
        found = []
        for town in range(len(self._towns)):
            rows = np.flatnonzero(changes["town"] == town)
            rows = rows[np.argsort(changes["day"][rows], kind="stable")]
            counts = self.count + np.concatenate([[0], np.cumsum(steps[rows])])
            found.append((changes["day"][rows], counts))
        return found

    @functools.cached_property
    def _changes(self) -> Columns:
        return self.results.changes()

    @functools.cached_property
    def _first(self) -> np.ndarray:
        """The number of the side that holds each town at the start; shape (towns,)."""
        return np.array([self._sides.index(side) for side in self.results.meta.first_holders.values()])

    @functools.cached_property
    def _losses(self) -> Mapping[str, np.ndarray]:
        """By side: soldiers lost so far, shape (replications, days + 1); they stay where a run is over."""
        series = self.results.side_series(SOLDIERS)
        lasting = np.fmax.accumulate(series, axis=1)
        return {side: lasting[:, :, number] for number, side in enumerate(self._sides)}

    @functools.cached_property
    def _supply(self) -> np.ndarray:
        """Days of supply; shape (replications, days + 1, towns), NaN where nobody uses any."""
        return self.results.town_series("days_of_supply")

    def _banded(self, what: str, whose: str, block: np.ndarray) -> Bands:
        """Return the bands of a block, shape (replications, days + 1); days without a number are left out."""
        key = (what, whose)
        if key not in self._bands:
            known = np.flatnonzero(~np.isnan(block).all(axis=0))
            columns = [quantile_bands(block[~np.isnan(block[:, day]), day]) for day in known]
            levels = tuple(zip(*(tuple(map(float, column)) for column in columns), strict=True))
            self._bands[key] = Bands(tuple(map(float, known)), levels)
        return self._bands[key]
