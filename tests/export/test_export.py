"""Rows, GeoJSON, GraphML, CSV and Parquet: the same numbers in each, as ordinary readers see them."""

import csv
import io
import json
import re
from xml.etree import ElementTree as ET

import arro3.io
import networkx as nx
import pytest

from sim.analysis.timeline import sample_times
from sim.export.geojson import recording_geojson, scenario_geojson
from sim.export.graph import graphml
from sim.export.rows import TABLES, moment_rows, scenario_rows
from sim.export.tabular import csv_bytes, parquet_bytes
from sim.model.quantities import DAY
from sim.results.tables import columns_of
from sim.scenario_file.bundled import scenario_folder
from sim.scenario_file.read import read_scenario


@pytest.fixture(scope="module")
def kupiansk():
    return read_scenario("kupiansk").scenario


def test_every_column_of_every_table_is_in_the_data_dictionary(kupiansk, scenario, opening):
    page = (scenario_folder() / "README.md").read_text(encoding="utf-8")
    said = page.partition("## Tables and their columns")[2].partition("\n## ")[0]
    columns = {name for table in TABLES for name in scenario_rows(kupiansk, table)[0]}
    columns |= {name for table in TABLES for name in moment_rows(scenario, opening, table)[0]}
    for table in ("towns", "changes", "daily", "replications"):
        own = columns_of(table, ["SIDE"])
        columns |= {re.sub(r"(SIDE_)?lost_.*", r"\1lost_…", name) for name in own}
    assert [name for name in sorted(columns) if f"`{name}`" not in said] == []


def features(parts):
    return json.loads(b"".join(parts))["features"]


@pytest.mark.parametrize("table", TABLES)
def test_rows_of_a_table_have_the_same_flat_columns(kupiansk, scenario, opening, table):
    for rows in (scenario_rows(kupiansk, table), moment_rows(scenario, opening, table)):
        assert len({tuple(row) for row in rows}) == 1
        for row in rows:
            assert all(value is None or isinstance(value, str | int | float | bool) for value in row.values())


def test_every_town_route_and_line_is_a_feature_once(kupiansk):
    found = features(scenario_geojson(kupiansk, {}))
    by_kind = {}
    for each in found:
        by_kind.setdefault(each["properties"]["feature"], []).append(each["properties"]["id"])
    assert by_kind["town"] == [town.id for town in kupiansk.towns]
    assert by_kind["route"] == [route.id for route in kupiansk.routes]
    assert len(by_kind["river"]) + len(by_kind["border"]) == len(kupiansk.lines)


def test_longitude_comes_first_and_a_route_joins_its_towns(kupiansk):
    found = {each["properties"]["id"]: each for each in features(scenario_geojson(kupiansk, {}))}
    town = next(town for town in kupiansk.towns if town.id == "kupiansk")
    assert found["kupiansk"]["geometry"] == {"type": "Point", "coordinates": [town.at.lon, town.at.lat]}
    route = next(route for route in kupiansk.routes if route.end == "kupiansk")
    assert found[route.id]["geometry"]["coordinates"][-1] == [town.at.lon, town.at.lat]


def test_a_run_has_each_feature_at_each_moment_with_its_time(scenario, opening):
    found = features(recording_geojson(scenario, {}, [opening]))
    assert len(found) == len(scenario.towns) + len(scenario.routes)
    assert {each["properties"]["time"] for each in found} == {"2025-01-27T00:00:00"}


def test_what_a_moment_says_is_what_the_books_say(scenario, opening):
    towns = {row["id"]: row for row in moment_rows(scenario, opening, "towns")}
    assert towns["ford"]["strength_soldiers"] == opening.strength["ford"]
    assert towns["ford"]["is_contested"]
    assert not towns["west"]["is_contested"]
    routes = {row["id"]: row for row in moment_rows(scenario, opening, "routes")}
    assert routes["ford-east"]["is_contact"]
    assert routes["ford-east"]["pressure_share"] is None
    mill = routes["west-mill"]
    assert mill["lost_share"] + mill["in_use_share"] + mill["free_share"] == pytest.approx(1.0)
    sides = {row["id"]: row for row in moment_rows(scenario, opening, "sides")}
    assert sides["ua"]["towns_held"] == 3
    assert sides["ua"]["strength_soldiers"] == 1600


