"""What an ensemble comes to, how usual a moment of a run is in it, and how two differ at a moment.

`sim.experiments.compare` says how two differ at the end; this, of any moment, to a viewer that asks often.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.command_line import command_line
from sim.errors import UsageError
from sim.model.quantities import CATEGORIES, DAY, Seconds, Share, in_days
from sim.results.meta import hash_of
from sim.results.reader import Results
from sim.statistics.differences import Difference, difference
from sim.statistics.intervals import Interval, mean_interval, percentile, wilson
from sim.statistics.survival import Survival, kaplan_meier

if TYPE_CHECKING:
    from pathlib import Path

    from sim.model.scenario import Scenario
    from sim.recording.records import Header
    from sim.results.tables import Columns

FEW: Final = 2
"""Minimum number of common replications for a difference."""
MOMENTS_KEPT: Final = 8


class EnsembleAtTime:
    """An ensemble, asked about moments; what is worked out is kept. After the horizon all is as it was then.

    Raises
    ------
    FileError
        Where there is no ensemble.
    UsageError
        Where no replication of it is there.
    """

    def __init__(self, folder: str | Path) -> None:
        self.results = results = Results.open(folder)
        if not len(results.numbers):
            raise UsageError(
                f"{results.folder} holds no replication yet.\n"
                "Go on with it: "
                + command_line(
                    "ensemble",
                    results.meta.name,
                    overrides=results.meta.overrides,
                    options=["--out", results.folder, "--resume"],
                )
            )
        self.count = len(results.numbers)
        self.horizon = results.meta.horizon
        self.numbers = tuple(int(number) for number in results.numbers)
        """The replications that are there, in order."""
        self.recordings = results.recordings
        """By replication that was recorded: where."""
        self._sides = results.names.sides
        self._towns = {town: number for number, town in enumerate(results.names.towns)}

    def fits(self, scenario: Scenario) -> bool:
        """Return whether a run is of the same front: it has the same towns and the same first day."""
        towns = [town.id for town in scenario.towns]
        return towns == [*self._towns] and scenario.start.isoformat() == self.results.meta.start

    def holds(self, header: Header) -> bool:
        """Return whether a run is one of its own: of the same scenario and seed."""
        return hash_of(header.scenario, header.seed) == self.results.meta.hash

    def held(self, town: str, t: Seconds) -> Interval:
        """Return the share of replications in which a town's first holder holds it at a time."""
        times, counts = self._holding[self._towns[town]]
        after = int(np.searchsorted(times, in_days(t), side="right"))
        return wilson(int(counts[after]), self.count)

    def held_in(self, t: Seconds) -> np.ndarray:
        """Return which towns their first holders have at a time; bool, shape (replications, towns)."""
        changes = self.changes
        happened = changes["day"] <= in_days(t)
        rows = np.searchsorted(self.results.numbers, changes["replication"][happened])
        holders = np.tile(self._first, (self.count, 1))
        # of several changes the last one stays: they come in order of time
        holders[rows, changes["town"][happened]] = changes["winner"][happened]
        return np.asarray(holders == self._first)

    def losses_at(self, side: str, t: Seconds) -> np.ndarray:
        """Return soldiers lost when a day began; shape (replications,)."""
        return self._losses[side][:, self.day(t)]

    def supply_at(self, town: str, t: Seconds) -> np.ndarray:
        """Return a town's days of supply when a day began; shape (replications,), NaN where it uses none."""
        return self._supply[:, self.day(t), self._towns[town]]

    def losses_place(self, side: str, t: Seconds, lost: float) -> Share:
        """Return the share of replications that had lost fewer soldiers by the start of a day."""
        return percentile(lost, self.losses_at(side, t))

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
        changes, first = self.changes, self._first
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
    def changes(self) -> Columns:
        """When towns changed hands in any replication, and from whom to whom; days."""
        return self.results.changes()

    @functools.cached_property
    def _first(self) -> np.ndarray:
        """The number of the side that holds each town at the start; shape (towns,)."""
        return np.array([self._sides.index(side) for side in self.results.meta.first_holders.values()])

    @functools.cached_property
    def _losses(self) -> Mapping[str, np.ndarray]:
        """By side: soldiers lost so far, shape (replications, days + 1); they stay where a run is over."""
        series = self.results.side_series("lost_personnel")
        lasting = np.fmax.accumulate(series, axis=1)
        return {side: lasting[:, :, number] for number, side in enumerate(self._sides)}

    @functools.cached_property
    def _supply(self) -> np.ndarray:
        """Days of supply; shape (replications, days + 1, towns), NaN where nobody uses any."""
        return self.results.town_series("days_of_supply")


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
        self._days = np.unique(np.concatenate([each.changes["day"] for each in (here, there)]))
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


