"""The books of a run, folded from its events alone: what a recording says the front looked like.

Knows what each event means for the totals and no law: nothing is drawn, solved or worked out here. The
engine keeps books of its own while it runs; that both come to the same is tested, and is what makes a
recording worth trusting. Amounts are added and taken away exactly as the events give them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sim.errors import InvariantError
from sim.model import events
from sim.model.quantities import PERSONNEL, VEHICLES, Losses, Seconds, Soldiers, Tonnes
from sim.model.state import ConvoyOnRoad

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sim.model.state import SideLedger, State

TOLERANCE: Final[Tonnes] = 1e-6
RELATIVE_TOLERANCE: Final = 1e-9
"""Of a side's turnover: what tens of thousands of additions of floats may leave behind."""


class Ledger:
    """A state with what is needed to carry it on from event to event.

    Parameters
    ----------
    state
        Where the fold begins; it is changed in place.
    """

    def __init__(self, state: State, towns: Sequence[str], ends: Mapping[str, Sequence[str]]) -> None:
        self.state = state
        self._towns = tuple(towns)
        self._routes_at: dict[str, list[tuple[str, str]]] = {town: [] for town in towns}
        for route, (start, end) in ends.items():
            self._routes_at[start].append((route, end))
            self._routes_at[end].append((route, start))
        self._entries: dict[type, Callable[[Any], None]] = {
            kind: getattr(self, entry) for kind, entry in _ENTRIES.items()
        }

    def apply(self, t: Seconds, event: events.Event) -> None:
        """Enter one event.

        Raises
        ------
        InvariantError
            Where the event does not fit the books: it names a convoy, town or side that is not there, or
            lies before the event before it.
        """
        if t < self.state.t:
            msg = (
                f"{type(event).__name__} at {t} s comes after what happened at {self.state.t} s. "
                "This is a bug; please report it with the scenario and the seed."
            )
            raise InvariantError(msg)
        self.state.t = t
        try:
            self._entries[type(event)](event)
        except (LookupError, ValueError, TypeError) as misfit:
            msg = (
                f"{type(event).__name__} at {t} s does not fit the books ({misfit!r}). "
                "This is a bug; please report it with the scenario and the seed."
            )
            raise InvariantError(msg) from misfit

    def _day_started(self, event: events.DayStarted) -> None:
        self.state.day, self.state.weather, self.state.tempo = event.day, event.weather, event.tempo

    def _assault_fought(self, event: events.AssaultFought) -> None:
        self._lose(event.origin, event.attacker_losses)
        self._lose(event.target, event.defender_losses)
        self.state.fronts[event.route] = event.front

    def _fires_fell(self, event: events.FiresFell) -> None:
        self._lose(event.town, event.losses)

    def _convoy_departed(self, event: events.ConvoyDeparted) -> None:
        books = self.state.sides[event.side]
        if event.departed < 0:
            books.initial_supply += event.load
        else:
            books.entered += event.load
        self.state.convoys[event.convoy] = ConvoyOnRoad(
            side=event.side,
            origin=event.origin,
            destination=event.destination,
            routes=event.routes,
            times=event.times,
            departed=event.departed,
            load=event.load,
            vehicles=event.vehicles,
        )

    def _convoy_attacked(self, event: events.ConvoyAttacked) -> None:
        convoy = self.state.convoys[event.convoy]
        convoy.load -= event.load_lost
        convoy.vehicles -= event.losses[VEHICLES]
        books = self.state.sides[convoy.side]
        books.lost += event.load_lost
        _add(books, event.losses)
        if event.losses[PERSONNEL]:
            self.state.strength[event.town] -= event.losses[PERSONNEL]

    def _convoy_held(self, event: events.ConvoyHeld) -> None:
        self.state.convoys[event.convoy].held_at = event.town

    def _convoy_rerouted(self, event: events.ConvoyRerouted) -> None:
        convoy = self.state.convoys[event.convoy]
        convoy.origin, convoy.destination = event.origin, event.destination
        convoy.routes, convoy.times = event.routes, event.times
        convoy.departed = self.state.t
        convoy.held_at = None

    def _convoy_arrived(self, event: events.ConvoyArrived) -> None:
        del self.state.convoys[event.convoy]
        self.state.stock[event.town] += event.load

    def _convoy_lost(self, event: events.ConvoyLost) -> None:
        books = self.state.sides[self.state.convoys.pop(event.convoy).side]
        books.lost += event.load_lost
        _add(books, event.losses)

    def _supply_consumed(self, event: events.SupplyConsumed) -> None:
        stock, held_by, sides = self.state.stock, self.state.held_by, self.state.sides
        for town, amount in zip(self._towns, event.amounts, strict=True):
            if amount:
                stock[town] -= amount
                sides[held_by[town]].consumed += amount

    def _plan_adopted(self, event: events.PlanAdopted) -> None:
        _update(self.state.flows, event.flows)
        _update(self.state.demands, event.demands)
        _update(self.state.inflows, event.inflows)
        self.state.prices[event.side] = dict(event.prices)

    def _routes_exposed(self, event: events.RoutesExposed) -> None:
        _update(self.state.expected_loss, event.shares)

    def _route_damaged(self, event: events.RouteDamaged) -> None:
        _update(self.state.damage, {event.route: event.damage})

    def _repair_started(self, event: events.RepairStarted) -> None:
        self.state.repairs[event.route] = event.due

    def _route_repaired(self, event: events.RouteRepaired) -> None:
        _update(self.state.damage, {event.route: event.damage})
        self.state.repairs.pop(event.route, None)

    def _town_fell(self, event: events.TownFell) -> None:
        """Hand a town over: soldiers leave and move in, stock is lost or captured, contacts change.

        Repairs on all its routes end with it, since each of them either became a contact or was one.
        An encirclement ends too: it was the loser's.
        """
        state = self.state
        loser, winner = state.sides[event.loser], state.sides[event.winner]
        _add(loser, event.losses)
        loser.lost += event.stock_lost + event.stock_captured
        winner.captured += event.stock_captured
        if event.retreat is not None:
            state.strength[event.retreat] += event.withdrawn
        state.strength[event.moved_from] -= event.moved_in
        state.strength[event.town] = event.moved_in
        state.stock[event.town] = event.stock_captured
        state.held_by[event.town] = event.winner
        state.changed_at.setdefault(event.town, []).append(state.t)
        state.encircled.pop(event.town, None)
        for route, other in self._routes_at[event.town]:
            state.repairs.pop(route, None)
            if state.held_by[other] == event.winner:
                state.fronts.pop(route, None)
        state.fronts.update(event.fronts)

    def _town_encircled(self, event: events.TownEncircled) -> None:
        self.state.encircled[event.town] = event.side

    def _town_relieved(self, event: events.TownRelieved) -> None:
        self.state.encircled.pop(event.town, None)

    def _garrison_moved(self, event: events.GarrisonMoved) -> None:
        self.state.strength[event.origin] -= event.soldiers
        self.state.strength[event.destination] += event.soldiers

    def _replacements_arrived(self, event: events.ReplacementsArrived) -> None:
        books = self.state.sides[event.side]
        for town, soldiers in event.towns.items():
            self.state.strength[town] += soldiers
            books.arrived += soldiers
        books.reserve += event.reserve
        books.arrived += event.reserve

    def _reinforcements_arrived(self, event: events.ReinforcementsArrived) -> None:
        books = self.state.sides[event.side]
        books.arrived += event.soldiers
        if event.town is None:
            books.reserve += event.soldiers
        else:
            self.state.strength[event.town] += event.soldiers

    def _reserve_committed(self, event: events.ReserveCommitted) -> None:
        self.state.sides[event.side].reserve -= event.soldiers
        self.state.strength[event.town] += event.soldiers

    def _orders_given(self, event: events.OrdersGiven) -> None:
        self.state.weights[event.side] = dict(event.weights)

    def _number_set(self, event: events.NumberSet) -> None:
        """Keep the capacity of a route or a base; other numbers of a scenario are not in the books."""
        kind, _, rest = event.key.partition(".")
        name, _, number = rest.rpartition(".")
        if (kind, number) == ("route", "capacity"):
            self.state.capacities[name] = event.value
        elif (kind, number) == ("town", "base"):
            self.state.bases[name] = event.value

    def _run_ended(self, event: events.RunEnded) -> None:
        """Leave the books as they are: they are closed."""

    def _lose(self, town: str, losses: Losses) -> None:
        """Take losses from a garrison, and enter them for the side that holds the town."""
        self.state.strength[town] -= losses[PERSONNEL]
        _add(self.state.sides[self.state.held_by[town]], losses)


