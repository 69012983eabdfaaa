"""Supply plans: what garrisons ask for, the programme's answer, and the lines it opens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.domain.allocation import NEGLIGIBLE, SupplyProgramme, ways_to
from sim.domain.events import PlanAdopted, RoutesExposed
from sim.domain.interdiction import attack_chance, convoy_rhythm, exposure, nearest_front
from sim.domain.quantities import DAY, HOUR, Seconds
from sim.domain.sustainment import demand
from sim.engine.convoys import supply_line

if TYPE_CHECKING:
    from sim.domain.state import State
    from sim.engine.arrivals import Waits
    from sim.engine.run import Run
    from sim.engine.world import SideState, World

PLAN_AT: Final[Seconds] = HOUR // 2
"""When in each replanning interval a side plans, so that plans do not share an instant with other daily work."""
DIGITS: Final = 3
"""Decimals of tonnes a day in which plans are told."""


@dataclass(slots=True)
class Line:
    """A town's supply line: its ways with their rates, and the tonnes it is owed."""

    town: int
    side: int
    ways: list[tuple[tuple[int, ...], float]] = field(default_factory=list)
    rate: float = 0.0
    load: float = 0.0
    vehicles: int = 1
    owed: float = 0.0
    """Tonnes due since its last convoy, at the time `since`."""
    since: Seconds = 0
    sent: list[float] = field(default_factory=list)
    generation: int = 0
    """Counts the plans it has followed; a process of an older one ends itself."""

    def settle(self, now: Seconds) -> None:
        """Bring what is owed up to date."""
        self.owed += self.rate * (now - self.since) / DAY
        self.since = now


class Planner:
    """One side's supply: its programme, its last plan and its lines.

    Parameters
    ----------
    run
        The run it plans for.
    side
        Whose supply.
    """

    def __init__(self, run: Run, side: SideState) -> None:
        self.run = run
        self.side = side
        world = run.world
        self._own_bases = [
            tonnes if world.first_holder[town] == side.number else 0.0
            for town, tonnes in enumerate(world.base)
        ]
        self.programme = SupplyProgramme(world.network, self._own_bases)
        self.lines: dict[int, Line] = {}
        self.asked = [0.0] * len(world.holder)
        """What each town was last planned to ask for."""
        self.limits = [0.0] * len(world.capacity)
        """What each route could carry when the plan was last looked at."""
        self._told_flows: dict[str, float] = {}
        self._told_demands: dict[str, float] = {}
        self._told_inflows: dict[str, float] = {}
        self._told_prices: dict[str, float] = {}

    def plan(self) -> bool:
        """Bring the plan up to date with roads, control and demand; return whether it changed."""
        world = self.run.world
        self._ask()
        self.limits = [
            world.available(e) if world.owner(e) == self.side.number else 0.0
            for e in range(len(world.capacity))
        ]
        return self.programme.solve(
            self.limits,
            self.asked,
            [
                self._own_bases[town] and world.base[town] if world.holder[town] == self.side.number else 0.0
                for town in range(len(self._own_bases))
            ],
        )

    def _ask(self) -> None:
        """Ask for what each garrison needs; small changes are not worth a new plan."""
        world = self.run.world
        supply = world.scenario.supply
        for town, holder in enumerate(world.holder):
            if holder != self.side.number:
                self.asked[town] = 0.0
                continue
            use = world.use(town)
            needed = demand(supply, self._position(town, use), use)
            asked = self.asked[town]
            if abs(needed - asked) > supply.demand_step * max(needed, asked):
                self.asked[town] = round(needed, DIGITS)

    def _position(self, town: int, use: float) -> float:
        """Return a town's stock as planning counts it.

        Goods on the road and goods owed count, less what is usually there when all goes as planned, so
        that the coming and going of convoys does not look like a change of need.
        """
        line = self.lines.get(town)
        stock = self.run.world.stock[town]
        if line is None or use <= 0.0 or line.rate <= 0.0:
            return stock
        owed = line.owed + line.rate * (self.run.world.now - line.since) / DAY
        usual = line.load / 2 + line.rate * self._transit(line) / DAY
        return stock + self.run.world.on_road_to[town] + owed - usual

    def _transit(self, line: Line) -> float:
        """Return the mean time on a line's ways; s."""
        world = self.run.world
        speed = world.speed()
        seconds = 0.0
        for way, rate in line.ways:
            for e in way:
                seconds += rate * world.network.leg_time(e, speed)
        return seconds / line.rate

    def follow(self) -> None:
        """Let supply lines follow the current plan."""
        world = self.run.world
        ways = ways_to(world.network, self.programme.plan, range(len(world.holder)))
        for town in range(len(world.holder)):
            self._follow(town, ways.get(town, []))

    def _follow(self, town: int, ways: list[tuple[tuple[int, ...], float]]) -> None:
        """Let a town's line follow new ways, keeping what it is owed."""
        line = self.lines.get(town)
        if line is None:
            if not ways:
                return
            line = self.lines[town] = Line(town, self.side.number, since=self.run.world.now)
        elif line.ways == ways:
            return
        world = self.run.world
        line.settle(world.now)
        line.ways = ways
        line.sent = [0.0] * len(ways)
        line.generation += 1
        line.rate = 0.0
        for _, rate in ways:
            line.rate += rate
        if line.rate <= NEGLIGIBLE:
            line.rate = line.owed = 0.0
            return
        supply = world.scenario.supply
        line.load, _, line.vehicles = convoy_rhythm(
            line.rate, supply.convoy_load, supply.convoy_interval, supply.vehicle_load
        )
        if world.is_running:
            world.env.process(supply_line(self.run, line))

    def drop(self, town: int) -> None:
        """Close a town's line: the town has fallen."""
        line = self.lines.get(town)
        if line is not None:
            self._follow(town, [])
            line.owed = 0.0

    def tell(self) -> None:
        """Tell what changed in the plan since it was last told.

        Emits
        -----
        PlanAdopted
            Where anything changed.
        """
        plan, ids = self.programme.plan, self.run.world.network
        flows = _named(ids.routes, plan.flow)
        demands, inflows = _named(ids.towns, self.asked), _named(ids.towns, plan.met)
        prices = {ids.routes[e]: price for e, price in plan.price.items()}
        told = (self._told_flows, self._told_demands, self._told_inflows, self._told_prices)
        if told == (flows, demands, inflows, prices):
            return
        self.run.world.tell(
            PlanAdopted,
            side=self.side.id,
            flows=_changes(self._told_flows, flows),
            demands=_changes(self._told_demands, demands),
            inflows=_changes(self._told_inflows, inflows),
            prices=prices,
        )
        self._told_flows, self._told_demands, self._told_inflows = flows, demands, inflows
        self._told_prices = prices

    def write_to(self, state: State) -> None:
        """Write the plan, as it was last told, into the books of a moment."""
        state.flows.update(self._told_flows)
        state.demands.update(self._told_demands)
        state.inflows.update(self._told_inflows)
        state.prices[self.side.id] = dict(self._told_prices)


