"""What is changed from outside a scenario's file."""

import json
import re
from pathlib import Path

import pytest

from sim.errors import FileError, ScenarioError
from sim.scenario_file.overrides import AssumeNumber, ScaleNumber, SetFile, SetNumber
from sim.scenario_file.read import read_document, read_scenario


def changed(*overrides):
    return read_scenario("two-towns", overrides)


def number(reading, key):
    (found,) = [each for each in reading.scenario.parameters if each.key == key]
    return found


def mistake(*overrides):
    with pytest.raises(ScenarioError) as caught:
        changed(*overrides)
    return caught.value


def test_a_number_is_set_by_its_dotted_key():
    assert changed(SetNumber("route.lypa-verba.capacity=100 t/d")).scenario.routes[0].capacity == 100.0


def test_a_route_may_be_called_the_other_way_round():
    assert changed(SetNumber("route.verba-lypa.capacity=100 t/d")).scenario.routes[0].capacity == 100.0


def test_a_route_with_an_id_may_be_called_by_its_towns(read):
    text = '[town.third]\nname = "T"\nat = { lat = 49.8, lon = 37.6 }\nheld_by = "west"\n\n'
    route = '[[route]]\nid = "lane"\nfrom = "lypa"\nto = "third"\n'
    reading = read(text + route, SetNumber("route.third-lypa.kind=track"))
    assert reading.scenario.routes[1].kind == "track"


def test_one_of_two_parallel_routes_has_to_be_called_by_its_id(read):
    route = '[[route]]\nid = "{}"\nfrom = "lypa"\nto = "verba"\n'
    removed = '[[route]]\nid = "lypa-verba"\nremove = true\n\n'
    with pytest.raises(ScenarioError, match='no route "verba-lypa"'):
        read(removed + route.format("a") + route.format("b"), SetNumber("route.verba-lypa.kind=rail"))


def test_the_value_is_what_follows_the_first_equals_sign():
    text = changed(SetNumber("scenario.summary=a = b, as it were")).scenario.summary
    assert text == "a = b, as it were"


@pytest.mark.parametrize(
    ("written", "strength"),
    [("1500", 1500), ("1500 soldiers", 1500), ('"1500 soldiers"', 1500), (" 15 ", 15)],
)
def test_a_value_is_one_of_toml_else_text(written, strength):
    reading = changed(SetNumber(f"town.lypa.garrison.strength={written}"))
    assert reading.scenario.towns[0].garrison.strength == strength


def test_a_value_cannot_bring_more_keys_along():
    error = mistake(SetNumber("side.west.quality=1\nreach = 3"))
    assert error.mistakes[0][0] in {"E203", "E207"}


def test_tables_lists_dates_and_words_can_be_set():
    reading = changed(
        SetNumber('side.east.doctrine={ name = "main_effort", push = 2 }'),
        SetNumber('scenario.focus=["verba"]'),
        SetNumber("scenario.start=2025-02-01"),
        SetNumber("weather.is_on=false"),
        SetNumber("supply.effect=grace"),
    ).scenario
    assert reading.sides[1].doctrine.name == "main_effort"
    assert reading.sides[1].doctrine.options == {"push": 2.0}
    assert reading.focus == ("verba",)
    assert reading.start.isoformat() == "2025-02-01"
    assert (reading.weather.is_on, reading.supply.effect) == (False, "grace")


def test_axes_of_a_doctrine_can_be_set_one_by_one():
    doctrine = (
        changed(
            SetNumber("side.east.doctrine=main_effort"), SetNumber("side.east.doctrine.axes.verba-lypa=3")
        )
        .scenario.sides[1]
        .doctrine
    )
    assert (doctrine.name, doctrine.axes) == ("main_effort", {"lypa-verba": 3.0})


def test_something_can_be_removed():
    assert changed(SetNumber("route.lypa-verba.front.remove=true")).scenario.routes[0].front_share is None


def test_later_overrides_win():
    reading = changed(SetNumber("side.west.reach=3 km"), SetNumber("side.west.reach=4 km"))
    assert reading.scenario.sides[0].reach == 4.0
    assert [each.words[1] for each in reading.overrides] == ["side.west.reach=3 km", "side.west.reach=4 km"]


def test_an_overridden_number_loses_its_source_and_status_and_keeps_its_range(read):
    text = (
        '[source.s]\ntitle = "T"\npublisher = "P"\ndate = "2024"\ngrade = "B2"\n\n'
        '[side.west]\nquality = { value = 1.0, low = 0.5, high = 2.0, source = "s", status = "reported" }\n'
    )
    before, after = number(read(text), "side.west.quality"), None
    assert (before.source, before.status, before.low) == ("s", "reported", 0.5)
    reading = read(text, SetNumber("side.west.quality=3.0"))
    after = number(reading, "side.west.quality")
    assert (after.value, after.source, after.status, after.low, after.high) == (3.0, None, None, 0.5, 2.0)
    assert reading.document["what_if"]["side"]["west"]["quality"]["status"] == "override"


