"""The supply programme against networkx: what it meets, what that costs, and what keeps its books."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest
from domain_graphs import Case, chance, network_of, random_case, seeded
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.allocation import DISTINCT, GOLDEN, NEGLIGIBLE, TIER_VALUES, TIERS, VALUE_OVER_COST

SEEDS = range(250)
NEAR = 1e-4


def both_ways(case: Case, asked: float = 1.0, scale: int = 1) -> nx.DiGraph:
    """Return a directed graph with a common source before all bases and a common sink behind all towns.

    Capacities are whole: networkx judges a cut by equality, which rounding would blur.
    """
    graph = nx.DiGraph()
    graph.add_nodes_from(["source", "sink"])
    for e, (u, v) in enumerate(zip(case.network.start, case.network.end, strict=True)):
        for first, last in ((u, v), (v, u)):
            before = graph.edges[first, last]["capacity"] if graph.has_edge(first, last) else 0
            graph.add_edge(first, last, capacity=before + round(scale * float(case.capacity[e])))
    for town, tonnes in case.bases.items():
        graph.add_edge("source", town, capacity=round(scale * tonnes))
    for town, tonnes in enumerate(case.demand):
        graph.add_edge(town, "sink", capacity=round(scale * asked * tonnes))
    return graph


def maximum_flow(case: Case, asked: float = 1.0) -> float:
    """Return what could be met of a share of every demand, if nothing but the total counted."""
    return nx.maximum_flow_value(both_ways(case, asked), "source", "sink")


def costs(case: Case) -> list[float]:
    """Return each route's cost as the programme sees it."""
    return [hours + DISTINCT * (((e + 1) * GOLDEN) % 1.0) for e, hours in enumerate(case.network.hours)]


def objective(case: Case, flow: list[float], met: list[float]) -> float:
    """Return what the programme minimises, for any flows and deliveries."""
    cost = costs(case)
    unit = VALUE_OVER_COST * max(cost) * len(met)
    worth = [
        unit * value * min(max(got - tier * asked / TIERS, 0.0), asked / TIERS)
        for got, asked in zip(met, case.demand, strict=True)
        for tier, value in enumerate(TIER_VALUES)
    ]
    return math.fsum(c * abs(f) for c, f in zip(cost, flow, strict=True)) - math.fsum(worth)


def simplex_objective(case: Case) -> float:
    """Return the least that networkx's network simplex reaches, in whole millionths of an hour."""
    scale = 1_000_000
    cost = [round(scale * c) for c in costs(case)]
    unit = VALUE_OVER_COST * max(costs(case)) * len(case.demand)
    graph = nx.MultiDiGraph()
    total = round(math.fsum(case.demand))
    graph.add_node("source", demand=-total)
    graph.add_node("sink", demand=total)
    graph.add_edge("source", "sink", weight=0)
    for e, (u, v) in enumerate(zip(case.network.start, case.network.end, strict=True)):
        for first, last in ((u, v), (v, u)):
            graph.add_edge(first, last, capacity=round(float(case.capacity[e])), weight=cost[e])
    for town, tonnes in case.bases.items():
        graph.add_edge("source", town, capacity=round(tonnes), weight=0)
    for town, tonnes in enumerate(case.demand):
        for value in TIER_VALUES:
            graph.add_edge(town, "sink", capacity=round(tonnes / TIERS), weight=-round(scale * unit * value))
    least, _ = nx.network_simplex(graph)
    return least / scale


def assert_books_balance(case: Case, plan) -> None:
    left = np.array(plan.entry) - np.array(plan.met)
    for e, flow in enumerate(plan.flow):
        left[case.network.start[e]] -= flow
        left[case.network.end[e]] += flow
    assert np.abs(left).max() <= 1e-5
    assert np.all(np.abs(plan.flow) <= case.capacity + NEGLIGIBLE)
    assert np.all(np.array(plan.met) <= np.array(case.demand) + NEGLIGIBLE)
    assert np.all(np.array(plan.met) >= 0.0)
    for town, amount in enumerate(plan.entry):
        assert 0.0 <= amount <= case.bases.get(town, 0.0) + NEGLIGIBLE


