"""Rows as CSV, and as Parquet with the same columns."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any, Final

import arro3.core as arrow
import arro3.io

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.export.rows import Row

COMPRESSION: Final = "zstd(3)"
MEASURED: Final = ("_t", "_days", "_km", "_share", "_per_d", "_per_h")
"""Ends of the names of columns that hold amounts."""


def csv_bytes(rows: Sequence[Row]) -> bytes:
    """Return rows as CSV: UTF-8, with headings, empty where nothing is known.

    Examples
    --------
    >>> csv_bytes([{"id": "lypa", "base_t_per_d": 100.0, "is_cut": False, "name": None}]).decode().split()
    ['id,base_t_per_d,is_cut,name', 'lypa,100.0,false,']
    """
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {name: str(value).lower() if isinstance(value, bool) else value for name, value in row.items()}
        )
    return text.getvalue().encode()


def parquet_bytes(rows: Sequence[Row]) -> bytes:
    """Return rows as a Parquet file; null where nothing is known."""
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    arrays: dict[str, Any] = {
        name: arrow.Array(values, type=_kind(name, values)) for name, values in columns.items()
    }
    into = BytesIO()
    arro3.io.write_parquet(
        arrow.Table.from_pydict(arrays), into, compression=COMPRESSION, created_by="frontsim"
    )
    return into.getvalue()


def _kind(name: str, values: list[Any]) -> arrow.DataType:
    """Return the type of a column; of one in which nothing is known, its name tells."""
    known = [value for value in values if value is not None]
    if not known:
        return arrow.DataType.float64() if name.endswith(MEASURED) else arrow.DataType.utf8()
    if all(isinstance(value, bool) for value in known):
        return arrow.DataType.bool()
    if all(isinstance(value, int) for value in known):
        return arrow.DataType.int64()
    if all(isinstance(value, int | float) for value in known):
        return arrow.DataType.float64()
    return arrow.DataType.utf8()