def _named(ids: tuple[str, ...], amounts: list[float]) -> dict[str, float]:
    """Return amounts above nothing by id, rounded as they are told."""
    return {ids[n]: round(amount, DIGITS) for n, amount in enumerate(amounts) if round(amount, DIGITS)}


def _changes(before: dict[str, float], now: dict[str, float]) -> dict[str, float]:
    """Return the entries that differ; 0 for those that have gone."""
    changed = {key: amount for key, amount in now.items() if before.get(key) != amount}
    changed.update({key: 0.0 for key in before if key not in now})
    return changed


def planning(run: Run, planner: Planner) -> Waits:
    """Let one side bring its supply plan up to date, as often as it may.

    Emits
    -----
    PlanAdopted
        When the plan changed.
    """
    world = run.world
    yield world.env.timeout(PLAN_AT)
    while True:
        if planner.plan():
            planner.follow()
        planner.tell()
        yield world.env.timeout(world.scenario.supply.replan_interval)


def measure_exposure(run: Run, *, moved: bool) -> None:
    """Measure how far routes lie under interdiction, and what that is expected to cost.

    Parameters
    ----------
    run
        The run.
    moved
        Whether fronts have moved since the last time, so that distances are taken anew.

    Emits
    -----
    RoutesExposed
        Where an expected loss changed.
    """
    world = run.world
    if moved or run.distances is None:
        run.distances = nearest_front(run.samples, front_points(world))
    weather = world.scenario.weather
    reach = weather.reach[world.weathers[world.day]] if weather.is_on else 1.0
    for side in world.sides:
        world.exposed_to[side.number] = exposure(run.distances, side.reach * reach).tolist()
    changed = {}
    speed, vehicles_lost = world.speed(), world.scenario.interdiction.vehicles_lost
    for e, before in enumerate(world.expected_loss):
        owner = world.owner(e)
        share = 0.0
        if owner >= 0:
            enemy = 1 - owner
            hours = world.network.hours[e] / speed
            chance = attack_chance(world.sides[enemy].hazard, world.exposed_to[enemy][e], hours)
            share = round(chance * vehicles_lost, DIGITS)
        if share != before:
            world.expected_loss[e] = share
            changed[world.network.routes[e]] = share
    if changed:
        world.tell(RoutesExposed, shares=changed)


def front_points(world: World) -> np.ndarray:
    """Return where the fronts stand, shape (contacts, 2); km in the network's plane."""
    network = world.network
    routes = list(world.front)
    share = np.array([min(1.0, max(0.0, world.front[e] / network.length[e])) for e in routes])
    first = network.xy[[network.start[e] for e in routes]]
    last = network.xy[[network.end[e] for e in routes]]
    return np.asarray(first + share[:, None] * (last - first)) if routes else np.zeros((0, 2))
