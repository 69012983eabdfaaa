"""Maps as OpenStreetMap, QGIS, ogr2ogr and kepler.gl write them become fronts that hold."""

import json
import unicodedata

import pytest

from sim.errors import FileError
from sim.scenario_file.map_import.geojson import read_geojson
from sim.scenario_file.map_import.map_scenario import MapScenario
from sim.scenario_file.read import read_document
from tests.support.maps import ALFA, BRAVO, line, pair, point

# ------------------------------------------------------------------------------------------ roads


@pytest.mark.parametrize(
    "back",
    [
        {"name": "M3 west"},
        {"id": "way/2", "highway": "primary", "oneway": "yes"},
        {"id": "0", "osmid": 5, "length": 14500.0},
        {"kind": "road", "lanes": 2},
        {"@id": "way/2", "ref": "M3"},
    ],
)
def test_both_directions_of_a_road_are_one(made, back):
    scenario, notes = made(*pair(), line(ALFA, BRAVO, name="M3 east"), line(BRAVO, ALFA, **back))
    assert [(route.start, route.end, route.name) for route in scenario.routes] == [
        ("alfa", "bravo", "M3 east")
    ]
    assert "the same road the other way (1" in notes


def test_one_road_has_the_numbers_of_both_its_lines(made):
    there = line(ALFA, BRAVO, name="M3", capacity_t_per_d=100)
    back = line(BRAVO, ALFA, name="M3", capacity_t_per_d=150, front_share=0.2, speed_km_per_h=40)
    scenario, notes = made(*pair(), there, back)
    (route,) = scenario.routes
    assert (route.capacity, route.front_share, route.speed) == (100, 0.8, 40)
    assert 'capacity differs from the same road\'s other line: M3 ("150 t/d")' in notes


def test_directions_with_ids_or_another_kind_or_length_stay_two(made):
    with_ids = [line(ALFA, BRAVO, id="r1"), line(BRAVO, ALFA, id="r2")]
    scenario, _ = made(*pair(), *with_ids)
    assert [route.id for route in scenario.routes] == ["r1", "r2"]
    bent = line(BRAVO, [37.6, 49.9], ALFA, name="round")
    scenario, _ = made(*pair(), line(ALFA, BRAVO), line(BRAVO, ALFA, railway="rail"), bent)
    assert [(route.id, route.kind) for route in scenario.routes] == [
        ("alfa-bravo", "road"),
        ("alfa-bravo-2", "rail"),
        ("alfa-bravo-3", "road"),
    ]


@pytest.mark.parametrize("path", [(ALFA, BRAVO), (ALFA, [37.6, 49.72], BRAVO)])
def test_the_same_line_again_is_one_road(made, path):
    again = [{**line(*path, name="M3", highway="primary"), "id": number} for number in range(3)]
    scenario, notes = made(*pair(), *again)
    assert [route.name for route in scenario.routes] == ["M3"]
    assert "the same line again (2: M3)" in notes
    assert [len(route.path) for route in scenario.routes] == [len(path) - 2]


@pytest.mark.parametrize("own", ["primary", "12", "alfa-bravo", "r-1"])
def test_one_id_on_two_roads_is_no_identity(made, own):
    third = point([37.6, 49.8], name="C", held_by="blue")
    roads = [line(ALFA, BRAVO, id=own, name="north"), line(ALFA, [37.6, 49.8], id=own, name="south")]
    scenario, notes = made(*pair(), third, *roads)
    assert [(route.end, route.name) for route in scenario.routes] == [("bravo", "north"), ("c", "south")]
    assert own == "12" or f'south ("{own}")' in notes
    round_about = line(ALFA, [37.6, 49.9], BRAVO, id=own, name="round")
    assert [route.name for route in made(*pair(), roads[0], round_about)[0].routes] == ["north", "round"]


@pytest.mark.parametrize(
    "roads",
    [
        [line([ALFA, [37.6, 49.72]], [[37.6, 49.72], BRAVO], shape="MultiLineString", name="M3")],
        [line([[37.6, 49.72], BRAVO], [[37.6, 49.72], ALFA], shape="MultiLineString", name="M3")],
        [line(ALFA, [37.6, 49.72], name="M3"), line([37.6, 49.72], BRAVO, name="M3", oneway=True)],
        [line(ALFA, [37.6, 49.72], ref="M3"), line(BRAVO, [37.6, 49.72]), line([37.6, 49.72], [37.6, 50.2])],
    ],
)
def test_parts_that_meet_are_joined(made, roads):
    scenario, notes = made(*pair(), *roads)
    (route,) = scenario.routes
    assert ({route.start, route.end}, route.name) == ({"alfa", "bravo"}, "M3")
    assert route.length == pytest.approx(15.1, abs=0.1)
    assert "straight" not in notes


