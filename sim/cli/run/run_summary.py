"""What a run came to, gathered event by event: who holds what, losses, supply, what bound and who went short.

Takes events from a run that goes on or from a recording alike, and applies no law.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sim.analysis.text import route_name
from sim.model.attrition import reported_until
from sim.model.events import DayStarted, PlanAdopted, TownFell
from sim.model.initial_state import opening_state
from sim.model.quantities import CATEGORIES, DAY, Days, Seconds, Share, in_days
from sim.model.supply.sustainment import consumption, days_of_supply
from sim.recording.ledger import Ledger

if TYPE_CHECKING:
    from sim.model.events import Event
    from sim.model.scenario import Scenario
    from sim.model.state import State

DIGITS: Final = 4
"""Digits after the point of days and shares."""


@dataclass(frozen=True, slots=True)
class Change:
    """A town changed hands."""

    t: Seconds
    town: str
    name: str
    loser: str
    winner: str


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """A route whose capacity bound a side's plan."""

    route: str
    name: str
    side: str
    share: Share
    """Of the run's time."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """A garrison that had less supply than it wants, at the beginning of one day or more."""

    town: str
    name: str
    side: str
    days_short: int
    """Mornings on which it had less than is wanted."""
    days_held: int
    """Mornings on which the side had a garrison there."""
    lowest: Days
    """Of supply."""
    lowest_at: Seconds


@dataclass(slots=True)
class _Mornings:
    """What was seen of one garrison's supply."""

    held: int = 0
    short: int = 0
    lowest: Days = math.inf
    lowest_at: Seconds = 0


