"""The supply programme held against networkx, the textbook's network, and its own finite differences.

Random networks have limits in whole tonnes, so that integer algorithms can judge them, or real numbers, among
which no two sums are alike, so that no limit ties with another.

Source: T. H. Cormen, C. E. Leiserson, R. L. Rivest and C. Stein, *Introduction to Algorithms*: the flow
network whose maximum flow is 23.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import networkx as nx
import numpy as np

from sim.model.network import Network
from sim.model.quantities import DAY, TonnesPerDay
from sim.model.scenario import Position, Route, Scenario, Side, Town
from sim.model.supply.supply_lp import DISTINCT, GOLDEN, TIER_VALUES, TIERS, VALUE_OVER_COST, SupplyLP
from sim.statistics.streams import Streams
from sim.verification.case import Case, Check, exactly

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SIDES: Final = (Side(id="a", name="A"), Side(id="b", name="B"))
MOST_TOWNS: Final = 12
MOST_BASES: Final = 3
MILLIONTHS: Final = 1_000_000
GRAPHS: Final = 300
PRICED_GRAPHS: Final = 40
SEEDS_APART: Final = 10_000
"""So that no two seeds of the pack share a graph."""
NEAR: Final = 1e-4
NEAR_WHY: Final = "HiGHS answers to 1e-7 for each of some dozens of limits"
COST_NEAR: Final = 1e-2
COST_WHY: Final = "network simplex counts in millionths; HiGHS answers to 1e-7 of values of some thousands"
STEP: Final = 1e-3
"""Tonnes a day by which a limit is moved: less than lies between any two sums of limits."""
PRICE_NEAR: Final = 0.01
PRICE_WHY: Final = "HiGHS's 1e-7 for each limit, over a step of 1e-3"
CLRS: Final = (
    ("s", "v1", 16), ("s", "v2", 13), ("v1", "v3", 12), ("v2", "v1", 4), ("v2", "v4", 14), ("v3", "v2", 9),
    ("v4", "v3", 7), ("v3", "t", 20), ("v4", "t", 4),
)  # fmt: skip
POINTS_BACK: Final = ("v3", "v2")
"""The only arc from the far side of the minimum cut to the near one; it carries nothing in the textbook."""


def network_of(
    towns: int, edges: Sequence[tuple[int, int]], lengths: Sequence[float] | None = None
) -> Network:
    """Return a network of towns t0, t1 … and roads r0, r1 …, all of one side.

    `lengths`: of each road; 10 km where none are given.
    """
    lengths = [10.0] * len(edges) if lengths is None else lengths
    return Network(
        Scenario(
            name="network",
            start=date(2025, 1, 27),
            horizon=10 * DAY,
            sides=SIDES,
            towns=tuple(
                Town(id=f"t{i}", name=f"T{i}", at=Position(49 + i / 100, 36.0), held_by="a")
                for i in range(towns)
            ),
            routes=tuple(
                Route(id=f"r{e}", start=f"t{u}", end=f"t{v}", length=lengths[e])
                for e, (u, v) in enumerate(edges)
            ),
        )
    )


@dataclass
class Question:
    """A network with limits for one supply programme."""

    network: Network
    capacity: np.ndarray
    """Of each road, shape (routes,); t/d."""
    demand: list[TonnesPerDay]
    bases: dict[int, TonnesPerDay]

    def lp(self) -> SupplyLP:
        """Return a programme that has never been asked."""
        return SupplyLP(self.network, [self.bases.get(town, 0.0) for town in range(len(self.network.towns))])

    def solved(self) -> SupplyLP:
        """Return a programme that has been asked once."""
        lp = self.lp()
        lp.solve(self.capacity, self.demand, self.bases)
        return lp

    def met(self, route: int | None = None, more: TonnesPerDay = 0.0) -> TonnesPerDay:
        """Return what is met in all, with more capacity on one road."""
        capacity = self.capacity.copy()
        if route is not None:
            capacity[route] += more
        return math.fsum(Question(self.network, capacity, self.demand, self.bases).solved().plan.delivered)

    def ways(self) -> Iterator[tuple[int, int, int]]:
        """Yield each road's number and its ends, driven one way and the other."""
        for e, (u, v) in enumerate(zip(self.network.start, self.network.end, strict=True)):
            yield from ((e, u, v), (e, v, u))

    def costs(self) -> list[float]:
        """Return each road's cost as the programme sees it."""
        hours = self.network.hours
        return [each + DISTINCT * (((e + 1) * GOLDEN) % 1.0) for e, each in enumerate(hours)]

    @property
    def unit(self) -> float:
        """What a tonne of the least value is worth."""
        return VALUE_OVER_COST * max(self.costs()) * len(self.demand)


