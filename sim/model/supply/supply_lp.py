"""Who gets how much supply by which road: one small linear programme a side, solved by HiGHS.

    minimise    sum over arcs of cost × flow  -  sum over towns and tiers of value × met
    subject to  what enters a town leaves it or is met there,
                flow both ways ≤ what the route can carry now,
                entry ≤ what the base can take in,
                met in each of four tiers ≤ a quarter of the demand

The values fall from tier to tier and lie far above all costs, so a shortage is shared quarter by quarter
instead of starving whoever comes last. Nothing is solved where the optimum cannot have moved; on small
networks, HiGHS is only asked where the optimum is far from the last.

networkx is its oracle in the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

import highspy
import numpy as np

from sim.model.quantities import TonnesPerDay
from sim.model.supply.dual_simplex import DualSimplex

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.model.network import Network

TIERS: Final = 4
TIER_VALUES: Final = (4.0, 3.0, 2.0, 1.0)
"""Value of meeting each quarter of a demand, in units of `VALUE_OVER_COST` times the longest path."""
VALUE_OVER_COST: Final = 2.0
GOLDEN: Final = 0.6180339887498949
DISTINCT: Final = 1e-3
"""Largest part of a route's cost that only serves to make costs distinct, so that there are no ties."""
FEW_TOWNS: Final = 90
"""Up to so many towns in a side's part of the network, steps from the last answer beat asking HiGHS."""
NEGLIGIBLE: Final[TonnesPerDay] = 1e-6
"""Flows and prices below this are nothing: HiGHS answers to 1e-7."""
DECIMALS: Final = 9
"""In which answers are kept, so that the last bits of a solver or a machine decide nothing."""


Prices: TypeAlias = tuple[dict[int, float], dict[int, float]]
"""Shadow prices of routes, and of bases, in tonnes of demand met by one more tonne."""


@dataclass(slots=True)
class Plan:
    """The solution of a side's linear programme, in tonnes a day; prices are computed on first use."""

    flow: list[TonnesPerDay]
    """Each route's flow, positive from its first town to its second."""
    delivered: list[TonnesPerDay]
    """What each town gets."""
    entry: list[TonnesPerDay]
    """What enters at each town's base."""
    amounts: np.ndarray = field(default_factory=lambda: np.zeros(0), compare=False)
    """All flows, then all that is met, to be compared with those of another plan at once."""
    find_prices: Callable[[], Prices] = field(default=lambda: ({}, {}), repr=False, compare=False)
    """Most plans are replaced before their prices are needed."""
    _prices: Prices | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def price(self) -> dict[int, float]:
        """Shadow price of each bottleneck: tonnes of demand met by one more tonne of a route's capacity."""
        return self._known_prices()[0]

    @property
    def entry_price(self) -> dict[int, float]:
        """The same for bases that bind."""
        return self._known_prices()[1]

    def _known_prices(self) -> Prices:
        if self._prices is None:
            self._prices = self.find_prices()
        return self._prices