class RunSummary:
    """The sum of a run."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.changes: list[Change] = []
        self.events = 0
        self._names = {town.id: town.name for town in scenario.towns}
        self._ends = {route.id: (route.start, route.end) for route in scenario.routes}
        self._books = Ledger(opening_state(scenario), list(self._names), self._ends)
        self._mornings: dict[tuple[str, str], _Mornings] = {}
        self._bound: dict[tuple[str, str], Seconds] = {}
        self._since: dict[str, Seconds] = {}
        self._binding: dict[str, tuple[str, ...]] = {}

    @property
    def state(self) -> State:
        """The books as they stand."""
        return self._books.state

    @property
    def days(self) -> Days:
        """How long the run has gone on."""
        return in_days(self.state.t)

    def emit(self, t: Seconds, event: Event) -> None:
        """Take in one event."""
        self._books.apply(t, event)
        self.events += 1
        if isinstance(event, PlanAdopted):
            self._close(event.side, t)
            self._binding[event.side] = tuple(
                route for route in event.prices if self._is_own(route, event.side)
            )
        elif isinstance(event, DayStarted):
            self._look()
        elif isinstance(event, TownFell):
            self.changes.append(Change(t, event.town, self._names[event.town], event.loser, event.winner))

    def bottlenecks(self) -> list[Bottleneck]:
        """Return the routes that bound, the most lasting first."""
        for side in self._binding:
            self._close(side, self.state.t)
        routes = {route.id: route for route in self.scenario.routes}
        found = [
            Bottleneck(
                route,
                route_name(self.scenario, routes[route], self.state.flows.get(route, 0.0)),
                side,
                bound / self.state.t,
            )
            for (route, side), bound in self._bound.items()
            if bound
        ]
        return sorted(found, key=lambda each: -each.share)

    def wants(self) -> list[Shortage]:
        """Return the garrisons that went short, the most lasting first."""
        found = [
            Shortage(town, self._names[town], side, seen.short, seen.held, seen.lowest, seen.lowest_at)
            for (town, side), seen in self._mornings.items()
            if seen.short
        ]
        return sorted(found, key=lambda each: (-each.days_short, each.lowest))

    def losses(self) -> dict[str, dict[str, int]]:
        """Return each side's losses by category."""
        return {
            side: dict(zip(CATEGORIES, books.losses, strict=True)) for side, books in self.state.sides.items()
        }

    def expected(self) -> dict[str, dict[str, float]] | None:
        """Return each side's expected losses a day by the reported rate; none where nothing is reported."""
        if self.scenario.reported_losses is None:
            return None
        days = self.days or 1.0
        totals = reported_until(self.scenario, round(days * DAY))
        return {
            side.id: {category: total / days for category, total in zip(CATEGORIES, of_side, strict=True)}
            for side, of_side in zip(self.scenario.sides, totals, strict=True)
        }

    def realised(self) -> dict[str, dict[str, float]]:
        """Return each side's mean losses a day; a run that ended at once counts as a day."""
        return {
            side: {category: count / (self.days or 1.0) for category, count in losses.items()}
            for side, losses in self.losses().items()
        }

    def strength(self) -> dict[str, int]:
        """Return each side's soldiers: those in garrisons, and the reserve."""
        present = {side: books.reserve for side, books in self.state.sides.items()}
        for town, side in self.state.held_by.items():
            present[side] += self.state.strength[town]
        return present

    def supply(self) -> dict[str, dict[str, float]]:
        """Return each side's books of supply; t.

        ``initial + entered = consumed + lost + in_stock + on_road``. What was captured from the other side
        is a part of ``entered`` and stands apart once more; it is in the other side's ``lost``.
        """
        state = self.state
        return {
            side: {
                "initial": books.initial_supply,
                "entered": books.entered + books.captured,
                "captured": books.captured,
                "consumed": books.consumed,
                "lost": books.lost,
                "in_stock": math.fsum(
                    state.stock[town] for town, holder in state.held_by.items() if holder == side
                ),
                "on_road": math.fsum(convoy.load for convoy in state.convoys.values() if convoy.side == side),
            }
            for side, books in state.sides.items()
        }

    def values(self) -> dict[str, Any]:
        """Return all of it as plain values."""
        expected, start = self.expected(), self.scenario.start
        return {
            "towns": {
                town.id: {
                    "name": town.name,
                    "held_by": self.state.held_by[town.id],
                    "changed_at_days": [_day(t) for t in self.state.changed_at.get(town.id, ())],
                }
                for town in self.scenario.towns
            },
            "changes": [
                {
                    "day": _day(change.t),
                    "date": (start + timedelta(days=change.t // DAY)).isoformat(),
                    "town": change.town,
                    "name": change.name,
                    "from": change.loser,
                    "to": change.winner,
                }
                for change in self.changes
            ],
            "losses": self.losses(),
            "reported": {
                side: {"expected_per_day": expected and expected[side], "realised_per_day": realised}
                for side, realised in self.realised().items()
            },
            "strength": self.strength(),
            "supply": self.supply(),
            "bottlenecks": [
                {
                    "route": each.route,
                    "name": each.name,
                    "side": each.side,
                    "share": round(each.share, DIGITS),
                }
                for each in self.bottlenecks()
            ],
            "short_of_supply": [
                {
                    "town": each.town,
                    "name": each.name,
                    "side": each.side,
                    "mornings_short": each.days_short,
                    "mornings_held": each.days_held,
                    "lowest_days_of_supply": round(each.lowest, DIGITS),
                    "lowest_at_day": _day(each.lowest_at),
                }
                for each in self.wants()
            ],
        }

    def _is_own(self, route: str, side: str) -> bool:
        """Return whether a side holds both ends of a route: on no other could capacity be restored to it."""
        return all(self.state.held_by[town] == side for town in self._ends[route])

    def _close(self, side: str, t: Seconds) -> None:
        """Count the time for which a side's last plan was bound by its routes."""
        for route in self._binding.get(side, ()):
            self._bound[route, side] = self._bound.get((route, side), 0) + t - self._since[side]
        self._since[side] = t

    def _look(self) -> None:
        """Note how long each garrison's stock lasts this morning."""
        state, supply = self.state, self.scenario.supply
        fighting = {town for route in state.fronts for town in self._ends[route]}
        for town, strength in state.strength.items():
            days = days_of_supply(state.stock[town], consumption(supply, strength, town in fighting))
            if math.isinf(days):
                continue
            seen = self._mornings.setdefault((town, state.held_by[town]), _Mornings())
            seen.held += 1
            seen.short += days < supply.effect_full_at
            if days < seen.lowest:
                seen.lowest, seen.lowest_at = days, state.t


def _day(t: Seconds) -> float:
    """Return a time in days, short enough to read."""
    return round(in_days(t), DIGITS)