def random_question(seed: int, *, whole: bool) -> Question:
    """Return a question about a connected network with parallel roads, cut ones, and one to three bases.

    `whole`: whether limits are whole tonnes, demands in fours; else they are real numbers.
    """
    rng = Streams(seed)["verification/graphs"]

    def between(low: int, high: int) -> int:
        return low + int(rng.uniform() * (high - low))

    def real(low: float, high: float) -> float:
        return low + rng.uniform() * (high - low)

    towns = between(2, MOST_TOWNS + 1)
    edges = [(between(0, town), town) for town in range(1, towns)]
    for _ in range(between(0, towns + 1)):
        u = between(0, towns)
        edges.append((u, (u + between(1, towns)) % towns))
    network = network_of(towns, edges, [real(1.0, 40.0) for _ in edges])
    count = between(1, min(MOST_BASES, towns) + 1)
    order = sorted((rng.uniform(), town) for town in range(towns))
    at = [town for _, town in order[:count]]
    if whole:
        capacity = [float(between(0, 60)) for _ in edges]
        demand = [4.0 * between(0, 20) for _ in range(towns)]
        bases = {town: float(between(20, 300)) for town in at}
    else:
        capacity = [real(2.0, 60.0) for _ in edges]
        demand = [real(2.0, 80.0) for _ in range(towns)]
        bases = {town: real(20.0, 300.0) for town in at}
    return Question(network, np.array(capacity), demand, bases)


def both_ways(question: Question, asked: float = 1.0, scale: int = 1) -> nx.DiGraph:
    """Return a directed graph with a common source before all bases and a common sink behind all towns.

    Capacities are whole: networkx judges a cut by equality, which rounding would blur. `scale`: parts of a
    tonne that capacities are counted in.
    """
    graph = nx.DiGraph()
    graph.add_nodes_from(["source", "sink"])
    for e, first, last in question.ways():
        before = graph.edges[first, last]["capacity"] if graph.has_edge(first, last) else 0
        graph.add_edge(first, last, capacity=before + round(scale * float(question.capacity[e])))
    for town, tonnes in question.bases.items():
        graph.add_edge("source", town, capacity=round(scale * tonnes))
    for town, tonnes in enumerate(question.demand):
        graph.add_edge(town, "sink", capacity=round(scale * asked * tonnes))
    return graph


def maximum_flow(question: Question, asked: float = 1.0) -> TonnesPerDay:
    """Return what could be met of a share of every demand, if nothing but the total counted."""
    return float(nx.maximum_flow_value(both_ways(question, asked), "source", "sink"))


def objective(question: Question, flow: Sequence[TonnesPerDay], met: Sequence[TonnesPerDay]) -> float:
    """Return what the programme minimises, for any flows and deliveries."""
    worth = [
        question.unit * value * min(max(got - tier * asked / TIERS, 0.0), asked / TIERS)
        for got, asked in zip(met, question.demand, strict=True)
        for tier, value in enumerate(TIER_VALUES)
    ]
    return math.fsum(c * abs(f) for c, f in zip(question.costs(), flow, strict=True)) - math.fsum(worth)


def simplex_objective(question: Question) -> float:
    """Return the least that networkx's network simplex reaches, in whole millionths of an hour."""
    cost = [round(MILLIONTHS * each) for each in question.costs()]
    graph = nx.MultiDiGraph()
    total = round(math.fsum(question.demand))
    graph.add_node("source", demand=-total)
    graph.add_node("sink", demand=total)
    graph.add_edge("source", "sink", weight=0)
    for e, first, last in question.ways():
        graph.add_edge(first, last, capacity=round(float(question.capacity[e])), weight=cost[e])
    for town, tonnes in question.bases.items():
        graph.add_edge("source", town, capacity=round(tonnes), weight=0)
    for town, tonnes in enumerate(question.demand):
        for value in TIER_VALUES:
            weight = -round(MILLIONTHS * question.unit * value)
            graph.add_edge(town, "sink", capacity=round(tonnes / TIERS), weight=weight)
    least, _ = nx.network_simplex(graph)
    return float(least) / MILLIONTHS


