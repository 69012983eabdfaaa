"""A sweep's folder: what it found, and the rows that rests on, kept as they come.

::

    sweep.json                 what it is of
    values/00000.parquet       columns: changes, replication, and one a measure
    findings.json              what it found; whoever prints or draws a sweep reads this and nothing else

``changes`` says how the scenario was changed, as a command line would; the scenario as it is has none.
Whoever asks for a row that is there does not run it again: so a sweep that was killed goes on where it was,
and another design on the same scenario uses what it can.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, TypeAlias

import numpy as np

from sim.command_line import StoredOverride, check_overrides
from sim.errors import FileError
from sim.files.versioned_json import Description, finite
from sim.model.quantities import DISCLAIMER
from sim.results.meta import Meta
from sim.results.store import RowFolder
from sim.statistics.differences import MIN_PAIRS
from sim.statistics.intervals import Interval

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

FORMAT: Final = "frontsim sweep findings"
FLAGS: Final = ("--tornado", "--what-if")
VALUED: Final = ("-p", "--measure", "--top", "-n")
"""Options that ask for a sweep: alone, and with a value."""
VERSION: Final = 3
FILE: Final = "findings.json"
Kind: TypeAlias = Literal["grid", "tornado"]


@dataclass(frozen=True)
class Effect(Interval):
    """How far a change moves a measure: changed less unchanged, in pairs of the same random numbers."""

    pairs: int = 0
    """Replications in which both are known."""

    @classmethod
    def of(cls, found: Interval, pairs: int) -> Effect:
        """Return an interval with what it rests on."""
        return cls(found.value, found.low, found.high, pairs)

    @property
    def is_significant(self) -> bool:
        """Whether the interval leaves out zero, over pairs enough; bars of others are grey.

        Examples
        --------
        >>> Effect(2.0, 1.0, 3.0, pairs=20).is_significant, Effect(2.0, 1.0, 3.0, pairs=3).is_significant
        (True, False)
        """
        return self.pairs >= MIN_PAIRS and super().is_significant


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureKey:
    """Something that is measured in every replication."""

    key: str
    """As ``--measure`` takes it."""
    label: str
    unit: str = ""
    """In words; the unit is empty where the label says it."""
    mean: float = math.nan
    low: float = math.nan
    high: float = math.nan
    """In the scenario as it is, with the interval of the mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A number, or several that move together, at its low and at its high end; or all of a source, halved."""

    name: str
    """Its key, that of the several, ``town.*.depth (ua)``, or the id of a source."""
    label: str
    publisher: str = ""
    grade: str = ""
    """Of a source."""
    keys: tuple[str, ...]
    value: str = ""
    low: str = ""
    high: str = ""
    """As the scenario writes them; empty where several move together."""
    sources: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    part_of: str = ""
    """Name of the bar it is one number of; empty where it stands for itself."""
    replications: int = 0
    at_low: Mapping[str, Effect] = field(default_factory=dict)
    at_high: Mapping[str, Effect] = field(default_factory=dict)
    """By measure: with all its numbers at their low or high ends, less the scenario as it is. At the low end
    of a source all of them are halved, and it has no other."""
    swing: Mapping[str, Effect] = field(default_factory=dict)
    note: str = ""
    """Why an end could not be run; empty where both were."""

    def size(self, measure: str) -> float:
        """Return how far it moves a measure at most, in either direction; 0 where nothing is known."""
        found = (part[measure].value for part in (self.at_low, self.at_high, self.swing) if measure in part)
        return max((abs(each) for each in found if not math.isnan(each)), default=0.0)

    def is_significant(self, measure: str) -> bool:
        """Return whether one of its ends, or the change between them, surely moves a measure."""
        parts = (self.at_low, self.at_high, self.swing)
        return any(part[measure].is_significant for part in parts if measure in part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One design point of a grid."""

    settings: Mapping[str, str]
    replications: int = 0
    means: Mapping[str, Effect] = field(default_factory=dict)
    """By measure: the mean over replications with its interval."""
    effects: Mapping[str, Effect] = field(default_factory=dict)
    note: str = ""
    """Why it could not be run; empty where it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepFindings:
    """What a sweep found."""

    format: str = FORMAT
    version: int = VERSION
    disclaimer: str = DISCLAIMER
    kind: Kind
    name: str
    title: str
    seed: int
    overrides: tuple[StoredOverride, ...] = ()
    hash: str = ""
    replications: int
    runs: int
    level: float
    """Share of its intervals that cover the truth of the model."""
    measures: tuple[MeasureKey, ...]
    """What was measured, with the scenario as it is."""
    bars: tuple[Bar, ...] = ()
    """Tornado: of each measure the largest and all that were refined; sorted by the first measure."""
    claims: tuple[Bar, ...] = ()
    """Sources; numbers that name none are not in here."""
    points: tuple[Point, ...] = ()
    """Grid: in the order of the last parameter running fastest."""
    left_out: tuple[str, ...] = ()
    """What was looked at with few replications only, or not at all: sentences for a person."""
    asked: tuple[str, ...] = ()
    """The options that ask for it, as they were typed."""

    def __post_init__(self) -> None:
        check_overrides(self.overrides)
        words = iter(self.asked)
        if not all(word in FLAGS or (word in VALUED and next(words, None)) for word in words):
            raise ValueError("what was asked for is no option of a sweep")
        if not self.measures:
            raise ValueError("nothing was measured")
        if len({tuple(point.settings) for point in self.points}) > 1:
            raise ValueError("the places of a grid are not of the same numbers")

    def values(self) -> dict[str, Any]:
        """Return it as plain values; what is not known is NaN."""
        return asdict(self)

    def text(self) -> bytes:
        """Return it as the text of ``findings.json``."""
        text = json.dumps(finite(self.values()), indent=1, ensure_ascii=False, allow_nan=False)
        return text.encode() + b"\n"

    def ranked(self, measure: str, bars: Sequence[Bar] | None = None) -> list[Bar]:
        """Return the bars, or some of them, by how far they move a measure: those that surely do first."""
        found = self.bars if bars is None else bars
        return sorted(found, key=lambda bar: (not bar.is_significant(measure), -bar.size(measure)))


_FINDINGS: Final = Description(
    SweepFindings,
    FORMAT,
    VERSION,
    "what a sweep found",
    "Make it again with frontsim sweep.",
    "Make it again with the same command and --resume.",
    has_unknown=True,
)


def read_findings(folder: str | Path) -> SweepFindings:
    """Return what a sweep found. Raises FileError where there are no findings, or they cannot be read."""
    path = Path(folder) / FILE
    found = _FINDINGS.read(path)
    if found is None:
        raise FileError(f"{path} does not exist. Run frontsim sweep, or finish one with --resume.")
    return found


@dataclass(frozen=True, kw_only=True)
class SweepMeta(Meta):
    """What a sweep is of; the scenario is the one whose numbers are changed."""

    format: str = "frontsim sweep"
    version: int = 3
    measures: tuple[str, ...]

    def other_than(self, there: Self) -> str:
        """Return in words what a folder's rows are of, if not of this; empty where they are."""
        other = super().other_than(there)
        if not other and there.measures != self.measures:
            return f"other measures, {', '.join(there.measures)}"
        return other


class SweepFolder(RowFolder[SweepMeta]):
    """A sweep's rows while they are being made: by changes and replication, one value a measure."""

    description = Description(
        SweepMeta,
        SweepMeta.format,
        SweepMeta.version,
        "a sweep",
        "Name another folder with --out.",
        "Make the sweep again in another folder.",
    )
    file = "sweep.json"
    tables = ("values",)
    others = (FILE,)
    rows_each = 48
    keys: ClassVar = {"changes": np.dtype(object), "replication": np.dtype(np.int32)}

    def columns(self) -> dict[str, np.dtype[Any]]:
        """Return the measures, with their type."""
        return dict.fromkeys(self.meta.measures, np.dtype(np.float64))