@pytest.mark.parametrize("whole", [True, False])
def test_goods_are_conserved_and_no_limit_is_passed(whole):
    for seed in SEEDS:
        case = random_case(seed, whole=whole)
        assert_books_balance(case, case.solved().plan)


def test_what_is_met_is_the_maximum_flow_from_all_bases_to_all_towns():
    # a tier is worth more than the longest way costs, so no tonne that could be met is left for its cost
    for seed in SEEDS:
        case = random_case(seed, whole=True)
        assert math.fsum(case.solved().plan.met) == pytest.approx(maximum_flow(case), abs=NEAR)


@seeded
@given(st.integers(10_000, 10_000_000))
def test_what_is_met_is_the_maximum_flow_for_any_seed(seed):
    case = random_case(seed, whole=True)
    plan = case.solved().plan
    assert math.fsum(plan.met) == pytest.approx(maximum_flow(case), abs=NEAR)
    assert_books_balance(case, plan)


def test_one_demand_gets_all_that_the_network_can_bring_it():
    for seed in range(80):
        case = random_case(seed, whole=True)
        goal = int(chance(seed).integers(len(case.demand)))
        case.demand = [4000.0 if town == goal else 0.0 for town in range(len(case.demand))]
        graph = both_ways(case)
        assert case.solved().plan.met[goal] == pytest.approx(
            nx.maximum_flow_value(graph, "source", goal), abs=NEAR
        )


def test_each_quarter_is_met_as_far_as_any_sharing_could():
    # attainable deliveries form a polymatroid, on which serving the dearest tier first is the best in all
    for seed in SEEDS:
        case = random_case(seed, whole=True)
        met = case.solved().plan.met
        for tier in range(1, TIERS + 1):
            within = math.fsum(
                min(got, tier * asked / TIERS) for got, asked in zip(met, case.demand, strict=True)
            )
            assert within == pytest.approx(maximum_flow(case, tier / TIERS), abs=NEAR), (seed, tier)


def test_nothing_of_the_same_worth_costs_less():
    for seed in range(120):
        case = random_case(seed, whole=True)
        plan = case.solved().plan
        least = simplex_objective(case)
        assert objective(case, plan.flow, plan.met) == pytest.approx(least, rel=1e-6, abs=1e-2), seed


def test_all_is_met_where_everything_is_wide():
    for seed in range(40):
        case = random_case(seed, whole=False)
        case.capacity = np.full(len(case.capacity), 1e5)
        case.bases = dict.fromkeys(case.bases, 1e5)
        plan = case.solved().plan
        assert plan.met == pytest.approx(case.demand, abs=NEAR)
        assert plan.price == {}
        assert plan.entry_price == {}


CLRS = [
    ("s", "v1", 16),
    ("s", "v2", 13),
    ("v1", "v3", 12),
    ("v2", "v1", 4),
    ("v2", "v4", 14),
    ("v3", "v2", 9),
    ("v4", "v3", 7),
    ("v3", "t", 20),
    ("v4", "t", 4),
]
"""Cormen, Leiserson, Rivest and Stein's flow network: as directed arcs its maximum flow is 23."""


def clrs(arcs: list[tuple[str, str, int]]) -> Case:
    names = ["s", "v1", "v2", "v3", "v4", "t"]
    network = network_of(6, [(names.index(u), names.index(v)) for u, v, _ in arcs])
    return Case(network, np.array([float(c) for _, _, c in arcs]), [0.0] * 5 + [400.0], {0: 400.0})


def test_the_directed_network_of_the_textbook_carries_23():
    graph = nx.DiGraph()
    for u, v, capacity in CLRS:
        graph.add_edge(u, v, capacity=capacity)
    assert nx.maximum_flow_value(graph, "s", "t") == 23


def test_the_textbook_network_carries_23_without_the_arc_that_points_back():
    # Routes are driven both ways. The textbook's only arc from the far side of its minimum cut to the near
    # one is v3 -> v2, which carries nothing; without it, driving both ways adds nothing, and 23 stands.
    case = clrs([arc for arc in CLRS if arc[:2] != ("v3", "v2")])
    plan = case.solved().plan
    assert plan.met[5] == pytest.approx(23.0)
    binding = {("v1", "v3"), ("v4", "v3"), ("v4", "t")}
    arcs = [arc for arc in CLRS if arc[:2] != ("v3", "v2")]
    assert {arcs[e][:2] for e in plan.price} == binding
    assert set(plan.price.values()) == {1.0}


