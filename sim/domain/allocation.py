"""Who gets how much supply by which road: one small linear programme a side, solved by HiGHS.

    minimise    sum over arcs of cost × flow  -  sum over towns and tiers of value × met
    subject to  what enters a town leaves it or is met there,
                flow both ways ≤ what the route can carry now,
                entry ≤ what the base can take in,
                met in each of four tiers ≤ a quarter of the demand

The values fall from tier to tier and lie far above all costs, so a shortage is shared quarter by quarter
instead of starving whoever comes last. HiGHS keeps its basis between solves, and is not asked at all where
the optimum cannot have moved.

The only home of HiGHS. networkx is its oracle in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import highspy
import numpy as np

from sim.domain.quantities import TonnesPerDay

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.domain.network import Network

TIERS: Final = 4
TIER_VALUES: Final = (4.0, 3.0, 2.0, 1.0)
"""Value of meeting each quarter of a demand, in units of `VALUE_OVER_COST` times the longest way."""
VALUE_OVER_COST: Final = 2.0
GOLDEN: Final = 0.6180339887498949
DISTINCT: Final = 1e-3
"""Largest part of a route's cost that only serves to make costs distinct, so that there are no ties."""
NEGLIGIBLE: Final[TonnesPerDay] = 1e-6
"""Flows and prices below this are nothing: HiGHS answers to 1e-7."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a side's programme answered.

    Attributes
    ----------
    flow
        Each route's flow, positive from its first town to its second; tonnes a day.
    met
        What each town gets; tonnes a day.
    entry
        What enters at each town's base; tonnes a day.
    price
        Shadow price of each route that binds: tonnes of demand met by one more tonne of capacity.
    entry_price
        The same for bases that bind.
    """

    flow: list[TonnesPerDay]
    met: list[TonnesPerDay]
    entry: list[TonnesPerDay]
    price: dict[int, float] = field(default_factory=dict)
    entry_price: dict[int, float] = field(default_factory=dict)


