"""The state of one run, and the small changes that every process makes in the same way.

Towns, routes and sides are numbers here. A change of state and the telling of its event stand side by
side; the world stamps the time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, ParamSpec

import numpy as np
import simpy

from sim.model.daily_conditions import tempo_loads, tempo_series, weather_series, weather_shares
from sim.model.events import Event
from sim.model.initial_state import opening_state
from sim.model.network import Network
from sim.model.parameters import WEATHER_STATES
from sim.model.quantities import CATEGORIES, DAY, PERSONNEL, Losses, Seconds, Share, Soldiers
from sim.model.supply.sustainment import consumption, days_of_supply, supply_effect

if TYPE_CHECKING:
    from sim.engine.convoys import Convoy
    from sim.model.scenario import Scenario, Side
    from sim.statistics.streams import Streams

Emit = Callable[[Seconds, Event], None]
FOR_EVER: Final = float("inf")
STAY_BEHIND: Final = 0.2
"""Share of a front garrison that stays when its town is in contact no more."""
P = ParamSpec("P")


class SideState:
    """What one side has, does and has lost; rates can be changed by the scenario on the way."""

    def __init__(self, number: int, side: Side) -> None:
        self.number = number
        self.id = side.id
        self.quality = side.quality
        self.assaults = side.assaults
        self.fires = side.fires
        self.strikes = side.strikes
        self.reach = side.reach
        self.replacements = side.replacements
        self.hazard = 0.0
        """Attacks per hour that this side makes on a convoy at full exposure."""
        self.reserve = side.reserve
        self.initial_soldiers = 0
        self.arrived = 0
        self.losses = [0] * len(CATEGORIES)
        self.initial_supply = 0.0
        self.entered = 0.0
        self.captured = 0.0
        self.consumed = 0.0
        self.lost = 0.0
        self.weights: dict[int, float] = {}
        """Weight of an attack over each contact; contacts that are not attacked are left out."""
        self.estimate_errors: dict[int, list[float]] = {}
        """By contact: factors by which this side mistakes the enemy's strength there, day by day."""
        self.axis_bias: dict[int, float] = {}
        """By contact: how much this side presses it in this run, relative to its doctrine's weight."""


