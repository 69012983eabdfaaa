"""Rows as CSV, and as Parquet with the same columns."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any, Final

import arro3.core as arrow
import arro3.io

from sim.command_line import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.export.rows import Row

FORMULAS: Final = tuple("=+-@＝＋－＠")
"""How text begins that spreadsheets take for a formula."""
COMPRESSION: Final = "zstd(3)"
MEASURED: Final = ("_t", "_days", "_km", "_share", "_per_d", "_per_h")
"""Ends of the names of columns that hold amounts."""


def csv_bytes(rows: Sequence[Row]) -> bytes:
    """Return rows as CSV: UTF-8, with headings, empty where nothing is known.

    Text that a spreadsheet would take for a formula, and run, has an apostrophe before it.

    Examples
    --------
    >>> csv_bytes([{"id": "lypa", "base_t_per_d": 100.0, "is_cut": False, "name": None}]).decode().split()
    ['id,base_t_per_d,is_cut,name', 'lypa,100.0,false,']
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(_cell, rows[0]))
    writer.writerows([_cell(row[name]) for name in rows[0]] for row in rows)
    return text.getvalue().encode()


def _cell(value: object) -> object:
    r"""Return a value as it stands in a cell, text in one line.

    Examples
    --------
    >>> _cell('=HYPERLINK("x")'), _cell(-1.5), _cell(True)
    ('\'=HYPERLINK("x")', -1.5, 'true')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return value
    text = one_line(value)
    return f"'{text}" if text.lstrip().startswith(FORMULAS) else text


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