class SupplyProgramme:
    """The supply programme of one side, kept ready to be solved again.

    Parameters
    ----------
    network
        Towns and routes.
    bases
        What can enter at each town; tonnes a day.

    Attributes
    ----------
    bases
        Towns at which supply can enter.
    solves
        How often HiGHS was asked.
    plan
        The last answer.
    """

    def __init__(self, network: Network, bases: Sequence[TonnesPerDay]) -> None:
        self.routes, self.towns = len(network.routes), len(network.towns)
        self.solves = 0
        self.plan = Plan([0.0] * self.routes, [0.0] * self.towns, [0.0] * self.towns)
        self.bases = [town for town in range(self.towns) if bases[town] > 0]
        self._limits = np.zeros(self.routes + self.towns + len(self.bases))
        self._answers: np.ndarray | None = None
        self._columns = np.zeros(0)
        self._met_columns = slice(2 * self.routes, 2 * self.routes + TIERS * self.towns)
        limited = TIERS * self.towns + len(self.bases)
        self._bounded = np.arange(2 * self.routes, 2 * self.routes + limited, dtype=np.int32)
        self._network = network
        self._solver = _build(network, self.bases)

    def solve(
        self,
        capacity: np.ndarray,
        demand: Sequence[TonnesPerDay],
        bases: Mapping[int, TonnesPerDay],
    ) -> bool:
        """Bring the plan up to date; ask HiGHS only where the old plan may no longer be the best.

        Parameters
        ----------
        capacity
            What each route can carry for this side now; 0 where it is not this side's. Shape (routes,).
        demand
            What each town asks for; 0 where it is not this side's.
        bases
            What can enter at each of the bases now.

        Returns
        -------
        bool
            Whether there is a new plan.
        """
        limits = np.concatenate([capacity, demand, [bases[town] for town in self.bases]])
        if self._still_best(limits):
            return False
        self._bound(limits)
        self._solver.run()
        self.solves += 1
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self._solver.clearSolver()
            self._solver.run()
        self._columns = np.asarray(self._solver.getSolution().col_value)
        self._limits = limits
        self.plan = self._read()
        return True

    def _still_best(self, limits: np.ndarray) -> bool:
        """Return whether the last plan is still optimal under new limits.

        A limit that did not bind may move as long as it stays at or above what is used; one that binds
        may not move at all. A demand is four limits that move together: it binds once a quarter is met.
        """
        if self._answers is None:
            return False
        changed = limits != self._limits
        was_slack = self._answers < self._limits - NEGLIGIBLE
        is_enough = limits >= self._answers
        return not np.any(changed & ~(was_slack & is_enough))

    def _bound(self, limits: np.ndarray) -> None:
        """Write limits into the programme, changing entries in place."""
        routes, towns = self.routes, self.towns
        if np.any(limits[routes:] != self._limits[routes:]):
            tiers = np.repeat(limits[routes : routes + towns] / TIERS, TIERS)
            upper = np.concatenate([tiers, limits[routes + towns :]])
            self._solver.changeColsBounds(len(upper), self._bounded, np.zeros(len(upper)), upper)
        for e in np.flatnonzero(limits[:routes] != self._limits[:routes]):
            self._solver.changeRowBounds(int(e), -highspy.kHighsInf, float(limits[e]))

    def _read(self) -> Plan:
        """Return the answer of the last solve as flows, deliveries and prices."""
        columns = self._columns
        columns[np.abs(columns) < NEGLIGIBLE] = 0.0
        forth, back = columns[0 : 2 * self.routes : 2], columns[1 : 2 * self.routes : 2]
        tiers = columns[self._met_columns].reshape(self.towns, TIERS)
        met = tiers[:, 0] + tiers[:, 1] + tiers[:, 2] + tiers[:, 3]
        entering = columns[self._met_columns.stop :]
        # A higher tier is only met where the first is full, so a demand binds as soon as that one is. One
        # that is given up binds too: routes were perhaps worth something to it alone.
        asked = np.maximum(TIERS * tiers[:, 0], 2 * NEGLIGIBLE)
        self._answers = np.concatenate([forth + back, asked, entering])
        entry = [0.0] * self.towns
        for town, amount in zip(self.bases, entering.tolist(), strict=True):
            entry[town] = amount
        price, entry_price = self._prices(forth - back, met)
        return Plan((forth - back).tolist(), met.tolist(), entry, price, entry_price)

    def _prices(self, flow: np.ndarray, met: np.ndarray) -> tuple[dict[int, float], dict[int, float]]:
        """Return shadow prices in tonnes met per tonne of capacity, of routes and of bases.

        What is met in all is a maximum flow, so its duals are those of a minimum cut: 1 on the cut, else 0.
        The programme's own duals mix tiers and costs, and where limits tie a basis names any cut, even one
        before towns that need nothing; of all cuts, the one nearest to the need is told.
        """
        routes = self.routes
        in_want = [town for town in range(self.towns) if met[town] < self._limits[routes + town] - NEGLIGIBLE]
        if not in_want:
            return {}, {}
        forth = self._limits[:routes] - flow > NEGLIGIBLE
        back = self._limits[:routes] + flow > NEGLIGIBLE
        can_help = self._spread(in_want, back, forth)
        is_open = self._limits[:routes] > 0.0
        on_hand = self._limits[routes + self.towns :]
        fed = [town for town, tonnes in zip(self.bases, on_hand, strict=True) if tonnes > 0.0]
        has_base = self._spread(fed, is_open, is_open)
        price = {}
        for e, (u, v) in enumerate(zip(self._network.start, self._network.end, strict=True)):
            near, far = (u, v) if can_help[v] else (v, u)
            if can_help[far] and not can_help[near] and has_base[near]:
                price[e] = 1.0
        return price, {town: 1.0 for town in self.bases if can_help[town]}

    def _spread(self, towns: Sequence[int], forth: np.ndarray, back: np.ndarray) -> list[bool]:
        """Return which towns are reached from these over routes that may be gone along forth or back."""
        found = [False] * self.towns
        for town in towns:
            found[town] = True
        waiting = list(towns)
        while waiting:
            town = waiting.pop()
            for e, other in self._network.adjacent[town]:
                may_go = forth[e] if self._network.start[e] == town else back[e]
                if may_go and not found[other]:
                    found[other] = True
                    waiting.append(other)
        return found


