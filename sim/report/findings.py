"""What a report is told about many runs by whoever can work it out: plain values with their intervals.

Estimating is not the press's business, and it does not reach the room that does: whoever asks for a report
hands these in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sim.model.quantities import Days, Share


class Estimate(NamedTuple):
    """A value, and between which values the truth of the model is at the level that is told."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Curve:
    """The share of replications in which something still holds: a falling staircase.

    Attributes
    ----------
    times
        When it falls; days.
    """

    times: tuple[Days, ...]
    share: tuple[Share, ...]
    low: tuple[Share, ...]
    high: tuple[Share, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What is known of an ensemble.

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
    held: Mapping[str, Estimate]
    never_lost: Mapping[str, Estimate]
    first_lost: Mapping[str, Estimate]
    curves: Mapping[str, Curve]
    middle: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How one measure differs between two.

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
    change: Estimate

    @property
    def is_significant(self) -> bool:
        """Whether the interval leaves out no difference at all."""
        return self.change.low > 0.0 or self.change.high < 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two ensembles or two runs beside each other.

    Attributes
    ----------
    changes
        What differs between their scenarios: a number's key, and what it is in each.
    pairs
        How many replications met the same luck in both; 0 where their luck differs.
    """

    first: str
    second: str
    changes: tuple[tuple[str, str, str], ...]
    differences: tuple[Difference, ...]
    pairs: int
    replications: tuple[int, int]
    level: Share
