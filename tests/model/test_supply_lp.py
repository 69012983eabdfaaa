"""The supply programme against networkx: what it meets, what that costs, and what keeps its books."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.supply import supply_lp
from sim.model.supply.supply_lp import NEGLIGIBLE, TIERS, Solver
from tests.support.networks import chance, seeded
from tests.support.supply_questions import (
    Question,
    both_ways,
    maximum_flow,
    network_of,
    objective,
    random_question,
    simplex_objective,
)

SEEDS = range(250)
NEAR = 1e-4


def assert_books_balance(case: Question, plan) -> None:
    left = np.array(plan.entry) - np.array(plan.delivered)
    for e, flow in enumerate(plan.flow):
        left[case.network.start[e]] -= flow
        left[case.network.end[e]] += flow
    assert np.abs(left).max() <= 1e-5
    assert np.all(np.abs(plan.flow) <= case.capacity + NEGLIGIBLE)
    assert np.all(np.array(plan.delivered) <= np.array(case.demand) + NEGLIGIBLE)
    assert np.all(np.array(plan.delivered) >= 0.0)
    for town, amount in enumerate(plan.entry):
        assert 0.0 <= amount <= case.bases.get(town, 0.0) + NEGLIGIBLE


@pytest.mark.parametrize("whole", [True, False])
def test_goods_are_conserved_and_no_limit_is_passed(whole):
    for seed in SEEDS:
        case = random_question(seed, whole=whole)
        assert_books_balance(case, case.solved().plan)


def test_what_is_met_is_the_maximum_flow_from_all_bases_to_all_towns():
    # a tier is worth more than the longest way costs, so no tonne that could be met is left for its cost
    for seed in SEEDS:
        case = random_question(seed, whole=True)
        assert math.fsum(case.solved().plan.delivered) == pytest.approx(maximum_flow(case), abs=NEAR)


@seeded
@given(st.integers(10_000, 10_000_000))
def test_what_is_met_is_the_maximum_flow_for_any_seed(seed):
    case = random_question(seed, whole=True)
    plan = case.solved().plan
    assert math.fsum(plan.delivered) == pytest.approx(maximum_flow(case), abs=NEAR)
    assert_books_balance(case, plan)


def test_one_demand_gets_all_that_the_network_can_bring_it():
    for seed in range(80):
        case = random_question(seed, whole=True)
        goal = int(chance(seed).integers(len(case.demand)))
        case.demand = [4000.0 if town == goal else 0.0 for town in range(len(case.demand))]
        graph = both_ways(case)
        assert case.solved().plan.delivered[goal] == pytest.approx(
            nx.maximum_flow_value(graph, "source", goal), abs=NEAR
        )


@pytest.mark.untraced
def test_each_quarter_is_met_as_far_as_any_sharing_could():
    # attainable deliveries form a polymatroid, on which serving the dearest tier first is the best in all
    for seed in SEEDS:
        case = random_question(seed, whole=True)
        met = case.solved().plan.delivered
        for tier in range(1, TIERS + 1):
            within = math.fsum(
                min(got, tier * asked / TIERS) for got, asked in zip(met, case.demand, strict=True)
            )
            assert within == pytest.approx(maximum_flow(case, tier / TIERS), abs=NEAR), (seed, tier)


def test_nothing_of_the_same_worth_costs_less():
    for seed in range(120):
        case = random_question(seed, whole=True)
        plan = case.solved().plan
        least = simplex_objective(case)
        assert objective(case, plan.flow, plan.delivered) == pytest.approx(least, rel=1e-6, abs=1e-2), seed


def test_all_is_met_where_everything_is_wide():
    for seed in range(40):
        case = random_question(seed, whole=False)
        case.capacity = np.full(len(case.capacity), 1e5)
        case.bases = dict.fromkeys(case.bases, 1e5)
        plan = case.solved().plan
        assert plan.delivered == pytest.approx(case.demand, abs=NEAR)
        assert plan.price == {}
        assert plan.entry_price == {}


def fork(capacity: float, asked: tuple[float, float], lengths: tuple[float, float, float]) -> Question:
    """Return a base, a road to a hub, and a road from there to each of two towns."""
    network = network_of(4, [(0, 1), (1, 2), (1, 3)], lengths)
    return Question(network, np.array([capacity, 500.0, 500.0]), [0.0, 0.0, *asked], {0: 1000.0})


def test_a_shortage_is_shared_by_halves_wherever_the_towns_lie():
    plan = fork(100.0, (100.0, 100.0), (5.0, 1.0, 200.0)).solved().plan
    assert plan.delivered == pytest.approx([0.0, 0.0, 50.0, 50.0])


def test_a_shortage_is_shared_by_need_and_not_by_head():
    plan = fork(100.0, (300.0, 100.0), (5.0, 1.0, 1.0)).solved().plan
    assert plan.delivered == pytest.approx([0.0, 0.0, 75.0, 25.0])


def test_only_within_a_quarter_does_the_nearer_town_come_first():
    plan = fork(70.0, (100.0, 100.0), (5.0, 30.0, 2.0)).solved().plan
    assert plan.delivered == pytest.approx([0.0, 0.0, 25.0, 45.0])


def test_goods_take_the_quicker_of_two_parallel_routes_first():
    network = network_of(2, [(0, 1), (0, 1)], [20.0, 10.0])
    case = Question(network, np.array([50.0, 50.0]), [0.0, 60.0], {0: 100.0})
    assert case.solved().plan.flow == pytest.approx([10.0, 50.0])


def test_goods_from_two_bases_come_from_the_nearer_as_far_as_it_goes():
    network = network_of(3, [(0, 1), (1, 2)], [10.0, 20.0])
    case = Question(network, np.array([100.0, 100.0]), [0.0, 60.0, 0.0], {0: 40.0, 2: 40.0})
    plan = case.solved().plan
    assert plan.entry == pytest.approx([40.0, 0.0, 20.0])
    assert plan.flow == pytest.approx([40.0, -20.0])


def test_a_base_feeds_its_own_town_over_no_road():
    case = Question(network_of(1, []), np.zeros(0), [60.0], {0: 40.0})
    plan = case.solved().plan
    assert plan.delivered == pytest.approx([40.0])
    assert plan.entry == pytest.approx([40.0])
    assert plan.entry_price == {0: 1.0}


def test_without_a_base_nothing_is_met_and_nothing_moves():
    case = Question(network_of(2, [(0, 1)]), np.array([50.0]), [40.0, 40.0], {})
    plan = case.solved().plan
    assert plan.delivered == [0.0, 0.0]
    assert plan.flow == [0.0]


def test_an_answer_that_is_not_the_best_is_sought_again_from_nothing(monkeypatch):
    monkeypatch.setattr(supply_lp, "FEW_TOWNS", 0)  # so that HiGHS is asked each time
    case = random_question(3, whole=False)
    lp = case.lp()
    nothing = [0.0] * len(case.demand)
    lp.solve(case.capacity, nothing, case.bases)
    status, clear, cleared = Solver.getModelStatus, Solver.clearSolver, []
    # its first answer is called unknown, as HiGHS may call one from a worn basis
    monkeypatch.setattr(Solver, "getModelStatus", lambda solver: status(solver) if cleared else None)
    monkeypatch.setattr(Solver, "clearSolver", lambda solver: cleared.append(clear(solver)))
    lp.solve(case.capacity, case.demand, case.bases)
    assert len(cleared) == 1
    assert lp.plan == case.solved().plan
