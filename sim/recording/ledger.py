"""The ledger of a run, folded from its events alone: what a recording says the front looked like.

Knows what each event means for the totals and no law: nothing is drawn, solved or worked out here. The
engine keeps a state of its own while it runs; tests hold the two against each other, which is what makes a
recording worth trusting. Amounts are added and taken away exactly as the events give them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, assert_never

from sim.errors import InvariantError
from sim.model import events
from sim.model.quantities import PERSONNEL, VEHICLES, Losses, Seconds, Soldiers, Tonnes
from sim.model.state import ConvoyOnRoad

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.model.events import Event
    from sim.model.scenario import Scenario
    from sim.model.state import SideLedger, State

TOLERANCE: Final[Tonnes] = 1e-6
RELATIVE_TOLERANCE: Final = 1e-9
"""Of a side's turnover: what tens of thousands of additions of floats may leave behind."""


class Listener:
    """Follows a ledger: sees every event once, with the front before and after it."""

    state: State
    """The ledger's own, which changes in place; read it, never change it."""

    def begin(self, state: State) -> None:
        """Take the front before the first event."""
        self.state = state

    def until(self, t: Seconds) -> None:
        """Let time pass: from `state.t` to `t` the front stands as it is."""

    def after(self, t: Seconds, event: Event) -> None:
        """Take in an event that is in the ledger now."""


class Ledger:
    """A state, carried on in place from event to event: each is applied once, and all listeners see it.

    `towns`: in the order in which amounts by town are kept. `ends`: by route: its first and second town.
    """

    def __init__(
        self,
        state: State,
        towns: Sequence[str],
        ends: Mapping[str, Sequence[str]],
        listeners: Sequence[Listener] = (),
    ) -> None:
        self.state = state
        self._towns = tuple(towns)
        self._routes_at: dict[str, list[tuple[str, str]]] = {town: [] for town in towns}
        for route, (start, end) in ends.items():
            self._routes_at[start].append((route, end))
            self._routes_at[end].append((route, start))
        for listener in listeners:
            listener.begin(state)
        self._until = [each.until for each in listeners if type(each).until is not Listener.until]
        self._after = [listener.after for listener in listeners]

    @classmethod
    def of(cls, scenario: Scenario, listeners: Sequence[Listener] = ()) -> Ledger:
        """Return the ledger of a run that is about to begin.

        The opening state is loaded here, since it brings numpy with it, which opening a recording need not.
        """
        from sim.model.initial_state import opening_state  # noqa: PLC0415 - see above

        ends = {route.id: (route.start, route.end) for route in scenario.routes}
        return cls(opening_state(scenario), [town.id for town in scenario.towns], ends, listeners)

    def apply(self, t: Seconds, event: Event) -> None:
        """Enter one event, and show it to all listeners.

        Raises InvariantError where the event does not fit the ledger: it names a convoy, town or side that is
        not there, or lies before the event before it.
        """
        state = self.state
        if t != state.t:
            if t < state.t:
                raise _misfit(event, f"{t} s comes after what happened at {state.t} s")
            for until in self._until:
                until(t)
            state.t = t
        try:
            self._enter(state, event)
        except (LookupError, ValueError, TypeError, AssertionError) as misfit:
            raise _misfit(event, f"{t} s does not fit the ledger ({misfit!r})") from misfit
        for after in self._after:
            after(t, event)

    def _enter(self, state: State, event: Event) -> None:  # noqa: C901 - one case an event, the most frequent first
        match event:
            case events.ConvoyDeparted():
                totals = state.sides[event.side]
                if event.departed < 0:
                    totals.initial_supply += event.load
                else:
                    totals.entered += event.load
                state.convoys[event.convoy] = ConvoyOnRoad(
                    event.side,
                    event.origin,
                    event.destination,
                    event.routes,
                    event.times,
                    event.departed,
                    event.load,
                    event.vehicles,
                )
            case events.ConvoyArrived():
                del state.convoys[event.convoy]
                state.stock[event.town] += event.load
            case events.FiresFell():
                _lose(state, event.town, event.losses)
            case events.AssaultFought():
                _lose(state, event.origin, event.attacker_losses)
                _lose(state, event.target, event.defender_losses)
                state.fronts[event.route] = event.front
            case events.ConvoyAttacked():
                convoy = state.convoys[event.convoy]
                convoy.load -= event.load_lost
                convoy.vehicles -= event.losses[VEHICLES]
                totals = state.sides[convoy.side]
                totals.lost += event.load_lost
                _add(totals, event.losses)
                if event.losses[PERSONNEL]:
                    state.strength[event.town] -= event.losses[PERSONNEL]
            case events.ReserveCommitted():
                state.sides[event.side].reserve -= event.soldiers
                state.strength[event.town] += event.soldiers
            case events.ReplacementsArrived():
                totals = state.sides[event.side]
                for town, soldiers in event.towns.items():
                    state.strength[town] += soldiers
                    totals.arrived += soldiers
                totals.reserve += event.reserve
                totals.arrived += event.reserve
            case events.SupplyConsumed():
                stock, held_by, sides = state.stock, state.held_by, state.sides
                for town, amount in zip(self._towns, event.amounts, strict=True):
                    if amount:
                        stock[town] -= amount
                        sides[held_by[town]].consumed += amount
            case events.PlanAdopted():
                _update(state.flows, event.flows)
                _update(state.demands, event.demands)
                _update(state.inflows, event.inflows)
                state.prices[event.side] = dict(event.prices)
            case events.DayStarted():
                state.day, state.weather, state.tempo = event.day, event.weather, event.tempo
            case events.RouteDamaged():
                _update(state.damage, {event.route: event.damage})
            case events.RepairStarted():
                state.repairs[event.route] = event.due
            case events.RouteRepaired():
                _update(state.damage, {event.route: event.damage})
                state.repairs.pop(event.route, None)
            case events.GarrisonMoved():
                state.strength[event.origin] -= event.soldiers
                state.strength[event.destination] += event.soldiers
            case events.OrdersGiven():
                state.weights[event.side] = dict(event.weights)
            case events.RoutesExposed():
                _update(state.expected_loss, event.shares)
            case events.ConvoyLost():
                totals = state.sides[state.convoys.pop(event.convoy).side]
                totals.lost += event.load_lost
                _add(totals, event.losses)
            case events.TownFell():
                self._hand_over(state, event)
            case events.ConvoyRerouted():
                convoy = state.convoys[event.convoy]
                convoy.origin, convoy.destination = event.origin, event.destination
                convoy.routes, convoy.times = event.routes, event.times
                convoy.departed, convoy.held_at = state.t, None
            case events.ConvoyHeld():
                state.convoys[event.convoy].held_at = event.town
            case events.TownEncircled():
                state.encircled[event.town] = event.side
            case events.TownRelieved():
                state.encircled.pop(event.town, None)
            case events.StarvationBegan():
                state.starving[event.town] = event.side
            case events.StarvationEnded():
                state.starving.pop(event.town, None)
            case events.SoldiersLeft():
                _lose(state, event.town, event.losses)
                state.strength[event.town] -= event.withdrawn
                state.sides[event.side].reserve += event.withdrawn
            case events.ReinforcementsArrived():
                totals = state.sides[event.side]
                totals.arrived += event.soldiers
                if event.town is None:
                    totals.reserve += event.soldiers
                else:
                    state.strength[event.town] += event.soldiers
            case events.NumberSet():
                # Of all numbers that a scenario may set, these two are in the ledger.
                kind, _, rest = event.key.partition(".")
                name, _, number = rest.rpartition(".")
                if (kind, number) == ("route", "capacity"):
                    state.capacities[name] = event.value
                elif (kind, number) == ("town", "base"):
                    state.bases[name] = event.value
            case events.RationsSet():
                state.rations[event.side] = event.idle, event.fighting
            case events.RunEnded():
                pass
            case _:
                assert_never(event)

    def _hand_over(self, state: State, event: events.TownFell) -> None:
        """Hand a town over: soldiers leave and move in, stock is lost or captured, contacts change.

        Repairs on all its routes end with it, since each of them either became a contact or was one.
        An encirclement ends too: it was the loser's.
        """
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
        state.starving.pop(event.town, None)
        for route, other in self._routes_at[event.town]:
            state.repairs.pop(route, None)
            if state.held_by[other] == event.winner:
                state.fronts.pop(route, None)
        state.fronts.update(event.fronts)


