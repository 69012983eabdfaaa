"""Supply plans: what garrisons ask for, the linear programme's answer, and the lines that carry it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.logistics.supply import Paths, SupplyLine, put_convoys_under_way, send_convoys
from sim.model.events import PlanAdopted, TownFell
from sim.model.interdiction import load_and_headway
from sim.model.quantities import Tonnes, round_to_gram
from sim.model.supply.flow_decomposition import routes_into, single_paths, split_paths
from sim.model.supply.supply_lp import NEGLIGIBLE, Plan, SupplyLP
from sim.model.supply.sustainment import demand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simpy.events import ProcessGenerator

    from sim.engine.front.front import Front
    from sim.engine.front.state import SideState
    from sim.engine.logistics.convoys import Convoys
    from sim.engine.logistics.interdiction import Interdiction
    from sim.model.state import State

FAR: Final = 2.0
"""How many demand steps one town's need may drift before all demands are computed again."""
HOURS: Final = 24.0
ALIKE: Final = 0.05
"""Relative change of a path's rate before its line is reopened."""
DIGITS: Final = 3
"""Decimals of tonnes a day in which plans are published."""
LEAST_LOAD: Final[Tonnes] = 1e-6
"""A gram: what the smallest convoy carries, since convoys of nothing would never bring what is due."""


@dataclass(frozen=True, slots=True)
class PublishedPlan:
    """A plan as it was last published."""

    flows: np.ndarray
    demands: np.ndarray
    inflows: np.ndarray
    prices: dict[str, float]


