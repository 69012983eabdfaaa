"""Asking HiGHS only where the plan may change gives what asking every time would give."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.networks import chance
from tests.support.supply_questions import Question, network_of, random_question


def near(plan) -> list[float]:
    return pytest.approx([*plan.flow, *plan.delivered, *plan.entry], abs=2e-5)


def everything(plan) -> list[float]:
    return [*plan.flow, *plan.delivered, *plan.entry]


def wandered(case: Question, rng: np.random.Generator, kinds: str) -> Question:
    """Return a case in which a few limits have moved: of routes, demands or bases; some to 0, some back."""
    capacity, demand, bases = case.capacity.copy(), list(case.demand), dict(case.bases)
    factor = float(rng.choice([0.0, 0.5, 0.8, 0.97, 1.03, 1.2, 2.0]))
    kind = kinds[int(rng.integers(len(kinds)))]
    if kind == "r":
        route = int(rng.integers(len(capacity)))
        capacity[route] = factor * capacity[route] if capacity[route] else float(rng.uniform(5, 60))
    elif kind == "d":
        town = int(rng.integers(len(demand)))
        demand[town] = factor * demand[town] if demand[town] else float(rng.uniform(5, 80))
    else:
        town = sorted(bases)[int(rng.integers(len(bases)))]
        bases[town] = factor * bases[town] if bases[town] else float(rng.uniform(20, 300))
    return Question(case.network, capacity, demand, bases)


@pytest.mark.parametrize("kinds", ["r", "d", "b", "rdb"])
def test_a_lazy_programme_follows_any_walk_of_limits_like_one_that_is_always_asked(kinds):
    asked = steps = 0
    for seed in range(16):
        case = random_question(1000 + seed, whole=False)
        rng = chance(seed)
        lazy = case.solved()
        builder = case.lp()
        for _ in range(20):
            case = wandered(case, rng, kinds)
            lazy.solve(case.capacity, case.demand, case.bases)
            anew = Question(case.network, case.capacity, case.demand, case.bases)
            fresh = builder.__class__(case.network, [float(t in case.bases) for t in range(len(case.demand))])
            fresh.solve(anew.capacity, anew.demand, anew.bases)
            assert everything(lazy.plan) == near(fresh.plan), seed
            steps += 1
        asked += lazy.solves - 1
    assert 0 < asked < steps


def test_asking_for_the_same_again_changes_nothing():
    for seed in range(40):
        case = random_question(seed, whole=False)
        lp = case.solved()
        plan = lp.plan
        assert lp.solve(case.capacity, case.demand, case.bases) is False
        assert lp.plan is plan
        assert lp.solves == 1


def test_two_programmes_asked_the_same_answer_to_the_last_digit():
    for seed in range(40):
        first, second = random_question(seed, whole=False), random_question(seed, whole=False)
        assert first.solved().plan == second.solved().plan


def one_road(capacity: float, asked: float, base: float) -> Question:
    return Question(network_of(2, [(0, 1)]), np.array([capacity]), [0.0, asked], {0: base})


@pytest.mark.parametrize(
    ("capacity", "asked", "base"),
    [(80.0, 40.0, 90.0), (40.0, 40.0, 90.0), (500.0, 40.0, 90.0), (60.0, 40.0, 40.0), (60.0, 40.0, 900.0)],
    ids=["wider", "just enough", "much wider", "base just enough", "base richer"],
)
def test_limits_that_did_not_bind_may_move_down_to_what_is_used(capacity, asked, base):
    lp = one_road(60.0, 40.0, 90.0).solved()
    assert lp.solve(np.array([capacity]), [0.0, asked], {0: base}) is False
    assert lp.plan.delivered == pytest.approx([0.0, 40.0])


@pytest.mark.parametrize(
    ("capacity", "asked", "base", "met"),
    [(39.0, 40.0, 90.0, 39.0), (60.0, 41.0, 90.0, 41.0), (60.0, 40.0, 30.0, 30.0), (60.0, 20.0, 90.0, 20.0)],
    ids=["road too narrow", "more asked", "base too poor", "less asked"],
)
def test_limits_that_bind_or_no_longer_suffice_are_worth_a_new_plan(capacity, asked, base, met):
    lp = one_road(60.0, 40.0, 90.0).solved()
    assert lp.solve(np.array([capacity]), [0.0, asked], {0: base}) is True
    assert lp.plan.delivered == pytest.approx([0.0, met])


def test_a_demand_that_is_met_in_part_binds_by_its_quarters():
    network = network_of(4, [(0, 1), (1, 2), (1, 3)])
    case = Question(network, np.array([100.0, 500.0, 500.0]), [0.0, 0.0, 100.0, 100.0], {0: 1000.0})
    lp = case.solved()
    assert lp.plan.delivered == pytest.approx([0.0, 0.0, 50.0, 50.0])
    assert lp.solve(case.capacity, [0.0, 0.0, 100.0, 300.0], case.bases) is True
    assert lp.plan.delivered == pytest.approx([0.0, 0.0, 25.0, 75.0])


def test_a_demand_of_which_no_quarter_is_met_may_grow():
    lp = one_road(10.0, 60.0, 90.0).solved()
    assert lp.plan.delivered == pytest.approx([0.0, 10.0])
    assert lp.solve(np.array([10.0]), [0.0, 90.0], {0: 90.0}) is False
    assert lp.solve(np.array([10.0]), [0.0, 30.0], {0: 90.0}) is True
