"""Reading an ensemble: its replications as numpy columns, whatever part of the folder they are in.

A folder holds ``meta.json`` and, for each part, four Parquet files named by the replications in it::

    meta.json
    replications/00000-00019.parquet    one row a replication: its end, and each side's totals
    daily/00000-00019.parquet           one row a replication, day and side
    towns/00000-00019.parquet           one row a replication, day and town
    changes/00000-00019.parquet         one row each time a town changed hands
    recordings/00007.jsonl.gz           of replications that were to be recorded

A part is there when its file in ``replications`` is, since that is written last.
"""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from sim.command_line import command_line
from sim.errors import FileError, UsageError
from sim.files.folder import inside, regular_files
from sim.files.regular import read_regular
from sim.model.quantities import DAY, Days, in_days
from sim.results.meta import ENSEMBLE, FILE, EnsembleMeta
from sim.results.tables import TABLES, Columns, Names, TableName, columns_of, frame, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PART: Final = re.compile(r"([0-9]{5,9})-([0-9]{5,9})\.parquet")
WIDEST: Final = 1000
"""Replications that one part can hold: far more than are ever written together."""
RECORDING: Final = re.compile(r"([0-9]{1,9})\.jsonl\.gz")
KEYS: Final[dict[TableName, tuple[str, ...]]] = {
    "replications": ("replication",),
    "daily": ("replication", "day", "side"),
    "towns": ("replication", "day", "town"),
    "changes": ("replication", "day", "town"),
}
CHANGES_A_DAY: Final = 24
"""More often no town changes hands."""
FAILURES: Final = "failed.json"
MAX_FAILURES: Final = 64 << 20
RECORDINGS: Final = "recordings"


@dataclass(frozen=True, slots=True, order=True)
class Shard:
    """Replications that lie together in one file of each table."""

    first: int
    last: int

    @property
    def name(self) -> str:
        """What its files are called.

        Examples
        --------
        >>> Shard(0, 19).name
        '00000-00019.parquet'
        """
        return f"{self.first:05d}-{self.last:05d}.parquet"

    @property
    def numbers(self) -> range:
        """The replications in it."""
        return range(self.first, self.last + 1)


def shards_in(folder: Path, table: TableName = "replications") -> list[Shard]:
    """Return the parts that a folder holds of a table, in order.

    `table`: which; that of replications holds the parts that are whole.
    """
    names = [PART.fullmatch(path.name) for path in regular_files(folder / table)]
    parts = [Shard(int(found[1]), int(found[2])) for found in names if found]
    return sorted(part for part in parts if 0 < len(part.numbers) <= WIDEST)


def whole_shards(folder: Path) -> list[Shard]:
    """Return the parts of a folder; raise FileError where a replication is in two, and would count twice."""
    parts = shards_in(folder)
    for one, other in itertools.pairwise(parts):
        if other.first <= one.last:
            where = folder / "replications"
            raise FileError(
                f"{folder} holds replication {other.first} twice, in {one.name} and {other.name}: "
                f"folders were copied together. Remove one of the two from {where}, and run with --resume."
            )
    return parts


@dataclass(frozen=True, slots=True)
class _Failures:
    """What is in the file of failures: by replication, why."""

    failed: dict[int, str]