def middle(results: Results) -> int:
    """Return the replication nearest to the middle: the one to watch when one run is to stand for all.

    Each replication's place among all is taken by the soldiers lost by each side and by the towns that the
    first side holds at the end. The one whose places are nearest to a half, taken together, is chosen; of
    several the first. Raises UsageError where it holds no replication.
    """
    sides = results.names.sides
    measures = [*(f"{side}_lost_personnel" for side in sides), f"{sides[0]}_towns"]
    columns = results.replications(["replication", *measures])
    numbers = columns.pop("replication")
    if not len(numbers):
        raise UsageError(f"{results.folder} holds no replications, so it has no median run. Run some first.")
    places = np.array([[percentile(value, column) for value in column] for column in columns.values()])
    return int(numbers[np.abs(places - 0.5).sum(axis=0).argmin()])


@dataclass(frozen=True, slots=True)
class Summary:
    """An ensemble in figures; the share of intervals that cover the truth is `statistics.CONFIDENCE`."""

    replications: int
    changed_towns: Mapping[int, int]
    """By how many towns changed hands: in how many replications."""
    held: Mapping[str, Interval]
    """By town: share of replications in which its first holder holds it at the end, with Wilson's
    interval."""
    never_lost: Mapping[str, Interval]
    """The same of those in which its first holder held it all along."""
    curves: Mapping[str, Survival]
    """By town that was ever lost: the share not lost yet."""
    first_lost_days: Mapping[str, Interval]
    """By town: the median of when its first holder first lost it, over all replications; infinite where
    more than half never saw that. The interval is of the median."""
    losses_per_day: Mapping[str, Mapping[str, Interval]]
    """By side and category: mean over replications, with the interval of the mean."""
    reported: Mapping[str, Mapping[str, float]] | None
    """By side and category: losses a day as reported; none where the scenario reports nothing."""

    def values(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "replications": self.replications,
            "changed_towns": {str(count): runs for count, runs in self.changed_towns.items()},
            "held": {town: _values(found, "share") for town, found in self.held.items()},
            "first_lost_days": {
                town: _values(found, "median") for town, found in self.first_lost_days.items()
            },
            "losses_per_day": {
                side: {
                    category: {
                        **_values(found, "mean"),
                        "reported": self.reported[side][category] if self.reported else None,
                    }
                    for category, found in of_side.items()
                }
                for side, of_side in self.losses_per_day.items()
            },
        }


def summary(results: Results) -> Summary:
    """Return an ensemble in figures."""
    count = len(results.numbers)
    is_held, lost, ended = results.is_held(), results.first_lost_days(), results.ended_days()
    never = np.isnan(lost)
    watched = np.where(never, ended[:, None], lost)
    towns = results.names.towns
    curves = [kaplan_meier(until, is_lost) for until, is_lost in zip(watched.T, ~never.T, strict=True)]
    totals = results.replications()
    days = np.where(ended > 0.0, ended, 1.0)
    changed, runs = np.unique((~never).sum(axis=1), return_counts=True)
    return Summary(
        replications=count,
        changed_towns=dict(zip(changed.tolist(), runs.tolist(), strict=True)),
        held={town: wilson(int(is_held[:, number].sum()), count) for number, town in enumerate(towns)},
        never_lost={town: wilson(int(never[:, number].sum()), count) for number, town in enumerate(towns)},
        curves={
            town: curve for town, curve, is_lost in zip(towns, curves, ~never.T, strict=True) if is_lost.any()
        },
        first_lost_days={town: curve.median() for town, curve in zip(towns, curves, strict=True)},
        losses_per_day={
            side: {
                category: mean_interval(totals[f"{side}_lost_{category}"] / days) for category in CATEGORIES
            }
            for side in results.names.sides
        },
        reported=results.meta.reported_losses,
    )


def _values(found: Interval, name: str) -> dict[str, float]:
    return {name: found.value, "low": found.low, "high": found.high}