def test_the_graph_is_read_as_it_was(kupiansk):
    towns, routes = scenario_rows(kupiansk, "towns"), scenario_rows(kupiansk, "routes")
    graph = nx.parse_graphml(graphml(towns, routes).decode(), force_multigraph=True)
    assert list(graph) == [town.id for town in kupiansk.towns]
    assert sorted(key for _, _, key in graph.edges(keys=True)) == sorted(
        route.id for route in kupiansk.routes
    )
    for row in towns:
        read = graph.nodes[row["id"]]
        assert read["lat"] == row["lat"]
        assert read["strength_soldiers"] == row["strength_soldiers"]
        assert read["name"] == row["name"]
    for route in kupiansk.routes:
        assert graph.edges[route.start, route.end, route.id]["kind"] == route.kind


def test_truth_is_truth_in_a_graph_and_keys_are_declared(scenario, opening):
    towns, routes = moment_rows(scenario, opening, "towns"), moment_rows(scenario, opening, "routes")
    content = graphml(towns, routes)
    graph = nx.parse_graphml(content.decode(), force_multigraph=True)
    assert graph.nodes["ford"]["is_contested"] is True
    space = "{http://graphml.graphdrawing.org/xmlns}"
    root = ET.fromstring(content)
    declared = {key.get("id") for key in root.iter(f"{space}key")}
    assert {each.get("key") for each in root.iter(f"{space}data")} <= declared
    assert {key.get("for") for key in root.iter(f"{space}key")} == {"node", "edge"}


def test_whole_and_broken_numbers_of_one_column_are_one_type():
    rows = [{"id": "a", "x": 1}, {"id": "b", "x": 2.5}, {"id": "c", "x": 3}]
    graph = nx.parse_graphml(graphml(rows, []).decode())
    assert [graph.nodes[each]["x"] for each in "abc"] == [1.0, 2.5, 3.0]


def test_names_cannot_break_the_graph():
    rows = [{"id": 'a"<&', "name": "<b>&</b>"}]
    graph = nx.parse_graphml(graphml(rows, []).decode())
    assert graph.nodes['a"<&']["name"] == "<b>&</b>"


@pytest.mark.parametrize("table", TABLES)
def test_csv_and_parquet_hold_the_same(scenario, opening, table):
    rows = moment_rows(scenario, opening, table)
    read = list(csv.DictReader(io.StringIO(csv_bytes(rows).decode())))
    columns = arro3.io.read_parquet(io.BytesIO(parquet_bytes(rows))).read_all()
    assert columns.column_names == list(rows[0])
    for name in rows[0]:
        whole = columns[name].to_pylist()
        assert whole == [row[name] for row in rows]
        assert [each[name] for each in read] == [_written(row[name]) for row in rows]


def _written(value):
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_an_amount_nobody_knows_is_still_an_amount():
    columns = arro3.io.read_parquet(
        io.BytesIO(parquet_bytes([{"stock_t": None, "name_uk": None}]))
    ).read_all()
    assert str(columns.schema.field("stock_t").type).find("Float64") >= 0
    assert str(columns.schema.field("name_uk").type).find("Utf8") >= 0


def test_samples_reach_the_end():
    assert sample_times(3 * DAY)[-1] == 3 * DAY


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t=", "\r\n@", " +", "＝"])
def test_no_text_becomes_a_formula_in_a_spreadsheet(first):
    text = f"{first}HYPERLINK(1,2)"
    rows = [{"name": text, f"{first}column": -1.5}, {"name": f"a{text}", f"{first}column": None}]
    read = list(csv.reader(io.StringIO(csv_bytes(rows).decode(), newline="")))
    shown = re.sub(r"[\t\r\n]", " ", first)
    assert read == [
        ["name", f"'{shown}column"],
        [f"'{shown}HYPERLINK(1,2)", "-1.5"],
        [f"a{shown}HYPERLINK(1,2)", ""],
    ]
