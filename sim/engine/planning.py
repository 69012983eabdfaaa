"""Supply plans: what garrisons ask for, the programme's answer, and the lines it opens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.departures import supply_line
from sim.model.events import PlanAdopted
from sim.model.interdiction import load_and_headway
from sim.model.quantities import DAY, Seconds, Tonnes, round_to_gram
from sim.model.supply.flow_decomposition import single_paths, split_paths
from sim.model.supply.supply_lp import NEGLIGIBLE, Plan, SupplyLP
from sim.model.supply.sustainment import demand
from sim.statistics.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.engine.run import Run
    from sim.engine.waits import Waits
    from sim.engine.world import SideState, World
    from sim.model.state import State

FAR: Final = 2.0
"""Times the demand step by which one town's need may differ before all are asked anew."""
HOURS: Final = 24.0
ALIKE: Final = 0.05
"""Part by which a way's rate may differ before its line is opened anew."""
DIGITS: Final = 3
"""Decimals of tonnes a day in which plans are told."""
LEAST_LOAD: Final[Tonnes] = 1e-6
"""A gram: what the smallest convoy carries, since convoys of nothing would never have brought what is due."""


@dataclass(slots=True)
class Line:
    """A town's supply line: its ways with their rates, and the tonnes it is owed."""

    town: int
    side: int
    rng: Stream
    ways: list[tuple[tuple[int, ...], float]] = field(default_factory=list)
    rate: float = 0.0
    load: float = 0.0
    vehicles: int = 1
    size_effect: float = 1.0
    """Factor on a convoy's risk by its size."""
    owed: float = 0.0
    """Tonnes due since its last convoy, at the time `since`."""
    since: Seconds = 0
    hours: float = 0.0
    """Mean time on its ways in clear weather."""
    sent: list[float] = field(default_factory=list)
    generation: int = 0
    """Counts the plans it has followed; what waits for an older one does nothing."""

    def settle(self, now: Seconds) -> None:
        """Bring what is owed up to date."""
        self.owed += self.rate * (now - self.since) / DAY
        self.since = now


@dataclass(frozen=True, slots=True)
class Told:
    """A plan as it was last told."""

    flows: np.ndarray
    demands: np.ndarray
    inflows: np.ndarray
    prices: dict[str, float]