def test_a_net_of_streets_gives_roads_between_neighbours_and_names_what_leads_nowhere(made):
    towns = [point([37.0 + 0.2 * n, 49.7], name=f"T{n}", held_by="ab"[n > 1]) for n in range(4)]
    streets = [line([37.0 + 0.1 * n, 49.7], [37.1 + 0.1 * n, 49.7], highway="primary") for n in range(6)]
    streets.append(line([37.1, 49.7], [37.1, 49.9], highway="track", name="Dead end"))
    scenario, notes = made(*towns, *streets)
    assert [(route.start, route.end) for route in scenario.routes] == [
        ("t0", "t1"),
        ("t1", "t2"),
        ("t2", "t3"),
    ]
    assert "3 routes were made of 6 lines" in notes
    assert "Dead end" in notes


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        ({"waterway": "river"}, "river"),
        ({"tags": {"waterway": "canal"}}, "river"),
        ({"fclass": "stream"}, "river"),
        ({"subtype": "river", "class": "river"}, "river"),
        ({"water": "river"}, "river"),
        ({"featurecla": "River"}, "river"),
        ({"boundary": "administrative", "admin_level": "2"}, "border"),
    ],
)
def test_rivers_and_borders_are_drawn_and_not_driven(made, found, kind):
    scenario, notes = made(*pair(), line(ALFA, BRAVO, name="Oskil", **found))
    assert [(each.kind, each.name) for each in scenario.lines] == [(kind, "Oskil")]
    assert "Added: 1 straight route" in notes


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        ({"kind": "Rail"}, "rail"),
        ({"railway": "rail"}, "rail"),
        ({"highway": "track"}, "track"),
        ({"route": "ferry"}, "crossing"),
        ({"other_tags": '"highway"=>"secondary","surface"=>"asphalt"'}, "road"),
    ],
)
def test_the_kind_of_a_road_is_read_as_it_is_tagged(made, found, kind):
    scenario, _ = made(*pair(), line(ALFA, BRAVO, name="R", **found))
    assert [(route.kind, route.name) for route in scenario.routes] == [(kind, "R")]


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({"highway": "footway"}, "highway = footway (1: X)"),
        ({"railway": "abandoned"}, "railway = abandoned (1: X)"),
        ({"power": "line"}, "power = line (1: X)"),
        ({"aerialway": "gondola"}, "aerialway = gondola (1: X)"),
    ],
)
def test_what_nobody_drives_is_left_out_by_what_it_is(made, found, told):
    _, notes = made(*pair(), line(ALFA, BRAVO, name="X", **found))
    assert told in notes
    assert "Added: 1 straight route" in notes


# ----------------------------------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("strength_soldiers", float("nan")),
        ("terrain", 120),
        ("base_t_per_d", -3),
        ("depth_km", True),
        ("depth_km", "deep"),
        ("stock_days", float("inf")),
        ("strength_soldiers", "1,200"),
        ("fortification", [2]),
    ],
)
def test_one_odd_value_is_left_out_by_feature_property_and_value(made, key, value):
    scenario, notes = made(*pair(**{key: value}))
    assert len(scenario.towns) == 2
    (told,) = [note for note in notes.split("Left out: ")[1:] if note.startswith(key)]
    shown = f'"{value}"' if isinstance(value, str) else repr(value)
    assert f"Alfa ({shown})" in told


@pytest.mark.parametrize(
    ("found", "strength", "base"),
    [
        ({"strength_soldiers": "1200", "base_t_per_d": "300.5"}, 1200, 300.5),
        ({"strength_soldiers": "1 200", "base_t_per_d": "300,5"}, 1200, 300.5),
        ({"STRENGTH_SOLDIERS": 1200.0, "Base_T_per_D": " 300.5 "}, 1200, 300.5),
        ({"strength_s": 1200, "base_t_per": "300.5 t/d"}, 1200, 300.5),
        ({"Garrison": "1200 soldiers", "base": "300.5 t/d"}, 1200, 300.5),
    ],
)
def test_numbers_are_read_from_texts_and_from_keys_as_they_are_written(made, found, strength, base):
    bare = point(ALFA, name="Alfa", held_by="blue", **found)
    scenario, notes = made(bare, pair()[1])
    assert (scenario.towns[0].garrison.strength, scenario.towns[0].base) == (strength, base)
    assert "Left out" not in notes


