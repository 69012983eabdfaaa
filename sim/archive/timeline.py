"""A recording as a viewer needs it: one fold through its events into series, strips and marks.

The events are read once, in their order, with the books kept beside them; every few hours the front is
looked at. What comes out is small and fixed, so that a window can draw a whole run in every picture.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.archive.books import Books
from sim.archive.marks import EventMark, Teller, in_moderation
from sim.archive.pressure import pressure
from sim.domain import events
from sim.domain.quantities import DAY, HOUR, PERSONNEL, Days, Losses, Seconds, Share
from sim.domain.sustainment import consumption, days_of_supply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.archive.recording import Recording
    from sim.domain.scenario import Route, Scenario
    from sim.domain.state import State

STEPS: Final[tuple[Seconds, ...]] = (HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY)
MOST_SAMPLES: Final = 400
MOST_ATTACKS: Final = 40
"""Attacks on convoys that are marked; the costliest."""


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
    pressures
        By route: its pressure at each time; 0 on contacts.
    front_highest, front_mean, front_loaded
        Of the routes at contested towns, at each time; the last weighs each by the flow it carries, which
        is the pressure that supply for the front meets.
    days
        By town: days of supply at each time; none where nobody uses any.
    losses
        By side: losses so far, by category, at each time.
    spans
        By town: who held it, over the whole run.
    marks
        In order of time.
    binding
        By route: share of the run during which its capacity bound; routes at 0 are left out.
    assaults, attacks
        In order of when they were decided, and of when they happened.
    longest_assault
        How long the longest assault took; s.
    """

    times: tuple[Seconds, ...]
    pressures: Mapping[str, tuple[Share, ...]]
    front_highest: tuple[Share, ...]
    front_mean: tuple[Share, ...]
    front_loaded: tuple[Share, ...]
    days: Mapping[str, tuple[Days | None, ...]]
    losses: Mapping[str, tuple[Losses, ...]]
    spans: Mapping[str, tuple[Span, ...]]
    marks: tuple[EventMark, ...]
    binding: Mapping[str, Share]
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


def fold(recording: Recording) -> Timeline:
    """Return a recording's timeline; its events are read once.

    Parameters
    ----------
    recording
        What is shown.

    Raises
    ------
    RecordingDamaged
        Where a part of the file is damaged.
    """
    folding = _Folding(recording.scenario, recording.end)
    opening = recording.state_at(0)
    books = Books(opening, recording.header.towns, recording.header.routes)
    # what happened at the very beginning is in the books already: it is told, not entered again
    for t, event in recording.events(0, 1):
        folding.tell(t, event, opening)
    folding.look(opening)
    folding.hold(opening)
    for t, event in recording.events(1):
        folding.look_until(t, books.state)
        folding.tell(t, event, books.state)
        books.apply(t, event)
        if isinstance(event, events.TownFell):
            folding.hold(books.state)
    folding.look_until(recording.end + 1, books.state)
    return folding.timeline()


