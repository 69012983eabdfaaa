"""The graph of towns and routes."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.network import SAMPLES_PER_ROUTE, Network
from sim.model.parameters import Transport
from sim.model.quantities import HOUR
from sim.model.scenario import EARTH_RADIUS, Position, Route, Town, great_circle
from tests.support.networks import chance, scenario_of, seeded
from tests.support.supply_questions import network_of

if TYPE_CHECKING:
    import numpy as np

places = st.builds(Position, st.floats(-89.0, 89.0), st.floats(-179.0, 179.0))


def anything(_: int) -> bool:
    return True


# the globe


@pytest.mark.parametrize(
    ("a", "b", "kilometres"),
    [
        (Position(0, 0), Position(0, 90), math.pi / 2 * EARTH_RADIUS),
        (Position(90, 0), Position(-90, 0), math.pi * EARTH_RADIUS),
        (Position(50, 36), Position(51, 36), math.pi / 180 * EARTH_RADIUS),
        (Position(60, 0), Position(60, 180), math.pi / 3 * EARTH_RADIUS),
        (Position(0, 179.5), Position(0, -179.5), math.pi / 180 * EARTH_RADIUS),
        (Position(36.12, -86.67), Position(33.94, -118.40), 2886.45),
    ],
    ids=["a quarter", "pole to pole", "a degree north", "over the pole", "over the date line", "BNA to LAX"],
)
def test_great_circles_have_their_known_lengths(a, b, kilometres):
    assert great_circle(a, b) == pytest.approx(kilometres, rel=1e-5)


@seeded
@given(places, places, places)
def test_distance_is_a_metric(a, b, c):
    assert great_circle(a, a) == 0.0
    assert great_circle(a, b) == pytest.approx(great_circle(b, a))
    assert great_circle(a, c) <= great_circle(a, b) + great_circle(b, c) + 1e-6
    assert 0.0 <= great_circle(a, b) <= math.pi * EARTH_RADIUS + 1e-6


@seeded
@given(st.floats(-89.0, 89.0), st.floats(-179.0, 0.0))
def test_places_opposite_each_other_are_half_the_globe_apart(lat, lon):
    assert great_circle(Position(lat, lon), Position(-lat, lon + 180.0)) == pytest.approx(
        math.pi * EARTH_RADIUS
    )


def test_the_plane_keeps_the_distances_of_a_front():
    at = [Position(49.7, 37.6), Position(49.2, 37.3), Position(50.3, 36.9), Position(49.99, 36.23)]
    network = Network(
        scenario_of([Town(id=f"t{i}", name="T", at=p, held_by="a") for i, p in enumerate(at)], [])
    )
    assert network.xy.mean(axis=0) == pytest.approx([0.0, 0.0], abs=1e-9)
    for i, j in itertools.combinations(range(4), 2):
        assert math.dist(network.xy[i], network.xy[j]) == pytest.approx(great_circle(at[i], at[j]), rel=0.01)


# what a route is where the scenario is silent


def two_towns(*routes: Route, **others) -> Network:
    at = (Position(49.0, 36.0), Position(49.5, 36.5))
    towns = [Town(id=name, name=name, at=place, held_by="a") for name, place in zip("uv", at, strict=True)]
    return Network(scenario_of(towns, routes, **others))


def test_a_route_says_its_own_length_capacity_and_speed():
    route = Route(id="r", start="u", end="v", length=30.0, capacity=77.0, speed=15.0)
    network = two_towns(route)
    assert (network.length, network.capacity, network.hours) == ([30.0], [77.0], [2.0])


@pytest.mark.parametrize("kind", ["road", "rail", "track", "crossing"])
def test_a_route_that_says_nothing_is_as_long_as_it_winds_and_carries_what_its_kind_does(kind):
    transport = Transport(winding=1.5)
    network = two_towns(Route(id="r", start="u", end="v", kind=kind), transport=transport)
    way = 1.5 * great_circle(Position(49.0, 36.0), Position(49.5, 36.5))
    assert network.length == pytest.approx([way])
    assert network.capacity == [transport.capacity[kind]]
    assert network.hours == pytest.approx([way / transport.speed[kind]])
    assert network.kind == [kind]


def test_two_towns_at_one_place_are_fifty_metres_apart():
    here = Position(49.0, 36.0)
    towns = [Town(id=name, name=name, at=here, held_by="a") for name in "uv"]
    assert Network(scenario_of(towns, [Route(id="r", start="u", end="v")])).length == [0.05]


def test_towns_and_routes_are_numbered_in_the_scenarios_order():
    network = network_of(3, [(2, 0), (1, 2)])
    assert network.towns == ("t0", "t1", "t2")
    assert network.routes == ("r0", "r1")
    assert network.town == {"t0": 0, "t1": 1, "t2": 2}
    assert network.route == {"r0": 0, "r1": 1}
    assert (network.start, network.end) == ([2, 1], [0, 2])
    assert network.adjacent == [[(0, 2)], [(1, 2)], [(0, 0), (1, 1)]]
    assert network.other_end(0, 2) == 0
    assert network.other_end(0, 0) == 2


# control


def random_network(seed: int) -> tuple[Network, list[int], np.random.Generator]:
    rng = chance(seed)
    towns = int(rng.integers(2, 14))
    edges = [
        tuple(rng.choice(towns, 2, replace=False).tolist()) for _ in range(int(rng.integers(1, 3 * towns)))
    ]
    network = network_of(towns, edges, rng.uniform(1.0, 40.0, len(edges)).tolist())
    return network, rng.integers(0, 2, towns).tolist(), rng


def test_contacts_are_the_routes_between_the_sides():
    for seed in range(40):
        network, holder, _ = random_network(seed)
        ends = enumerate(zip(network.start, network.end, strict=True))
        assert network.contacts(holder) == [e for e, (u, v) in ends if holder[u] != holder[v]]


def own_graph(network: Network, holder: list[int], is_open=anything) -> nx.Graph:
    """Return the quickest route between each two towns of one side as one edge."""
    graph = nx.Graph()
    graph.add_nodes_from(range(len(network.towns)))
    for e, (u, v) in enumerate(zip(network.start, network.end, strict=True)):
        if holder[u] == holder[v] and is_open(e):
            hours = min(network.hours[e], graph.get_edge_data(u, v, {"hours": math.inf})["hours"])
            graph.add_edge(u, v, hours=hours)
    return graph


def test_reachable_is_what_each_origins_own_side_connects():
    for seed in range(60):
        network, holder, rng = random_network(seed)
        origins = rng.choice(len(holder), int(rng.integers(0, 4))).tolist()
        graph = own_graph(network, holder)
        expected = set().union(*(nx.node_connected_component(graph, origin) for origin in origins))
        assert network.reachable(origins, holder) == expected


def test_a_way_is_the_quickest_over_open_ground_of_its_side():
    found = 0
    for seed in range(80):
        network, holder, rng = random_network(seed)
        shut = rng.random(len(network.routes)) < 0.2
        graph = own_graph(network, holder, lambda e, shut=shut: not shut[e])
        for origin, goal in itertools.permutations(range(min(5, len(holder))), 2):
            way = network.path(origin, goal, holder, lambda e, shut=shut: not shut[e])
            if way is None:
                assert holder[origin] != holder[goal] or not nx.has_path(graph, origin, goal)
                continue
            at = origin
            for e in way:
                assert not shut[e]
                assert at in {network.start[e], network.end[e]}
                at = network.other_end(e, at)
                assert holder[at] == holder[origin]
            assert at == goal
            hours = nx.dijkstra_path_length(graph, origin, goal, weight="hours")
            assert math.fsum(network.hours[e] for e in way) == pytest.approx(hours)
            found += 1
    assert found > 100


def test_of_parallel_routes_the_quickest_open_one_is_taken():
    network = network_of(2, [(0, 1), (1, 0), (0, 1)], [30.0, 10.0, 20.0])
    assert network.path(0, 1, [0, 0], anything) == [1]
    assert network.path(0, 1, [0, 0], lambda e: e != 1) == [2]
    assert network.path(1, 0, [0, 0], lambda e: e == 0) == [0]


def test_of_parallel_routes_that_are_alike_the_first_is_taken():
    network = network_of(2, [(0, 1), (1, 0), (0, 1)])
    assert network.path(0, 1, [0, 0], anything) == [0]
    assert network.path(1, 0, [0, 0], anything) == [0]


def test_there_is_no_way_to_the_other_side_nor_over_shut_routes():
    network = network_of(3, [(0, 1), (1, 2)])
    assert network.path(0, 2, [0, 1, 0], anything) is None
    assert network.path(0, 1, [0, 1, 0], anything) is None
    assert network.path(0, 2, [0, 0, 0], lambda e: e == 0) is None


def test_a_town_is_already_where_it_is():
    assert network_of(2, [(0, 1)]).path(1, 1, [0, 0], anything) == []


# time


def test_legs_add_up_to_the_times_of_a_way():
    network = network_of(4, [(0, 1), (1, 2), (2, 3)], [35.0, 70.0, 17.5])
    assert network.times((0, 1, 2), 1000, 1.0) == (1000 + HOUR, 1000 + 3 * HOUR, 1000 + 7 * HOUR // 2)
    assert network.times((0, 1), 0, 0.5) == (2 * HOUR, 6 * HOUR)
    assert network.times((), 50, 1.0) == ()


def test_a_leg_takes_whole_seconds_and_at_least_one():
    network = network_of(2, [(0, 1), (0, 1)], [0.05, 33.333])
    assert network.leg_time(0, 1e6) == 1
    assert network.times_by(0.85) == [network.leg_time(e, 0.85) for e in range(2)]
    assert all(isinstance(seconds, int) for seconds in network.times_by(0.85))


# points along routes


def test_samples_are_the_middles_of_equal_parts_of_each_route():
    network = network_of(3, [(0, 1), (2, 0)])
    samples = network.samples()
    assert samples.shape == (2, SAMPLES_PER_ROUTE, 2)
    for e in range(2):
        first, last = network.xy[network.start[e]], network.xy[network.end[e]]
        for point in range(SAMPLES_PER_ROUTE):
            share = (2 * point + 1) / (2 * SAMPLES_PER_ROUTE)
            assert samples[e, point] == pytest.approx((1 - share) * first + share * last)


def test_a_network_without_routes_has_no_points_no_contacts_and_no_ways():
    network = network_of(2, [])
    assert network.samples().shape == (0, SAMPLES_PER_ROUTE, 2)
    assert network.contacts([0, 1]) == []
    assert network.path(0, 1, [0, 0], anything) is None
    assert network.reachable([0], [0, 0]) == {0}
