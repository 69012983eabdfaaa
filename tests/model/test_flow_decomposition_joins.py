"""Towns that a plan reaches by one way only, and those where flows join."""

import numpy as np

from sim.model.supply.flow_decomposition import routes_into, single_paths
from tests.support.supply_questions import Question, network_of


def found(routes, capacity, demand):
    network = network_of(len(demand), routes)
    case = Question(network, np.array(capacity, dtype=float), demand, {0: 90.0})
    plan = case.solved().plan
    asking = [town for town, asked in enumerate(demand) if asked]
    return single_paths(network, plan, routes_into(network, plan), asking)


def test_the_towns_of_a_tree_are_each_reached_by_the_routes_to_them_in_driving_order():
    tree = [(0, 1), (2, 1), (1, 3), (3, 4)]
    assert found(tree, [90.0] * 4, [5.0, 10.0, 20.0, 0.0, 15.0]) == {0: (), 1: (0,), 2: (0, 1), 4: (0, 2, 3)}


def test_a_town_where_flows_join_has_no_sole_way_and_nor_has_one_beyond_it():
    diamond = [(0, 1), (1, 3), (0, 2), (2, 3), (3, 4)]
    ways = found(diamond, [20.0, 20.0, 20.0, 20.0, 90.0], [0.0, 4.0, 4.0, 10.0, 18.0])
    assert ways == {1: (0,), 2: (2,)}
