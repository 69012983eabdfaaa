"""Ways between towns: the nearest by the globe, and the least length that joins all."""

import networkx as nx
import numpy as np
import pytest

from sim.model.scenario import Position, great_circle
from sim.scenario_file.map_import.distances import Distances


def scattered(seed, count):
    rng = np.random.default_rng(seed)  # noqa: TID251 - the random choices of a test
    return {
        f"t{n:03}": (float(lat), float(lon)) for n, (lat, lon) in enumerate(rng.uniform(20, 60, (count, 2)))
    }


def apart(at, one, other):
    return great_circle(Position(*at[one]), Position(*at[other]))


def test_distances_are_great_circles():
    at = scattered(1, 12)
    for town, point in at.items():
        assert Distances(at).from_point(point) == pytest.approx(
            [apart(at, town, other) for other in at], abs=1e-6
        )


def test_the_nearest_pair_and_the_farthest_town_are_those_of_all_pairs():
    at = scattered(2, 20)
    ours, theirs = list(at)[:9], list(at)[9:]
    ground = Distances(at)
    assert ground.nearest_pair(ours, theirs) == min(
        ((one, other) for one in ours for other in theirs), key=lambda pair: apart(at, *pair)
    )
    assert ground.farthest(ours, theirs) == max(
        ours, key=lambda town: min(apart(at, town, other) for other in theirs)
    )


@pytest.mark.parametrize("seed", range(5))
def test_added_ways_are_the_shortest_that_join_all(seed):
    at = scattered(seed, 25)
    towns = list(at)
    graph = nx.Graph()
    graph.add_weighted_edges_from(
        (one, other, apart(at, one, other)) for n, one in enumerate(towns) for other in towns[:n]
    )
    beside = {town: [] for town in towns}
    for one, other in zip(towns[::3], towns[1::3], strict=False):
        beside[one].append(other)
        beside[other].append(one)
        graph.add_edge(one, other, weight=0.0)
    added = list(Distances(at).connecting_routes(towns, towns[:1], beside))
    least = nx.minimum_spanning_tree(graph).size(weight="weight")
    assert sum(apart(at, *pair) for pair in added) == pytest.approx(least)


def test_of_ways_equally_long_the_first_by_name_is_added():
    at = {"c": (50.0, 30.0), "a": (50.0, 31.0), "b": (50.0, 29.0)}
    forms = list(Distances(at).connecting_routes(list(at), ["c"], {town: [] for town in at}))
    assert forms == [("c", "a"), ("c", "b")]