class Results:
    """An ensemble as it is on disk; nothing is simulated, and what is added later is not seen.

    Columns come sorted by replication, then by day, then in the scenario's order of sides or towns. In
    columns of names, numbers stand for `names`. Methods that return a table take the columns that are wanted;
    all where none are named.
    """

    def __init__(self, folder: Path, meta: EnsembleMeta) -> None:
        self.folder = folder
        self.meta = meta
        self.parts = whole_shards(folder)

    @classmethod
    def open(cls, folder: str | Path) -> Results:
        """Open an ensemble. Raises FileError where there is no such folder, or no ensemble in it."""
        meta = ENSEMBLE.read(Path(folder) / FILE)
        if meta is None:
            halves = [Path(folder) / half for half in ("a", "b")]
            if all((half / FILE).is_file() for half in halves):
                raise FileError(
                    f"{folder} holds two ensembles. Name one of them: {halves[0]} or {halves[1]}."
                )
            what = "holds no ensemble" if Path(folder).is_dir() else "is not an ensemble's folder"
            make = command_line("ensemble", "SCENARIO", options=["--out", folder])
            raise FileError(f"{folder} {what}. Make one with: {make}")
        return cls(Path(folder), meta)

    @property
    def names(self) -> Names:
        """What the numbers in columns of names stand for."""
        return self.meta.names

    @property
    def days(self) -> int:
        """How many whole days the horizon is away."""
        return self.meta.horizon // DAY

    @functools.cached_property
    def numbers(self) -> np.ndarray:
        """The replications that are there, in order; shape (replications,)."""
        found = [np.arange(part.first, part.last + 1, dtype=np.int32) for part in self.parts]
        return np.concatenate(found) if found else np.empty(0, dtype=np.int32)

    @functools.cached_property
    def failed(self) -> Mapping[int, str]:
        """By replication that failed: why, in words."""
        try:
            text = read_regular(self.folder / FAILURES, MAX_FAILURES)
            return msgspec.json.decode(text, type=_Failures).failed
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as problem:
            raise FileError(
                f"{self.folder / FAILURES} cannot be read: {problem}. Go on with --resume to make it again."
            ) from problem

    @property
    def recordings(self) -> Mapping[int, Path]:
        """By replication that was recorded: where."""
        found = regular_files(self.folder / RECORDINGS)
        return {int(named[1]): path for path in found if (named := RECORDING.fullmatch(path.name))}

    def replications(self, wanted: Sequence[str] | None = None) -> Columns:
        """Return one row a replication: ``replication, ended_day, reason, note``, and each side's totals.

        Totals are named by side: ``ua_strength, ua_towns, ua_arrived, ua_lost_personnel`` and the other
        categories, and in tonnes ``ua_stock, ua_entered, ua_consumed, ua_supply_lost``.
        """
        return self._table("replications", wanted)

    def daily(self, wanted: Sequence[str] | None = None) -> Columns:
        """Return one row a replication, day and side: as it stood when the day began, and last at the end.

        Columns are ``replication, day, side``, then the totals of `replications` without the side's name.
        A run that ended before the horizon has rows to its last whole day.
        """
        return self._table("daily", wanted)

    def towns(self, wanted: Sequence[str] | None = None) -> Columns:
        """Return one row a replication, day and town: ``held_by, strength, days_of_supply``.

        Days of supply are thousandths of a day exact, and NaN where nobody uses any.
        """
        return self._table("towns", wanted)

    def changes(self, wanted: Sequence[str] | None = None) -> Columns:
        """Return one row each time a town changed hands: ``replication, day, town, loser, winner``."""
        return self._table("changes", wanted)

    def ended_days(self) -> np.ndarray:
        """Return when each replication ended; shape (replications,); days."""
        return self.replications(["ended_day"])["ended_day"]

    def first_lost_days(self) -> np.ndarray:
        """Return when the first holder of each town lost it, NaN where never.

        Shape (replications, towns); days.
        """
        first = np.full((len(self.numbers), len(self.names.towns)), np.nan)
        changes = self.changes(["replication", "day", "town"])
        rows = np.searchsorted(self.numbers, changes["replication"])
        # in reverse, so that the first of several changes is written last and stays
        first[rows[::-1], changes["town"][::-1]] = changes["day"][::-1]
        return first

    def is_held(self) -> np.ndarray:
        """Return whether the first holder of each town holds it at the end.

        Shape (replications, towns); bool.
        """
        sides = self.names.sides
        first = np.array([sides.index(side) for side in self.meta.first_holders.values()])
        last = np.tile(first, (len(self.numbers), 1))
        changes = self.changes(["replication", "town", "winner"])
        rows = np.searchsorted(self.numbers, changes["replication"])
        last[rows, changes["town"]] = changes["winner"]
        return np.asarray(last == first)

    def side_series(self, column: str) -> np.ndarray:
        """Return one of the columns of `daily` as a block, NaN where a run had ended.

        Shape (replications, days + 1, sides).
        """
        shape = (len(self.numbers), self.days + 1, len(self.names.sides))
        return self._block("daily", column, "side", shape)

    def town_series(self, column: str) -> np.ndarray:
        """Return one of the columns of `towns` as a block, NaN where a run had ended.

        Shape (replications, days + 1, towns); single precision.
        """
        shape = (len(self.numbers), self.days + 1, len(self.names.towns))
        return self._block("towns", column, "town", shape)

    def to_frame(self, table: TableName = "replications") -> Any:  # noqa: ANN401 - of pandas, else of polars
        """Return a table as a data frame of pandas, or of polars where only that is installed.

        Raises MissingPartError where neither is installed. Raises UsageError where there is no such table.
        """
        if table not in TABLES:
            raise UsageError(f'There is no table "{table}". There are {", ".join(TABLES)}.')
        return frame(self._table(table, None), self.names)

    def __repr__(self) -> str:
        days = f"{self.horizon_days:g} days, seed {self.meta.seed}"
        return f"<Results of {self.meta.title}: {len(self.numbers)} replications of {days}>"

    def _repr_html_(self) -> str:
        from sim.html_table import html_table  # noqa: PLC0415 - for notebooks only

        return html_table(
            repr(self)[1:-1], ("Town", "Held at the end", "First lost, earliest"), self._held_rows()
        )

    def _held_rows(self) -> list[tuple[str, str, str]]:
        """Return for each town how often its first holder holds it, and when it was lost at the earliest."""
        held, lost = self.is_held(), self.first_lost_days()
        rows = []
        for number, (town, name) in enumerate(self.meta.towns.items()):
            days = lost[:, number][~np.isnan(lost[:, number])]
            side = self.meta.sides[self.meta.first_holders[town]]
            share = f"{100 * held[:, number].mean():.0f} % by {side}" if len(held) else ""
            rows.append((name, share, f"day {days.min():.0f}" if len(days) else "never"))
        return rows

    @property
    def horizon_days(self) -> Days:
        """How long runs go on that no condition ends."""
        return in_days(self.meta.horizon)

    def _block(self, table: TableName, column: str, whose: str, shape: tuple[int, int, int]) -> np.ndarray:
        """Return a column of one table as a block; parts are read one after the other."""
        block = np.full(shape, np.nan, dtype=np.float32 if table == "towns" else np.float64)
        for part in self._each(table, ["replication", "day", whose, column]):
            rows = np.searchsorted(self.numbers, part["replication"])
            block[rows, part["day"], part[whose]] = part[column]
        return block

    def _table(self, table: TableName, wanted: Sequence[str] | None) -> Columns:
        types = self._types(table, wanted)
        parts = list(self._each(table, list(types)))
        return {
            name: np.concatenate([np.empty(0, dtype=dtype), *(part[name] for part in parts)])
            for name, dtype in types.items()
        }

    def _types(self, table: TableName, wanted: Sequence[str] | None) -> dict[str, np.dtype[Any]]:
        types = columns_of(table, self.names.sides)
        if wanted is None:
            return types
        if strange := [name for name in wanted if name not in types]:
            raise UsageError(f'There is no column "{strange[0]}" in {table}. It has {", ".join(types)}.')
        return {name: types[name] for name in wanted}

    def _each(self, table: TableName, wanted: Sequence[str]) -> Iterator[Columns]:
        types = self._types(table, wanted)
        for part in self.parts:
            path = self.folder / table / part.name
            try:
                most = self._most_rows(table, part)
                columns = unpacked(inside(self.folder, f"{table}/{part.name}"), self.names, types, most)
                self._check(table, columns, part)
                yield columns
            except (OSError, ValueError) as problem:
                raise FileError(
                    f"{path} cannot be read: {problem}. "
                    f"Remove {self.folder / 'replications' / part.name} and run the ensemble with --resume."
                ) from problem

    def _most_rows(self, table: TableName, part: Shard) -> int:
        """Return how many rows a table can have of a part."""
        count, days, towns = len(part.numbers), self.days + 2, max(1, len(self.names.towns))
        if table == "replications":
            return count
        if table == "daily":
            return count * days * len(self.names.sides)
        return count * days * towns * (CHANGES_A_DAY if table == "changes" else 1)

    def _check(self, table: TableName, columns: Columns, part: Shard) -> None:
        """Raise where a file's rows are not those of its part, each once, so that none counts for another."""
        if table == "replications" and any(len(each) != len(part.numbers) for each in columns.values()):
            raise ValueError("it has not one row for each replication that its name says")
        replications, days = columns.get("replication"), columns.get("day")
        if replications is not None and not _within(replications, part.first, part.last):
            raise ValueError("its rows are of other replications than its name says")
        if days is not None and not _within(days, 0, self.horizon_days):
            raise ValueError("its rows are of days outside the horizon")
        if not _is_in_order(columns, table):
            raise ValueError("its rows are not in order, or some are there twice")


def _is_in_order(columns: Columns, table: TableName) -> bool:
    """Return whether rows are in order by what is there of their key, and none is there twice."""
    keys = KEYS[table]
    there = list(itertools.takewhile(columns.__contains__, keys))
    if not there:
        return True
    count = max(0, len(columns[there[0]]) - 1)
    rises, is_same = np.zeros(count, dtype=bool), np.ones(count, dtype=bool)
    for name in there:
        before, after = columns[name][:-1], columns[name][1:]
        rises |= is_same & (after > before)
        is_same &= after == before
    return bool(np.all(rises if len(there) == len(keys) else rises | is_same))


def _within(numbers: np.ndarray, least: float, most: float) -> bool:
    """Return whether all numbers are within limits; NaN is not."""
    return bool(np.all((numbers >= least) & (numbers <= most)))
