"""``find``, ``schema``, ``lesson``, ``help`` and ``sources``: what there is to look up."""

import shlex

import pytest

from sim.cli.reference import Finder
from sim.scenario_file.bundled import bundled_names, lesson_names
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario
from sim.scenario_file.sources import SourceCount


@pytest.fixture(scope="module")
def baseline():
    return read_scenario("kupiansk").scenario


# --- schema ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_every_key_of_the_baseline_stands_unbroken_on_a_line(frontsim, baseline, columns):
    lines = frontsim("schema", env={"COLUMNS": columns}).stdout.splitlines()
    keys = [line.split("  ")[0].split(".") for line in lines if not line.startswith((" ", "["))]
    for each in baseline.parameters:
        parts = each.key.split(".")
        found = [
            key
            for key in keys
            if len(key) == len(parts)
            and all(a == b or b in {"ID", "NAME", "MONTH"} for a, b in zip(parts, key, strict=True))
        ]
        assert found, each.key


@pytest.mark.parametrize(
    ("what", "key", "header"),
    [
        ("route", "route.ID.capacity", "[[route]]"),
        ("[[route]]", "route.ID.capacity", "[[route]]"),
        ("side.doctrine", "side.ID.doctrine.axes.NAME", "[side.ID.doctrine.axes]"),
        ("side.ua.doctrine.odds", "side.ID.doctrine.NAME", "[side.ID.doctrine]"),
        ("weather.shares.jan", "weather.shares.MONTH.frost", "[weather.shares.MONTH]"),
        ("period", "period.ID.per_day.uas", "[[reported_losses.period.per_day]]"),
        ("side.ru.interdiction_hazard", "side.ID.interdiction_hazard", "[side.ID]"),
    ],
)
def test_a_section_a_part_of_one_and_a_key_are_described_with_their_heading(answer, what, key, header):
    found = {each["key"]: each["header"] for each in answer("schema", what)[0]["keys"]}
    assert found[key] == header


def test_a_key_that_is_not_there_gets_the_nearest(frontsim):
    refused = frontsim("schema", "route.capcity")
    assert (refused.exit_code, 'Did you mean "capacity"' in refused.stderr) == (2, True)


# --- find -----------------------------------------------------------------------------------------


def test_a_roads_name_gives_its_seven_routes_and_their_keys(answer):
    found, code = answer("find", "h-26")
    assert (code, len(found["routes"])) == (0, 7)
    for each in found["routes"]:
        assert any(value.startswith(f"{each['name']}.capacity = ") for value in each["values"])


def test_a_town_is_found_with_its_roads_by_any_of_its_names(baseline):
    for name in ("zapadne", "Западне"):
        found = Finder(baseline).find(name)
        assert [each["name"] for each in found["towns"]] == ["town.zapadne"]
    assert Finder(baseline).find("zapadne")["routes"]


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("repair", "side.ID.repair_crews"),
        ("how far drones reach", "side.ID.reach"),
        ("how much a soldier uses a day", "supply.consumption_idle"),
        ("interdiction hazard", "side.ID.interdiction_hazard"),
        ("convoys", "supply.convoy_load"),
        ("exchange ratio", "reported_losses.loss_exchange_ratio"),
    ],
)
def test_words_find_the_key_they_mean(baseline, words, key):
    assert key in [each["name"] for each in Finder(baseline).find(words)["keys"]][:4]


@pytest.mark.parametrize(
    ("words", "number", "change"),
    [
        ("repair crews", "side.ua.repair_crews = 3", "--set side.ua.repair_crews=1"),
        ("h-26", "kupiansk.capacity = 360 t/d", '--set "route.shevchenkove-kupiansk.capacity=180 t/d"'),
    ],
)
def test_what_is_found_comes_with_its_numbers_and_a_change_of_one(frontsim, baseline, words, number, change):
    result = frontsim("find", words)
    assert number in result.stdout
    assert result.stderr.strip().endswith(change)
    changed = read_scenario("kupiansk", [SetNumber(shlex.split(change)[1])]).scenario
    assert changed.parameters != baseline.parameters


