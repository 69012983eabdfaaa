"""A recording as a viewer needs it: its series, strips and marks, gathered by `timeline_builder`.

They are few and fixed, so that a window can draw a whole run in every picture.
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping
from dataclasses import dataclass

from sim.analysis.bottlenecks import Bottleneck
from sim.analysis.event_marks import EventMark
from sim.model.quantities import PERSONNEL, Days, Losses, Seconds, Share


@dataclass(frozen=True, slots=True)
class Span:
    """A time during which a town was held by one side, and fought for or not all along."""

    begin: Seconds
    end: Seconds
    side: str
    is_contested: bool


@dataclass(frozen=True, slots=True)
class Assault:
    """An assault over a contact, from its begin to when it was decided."""

    began: Seconds
    decided: Seconds
    route: str
    attacker: str
    origin: str
    target: str
    succeeded: bool


@dataclass(frozen=True, slots=True)
class Attack:
    """An attack on a convoy."""

    t: Seconds
    convoy: int
    route: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened over a whole run, by time.

    Attributes
    ----------
    times
        When the front was looked at, from 0 to the end; s.
    front_highest, front_mean, front_loaded
        Of the routes at contested towns, at each time; the last weighs each by the flow it carries, which
        is the pressure that supply for the front meets.
    days
        By town: days of supply at each time; none where nobody uses any.
    losses
        By side: losses so far, by category, at each time.
    spans
        By town: who held it, over the whole run.
    bottlenecks
        The longest first.
    assaults, attacks
        In order of when they were decided, and of when they happened.
    longest_assault
        How long the longest assault took; s.
    """

    times: tuple[Seconds, ...]
    front_highest: tuple[Share, ...]
    front_mean: tuple[Share, ...]
    front_loaded: tuple[Share, ...]
    days: Mapping[str, tuple[Days | None, ...]]
    losses: Mapping[str, tuple[Losses, ...]]
    spans: Mapping[str, tuple[Span, ...]]
    marks: tuple[EventMark, ...]
    bottlenecks: tuple[Bottleneck, ...]
    assaults: tuple[Assault, ...]
    attacks: tuple[Attack, ...]
    longest_assault: Seconds

    @property
    def end(self) -> Seconds:
        """When the run ended; s."""
        return self.times[-1]

    @property
    def turning_points(self) -> tuple[EventMark, ...]:
        """Marks of the highest rank; where there are none, all that can be stepped to."""
        highest = tuple(mark for mark in self.marks if mark.rank > 1)
        return highest or tuple(mark for mark in self.marks if mark.rank > 0)

    @property
    def changed(self) -> tuple[str, ...]:
        """Towns that changed hands, in order of when they first did."""
        return tuple(dict.fromkeys(mark.town for mark in self.marks if mark.kind == "fell" and mark.town))

    def bottleneck_share(self, route: str) -> Share:
        """Return during which share of the run a route kept either side short."""
        return sum(each.time for each in self.bottlenecks if each.route == route) / max(1, self.end)

    def index_at(self, t: Seconds) -> int:
        """Return the number of the last time not after this one."""
        return max(0, bisect.bisect_right(self.times, t) - 1)

    def marks_between(self, start: Seconds, stop: Seconds) -> tuple[EventMark, ...]:
        """Return marks after the one time and not after the other, in order.

        Parameters
        ----------
        start, stop
            Times; s.
        """
        first = bisect.bisect_right(self.marks, start, key=lambda mark: mark.t)
        last = bisect.bisect_right(self.marks, stop, key=lambda mark: mark.t)
        return self.marks[first:last]

    def assaults_at(self, t: Seconds) -> tuple[Assault, ...]:
        """Return the assaults in progress at a time, in order of when they are decided."""
        first = bisect.bisect_right(self.assaults, t, key=lambda assault: assault.decided)
        until = t + self.longest_assault
        last = bisect.bisect_right(self.assaults, until, key=lambda assault: assault.decided)
        return tuple(assault for assault in self.assaults[first:last] if assault.began <= t)

    def attacks_between(self, start: Seconds, stop: Seconds) -> tuple[Attack, ...]:
        """Return attacks on convoys after the one time and not after the other, in order."""
        first = bisect.bisect_right(self.attacks, start, key=lambda attack: attack.t)
        last = bisect.bisect_right(self.attacks, stop, key=lambda attack: attack.t)
        return self.attacks[first:last]

    def highest_loss(self) -> int:
        """Return the greatest number of soldiers that a side has lost by the end."""
        return max(series[-1][PERSONNEL] for series in self.losses.values())
