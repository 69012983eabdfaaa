"""A whole run as a viewer needs it: its series, spans and marks, few and fixed, to be drawn in every picture.

They are gathered from its events, from a recording or while that is written. Every few hours of the run the
front is sampled; what happens between is noted as it happens.
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.analysis.event_marks import EventFormatter, EventMark, in_moderation
from sim.analysis.pressure import Bottleneck, BottleneckLog
from sim.analysis.towns import contested_towns, days_by_town, missing_supply, soldiers_of
from sim.model.events import (
    AssaultFought,
    ConvoyArrived,
    ConvoyDeparted,
    DayStarted,
    Event,
    FiresFell,
    PlanAdopted,
    TownFell,
)
from sim.model.parameters import WeatherState
from sim.model.quantities import DAY, HOUR, Days, Losses, Seconds, Soldiers, TonnesPerDay
from sim.recording.ledger import Listener

if TYPE_CHECKING:
    from sim.model.scenario import Scenario
    from sim.recording.reader import Recording

STEPS: Final[tuple[Seconds, ...]] = (HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY)
MAX_SAMPLES: Final = 400
MAX_ATTACKS: Final = 40
"""Attacks on convoys that are marked; the costliest."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time during which a town was held by one side, and fought for or not all along."""

    begin: Seconds
    end: Seconds
    side: str
    is_contested: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened over a whole run, by time."""

    times: tuple[Seconds, ...]
    """When the front was sampled, from 0 to the end."""
    missing: Mapping[str, tuple[TonnesPerDay, ...]]
    """By side: what its towns need and do not get, at each time."""
    soldiers: Mapping[str, tuple[Soldiers, ...]]
    """By side: how many it has, reserves included, at each time."""
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

    def weather_at(self, t: Seconds) -> WeatherState:
        """Return the weather of the day of a time."""
        return self.weather[min(t // DAY, len(self.weather) - 1)]

    def index_at(self, t: Seconds) -> int:
        """Return the number of the last time not after this one."""
        return max(0, bisect.bisect_right(self.times, t) - 1)


def timeline_of(recording: Recording) -> Timeline:
    """Return a recording's timeline; its events are read once."""
    builder = TimelineBuilder(recording.scenario, recording.end)
    recording.replay(builder)
    return builder.timeline()


def sample_times(end: Seconds) -> tuple[Seconds, ...]:
    """Return when a run is sampled: every step from its beginning, and at its end.

    Examples
    --------
    >>> len(sample_times(180 * DAY)), sample_times(2 * HOUR)
    (361, (0, 3600, 7200))
    """
    step = next((step for step in STEPS if end <= step * MAX_SAMPLES), 0)
    step = step or -(-end // (DAY * MAX_SAMPLES)) * DAY
    times = list(range(0, end + 1, step))
    return tuple(times if times[-1] == end else [*times, end])


class TimelineBuilder(Listener):
    """A timeline being made of a run that ends at a time that is known."""

    def __init__(self, scenario: Scenario, end: Seconds) -> None:
        self._scenario = scenario
        self._end = end
        self._times = sample_times(end)
        self._sampled = 0
        self._next_sample: Seconds = 0
        self._missing: dict[str, list[TonnesPerDay]] = {side.id: [] for side in scenario.sides}
        self._soldiers: dict[str, list[Soldiers]] = {side.id: [] for side in scenario.sides}
        self._weather: list[WeatherState] = []
        self._days: dict[str, list[Days | None]] = {town.id: [] for town in scenario.towns}
        self._losses: dict[str, list[Losses]] = {side.id: [] for side in scenario.sides}
        self._held: dict[str, list[tuple[Seconds, str, bool]]] = {town.id: [] for town in scenario.towns}
        self._marks: list[EventMark] = []
        self._bottlenecks = BottleneckLog(scenario)
        self._formatter = EventFormatter(scenario)
        self._fronts: tuple[str, ...] | None = None
        self._contested: frozenset[str] = frozenset()

    def until(self, t: Seconds) -> None:
        """Sample the front at each time before this one, as it stands after what came before."""
        if t <= self._next_sample:
            return
        while self._sampled < len(self._times) and self._times[self._sampled] < t:
            self._sample()
        self._next_sample = self._times[self._sampled] if self._sampled < len(self._times) else self._end

    def after(self, t: Seconds, event: Event) -> None:
        """Note what happened."""
        match event:
            case DayStarted():
                self._weather.append(event.weather)
            case ConvoyDeparted() | ConvoyArrived() | FiresFell() | AssaultFought():
                return
            case PlanAdopted():
                self._bottlenecks.adopt(t, event, self.state)
            case TownFell() if self._sampled:
                self._note_holders()
        mark = self._formatter.mark(t, event, self.state)
        if mark is not None:
            self._marks.append(mark)

    def timeline(self) -> Timeline:
        """Close the series and return them."""
        self.until(self._end + 1)
        return Timeline(
            times=self._times,
            missing={side: tuple(series) for side, series in self._missing.items()},
            soldiers={side: tuple(series) for side, series in self._soldiers.items()},
            weather=tuple(self._weather) or (self.state.weather,),
            days={town: tuple(series) for town, series in self._days.items()},
            losses={side: tuple(series) for side, series in self._losses.items()},
            spans={town: self._spans(held) for town, held in self._held.items()},
            marks=in_moderation(self._marks, MAX_ATTACKS),
            bottlenecks=self._bottlenecks.found(self._end),
        )

    def _sample(self) -> None:
        state = self.state
        self._follow_contacts()
        for side, series in self._missing.items():
            series.append(missing_supply(state, side))
        for town, days in days_by_town(self._scenario, state, self._contested).items():
            self._days[town].append(days)
        for side, totals in state.sides.items():
            self._losses[side].append(tuple(totals.losses))
            self._soldiers[side].append(soldiers_of(state, side))
        if not self._sampled:
            self._note_holders()
        self._sampled += 1

    def _follow_contacts(self) -> None:
        """Note which towns are contested, which changes with contacts only."""
        fronts = tuple(self.state.fronts)
        if fronts != self._fronts:
            self._fronts, self._contested = fronts, contested_towns(self._scenario, self.state)

    def _note_holders(self) -> None:
        """Note who holds each town, and which are contested, where that changed."""
        self._follow_contacts()
        for town, held in self._held.items():
            now = (self.state.held_by[town], town in self._contested)
            if not held or held[-1][1:] != now:
                held.append((self.state.t, *now))

    def _spans(self, held: list[tuple[Seconds, str, bool]]) -> tuple[Span, ...]:
        """Return a town's spans, each ending where the next begins."""
        ends = [begin for begin, _, _ in held[1:]] + [self._end]
        return tuple(
            Span(begin, end, side, is_contested)
            for (begin, side, is_contested), end in zip(held, ends, strict=True)
        )
