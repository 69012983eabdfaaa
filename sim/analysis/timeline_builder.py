"""The fold of a run's events into its timeline: from a recording, or while that is written.

The events are taken in once, in their order, with the books kept beside them; every few hours the front is
looked at.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from sim.analysis.event_marks import MARKED, EventFormatter, EventMark, in_moderation
from sim.analysis.pressure import pressure
from sim.analysis.timeline import Assault, Attack, Span, Timeline
from sim.model import events
from sim.model.quantities import DAY, HOUR, Days, Losses, Seconds, Share
from sim.model.supply.sustainment import consumption, days_of_supply
from sim.recording.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.model.scenario import Route, Scenario
    from sim.model.state import State
    from sim.recording.reader import Recording

STEPS: Final[tuple[Seconds, ...]] = (HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY)
MOST_SAMPLES: Final = 400
MOST_ATTACKS: Final = 40
"""Attacks on convoys that are marked; the costliest."""


def fold(recording: Recording) -> Timeline:
    """Return a recording's timeline; its events are read once.

    Raises
    ------
    DamagedRecordingError
        Where a part of the file is damaged.
    """
    folding = TimelineBuilder(recording.scenario, recording.end)
    books = Ledger(recording.state_at(0), recording.header.towns, recording.header.routes)
    # what happened at the very beginning is in the books already: it is told, not entered again
    for t, event in recording.events(0, 1):
        folding.before(t, event, books.state)
    for t, event in recording.events(1):
        folding.before(t, event, books.state)
        books.apply(t, event)
        folding.after(event, books.state)
    return folding.timeline(books.state)


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


class TimelineBuilder:
    """A timeline being made, event by event: from a recording, or while it is written.

    Parameters
    ----------
    end
        When the run ends; s.
    """

    def __init__(self, scenario: Scenario, end: Seconds) -> None:
        self.scenario = scenario
        self.end = end
        self.times = sample_times(end)
        self.looked = 0
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
        self.teller = EventFormatter(scenario)
        self.first: list[tuple[Seconds, events.Event]] = []
        self.next_look: Seconds = 0
        self.fronts: tuple[str, ...] | None = None
        self.contested: dict[str, None] = {}
        self.near: list[Route] = []
        self.tellers: dict[type, Callable[[Seconds, Any, State], None]] = {
            **dict.fromkeys(MARKED, self.mark),
            events.AssaultFought: self.assault,
            events.ConvoyAttacked: self.attack,
            events.PlanAdopted: self.plan,
        }

    def before(self, t: Seconds, event: events.Event, state: State) -> None:
        """Take in an event that is about to be entered in the books.

        Parameters
        ----------
        state
            The front before it; what happens at the very beginning is told once that is over.
        """
        if t == 0:
            self.first.append((t, event))
            return
        if t > self.next_look:
            self.look_until(t, state)
        tell = self.tellers.get(type(event))
        if tell is not None:
            tell(t, event, state)

    def after(self, event: events.Event, state: State) -> None:
        """Take in an event that was entered in the books."""
        if type(event) is events.TownFell and self.looked:
            self.hold(state)

    def _begin(self, opening: State) -> None:
        """Tell what happened at the very beginning, and look at the front as it was then."""
        for t, event in self.first:
            tell = self.tellers.get(type(event))
            if tell is not None:
                tell(t, event, opening)
        self.look(opening)
        self.hold(opening)

    def look_until(self, t: Seconds, state: State) -> None:
        """Look at the front at each time before this one, as it stood after what came before."""
        if not self.looked:
            self._begin(state)
        while self.looked < len(self.times) and self.times[self.looked] < t:
            self.look(state)

    def look(self, state: State) -> None:
        """Look at the front once."""
        self.looked += 1
        self.next_look = self.times[self.looked] if self.looked < len(self.times) else self.end
        contested = self.contested_in(state)
        near = [self.pressure(state, route) for route in self.near]
        loads = [abs(state.flows.get(route.id, 0.0)) for route in self.near]
        self.front.append((max(near, default=0.0), _mean(near, [1.0] * len(near)), _mean(near, loads)))
        for town in self.scenario.towns:
            use = consumption(self.scenario.supply, state.strength[town.id], town.id in contested)
            days = days_of_supply(state.stock[town.id], use) if use > 0 else None
            self.days[town.id].append(days)
        for side, books in state.sides.items():
            self.losses[side].append(tuple(books.losses))

    def contested_in(self, state: State) -> dict[str, None]:
        """Return the towns at which a contact ends, and note the routes there; both change with contacts."""
        fronts = tuple(state.fronts)
        if fronts != self.fronts:
            self.fronts, self.contested = fronts, _contested(self.scenario, state)
            self.near = [
                route
                for route in self.scenario.routes
                if (route.start in self.contested or route.end in self.contested) and route.id not in fronts
            ]
        return self.contested

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
        contested = self.contested_in(state)
        for town, held in self.held.items():
            now = (state.held_by[town], town in contested)
            if not held or held[-1][1:] != now:
                held.append((state.t, *now))

    def mark(self, t: Seconds, event: events.Event, state: State) -> None:
        """Note what is worth a mark."""
        mark = self.teller.mark(t, event, state)
        if mark is not None:
            self.marks.append(mark)

    def assault(self, t: Seconds, event: events.AssaultFought, state: State) -> None:
        """Note an assault."""
        del state
        self.assaults.append(
            Assault(event.began, t, event.route, event.attacker, event.origin, event.target, event.succeeded)
        )

    def attack(self, t: Seconds, event: events.ConvoyAttacked, state: State) -> None:
        """Note an attack on a convoy."""
        self.mark(t, event, state)
        self.attacks.append(Attack(t, event.convoy, event.route))

    def plan(self, t: Seconds, event: events.PlanAdopted, state: State) -> None:
        """Note which routes bind."""
        del state
        self._plan(t, event.side, [route for route, price in event.prices.items() if price > 0])

    def _plan(self, t: Seconds, side: str, binding: Sequence[str]) -> None:
        """Note which routes bind from now on, and for how long the others did."""
        since = self.bound_since[side]
        for route, begin in since.items():
            self.bound[route] = self.bound.get(route, 0) + t - begin
        self.bound_since[side] = dict.fromkeys(binding, t)

    def timeline(self, state: State) -> Timeline:
        """Close the series and return them."""
        self.look_until(self.end + 1, state)
        for side in self.bound_since:
            self._plan(self.end, side, ())
        return Timeline(
            times=self.times,
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