class Planner:
    """One side's supply: its programme, its last plan and its lines."""

    def __init__(self, run: Run, side: SideState) -> None:
        self.run = run
        self.side = side
        world = run.world
        self.programme = SupplyLP(world.network, _entries(world, side.number))
        self.lines: dict[int, Line] = {}
        self._followed: Plan | None = None
        self._used = (b"", b"")
        """Which way each route was used by the plan that lines follow, then which towns it served."""
        self._sole: dict[int, tuple[int, ...]] = {}
        """The ways of towns that it reached by one way only; the same as long as the same roads are used."""
        self._rates = [0.0] * len(world.holder)
        """Of each town's line; t/d."""
        self.asked = [0.0] * len(world.holder)
        """What each town was last planned to ask for."""
        self.is_stale = False
        """Whether roads or control changed since the plan was last looked at."""
        self.limits = np.zeros(len(world.capacity))
        """What each route could carry when the plan was last looked at."""
        nothing = np.zeros(len(world.holder))
        self._told = Told(np.zeros(len(world.capacity)), nothing, nothing, {})

    def renew(self, *, asks: bool) -> None:
        """Plan anew, let lines follow and tell what changed; `asks`: whether needs are asked anew."""
        self.is_stale = False
        if self.plan(asks=asks) or self._followed is None:
            self.follow()
        self.tell()

    def plan(self, *, asks: bool = True) -> bool:
        """Bring the plan up to date with roads, control and demand; return whether it changed."""
        world = self.run.world
        if asks:
            self._ask()
        self.limits = world.available(self.side.number)
        return self.programme.solve(
            self.limits,
            self.asked,
            {
                town: world.base[town] if world.holder[town] == self.side.number else 0.0
                for town in self.programme.bases
            },
        )

    def _ask(self) -> None:
        """Ask what each garrison needs; small changes, together or of one, are not worth a new plan."""
        world, asked, side = self.run.world, self.asked, self.side.number
        supply, step = world.scenario.supply, world.scenario.supply.demand_step
        needs = [0.0] * len(asked)
        drift = total = 0.0
        is_far = False
        for town, (holder, strength, before) in enumerate(
            zip(world.holder, world.strength, asked, strict=True)
        ):
            if holder == side and strength:
                use = world.use(town)
                needs[town] = needed = demand(supply, self._position(town, use), use)
                change = abs(needed - before)
                drift += change
                total += needed
                if change > FAR * step * use:  # most are not: the others are asked more closely
                    is_far = is_far or change > FAR * step * max(needed, before, use)
        if is_far or drift > step * total:
            self.asked = [round(needed, DIGITS) for needed in needs]

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
        usual = line.load / 2 + line.rate * line.hours / self.run.world.speed / HOURS
        return stock + self.run.world.in_transit[town] + owed - usual

    def follow(self) -> None:
        """Let supply lines follow the current plan, where it asks for more than small changes."""
        world = self.run.world
        plan = self.programme.plan
        if self._is_followed(plan):
            return
        self._followed = plan
        network, met = world.network, plan.met
        routes = len(network.routes)
        used = (np.sign(plan.amounts[:routes]).tobytes(), (plan.amounts[routes:] > NEGLIGIBLE).tobytes())
        before = self._sole
        if used != self._used:
            self._used = used
            self._sole = single_paths(
                network, plan, [town for town, gets in enumerate(met) if gets > NEGLIGIBLE]
            )
            for town in [town for town in self.lines if met[town] <= NEGLIGIBLE]:
                self._follow(town, [])
        sole, rates = self._sole, self._rates
        sharing = [town for town, tonnes in enumerate(met) if tonnes > NEGLIGIBLE and town not in sole]
        if sharing:
            for town, lead in split_paths(network, plan, sharing).items():
                self._follow(town, lead)
        for town, way in sole.items():
            if abs(met[town] - rates[town]) > ALIKE * rates[town] or before.get(town) != way:
                self._follow(town, [(way, met[town])])

    def _is_followed(self, plan: Plan) -> bool:
        """Return whether lines follow a plan that hardly differs."""
        if self._followed is None:
            return False
        was = self._followed.amounts
        return not (np.abs(plan.amounts - was) > ALIKE * np.abs(was)).any()

    def _follow(self, town: int, ways: list[tuple[tuple[int, ...], float]]) -> None:
        """Let a town's line follow new ways, keeping what it is owed."""
        line = self.lines.get(town)
        if line is None:
            if not ways:
                return
            world = self.run.world
            rng = world.streams[f"convoys/{world.network.towns[town]}"]
            line = self.lines[town] = Line(town, self.side.number, rng, since=world.now)
        elif _is_alike(line.ways, ways):
            return
        world = self.run.world
        line.settle(world.now)
        line.ways = ways
        line.sent = [0.0] * len(ways)
        line.generation += 1
        line.rate = line.hours = 0.0
        for way, rate in ways:
            line.rate += rate
            line.hours += rate * world.network.way_hours(way)
        if line.rate <= NEGLIGIBLE:
            line.rate = line.owed = self._rates[town] = 0.0
            return
        self._rates[town] = line.rate
        line.hours /= line.rate
        supply = world.scenario.supply
        line.load, _, line.vehicles = load_and_headway(
            line.rate, supply.convoy_load, supply.convoy_interval, supply.vehicle_load
        )
        line.load = max(LEAST_LOAD, round_to_gram(line.load))
        line.size_effect = self.run.size_effect(line.side, line.vehicles)
        if world.is_running:
            supply_line(self.run, line)

    def drop(self, town: int) -> None:
        """Close a town's line: the town has fallen."""
        line = self.lines.get(town)
        if line is not None:
            self._follow(town, [])
            line.owed = 0.0
        self.asked[town] = 0.0
        self._followed = None
        self._used = (b"", b"")
        self._sole.pop(town, None)

    def tell(self) -> None:
        """Tell what changed in the plan since it was last told.

        Emits
        -----
        PlanAdopted
            Where anything changed.
        """
        if not self.run.world.has_listeners:
            return
        plan, ids = self.programme.plan, self.run.world.network
        flows, demands, inflows = _rounded(plan.flow), _rounded(self.asked), _rounded(plan.met)
        prices = self._prices()
        before = self._told
        changed = (
            _changes(ids.routes, before.flows, flows),
            _changes(ids.towns, before.demands, demands),
            _changes(ids.towns, before.inflows, inflows),
        )
        if any(changed) or prices != before.prices:
            self.run.world.tell(PlanAdopted, self.side.id, *changed, prices)
            self._told = Told(flows, demands, inflows, prices)

    def write_to(self, state: State) -> None:
        """Write the plan as it stands into the books of a moment."""
        plan, ids = self.programme.plan, self.run.world.network
        state.flows.update(_named(ids.routes, plan.flow))
        state.demands.update(_named(ids.towns, self.asked))
        state.inflows.update(_named(ids.towns, plan.met))
        state.prices[self.side.id] = self._prices()

    def _prices(self) -> dict[str, float]:
        """Return shadow prices of this side's own routes; not what others would be worth."""
        world = self.run.world
        return {
            world.network.routes[e]: price
            for e, price in self.programme.plan.price.items()
            if world.owners[e] == self.side.number
        }


def _entries(world: World, side: int) -> list[float]:
    """Return what can enter at each town for a side, also where the scenario opens a base only later."""
    entries = [
        tonnes if holder == side else 0.0
        for tonnes, holder in zip(world.base, world.first_holder, strict=True)
    ]
    for event in world.scenario.events:
        if event.do == "set" and event.key == "base" and event.town is not None:
            town = world.network.town[event.town]
            if world.first_holder[town] == side:
                entries[town] = max(entries[town], event.value or 0.0)
    return entries


def _is_alike(before: list[tuple[tuple[int, ...], float]], now: list[tuple[tuple[int, ...], float]]) -> bool:
    """Return whether two sets of ways are the same, with rates that hardly differ."""
    if len(before) != len(now):
        return False
    for (way, rate), (other, next_rate) in zip(before, now, strict=True):
        if abs(rate - next_rate) > ALIKE * rate or way != other:
            return False
    return True


def _rounded(amounts: Sequence[float]) -> np.ndarray:
    """Return amounts as they are told; never minus nothing."""
    return np.asarray(np.round(amounts, DIGITS) + 0.0)


def _named(ids: tuple[str, ...], amounts: Sequence[float]) -> dict[str, float]:
    """Return amounts that are not nothing by id, as they are told."""
    return _changes(ids, np.zeros(len(ids)), _rounded(amounts))


def _changes(ids: tuple[str, ...], before: np.ndarray, now: np.ndarray) -> dict[str, float]:
    """Return the amounts that differ from what was told, by id."""
    return {ids[n]: float(now[n]) for n in np.flatnonzero(now != before).tolist()}


def planning(run: Run, planner: Planner) -> Waits:
    """Let one side plan anew within the day where roads changed; each day begins with a plan of its own.

    Emits
    -----
    PlanAdopted
        When the plan changed.
    """
    world = run.world
    while True:
        yield world.env.timeout(world.scenario.supply.replan_interval)
        if planner.is_stale:
            planner.renew(asks=False)