class Planner:
    """One side's supply: its programme, its last plan and its lines."""

    def __init__(self, front: Front, interdiction: Interdiction, convoys: Convoys, side: SideState) -> None:
        self._front = front
        self._interdiction = interdiction
        self._convoys = convoys
        self.side = side
        routes, towns = len(front.network.routes), len(front.network.towns)
        self.lp = SupplyLP(front.network, _entries(front, side.number))
        self.lines: dict[int, SupplyLine] = {}
        self._is_sending = False
        """Whether lines send convoys; before the clock runs, plans are made but nothing is sent."""
        self._adopted: Plan | None = None
        self._used = (b"", b"")
        """Which way each route was used by the plan that lines follow, then which towns it served."""
        self._single_paths: dict[int, tuple[int, ...]] = {}
        """The paths of towns that it reached by one only; the same as long as the same roads are used."""
        self._into: list[list[int]] = []
        """The routes by which it brought anything to each town; the same as long."""
        self._rates = [0.0] * towns
        """Of each town's line; t/d."""
        self.demand = [0.0] * towns
        """What each town was last planned to ask for."""
        self.is_stale = False
        """Whether roads or control changed since the plan was last brought up to date."""
        self.limits = np.zeros(routes)
        """What each route could carry when the plan was last brought up to date."""
        nothing = np.zeros(towns)
        self._published = PublishedPlan(np.zeros(routes), nothing, nothing, {})
        self._looked_at = (-1, -1, self.demand)
        """Counts of plans and of control changes, and demands, when it was last seen what is to publish."""

    def replan_within_day(self) -> ProcessGenerator:
        """Plan anew within the day where roads changed; each day begins with a plan of its own.

        Publishes
        ---------
        PlanAdopted
            When the plan changed.
        """
        while True:
            yield self._front.env.timeout(self._front.scenario.supply.replan_interval)
            if self.is_stale:
                self.replan(update_demand=False)

    def expect_inflows(self) -> None:
        """Let garrisons have been getting what the plan brings, before the clock runs."""
        front, delivered, side = self._front, self.lp.plan.delivered, self.side.number
        front.expect_inflows({t: delivered[t] for t, holder in enumerate(front.holder) if holder == side})

    def start_lines(self) -> None:
        """Let every line send convoys from now on, and put those on the road that are under way."""
        for line in self.lines.values():
            if line.rate > 0.0:
                put_convoys_under_way(self._front, self._convoys, line)
                send_convoys(self._front, self._convoys, line)
        self._is_sending = True

    def start_day(self, _: object) -> None:
        """Plan a new day, once the clock runs."""
        if self._is_sending:
            self.replan(update_demand=True)

    def on_roads_changed(self, _: object) -> None:
        """Plan anew at the next opportunity within the day."""
        self.is_stale = True

    def on_town_fell(self, event: TownFell) -> None:
        """Close the fallen town's line and replan immediately."""
        self.close_line(self._front.network.town[event.town])
        self.replan(update_demand=False)

    def replan(self, *, update_demand: bool) -> None:
        """Plan anew, let lines follow and publish what changed; demands too, where they are updated."""
        self.is_stale = False
        if self.plan(update_demand=update_demand) or self._adopted is None:
            self.adopt()
        self.publish()

    def plan(self, *, update_demand: bool = True) -> bool:
        """Bring the plan up to date with roads, control and demand; return whether it changed."""
        front = self._front
        if update_demand:
            self._update_demand()
        self.limits = front.available(self.side.number)
        number, holder = self.side.number, front.holder
        bases = {town: front.base[town] if holder[town] == number else 0.0 for town in self.lp.bases}
        return self.lp.solve(self.limits, self.demand, bases)

    def _update_demand(self) -> None:
        """Compute what each garrison asks for; small changes, together or of one, are no reason to replan."""
        front, side = self._front, self.side.number
        supply, step = front.scenario.supply, front.scenario.supply.demand_step
        needs = [0.0] * len(self.demand)
        drift = total = 0.0
        is_far = False
        for town, holder in enumerate(front.holder):
            if holder == side and front.strength[town]:
                consumed = front.daily_consumption(town)
                needs[town] = needed = demand(supply, self._position(town, consumed), consumed)
                before = self.demand[town]
                change = abs(needed - before)
                drift += change
                total += needed
                if change > FAR * step * consumed:  # most are not: the others are looked at more closely
                    is_far = is_far or change > FAR * step * max(needed, before, consumed)
        if is_far or drift > step * total:
            self.demand = [round(needed, DIGITS) for needed in needs]

    def _position(self, town: int, consumed: float) -> float:
        """Return a town's stock as planning counts it.

        Goods on the road and the backlog count, less what is usually there when all goes as planned, so
        that the coming and going of convoys does not look like a change of need.
        """
        line = self.lines.get(town)
        stock = self._front.stock[town]
        if line is None or consumed <= 0.0 or line.rate <= 0.0:
            return stock
        backlog = line.backlog_at(self._front.now)
        usual = line.load / 2 + line.rate * line.hours / self._front.calendar.speed / HOURS
        return stock + self._front.in_transit[town] + backlog - usual

    def adopt(self) -> None:
        """Let supply lines follow the current plan, where it asks for more than small changes."""
        front = self._front
        plan = self.lp.plan
        was = self._adopted
        if was is not None and not (np.abs(plan.amounts - was.amounts) > ALIKE * np.abs(was.amounts)).any():
            return
        self._adopted = plan
        self._interdiction.note_traffic(self.side.number, np.abs(plan.amounts[: len(front.network.routes)]))
        network, delivered = front.network, plan.delivered
        routes = len(network.routes)
        used = (np.sign(plan.amounts[:routes]).tobytes(), (plan.amounts[routes:] > NEGLIGIBLE).tobytes())
        before = self._single_paths
        if used != self._used:
            self._used = used
            self._into = routes_into(network, plan)
            self._single_paths = single_paths(
                network, plan, self._into, [town for town, gets in enumerate(delivered) if gets > NEGLIGIBLE]
            )
            for town in [town for town in self.lines if delivered[town] <= NEGLIGIBLE]:
                self._follow(town, [])
        single, rates = self._single_paths, self._rates
        sharing = [
            town for town, tonnes in enumerate(delivered) if tonnes > NEGLIGIBLE and town not in single
        ]
        if sharing:
            for town, paths in split_paths(network, plan, self._into, sharing).items():
                self._follow(town, paths)
        for town, path in single.items():
            if abs(delivered[town] - rates[town]) > ALIKE * rates[town] or before.get(town) != path:
                self._follow(town, [(path, delivered[town])])

    def _follow(self, town: int, paths: Paths) -> None:
        """Let a town's line follow new paths, keeping its backlog."""
        front, line = self._front, self.lines.get(town)
        if line is None:
            if not paths:
                return
            rng = front.streams[f"convoys/{front.network.towns[town]}"]
            line = self.lines[town] = SupplyLine(town, self.side.number, rng, since=front.now)
        elif _is_alike(line.paths, paths):
            return
        line.accrue(front.now)
        line.paths = paths
        line.sent = [0.0] * len(paths)
        line.generation += 1
        total = hours = 0.0
        for path, rate in paths:
            total += rate
            hours += rate * front.network.path_hours(path)
        if total <= NEGLIGIBLE:
            line.rate = line.hours = line.backlog = self._rates[town] = 0.0
            return
        line.rate = self._rates[town] = total
        line.hours = hours / total
        supply = front.scenario.supply
        line.load, _, line.vehicles = load_and_headway(
            line.rate, supply.convoy_load, supply.convoy_interval, supply.vehicle_load
        )
        line.load = max(LEAST_LOAD, round_to_gram(line.load))
        line.size_effect = self._interdiction.size_effect(line.side, line.vehicles)
        if self._is_sending:
            send_convoys(front, self._convoys, line)

    def close_line(self, town: int) -> None:
        """Close a town's line: the town has fallen."""
        line = self.lines.get(town)
        if line is not None:
            self._follow(town, [])
            line.backlog = 0.0
        self.demand = [*self.demand]
        self.demand[town] = 0.0
        self._adopted = None
        self._used = (b"", b"")
        self._single_paths.pop(town, None)

    def publish(self) -> None:
        """Publish what changed in the plan since it was last published.

        Publishes
        ---------
        PlanAdopted
            Where anything changed.
        """
        if not self._front.has_listeners(PlanAdopted):
            return
        plan, ids = self.lp.plan, self._front.network
        plans, changes, demand = self._looked_at
        here = self.lp.solves, self._front.control_changes, self.demand
        if here[:2] == (plans, changes) and self.demand is demand:
            return
        self._looked_at = here
        flows, demands, inflows = _rounded(plan.flow), _rounded(self.demand), _rounded(plan.delivered)
        prices = self._prices()
        before = self._published
        changed = (
            _changes(ids.routes, before.flows, flows),
            _changes(ids.towns, before.demands, demands),
            _changes(ids.towns, before.inflows, inflows),
        )
        if any(changed) or prices != before.prices:
            self._front.publish(PlanAdopted, self.side.id, *changed, prices)
            self._published = PublishedPlan(flows, demands, inflows, prices)

    def write_to(self, state: State) -> None:
        """Write the plan into the state of a moment."""
        plan, ids = self.lp.plan, self._front.network
        state.flows.update(_named(ids.routes, plan.flow))
        state.demands.update(_named(ids.towns, self.demand))
        state.inflows.update(_named(ids.towns, plan.delivered))
        state.prices[self.side.id] = self._prices()

    def _prices(self) -> dict[str, float]:
        """Return the shadow prices of this side's own routes only."""
        front = self._front
        return {
            front.network.routes[e]: price
            for e, price in self.lp.plan.price.items()
            if front.owners[e] == self.side.number
        }


