"""The state of one run. Every change is made by a method of `Front`, which publishes its event.

Towns, routes and sides are numbers here and ids in events. The front stamps the time and knows no rules of
fighting, supply or command: those belong to the processes, which call its methods and subscribe to the events
that concern them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, ParamSpec

import numpy as np
import simpy

from sim.engine.calendar import Calendar
from sim.model import events
from sim.model.initial_state import opening_state
from sim.model.network import Network
from sim.model.quantities import (
    DAY,
    GRAMS,
    NO_LOSSES,
    PERSONNEL,
    Losses,
    Seconds,
    Share,
    Soldiers,
    Tonnes,
    TonnesPerDay,
    round_to_gram,
)
from sim.model.state import ConvoyOnRoad, SideLedger
from sim.model.supply.sustainment import consumption, days_covered, days_of_supply, supply_effect
from sim.statistics.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.model.scenario import Scenario, Side
    from sim.statistics.streams import Streams

FOR_EVER: Final = float("inf")
STAY_BEHIND: Final = 0.2
"""Share of a front garrison that stays when its town is no longer in contact."""
DAMAGE_DIGITS: Final = 4
"""Decimals in which damage is kept."""
SHARE_DIGITS: Final = 3
"""Decimals in which the share of need met is published."""
KEPT_DIGITS: Final = 12
"""Decimals of what a running mean keeps, so that the last bits of a machine's exp do not matter."""
P = ParamSpec("P")
Emit = Callable[[Seconds, events.Event], None]
"""Called with the time and each event, in their order."""


@dataclass(frozen=True, slots=True)
class RouteCut:
    """A route carries nothing any more. For subscribers only: in recordings it follows from other events."""

    route: int


@dataclass(frozen=True, slots=True)
class OrdersExecuted:
    """A side's orders for the day are executed, withdrawals excepted. For subscribers only."""

    side: int


class Clock(simpy.Environment):
    """SimPy's environment, whose time is a whole number of seconds."""

    _now: Seconds

    @property
    def now(self) -> Seconds:
        """Seconds since the scenario began."""
        return self._now


class Signal:
    """A SimPy event that can happen again and again: each time, all who wait for `next` are woken."""

    def __init__(self, env: simpy.Environment) -> None:
        self._env = env
        self.next = env.event()

    def send(self, _: object = None) -> None:
        """Wake all who wait."""
        waiting, self.next = self.next, self._env.event()
        waiting.succeed()


@dataclass(slots=True)
class Convoy:
    """A convoy on the road."""

    number: int
    side: int
    origin: int
    at: int
    """The town it is in, or has just left."""
    destination: int
    path: tuple[int, ...]
    """All routes from its origin, in driving order."""
    ahead: list[int]
    """Those that still lie ahead, the next one last."""
    departed: Seconds
    speed: float
    """Factor on speeds when it departed, from which its due times were computed."""
    load: Tonnes
    vehicles: int
    size_effect: float
    """Factor on its risk by its size."""
    rng: Stream
    is_held: bool = False
    warn: Callable[[], None] | None = None
    """Interrupts the drive when roads or control change; None if the driver is about to check anyway."""


class SideState(SideLedger):
    """What one side has, does and has lost; the scenario can change its numbers during the run."""

    def __init__(self, number: int, side: Side) -> None:
        super().__init__(reserve=side.reserve)
        self.number = number
        self.id = side.id
        self.quality = side.quality
        self.assaults = side.assaults
        self.fires = side.fires
        self.strikes = side.strikes
        self.reach = side.reach
        self.replacements = side.replacements
        self.repair_crews: float = side.repair_crews
        self.weights: dict[int, float] = {}
        """Weight of an attack over each contact; contacts that are not attacked are left out."""