class SupplyLP:
    """The supply programme of one side, kept ready to be solved again."""

    def __init__(self, network: Network, bases: Sequence[TonnesPerDay]) -> None:
        self.routes, self.towns = len(network.routes), len(network.towns)
        self.solves = 0
        nothing = np.zeros(self.routes + self.towns)
        self.plan = Plan([0.0] * self.routes, [0.0] * self.towns, [0.0] * self.towns, amounts=nothing)
        self.bases = [town for town in range(self.towns) if bases[town] > 0]
        self._limits = np.zeros(self.routes + self.towns + len(self.bases))
        self._answers: np.ndarray | None = None
        self._network = network
        self._subnetwork: Subnetwork | None = None

    def solve(
        self, capacity: np.ndarray, demand: Sequence[TonnesPerDay], bases: Mapping[int, TonnesPerDay]
    ) -> bool:
        """Bring the plan up to date; ask HiGHS only where the old plan may no longer be the best."""
        routes, towns = self.routes, self.routes + self.towns
        limits = np.empty(len(self._limits))
        limits[:routes] = capacity
        limits[routes:towns] = demand
        limits[towns:] = [bases[town] for town in self.bases]
        if self._still_best(limits):
            return False
        subnetwork = self._subnetwork
        if subnetwork is None or not subnetwork.holds(limits):
            subnetwork = self._subnetwork = Subnetwork(self._network, self.bases, limits)
        columns = subnetwork.solve(limits)
        self.solves += 1
        self._limits = limits
        self.plan = self._read(subnetwork, columns)
        return True

    def _still_best(self, limits: np.ndarray) -> bool:
        """Return whether the last plan is still optimal under new limits.

        A limit that did not bind may move as long as it stays at or above what is used; one that binds
        may not move at all. A demand is four limits that move together: it binds once a quarter is met.
        """
        if self._answers is None:
            return False
        changed = (limits != self._limits).nonzero()[0]
        if not changed.size:
            return True
        before, answers = self._limits[changed], self._answers[changed]
        stays = (answers < before - NEGLIGIBLE) & (limits[changed] >= answers)
        return bool(stays.all())

    def _read(self, subnetwork: Subnetwork, columns: np.ndarray) -> Plan:
        columns = np.where(np.abs(columns) < NEGLIGIBLE, 0.0, columns.round(DECIMALS))
        arcs, tiers, entering = subnetwork.split_columns(columns)
        answers = np.zeros(len(self._limits))
        flow, delivered, entry = np.zeros(self.routes), np.zeros(self.towns), [0.0] * self.towns
        flow[subnetwork.routes] = arcs[:, 0] - arcs[:, 1]
        delivered[subnetwork.towns] = tiers[:, 0] + tiers[:, 1] + tiers[:, 2] + tiers[:, 3]
        # A higher tier is only met where the first is full, so a demand binds as soon as that one is. One
        # that is given up binds too: routes were perhaps worth something to it alone.
        answers[subnetwork.routes] = arcs[:, 0] + arcs[:, 1]
        answers[self.routes : self.routes + self.towns] = 2 * NEGLIGIBLE
        answers[self.routes + subnetwork.towns] = np.maximum(TIERS * tiers[:, 0], 2 * NEGLIGIBLE)
        answers[self.routes + self.towns :] = entering
        self._answers = answers
        for town, amount in zip(self.bases, entering.tolist(), strict=True):
            entry[town] = amount
        amounts = np.concatenate([flow, delivered])
        prices = partial(self._prices, self._limits, flow, delivered)
        return Plan(flow.tolist(), delivered.tolist(), entry, amounts, prices)

    def _prices(self, limits: np.ndarray, flow: np.ndarray, delivered: np.ndarray) -> Prices:
        """Return shadow prices in tonnes met per tonne of capacity, of routes and of bases.

        What is met in all is a maximum flow, so its duals are those of a minimum cut: 1 on the cut, else 0.
        The programme's own duals mix tiers and costs, and where limits tie a basis names any cut, even one
        before towns that need nothing; of all cuts, the one nearest to the need is given.
        """
        routes = self.routes
        demand = limits[routes : routes + self.towns]
        in_want = np.flatnonzero(delivered < demand - NEGLIGIBLE).tolist()
        if not in_want:
            return {}, {}
        forth = limits[:routes] - flow > NEGLIGIBLE
        back = limits[:routes] + flow > NEGLIGIBLE
        can_help = self._spread(in_want, back, forth)
        is_open = limits[:routes] > 0.0
        on_hand = limits[routes + self.towns :]
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


