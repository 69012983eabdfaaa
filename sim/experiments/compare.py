"""How a second ensemble differs from a first: replication by replication where they share random numbers.

Reads ensembles as they are on disk and simulates nothing. Every difference is of B less A.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.errors import UsageError
from sim.html_table import html_table
from sim.model.quantities import CATEGORIES
from sim.statistics.differences import Difference, difference
from sim.statistics.intervals import Interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sim.results.reader import Results
    from sim.results.tables import Columns, Names, TableName

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

    def __repr__(self) -> str:
        """Return how many measures differ significantly."""
        differ = sum(each.is_significant for _, each in self.by_key())
        pairs = "pairs" if self.is_paired else "unpaired replications"
        return f"<Comparison of {self.replications} {pairs}: {differ} measures differ significantly>"

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
    first, own = a.meta.first_holders, b.meta.first_holders
    whose = {town: first[town] if first.get(town) in b.names.sides else side for town, side in own.items()}
    one, other = _measured(a, numbers, first), _measured(b, numbers, whose)

    def differ(key: str) -> Difference:
        found = difference(one[key], other[key], is_paired=is_paired)
        if not key.endswith(".held"):
            return found
        change = Interval(*(min(max(end, -1.0), 1.0) for end in found.change))  # of shares
        return replace(found, change=change)

    return Comparison(
        len(numbers),
        is_paired,
        {
            town: {name: differ(f"towns.{town}.{name}") for name in one.of_towns}
            for town in a.names.towns
            if town in b.names.towns
        },
        {side: {name: differ(f"losses.{side}.{name}") for name in CATEGORIES} for side in sides},
        {name: differ(f"changes.{name}") for name in one.changes},
    )


def _measured(results: Results, numbers: np.ndarray, whose: Mapping[str, str]) -> Measured:
    """Return the measures of some replications of an ensemble, each town's for one side."""
    tables: dict[TableName, Columns] = {
        "towns": results.towns(["replication", "town", "held_by", "days_of_supply"]),
        "changes": results.changes(),
        "replications": results.replications(),
    }
    for name, table in tables.items():
        is_wanted = np.isin(table["replication"], numbers)
        tables[name] = {column: values[is_wanted] for column, values in table.items()}
    return Measured(tables, results.names, list(results.meta.first_holders.values()), list(whose.values()))


class Measured:
    """What is measured of replications, by key: a column each, one value a replication.

    `tables`: rows of replications, from an ensemble's folder or just simulated. `first`: who holds each town
    at the start. `whose`: by whom a town's holding and supply is measured, its first holder by default; in a
    comparison that is A's, also where B begins with another.
    """

    def __init__(
        self,
        tables: Mapping[TableName, Columns],
        names: Names,
        first: Sequence[str],
        whose: Sequence[str] | None = None,
    ) -> None:
        towns, changes, self._ends = (tables[name] for name in ("towns", "changes", "replications"))
        self._names = names
        numbers, ended = self._ends["replication"], self._ends["ended_day"]
        shape = len(numbers), len(names.towns)
        holder, side = (np.array([names.sides.index(each) for each in by]) for by in (first, whose or first))
        at = np.searchsorted(numbers, changes["replication"]), changes["town"]
        last, lost = np.tile(holder, (len(numbers), 1)), np.full(shape, np.nan)
        last[at] = changes["winner"]
        # in reverse, so that the first of several changes is written last and stays
        lost[at[0][::-1], at[1][::-1]] = changes["day"][::-1]
        place = np.searchsorted(numbers, towns["replication"]) * shape[1] + towns["town"]
        supply = np.where(towns["held_by"] == side[towns["town"]], towns["days_of_supply"], np.nan)

        def total(weights: np.ndarray) -> np.ndarray:
            return np.bincount(place, weights, shape[0] * shape[1]).reshape(shape)

        mornings = total(np.isfinite(supply))
        self.of_towns = {
            "held": (last == side).astype(float),
            "held_days": np.where(holder == side, np.where(np.isnan(lost), ended[:, np.newaxis], lost), 0.0),
            "supply_days": total(np.where(np.isfinite(supply), supply, 0.0))
            / np.where(mornings > 0, mornings, np.nan),
            "out_days": total(supply < OUT_OF_SUPPLY_DAYS),
        }
        self._days = np.where(ended > 0.0, ended, 1.0)
        self.changes = {
            "towns": (~np.isnan(lost)).sum(axis=1).astype(float),
            "times": np.bincount(at[0], minlength=len(numbers)).astype(float),
        }

    def __getitem__(self, key: str) -> np.ndarray:
        """Return a measure such as ``towns.kupiansk.held`` or ``losses.ua.personnel``."""
        group, name, *rest = key.split(".")
        if group == "towns":
            return np.asarray(self.of_towns[rest[0]][:, self._names.towns.index(name)])
        if group == "losses":
            return np.asarray(self._ends[f"{name}_lost_{rest[0]}"] / self._days)
        return np.asarray(self.changes[name])


def _values(each: Difference) -> dict[str, Any]:
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
