"""What a scenario takes over from the one it extends, and what it changes or removes."""

import pytest

from sim.errors import ScenarioError
from sim.scenario_file.read import read_scenario

THIRD = """
[town.third]
name = "Third"
at = { lat = 49.8, lon = 37.6 }
held_by = "west"

[[route]]
from = "lypa"
to = "third"
"""


def parent(tmp_path, text, name="parent.toml"):
    (tmp_path / name).write_text('schema = 1\nextends = "two-towns"\n\n' + text)


def child(tmp_path, text, extends="parent"):
    path = tmp_path / "child.toml"
    path.write_text(f'schema = 1\nextends = "{extends}"\n\n{text}')
    return read_scenario(path)


def test_what_is_not_said_is_taken_over(read):
    assert read("").scenario == read_scenario("two-towns").scenario


def test_tables_merge_and_single_values_replace(read):
    lypa = read('[town.lypa]\nname = "Lypa, changed"\n').scenario.towns[0]
    assert (lypa.name, lypa.base, lypa.garrison.strength) == ("Lypa, changed", 100.0, 1000)


def test_inner_tables_merge_too(read):
    garrison = read("[town.lypa]\ngarrison = { strength = 1500 }\n").scenario.towns[0].garrison
    assert (garrison.strength, garrison.stock_days) == (1500, 5.0)


def test_lists_replace(tmp_path):
    parent(tmp_path, '[scenario]\nfocus = ["lypa", "verba"]\n')
    assert child(tmp_path, '[scenario]\nfocus = ["verba"]\n').scenario.focus == ("verba",)


def test_a_route_is_changed_by_its_id_or_by_its_towns(read):
    by_id = read('[[route]]\nid = "lypa-verba"\nkind = "rail"\n').scenario.routes
    by_towns = read('[[route]]\nfrom = "lypa"\nto = "verba"\nkind = "rail"\n').scenario.routes
    assert by_id == by_towns
    assert (len(by_id), by_id[0].kind, by_id[0].capacity) == (1, "rail", 150.0)


def test_parallel_routes_live_side_by_side_with_an_id(read):
    routes = read('[[route]]\nid = "railway"\nfrom = "lypa"\nto = "verba"\nkind = "rail"\n').scenario.routes
    assert [route.id for route in routes] == ["lypa-verba", "railway"]


def test_an_event_without_an_id_is_a_new_one(tmp_path):
    event = '[[event]]\nat = "d{}"\ndo = "damage"\nroute = "lypa-verba"\n'
    parent(tmp_path, event.format(1))
    events = child(tmp_path, event.format(2)).scenario.events
    assert [(each.id, each.at // 86_400) for each in events] == [("event-1", 1), ("event-2", 2)]


def test_an_event_is_changed_by_its_id(tmp_path):
    parent(tmp_path, '[[event]]\nid = "cut"\nat = "d1"\ndo = "damage"\nroute = "lypa-verba"\n')
    (event,) = child(tmp_path, '[[event]]\nid = "cut"\namount = 0.5\n').scenario.events
    assert (event.id, event.at, event.amount) == ("cut", 86_400, 0.5)


def test_towns_routes_and_numbers_can_be_removed(tmp_path):
    parent(tmp_path, THIRD + '[side.west]\nreach = "3 km"\n')
    assert len(child(tmp_path, "").scenario.towns) == 3
    changed = child(
        tmp_path,
        "[town.third]\nremove = true\n\n"
        '[[route]]\nid = "lypa-third"\nremove = true\n\n'
        "[side.west.reach]\nremove = true\n",
    )
    assert [town.id for town in changed.scenario.towns] == ["lypa", "verba"]
    assert [route.id for route in changed.scenario.routes] == ["lypa-verba"]
    assert changed.scenario.sides[0].reach == 12.0
    assert "remove" not in str(changed.document)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("remove = false", "can only be true"),
        ('remove = true\nname = "Still here"', "cannot go together"),
    ],
)
def test_a_removal_that_is_none_is_a_mistake(read, text, says):
    with pytest.raises(ScenarioError, match=says) as caught:
        read(f"[town.lypa]\n{text}\n")
    assert caught.value.mistakes[0][0] == "E107"