class Subnetwork:
    """The part of a network that one side can use, as a programme that HiGHS keeps ready.

    A side's own towns with those beside them: a fraction of the network, and HiGHS takes its time by size.
    It is built again only when the side gets farther than that.
    """

    def __init__(self, network: Network, entry_at: Sequence[int], limits: np.ndarray) -> None:
        count = len(network.routes)
        start, end = np.array(network.start, dtype=int), np.array(network.end, dtype=int)
        used = limits[:count] > 0.0
        is_in = limits[count : count + len(network.towns)] > 0.0
        is_in[np.array(entry_at, dtype=int)] = True
        is_in[start[used]] = is_in[end[used]] = True
        near = is_in.copy()
        near[start[is_in[end]]] = near[end[is_in[start]]] = True
        self.towns = np.flatnonzero(near)
        self.routes = np.flatnonzero(near[start] & near[end])
        self._outside = np.ones(len(limits), dtype=bool)
        self._outside[self.routes] = self._outside[count + self.towns] = False
        self._outside[count + len(network.towns) :] = False
        self._limited = np.concatenate([np.repeat(self.routes, 2), np.repeat(count + self.towns, TIERS)])
        self._parts = np.repeat([1.0, TIERS], [2 * len(self.routes), TIERS * len(self.towns)])
        self._entries = count + len(network.towns)
        self._upper = np.zeros(2 * len(self.routes) + TIERS * len(self.towns) + len(entry_at))
        self._lower = np.zeros(len(self._upper))
        self._columns = np.arange(len(self._upper), dtype=np.int32)
        place = {town: number for number, town in enumerate(self.towns.tolist())}
        ends = [(place[network.start[e]], place[network.end[e]]) for e in self.routes.tolist()]
        cost = [hours + DISTINCT * (((e + 1) * GOLDEN) % 1.0) for e, hours in enumerate(network.hours)]
        unit = VALUE_OVER_COST * max(cost) * len(network.towns) if cost else 1.0
        self._solver = empty_lp(
            ends,
            [cost[e] for e in self.routes.tolist()],
            [unit * tier for tier in TIER_VALUES],
            len(place),
            [place[town] for town in entry_at],
        )
        self._near = DualSimplex(self._solver.getLp()) if len(place) <= FEW_TOWNS else None
        """Finds what is near to HiGHS's last answer; in a large network HiGHS does so itself."""

    def holds(self, limits: np.ndarray) -> bool:
        """Return whether nothing outside this part is of any use."""
        return not limits[self._outside].any()

    def solve(self, limits: np.ndarray) -> np.ndarray:
        """Return the best columns under new limits."""
        upper = np.concatenate([limits[self._limited] / self._parts, limits[self._entries :]])
        columns = None if self._near is None else self._near.solve(upper)
        if columns is None:
            columns = self._ask(upper)
            if self._near is not None:
                self._near.start_from(self._solver.getBasis())
        return columns

    def _ask(self, upper: np.ndarray) -> np.ndarray:
        """Write limits into HiGHS's programme, changing entries in place, and let it be solved."""
        solver = self._solver
        moved = np.flatnonzero(upper != self._upper)
        if moved.size:
            solver.changeColsBounds(moved.size, self._columns[moved], self._lower[: moved.size], upper[moved])
            self._upper = upper
        return solver.best()

    def split_columns(self, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return columns as arcs (routes, 2), tiers (towns, TIERS) and entries."""
        tiers, entries = 2 * len(self.routes), 2 * len(self.routes) + TIERS * len(self.towns)
        return (columns[:tiers].reshape(-1, 2), columns[tiers:entries].reshape(-1, TIERS), columns[entries:])


class Solver(highspy.Highs):  # type: ignore[misc]  # its own hints leave out half of it
    """HiGHS that never prints: since 1.16 its first words come while it is made, and would spoil --json."""

    def enableCallbacks(self) -> None:  # noqa: N802 - HiGHS calls it so
        """Be silent before the first callback is set, which is when HiGHS names itself."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()

    def best(self) -> np.ndarray:
        """Return the best columns, from the basis that is kept or, should that fail, from none."""
        self.run()
        if self.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self.clearSolver()
            self.run()
        return np.asarray(self.getSolution().col_value)


def empty_lp(
    ends: Sequence[tuple[int, int]],
    cost: Sequence[float],
    value: Sequence[float],
    towns: int,
    entry_at: Sequence[int],
) -> Solver:
    """Return a supply programme with every limit at 0: towns as rows; arcs, tiers, entries as columns."""
    routes, tiers = len(ends), len(value)
    lp = highspy.HighsLp()
    lp.num_col_ = 2 * routes + tiers * towns + len(entry_at)
    lp.num_row_ = towns
    lp.col_cost_ = np.array(
        [each for each in cost for _ in range(2)]
        + [-each for _ in range(towns) for each in value]
        + [0.0] * len(entry_at)
    )
    lp.col_lower_ = np.zeros(lp.num_col_)
    lp.col_upper_ = np.zeros(lp.num_col_)
    lp.row_lower_ = lp.row_upper_ = np.zeros(towns)
    rows: list[int] = []
    entries: list[float] = []
    for first, last in ends:
        rows += [first, last, last, first]
        entries += [-1.0, 1.0, -1.0, 1.0]
    rows += [town for town in range(towns) for _ in range(tiers)]
    entries += [-1.0] * (tiers * towns)
    rows += entry_at
    entries += [1.0] * len(entry_at)
    starts = [2 * arc for arc in range(2 * routes)]
    starts += [4 * routes + place for place in range(tiers * towns + len(entry_at) + 1)]
    matrix = lp.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kColwise
    matrix.start_, matrix.index_, matrix.value_ = np.array(starts), np.array(rows), np.array(entries)
    solver = Solver()
    for option, choice in (
        ("presolve", "off"),
        ("solver", "simplex"),
        ("simplex_dual_edge_weight_strategy", 1),  # Devex: cheaper than steepest edge for a few steps
        ("threads", 1),
    ):
        solver.setOptionValue(option, choice)
    solver.passModel(lp)
    return solver
