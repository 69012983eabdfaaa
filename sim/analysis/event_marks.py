"""Events worth a mark on a time axis, each with its words; in moderation where there are many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sim.analysis.pressure import CUT
from sim.analysis.text import tonnes_text
from sim.model.events import (
    ConvoyAttacked,
    Event,
    HowItFell,
    NumberSet,
    ReinforcementsArrived,
    RouteDamaged,
    RouteRepaired,
    StarvationBegan,
    StarvationEnded,
    TownEncircled,
    TownFell,
    TownRelieved,
)
from sim.model.quantities import Seconds

if TYPE_CHECKING:
    from sim.model.scenario import Scenario
    from sim.model.state import State

MarkKind: TypeAlias = Literal[
    "fell", "encircled", "starving", "relieved", "cut", "damaged", "repaired", "convoy", "reinforced",
    "changed",
]  # fmt: skip
Rank: TypeAlias = Literal[0, 1, 2]
"""0 is a small thing, 1 an event of weight, 2 a turning point."""
RANKS: Final[dict[MarkKind, Rank]] = {
    "fell": 2,
    "encircled": 2,
    "starving": 1,
    "relieved": 1,
    "cut": 1,
    "damaged": 0,
    "repaired": 0,
    "convoy": 0,
    "reinforced": 1,
    "changed": 2,
}
HOW: Final[dict[HowItFell, str]] = {
    "assault": "now held by",
    "ordered": "given up on orders, now held by",
    "starved": "given up for want of supply, now held by",
}
GREAT_DAMAGE: Final = 0.5
"""Share of a capacity out of use from which damage and its repair are marked."""


@dataclass(frozen=True, slots=True)
class EventMark:
    """Something that happened."""

    t: Seconds
    kind: MarkKind
    text: str
    town: str | None = None
    route: str | None = None
    side: str | None = None
    """Whose town or route it is; of a town that fell, who holds it now."""
    size: float = 0.0
    """Load lost, by which the costliest attacks are chosen; t."""

    @property
    def rank(self) -> Rank:
        """How much it weighs."""
        return RANKS[self.kind]


class EventFormatter:
    """Makes marks from events, knowing names and what was damaged before."""

    def __init__(self, scenario: Scenario) -> None:
        self._towns = {town.id: town.name for town in scenario.towns}
        self._holders = {town.id: town.held_by for town in scenario.towns}
        self._sides = {side.id: side.name for side in scenario.sides}
        self._ends = {route.id: (route.start, route.end) for route in scenario.routes}
        self._damage = {route.id: route.damage for route in scenario.routes if route.damage}

    def mark(self, t: Seconds, event: Event, state: State) -> EventMark | None:
        """Return an event's mark, if it has one."""
        match event:
            case TownFell(town=town, winner=side):
                how = (
                    "retaken by" if side == self._holders[town] and event.how == "assault" else HOW[event.how]
                )
                text = f"{self._towns[town]} {how} {self._sides[side]}"
                return EventMark(t, "fell", text, town=town, side=side)
            case TownEncircled(town=town, side=side):
                return EventMark(
                    t, "encircled", f"{self._towns[town]}: cut off from every base", town, side=side
                )
            case TownRelieved(town=town, side=side):
                return EventMark(
                    t, "relieved", f"{self._towns[town]}: a way to a base again", town, side=side
                )
            case StarvationBegan(town=town, side=side, met=met):
                text = f"{self._towns[town]}: {100 * met:.0f} % of what it needs, soldiers leave"
                return EventMark(t, "starving", text, town, side=side)
            case StarvationEnded(town=town, side=side):
                text = f"{self._towns[town]}: enough supply again"
                return EventMark(t, "relieved", text, town, side=side)
            case RouteDamaged() | RouteRepaired():
                return self._damage_mark(t, event, state)
            case ConvoyAttacked(route=route, load_lost=load):
                convoy = state.convoys.get(event.convoy)
                text = f"Convoy lost {tonnes_text(load)} t: {self._road(route)}"
                side_hit = None if convoy is None else convoy.side
                return EventMark(t, "convoy", text, route=route, side=side_hit, size=load)
            case ReinforcementsArrived(side=side, town=arrived_in):
                where = "the reserve" if arrived_in is None else self._towns[arrived_in]
                text = f"{event.soldiers:,} soldiers of {self._sides[side]} reach {where}"
                return EventMark(t, "reinforced", text, town=arrived_in, side=side)
            case NumberSet():
                return self._number_mark(t, event)
            case _:
                return None

    def _damage_mark(self, t: Seconds, event: RouteDamaged | RouteRepaired, state: State) -> EventMark | None:
        """Return the mark of a cut, of great damage, or of its repair."""
        route, damage = event.route, event.damage
        before = self._damage.get(route, 0.0)
        self._damage[route] = damage
        kind: MarkKind
        if isinstance(event, RouteRepaired):
            if before < GREAT_DAMAGE:
                return None
            kind, text = "repaired", "Repaired"
        elif damage >= CUT:
            kind, text = "cut", "Cut"
        elif damage >= GREAT_DAMAGE:
            kind, text = "damaged", f"{100 * damage:.0f} % out of use"
        else:
            return None
        side = state.held_by[self._ends[route][0]]
        return EventMark(t, kind, f"{text}: {self._road(route)}", route=route, side=side)

    def _number_mark(self, t: Seconds, event: NumberSet) -> EventMark:
        """Return the mark of a number that the scenario set on the way."""
        kind, _, rest = event.key.partition(".")
        name, _, number = rest.rpartition(".")
        town = name if kind == "town" and name in self._towns else None
        route = name if kind == "route" and name in self._ends else None
        place = self._road(route) if route else self._towns.get(town or "") or self._sides.get(name)
        what = f"{number.replace('_', ' ')} of {place}" if place else event.key
        return EventMark(t, "changed", f"The scenario sets {what}", town=town, route=route)

    def _road(self, route: str) -> str:
        start, end = self._ends[route]
        return f"{self._towns[start]} – {self._towns[end]}"


def in_moderation(marks: list[EventMark], most: int) -> tuple[EventMark, ...]:
    """Return marks in their order, of the attacks on convoys only those that cost most."""
    attacks = sorted((mark for mark in marks if mark.kind == "convoy"), key=lambda mark: -mark.size)
    least = attacks[most - 1].size if len(attacks) > most else 0.0
    kept = 0
    chosen = []
    for mark in marks:
        if mark.kind == "convoy":
            if mark.size < least or kept >= most:
                continue
            kept += 1
        chosen.append(mark)
    return tuple(chosen)