class Front:
    """One run's state. Other modules read its attributes and never write them."""

    def __init__(self, scenario: Scenario, streams: Streams) -> None:
        self.env = Clock()
        self.scenario = scenario
        self.streams = streams
        self._subscribers: dict[object, list[Callable[[Any], None]]] = {}
        self.network = network = Network(scenario)
        self.calendar = Calendar(scenario, network, streams)
        self.over: str | None = None
        """Why the run has ended, once it has."""
        self.over_note = ""
        opening = opening_state(scenario, network)
        towns, routes = network.towns, network.routes
        # sides and towns
        self.sides = (SideState(0, scenario.sides[0]), SideState(1, scenario.sides[1]))
        for side in self.sides:
            side.initial_soldiers = opening.sides[side.id].initial_soldiers
            side.initial_supply = opening.sides[side.id].initial_supply
        self.holder = [scenario.side_index(opening.held_by[town]) for town in towns]
        self.first_holder = tuple(self.holder)
        self.strength: list[Soldiers] = [opening.strength[town] for town in towns]
        self.stock: list[Tonnes] = [opening.stock[town] for town in towns]
        self.depth = [town.depth for town in scenario.towns]
        self.base = [town.base or 0.0 for town in scenario.towns]
        self.set_bases: dict[int, None] = {}
        """Towns whose base the scenario has set during the run."""
        self.establishment: list[Soldiers] = self.strength[:]
        """Soldiers each garrison is meant to have; replacements fill it up."""
        self.empty_since: dict[int, Seconds] = {}
        """By town with nothing left: since when."""
        self.inflow = [0.0] * len(towns)
        """What each garrison has been getting, earlier days counting less; t/d."""
        self._received = [0.0] * len(towns)
        """What came to each since its inflow was last updated; t."""
        self.need_met: list[Share] = [1.0] * len(towns)
        """Share of its need that each garrison had lately, earlier days counting less."""
        self.starving: dict[int, None] = {}
        """Garrisons that have had too little for too long."""
        self.ammunition = [1.0, 1.0]
        """By side: factor on what its front garrisons fire, by how many attacks it is set to make."""
        supply = scenario.supply
        interval = supply.consumption_interval / DAY
        self._inflow_kept = round(math.exp(-interval / supply.effect_full_at), KEPT_DIGITS)
        self._met_kept = round(math.exp(-interval / supply.starvation_window), KEPT_DIGITS)
        self.changed_at: dict[int, list[Seconds]] = {}
        self.encircled: dict[int, int] = {}
        self.in_transit = [0.0] * len(towns)
        """What convoys are bringing to each town."""
        # routes and convoys
        self.positions = {network.route[route]: km for route, km in opening.fronts.items()}
        """Where the front stands on each contact, km from the edge of the route's first town."""
        self.damage: list[Share] = [route.damage for route in scenario.routes]
        self.damaged = {route: None for route, damage in enumerate(self.damage) if damage > 0.0}
        """Routes to repair, in the order in which they were damaged; a dict, since sets have no order."""
        self.repairs: dict[int, Seconds] = {}
        self.capacity = list(network.capacity)
        self.set_capacities: dict[int, None] = {}
        """Routes whose capacity the scenario has set during the run."""
        self.is_cut = [False] * len(routes)
        """Whether nothing passes each route: wholly damaged, or set to carry nothing."""
        self._undamaged = np.zeros(len(routes))
        """What each route could carry in good weather, given its damage; t/d."""
        for route in range(len(routes)):
            self._update_route_capacity(route)
        self.expected_loss = np.zeros(len(routes))
        """Share of its loads that each route's owner has to expect to lose on it."""
        self.convoys: dict[int, Convoy] = {}
        self.convoy_count = 0
        # what follows from who holds which town
        self.control_changes = 0
        """How often contacts have been redrawn: at the start, and whenever a town changed hands."""
        self.position_changes = 0
        """How often a front has moved, contacts redrawn included."""
        self.owners: list[int] = []
        """The side that holds both ends of each route, -1 on a contact."""
        self.is_owned_by: tuple[np.ndarray, np.ndarray]
        """For each side, which routes it holds both ends of; shape (routes,)."""
        self.is_contact: np.ndarray
        self.contact_count: list[int] = []
        """How many enemy towns each town faces; its garrison is shared out over them."""
        self.is_fighting: list[bool] = []
        """Whether a contact touches each town."""
        self._redraw_contacts()
        self.minimum_garrison: list[Soldiers] = [
            round(STAY_BEHIND * strength) if fights else strength
            for strength, fights in zip(self.strength, self.is_fighting, strict=True)
        ]
        """Soldiers meant to stay in each town when the front has moved on; none in towns that were taken."""
        self.side_rations = (self.rations(1.0), self.rations(1.0))
        """By side: what one soldier consumes in a day at tempo 1, away from the front and at it; t."""
        self.supplied: list[Share] = [1.0] * len(towns)
        """The effect of supply on each garrison, as last updated."""
        self.combat_effectiveness = [1.0] * len(towns)
        """Fighting value of each garrison's soldiers, by quality and supply, as last updated."""
        for town in range(len(towns)):
            self.update_combat_effectiveness(town)

    # --- events -----------------------------------------------------------------------------------

    def subscribe(self, kind: type, *subscribers: Callable[[Any], None]) -> None:
        """Call these with every event of a kind, after those who subscribed before."""
        self._subscribers.setdefault(kind, []).extend(subscribers)

    def has_listeners(self, kind: type) -> bool:
        """Return whether a kind of event has subscribers."""
        return kind in self._subscribers

    def publish(self, kind: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Publish an event that has just happened; it is only built where somebody listens."""
        subscribers = self._subscribers.get(kind)
        if subscribers:
            event = kind(*args, **kwargs)
            for subscriber in subscribers:
                subscriber(event)

    # --- time -------------------------------------------------------------------------------------

    @property
    def now(self) -> Seconds:
        """Seconds since the scenario began; every wait is a whole number of them."""
        return self.env.now

    def start_day(self) -> None:
        """Turn the calendar to the day that begins now."""
        calendar = self.calendar
        calendar.turn_to(self.now // DAY)
        day = calendar.day
        self.publish(events.DayStarted, day, calendar.weathers[day], round(calendar.tempos[day], 4))

    def end(self, reason: Literal["horizon", "condition"], note: str) -> None:
        """End the run, unless it has ended already."""
        if self.over is None:
            self.over, self.over_note = reason, note
            self.publish(events.RunEnded, reason, note)

    # --- garrisons: what is known of them ---------------------------------------------------------

    def contacts_of(self, town: int) -> list[tuple[int, int]]:
        """Return a town's contacts as (route, enemy town), in route order."""
        side, holder = self.holder[town], self.holder
        return [(e, other) for e, other in self.network.adjacent[town] if holder[other] != side]

    def own_end_first(self, route: int, side: int) -> tuple[int, int]:
        """Return the towns at both ends of a contact, a side's own first."""
        start, end = self.network.start[route], self.network.end[route]
        return (start, end) if self.holder[start] == side else (end, start)

    def bases_of(self, side: int) -> list[int]:
        """Return the towns where supply can enter for a side, or could before the scenario closed them."""
        bases = [town for town, tonnes in enumerate(self.base) if tonnes > 0 or town in self.set_bases]
        return [town for town in bases if self.first_holder[town] == side]

    def rations(self, tempo: float, ammunition: float = 1.0) -> list[float]:
        """Return what one soldier consumes in a day, away from the front and at it; t."""
        supply = self.scenario.supply
        return [consumption(supply, 1, is_fighting, tempo, ammunition) for is_fighting in (False, True)]

    def daily_consumption(self, town: int) -> float:
        """Return what a town's garrison consumes in a day at tempo 1; t."""
        return self.strength[town] * self.side_rations[self.holder[town]][self.is_fighting[town]]

    def supply_days(self, town: int) -> float:
        """Return a garrison's days of supply at tempo 1."""
        return days_of_supply(self.stock[town], self.daily_consumption(town))

    def supply_effect(self, town: int) -> Share:
        """Return the effect on a garrison of what it has and what it is getting, against its need."""
        consumed = self.strength[town] * self.side_rations[self.holder[town]][self.is_fighting[town]]
        supply, stock = self.scenario.supply, self.stock[town]
        if stock >= consumed * supply.effect_full_at:
            return 1.0
        now = self.now
        days = days_covered(supply, stock, self.inflow[town], consumed)
        return supply_effect(supply, days, (now - self.empty_since.get(town, now)) / DAY)

    def update_combat_effectiveness(self, town: int) -> None:
        """Update the fighting value of a garrison's soldiers to their supply now."""
        self.supplied[town] = effect = self.supply_effect(town)
        self.combat_effectiveness[town] = self.sides[self.holder[town]].quality * effect

    def enemies_of(self, town: int) -> list[int]:
        """Return the enemy towns that a town faces, in route order."""
        return list(dict.fromkeys(other for _, other in self.contacts_of(town)))

    def effective_strength(self, town: int) -> float:
        """Return a garrison's soldiers by their combat effectiveness, as last updated."""
        return self.strength[town] * self.combat_effectiveness[town]

    def firing(self, town: int) -> float:
        """Return the effective strength that a garrison brings to bear on each enemy town it faces."""
        return self.effective_strength(town) / max(1, self.contact_count[town])

    def exposed(self, town: int) -> float:
        """Return the soldiers whom a garrison exposes to each enemy town it faces."""
        return self.strength[town] / max(1, self.contact_count[town])

    # --- garrisons: what changes them -------------------------------------------------------------

    def apply_losses(self, town: int, drawn: Sequence[int], of: int | None = None) -> Losses:
        """Take losses from a garrison, never more soldiers than are there; part of a larger event.

        They are booked to the holder, unless `of` names another side.
        """
        side = self.sides[self.holder[town] if of is None else of]
        soldiers = min(drawn[PERSONNEL], self.strength[town])
        self.strength[town] -= soldiers
        losses = (soldiers, *drawn[1:])
        for category, count in enumerate(losses):
            if count:
                side.losses[category] += count
        return losses

    def resolve_assault(
        self, route: int, origin: int, target: int, odds: float, position: float | None, *drawn: Sequence[int]
    ) -> None:
        """Apply an assault's losses to both garrisons, and move the front where it succeeded.

        No position is given where it failed; losses drawn are the attacker's and the defender's.
        """
        own, other = self.apply_losses(origin, drawn[0]), self.apply_losses(target, drawn[1])
        if position is not None:
            self.positions[route] = position
            self.position_changes += 1
        if self.has_listeners(events.AssaultFought):
            ids = self.network
            self.publish(
                events.AssaultFought,
                route=ids.routes[route],
                attacker=self.sides[self.holder[origin]].id,
                origin=ids.towns[origin],
                target=ids.towns[target],
                began=self.now - self.scenario.assaults.duration,
                odds=odds,
                succeeded=position is not None,
                front=self.positions[route],
                attacker_losses=own,
                defender_losses=other,
            )

    def apply_fires(self, side: int, town: int, drawn: Sequence[int]) -> None:
        """Apply the losses of a fire mission of one side on a garrison of the other."""
        lost = self.apply_losses(town, drawn)
        self.publish(events.FiresFell, self.sides[side].id, self.network.towns[town], lost)

    def expect_inflows(self, delivered: Mapping[int, TonnesPerDay]) -> None:
        """Let garrisons have been getting what a plan brings them, before the clock runs."""
        for town, tonnes in delivered.items():
            self.inflow[town] = tonnes
            self.update_combat_effectiveness(town)

    def set_ammunition(self, side: int, factor: float) -> None:
        """Set what a side's front garrisons fire, relative to the reference state."""
        self.ammunition[side] = factor
        self.side_rations[side][:] = self.rations(1.0, factor)
        for town, holder in enumerate(self.holder):
            if holder == side:
                self.update_combat_effectiveness(town)

    def consume(self, share: float, tempo: float) -> None:
        """Reduce every garrison's stock by so large a share of what it needs in a day of this tempo."""
        amounts = [0.0] * len(self.holder)
        sides, holder, empty_since = self.sides, self.holder, self.empty_since
        stocks, fighting, now = self.stock, self.is_fighting, self.now
        rations = [[share * each for each in self.rations(tempo, factor)] for factor in self.ammunition]
        inflow, received, need_met = self.inflow, self._received, self.need_met
        inflow_kept, met_kept = self._inflow_kept, self._met_kept
        for town, strength in enumerate(self.strength):
            inflow[town] = inflow[town] * inflow_kept + received[town] * (1.0 - inflow_kept) / share
            received[town] = 0.0
            if not strength:
                continue
            stock, fights = stocks[town], fighting[town]
            needed = strength * rations[holder[town]][fights]
            if needed < stock:
                used = round(needed, GRAMS)
                if town in empty_since:
                    del empty_since[town]
            else:
                used = stock
                if needed > 0.0:
                    empty_since.setdefault(town, now)
            stocks[town] = stock - used
            amounts[town] = used
            had = used / needed if used < needed else 1.0
            need_met[town] = need_met[town] * met_kept + had * (1.0 - met_kept)
            sides[holder[town]].consumed += used
            if fights:
                self.update_combat_effectiveness(town)
        self.publish(events.SupplyConsumed, tuple(amounts))

    def add_replacements(self, side: int, towns: Mapping[int, Soldiers], reserve: Soldiers) -> None:
        """Let the day's replacements join garrisons and the reserve."""
        ledger, names = self.sides[side], self.network.towns
        for town, soldiers in towns.items():
            self.strength[town] += soldiers
        ledger.reserve += reserve
        ledger.arrived += sum(towns.values()) + reserve
        by_name = {names[town]: soldiers for town, soldiers in towns.items()}
        self.publish(events.ReplacementsArrived, ledger.id, by_name, reserve)

    def reinforce(self, side: int, town: int | None, soldiers: Soldiers) -> None:
        """Let reinforcements join a garrison, or the reserve where no town of their side is named."""
        ledger, name = self.sides[side], None
        if town is not None and self.holder[town] == side:
            self.strength[town] += soldiers
            self.establishment[town] += soldiers
            name = self.network.towns[town]
        else:
            ledger.reserve += soldiers
        ledger.arrived += soldiers
        self.publish(events.ReinforcementsArrived, ledger.id, name, soldiers)

    def set_starving(self, town: int, *, is_starving: bool) -> None:
        """Note that a garrison begins or ceases to starve."""
        name, side = self.network.towns[town], self.sides[self.holder[town]].id
        if is_starving:
            self.starving[town] = None
            self.publish(events.StarvationBegan, name, side, round(self.need_met[town], SHARE_DIGITS))
        else:
            del self.starving[town]
            self.publish(events.StarvationEnded, name, side)

    def leave(self, town: int, soldiers: Soldiers) -> None:
        """Let soldiers leave a starving garrison: for the reserve, or lost where there is no way out."""
        side = self.sides[self.holder[town]]
        losses = NO_LOSSES
        if town in self.encircled:
            losses = self.apply_losses(town, (soldiers, *NO_LOSSES[1:]))
        else:
            self.strength[town] -= soldiers
            side.reserve += soldiers
        withdrawn = soldiers - losses[PERSONNEL]
        self.publish(events.SoldiersLeft, self.network.towns[town], side.id, withdrawn, losses)

    def commit_reserve(self, side: int, town: int, soldiers: Soldiers) -> None:
        """Move soldiers from the reserve to a garrison."""
        self.sides[side].reserve -= soldiers
        self.strength[town] += soldiers
        self.establishment[town] += soldiers
        self.publish(events.ReserveCommitted, self.sides[side].id, self.network.towns[town], soldiers)

    def transfer(self, origin: int, destination: int, soldiers: Soldiers) -> None:
        """Move soldiers between two garrisons of a side."""
        self.strength[origin] -= soldiers
        self.strength[destination] += soldiers
        leaving = min(soldiers, self.establishment[origin])
        self.establishment[origin] -= leaving
        self.establishment[destination] += leaving
        side, names = self.sides[self.holder[origin]].id, self.network.towns
        self.publish(events.GarrisonMoved, side, names[origin], names[destination], soldiers)

    def set_weights(self, side: int, weights: dict[int, float]) -> None:
        """Set where a side attacks."""
        if weights != self.sides[side].weights:
            self.sides[side].weights = weights
            names = self.network.routes
            by_name = {names[route]: weight for route, weight in weights.items()}
            self.publish(events.OrdersGiven, self.sides[side].id, by_name)

    # --- control ----------------------------------------------------------------------------------

    def change_hands(
        self,
        town: int,
        route: int,
        attacker: int,
        *,
        retreat: int | None,
        stragglers: Soldiers,
        moved_in: Soldiers,
        stock_lost: Tonnes,
        how: events.HowItFell,
    ) -> None:
        """Give a town to the garrison that took it over a contact, and redraw the contacts around it.

        Its garrison retreats and loses stragglers; all of it is lost where there is nowhere to go.
        """
        loser, winner = self.sides[self.holder[town]], self.sides[self.holder[attacker]]
        losses = self.apply_losses(town, (stragglers, *NO_LOSSES[1:]))
        withdrawn = self.strength[town]
        if retreat is not None:
            self.strength[retreat] += withdrawn
            self.establishment[retreat] += self.establishment[town]
        captured = self.stock[town] - stock_lost
        loser.lost += self.stock[town]
        winner.captured += captured
        self.stock[town] = captured
        self.inflow[town], self.need_met[town] = 0.0, 1.0
        self.empty_since.pop(town, None)
        self.starving.pop(town, None)
        self.strength[attacker] -= moved_in
        self.strength[town] = moved_in
        self.establishment[town] = moved_in
        self.minimum_garrison[town] = 0
        self.establishment[attacker] = max(0, self.establishment[attacker] - moved_in)
        self.holder[town] = winner.number
        self.changed_at.setdefault(town, []).append(self.now)
        opened = self._redraw_contacts_of(town)
        ids = self.network
        self.publish(
            events.TownFell,
            town=ids.towns[town],
            loser=loser.id,
            winner=winner.id,
            route=ids.routes[route],
            retreat=None if retreat is None or not withdrawn else ids.towns[retreat],
            withdrawn=withdrawn,
            losses=losses,
            moved_from=ids.towns[attacker],
            moved_in=moved_in,
            stock_lost=stock_lost,
            stock_captured=captured,
            fronts=opened,
            how=how,
        )

    def _redraw_contacts(self) -> None:
        """Note which towns a contact touches, and who owns each route."""
        self.control_changes += 1
        self.position_changes += 1
        holder, adjacent, network = self.holder, self.network.adjacent, self.network
        ends = zip(network.start, network.end, strict=True)
        self.owners = [holder[u] if holder[u] == holder[v] else -1 for u, v in ends]
        owners = np.array(self.owners, dtype=int)
        self.is_owned_by = (owners == 0, owners == 1)
        self.is_contact = owners < 0
        self.contact_count = [0] * len(holder)
        for town, side in enumerate(holder):
            self.contact_count[town] = len({other for _, other in adjacent[town] if holder[other] != side})
        self.is_fighting = [count > 0 for count in self.contact_count]

    def _redraw_contacts_of(self, town: int) -> dict[str, float]:
        """Close the contacts that a town's fall made interior and open those it made; return the opened.

        Repairs on its routes end: none of them lies on ground of the side whose crew was at work any more.
        """
        network = self.network
        self._redraw_contacts()
        for near in (town, *(other for _, other in network.adjacent[town])):
            self.update_combat_effectiveness(near)
        opened = {}
        for route, other in network.adjacent[town]:
            self.repairs.pop(route, None)
            if self.holder[other] == self.holder[town]:
                self.positions.pop(route, None)
                continue
            self.positions[route] = 0.0 if network.start[route] == town else network.length[route]
            opened[network.routes[route]] = self.positions[route]
        return opened

    def set_encircled(self, town: int, side: int, *, is_cut_off: bool) -> None:
        """Note whether a garrison of a side has no way to a base; a town that fell needs no relief."""
        name, side_id = self.network.towns[town], self.sides[side].id
        if is_cut_off and self.encircled.get(town) != side:
            self.encircled[town] = side
            self.publish(events.TownEncircled, town=name, side=side_id)
        elif not is_cut_off and self.encircled.get(town) == side:
            del self.encircled[town]
            if self.holder[town] == side:
                self.publish(events.TownRelieved, town=name, side=side_id)

    # --- routes -----------------------------------------------------------------------------------

    def is_open(self, side: int, route: int) -> bool:
        """Return whether a side can drive a route: both ends its own, and not cut."""
        return self.owners[route] == side and not self.is_cut[route]

    def available(self, side: int) -> np.ndarray:
        """Return what each route carries for a side, less damage, weather and expected loss; t/d."""
        carries = self._undamaged * (1.0 - self.expected_loss) * self.calendar.route_capacity
        return np.where(self.is_owned_by[side], carries, 0.0)

    def set_expected_loss(self, shares: np.ndarray) -> None:
        """Set the share of its loads that each route's owner has to expect to lose on it."""
        before, self.expected_loss = self.expected_loss, shares
        if self.has_listeners(events.RoutesExposed) and (moving := np.flatnonzero(shares != before)).size:
            names = self.network.routes
            self.publish(events.RoutesExposed, shares={names[e]: float(shares[e]) for e in moving.tolist()})

    def damage_route(self, route: int, amount: Share, side: int | None) -> None:
        """Put part of a route's capacity out of use, by a side or the scenario; damages add up to a cut."""
        self.damage[route] = round(min(1.0, self.damage[route] + amount), DAMAGE_DIGITS)
        self.damaged.setdefault(route)
        self._update_route_capacity(route)
        name, by = self.network.routes[route], None if side is None else self.sides[side].id
        self.publish(events.RouteDamaged, name, by, amount, self.damage[route])

    def start_repair(self, route: int, side: int, due: Seconds) -> None:
        """Let a crew begin to work on a route."""
        self.repairs[route] = due
        self.publish(events.RepairStarted, self.network.routes[route], self.sides[side].id, due)

    def repair_route(self, route: int, amount: Share, side: int | None) -> None:
        """Give a route capacity back, by a side's crew or by the scenario; this ends a crew's work on it."""
        self.repairs.pop(route, None)
        if side is not None:
            self.damaged.pop(route, None)
        self.damage[route] = round(max(0.0, self.damage[route] - amount), DAMAGE_DIGITS)
        self._update_route_capacity(route)
        name, by = self.network.routes[route], None if side is None else self.sides[side].id
        self.publish(events.RouteRepaired, name, by, self.damage[route])

    def _update_route_capacity(self, route: int) -> None:
        """Update what a route can carry to its damage and its capacity."""
        was_cut = self.is_cut[route]
        self.is_cut[route] = self.damage[route] >= 1.0 or self.capacity[route] <= 0.0
        self._undamaged[route] = self.capacity[route] * (1.0 - self.damage[route])
        if self.is_cut[route] and not was_cut:
            self.publish(RouteCut, route)

    def set_number(self, section: str, place: int, key: str, value: float) -> None:
        """Set a number of a side, route or town that `sim.model.scenario.SETTABLE` names."""
        if section == "side":
            setattr(self.sides[place], key, value)
            name = self.sides[place].id
        elif section == "route":
            self.capacity[place] = value
            self.set_capacities[place] = None
            self._update_route_capacity(place)
            name = self.network.routes[place]
        else:
            self.base[place] = value
            self.set_bases[place] = None
            name = self.network.towns[place]
        for town in range(len(self.holder)):
            self.update_combat_effectiveness(town)
        self.publish(events.NumberSet, f"{section}.{name}.{key}", value)

    # --- convoys ----------------------------------------------------------------------------------

    def add_convoy(self, convoy: Convoy) -> None:
        """Put a convoy on the road; one that departed before the start is under way."""
        side = self.sides[convoy.side]
        self.convoy_count = convoy.number
        self.convoys[convoy.number] = convoy
        if convoy.departed < 0:
            side.initial_supply += convoy.load
        else:
            side.entered += convoy.load
        self.in_transit[convoy.destination] += convoy.load
        if self.has_listeners(events.ConvoyDeparted):
            names = self.network.towns
            self.publish(
                events.ConvoyDeparted, convoy.number, side.id,
                names[convoy.origin], names[convoy.destination], self.network.names(convoy.path),
                self.network.times(convoy.path, convoy.departed, convoy.speed),
                convoy.departed, convoy.load, convoy.vehicles,
            )  # fmt: skip

    def attack_convoy(self, convoy: Convoy, town: int, drawn: Sequence[int], vehicles: int) -> None:
        """Take vehicles and the load on them from a convoy, and those who drove them from a garrison."""
        load = convoy.load
        if vehicles < convoy.vehicles:
            load = round_to_gram(convoy.load * vehicles / convoy.vehicles)
        losses = self.apply_losses(town, drawn, convoy.side)
        convoy.vehicles -= vehicles
        convoy.load -= load
        self.sides[convoy.side].lost += load
        self.in_transit[convoy.destination] -= load
        names = self.network
        route = names.routes[convoy.ahead[-1]]
        self.publish(events.ConvoyAttacked, convoy.number, route, names.towns[town], load, losses)

    def lose_convoy(self, convoy: Convoy) -> None:
        """Take a convoy off the road with what it still carries."""
        self.sides[convoy.side].lost += convoy.load
        self.in_transit[convoy.destination] -= convoy.load
        del self.convoys[convoy.number]
        self.publish(events.ConvoyLost, convoy.number, convoy.load, NO_LOSSES)

    def deliver_convoy(self, convoy: Convoy) -> None:
        """Put a convoy's load into the stock of the town it is in."""
        self.stock[convoy.at] += convoy.load
        self._received[convoy.at] += convoy.load
        self.in_transit[convoy.destination] -= convoy.load
        del self.convoys[convoy.number]
        self.publish(events.ConvoyArrived, convoy.number, self.network.towns[convoy.at], convoy.load)

    def hold_convoy(self, convoy: Convoy) -> None:
        """Let a convoy wait in the town it is in."""
        if not convoy.is_held:
            convoy.is_held = True
            self.publish(events.ConvoyHeld, convoy.number, self.network.towns[convoy.at])

    def reroute_convoy(self, convoy: Convoy, destination: int, path: Sequence[int]) -> None:
        """Send a convoy along another path from the town it is in."""
        self.in_transit[convoy.destination] -= convoy.load
        self.in_transit[destination] += convoy.load
        convoy.origin, convoy.destination, convoy.departed = convoy.at, destination, self.now
        convoy.path, convoy.speed = tuple(path), self.calendar.speed
        convoy.ahead[:] = reversed(path)
        convoy.is_held = False
        road = self.convoy_on_road(convoy)
        self.publish(
            events.ConvoyRerouted, convoy.number, road.origin, road.destination, road.routes, road.times
        )

    def convoy_on_road(self, convoy: Convoy) -> ConvoyOnRoad:
        """Return a convoy by ids."""
        network = self.network
        return ConvoyOnRoad(
            side=self.sides[convoy.side].id,
            origin=network.towns[convoy.origin],
            destination=network.towns[convoy.destination],
            routes=network.names(convoy.path),
            times=network.times(convoy.path, convoy.departed, convoy.speed),
            departed=convoy.departed,
            load=convoy.load,
            vehicles=convoy.vehicles,
            held_at=network.towns[convoy.at] if convoy.is_held else None,
        )
