"""An ensemble's tables as data frames, by whichever of pandas and polars is installed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import MissingPartError
from sim.results.tables import is_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.results.reader import Results
    from sim.results.tables import Names


def frame(columns: Mapping[str, np.ndarray], names: Names) -> Any:  # noqa: ANN401 - of pandas, else of polars
    """Return columns as a data frame, with names where they hold numbers for names.

    Parameters
    ----------
    columns
        As `Results` gives them.
    names
        What the numbers in columns of names stand for.

    Raises
    ------
    MissingPartError
        Neither pandas nor polars is installed.
    """
    told = {name: _named(name, column, names) for name, column in columns.items()}
    for library in ("pandas", "polars"):
        try:
            return import_module(library).DataFrame(told)
        except ImportError:
            continue
    msg = (
        "a data frame needs pandas or polars, and neither is installed. "
        "Install one with: pip install pandas. Without them, replications(), daily(), towns() and changes() "
        "return numpy columns."
    )
    raise MissingPartError(msg)


def held_rows(results: Results) -> list[tuple[str, str, str]]:
    """Return for each town how often its first holder holds it.

    And when it was first lost at the earliest.
    """
    held, lost = results.is_held(), results.first_lost_days()
    told = []
    for number, (town, name) in enumerate(results.meta.towns.items()):
        days = lost[:, number][~np.isnan(lost[:, number])]
        side = results.meta.sides[results.meta.first_holders[town]]
        share = f"{100 * held[:, number].mean():.0f} % by {side}" if len(held) else ""
        told.append((name, share, f"day {days.min():.0f}" if len(days) else "never"))
    return told


def _named(name: str, column: np.ndarray, names: Names) -> Any:  # noqa: ANN401 - an array or a list of texts
    """Return a column, its numbers replaced by the names that they stand for."""
    if not is_name(name, column.dtype):
        return column
    known = names.of(name)
    return [known[number] for number in column.tolist()]
