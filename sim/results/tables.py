"""The tables of an ensemble as Parquet: which columns they have, columns to bytes, bytes to columns.

Columns are numpy arrays. Text that repeats is numbers here, each standing for one of a few names; in the
file it is text, kept as a dictionary, so that whoever reads it with another tool sees names. What is not
known is NaN here and null there. Parquet is at home in this module: arro3 writes and reads it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import arro3.core as arrow
import arro3.io
import numpy as np

from sim.errors import MissingPartError
from sim.files.regular import read_regular
from sim.model.quantities import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sim.model.scenario import Scenario

Columns: TypeAlias = dict[str, np.ndarray]
TableName: TypeAlias = Literal["towns", "changes", "daily", "replications"]

TABLES: Final[tuple[TableName, ...]] = ("towns", "changes", "daily", "replications")
"""In the order in which a part's are written: the last one says that all are there."""
COMPRESSION: Final = "zstd(3)"
MAKER: Final = "frontsim sha256:"
"""What a file says it was made by; its digest follows."""
NO_DIGEST: Final = "0" * 64
PANIC: Final = "PanicException"
"""What Rust's panics are called here; its class can be imported from nowhere."""
MAX_PART: Final = 256 << 20
"""Bytes of a part that is read at all."""
ROWS: Final = 1 << 18
"""Rows read at once."""
MOST_ROWS: Final = 1 << 25
"""Rows that any part can have."""
ADDED: Final = {"ground": np.nan, "contacts": 0}
"""Columns that files of earlier versions lack, with what is read in their place."""
NAMED: Final = frozenset(("town", "side", "held_by", "loser", "winner", "reason"))
"""Columns whose numbers stand for names."""
REASONS: Final = ("horizon", "condition")
"""Why runs end."""
SIDE_TOTALS: Final = ("strength", "towns", "arrived", *(f"lost_{category}" for category in CATEGORIES))
"""Whole numbers of each side: soldiers present, towns held, soldiers arrived, losses so far."""
SIDE_TONNES: Final = ("stock", "entered", "consumed", "supply_lost")
"""Tonnes of each side: in stock now; entered, consumed and lost since the run began."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the numbers in columns of names stand for."""

    sides: tuple[str, ...]
    towns: tuple[str, ...]

    @classmethod
    def of(cls, scenario: Scenario) -> Names:
        """Return the ids of a scenario's sides and towns."""
        return cls(tuple(side.id for side in scenario.sides), tuple(town.id for town in scenario.towns))

    def behind(self, column: str) -> tuple[str, ...]:
        """Return the names that a column's numbers stand for."""
        if column == "reason":
            return REASONS
        return self.towns if column == "town" else self.sides


def columns_of(table: TableName, sides: Sequence[str]) -> dict[str, np.dtype[Any]]:
    """Return a table's columns with their types, in their order.

    `sides`: ids; the table of replications has columns for each.

    Examples
    --------
    >>> list(columns_of("changes", ["ua", "ru"]))
    ['replication', 'day', 'town', 'loser', 'winner']
    """
    columns = {"replication": "i4"}
    if table == "towns":
        columns |= {"day": "i4", "town": "name", "held_by": "name", "strength": "i8", "days_of_supply": "f4"}
    elif table == "changes":
        columns |= {"day": "f8", "town": "name", "loser": "name", "winner": "name"}
    elif table == "daily":
        columns |= {"day": "i4", "side": "name"}
        columns |= dict.fromkeys(SIDE_TOTALS, "i8") | dict.fromkeys(SIDE_TONNES, "f4")
        columns |= {"ground": "f8", "contacts": "i4"}
    else:
        columns |= {"ended_day": "f8", "reason": "name", "note": "text"}
        for side in sides:
            columns |= {f"{side}_{name}": "i8" for name in SIDE_TOTALS}
            columns |= {f"{side}_{name}": "f8" for name in SIDE_TONNES}
    return {name: _DTYPES[kind] for name, kind in columns.items()}


def is_name(column: str, dtype: np.dtype[Any]) -> bool:
    """Return whether a column's numbers stand for names."""
    return dtype.kind == "i" and column in NAMED


def packed(columns: Mapping[str, np.ndarray], names: Names) -> bytes:
    """Return a table as a Parquet file.

    The same columns give the same bytes with the same version of arro3. Its digest is in it, as a part of
    the name of what made it.
    """
    arrays: dict[str, Any] = {name: _array(name, column, names) for name, column in columns.items()}
    into = BytesIO()
    arro3.io.write_parquet(
        arrow.Table.from_pydict(arrays), into, compression=COMPRESSION, created_by=MAKER + NO_DIGEST
    )
    return _signed(into.getvalue())


def unpacked(path: Path, names: Names, types: Mapping[str, np.dtype[Any]], most: int = MOST_ROWS) -> Columns:
    """Return columns of a Parquet file, which has so many rows at most.

    Raises ValueError where the file is damaged, has more rows, lacks a column, or holds a name that is not
    known. Raises OSError where it cannot be read.
    """
    content = read_regular(path, MAX_PART)
    if not _is_whole(content):
        raise ValueError("its bytes were altered")
    try:
        table = _read(content, min(most, MOST_ROWS))
        missing = {name for name in ADDED if name in types and name not in table.column_names}
        return {
            name: np.full(table.num_rows, ADDED[name], dtype)
            if name in missing
            else np.concatenate(
                [
                    np.empty(0, dtype),
                    *(_chunk(name, each, dtype, names) for each in table.column(name).chunks),
                ]
            )
            for name, dtype in types.items()
        }
    except ValueError:
        raise
    except Exception as problem:  # arro3 raises exceptions of its own, with no root but this
        raise ValueError(str(problem).splitlines()[0]) from problem
    except BaseException as problem:
        # A file made to harm, with a digest of its own: arro3 panics, which is no Exception.
        if type(problem).__name__ != PANIC:
            raise
        raise ValueError("it is not a readable Parquet file") from problem


