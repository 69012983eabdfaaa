"""Events worth a mark on a time axis, each with its words; in moderation where there are many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sim.analysis.text import tonnes_text
from sim.model import events
from sim.model.quantities import Seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.model.scenario import Scenario
    from sim.model.state import State

MarkKind: TypeAlias = Literal[
    "fell", "encircled", "relieved", "cut", "damaged", "repaired", "convoy", "reinforced", "changed"
]
Rank: TypeAlias = Literal[0, 1, 2]
"""0 is a small thing, 1 an event of weight, 2 a turning point."""
RANKS: Final[dict[MarkKind, Rank]] = {
    "fell": 2,
    "encircled": 2,
    "relieved": 1,
    "cut": 1,
    "damaged": 0,
    "repaired": 0,
    "convoy": 0,
    "reinforced": 1,
    "changed": 2,
}
CUT: Final = 1.0
GREAT_DAMAGE: Final = 0.5
"""Share of a capacity out of use from which damage and its repair are told."""


@dataclass(frozen=True, slots=True)
class EventMark:
    """Something that happened."""

    t: Seconds
    kind: MarkKind
    text: str
    town: str | None = None
    route: str | None = None
    side: str | None = None
    """Whom it befell; for a town that fell, who holds it now."""
    size: float = 0.0
    """What of several convoys attacked is told first; tonnes."""

    @property
    def rank(self) -> Rank:
        """How much it weighs."""
        return RANKS[self.kind]


class EventFormatter:
    """Makes marks from events, knowing names and what was damaged before."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._towns = {town.id: town.name for town in scenario.towns}
        self._sides = {side.id: side.name for side in scenario.sides}
        self._ends = {route.id: (route.start, route.end) for route in scenario.routes}
        self._damage = {route.id: route.damage for route in scenario.routes if route.damage}
        self._tellers: dict[type, Callable[[Seconds, events.Event, State], EventMark | None]] = {
            kind: getattr(self, name) for kind, name in _TELLERS.items()
        }

    def mark(self, t: Seconds, event: events.Event, state: State) -> EventMark | None:
        """Return an event's mark, where it has one."""
        teller = self._tellers.get(type(event))
        return None if teller is None else teller(t, event, state)

    def _road(self, route: str) -> str:
        start, end = self._ends[route]
        return f"{self._towns[start]} – {self._towns[end]}"

    def _fell(self, t: Seconds, event: events.TownFell, state: State) -> EventMark:
        del state
        text = f"{self._towns[event.town]} now held by {self._sides[event.winner]}"
        return EventMark(t, "fell", text, town=event.town, side=event.winner)

    def _encircled(self, t: Seconds, event: events.TownEncircled, state: State) -> EventMark:
        del state
        text = f"{self._towns[event.town]}: no way left to a base"
        return EventMark(t, "encircled", text, town=event.town, side=event.side)

    def _relieved(self, t: Seconds, event: events.TownRelieved, state: State) -> EventMark:
        del state
        text = f"{self._towns[event.town]}: a way to a base again"
        return EventMark(t, "relieved", text, town=event.town, side=event.side)

    def _damaged(self, t: Seconds, event: events.RouteDamaged, state: State) -> EventMark | None:
        self._damage[event.route] = event.damage
        side = state.held_by[self._ends[event.route][0]]
        if event.damage >= CUT:
            return EventMark(t, "cut", f"Cut: {self._road(event.route)}", route=event.route, side=side)
        if event.damage < GREAT_DAMAGE:
            return None
        text = f"{100 * event.damage:.0f} % out of use: {self._road(event.route)}"
        return EventMark(t, "damaged", text, route=event.route, side=side)

    def _repaired(self, t: Seconds, event: events.RouteRepaired, state: State) -> EventMark | None:
        before = self._damage.get(event.route, 0.0)
        self._damage[event.route] = event.damage
        if before < GREAT_DAMAGE:
            return None
        side = state.held_by[self._ends[event.route][0]]
        return EventMark(t, "repaired", f"Repaired: {self._road(event.route)}", route=event.route, side=side)

    def _attacked(self, t: Seconds, event: events.ConvoyAttacked, state: State) -> EventMark:
        convoy = state.convoys.get(event.convoy)
        side = None if convoy is None else convoy.side
        text = f"Convoy lost {tonnes_text(event.load_lost)} t: {self._road(event.route)}"
        return EventMark(t, "convoy", text, route=event.route, side=side, size=event.load_lost)

    def _reinforced(self, t: Seconds, event: events.ReinforcementsArrived, state: State) -> EventMark:
        del state
        where = "the reserve" if event.town is None else self._towns[event.town]
        text = f"{event.soldiers:,} soldiers of {self._sides[event.side]} reach {where}"
        return EventMark(t, "reinforced", text, town=event.town, side=event.side)

    def _changed(self, t: Seconds, event: events.NumberSet, state: State) -> EventMark:
        del state
        kind, _, rest = event.key.partition(".")
        name, _, number = rest.rpartition(".")
        town = name if kind == "town" and name in self._towns else None
        route = name if kind == "route" and name in self._ends else None
        place = self._road(route) if route else self._towns.get(town or "") or self._sides.get(name)
        what = f"{number.replace('_', ' ')} of {place}" if place else event.key
        return EventMark(t, "changed", f"The scenario sets {what}", town=town, route=route)


_TELLERS: Final[dict[type, str]] = {
    events.TownFell: "_fell",
    events.TownEncircled: "_encircled",
    events.TownRelieved: "_relieved",
    events.RouteDamaged: "_damaged",
    events.RouteRepaired: "_repaired",
    events.ConvoyAttacked: "_attacked",
    events.ReinforcementsArrived: "_reinforced",
    events.NumberSet: "_changed",
}
MARKED: Final = frozenset(_TELLERS)
"""Kinds of events that may have a mark."""


def in_moderation(marks: list[EventMark], most: int) -> tuple[EventMark, ...]:
    """Return marks in their order, of the attacks on convoys only those that cost most."""
    attacks = sorted((mark for mark in marks if mark.kind == "convoy"), key=lambda mark: -mark.size)
    least = attacks[most - 1].size if len(attacks) > most else 0.0
    kept = 0
    told = []
    for mark in marks:
        if mark.kind == "convoy":
            if mark.size < least or kept >= most:
                continue
            kept += 1
        told.append(mark)
    return tuple(told)