def test_a_plain_number_replaces_an_uncertain_one_whole(tmp_path):
    parent(tmp_path, "[side.west]\nquality = { value = 1.0, low = 0.5, high = 2.0 }\n")
    (number,) = [
        each
        for each in child(tmp_path, "[side.west]\nquality = 3.0\n").scenario.parameters
        if each.key == "side.west.quality"
    ]
    assert (number.value, number.low, number.high) == (3.0, None, None)


def test_a_table_changes_part_of_an_uncertain_number(tmp_path):
    parent(tmp_path, "[side.west]\nquality = { value = 1.0, low = 0.5, high = 2.0 }\n")
    (number,) = [
        each
        for each in child(tmp_path, "[side.west]\nquality = { value = 1.5 }\n").scenario.parameters
        if each.key == "side.west.quality"
    ]
    assert (number.value, number.low, number.high) == (1.5, 0.5, 2.0)


def test_a_range_can_be_laid_around_a_plain_number(tmp_path):
    parent(tmp_path, "[side.west]\nquality = 1.0\n")
    reading = child(tmp_path, "[side.west.quality]\nlow = 0.5\nhigh = 2.0\n")
    (number,) = [each for each in reading.scenario.parameters if each.key == "side.west.quality"]
    assert (number.value, number.low, number.high) == (1.0, 0.5, 2.0)
    assert reading.origins["side.west.quality"].endswith("parent.toml:5")


def test_axes_can_be_given_to_a_doctrine_that_was_only_named(tmp_path):
    parent(tmp_path, '[side.east]\ndoctrine = "main_effort"\n')
    reading = child(tmp_path, "[side.east.doctrine.axes]\nlypa-verba = 3\n")
    doctrine = reading.scenario.sides[1].doctrine
    assert reading.origins["side.east.doctrine.name"].endswith("parent.toml:5")
    assert (doctrine.name, doctrine.axes) == ("main_effort", {"lypa-verba": 3.0})


def test_a_chain_of_three_is_read(tmp_path):
    parent(tmp_path, '[side.west]\nreach = "3 km"\n', "grandparent.toml")
    (tmp_path / "parent.toml").write_text(
        'schema = 1\nextends = "grandparent.toml"\n[side.west]\nquality = 2\n'
    )
    west = child(tmp_path, '[side.west]\nname = "Far west"\n').scenario.sides[0]
    assert (west.name, west.quality, west.reach) == ("Far west", 2.0, 3.0)


def test_a_parent_is_looked_for_beside_the_file_that_names_it(tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    parent(inner, '[side.west]\nreach = "3 km"\n')
    assert child(tmp_path, "", extends="inner/parent.toml").scenario.sides[0].reach == 3.0


def test_origins_name_file_and_line_of_every_value(tmp_path):
    parent(tmp_path, '[side.west]\nreach = "3 km"\n')
    origins = child(tmp_path, "[side.west]\nquality = 2\n").origins
    assert origins["side.west.reach"].endswith("parent.toml:5")
    assert origins["side.west.quality"].endswith("child.toml:5")
    assert origins["route.lypa-verba.capacity"].endswith("two-towns.toml:37")


def test_what_a_table_lacks_is_shown_at_its_own_header(tmp_path):
    parent(tmp_path, '[town.third]\nname = "Third"\nat = { lat = 49.8, lon = 37.6 }\n')
    with pytest.raises(ScenarioError) as caught:
        child(tmp_path, "")
    assert caught.value.mistakes[0][0] == "E102"
    assert caught.value.mistakes[0][2].endswith("parent.toml")