class World:
    """One run's state.

    Parameters
    ----------
    emit
        Called with each event and its time; none where nobody records.
    """

    def __init__(self, scenario: Scenario, streams: Streams, emit: Emit | None) -> None:
        self.env = simpy.Environment(initial_time=0)
        self.scenario = scenario
        self.streams = streams
        self._emit = emit
        self.has_listeners = emit is not None
        """Whether anybody listens to events."""
        self.network = network = Network(scenario)
        self.sides = (SideState(0, scenario.sides[0]), SideState(1, scenario.sides[1]))
        opening = opening_state(scenario, network)
        self.holder = [scenario.side_index(opening.held_by[town]) for town in network.towns]
        self.first_holder = tuple(self.holder)
        self.strength: list[Soldiers] = [opening.strength[town] for town in network.towns]
        self.stock = [opening.stock[town] for town in network.towns]
        self.front = {network.route[route]: front for route, front in opening.fronts.items()}
        self.damage: list[Share] = [route.damage for route in scenario.routes]
        self.capacity = list(network.capacity)
        self.convoys: dict[int, Convoy] = {}
        self.is_cut: list[bool] = [False] * len(network.routes)
        """Whether nothing passes each route: wholly damaged, or set to carry nothing."""
        self._fit = np.zeros(len(network.routes))
        """What each route could carry in good weather, for all its damage; t/d."""
        for route in range(len(network.routes)):
            self.update_route_capacity(route)
        self.base = [town.base or 0.0 for town in scenario.towns]
        self.set_capacities: dict[int, None] = {}
        """Routes whose capacity the scenario has set on the way."""
        self.set_bases: dict[int, None] = {}
        """Towns whose base the scenario has set on the way."""
        self.depth = [town.depth for town in scenario.towns]
        rules = scenario.assaults
        self.terrain = [rules.defender_factor * town.terrain for town in scenario.towns]
        """What a defender's strength counts for in each town, and on each route outside."""
        self.route_terrain = [rules.defender_factor * route.terrain for route in scenario.routes]
        self.fortification = [town.fortification for town in scenario.towns]
        """What positions add in each town that has never changed hands."""
        self.crossing = [
            rules.crossing_penalty if route.kind == "crossing" or route.river is not None else 1.0
            for route in scenario.routes
        ]
        """What a river on each route adds."""
        self.establishment: list[Soldiers] = list(self.strength)
        """Soldiers each garrison is meant to have; replacements fill it up."""
        self.is_fighting: list[bool] = []
        """Whether a contact touches each town."""
        self.control_changes = 0
        """How often a town has changed hands."""
        self.owners: list[int] = []
        """The side that holds both ends of each route, -1 on a contact."""
        self.is_of: tuple[np.ndarray, np.ndarray]
        """For each side, which routes it holds both ends of; and which are contacts. Shape (routes,)."""
        self.is_contact: np.ndarray
        self.contact_count: list[int] = []
        """How many contacts each town has; its garrison is shared out over them."""
        self.count_contacts()
        self.minimum_garrison: list[Soldiers] = [
            round(STAY_BEHIND * strength) if fights else strength
            for strength, fights in zip(self.strength, self.is_fighting, strict=True)
        ]
        """Soldiers meant to stay in each town when the front has moved on; none in towns that were taken."""
        self._ration = self.rations(1.0)
        """What one soldier uses in a day at tempo 1, away from the front and at it; t."""
        self.empty_since: dict[int, Seconds] = {}
        """By town with nothing left: since when."""
        self.combat_effectiveness: list[float] = []
        """Fighting value of each garrison's soldiers, by quality and supply, as last weighed."""
        self.changed_at: dict[int, list[Seconds]] = {}
        self.encircled: dict[int, int] = {}
        self.in_transit = [0.0] * len(network.towns)
        self.convoy_count = 0
        self.repairs: dict[int, Seconds] = {}
        self.expected_loss = np.zeros(len(network.routes))
        """Share of its loads that each route's owner has to expect to lose on it."""
        self.exposed_to: list[list[Share]] = [[0.0] * len(network.routes) for _ in self.sides]
        """For each interdicting side: exposure of every route to it."""
        self.targets: list[dict[int, float]] = [{}, {}]
        """For each side: how much it strikes each of the other's routes, by exposure and kind."""
        kinds = scenario.strikes.weight
        self.strike_weight = np.array([kinds[kind] for kind in network.kind])
        self.risk: list[list[float]] = [[0.0] * len(network.routes) for _ in self.sides]
        """For each side: attacks to be expected on one of its mean convoys on every route today."""
        self.combat_effectiveness = [self.sides[side].quality for side in self.holder]
        for town in range(len(network.towns)):
            self.update_combat_effectiveness(town)
        self.days = max(1, -(-scenario.horizon // DAY))
        rng = streams["weather/front"]
        self.weathers = weather_series(scenario.weather, scenario.start, self.days, rng.uniform)
        self.tempos = tempo_series(scenario.tempo, self.days, streams["tempo/front"].normal)
        self.intensities = [
            tempo * factor for tempo, factor in zip(self.tempos, self._weather_tempos(), strict=True)
        ]
        """Each day's factor of tempo and weather on all fighting."""
        self.day = 0
        self.intensity = self.speed = 1.0
        self.loads: tuple[float, ...] = ()
        """What today's tempo does to the losses of one event, by category."""
        self.leg_times: list[Seconds] = []
        """How long each route takes to drive today."""
        self._is_rail = np.array([kind == "rail" for kind in network.kind], dtype=bool)
        self._weather_capacity = np.ones(len(network.routes))
        self.set_day(0)
        self.roads_changed = (self.env.event(), self.env.event())
        """For each side: succeeds when a road opens or control changes, for convoys that wait."""
        self.roads_moved = False
        """Whether a front moved since exposure was last measured."""
        self.is_running = False
        """Whether the clock runs; before that, plans are made but nothing is sent."""
        self.over: str | None = None
        self.over_note = ""
        for side in self.sides:
            books = opening.sides[side.id]
            side.initial_soldiers = books.initial_soldiers
            side.initial_supply = books.initial_supply

    def tell(self, kind: Callable[P, Event], *args: P.args, **kwargs: P.kwargs) -> None:
        """Tell an event that has just happened; nothing is made where nobody listens."""
        if self._emit is not None:
            self._emit(self.now, kind(*args, **kwargs))

    # --- time -------------------------------------------------------------------------------------

    @property
    def now(self) -> Seconds:
        """Seconds since the scenario began; every wait is a whole number of them."""
        return int(self.env.now)

    def _weather_tempos(self) -> list[float]:
        """Return each day's factor of weather on tempo, with mean 1 over the first month's weather."""
        factors = self.scenario.weather.tempo
        shares = weather_shares(self.scenario.weather, self.scenario.start)
        mean = 0.0
        for state in WEATHER_STATES:
            mean += shares[state] * factors[state]
        if not self.scenario.weather.is_on:
            return [1.0] * self.days
        return [factors[state] / mean for state in self.weathers]

    def set_day(self, day: int) -> None:
        """Turn to a day: its weather on the roads, its intensity of fighting."""
        self.day = day
        weather, state = self.scenario.weather, self.weathers[day]
        self.intensity = self.intensities[day]
        self.loads = tempo_loads(self.scenario.tempo, self.tempos[day])
        self.speed = weather.speed[state] if weather.is_on else 1.0
        self.leg_times = self.network.times_by(self.speed)
        on_road = weather.capacity[state] if weather.is_on else 1.0
        self._weather_capacity = np.where(self._is_rail, 1.0, on_road)

    # --- towns ------------------------------------------------------------------------------------

    def contacts_of(self, town: int) -> list[tuple[int, int]]:
        """Return a town's contacts as (route, enemy town), in route order."""
        side, holder = self.holder[town], self.holder
        return [(e, other) for e, other in self.network.adjacent[town] if holder[other] != side]

    def count_contacts(self) -> None:
        """Note which towns a contact touches and whose each route is; after every change of hands."""
        self.control_changes += 1
        holder, adjacent, network = self.holder, self.network.adjacent, self.network
        self.owners = [
            holder[u] if holder[u] == holder[v] else -1
            for u, v in zip(network.start, network.end, strict=True)
        ]
        owners = np.array(self.owners, dtype=int)
        self.is_of = (owners == 0, owners == 1)
        self.is_contact = owners < 0
        self.contact_count = [0] * len(holder)
        for town, side in enumerate(holder):
            for _, other in adjacent[town]:
                if holder[other] != side:
                    self.contact_count[town] += 1
        self.is_fighting = [count > 0 for count in self.contact_count]

    def use(self, town: int) -> float:
        """Return what a town's garrison uses in a day at tempo 1; t."""
        return self.strength[town] * self._ration[self.is_fighting[town]]

    def rations(self, tempo: float) -> list[float]:
        """Return what one soldier uses in a day, away from the front and at it; t."""
        return [consumption(self.scenario.supply, 1, is_fighting, tempo) for is_fighting in (False, True)]

    def supply_days(self, town: int) -> float:
        """Return a garrison's days of supply at tempo 1."""
        return days_of_supply(self.stock[town], self.use(town))

    def effect(self, town: int) -> Share:
        """Return the effect of supply on a garrison's fighting value."""
        without = (self.now - self.empty_since.get(town, self.now)) / DAY
        return supply_effect(self.scenario.supply, self.supply_days(town), without)

    def effective(self, town: int) -> float:
        """Return a garrison's effective strength, with its supply as last weighed."""
        return self.strength[town] * self.combat_effectiveness[town]

    def firing(self, town: int) -> float:
        """Return the effective strength that a garrison brings to bear on each of its contacts."""
        return self.effective(town) / max(1, self.contact_count[town])

    def exposed(self, town: int) -> float:
        """Return the soldiers whom a garrison exposes on each of its contacts."""
        return self.strength[town] / max(1, self.contact_count[town])

    def update_combat_effectiveness(self, town: int) -> None:
        """Weigh what supply and quality make of a garrison's soldiers now."""
        use = self.strength[town] * self._ration[self.is_fighting[town]]
        days = self.stock[town] / use if use > 0.0 else FOR_EVER
        combat_effectiveness = self.sides[self.holder[town]].quality
        if days < self.scenario.supply.effect_full_at:
            without = (self.now - self.empty_since.get(town, self.now)) / DAY
            combat_effectiveness *= supply_effect(self.scenario.supply, days, without)
        self.combat_effectiveness[town] = combat_effectiveness

    def apply_losses(self, town: int, drawn: Sequence[int], of: int | None = None) -> Losses:
        """Take losses from a garrison, never more soldiers than are there, and book them.

        Parameters
        ----------
        of
            Whose losses they are, where not the holder's.
        """
        side = self.sides[self.holder[town] if of is None else of]
        soldiers = min(drawn[PERSONNEL], self.strength[town])
        self.strength[town] -= soldiers
        losses = (soldiers, *drawn[1:])
        for category, count in enumerate(losses):
            if count:
                side.losses[category] += count
        return losses

    # --- routes -----------------------------------------------------------------------------------

    def own_end_first(self, route: int, side: int) -> tuple[int, int]:
        """Return the towns at both ends of a contact, a side's own first."""
        start, end = self.network.start[route], self.network.end[route]
        return (start, end) if self.holder[start] == side else (end, start)

    def owner(self, route: int) -> int:
        """Return the side that holds both ends of a route, or -1 on a contact."""
        return self.owners[route]

    def available(self, side: int) -> np.ndarray:
        """Return what each route carries for a side, less damage, weather and expected loss; t/d."""
        carries = self._fit * (1.0 - self.expected_loss) * self._weather_capacity
        return np.where(self.is_of[side], carries, 0.0)

    def update_route_capacity(self, route: int) -> None:
        """Note what a route is fit for; to be called whenever its damage or its capacity changed."""
        was_cut, self.is_cut[route] = (
            self.is_cut[route],
            self.damage[route] >= 1.0 or self.capacity[route] <= 0.0,
        )
        if self.is_cut[route] and not was_cut:
            self.warn_convoys(route)
        self._fit[route] = self.capacity[route] * (1.0 - self.damage[route])

    def way_time(self, way: Sequence[int]) -> Seconds:
        """Return how long a way takes to drive at today's speeds."""
        time = 0
        for e in way:
            time += self.leg_times[e]
        return time

    def warn_convoys(self, route: int | None = None) -> None:
        """Let those who drive know that a route ahead was cut, or that control changed: all of them."""
        for convoy in self.convoys.values():
            warn = convoy.warn
            if warn is not None and (route is None or route in convoy.ahead):
                convoy.warn = None
                warn()

    def open_roads(self, side: int) -> None:
        """Wake a side's waiting convoys: a road opened, or control changed."""
        waiting = self.roads_changed[side]
        fresh = self.env.event()
        self.roads_changed = (fresh, self.roads_changed[1]) if side == 0 else (self.roads_changed[0], fresh)
        waiting.succeed()