def test_an_override_is_held_to_the_range_of_its_key(read):
    with pytest.raises(ScenarioError) as caught:
        read(
            "[side.west]\nquality = { value = 1.0, low = 0.5, high = 2.0 }\n",
            SetNumber("side.west.quality=99"),
        )
    assert caught.value.mistakes[0][0] == "E204"


def test_an_overridden_scenario_reads_back_from_its_document():
    reading = changed(SetNumber("route.lypa-verba.capacity=100 t/d"), ScaleNumber("side.east.fires=0.1"))
    assert read_document(json.loads(json.dumps(reading.document))) == reading.scenario


def test_the_ends_of_a_range_can_be_set(read):
    text = "[side.west]\nquality = { value = 1.0, low = 0.5, high = 2.0 }\n"
    assert number(read(text, SetNumber("side.west.quality.high=3.0")), "side.west.quality").high == 3.0
    assert number(read(text, SetNumber("side.west.quality.value=1.5")), "side.west.quality").value == 1.5


@pytest.mark.parametrize(
    ("text", "key", "value", "shown"),
    [
        ("side.east.fires=1.5", "side.east.fires", 30.0, "30 /d"),
        ("town.lypa.garrison.strength=0.5", "town.lypa.garrison.strength", 500, "500"),
        ("supply.convoy_load=2", "supply.convoy_load", 60.0, "60 t"),
        ("supply.effect_floor=2", "supply.effect_floor", 0.7, "0.7"),
        ("route.lypa-verba.speed=2", "route.lypa-verba.speed", 70.0, "70 km/h"),
        ("transport.capacity.rail=0.5", "transport.capacity.rail", 1000.0, "1000 t/d"),
    ],
)
def test_a_number_is_scaled_from_what_it_is_or_from_its_default(text, key, value, shown):
    found = number(changed(ScaleNumber(text)), key)
    assert (found.value, found.text) == (pytest.approx(value), shown)


def test_a_routes_default_follows_its_kind_and_what_that_was_set_to():
    reading = changed(
        SetNumber("route.lypa-verba.kind=rail"),
        SetNumber("route.lypa-verba.capacity.remove=true"),
        SetNumber("transport.capacity.rail=900 t/d"),
        ScaleNumber("route.lypa-verba.capacity=0.5"),
    )
    assert reading.scenario.routes[0].capacity == 450.0


def test_scaling_keeps_a_range_and_takes_its_value(read):
    text = "[side.west]\nquality = { value = 1.0, low = 0.5, high = 2.0 }\n"
    found = number(read(text, ScaleNumber("side.west.quality=1.5")), "side.west.quality")
    assert (found.value, found.low, found.high) == (1.5, 0.5, 2.0)


def test_of_many_ids_a_few_are_named_and_a_number_of_a_road_is_found_without_its_hyphen():
    for name, says in (
        ("hxx", "known: kharkiv-chuhuiv, chuhuiv-izium, "),
        ("hxx", " and 114 more; frontsim find searches"),
        ("h26", "7 are called that: route.chuhuiv-shevchenkove, "),
    ):
        with pytest.raises(ScenarioError, match=re.escape(says)):
            read_scenario("kupiansk", [SetNumber(f"route.{name}.capacity=5 t/d")])


@pytest.mark.parametrize(
    ("override", "code", "column", "says"),
    [
        (SetNumber("route.verba-lypa.capcity=1 t/d"), "E101", 18, 'did you mean "capacity"?'),
        (SetNumber("sidee.west.reach=3 km"), "E101", 1, 'did you mean "side"?'),
        (SetNumber("lypa.base=3 t/d"), "E101", 1, 'did you mean "town.lypa"?'),
        (SetNumber("side.wst.reach=3 km"), "E301", 6, 'did you mean "west"?'),
        (SetNumber("town.zzz.base=3 t/d"), "E302", 6, "known: lypa and verba"),
        (SetNumber("route.lypa-vrba.kind=rail"), "E303", 7, 'did you mean "lypa-verba"?'),
        (SetNumber("event.event-1.at=d3"), "E307", 7, "the scenario has none"),
        (SetNumber("town.lypa.garrison.strenth=3"), "E101", 20, 'did you mean "strength"?'),
        (SetNumber("town.lypa.base.more.still=3"), "E101", 16, "holds nothing"),
        (SetNumber("town=3"), "E101", 1, "continue like town.ID.KEY"),
        (SetNumber("town.lypa=3"), "E101", 6, "continue like town.lypa.KEY"),
        (SetNumber("supply=3"), "E101", 1, "continue like supply.KEY"),
        (SetNumber("side.west.reach=3"), "E201", 17, 'write "3 km"'),
        (SetNumber("side.west.reach=3 h"), "E202", 17, "write it in km"),
        (SetNumber("weather.is_on=maybe"), "E104", 15, "true or false"),
        (SetNumber("side.west.reach"), "E501", 1, "KEY=VALUE"),
        (SetNumber("=3"), "E501", 1, "KEY=VALUE"),
        (SetNumber(""), "E501", 1, "KEY=VALUE"),
        (ScaleNumber("town.lypa.name=2"), "E502", 11, "use --set"),
        (ScaleNumber("side.west.reach=twice"), "E503", 17, "not a number"),
        (ScaleNumber("side.west.reach=nan"), "E503", 17, "not a number"),
        (ScaleNumber("side.west.interdiction_hazard=2"), "E504", 11, "use --set to give one"),
        (ScaleNumber("route.lypa-verba.length=2"), "E504", 18, "use --set to give one"),
        (ScaleNumber("side.east.fires=-1"), "E204", 17, "allowed"),
        (ScaleNumber("side.east.fires=1e308"), "E205", 17, "not a finite number"),
    ],
)
def test_a_mistake_in_an_option_is_shown_in_it(override, code, column, says):
    error = mistake(override)
    assert len(error.mistakes) == 1
    found_code, _, file, _, found_column = error.mistakes[0]
    assert (found_code, found_column) == (code, column)
    assert file in {"--set", "--scale"}
    assert says in str(error)


