"""How a second ensemble differs from a first: replication by replication where they share random numbers.

Reads ensembles as they are on disk and simulates nothing. Every difference is of B less A.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.errors import UsageError
from sim.html_table import html_table
from sim.model.quantities import CATEGORIES
from sim.statistics.differences import Difference, difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.results.reader import Results

OUT_OF_SUPPLY_DAYS: Final = 0.1
"""Days of supply below which a garrison counts as out of supply: deliveries are used as they arrive."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two ensembles beside each other."""

    replications: int
    is_paired: bool
    """Whether the same replication has the same random numbers in both: they have one seed."""
    towns: Mapping[str, Mapping[str, Difference]]
    """By town and measure: ``held`` (at the end by its first holder), ``held_days`` (until it is first
    lost, or the run ends), ``supply_days`` (mean of its mornings, while its first holder has it) and
    ``out_days`` (of those mornings, how many with nothing left)."""
    losses: Mapping[str, Mapping[str, Difference]]
    changes: Mapping[str, Difference]
    """``towns`` that changed hands, and the ``times`` that towns did."""

    def by_key(self) -> Iterator[tuple[str, Difference]]:
        """Yield every measure with its key, such as ``towns.kupiansk.held``."""
        for group, parts in (("towns", self.towns), ("losses", self.losses)):
            for name, of_part in parts.items():
                for measure, each in of_part.items():
                    yield f"{group}.{name}.{measure}", each
        for measure, each in self.changes.items():
            yield f"changes.{measure}", each

    def gain(self, *groups: str) -> float:
        """Return how many times common random numbers cut the variance of differences, at the median.

        Measures that vary in hardly any replication say nothing about it, and are left out. `groups`:
        beginnings, or ends, of the keys that count; all where none are given.
        """
        ratios = [
            each.variance_ratio
            for key, each in self.by_key()
            if not groups or any(key.startswith(group) or key.endswith(group) for group in groups)
        ]
        known = [ratio for ratio in ratios if not math.isnan(ratio)]
        return float(np.median(known)) if known else math.nan

    def _repr_html_(self) -> str:
        """Return what a notebook shows: what differs significantly."""
        rows = [
            (
                key,
                f"{each.first:.4g}",
                f"{each.second:.4g}",
                f"{each.change.value:+.4g}",
                f"{each.change.low:+.4g} to {each.change.high:+.4g}",
            )
            for key, each in self.by_key()
            if each.is_significant
        ]
        how = "in pairs" if self.is_paired else "each with random numbers of its own"
        title = f"What differs significantly over {self.replications} replications {how}"
        return html_table(title, ("Measure", "A", "B", "B less A", "Interval"), rows)

    def values(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "replications": self.replications,
            "is_paired": self.is_paired,
            "towns": _plain(self.towns),
            "losses_per_day": _plain(self.losses),
            "changes": {measure: _values(each) for measure, each in self.changes.items()},
            "variance_ratio": {
                "losses": self.gain("losses."),
                "held_days": self.gain(".held_days"),
                "supply_days": self.gain(".supply_days"),
                "changes": self.gain("changes."),
            },
        }


def compare(a: Results, b: Results, most: int | None = None) -> Comparison:
    """Return how a second ensemble differs from a first.

    `a`, `b`: ensembles with two replications or more in common; of one seed, so that they can be paired, else
    each has random numbers of its own and the intervals are Welch's. `most`: how many replications to take at
    most; all where none are named. Raises UsageError where they have no side or hardly any replication in
    common.
    """
    sides = [side for side in a.names.sides if side in b.names.sides]
    if not sides:
        raise UsageError(
            f"{a.meta.title} and {b.meta.title} have no side in common. Compare two of one front."
        )
    numbers = np.intersect1d(a.numbers, b.numbers)
    numbers = numbers if most is None else numbers[numbers < most]
    if len(numbers) < 2:
        raise UsageError(
            f"{a.folder} and {b.folder} have {len(numbers)} replications in common, and 2 at least are "
            "needed. Run more of both: frontsim ensemble."
        )
    is_paired = a.meta.seed == b.meta.seed
    one, other = _Measured(a, numbers), _Measured(b, numbers)

    differ = partial(difference, is_paired=is_paired)

    towns = [town for town in a.names.towns if town in b.names.towns]
    return Comparison(
        len(numbers),
        is_paired,
        {
            town: {
                name: differ(column, other.of_town(town)[name]) for name, column in one.of_town(town).items()
            }
            for town in towns
        },
        {
            side: {
                category: differ(one.losses(side, category), other.losses(side, category))
                for category in CATEGORIES
            }
            for side in sides
        },
        {name: differ(column, other.changes[name]) for name, column in one.changes.items()},
    )


class _Measured:
    """What is compared of one ensemble: a column for each measure, one value a replication."""

    def __init__(self, results: Results, numbers: np.ndarray) -> None:
        self._results = results
        rows = np.searchsorted(results.numbers, numbers)
        ended, lost = results.ended_days()[rows], results.first_lost_days()[rows]
        first = [results.names.sides.index(side) for side in results.meta.first_holders.values()]
        is_own = results.town_series("held_by")[rows] == np.array(first)
        supply = np.where(is_own, results.town_series("days_of_supply")[rows], np.nan)
        mornings = np.isfinite(supply).sum(axis=1)
        with np.errstate(invalid="ignore"):
            mean = np.where(mornings > 0, np.nansum(supply, axis=1, dtype=float) / mornings, np.nan)
        self._towns = {
            "held": results.is_held()[rows].astype(float),
            "held_days": np.where(np.isnan(lost), ended[:, np.newaxis], lost),
            "supply_days": mean,
            "out_days": (supply < OUT_OF_SUPPLY_DAYS).sum(axis=1).astype(float),
        }
        self._number = {town: number for number, town in enumerate(results.names.towns)}
        self._totals = {name: column[rows] for name, column in results.replications().items()}
        self._days = np.where(ended > 0.0, ended, 1.0)
        at = results.changes(["replication"])["replication"]
        times = np.searchsorted(at, numbers, side="right") - np.searchsorted(at, numbers, side="left")
        self.changes = {
            "towns": (~np.isnan(lost)).sum(axis=1).astype(float),
            "times": times.astype(float),
        }

    def of_town(self, town: str) -> dict[str, np.ndarray]:
        """Return a town's measures."""
        number = self._number[town]
        return {name: block[:, number] for name, block in self._towns.items()}

    def losses(self, side: str, category: str) -> np.ndarray:
        """Return a side's losses a day."""
        return np.asarray(self._totals[f"{side}_lost_{category}"] / self._days)


def _values(each: Difference) -> dict[str, Any]:
    """Return a difference as plain values."""
    return {
        "a": each.first,
        "b": each.second,
        "difference": each.change.value,
        "low": each.change.low,
        "high": each.change.high,
        "is_sure": each.is_significant,
        "variance_ratio": each.variance_ratio,
        "pairs": each.pairs,
    }


def _plain(groups: Mapping[str, Mapping[str, Difference]]) -> dict[str, dict[str, Any]]:
    return {name: {key: _values(each) for key, each in of_group.items()} for name, of_group in groups.items()}
