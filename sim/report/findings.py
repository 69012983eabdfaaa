"""What a report says about many runs and about two beside each other; worked out by whoever asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.model.quantities import Share
from sim.statistics.intervals import Interval
from sim.statistics.survival import Survival


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What is known of an ensemble, with intervals at a level of confidence.

    Attributes
    ----------
    held, never_lost
        By town: share of replications in which its first holder holds it at the end, or held it all along.
    first_lost
        By town: median time to the first loss in days, infinite where more than half never saw it.
    curves
        By town that was ever lost: the share not lost yet.
    """

    level: Share
    held: Mapping[str, Interval]
    never_lost: Mapping[str, Interval]
    first_lost: Mapping[str, Interval]
    curves: Mapping[str, Survival]
    middle: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow:
    """How one measure differs between two ensembles or runs.

    Attributes
    ----------
    what, unit
        In words; ``%`` for shares, whose values are from 0 to 1.
    first, second
        The measure in each; the mean over replications.
    change
        The second less the first; the ends are NaN where single runs are compared.
    """

    group: str
    what: str
    unit: str
    first: float
    second: float
    change: Interval

    @property
    def is_significant(self) -> bool:
        """Whether the interval leaves out no difference at all."""
        return self.change.is_significant


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedComparison:
    """Two ensembles or two runs beside each other.

    Attributes
    ----------
    changes
        What differs between their scenarios: a number's key, and what it is in each.
    pairs
        How many replications met the same random numbers in both; 0 where their numbers differ.
    """

    first: str
    second: str
    changes: tuple[tuple[str, str, str], ...]
    differences: tuple[ComparisonRow, ...]
    pairs: int
    replications: tuple[int, int]
    level: Share