@pytest.mark.parametrize("length", ["20,5", "20.5", 20.5, "20.5 km"])
def test_numbers_of_roads_are_read_from_texts_too(made, length):
    road = line(ALFA, BRAVO, capacity_t_per_d="150", length_km=length, Kind="TRACK")
    (route,) = made(*pair(), road)[0].routes
    assert (route.capacity, route.length, route.kind) == (150, 20.5, "track")


def test_a_length_without_a_unit_and_an_unknown_kind_are_named(made):
    scenario, notes = made(*pair(), line(ALFA, BRAVO, name="H-26", length=20.5, kind="Autobahn"))
    assert scenario.routes[0].length is None
    assert "H-26 (20.5)" in notes
    assert 'H-26 ("Autobahn")' in notes


def test_a_front_outside_its_contact_is_left_out_and_named(made):
    scenario, notes = made(*pair(), line(ALFA, BRAVO, id="r", front_km=400))
    assert scenario.routes[0].front_distance is None
    assert 'route r ("400 km")' in notes


def test_properties_without_a_use_are_named(made):
    assert "colour, population" in made(*pair(population=5, colour="red"))[1]


# ------------------------------------------------------------------------------------------ names


@pytest.mark.parametrize(
    ("found", "name"),
    [
        ({"NAME": "Delta"}, "Delta"),
        ({"Name": "Delta"}, "Delta"),
        ({"NAME_EN": "Delta"}, "Delta"),
        ({"asciiname": "Delta"}, "Delta"),
        ({"name:uk": "Ехо"}, "Ехо"),
        ({"tags": {"place": "town", "name": "Delta"}}, "Delta"),
        ({"other_tags": '"place"=>"town","int_name"=>"Delta"'}, "Delta"),
        ({"tags": '{"place": "town", "name": "Delta"}'}, "Delta"),
        ({"name": None, "names": "x", "label": " Delta "}, "Delta"),
    ],
)
def test_names_stand_under_keys_in_any_case(made, found, name):
    scenario, _ = made(point([37.6, 49.9], **found), *pair())
    assert scenario.towns[0].name == name


def test_names_are_kept_and_compared_in_one_normal_form(made):
    name = "Куп'янськ Вузловий"
    found = pair(name=unicodedata.normalize("NFD", name))
    scenario, _ = made(*found, line([37.4, 49.9], BRAVO, **{"from": name, "to": "bravo"}))
    assert scenario.towns[0].name == name
    assert scenario.routes[0].start == scenario.towns[0].id


def test_points_without_a_name_are_told_with_the_keys_looked_for(made):
    scenario, notes = made(point([37.6, 49.9], nome="Delta"), *pair())
    assert scenario.towns[0].name == "Town 1"
    assert "1 point without a name, looked for in name, name_en" in notes


@pytest.mark.parametrize("own", ["1", 1, "x", "alfa"])
def test_one_id_at_two_places_is_two_towns(made, own):
    third = point([37.8, 49.7], id=own, name="Charlie")
    scenario, notes = made(pair(id=own)[0], pair()[1], third)
    assert [town.name for town in scenario.towns] == ["Alfa", "Bravo", "Charlie"]
    assert isinstance(own, int) or "Charlie (" in notes


def test_the_same_place_again_is_told(made):
    scenario, notes = made(*pair(id="a"), pair(id="a")[0])
    assert len(scenario.towns) == 2
    assert "the same town again (1: Alfa)" in notes


# ------------------------------------------------------------------------------------------ sides


@pytest.mark.parametrize(
    "holders", [("UA", "RU", "ru"), ("ua", "Ru", "RU"), ("UA ", "ru", " ru"), (1, "2", 2)]
)
def test_holders_are_the_same_in_any_case(made, holders):
    points = [point([37.5 + 0.1 * n, 49.7], name="ABC"[n], held_by=held) for n, held in enumerate(holders)]
    scenario, notes = made(*points)
    held = [town.held_by for town in scenario.towns]
    assert held[0] != held[1] == held[2]
    assert held[0].casefold() == str(holders[0]).strip().casefold()
    assert "western half" not in notes


@pytest.mark.parametrize("missing", [None, "", "contested", 5])
def test_what_is_missing_of_holders_is_assumed_from_neighbours_and_told(made, missing):
    names = ("ua", "ua", missing, "ru", "ru")
    points = [point([37.5 + 0.1 * n + (n > 2), 49.7], name=f"P{n}", held_by=h) for n, h in enumerate(names)]
    scenario, notes = made(*points)
    assert [town.held_by for town in scenario.towns] == ["ua", "ua", "ua", "ru", "ru"]
    assert "P2 ua" in notes


