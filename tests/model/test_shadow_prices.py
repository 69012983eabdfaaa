"""Shadow prices: what one more tonne of capacity would bring, and one less would take."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest

from sim.model.supply.supply_lp import NEGLIGIBLE
from tests.support.networks import chance
from tests.support.supply_questions import Question, both_ways, network_of, random_question

SEEDS = range(60)
STEP = 1e-3
"""Tonnes a day by which limits are moved. Limits here are real numbers drawn at random, among which no two
sums lie this close for the seeds given, so that no limit ties with another: the kinks of the curve."""

MILLION = 1_000_000


def total_met(case: Question) -> float:
    return math.fsum(case.solved().plan.delivered)


def with_capacity(case: Question, route: int, by: float) -> Question:
    capacity = case.capacity.copy()
    capacity[route] += by
    return Question(case.network, capacity, case.demand, case.bases)


def with_base(case: Question, town: int, by: float) -> Question:
    return Question(case.network, case.capacity, case.demand, {**case.bases, town: case.bases[town] + by})


def scarce_case(seed: int) -> Question:
    """Return a case of real numbers in which much is asked for, so that limits bind."""
    case = random_question(seed, whole=False)
    case.demand = [2.0 * asked for asked in case.demand]
    return case


def test_a_route_is_worth_what_one_more_tonne_brings_and_one_less_takes():
    priced = 0
    for seed in SEEDS:
        case = scarce_case(seed)
        plan = case.solved().plan
        now = math.fsum(plan.delivered)
        for route in range(len(case.capacity)):
            price = plan.price.get(route, 0.0)
            more = (total_met(with_capacity(case, route, STEP)) - now) / STEP
            less = (now - total_met(with_capacity(case, route, -STEP))) / STEP
            assert (more, less) == pytest.approx((price, price), abs=0.01), (seed, route)
            priced += price > 0.0
    assert priced > 15


def test_a_base_is_worth_what_one_more_tonne_brings_and_one_less_takes():
    priced = 0
    for seed in SEEDS:
        case = scarce_case(seed)
        plan = case.solved().plan
        now = math.fsum(plan.delivered)
        for town in case.bases:
            price = plan.entry_price.get(town, 0.0)
            more = (total_met(with_base(case, town, STEP)) - now) / STEP
            less = (now - total_met(with_base(case, town, -STEP))) / STEP
            assert (more, less) == pytest.approx((price, price), abs=0.01), (seed, town)
            priced += price > 0.0
    assert priced > 15


def test_priced_routes_and_bases_are_the_minimum_cut():
    # what is met in all is a maximum flow; its duals are 1 on the minimum cut and 0 elsewhere
    for seed in range(120):
        case = scarce_case(seed)
        plan = case.solved().plan
        if math.fsum(plan.delivered) >= math.fsum(case.demand) - NEGLIGIBLE:
            assert plan.price == plan.entry_price == {}
            continue
        _, (near, far) = nx.minimum_cut(both_ways(case, scale=MILLION), "source", "sink")
        ends = zip(case.network.start, case.network.end, strict=True)
        crossing = {e: 1.0 for e, (u, v) in enumerate(ends) if (u in near) != (v in near)}
        assert plan.price == crossing, seed
        assert plan.entry_price == {town: 1.0 for town in sorted(case.bases) if town in far}, seed


def test_prices_pay_for_all_that_is_met():
    # strong duality: every tonne met passes one limit that binds, on the road, at a base, or the demand
    for seed in SEEDS:
        case = scarce_case(seed)
        plan = case.solved().plan
        if not plan.price and not plan.entry_price:
            continue
        _, (near, _) = nx.minimum_cut(both_ways(case, scale=MILLION), "source", "sink")
        paid = [price * float(case.capacity[route]) for route, price in plan.price.items()]
        paid += [price * case.bases[town] for town, price in plan.entry_price.items()]
        paid += [asked for town, asked in enumerate(case.demand) if town in near]
        assert math.fsum(plan.delivered) == pytest.approx(math.fsum(paid), abs=1e-5), seed


def test_a_route_with_room_to_spare_is_worth_nothing():
    for seed in SEEDS:
        case = scarce_case(seed)
        plan = case.solved().plan
        for route in plan.price:
            assert abs(plan.flow[route]) == pytest.approx(float(case.capacity[route]), abs=1e-5)


def test_nothing_is_worth_anything_where_every_demand_is_met():
    case = Question(network_of(2, [(0, 1)]), np.array([50.0]), [0.0, 50.0], {0: 50.0})
    plan = case.solved().plan
    assert plan.delivered == pytest.approx([0.0, 50.0])
    assert plan.price == {}
    assert plan.entry_price == {}


def test_of_a_road_and_a_base_that_tie_with_nothing_only_the_narrower_is_worth_a_tonne():
    network = network_of(2, [(0, 1)])
    by_road = Question(network, np.array([40.0]), [0.0, 90.0], {0: 60.0}).solved().plan
    by_base = Question(network, np.array([60.0]), [0.0, 90.0], {0: 40.0}).solved().plan
    assert (by_road.price, by_road.entry_price) == ({0: 1.0}, {})
    assert (by_base.price, by_base.entry_price) == ({}, {0: 1.0})


def test_a_cut_route_to_a_town_that_no_longer_asks_is_worth_nothing():
    # t1 falls: its road is closed and its demand is gone, while t2 stays short; restoring r0 brings nothing
    case = Question(network_of(3, [(0, 1), (0, 2)]), np.array([50.0, 30.0]), [0.0, 90.0, 90.0], {0: 500.0})
    lp = case.solved()
    lp.solve(np.array([0.0, 30.0]), [0.0, 0.0, 90.0], case.bases)
    assert lp.plan.price == {1: 1.0}


def test_no_price_promises_what_more_capacity_would_not_bring():
    # towns change hands: their roads close to this side and they ask for nothing, as in every run
    wrong = []
    for seed in range(12):
        case = scarce_case(seed)
        rng = chance(seed)
        own = np.ones(len(case.demand), dtype=bool)
        lp = case.lp()
        for step in range(6):
            is_open = own[case.network.start] & own[case.network.end]
            now = Question(
                case.network,
                np.where(is_open, case.capacity, 0.0),
                np.where(own, case.demand, 0.0).tolist(),
                {town: tonnes if own[town] else 0.0 for town, tonnes in case.bases.items()},
            )
            lp.solve(now.capacity, now.demand, now.bases)
            met = math.fsum(lp.plan.delivered)
            for route, price in lp.plan.price.items():
                more = (total_met(with_capacity(now, route, STEP)) - met) / STEP
                if abs(more - price) > 0.01:
                    wrong.append((seed, step, route))
            town = int(rng.integers(len(own)))
            own[town] = not own[town]
    assert wrong == []


def test_a_price_goes_when_the_last_who_could_use_more_stops_asking():
    case = Question(network_of(3, [(0, 1), (0, 2)]), np.array([0.0, 30.0]), [0.0, 90.0, 90.0], {0: 500.0})
    lp = case.solved()
    assert lp.plan.price == {0: 1.0, 1: 1.0}
    lp.solve(case.capacity, [0.0, 0.0, 90.0], case.bases)
    assert lp.plan.price == {1: 1.0}


def test_of_equal_routes_in_a_row_the_one_nearest_to_the_need_is_named():
    # roads of one kind carry the same where nothing else is said, so that such ties are common
    for flipped in (False, True):
        for order in ([0, 1, 2], [2, 0, 1], [1, 2, 0], [2, 1, 0]):
            chain = [(3, 2), (2, 1), (1, 0)] if flipped else [(0, 1), (1, 2), (2, 3)]
            network = network_of(4, [chain[place] for place in order])
            need, base = (0, 3) if flipped else (3, 0)
            asked = [90.0 if town == need else 0.0 for town in range(4)]
            plan = Question(network, np.full(3, 50.0), asked, {base: 500.0}).solved().plan
            assert plan.price == {order.index(2): 1.0}