def test_doctrines_are_found_with_their_options(frontsim):
    assert "Options: odds" in frontsim("find", "doctrine").stdout


def test_what_is_nowhere_is_said(frontsim):
    result = frontsim("find", "zeppelin")
    assert (result.exit_code, "Nothing in kupiansk" in result.stdout) == (0, True)


# --- sources --------------------------------------------------------------------------------------


def test_every_number_of_the_baseline_has_a_source_or_a_range(answer, baseline):
    found, _ = answer("sources")
    assert len(found["numbers"]) == len(baseline.parameters)
    assert all(each["source"] or (each["status"] == "assumed" and each["range"]) for each in found["numbers"])
    assert found["counts"]["bare"] == 0


@pytest.mark.parametrize("name", sorted(bundled_names()))
def test_every_public_source_has_publisher_date_and_link(name):
    for source in read_scenario(name).scenario.sources:
        assert source.publisher
        assert source.date
        assert source.url or source.publisher.startswith("frontsim"), source.id


def test_check_report_and_sources_count_alike(frontsim, baseline):
    text = SourceCount.of(baseline).text()
    assert text in frontsim("check", "kupiansk").stdout
    assert text in frontsim("sources").stdout


# --- lesson and help ------------------------------------------------------------------------------


def test_lessons_are_listed_and_printed_and_solutions_apart(frontsim, answer):
    assert [each["name"] for each in answer("lesson")[0]["lessons"]] == list(lesson_names())
    handout = frontsim("lesson", "cut-a-road").stdout
    assert "What to observe" in handout
    assert "Findings" in frontsim("lesson", "lesson-cut-a-road", "--solution").stdout
    assert "Findings" not in handout
    assert answer("lesson", "averages", "--solution")[0]["is_solution"] is True


def test_a_lesson_that_is_not_there_gets_the_nearest(frontsim):
    refused = frontsim("lesson", "cut-the-road")
    assert (refused.exit_code, "cut-a-road" in refused.stderr) == (2, True)
    assert frontsim("lesson", "--solution").exit_code == 2


def test_help_shows_a_command_all_of_them_or_the_common_options(frontsim, answer):
    assert frontsim("help", "run").stdout == frontsim("run", "--help").stdout
    assert "--progress WHEN" in frontsim("help", "options").stdout
    assert "Set up:" in frontsim("help").stdout
    assert answer("help", "options")[0]["topic"] == "options"
    assert frontsim("help", "rnu").exit_code == 2


def test_a_misspelt_file_is_looked_for_beside_the_bundled_names(frontsim, folder):
    assert frontsim("new", "my-front").exit_code == 0
    refused = frontsim("check", "my-frnt.toml")
    assert (refused.exit_code, 'Did you mean "my-front.toml"' in refused.stderr) == (4, True), refused.stderr
    (folder / "b.toml").write_text('extends = "two-towns"\n', encoding="utf-8")
    refused = frontsim("check", "zzz")
    assert (refused.exit_code, "Did you mean" in refused.stderr) == (4, False), refused.stderr


def test_find_says_what_stands_behind_one_number(frontsim, answer):
    found = frontsim("find", "h-26").stdout
    assert "route.shevchenkove-kupiansk.capacity = 360 t/d, assumed, 200 to 800" in found
    assert "route.shevchenkove-kupiansk.length = 36 km, source km-posts" in found
    assert "held by Ukraine" in frontsim("find", "kupiansk").stdout


def test_find_asks_whether_a_town_of_a_like_name_was_meant(frontsim):
    assert "about 'kupjansk'. Did you mean \"Kupiansk\"?" in frontsim("find", "kupjansk").stdout
    assert "Did you mean" not in frontsim("find", "xqzzy").stdout