@dataclass(frozen=True, slots=True)
class Imbalance:
    """What is there and should not be, or is missing where negative, in one side's books."""

    tonnes: Tonnes
    soldiers: Soldiers
    allowed: Tonnes
    """What rounding may leave behind."""

    @property
    def is_broken(self) -> bool:
        """Whether the books do not balance; numbers that are no numbers never do."""
        return self.soldiers != 0 or not abs(self.tonnes) <= self.allowed


def imbalance(state: State) -> dict[str, Imbalance]:
    """Return by how much the books fail to balance, for each side.

    For each side, tonnes: initial + entered + captured = consumed + lost + in stock + on the road.
    Soldiers: initial + arrived = present + in reserve + lost.
    """
    return {side: _imbalance_of(state, side, books) for side, books in state.sides.items()}


def _imbalance_of(state: State, side: str, books: SideLedger) -> Imbalance:
    """Return one side's imbalance."""
    own = [town for town, holder in state.held_by.items() if holder == side]
    came = math.fsum((books.initial_supply, books.entered, books.captured))
    stock = math.fsum(state.stock[town] for town in own)
    on_road = math.fsum(convoy.load for convoy in state.convoys.values() if convoy.side == side)
    soldiers = books.reserve + books.losses[PERSONNEL] - books.initial_soldiers - books.arrived
    for town in own:
        soldiers += state.strength[town]
    return Imbalance(
        tonnes=math.fsum((books.consumed, books.lost, stock, on_road, -came)),
        soldiers=soldiers,
        allowed=TOLERANCE + RELATIVE_TOLERANCE * came,
    )


def _add(books: SideLedger, losses: Losses) -> None:
    """Enter losses, by category."""
    totals = books.losses
    for category, count in enumerate(losses):
        if count:
            totals[category] += count


def _update(kept: dict[str, float], changed: Mapping[str, float]) -> None:
    """Enter changed numbers; an entry that became 0 is not kept."""
    for key, value in changed.items():
        if value:
            kept[key] = value
        else:
            kept.pop(key, None)


def _snake(name: str) -> str:
    """Return a class's name as a function's: ``TownFell`` as ``town_fell``."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


_ENTRIES: Final = {kind: f"_{_snake(name)}" for name, kind in events.EVENT_TYPES.items()}
"""By kind of event: the method of `Ledger` that enters it."""
