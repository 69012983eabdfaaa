"""GraphML to a scenario: what we, Gephi and OSMnx write, and a net of streets of 300 nodes."""

import json

import networkx as nx
import pytest

from sim.errors import FileError
from sim.export.graph import graphml
from sim.export.rows import scenario_rows
from sim.scenario_file.map_import.geojson import read_geojson
from sim.scenario_file.map_import.graphml import read_graphml
from sim.scenario_file.map_import.map_scenario import MapScenario
from sim.scenario_file.read import read_document, read_scenario
from sim.statistics.streams import Streams

SIDE = 15
WAYS = ("primary", "['residential', 'tertiary']", "track")


@pytest.fixture
def made(tmp_path):
    """Return a function that writes a graph as networkx and OSMnx do, and makes a scenario of it."""

    def make(graph):
        path = tmp_path / "x.graphml"
        nx.write_graphml(graph, path)
        found = MapScenario(read_graphml(path), "x")
        return read_document(found.document), " ".join(found.notes)

    return make


def streets(count=20):
    """Return a net of streets as OSMnx has it: both directions, parallel ways, and odd tags."""
    rng = Streams(1, 0)["streets"]
    graph = nx.MultiDiGraph(crs="epsg:4326")
    spots = {(row, column): 1000 + row * SIDE + column for row in range(count) for column in range(SIDE)}
    for (row, column), node in spots.items():
        lon, lat = 37 + 0.01 * column + 0.004 * rng.uniform(), 49 + 0.01 * row + 0.004 * rng.uniform()
        graph.add_node(node, y=lat, x=lon, street_count=4, **({"highway": "crossing"} if column == 3 else {}))
    for (row, column), node in spots.items():
        for other in ((row, column + 1), (row + 1, column)):
            if other in spots and (rng.uniform() < 0.8 or 0 in other):
                length = 600 + 400 * rng.uniform()
                tags = {
                    "osmid": node,
                    "highway": WAYS[int(3 * rng.uniform())],
                }
                tags |= {"lanes": "2", "oneway": False, "maxspeed": "50 mph"}
                graph.add_edge(node, spots[other], length=length, **tags)
                graph.add_edge(spots[other], node, length=length, reversed=True, **tags)
                if rng.uniform() < 0.1:
                    graph.add_edge(node, spots[other], length=2 * length, name="Old way", **tags)
    return graph


def test_what_was_exported_comes_back(tmp_path):
    was = read_scenario("kupiansk").scenario
    path = tmp_path / "x.graphml"
    path.write_bytes(graphml(scenario_rows(was, "towns"), scenario_rows(was, "routes")))
    back = read_document(MapScenario(read_graphml(path), "x").document)
    assert back.towns == was.towns
    # A graph lists the routes of one town after those of another, and may turn one round.
    assert {(route.id, route.kind, frozenset({route.start, route.end})) for route in back.routes} == {
        (route.id, route.kind, frozenset({route.start, route.end})) for route in was.routes
    }


def test_the_name_of_a_town_is_its_label_for_gephi():
    scenario = read_scenario("two-towns").scenario
    text = graphml(scenario_rows(scenario, "towns"), scenario_rows(scenario, "routes")).decode()
    assert nx.parse_graphml(text).nodes["lypa"]["label"] == "Lypa"


def test_a_net_of_three_hundred_crossings_is_a_front(made):
    graph = streets()
    scenario, notes = made(graph)
    assert len(scenario.towns) == 300
    assert len(graph.edges) / 2 < len(scenario.routes) < len(graph.edges) / 2 + 60
    assert {route.kind for route in scenario.routes} == {"road", "track"}
    assert all(0.5 < route.length < 2.1 for route in scenario.routes if route.length)
    assert "the same road the other way" in notes
    assert all(side.assaults for side in scenario.sides)


def test_the_same_net_as_geojson_is_the_same_front(made, tmp_path):
    graph = streets(6)
    points = [
        {
            "type": "Feature",
            "properties": {"osmid": node, **({"highway": at["highway"]} if "highway" in at else {})},
            "geometry": {"type": "Point", "coordinates": [at["x"], at["y"]]},
        }
        for node, at in graph.nodes.items()
    ]
    lines = [
        {
            "type": "Feature",
            "properties": {**tags, "u": start, "v": end},
            "geometry": {
                "type": "LineString",
                "coordinates": [[graph.nodes[node]["x"], graph.nodes[node]["y"]] for node in (start, end)],
            },
        }
        for start, end, tags in graph.edges(data=True)
    ]
    path = tmp_path / "x.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": points + lines}))
    found = read_document(MapScenario(read_geojson(path), "x").document)
    there, _ = made(graph)
    assert [town.at for town in found.towns] == [town.at for town in there.towns]
    assert [(r.kind, r.length, r.name) for r in found.routes] == [
        (r.kind, r.length, r.name) for r in there.routes
    ]


def test_gephis_labels_are_names_and_its_layout_is_no_place(made):
    graph = nx.Graph()
    graph.add_node("0", label="Alfa", Latitude=49.7, Longitude=37.5, x=-312.5, y=88.0, r=9)
    graph.add_node("1", label="Bravo", Latitude=49.7, Longitude=37.7, x=12.5, y=8.0, r=9)
    graph.add_node("2", label="Nowhere", x=-312.5, y=88.0)
    graph.add_edge("0", "1", weight=2.0)
    graph.add_edge("0", "2")
    scenario, notes = made(graph)
    assert [(town.id, town.name) for town in scenario.towns] == [("0", "Alfa"), ("1", "Bravo")]
    assert [(route.start, route.end) for route in scenario.routes] == [("0", "1")]
    assert "without a place (1: Nowhere" in notes
    assert "lines without a length (1)" in notes


def test_the_bends_of_osmnx_are_followed(made):
    graph = nx.MultiDiGraph()
    graph.add_node(1, y=49.7, x=37.5)
    graph.add_node(2, y=49.7, x=37.7)
    bend = "LINESTRING (37.5 49.7, 37.6 49.9, 37.7 49.7)"
    graph.add_edge(1, 2, osmid=7, geometry=bend, name="['M3', \"Rue de l'Ange\"]")
    graph.add_edge(1, 2, osmid=8, geometry=bend, length=80_000.0)
    route, other = made(graph)[0].routes
    assert route.length == pytest.approx(46.7, abs=0.1)
    assert route.name == "M3, Rue de l'Ange"
    assert other.length == 80


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not GraphML"),
        ("<graphml>", "not GraphML"),
        ("<html/>", "it has no graph"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><graphml/>', "defines entities"),
        ("<graphml><graph/></graphml>", "has no point"),
    ],
)
def test_what_is_no_graph_is_told(tmp_path, text, said):
    path = tmp_path / "x.graphml"
    path.write_text(text)
    with pytest.raises(FileError, match=said):
        read_graphml(path)


def test_graphs_in_metres_are_refused(made):
    graph = nx.Graph(crs="epsg:32637")
    graph.add_node(1, y=5587000.0, x=534481.0)
    with pytest.raises(FileError, match="EPSG:32637; export it as WGS 84"):
        made(graph)


def test_too_large_graphs_are_refused(made, monkeypatch):
    monkeypatch.setattr("sim.scenario_file.map_import.graphml.MAX_FEATURES", 2)
    with pytest.raises(FileError, match="more than 2 nodes and edges"):
        made(streets(2))