def test_all_mistakes_in_options_are_shown_in_their_order():
    error = mistake(SetNumber("side.west.reach=3"), ScaleNumber("side.x.reach=3"), SetNumber("tempo.lag=0"))
    assert [row[0] for row in error.mistakes] == ["E201", "E301", "E101"]


def test_scaling_what_is_wrong_in_the_file_leaves_the_mistake_there(read):
    with pytest.raises(ScenarioError) as caught:
        read("[side.west]\nreach = 3\n", ScaleNumber("side.west.reach=2"))
    assert [row[0] for row in caught.value.mistakes] == ["E201"]


def test_origins_name_the_option():
    origins = changed(SetNumber("side.west.reach=3 km"), ScaleNumber("side.east.fires=2")).origins
    assert origins["what_if.side.west.reach"] == "--set"
    assert origins["what_if.side.east.fires"] == "--scale"
    assert origins["side.east.name"].endswith("two-towns.toml:14")


def test_a_file_of_overrides_is_laid_over_like_a_child(tmp_path):
    path = tmp_path / "changes.toml"
    path.write_text('[side.west]\nreach = "3 km"\n\n[[route]]\nid = "lypa-verba"\nkind = "rail"\n')
    reading = changed(SetFile(path), SetNumber("side.west.quality=2"))
    assert reading.scenario.sides[0].reach == 3.0
    assert reading.scenario.routes[0].kind == "rail"
    assert reading.origins["side.west.reach"] == f"{path}:2"
    assert str(reading.overrides[0]) == f"--set-file {path}"


def test_a_mistake_in_a_file_of_overrides_is_shown_there(tmp_path):
    path = tmp_path / "changes.toml"
    path.write_text('extends = "kupiansk"\n[side.west]\nreach = 3\n')
    error = mistake(SetFile(path))
    assert [(row[0], row[2], row[3]) for row in error.mistakes] == [
        ("E101", str(path), 1),
        ("E201", str(path), 3),
    ]


def test_mistakes_of_the_file_come_before_those_of_what_is_laid_over_it(read, tmp_path):
    path = tmp_path / "changes.toml"
    path.write_text("[side.west]\nquality = -1\n")
    with pytest.raises(ScenarioError) as caught:
        read("[supply]\nconvoy_load = 3\n", SetFile(path), SetNumber("tempo.lag_1=7"))
    assert [Path(row[2]).name for row in caught.value.mistakes] == ["mine.toml", "changes.toml", "--set"]
    assert "3 errors in " in str(caught.value)
    assert "mine.toml. Nothing was run." in str(caught.value)


def test_a_missing_file_of_overrides_is_a_file_problem(tmp_path):
    with pytest.raises(FileError, match="There is no file"):
        changed(SetFile(tmp_path / "nothing.toml"))


def test_overrides_do_not_change_the_scenario_they_are_laid_over():
    before = read_scenario("two-towns").document
    changed(SetNumber("side.west.reach=3 km"))
    assert read_scenario("two-towns").document == before


@pytest.mark.parametrize(
    ("override", "told"),
    [
        (SetNumber("scenario.horizon@d10=5 d"), "scenario.horizon holds for the whole run"),
        (
            SetNumber("town.lypa.garrison.strength@d5=5"),
            "town.lypa.garrison.strength holds for the whole run",
        ),
        (SetNumber("side.west.reserve@d5=5"), "side.west.reserve holds for the whole run"),
        (SetNumber("tempo.lag_1@d5=0.3"), "tempo.lag_1 holds for the whole run"),
        (SetNumber("weather.tempo.mud@d5=0.3"), "weather.tempo.mud holds for the whole run"),
        (AssumeNumber("side.east.fires@d5=20 /d"), "only --set takes a day"),
    ],
)
def test_what_cannot_be_set_from_a_day_on_is_named(override, told):
    with pytest.raises(ScenarioError, match=told):
        changed(override)