@pytest.mark.parametrize("held", [True, 3.5, ["ua"]])
def test_what_names_no_side_is_told(made, held):
    _, notes = made(*(point([37.5 + n, 49.7], name=f"P{n}", held_by=held) for n in range(2)))
    assert f"held_by names no side: P0 ({held!r})" in notes


def test_one_named_side_keeps_its_towns_and_the_others_get_the_rest(made):
    points = [point([37.5 + 0.1 * n, 49.7], name=f"P{n}", held_by="ua" if n == 3 else None) for n in range(4)]
    scenario, notes = made(*points)
    assert [town.held_by for town in scenario.towns] == ["west", "west", "west", "ua"]
    assert "held_by names ua only" in notes


def test_a_holder_of_two_words_is_a_side_by_that_name(made):
    points = [point([37.5 + 0.1 * n, 49.7], held_by=held) for n, held in enumerate(("North Side", "b"))]
    assert [(side.id, side.name) for side in made(*points)[0].sides] == [
        ("north-side", "North Side"),
        ("b", "b"),
    ]


# ------------------------------------------------------------------------------------------ files


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "GeometryCollection", "geometries": [point(ALFA)["geometry"], point(BRAVO)["geometry"]]},
        {"type": "GeometryCollection", "geometries": [{"type": "MultiPoint", "coordinates": [ALFA, BRAVO]}]},
        {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "GeometryCollection", "geometries": [point(ALFA)["geometry"]]},
                point(BRAVO)["geometry"],
                {"type": "LineString", "coordinates": [ALFA, BRAVO]},
            ],
        },
        {"type": "MultiPoint", "coordinates": [ALFA, BRAVO]},
        {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "FeatureCollection", "features": [point(ALFA, name="both")]},
                {"type": "Point", "coordinates": [*BRAVO, 120.5]},
            ],
        },
    ],
)
def test_collections_are_taken_apart(made, geometry):
    scenario, _ = made({"type": "Feature", "properties": {"name": "both"}, "geometry": geometry})
    assert [town.id for town in scenario.towns] == ["both", "both-2"]


def test_what_is_left_out_is_named_by_what_it_was(made):
    square = line([[37, 49], [37.1, 49], [37, 49]], shape="Polygon", name="Forest")
    empty = {
        "type": "Feature",
        "geometry": {"type": "GeometryCollection", "geometries": [square["geometry"]]},
    }
    assert "Left out: Polygon (2: Forest)." in made(*pair(), square, empty)[1]


def test_tables_that_say_the_place_in_their_columns_are_read(made):
    rows = [{"type": "Feature", "geometry": None, "properties": each} for each in (
        {"name": "Alfa", "Latitude": "49.7", "Longitude": "37.5"}, {"name": "Bravo", "lat": 49.7, "lon": 37.7}
    )]  # fmt: skip
    assert [town.at.lon for town in made(*rows)[0].towns] == [37.5, 37.7]


@pytest.mark.parametrize(
    ("head", "at", "said"),
    [
        ({"name": "urn:ogc:def:crs:EPSG::3857"}, [4174481.0, 6387000.0], "EPSG:3857"),
        ({"name": "EPSG:32637"}, [534481.0, 5587000.0], "EPSG:32637"),
        ({"code": 28407}, [7534481.0, 5587000.0], "EPSG:28407"),
        (None, [4174481.0, 6387000.0], "no degrees"),
    ],
)
def test_other_reference_systems_are_refused_with_what_to_do(made, head, at, said):
    crs = {"crs": {"type": "name", "properties": head}} if head else {}
    with pytest.raises(FileError, match=f"{said}.*export it as WGS 84"):
        made(point(at, name="Alfa"), point([at[0] + 9000, at[1]], name="Bravo"), **crs)


@pytest.mark.parametrize(
    "crs", ["EPSG:3857", 3857, {"type": "link", "properties": {"href": "x.org/epsg/3857"}}]
)
def test_a_reference_system_is_read_however_it_is_named(made, crs):
    with pytest.raises(FileError, match="its coordinates are EPSG:3857"):
        made(*pair(), crs=crs)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"type": "Topology", "objects": {}}', "TopoJSON"),
        ('{"version": 0.6, "elements": []}', "JSON of Overpass"),
        ('{"spatialReference": {"wkid": 4326}, "features": []}', "JSON of Esri"),
        ('<?xml version="1.0"?><kml/>', "KML"),
        ("<osm/>", "OpenStreetMap XML"),
        ("<graphml/>", "name ends in .graphml"),
        ("PK\x03\x04", "a zip archive"),
    ],
)
def test_other_formats_are_refused_by_their_names(tmp_path, text, said):
    (tmp_path / "x.geojson").write_text(text)
    with pytest.raises(FileError, match=f"is not GeoJSON: it is .*{said}"):
        read_geojson(tmp_path / "x.geojson")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_other_unicode_encodings_are_read(tmp_path, encoding):
    whole = {"type": "FeatureCollection", "features": pair()}
    (tmp_path / "x.geojson").write_text(json.dumps(whole), encoding=encoding)
    assert len(read_geojson(tmp_path / "x.geojson").towns) == 2