def clrs(*, with_arc_back: bool) -> Question:
    """Return the textbook's network, from s to t; its arcs are roads here, driven both ways."""
    names = ["s", "v1", "v2", "v3", "v4", "t"]
    arcs = [arc for arc in CLRS if with_arc_back or arc[:2] != POINTS_BACK]
    network = network_of(6, [(names.index(u), names.index(v)) for u, v, _ in arcs])
    return Question(network, np.array([float(c) for *_, c in arcs]), [0.0] * 5 + [400.0], {0: 400.0})


def textbook(_: int) -> list[Check]:
    """Hold the textbook's network against its maximum flow and its minimum cut."""
    directed, undirected = clrs(with_arc_back=False), clrs(with_arc_back=True)
    plan = directed.solved().plan
    kept = [arc[:2] for arc in CLRS if arc[:2] != POINTS_BACK]
    cut = {("v1", "v3"), ("v4", "v3"), ("v4", "t")}
    wrong = cut ^ {kept[e] for e in plan.price}
    return [
        exactly("maximum flow", 23.0, plan.delivered[5], NEAR, NEAR_WHY),
        exactly("roads wrongly in or out of the cut", 0.0, float(len(wrong))),
        exactly("driven both ways", 24.0, undirected.solved().plan.delivered[5], NEAR, NEAR_WHY),
    ]


def _seeds(seed: int, count: int) -> range:
    return range(seed * SEEDS_APART, seed * SEEDS_APART + count)


def flows(seed: int) -> list[Check]:
    """Hold what random networks bring, in all and quarter by quarter, against networkx's maximum flow."""
    in_all, by_quarter, unbalanced = [], [], []
    for each in _seeds(seed, GRAPHS):
        question = random_question(each, whole=True)
        plan = question.solved().plan
        in_all.append(abs(math.fsum(plan.delivered) - maximum_flow(question)))
        for tier in range(1, TIERS):
            within = [
                min(got, tier * asked / TIERS)
                for got, asked in zip(plan.delivered, question.demand, strict=True)
            ]
            by_quarter.append(abs(math.fsum(within) - maximum_flow(question, tier / TIERS)))
        left = np.array(plan.entry) - np.array(plan.delivered)
        np.subtract.at(left, question.network.start, plan.flow)
        np.add.at(left, question.network.end, plan.flow)
        unbalanced.append(float(np.abs(left).max()))
    text = f"over {GRAPHS} networks"
    return [
        exactly(f"furthest from the maximum flow {text}, t/d", 0.0, max(in_all), NEAR, NEAR_WHY),
        exactly(f"furthest of a quarter's {text}, t/d", 0.0, max(by_quarter), NEAR, NEAR_WHY),
        exactly(f"most that vanishes in a town {text}, t/d", 0.0, max(unbalanced), NEAR, NEAR_WHY),
    ]


def least_cost(seed: int) -> list[Check]:
    """Hold what the plans cost against networkx's network simplex."""
    apart = []
    for each in _seeds(seed, GRAPHS):
        question = random_question(each, whole=True)
        plan = question.solved().plan
        apart.append(abs(objective(question, plan.flow, plan.delivered) - simplex_objective(question)))
    what = f"furthest from the least cost over {GRAPHS} networks"
    return [exactly(what, 0.0, max(apart), COST_NEAR, COST_WHY)]


def shadow_prices(seed: int) -> list[Check]:
    """Hold shadow prices against what one more and one less tonne of capacity make of what is met."""
    apart, priced = [], 0
    for each in _seeds(seed, PRICED_GRAPHS):
        question = random_question(each, whole=False)
        question.demand = [2.0 * asked for asked in question.demand]  # so that limits bind
        plan = question.solved().plan
        met = math.fsum(plan.delivered)
        for route in range(len(question.capacity)):
            price = plan.price.get(route, 0.0)
            more = (question.met(route, STEP) - met) / STEP
            less = (met - question.met(route, -STEP)) / STEP
            apart.append(max(abs(more - price), abs(less - price)))
            priced += price > 0.0
    what = f"furthest of {len(apart)} roads' prices, {priced} of them above 0"
    return [
        exactly(what, 0.0, max(apart), PRICE_NEAR, PRICE_WHY),
        exactly("networks without any price among them", 0.0, float(priced == 0)),
    ]


CASES: Final = (
    Case("textbook-flow", "A network whose maximum flow is 23", "Cormen et al., exact", "", textbook),
    Case("maximum-flow", "What is met is a maximum flow, quarter by quarter", "networkx", "", flows),
    Case("least-cost", "Nothing of the same worth costs less", "networkx, network simplex", "", least_cost),
    Case(
        "shadow-prices", "A price is what one tonne more or less brings", "Finite differences", "",
        shadow_prices,
    ),
)  # fmt: skip