def _entries(front: Front, side: int) -> list[float]:
    """Return what can enter at each town for a side, also where the scenario opens a base only later."""
    first = front.first_holder
    entries = [tonnes if first[town] == side else 0.0 for town, tonnes in enumerate(front.base)]
    for event in front.scenario.events:
        if event.do == "set" and event.key == "base" and event.town is not None:
            town = front.network.town[event.town]
            if first[town] == side:
                entries[town] = max(entries[town], event.value or 0.0)
    return entries


def _is_alike(before: Paths, now: Paths) -> bool:
    """Return whether two sets of paths are the same, with rates that hardly differ."""
    if len(before) != len(now):
        return False
    for (path, rate), (other, next_rate) in zip(before, now, strict=True):
        if abs(rate - next_rate) > ALIKE * rate or path != other:
            return False
    return True


def _rounded(amounts: Sequence[float]) -> np.ndarray:
    """Return amounts as they are published; never minus nothing."""
    return np.asarray(np.round(amounts, DIGITS) + 0.0)


def _named(ids: tuple[str, ...], amounts: Sequence[float]) -> dict[str, float]:
    """Return amounts that are not nothing by id, as they are published."""
    return _changes(ids, np.zeros(len(ids)), _rounded(amounts))


def _changes(ids: tuple[str, ...], before: np.ndarray, now: np.ndarray) -> dict[str, float]:
    """Return the amounts that differ from what was published, by id."""
    return {ids[n]: float(now[n]) for n in np.flatnonzero(now != before).tolist()}
