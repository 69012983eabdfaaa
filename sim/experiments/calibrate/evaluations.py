"""Where each particle of a calibration led, kept as soon as it is known, so that it can be resumed.

::

    meta.json                  what it is of
    values/00000.parquet       one row a particle: its distances, and which towns were occupied in its runs
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

from sim.files.versioned_json import Description
from sim.results.meta import Meta
from sim.results.store import RowFolder

if TYPE_CHECKING:
    from typing import Self

FORMAT: Final = "frontsim calibration"
VERSION: Final = 2
ENDING: Final = ".unfinished"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Where a particle led."""

    control: float
    """How far its runs are from who held what."""
    rest: float
    """How far they are from all else that counts."""
    occupied: np.ndarray
    """Which towns were; shape (runs, dates, towns)."""

    @property
    def distance(self) -> float:
        """How far its runs are from what happened, in all."""
        return self.control + self.rest

    def row(self) -> tuple[float, float, str]:
        """Return it as a row of the folder."""
        return self.control, self.rest, np.packbits(self.occupied).tobytes().hex()

    @classmethod
    def of_row(cls, row: tuple[Any, ...], shape: tuple[int, int, int]) -> Evaluation:
        """Return it from a row of the folder."""
        control, rest, text = row
        bits = np.frombuffer(bytes.fromhex(text), dtype=np.uint8)
        return cls(control, rest, np.unpackbits(bits, count=int(np.prod(shape))).reshape(shape).astype(bool))


@dataclass(frozen=True, kw_only=True)
class CalibrationMeta(Meta):
    """What a calibration is of; its hash is of the target, the parameters and the number of particles too."""

    format: str = FORMAT
    version: int = VERSION

    def other_than(self, there: Self) -> str:
        """Return in words what a folder's rows are of, if not of this; empty where they are."""
        if there.hash == self.hash:
            return ""
        return (
            "another calibration: another scenario, truth, period, seed, set of parameters or number of "
            "particles"
        )


class CalibrationFolder(RowFolder[CalibrationMeta]):
    """A calibration's particles while it is running; there is no folder when none was evaluated."""

    description = Description(
        CalibrationMeta,
        FORMAT,
        VERSION,
        "a calibration",
        "Name another --out.",
        "Start over with --force.",
    )
    tables = ("values",)
    rows_each = 1
    keys: ClassVar = {"particle": np.dtype(np.int32)}

    def columns(self) -> dict[str, np.dtype[Any]]:
        """Return the columns of `Evaluation.row`."""
        number = np.dtype(np.float64)
        return {"control": number, "rest": number, "occupied": np.dtype(object)}

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        if not self.rows:
            self.throw_away()

    def throw_away(self) -> None:
        """Remove the folder: the calibration is finished."""
        shutil.rmtree(self.folder, ignore_errors=True)
