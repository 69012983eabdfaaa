"""A plan's flows taken apart into ways from bases to towns."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.model.supply.flow_decomposition import routes_into, single_paths, split_paths
from sim.model.supply.supply_lp import NEGLIGIBLE, Plan
from tests.support.supply_questions import Question, network_of, random_question


def all_ways(case: Question):
    plan = case.solved().plan
    return plan, split_paths(case.network, plan, routes_into(case.network, plan), range(len(case.demand)))


@pytest.mark.parametrize("whole", [True, False])
def test_ways_together_are_the_flows_the_entries_and_what_is_met(whole):
    for seed in range(150):
        case = random_question(seed, whole=whole)
        plan, ways = all_ways(case)
        flow, entry, met = (np.zeros(len(x)) for x in (plan.flow, plan.entry, plan.delivered))
        for town, own in ways.items():
            for routes, tonnes in own:
                at = town
                for route in reversed(routes):
                    origin = case.network.other_end(route, at)
                    flow[route] += tonnes if case.network.start[route] == origin else -tonnes
                    at = origin
                entry[at] += tonnes
                met[town] += tonnes
        assert flow == pytest.approx(np.array(plan.flow), abs=1e-4), seed
        assert entry == pytest.approx(np.array(plan.entry), abs=1e-4), seed
        assert met == pytest.approx(np.array(plan.delivered), abs=1e-4), seed


def test_every_way_begins_at_a_base_ends_in_its_town_and_passes_no_town_twice():
    for seed in range(150):
        case = random_question(seed, whole=False)
        _, ways = all_ways(case)
        for town, own in ways.items():
            for routes, tonnes in own:
                passed = [town]
                for route in reversed(routes):
                    assert passed[-1] in {case.network.start[route], case.network.end[route]}
                    passed.append(case.network.other_end(route, passed[-1]))
                assert passed[-1] in case.bases
                assert len(set(passed)) == len(passed)
                assert tonnes > 0.0


def test_towns_that_get_nothing_have_no_ways():
    case = Question(network_of(3, [(0, 1)]), np.array([50.0]), [0.0, 30.0, 30.0], {0: 90.0})
    _, ways = all_ways(case)
    assert list(ways) == [1]


def test_what_a_base_gives_to_its_own_town_goes_over_no_road():
    case = Question(network_of(2, [(0, 1)]), np.array([50.0]), [20.0, 30.0], {0: 90.0})
    _, ways = all_ways(case)
    assert ways == {0: [((), pytest.approx(20.0))], 1: [((0,), pytest.approx(30.0))]}


def test_a_town_with_two_ways_draws_first_from_the_fuller():
    network = network_of(2, [(0, 1), (0, 1)], [20.0, 10.0])
    case = Question(network, np.array([50.0, 20.0]), [0.0, 60.0], {0: 100.0})
    _, ways = all_ways(case)
    assert ways == {1: [((0,), pytest.approx(40.0)), ((1,), pytest.approx(20.0))]}


def test_towns_draw_in_the_order_in_which_they_are_named():
    network = network_of(4, [(0, 2), (1, 2), (2, 3)])
    case = Question(network, np.array([90.0, 90.0, 90.0]), [0.0, 0.0, 30.0, 30.0], {0: 40.0, 1: 20.0})
    plan = case.solved().plan
    first = split_paths(network, plan, routes_into(network, plan), [2, 3])
    second = split_paths(network, plan, routes_into(network, plan), [3, 2])
    assert first[2] == [((0,), pytest.approx(30.0))]
    assert second[3] == [((0, 2), pytest.approx(30.0))]
    for ways in (first, second):
        assert math.fsum(tonnes for own in ways.values() for _, tonnes in own) == pytest.approx(60.0)


@pytest.mark.parametrize("flow", [0.0, 10.0])
def test_a_plan_that_brings_less_than_it_says_gives_what_there_is(flow):
    # rounding in a plan may leave the last crumb of a demand without a way
    plan = Plan(flow=[flow], delivered=[0.0, 30.0], entry=[flow, 0.0])
    network = network_of(2, [(0, 1)])
    ways = split_paths(network, plan, routes_into(network, plan), [1])
    assert ways == {1: [((0,), flow)] if flow > NEGLIGIBLE else []}


@pytest.mark.parametrize("whole", [True, False])
def test_a_sole_way_is_what_a_town_would_draw_and_leaves_the_others_theirs(whole):
    found = 0
    for seed in range(150):
        case = random_question(seed, whole=whole)
        plan, ways = all_ways(case)
        sole = single_paths(case.network, plan, routes_into(case.network, plan), list(ways))
        for town, way in sole.items():
            assert ways[town] == [(way, pytest.approx(plan.delivered[town], abs=1e-6))]
        rest = [town for town in ways if town not in sole]
        alone = split_paths(case.network, plan, routes_into(case.network, plan), rest)
        assert {town: [way for way, _ in own] for town, own in alone.items()} == {
            town: [way for way, _ in ways[town]] for town in rest
        }
        found += len(sole)
    assert found > 100
