"""The state of one run: numbers of towns, routes, sides and convoys, and what follows from them.

Towns, routes and sides are numbers here and ids in events.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, ParamSpec

import numpy as np

from sim.engine.calendar import Calendar
from sim.engine.front.clock import Clock
from sim.model import events
from sim.model.attrition import share_facing
from sim.model.initial_state import opening_state
from sim.model.network import Network
from sim.model.quantities import DAY, Seconds, Share, Soldiers, Tonnes
from sim.model.state import SideLedger
from sim.model.supply.sustainment import consumption, days_covered, days_of_supply, supply_effect
from sim.statistics.streams import Stream

if TYPE_CHECKING:
    from sim.model.scenario import Scenario, Side
    from sim.statistics.streams import Streams

FOR_EVER: Final = float("inf")
STAY_BEHIND: Final = 0.2
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
    ends: list[Seconds] = field(default_factory=list)
    """When it comes to the end of each leg that it drives now without a halt."""
    attack: Seconds | None = None
    """When it is attacked on the last of these."""
    turn: int = 0
    """Counts its halts; calls for an older one are ignored."""
    warn: Callable[[Convoy], None] | None = None
    """What roads or control that change call; None if it is about to check anyway."""


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
        self.away: Soldiers = 0
        """Of the reserve: those who left starving garrisons, which are still meant to have them."""
        self.weights: dict[int, float] = {}
        """Weight of an attack over each contact; contacts that are not attacked are left out."""
        self.advances: dict[int, Stream] = {}
        """By contact: the stream of the ground that its assaults gain."""


class FrontState:
    """One run's state. Other modules read its attributes and never write them."""

    def __init__(self, scenario: Scenario, streams: Streams) -> None:
        self.env = Clock()
        self.scenario = scenario
        """With its numbers of this moment, but for sides, capacities and bases, which are kept beside it."""
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
        self.adopt(scenario)
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
        self.owners = [-1] * len(routes)
        """The side that holds both ends of each route, -1 on a contact."""
        self.is_owned_by = (np.zeros(len(routes), dtype=bool), np.zeros(len(routes), dtype=bool))
        """For each side, which routes it holds both ends of; shape (routes,)."""
        self.is_contact = np.zeros(len(routes), dtype=bool)
        self._contacts: list[list[tuple[int, int]]] = [[] for _ in towns]
        self.enemies: list[list[int]] = [[] for _ in towns]
        """The enemy towns that each town faces, in route order; its garrison is shared out over them."""
        self.is_fighting = [False] * len(towns)
        """Whether a contact touches each town."""
        self._redraw_contacts(range(len(towns)))
        self.minimum_garrison: list[Soldiers] = [
            round(STAY_BEHIND * strength) if fights else strength
            for strength, fights in zip(self.strength, self.is_fighting, strict=True)
        ]
        """Soldiers meant to stay in each town when the front has moved on; none in towns that were taken."""
        self.side_rations = [self.rations(1.0), self.rations(1.0)]
        """By side: what one soldier consumes in a day at tempo 1, away from the front and at it; t."""
        self.set_rations: dict[int, None] = {}
        """Sides for which these have changed during the run."""
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

    def adopt(self, scenario: Scenario) -> None:
        """Go on with a scenario that has other numbers."""
        self.scenario = self.calendar.scenario = scenario
        self.depth = [town.depth for town in scenario.towns]
        supply, interval = scenario.supply, scenario.supply.consumption_interval / DAY
        self._full_at = supply.effect_full_at
        self._inflow_kept = round(math.exp(-interval / supply.effect_full_at), KEPT_DIGITS)
        self._met_kept = round(math.exp(-interval / supply.starvation_window), KEPT_DIGITS)

    # --- what follows from it ---------------------------------------------------------------------

    def contacts_of(self, town: int) -> list[tuple[int, int]]:
        """Return a town's contacts as (route, enemy town), in route order."""
        return self._contacts[town]

    def own_end_first(self, route: int, side: int) -> tuple[int, int]:
        """Return the towns at both ends of a contact, a side's own first."""
        start, end = self.network.start[route], self.network.end[route]
        return (start, end) if self.holder[start] == side else (end, start)

    def bases_of(self, side: int) -> list[int]:
        """Return the towns where supply can enter for a side, or could before they were closed."""
        first = self.scenario.fitted.towns
        return [
            town
            for town, tonnes in enumerate(self.base)
            if (tonnes > 0 or first[town].base or town in self.set_bases) and self.first_holder[town] == side
        ]

    def rations(self, tempo: float, ammunition: float = 1.0) -> tuple[Tonnes, Tonnes]:
        """Return what one soldier consumes in a day, away from the front and at it; t."""
        supply = self.scenario.supply
        idle = consumption(supply, 1, False, tempo, ammunition)
        return idle, consumption(supply, 1, True, tempo, ammunition)

    def daily_consumption(self, town: int) -> float:
        """Return what a town's garrison consumes in a day at tempo 1; t."""
        return self.strength[town] * self.side_rations[self.holder[town]][self.is_fighting[town]]

    def supply_days(self, town: int) -> float:
        """Return a garrison's days of supply at tempo 1."""
        return days_of_supply(self.stock[town], self.daily_consumption(town))

    def supply_effect(self, town: int) -> Share:
        """Return the effect on a garrison of what it has and what it is getting, against its need."""
        consumed = self.strength[town] * self.side_rations[self.holder[town]][self.is_fighting[town]]
        stock = self.stock[town]
        if stock >= consumed * self._full_at:
            return 1.0
        supply, now = self.scenario.supply, self.now
        days = days_covered(supply, stock, self.inflow[town], consumed)
        return supply_effect(supply, days, (now - self.empty_since.get(town, now)) / DAY)

    def update_combat_effectiveness(self, town: int) -> None:
        """Update the fighting value of a garrison's soldiers to their supply now."""
        self.supplied[town] = effect = self.supply_effect(town)
        self.combat_effectiveness[town] = self.sides[self.holder[town]].quality * effect

    def effective_strength(self, town: int) -> float:
        """Return a garrison's soldiers by their combat effectiveness, as last updated."""
        return self.strength[town] * self.combat_effectiveness[town]

    def share_against(self, town: int, enemy: int) -> Share:
        """Return the share of a garrison that faces one of the enemy towns that it faces."""
        enemies, strength = self.enemies[town], self.strength
        if len(enemies) == 1:
            return 1.0
        return share_facing([strength[other] for other in enemies], strength[enemy])

    def firing(self, town: int, enemy: int) -> float:
        """Return the effective strength that a garrison brings to bear on one of the enemy towns it faces."""
        return self.effective_strength(town) * self.share_against(town, enemy)

    def exposed(self, town: int, enemy: int) -> float:
        """Return the soldiers whom a garrison exposes to one of the enemy towns it faces."""
        return self.strength[town] * self.share_against(town, enemy)

    def _redraw_contacts(self, towns: Iterable[int]) -> None:
        """Note what contacts touch these towns, and who owns their routes."""
        self.control_changes += 1
        self.position_changes += 1
        holder, owners, (first, second) = self.holder, self.owners, self.is_owned_by
        for town in towns:
            side = holder[town]
            contacts = self._contacts[town] = []
            for e, other in self.network.adjacent[town]:
                is_own = holder[other] == side
                owners[e] = side if is_own else -1
                first[e], second[e], self.is_contact[e] = is_own and not side, is_own and side, not is_own
                if not is_own:
                    contacts.append((e, other))
            self.enemies[town] = [*dict.fromkeys(other for _, other in contacts)]
            self.is_fighting[town] = bool(contacts)

    def is_open(self, side: int, route: int) -> bool:
        """Return whether a side can drive a route: both ends its own, and not cut."""
        return self.owners[route] == side and not self.is_cut[route]

    def _update_route_capacity(self, route: int) -> None:
        """Update what a route can carry to its damage and its capacity."""
        was_cut = self.is_cut[route]
        self.is_cut[route] = self.damage[route] >= 1.0 or self.capacity[route] <= 0.0
        self._undamaged[route] = self.capacity[route] * (1.0 - self.damage[route])
        if self.is_cut[route] and not was_cut:
            self.publish(RouteCut, route)
