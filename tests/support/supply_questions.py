"""Random networks as questions to the supply programme, and networkx's answers to them.

Networks have limits in whole tonnes, so that integer algorithms can judge them, or real numbers, among which
no two sums are alike, so that no limit ties with another.
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

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SIDES: Final = (Side(id="a", name="A"), Side(id="b", name="B"))
MOST_TOWNS: Final = 12
MOST_BASES: Final = 3
MILLIONTHS: Final = 1_000_000


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
