"""What a run came to: who holds what, losses, supply, bottlenecks, and which garrisons went short.

Listens to the ledger of a run that goes on or of a recording alike, and applies no law.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sim.analysis.pressure import Bottleneck, BottleneckLog
from sim.analysis.text import route_name
from sim.analysis.towns import contested_towns, days_by_town
from sim.model.events import DayStarted, Event, PlanAdopted, TownEncircled, TownFell, TownRelieved
from sim.model.quantities import CATEGORIES, DAY, Days, Seconds, in_days
from sim.model.reported_losses import reported_until
from sim.recording.ledger import Listener, held

if TYPE_CHECKING:
    from sim.model.scenario import Scenario

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


@dataclass(slots=True)
class CutOff:
    """A town that had no way to a base of its side."""

    town: str
    name: str
    side: str
    since: Seconds
    until: Seconds | None = None
    """When it was relieved or fell; none while it lasts."""
    fell: bool = False


@dataclass(slots=True)
class Shortage:
    """A garrison's supply at the beginning of each day; listed if it ever was short of what it wants."""

    town: str
    name: str
    side: str
    days_short: int = 0
    """Mornings on which it had less than is wanted."""
    days_held: int = 0
    """Mornings on which the side had a garrison there."""
    lowest: Days = math.inf
    """Of supply."""
    lowest_at: Seconds = 0


class RunSummary(Listener):
    """What a run came to, once its ledger is folded."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.changes: list[Change] = []
        self.cut_off: list[CutOff] = []
        self._names = {town.id: town.name for town in scenario.towns}
        self._mornings: dict[tuple[str, str], Shortage] = {}
        self._bottlenecks = BottleneckLog(scenario)

    @property
    def days(self) -> Days:
        """How long the run has gone on."""
        return in_days(self.state.t)

    def after(self, t: Seconds, event: Event) -> None:
        """Take in one event."""
        if isinstance(event, PlanAdopted):
            self._bottlenecks.adopt(t, event, self.state)
        elif isinstance(event, DayStarted):
            self._look()
        elif isinstance(event, TownFell):
            self.changes.append(Change(t, event.town, self._names[event.town], event.loser, event.winner))
            self._end_cut_off(t, event.town, fell=True)
        elif isinstance(event, TownEncircled):
            self.cut_off.append(CutOff(event.town, self._names[event.town], event.side, t))
        elif isinstance(event, TownRelieved):
            self._end_cut_off(t, event.town)

    def bottlenecks(self) -> tuple[Bottleneck, ...]:
        """Return the routes that kept a side short, the longest first."""
        return self._bottlenecks.found(self.state.t)

    def route_name(self, route: str) -> str:
        """Return a route's name, in the direction of its last flow."""
        found = next(each for each in self.scenario.routes if each.id == route)
        return route_name(self.scenario, found, self.state.flows.get(route, 0.0))

    def shortages(self) -> list[Shortage]:
        """Return the garrisons that went short, the most lasting first."""
        found = [each for each in self._mornings.values() if each.days_short]
        return sorted(found, key=lambda each: (-each.days_short, each.lowest))

    def losses(self) -> dict[str, dict[str, int]]:
        """Return each side's losses by category."""
        return {
            side: dict(zip(CATEGORIES, totals.losses, strict=True))
            for side, totals in self.state.sides.items()
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
        return {side: held(self.state, side)[0] for side in self.state.sides}

    def supply(self) -> dict[str, dict[str, float]]:
        """Return each side's books of supply; t.

        ``initial + entered = consumed + lost + in_stock + on_road``. What was captured from the other side
        is a part of ``entered`` and stands apart once more; it is in the other side's ``lost``.
        """
        found = {}
        for side, totals in self.state.sides.items():
            _, in_stock, in_transit = held(self.state, side)
            found[side] = {
                "initial": totals.initial_supply,
                "entered": totals.entered + totals.captured,
                "captured": totals.captured,
                "consumed": totals.consumed,
                "lost": totals.lost,
                "in_stock": in_stock,
                "on_road": in_transit,
            }
        return found

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
            "cut_off": [
                {
                    "town": each.town,
                    "name": each.name,
                    "side": each.side,
                    "since_day": _day(each.since),
                    "until_day": None if each.until is None else _day(each.until),
                    "fell": each.fell,
                }
                for each in self.cut_off
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
                    "name": self.route_name(each.route),
                    "side": each.side,
                    "share": round(each.time / self.state.t, DIGITS),
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
                for each in self.shortages()
            ],
        }

    def _end_cut_off(self, t: Seconds, town: str, *, fell: bool = False) -> None:
        for each in self.cut_off:
            if each.town == town and each.until is None:
                each.until, each.fell = t, fell

    def _look(self) -> None:
        """Note how long each garrison's stock lasts this morning."""
        state = self.state
        for town, days in days_by_town(self.scenario, state, contested_towns(self.scenario, state)).items():
            if days is None:
                continue
            side = state.held_by[town]
            seen = self._mornings.setdefault((town, side), Shortage(town, self._names[town], side))
            seen.days_held += 1
            seen.days_short += days < self.scenario.supply.effect_full_at
            if days < seen.lowest:
                seen.lowest, seen.lowest_at = days, state.t


def _day(t: Seconds) -> float:
    return round(in_days(t), DIGITS)