def _build(network: Network, entry_at: Sequence[int]) -> highspy.Highs:
    """Return the programme with every limit at 0: routes first, then towns, as rows; arcs, tiers, entries."""
    routes, towns = len(network.routes), len(network.towns)
    cost = [hours + DISTINCT * (((e + 1) * GOLDEN) % 1.0) for e, hours in enumerate(network.hours)]
    unit = VALUE_OVER_COST * max(cost) * towns if cost else 1.0
    value = [unit * tier for tier in TIER_VALUES]
    programme = highspy.HighsLp()
    programme.num_col_ = 2 * routes + TIERS * towns + len(entry_at)
    programme.num_row_ = routes + towns
    programme.col_cost_ = np.array(
        [cost[e] for e in range(routes) for _ in range(2)]
        + [-value[tier] for _ in range(towns) for tier in range(TIERS)]
        + [0.0] * len(entry_at)
    )
    programme.col_lower_ = np.zeros(programme.num_col_)
    programme.col_upper_ = np.array(
        [highspy.kHighsInf] * (2 * routes) + [0.0] * (TIERS * towns + len(entry_at))
    )
    programme.row_lower_ = np.array([-highspy.kHighsInf] * routes + [0.0] * towns)
    programme.row_upper_ = np.zeros(routes + towns)
    rows: list[int] = []
    entries: list[float] = []
    for e in range(routes):
        first, last = routes + network.start[e], routes + network.end[e]
        rows += [e, first, last, e, last, first]
        entries += [1.0, -1.0, 1.0, 1.0, -1.0, 1.0]
    rows += [routes + town for town in range(towns) for _ in range(TIERS)]
    entries += [-1.0] * (TIERS * towns)
    rows += [routes + town for town in entry_at]
    entries += [1.0] * len(entry_at)
    starts = [3 * arc for arc in range(2 * routes)]
    starts += [6 * routes + place for place in range(TIERS * towns + len(entry_at) + 1)]
    matrix = programme.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kColwise
    matrix.start_, matrix.index_, matrix.value_ = np.array(starts), np.array(rows), np.array(entries)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("presolve", "off")
    solver.setOptionValue("solver", "simplex")
    solver.setOptionValue("threads", 1)
    solver.passModel(programme)
    return solver


def ways_to(
    network: Network, plan: Plan, towns: Sequence[int]
) -> dict[int, list[tuple[tuple[int, ...], TonnesPerDay]]]:
    """Take a plan's flows apart into ways from a base to each town.

    Parameters
    ----------
    network
        Towns and routes.
    plan
        Its flows hold no circles, since every cost is positive.
    towns
        Which towns get a share, in the order in which they draw theirs.

    Returns
    -------
    dict
        For each town that gets anything: its ways as (routes in driving order, tonnes a day). What a base
        gives to its own town is a way of no routes.
    """
    left_flow = {e: abs(flow) for e, flow in enumerate(plan.flow) if flow}
    left_entry = list(plan.entry)
    into: list[list[int]] = [[] for _ in network.towns]
    for e, flow in enumerate(plan.flow):
        if flow:
            into[network.end[e] if flow > 0 else network.start[e]].append(e)
    met = plan.met
    return {
        town: _draw(network, into, left_flow, left_entry, town, met[town])
        for town in towns
        if met[town] > NEGLIGIBLE
    }


def _draw(
    network: Network,
    into: list[list[int]],
    left_flow: dict[int, TonnesPerDay],
    left_entry: list[TonnesPerDay],
    town: int,
    amount: TonnesPerDay,
) -> list[tuple[tuple[int, ...], TonnesPerDay]]:
    """Return one town's ways, and take them from what is left."""
    ways: list[tuple[tuple[int, ...], TonnesPerDay]] = []
    while amount > NEGLIGIBLE:
        way: list[int] = []
        at = town
        share = amount
        while left_entry[at] <= NEGLIGIBLE:
            choices = into[at]
            e = choices[0] if len(choices) == 1 else max(choices, key=left_flow.__getitem__, default=-1)
            if e < 0 or left_flow[e] <= NEGLIGIBLE:
                return ways
            share = min(share, left_flow[e])
            way.append(e)
            at = network.other_end(e, at)
        share = min(share, left_entry[at])
        left_entry[at] -= share
        for e in way:
            left_flow[e] -= share
        amount -= share
        ways.append((tuple(reversed(way)), share))
    return ways
