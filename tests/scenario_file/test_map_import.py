"""GeoJSON to a scenario: what was exported comes back, and any points make a front that can be run."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import FileError
from sim.export.geojson import scenario_geojson
from sim.scenario_file.bundled import bundled_names
from sim.scenario_file.map_import.features import MapFeatures, slug
from sim.scenario_file.map_import.geojson import read_geojson
from sim.scenario_file.map_import.map_scenario import MapScenario
from sim.scenario_file.read import read_document, read_scenario


def feature(shape, coordinates, **found):
    return {"type": "Feature", "geometry": {"type": shape, "coordinates": coordinates}, "properties": found}


@pytest.fixture
def made(tmp_path):
    """Return a function that writes features to a file and makes a scenario of it."""

    def make(*features, **others):
        path = tmp_path / "places.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features), **others}))
        found = MapScenario(read_geojson(path), "Places")
        return read_document(found.document), found.notes

    return make


@pytest.mark.untraced
@pytest.mark.parametrize("name", bundled_names())
def test_what_was_exported_comes_back_with_ranges_and_sources(tmp_path, name):
    was = read_scenario(name)
    path = tmp_path / "x.geojson"
    path.write_bytes(b"".join(scenario_geojson(was.scenario, was.document)))
    found = MapScenario(read_geojson(path), "x")
    assert found.notes == []
    assert read_document(found.document) == was.scenario


def test_what_was_changed_on_an_exported_map_counts_and_all_else_stays(tmp_path):
    was = read_scenario("kupiansk")
    path = tmp_path / "x.geojson"
    whole = json.loads(b"".join(scenario_geojson(was.scenario, was.document)))
    features = {each["properties"]["id"]: each for each in whole["features"]}
    kupiansk, road = features["kupiansk"]["properties"], features["shevchenkove-kupiansk"]["properties"]
    kupiansk["strength_soldiers"], road["capacity_t_per_d"] = 77, 55
    whole["features"].remove(features["dvorichna"])
    path.write_text(json.dumps(whole))
    found = MapScenario(read_geojson(path), "x")
    back = {each.key: each for each in read_document(found.document).parameters}
    before = {each.key: each for each in was.scenario.parameters}
    strength, capacity = "town.kupiansk.garrison.strength", "route.shevchenkove-kupiansk.capacity"
    assert (back.pop(strength).value, back.pop(capacity).value) == (77, 55)
    kept = {key: each for key, each in before.items() if key in back}
    assert {key: back[key] for key in kept} == kept
    assert len(before) - len(kept) < 40
    assert any("dvorichna" in note for note in found.notes)


@pytest.mark.parametrize("document", [3, {"schema": 2}, {"town": {"a": None}}, {"schema": 1, "side": []}])
def test_a_scenario_that_is_none_is_told_and_the_map_is_read(made, document):
    scenario, notes = made(
        *(feature("Point", [37 + n, 49.7], name=f"T{n}") for n in range(2)), frontsim={"scenario": document}
    )
    assert len(scenario.towns) == 2
    assert any("is not valid: only its map" in note for note in notes) == isinstance(document, dict)


def test_a_contact_and_parallel_routes_and_lines_without_ids_are_kept_apart(made):
    towns = [feature("Point", [37 + n, 49.7], id=f"t{n}", name=f"T{n}", held_by=f"s{n}") for n in range(2)]
    road = feature("LineString", [[37, 49.7], [38, 49.7]], front_share=0.3)
    rail = feature("LineString", [[37, 49.7], [38, 49.7]], kind="rail", river="Oskil", capacity_t_per_d=True)
    river = feature("LineString", [[37.5, 49], [37.5, 50]], feature="river", name="Oskil")
    again = feature("LineString", [[37.6, 49], [37.6, 50]], feature="river", name="Oskil")
    scenario, notes = made(*towns, road, rail, river, again)
    assert [route.id for route in scenario.routes] == ["t0-t1", "t0-t1-2"]
    assert scenario.routes[0].front_share == 0.3
    assert (scenario.routes[1].kind, scenario.routes[1].river, scenario.routes[1].capacity) == (
        "rail",
        "Oskil",
        None,
    )
    assert [line.id for line in scenario.lines] == ["oskil", "oskil-2"]
    assert not any("straight" in note for note in notes)


def test_the_id_of_a_feature_counts_too(made):
    towns = [{**feature("Point", [37 + n, 49.7]), "id": f"t{n}"} for n in range(2)]
    scenario, _ = made(*towns)
    assert [(town.id, town.name) for town in scenario.towns] == [("t0", "t0"), ("t1", "t1")]


def test_many_lines_that_lead_nowhere_are_not_all_named(made):
    towns = [feature("Point", [37 + n, 49.7], name=f"T{n}") for n in range(2)]
    astray = [feature("LineString", [[30, 40 + n], [31, 40 + n]]) for n in range(7)]
    _, notes = made(*towns, *astray)
    assert any("or not by the shortest way (7: one without a name)." in note for note in notes)


def test_bare_points_make_a_front_and_say_what_was_assumed(made):
    scenario, notes = made(*(feature("Point", [37 + 0.1 * n, 49.7], name=f"Town {n}") for n in range(4)))
    assert [town.held_by for town in scenario.towns] == ["west", "west", "east", "east"]
    assert [town.id for town in scenario.towns if town.base] == ["town-0", "town-3"]
    assert len(scenario.routes) == 3
    said = " ".join(notes)
    assert "western half" in said
    assert "strength_soldiers" in said
    assert "Added: 3 straight routes" in said


def test_lines_lead_to_the_towns_they_end_at(made):
    towns = [
        feature("Point", [37.0, 49.7], name="Lypa", held_by="a", base_t_per_d=90),
        feature("Point", [37.5, 49.7], name="Verba", held_by="b", base_t_per_d=80),
    ]
    bent = feature("LineString", [[37.01, 49.7], [37.2, 49.8], [37.49, 49.7]], name="P-79", kind="road")
    astray = feature("LineString", [[37.01, 49.7], [38.2, 49.8]], name="Nowhere")
    scenario, notes = made(*towns, bent, astray)
    (route,) = scenario.routes
    assert (route.start, route.end, route.name) == ("lypa", "verba", "P-79")
    assert 36.0 < route.length < 50.0
    assert any("or not by the shortest way (1: Nowhere)" in note for note in notes)


def test_what_is_neither_point_nor_line_is_counted_and_named(made):
    square = feature("Polygon", [[[37, 49], [37.1, 49], [37.1, 49.1], [37, 49]]])
    points = feature("MultiPoint", [[37.0, 49.7], [37.2, 49.7]], name="Pair")
    none = {"type": "Feature", "geometry": None, "properties": None}
    scenario, notes = made(points, square, square, none)
    assert [town.id for town in scenario.towns] == ["pair", "pair-2"]
    assert notes[-1] == "Left out: Polygon (2), without a place (1)."


def test_the_same_town_on_another_day_counts_once(made):
    day = [feature("Point", [37 + n, 49.7], id=f"t{n}", name=f"T{n}", held_by=f"s{n}") for n in range(2)]
    scenario, notes = made(*day, *day)
    assert [town.id for town in scenario.towns] == ["t0", "t1"]
    assert "Left out: the same town again (2: T0, T1)." in notes


def test_places_off_the_globe_and_texts_for_numbers_are_no_places(made):
    good = [feature("Point", [37 + n, 49.7], name=f"T{n}") for n in range(2)]
    bad = [feature("Point", spot) for spot in ([200, 49], ["a", 49], [37], None, [float("nan"), 49])]
    scenario, notes = made(*good, *bad)
    assert len(scenario.towns) == 2
    assert any(note.startswith("Left out: without a place (5: ") and "[200, 49]" in note for note in notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not GeoJSON"),
        ("[1]", "it has no type"),
        ("[" * 20000, "not GeoJSON"),
        ('{"type": "FeatureCollection", "features": 3}', "has no point"),
        ('{"type": "FeatureCollection", "features": [3]}', "has no point"),
        ('{"type": "Point", "coordinates": [37, 49]}', "one point only"),
    ],
)
def test_what_is_no_map_is_told(tmp_path, text, said):
    path = tmp_path / "x.geojson"
    path.write_text(text)
    with pytest.raises(FileError, match=said):
        MapScenario(read_geojson(path), "x")


def test_files_that_cannot_be_read_are_told(tmp_path, monkeypatch):
    with pytest.raises(FileError, match="cannot be read"):
        read_geojson(tmp_path / "missing.geojson")
    path = tmp_path / "x.geojson"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileError, match="UTF-8"):
        read_geojson(path)
    monkeypatch.setattr("sim.scenario_file.map_import.features.MAX_BYTES", 2)
    with pytest.raises(FileError, match="larger than"):
        read_geojson(path)


def test_too_many_features_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.scenario_file.map_import.geojson.MAX_FEATURES", 2)
    path = tmp_path / "x.geojson"
    points = [feature("Point", [37, 49], name=str(n)) for n in range(3)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": points}))
    with pytest.raises(FileError, match="more than 2 features"):
        read_geojson(path)


names = st.one_of(st.none(), st.text(max_size=20))
spots = st.tuples(st.floats(36, 38), st.floats(49, 50)).map(list)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(spots, names, names), min_size=2, max_size=8, unique_by=lambda each: tuple(each[0]))
)
def test_any_points_make_a_scenario_that_holds(tmp_path_factory, points):
    path = tmp_path_factory.mktemp("any") / "x.geojson"
    found = [feature("Point", at, name=name, held_by=side) for at, name, side in points]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": found}))
    scenario = read_document(MapScenario(read_geojson(path), "x").document)
    assert len(scenario.towns) == len(points)
    assert len(scenario.routes) >= len(points) - 1


def test_ids_are_ids_in_any_alphabet():
    assert slug("Куп'янськ", {}) == "куп-янськ"
    assert slug("***", {"town": 1}) == "town-2"


def test_nothing_is_assumed_of_no_places():
    with pytest.raises(FileError):
        MapScenario(MapFeatures(), "x")