@dataclass(frozen=True, slots=True)
class Imbalance:
    """What is there and should not be, or is missing where negative, in one side's totals."""

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

    For each side, tonnes: initial + entered + captured = consumed + lost + in stock + in transit.
    Soldiers: initial + arrived = present + in reserve + lost.
    """
    found = {}
    for side, totals in state.sides.items():
        came = math.fsum((totals.initial_supply, totals.entered, totals.captured))
        present, in_stock, in_transit = held(state, side)
        found[side] = Imbalance(
            tonnes=math.fsum((totals.consumed, totals.lost, in_stock, in_transit, -came)),
            soldiers=present + totals.losses[PERSONNEL] - totals.initial_soldiers - totals.arrived,
            allowed=TOLERANCE + RELATIVE_TOLERANCE * came,
        )
    return found


def held(state: State, side: str) -> tuple[Soldiers, Tonnes, Tonnes]:
    """Return what a side has now: soldiers, those in reserve included, tonnes in stock, tonnes in transit."""
    towns = [town for town, holder in state.held_by.items() if holder == side]
    return (
        state.sides[side].reserve + sum(state.strength[town] for town in towns),
        math.fsum(state.stock[town] for town in towns),
        math.fsum(convoy.load for convoy in state.convoys.values() if convoy.side == side),
    )


def _lose(state: State, town: str, losses: Losses) -> None:
    """Take losses from a garrison, and enter them for the side that holds the town."""
    state.strength[town] -= losses[PERSONNEL]
    _add(state.sides[state.held_by[town]], losses)


def _add(totals: SideLedger, losses: Losses) -> None:
    so_far = totals.losses
    for category, count in enumerate(losses):
        if count:
            so_far[category] += count


def _update(kept: dict[str, float], changed: Mapping[str, float]) -> None:
    """Enter changed numbers; an entry that became 0 is not kept."""
    for key, value in changed.items():
        if value:
            kept[key] = value
        else:
            kept.pop(key, None)


def _misfit(event: Event, what: str) -> InvariantError:
    """Return an error that names an event which cannot have happened so."""
    return InvariantError(
        f"{type(event).__name__} at {what}. This is a bug; please report it with the scenario and the seed."
    )
