"""A sweep's folder: one row a replication of each changed scenario, in Parquet, kept as they come.

::

    sweep.json                 what it is of
    values/00000.parquet       columns: changes, replication, and one a measure
    findings.json              what it found

``changes`` says how the scenario was changed, as a command line would; the scenario as it is has none.
Whoever asks for a row that is there does not run it again: so a sweep that was killed goes on where it was,
and another design on the same scenario uses what it can.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.files.versioned_json import Description
from sim.results.meta import Meta
from sim.results.store import Kind, RowFolder
from sim.results.sweep_findings import FILE as FINDINGS

if TYPE_CHECKING:
    from typing import Self

FORMAT: Final = "frontsim sweep"
VERSION: Final = 2
FILE: Final = "sweep.json"


@dataclass(frozen=True, kw_only=True)
class SweepMeta(Meta):
    """What a sweep is of; the scenario is the one whose numbers are changed."""

    format: str = FORMAT
    version: int = VERSION
    measures: tuple[str, ...]

    def other_than(self, there: Self) -> str:
        """Return in words what a folder's rows are of, if not of this; empty where they are."""
        other = super().other_than(there)
        if not other and there.measures != self.measures:
            return f"other measures, {', '.join(there.measures)}"
        return other


_DESCRIPTION: Final = Description(
    SweepMeta,
    FORMAT,
    VERSION,
    "a sweep",
    "Name another folder with --out.",
    "Make the sweep again in another folder.",
)


class SweepFolder(RowFolder[SweepMeta]):
    """A sweep's rows while they are being made: by changes and replication, one value a measure."""

    kind = Kind("sweep", FILE, _DESCRIPTION, ("values",), (FINDINGS,))
    rows_each = 48

    @property
    def keys(self) -> dict[str, np.dtype[Any]]:
        """Changes and replication."""
        return {"changes": np.dtype(object), "replication": np.dtype(np.int32)}

    @property
    def columns(self) -> dict[str, np.dtype[Any]]:
        """The measures, with their type."""
        return dict.fromkeys(self.meta.measures, np.dtype(np.float64))