def frame(columns: Mapping[str, np.ndarray], names: Names) -> Any:  # noqa: ANN401 - of pandas, else of polars
    """Return columns as a data frame, with names where they hold numbers for names, and units in their names.

    Raises MissingPartError where neither pandas nor polars is installed.
    """
    named = {
        _with_unit(name): [names.behind(name)[number] for number in column.tolist()]
        if is_name(name, column.dtype)
        else column
        for name, column in columns.items()
    }
    return data_frame(named)


def data_frame(columns: Mapping[str, Any], library: str | None = None) -> Any:  # noqa: ANN401 - of that library
    """Return columns as a data frame of a library, by default of pandas, else of polars.

    Raises MissingPartError where it is not installed.
    """
    for name in ("pandas", "polars") if library is None else (library,):
        try:
            return import_module(name).DataFrame(columns)
        except ImportError:
            continue
    wanted = library or "pandas or polars"
    raise MissingPartError(
        f"A data frame needs {wanted}: pip install {library or 'pandas'}. "
        "Without it, replications(), daily(), towns() and changes() of results are numpy columns."
    )


def _with_unit(name: str) -> str:
    """Return the name of a column with its unit, where it has one."""
    for ends, unit in ((("strength", "arrived"), "soldiers"), (SIDE_TONNES, "t")):
        if name.endswith(ends):
            return f"{name}_{unit}"
    return {"ground": "ground_km", "days_of_supply": "supply_days"}.get(name, name)


def _read(content: bytes, most: int) -> arrow.Table:
    """Return what a Parquet file holds, read piece by piece; stop where it has too many rows."""
    reader = arro3.io.read_parquet(BytesIO(content), batch_size=min(ROWS, most + 1))
    pieces, count = [], 0
    for piece in reader:
        count += piece.num_rows
        if count > most:
            raise ValueError(f"it holds more rows than the {most} that it can have")
        pieces.append(piece)
    return arrow.Table.from_batches(pieces, schema=reader.schema)


def _signed(content: bytes) -> bytes:
    """Return a Parquet file with its own digest in it, taken while the digest's place holds zeros.

    Parquet itself would let altered numbers pass, and its reader panics at an altered footer.
    """
    digest = hashlib.sha256(content).hexdigest()
    return content.replace((MAKER + NO_DIGEST).encode(), (MAKER + digest).encode())


def _is_whole(content: bytes) -> bool:
    start = content.rfind(MAKER.encode())
    if start < 0:
        return False
    at = start + len(MAKER)
    digest = content[at : at + len(NO_DIGEST)]
    empty = content[:at] + NO_DIGEST.encode() + content[at + len(NO_DIGEST) :]
    return hashlib.sha256(empty).hexdigest().encode() == digest


_DTYPES: Final[dict[str, np.dtype[Any]]] = {
    "i4": np.dtype(np.int32),
    "i8": np.dtype(np.int64),
    "f4": np.dtype(np.float32),
    "f8": np.dtype(np.float64),
    "name": np.dtype(np.int32),
    "text": np.dtype(object),
}
_NAME: Final = arrow.DataType.dictionary(arrow.DataType.int32(), arrow.DataType.utf8())


def _array(name: str, column: np.ndarray, names: Names) -> arrow.Array:
    if column.dtype.kind == "O":
        return arrow.Array([str(each) for each in column], type=arrow.DataType.utf8())
    if is_name(name, column.dtype):
        known = arrow.Array(list(names.behind(name)), type=arrow.DataType.utf8()).cast(_NAME)
        return known.take(arrow.Array.from_numpy(column.astype(np.uint32)))
    if column.dtype.kind == "f":
        return _nullable(column)
    return arrow.Array.from_numpy(np.ascontiguousarray(column))


def _nullable(column: np.ndarray) -> arrow.Array:
    """Return a column with null for NaN: each value is taken by its place, and a null stands behind them."""
    values = arrow.Array.from_numpy(np.ascontiguousarray(column))
    missing = np.isnan(column)
    if not missing.any():
        return values
    places = np.where(missing, len(column), np.arange(len(column))).astype(np.uint32)
    null = arrow.Array([None], type=values.type)
    return arrow.ChunkedArray([values, null]).combine_chunks().take(arrow.Array.from_numpy(places))


def _chunk(name: str, chunk: arrow.Array, dtype: np.dtype[Any], names: Names) -> np.ndarray:
    if is_name(name, dtype):
        known = {each: number for number, each in enumerate(names.behind(name))}
        found = [str(each) for each in arrow.dictionary_dictionary(chunk).to_pylist()]
        if strange := [each for each in found if each not in known]:
            raise ValueError(f'its column "{name}" holds "{strange[0]}", which the ensemble does not know')
        numbers = np.array([known[each] for each in found], dtype=dtype)
        return np.take(numbers, arrow.dictionary_indices(chunk).to_numpy())
    if dtype.kind == "O" or chunk.null_count:
        return np.array(chunk.to_pylist(), dtype=dtype)
    return chunk.to_numpy().astype(dtype, copy=False)