def sample_times(end: Seconds) -> tuple[Seconds, ...]:
    """Return when a run is looked at: every step from its beginning, and at its end.

    Parameters
    ----------
    end
        When it ended; s.

    Examples
    --------
    >>> len(sample_times(180 * DAY)), sample_times(2 * HOUR)
    (361, (0, 3600, 7200))
    """
    step = next((step for step in STEPS if end <= step * MOST_SAMPLES), 0)
    step = step or -(-end // (DAY * MOST_SAMPLES)) * DAY
    times = list(range(0, end + 1, step))
    return tuple(times if times[-1] == end else [*times, end])


class _Folding:
    """What has been gathered so far."""

    def __init__(self, scenario: Scenario, end: Seconds) -> None:
        self.scenario = scenario
        self.end = end
        self.times = sample_times(end)
        self.looked = 0
        self.pressures: dict[str, list[Share]] = {route.id: [] for route in scenario.routes}
        self.pressed: dict[str, tuple[tuple[object, ...], Share]] = {}
        self.front: list[tuple[Share, Share, Share]] = []
        self.days: dict[str, list[Days | None]] = {town.id: [] for town in scenario.towns}
        self.losses: dict[str, list[Losses]] = {side.id: [] for side in scenario.sides}
        self.held: dict[str, list[tuple[Seconds, str, bool]]] = {town.id: [] for town in scenario.towns}
        self.marks: list[EventMark] = []
        self.assaults: list[Assault] = []
        self.attacks: list[Attack] = []
        self.bound: dict[str, Seconds] = {}
        self.bound_since: dict[str, dict[str, Seconds]] = {side.id: {} for side in scenario.sides}
        self.teller = Teller(scenario)

    def look_until(self, t: Seconds, state: State) -> None:
        """Look at the front at each time before this one, as it stood after what came before."""
        while self.looked < len(self.times) and self.times[self.looked] < t:
            self.look(state)

    def look(self, state: State) -> None:
        """Look at the front once."""
        self.looked += 1
        contested = _contested(self.scenario, state)
        near, loads = [], []
        for route in self.scenario.routes:
            is_contact = route.id in state.fronts
            found = 0.0 if is_contact else self.pressure(state, route)
            self.pressures[route.id].append(found)
            if not is_contact and (route.start in contested or route.end in contested):
                near.append(found)
                loads.append(abs(state.flows.get(route.id, 0.0)))
        self.front.append((max(near, default=0.0), _mean(near, [1.0] * len(near)), _mean(near, loads)))
        for town in self.scenario.towns:
            use = consumption(self.scenario.supply, state.strength[town.id], town.id in contested)
            days = days_of_supply(state.stock[town.id], use) if use > 0 else None
            self.days[town.id].append(days)
        for side, books in state.sides.items():
            self.losses[side].append(tuple(books.losses))

    def pressure(self, state: State, route: Route) -> Share:
        """Return a route's pressure; most have the same one as when they were looked at before."""
        name = route.id
        key = (
            state.capacities.get(name),
            state.damage.get(name),
            state.expected_loss.get(name),
            state.flows.get(name),
            state.weather,
        )
        before = self.pressed.get(name)
        if before is not None and before[0] == key:
            return before[1]
        found = pressure(self.scenario, state, route).pressure
        self.pressed[name] = (key, found)
        return found

    def hold(self, state: State) -> None:
        """Note who holds each town, and which are contested, where that changed."""
        contested = _contested(self.scenario, state)
        for town, held in self.held.items():
            now = (state.held_by[town], town in contested)
            if not held or held[-1][1:] != now:
                held.append((state.t, *now))

    def tell(self, t: Seconds, event: events.Event, state: State) -> None:
        """Note an event."""
        mark = self.teller.mark(t, event, state)
        if mark is not None:
            self.marks.append(mark)
        if isinstance(event, events.AssaultFought):
            self.assaults.append(
                Assault(
                    event.began, t, event.route, event.attacker, event.origin, event.target, event.succeeded
                )
            )
        elif isinstance(event, events.ConvoyAttacked):
            self.attacks.append(Attack(t, event.convoy, event.route))
        elif isinstance(event, events.PlanAdopted):
            self._plan(t, event.side, [route for route, price in event.prices.items() if price > 0])

    def _plan(self, t: Seconds, side: str, binding: Sequence[str]) -> None:
        """Note which routes bind from now on, and for how long the others did."""
        since = self.bound_since[side]
        for route, begin in since.items():
            self.bound[route] = self.bound.get(route, 0) + t - begin
        self.bound_since[side] = dict.fromkeys(binding, t)

    def timeline(self) -> Timeline:
        """Close the series and return them."""
        for side in self.bound_since:
            self._plan(self.end, side, ())
        return Timeline(
            times=self.times,
            pressures={route: tuple(series) for route, series in self.pressures.items()},
            front_highest=tuple(highest for highest, _, _ in self.front),
            front_mean=tuple(mean for _, mean, _ in self.front),
            front_loaded=tuple(loaded for _, _, loaded in self.front),
            days={town: tuple(series) for town, series in self.days.items()},
            losses={side: tuple(series) for side, series in self.losses.items()},
            spans={town: self._spans(held) for town, held in self.held.items()},
            marks=in_moderation(self.marks, MOST_ATTACKS),
            binding={route: time / max(1, self.end) for route, time in self.bound.items() if time},
            assaults=tuple(self.assaults),
            attacks=tuple(self.attacks),
            longest_assault=max((each.decided - each.began for each in self.assaults), default=0),
        )

    def _spans(self, held: list[tuple[Seconds, str, bool]]) -> tuple[Span, ...]:
        """Return a town's spans, each ending where the next begins."""
        ends = [begin for begin, _, _ in held[1:]] + [self.end]
        return tuple(
            Span(begin, end, side, is_contested)
            for (begin, side, is_contested), end in zip(held, ends, strict=True)
        )


def _contested(scenario: Scenario, state: State) -> dict[str, None]:
    """Return the towns at which a contact ends."""
    return {
        town: None
        for route in scenario.routes
        if route.id in state.fronts
        for town in (route.start, route.end)
    }


def _mean(shares: Sequence[Share], weights: Sequence[float]) -> Share:
    """Return the weighted mean; 0 where nothing weighs."""
    whole = math.fsum(weights)
    parts = (share * weight for share, weight in zip(shares, weights, strict=True))
    return math.fsum(parts) / whole if whole > 0 else 0.0
