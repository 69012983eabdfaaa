"""Roads that meet or lead through a town are cut there, as OpenStreetMap has them and as people draw them."""

import pytest

from tests.support.maps import ALFA, BRAVO, line, pair, point

C, D, MIDDLE = [37.6, 49.8], [37.6, 49.6], [37.6, 49.7]
BEND = [37.6, 49.72]


@pytest.mark.parametrize(
    "roads",
    [
        [line(ALFA, MIDDLE, BRAVO), line(C, MIDDLE)],
        [line(ALFA, BRAVO), line(C, MIDDLE)],
        [line(ALFA, BRAVO), line([37.6, 49.7003], C)],
        [line(ALFA, MIDDLE, BRAVO, id="m-3"), line(C, MIDDLE, D)],
    ],
)
def test_roads_that_meet_between_towns_are_one_net(made, roads):
    scenario, notes = made(*pair(), point(C, name="C", held_by="blue"), *roads)
    ends = {frozenset((route.start, route.end)) for route in scenario.routes}
    assert ends == {frozenset(each) for each in (("alfa", "bravo"), ("alfa", "c"), ("bravo", "c"))}
    assert "Cut where they meet other lines" in notes
    assert "straight" not in notes


@pytest.mark.parametrize("off", [0.0, 0.0003, 0.005, -0.008])
@pytest.mark.parametrize("path", [(ALFA, BRAVO), (ALFA, MIDDLE, BRAVO)])
def test_a_road_leads_through_a_town_it_passes(made, off, path):
    town = point([37.6, 49.7 + off], name="Mid", held_by="blue")
    scenario, notes = made(*pair(), town, line(*path, name="M3"))
    assert [(route.start, route.end, route.name) for route in scenario.routes] == [
        ("alfa", "mid", "M3"),
        ("mid", "bravo", "M3"),
    ]
    assert "lead through towns: M3" in notes


@pytest.mark.parametrize(
    ("off", "found"), [(0.03, {}), (0.0, {"length_km": 15}), (0.0, {"from": "Alfa", "to": "Bravo"})]
)
def test_a_road_past_a_town_or_with_a_length_or_ends_of_its_own_stays_whole(made, off, found):
    town = point([37.6, 49.7 + off], name="Mid", held_by="blue")
    scenario, notes = made(*pair(), town, line(ALFA, BRAVO, name="M3", **found))
    assert ("alfa", "bravo", "M3") in [(route.start, route.end, route.name) for route in scenario.routes]
    assert "Cut where" not in notes


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([[ALFA, BEND, BRAVO], [BRAVO, BEND, ALFA]], "the same road the other way (1: M3)"),
        ([[ALFA, BEND, BRAVO], [ALFA, BEND, BRAVO]], "the same line again (1: M3)"),
        ([[ALFA, BEND], [BEND, BRAVO], [BRAVO, BEND], [BEND, ALFA]], "the same road the other way (1: M3)"),
        ([[ALFA, BEND], [BEND, BRAVO], [BEND, C]], "not by the shortest way (1: M3)"),
        ([[ALFA, BEND], [[37.6001, 49.7201], BRAVO]], "made of 2 lines"),
        ([[BEND, ALFA], [[37.6, 49.7203], BRAVO]], "made of 2 lines"),
    ],
)
def test_parts_of_one_line_are_a_road_also_both_ways_or_with_a_gap(made, parts, told):
    scenario, notes = made(*pair(), line(*parts, shape="MultiLineString", name="M3"))
    (route,) = scenario.routes
    assert ({route.start, route.end}, route.name) == ({"alfa", "bravo"}, "M3")
    assert route.length == pytest.approx(15.08, abs=0.05)
    assert told in notes
    assert "straight" not in notes


def test_a_longer_way_beside_a_road_is_named(made):
    _, notes = made(*pair(), line(ALFA, BRAVO), line(ALFA, C, name="R1"), line(C, BRAVO, name="R2"))
    assert "not by the shortest way (2: R1, R2)" in notes
