"""A hindcast's scores as plain values, read from ``hindcast.json``: what happened beside what was simulated.

Whoever draws a hindcast reads these and nothing else. The file may have been changed or cut off on its way:
shapes and ranges are checked, so that who draws it need not.
"""

from __future__ import annotations

import datetime
import itertools
import math
from pathlib import Path
from typing import Any, Final

import msgspec

from sim.command_line import StoredOverride, check_overrides
from sim.errors import FileError
from sim.files.versioned_json import Description, finite, with_unknown
from sim.statistics.intervals import Interval

FORMAT: Final = "frontsim hindcast"
VERSION: Final = 2
FILE: Final = "hindcast.json"
FILES: Final = (FILE, "cases.csv")
MODEL: Final = "model"
MAX_CASES: Final = 200_000
"""Towns times dates that are read: more is no front."""


class ReliabilityRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Forecasts of about the same chance, and how often what they speak of happened."""

    begin: float = msgspec.field(name="from")
    end: float = msgspec.field(name="to")
    count: int
    towns: int = 0
    """How many they are of: a town at several dates is hardly more than one case."""
    forecast: float
    happened: float
    happened_low: float = math.nan
    happened_high: float = math.nan
    low: float
    high: float
    """Between which shares it would lie if the forecasts were right."""
    is_off: bool = False


class ControlScoresRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Scores of who held what, by one reading of what happened."""

    source: str
    grey: str
    scored_towns: int
    """Those that the source has, on the first day, as the scenario opens."""
    changed: int
    """In how many cases one was not as at the start."""
    brier: dict[str, float] = {}
    brier_intervals: dict[str, Interval]
    log_score: dict[str, Interval] = {}
    skill: dict[str, Interval]
    """By forecast; skill of the model against each naive one, by the Brier score."""
    auc: Interval
    """How well the model tells towns that change hands from those that do not; by date and town."""
    reliability: tuple[ReliabilityRecord, ...] = ()
    """Of the model's chances that a town is not held as it was at the start."""


class LeadRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Scores of who held what some months after the run begins."""

    months: int
    last: datetime.date = msgspec.field(name="date")
    """Control is scored as it ends."""
    scores: ControlScoresRecord


class AmountRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A simulated number beside what was reported."""

    what: str
    """``losses``, ``advance`` or ``towns``."""
    name: str
    """The category of losses; nothing else has one."""
    when: str
    measure: str
    mean: float
    low: float
    high: float
    """Over replications, and the band that holds 9 in 10."""
    happened: float
    crps: float
    """The continuous ranked probability score, in the same measure."""
    is_off: bool = False
    """Whether what happened lies outside the band."""


class Cases(msgspec.Struct, frozen=True, kw_only=True):
    """Each town at each date."""

    towns: tuple[str, ...]
    chances: dict[str, tuple[tuple[float, ...], ...]]
    """By forecast: that each town is occupied; shape (dates, towns)."""
    happened: tuple[tuple[float, ...], ...]
    """1 where it was, by the first reading; shape (dates, towns)."""

    def __post_init__(self) -> None:
        if MODEL not in self.chances:
            raise ValueError("it has no chances by the model")
        if len(self.towns) * len(self.happened) > MAX_CASES:
            raise ValueError(f"it has more than {MAX_CASES:,} cases")
        dates = len(self.happened)
        for table in (self.happened, *self.chances.values()):
            if len(table) != dates or any(len(row) != len(self.towns) for row in table):
                raise ValueError("a table of towns and dates is not as wide or as long as the others")
            if not all(0.0 <= each <= 1.0 for each in itertools.chain.from_iterable(table)):
                raise ValueError("a chance is not between 0 and 1")


class PeriodRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Which days are scored."""

    first: datetime.date = msgspec.field(name="from")
    last: datetime.date = msgspec.field(name="to")
    dates: tuple[datetime.date, ...]


class HindcastScores(msgspec.Struct, frozen=True, kw_only=True):
    """All that a hindcast came to."""

    scenario: str
    """Its file name or path, as it was asked for."""
    title: str
    seed: int
    overrides: tuple[StoredOverride, ...] = ()
    truth: str
    """What it was held against, as it was asked for."""
    drawn_parameters: str | float = math.nan
    """The sample its parameters were drawn from; NaN of none."""
    hash: str
    made_with: dict[str, str] = {}
    document: dict[str, Any]
    window: PeriodRecord
    replications: int
    level: float
    occupier: str
    readings: tuple[ControlScoresRecord, ...]
    """Of the truth; the first stands for all where one is wanted."""
    leads: tuple[LeadRecord, ...] = ()
    """By lead time, by the first reading."""
    amounts: tuple[AmountRecord, ...] = ()
    cases: Cases
    unknown_places: dict[str, int] = {}
    """Changes of places that the scenario lacks, by name."""
    opens_otherwise: dict[str, dict[str, str]] = {}
    """By source: towns that it does not have as the scenario opens, with the state it has them in."""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_overrides(self.overrides)
        if not self.readings:
            raise ValueError("it has no reading of what happened")
        if not self.window.dates or len(self.cases.happened) != len(self.window.dates):
            raise ValueError("it has not as many rows of cases as dates")

    @property
    def first(self) -> ControlScoresRecord:
        """The reading that stands for all."""
        return self.readings[0]

    @property
    def sample(self) -> str | None:
        """What parameters were drawn from; none where they were not."""
        return self.drawn_parameters if isinstance(self.drawn_parameters, str) else None

    def of(self, what: str) -> list[AmountRecord]:
        """Return the amounts of one kind: ``losses``, ``advance`` or ``towns``."""
        return [each for each in self.amounts if each.what == what]


def read_hindcast(folder: str | Path) -> HindcastScores:
    """Return what a hindcast came to.

    `folder`: that ``frontsim hindcast --out`` wrote. Raises FileError where there are no scores, or they
    cannot be read.
    """
    path = Path(folder) / FILE
    found = _DESCRIPTION.read(path)
    if found is None:
        raise FileError(f"{path} does not exist. Create it with frontsim hindcast --out FOLDER.")
    return found


def scores_of(values: dict[str, Any]) -> HindcastScores:
    """Return what a hindcast came to from the plain values that are written."""
    return msgspec.convert(with_unknown(finite(values)), HindcastScores)


_DESCRIPTION: Final = Description(
    HindcastScores,
    FORMAT,
    VERSION,
    "a hindcast",
    "Make one with frontsim hindcast --out FOLDER.",
    "Make it again with frontsim hindcast --out FOLDER --force.",
    has_unknown=True,
)
