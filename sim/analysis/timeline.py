"""A whole run as a viewer needs it: its series, spans and marks, gathered by `timeline_builder`.

They are few and fixed, so that a window can draw all of them in every picture.
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from sim.analysis.event_marks import EventMark
from sim.analysis.pressure import Bottleneck
from sim.model.parameters import WeatherState
from sim.model.quantities import DAY, Days, Losses, Seconds, Share, TonnesPerDay


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


Happened = TypeVar("Happened", EventMark, Attack)


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened over a whole run, by time."""

    times: tuple[Seconds, ...]
    """When the front was sampled, from 0 to the end."""
    missing: Mapping[str, tuple[TonnesPerDay, ...]]
    """By side: what its towns need and do not get, at each time."""
    weather: tuple[WeatherState, ...]
    """Of each day."""
    days: Mapping[str, tuple[Days | None, ...]]
    """By town: days of supply at each time; None while it has no garrison."""
    losses: Mapping[str, tuple[Losses, ...]]
    """By side: losses so far, by category, at each time."""
    spans: Mapping[str, tuple[Span, ...]]
    """By town: who held it, over the whole run."""
    marks: tuple[EventMark, ...]
    bottlenecks: tuple[Bottleneck, ...]
    """The longest first."""
    assaults: tuple[Assault, ...]
    """In order of when they were decided."""
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
        """Return the share of the run during which a route kept either side short."""
        return sum(each.time for each in self.bottlenecks if each.route == route) / max(1, self.end)

    def weather_at(self, t: Seconds) -> WeatherState:
        """Return the weather of the day of a time."""
        return self.weather[min(t // DAY, len(self.weather) - 1)]

    def index_at(self, t: Seconds) -> int:
        """Return the number of the last time not after this one."""
        return max(0, bisect.bisect_right(self.times, t) - 1)

    def marks_between(self, start: Seconds, stop: Seconds) -> tuple[EventMark, ...]:
        """Return marks after the one time and not after the other, in order."""
        return _between(self.marks, start, stop)

    def assaults_at(self, t: Seconds) -> tuple[Assault, ...]:
        """Return the assaults in progress at a time, in order of when they are decided."""
        first = bisect.bisect_right(self.assaults, t, key=lambda assault: assault.decided)
        until = t + self.longest_assault
        last = bisect.bisect_right(self.assaults, until, key=lambda assault: assault.decided)
        return tuple(assault for assault in self.assaults[first:last] if assault.began <= t)

    def attacks_between(self, start: Seconds, stop: Seconds) -> tuple[Attack, ...]:
        """Return attacks on convoys after the one time and not after the other, in order."""
        return _between(self.attacks, start, stop)


def _between(happened: tuple[Happened, ...], start: Seconds, stop: Seconds) -> tuple[Happened, ...]:
    """Return what happened after the one time and not after the other."""
    first = bisect.bisect_right(happened, start, key=lambda each: each.t)
    return happened[first : bisect.bisect_right(happened, stop, key=lambda each: each.t)]