def test_the_textbook_network_driven_both_ways_carries_24():
    case = clrs(CLRS)
    graph = nx.Graph()
    for u, v, capacity in CLRS:
        graph.add_edge(u, v, capacity=capacity)
    assert nx.maximum_flow_value(graph, "s", "t") == 24
    assert case.solved().plan.met[5] == pytest.approx(24.0)


def fork(capacity: float, asked: tuple[float, float], lengths: tuple[float, float, float]) -> Case:
    """Return a base, a road to a hub, and a road from there to each of two towns."""
    network = network_of(4, [(0, 1), (1, 2), (1, 3)], lengths)
    return Case(network, np.array([capacity, 500.0, 500.0]), [0.0, 0.0, *asked], {0: 1000.0})


def test_a_shortage_is_shared_by_halves_wherever_the_towns_lie():
    plan = fork(100.0, (100.0, 100.0), (5.0, 1.0, 200.0)).solved().plan
    assert plan.met == pytest.approx([0.0, 0.0, 50.0, 50.0])


def test_a_shortage_is_shared_by_need_and_not_by_head():
    plan = fork(100.0, (300.0, 100.0), (5.0, 1.0, 1.0)).solved().plan
    assert plan.met == pytest.approx([0.0, 0.0, 75.0, 25.0])


def test_only_within_a_quarter_does_the_nearer_town_come_first():
    plan = fork(70.0, (100.0, 100.0), (5.0, 30.0, 2.0)).solved().plan
    assert plan.met == pytest.approx([0.0, 0.0, 25.0, 45.0])


def test_goods_take_the_quicker_of_two_parallel_routes_first():
    network = network_of(2, [(0, 1), (0, 1)], [20.0, 10.0])
    case = Case(network, np.array([50.0, 50.0]), [0.0, 60.0], {0: 100.0})
    assert case.solved().plan.flow == pytest.approx([10.0, 50.0])


def test_goods_from_two_bases_come_from_the_nearer_as_far_as_it_goes():
    network = network_of(3, [(0, 1), (1, 2)], [10.0, 20.0])
    case = Case(network, np.array([100.0, 100.0]), [0.0, 60.0, 0.0], {0: 40.0, 2: 40.0})
    plan = case.solved().plan
    assert plan.entry == pytest.approx([40.0, 0.0, 20.0])
    assert plan.flow == pytest.approx([40.0, -20.0])


def test_a_base_feeds_its_own_town_over_no_road():
    case = Case(network_of(1, []), np.zeros(0), [60.0], {0: 40.0})
    plan = case.solved().plan
    assert plan.met == pytest.approx([40.0])
    assert plan.entry == pytest.approx([40.0])
    assert plan.entry_price == {0: 1.0}


def test_without_a_base_nothing_is_met_and_nothing_moves():
    case = Case(network_of(2, [(0, 1)]), np.array([50.0]), [40.0, 40.0], {})
    plan = case.solved().plan
    assert plan.met == [0.0, 0.0]
    assert plan.flow == [0.0]


def test_an_answer_that_is_not_the_best_is_sought_again_from_nothing():
    class Doubting:
        """A solver that calls its first answer unknown, as HiGHS may from a worn basis."""

        def __init__(self, solver):
            self.solver, self.cleared = solver, 0

        def __getattr__(self, name):
            return getattr(self.solver, name)

        def getModelStatus(self):  # noqa: N802 - HiGHS's own name
            return self.solver.getModelStatus() if self.cleared else None

        def clearSolver(self):  # noqa: N802 - HiGHS's own name
            self.cleared += 1
            return self.solver.clearSolver()

    case = random_case(3, whole=False)
    programme = case.programme()
    nothing = [0.0] * len(case.demand)
    programme.solve(case.capacity, nothing, case.bases)
    part = programme._part
    part._solver = Doubting(part._solver)
    programme.solve(case.capacity, case.demand, case.bases)
    assert part._solver.cleared == 1
    assert programme.plan == case.solved().plan
