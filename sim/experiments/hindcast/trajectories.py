"""Trajectories of a front, day by day: who held what, losses, and the ground gained.

They come from the tables of an ensemble, or from the rows of a replication that was just run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.errors import FileError
from sim.model.quantities import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.results.reader import Results
    from sim.results.tables import Columns, TableName


@dataclass(frozen=True, slots=True)
class Trajectories:
    """What became of a front in each replication; days after a run's early end repeat its last."""

    holders: np.ndarray
    """Number of the side that holds each town as a day begins; shape (replications, days + 1, towns)."""
    losses: np.ndarray
    """Of each side until a day begins; shape (replications, days + 1, sides, categories)."""
    ground: np.ndarray
    """What one side gained in a day along all contacts together; shape (replications, days); km."""
    contacts: np.ndarray
    """How many there were as the day began; shape (replications, days)."""

    @classmethod
    def joined(cls, each: Sequence[Trajectories]) -> Trajectories:
        """Return trajectories of several replications as one."""
        return cls(*(np.concatenate([getattr(one, name) for one in each]) for name in cls.__slots__))

    @classmethod
    def of_results(cls, results: Results, side: int, days: int) -> Trajectories:
        """Return the trajectories of an ensemble's replications.

        `side`: whose ground is counted. Raises FileError where it was made by a frontsim that did not keep
        the ground gained.
        """
        tables: dict[TableName, Columns] = {
            "towns": results.towns(["replication", "day", "town", "held_by"]),
            "changes": results.changes(),
            "daily": results.daily(),
            "replications": results.replications(),
        }
        if days > 1 and np.isnan(tables["daily"]["ground"]).all():
            raise FileError(f"{results.folder} does not record the ground gained. Run it again with --force.")
        return cls.of_tables(tables, results.names.sides, side, days)

    @classmethod
    def of_tables(
        cls, tables: Mapping[TableName, Columns], sides: Sequence[str], side: int, days: int
    ) -> Trajectories:
        """Return the trajectories of replications from their rows in an ensemble's tables."""
        towns, changes, daily, ends = (tables[name] for name in ("towns", "changes", "daily", "replications"))
        numbers = ends["replication"]

        def placed(table: Columns, by: str, column: str, missing: float) -> np.ndarray:
            """Return a column as a block, shape (replications, days + 1, towns or sides)."""
            block = np.full((len(numbers), days + 1, int(table[by].max()) + 1), missing)
            inside = table["day"] <= days
            at = np.searchsorted(numbers, table["replication"])
            block[at[inside], table["day"][inside], table[by][inside]] = table[column][inside]
            return block

        held = placed(towns, "town", "held_by", np.nan)
        last = held[:, 0].copy()
        last[np.searchsorted(numbers, changes["replication"]), changes["town"]] = changes["winner"]
        holders = np.where(np.isnan(held), last[:, None], held).astype(np.int8)
        lost = [placed(daily, "side", f"lost_{category}", np.nan) for category in CATEGORIES]
        total = np.array([[ends[f"{each}_lost_{name}"] for name in CATEGORIES] for each in sides])
        losses = np.stack(lost, axis=3)
        losses = np.where(np.isnan(losses), total.transpose(2, 0, 1)[:, None], losses).astype(np.int64)
        ground = placed(daily, "side", "ground", np.nan)[:, 1:, side]
        contacts = placed(daily, "side", "contacts", 0.0)[:, :-1, side]
        is_known = ~np.isnan(ground)  # what is gained on the day of a run's end is not known
        return cls(holders, losses, np.where(is_known, ground, 0.0), np.where(is_known, contacts, 0.0))
