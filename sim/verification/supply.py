"""The supply programme held against networkx, the textbook's network, and its own finite differences.

Source: T. H. Cormen, C. E. Leiserson, R. L. Rivest and C. Stein, *Introduction to Algorithms*: the flow
network whose maximum flow is 23.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.model.supply.supply_lp import TIERS
from sim.verification.case import Case, Check, exactly
from sim.verification.random_networks import (
    Question,
    maximum_flow,
    network_of,
    objective,
    random_question,
    scarce_question,
    simplex_objective,
)

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
        question = scarce_question(each)
        plan = question.solved().plan
        met = math.fsum(plan.delivered)
        for route in range(len(question.capacity)):
            price = plan.price.get(route, 0.0)
            more = (question.met({route: STEP}) - met) / STEP
            less = (met - question.met({route: -STEP})) / STEP
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