@pytest.mark.parametrize(
    "crs", [None, {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}]
)
def test_reference_systems_in_degrees_are_read(made, crs):
    assert len(made(*pair(), crs=crs)[0].towns) == 2


@pytest.mark.parametrize("head", [{"sides": None}, {"scenario": None}, {"scenario": []}, None, 4])
def test_members_that_are_null_or_odd_count_as_not_there(made, head):
    scenario, notes = made(*pair(), frontsim=head)
    assert [side.id for side in scenario.sides] == ["blue", "red"]
    assert "not valid" not in notes


def test_swapped_axes_are_said_or_put_right(made):
    _, notes = made(point([49.7, 37.5], name="Alfa"), point([49.7, 37.7], name="Bravo"))
    assert "look swapped" in notes
    towns = [point([37.5 + 0.1 * n, 49.7], name=f"P{n}") for n in range(4)]
    scenario, notes = made(*towns, point([49.7, 37.9], name="Odd"))
    assert (scenario.towns[4].at.lat, scenario.towns[4].at.lon) == (49.7, 37.9)
    assert "Odd at lat 37.9, lon 49.7 looks swapped" in notes


@pytest.mark.parametrize(
    "lons", [(179.9, -179.9, 179.5, -179.5), (-179.9, 179.9, -179.5, 179.5), (179.9, 180.1)]
)
def test_longitudes_go_on_across_the_date_line(made, lons):
    towns = [point([lon, -16.5], name="ABCD"[n]) for n, lon in enumerate(lons)]
    scenario, _ = made(*towns, line([lons[0], -16.5], [lons[1], -16.5], name="ferry"))
    found = sorted(town.at.lon for town in scenario.towns)
    assert found[-1] - found[0] < 2
    assert any(route.name == "ferry" for route in scenario.routes)


@pytest.mark.parametrize("mark", ["", "\x1e"])
@pytest.mark.parametrize("name", ["map.geojsonl", "map.ndjson", "map.geojson"])
def test_a_feature_a_line_is_read(tmp_path, mark, name):
    path = tmp_path / name
    features = [*pair(), line(ALFA, BRAVO, name="M3")]
    path.write_text("\n".join(mark + json.dumps(each) for each in features) + "\n\n")
    assert [route.name for route in read_document(MapScenario(read_geojson(path), "x").document).routes] == [
        "M3"
    ]


def test_a_broken_line_is_named(tmp_path):
    path = tmp_path / "map.geojsonl"
    path.write_text(json.dumps(pair()[0]) + "\n" + '{"type": "Feature"')
    with pytest.raises(FileError, match=r"map\.geojsonl:2 is not GeoJSON"):
        read_geojson(path)


# ------------------------------------------------------------------------------------------ fight


def test_a_front_without_numbers_gets_what_makes_it_move_and_says_so(made):
    points = [point([37.5 + 0.1 * n, 49.7], name=f"P{n}", strength_soldiers=n or None) for n in range(6)]
    scenario, notes = made(*points)
    assert all(side.assaults and side.fires and side.attrition_coefficient for side in scenario.sides)
    assert scenario.sides[1].assaults > scenario.sides[0].assaults
    assert "Nothing says how the sides fight: assaults are west 0.5 /d, east 2 /d" in notes


def test_towns_on_the_front_get_soldiers_unless_none_is_said(made):
    towns = [
        point([37.5 + 0.1 * n, 49.7], name=f"P{n}", held_by="ab"[n > 1], strength_soldiers=s, base_t_per_d=9)
        for n, s in enumerate((500, None, 0, 500))
    ]
    scenario, notes = made(*towns, *(line([37.5 + 0.1 * n, 49.7], [37.6 + 0.1 * n, 49.7]) for n in range(3)))
    assert [town.garrison.strength for town in scenario.towns] == [500, 500, 0, 500]
    assert "Towns on the front without strength_soldiers have 500: P1." in notes


def test_towns_farther_apart_are_attacked_more_often(made):
    def attacks(lon):
        return made(pair()[0], point([lon, 49.7], name="Bravo", held_by="red"))[0].sides[0].assaults

    assert attacks(38.33) == pytest.approx(4 * attacks(37.6), rel=0.02)
