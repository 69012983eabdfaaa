"""Scenario files with one mistake each: the mistake is named, where it stands, and nothing else is raised."""

from pathlib import Path

import pytest

from sim.errors import FileError, ScenarioError
from sim.scenario_file.read import read_scenario
from sim.scenario_file.syntax.toml import MAX_BYTES, MAX_DEPTH, MAX_DOTS, MAX_VALUES

BROKEN = Path(__file__).parent / "broken"
EXPECTED = [
    ("axes-swapped-in-a-line", "E401", 15, 23),
    ("axes-swapped", "E401", 6, 6),
    ("axis-unknown", "E303", 5, 45),
    ("causes-do-not-sum", "E209", 5, 20),
    ("comment-only", "E010", 1, 1),
    ("cycle-of-one", "E011", 2, 11),
    ("cycle-of-two", "E011", 2, 11),
    ("end-garbled", "E103", 5, 9),
    ("event-key-out-of-place", "E109", 8, 8),
    ("event-key-unknown", "E101", 8, 7),
    ("event-value-wrong-unit", "E202", 9, 9),
    ("event-without-target", "E102", 4, 1),
    ("extends-itself", "E011", 2, 11),
    ("extends-missing", "E012", 2, 11),
    ("focus-unknown", "E302", 5, 18),
    ("front-on-no-contact", "E403", 12, 9),
    ("front-outside", "E404", 6, 9),
    ("grade-unknown", "E103", 8, 9),
    ("horizon-zero", "E204", 5, 11),
    ("id-with-escape-code", "E105", 4, 7),
    ("missing-key", "E102", 4, 1),
    ("mistake-in-parent", "E201", 6, 12),
    ("name-with-escape-code", "E106", 5, 8),
    ("number-huge", "E204", 5, 11),
    ("number-infinite", "E205", 5, 8),
    ("number-negative", "E204", 6, 10),
    ("number-not-a-number", "E205", 5, 11),
    ("number-true", "E203", 5, 11),
    ("position-off-the-globe", "E204", 5, 14),
    ("position-too-precise", "E402", 5, 6),
    ("range-upside-down", "E206", 5, 32),
    ("remove-nothing", "E107", 5, 10),
    ("route-as-table", "E104", 4, 1),
    ("route-doubled-reversed", "E108", 4, 1),
    ("route-doubled", "E108", 13, 1),
    ("route-kind", "E103", 6, 8),
    ("route-to-itself", "E405", 6, 6),
    ("schema-missing", "E010", 1, 1),
    ("schema-newer", "E009", 1, 10),
    ("schema-text", "E010", 1, 10),
    ("section-no-table", "E104", 3, 9),
    ("side-empty", "E306", 13, 1),
    ("side-third", "E305", 4, 1),
    ("side-unknown", "E301", 5, 11),
    ("side-without-base", "E407", 13, 1),
    ("soldiers-half", "E208", 5, 11),
    ("source-unknown", "E304", 5, 35),
    ("start-no-such-day", "E006", 5, 9),
    ("start-with-a-time", "E104", 5, 9),
    ("syntax-key-twice", "E006", 6, 12),
    ("syntax-no-quotes", "E006", 5, 11),
    ("syntax-open-list", "E006", 5, 16),
    ("syntax-open-quote", "E006", 5, 13),
    ("syntax-section-twice", "E006", 7, 8),
    ("thousands-separated", "E203", 6, 12),
    ("town-unknown", "E302", 6, 6),
    ("town-unreachable", "E406", 4, 1),
    ("unit-missing", "E201", 6, 12),
    ("unit-of-metres", "E202", 5, 9),
    ("unit-of-months", "E202", 5, 11),
    ("unit-on-a-share", "E207", 5, 15),
    ("unit-wrong", "E202", 5, 9),
    ("unknown-key-inside", "E101", 5, 14),
    ("unknown-key-of-a-number", "E101", 5, 27),
    ("unknown-key", "E101", 6, 1),
    ("unknown-section", "E101", 4, 2),
    ("value-outside-its-range", "E206", 5, 21),
    ("weather-does-not-sum", "E209", 5, 7),
]
IN_ANOTHER_FILE = {
    "cycle-of-one": "cycle-of-two.toml",
    "cycle-of-two": "cycle-of-one.toml",
    "mistake-in-parent": "unit-missing.toml",
    "side-empty": "two-towns.toml",
    "side-without-base": "two-towns.toml",
}


@pytest.mark.parametrize(("name", "code", "line", "column"), EXPECTED, ids=[row[0] for row in EXPECTED])
def test_each_mistake_is_named_where_it_stands(name, code, line, column):
    path = BROKEN / f"{name}.toml"
    with pytest.raises(ScenarioError) as caught:
        read_scenario(path)
    found_code, _, file, found_line, found_column = caught.value.mistakes[0]
    assert (found_code, found_line, found_column) == (code, line, column)
    assert Path(file).name == IN_ANOTHER_FILE.get(name, path.name)
    assert f"error[{code}]: " in str(caught.value)
    assert f"{file}:{line}:{column}" in str(caught.value)
    assert str(caught.value).endswith("Nothing was run.")


def test_every_broken_file_is_in_the_table():
    assert sorted(path.stem for path in BROKEN.glob("*.toml")) == sorted(row[0] for row in EXPECTED)


def test_each_mistake_comes_alone():
    for name, *_ in EXPECTED:
        with pytest.raises(ScenarioError) as caught:
            read_scenario(BROKEN / f"{name}.toml")
        assert len(caught.value.mistakes) == 1 or name == "comment-only"


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"", "E003", "empty"),
        (b" \n\n", "E003", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "E002", "binary"),
        ("schema = 1".encode("utf-16"), "E001", "UTF-16"),
        (b'schema = 1\n[scenario]\nname = "K\xf6ln"\n', "E001", "not UTF-8"),
        (b"x = " + b"[" * 100_000 + b"]" * 100_000, "E007", "nested too deeply"),
        (b"x = " + b"{y = " * 100_000 + b"1" + b"}" * 100_000, "E007", "nested too deeply"),
        (b"x = " + b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "E007", "nested too deeply"),
        (b"a" + b".a" * 500 + b" = 1", "E007", "nested too deeply"),
        (b"x = " + b"9" * 5000, "E013", "too long"),
        (b"[[[[", "E006", "not TOML"),
        (b"schema = 99999999999999999999", "E009", "newer"),
        (b'schema = true\nextends = "two-towns"', "E010", "not a version"),
        (b"schema = 1\nextends = 3", "E104", "extends"),
        (b'schema = 1\nextends = ""', "E104", "extends"),
        (b'schema = 1\nextends = "a\\u0000b"', "E012", "extend"),
        (b'schema = 1\nextends = "."', "E012", "extend"),
        (b'schema = 1\nextends = "' + b"a" * 5000 + b'"', "E012", "extend"),
    ],
)
def test_what_is_no_scenario_gives_one_mistake(tmp_path, content, code, says):
    path = tmp_path / "odd.toml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError, match=says) as caught:
        read_scenario(path)
    assert caught.value.mistakes[0][0] == code


def test_where_a_file_stops_being_utf8_is_shown(tmp_path):
    path = tmp_path / "latin.toml"
    path.write_bytes(b'schema = 1\nname = "K\xf6ln"\n')
    with pytest.raises(ScenarioError) as caught:
        read_scenario(path)
    assert caught.value.mistakes[0][3:] == (2, 10)


def test_a_byte_order_mark_is_no_mistake(tmp_path):
    path = tmp_path / "windows.toml"
    path.write_bytes(b'\xef\xbb\xbfschema = 1\r\nextends = "two-towns"\r\n')
    assert read_scenario(path).scenario.name == "Two towns"


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(ScenarioError, match="this is a folder") as caught:
        read_scenario(tmp_path)
    assert caught.value.mistakes[0][0] == "E004"


def test_a_file_that_is_too_large_is_refused(tmp_path):
    path = tmp_path / "large.toml"
    with path.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    with pytest.raises(ScenarioError, match="larger than 16 MiB") as caught:
        read_scenario(path)
    assert caught.value.mistakes[0][0] == "E005"


def test_masses_of_keys_and_of_dots_are_refused_before_they_are_read(tmp_path):
    path = tmp_path / "masses.toml"
    for text, code in (
        ("".join(f"k{n}=1\n" for n in range(MAX_VALUES + 1)), "E014"),
        (".".join(["a"] * 50_000) + " = 1", "E007"),
        ("[" + ".".join(["a"] * 50_000) + "]", "E007"),
        ("#.........\n" * (MAX_DOTS // 9 + 1), "E007"),
    ):
        path.write_text(text)
        with pytest.raises(ScenarioError) as caught:
            read_scenario(path)
        assert [row[0] for row in caught.value.mistakes] == [code]


def test_a_note_of_many_dots_is_a_note(tmp_path):
    path = tmp_path / "dots.toml"
    path.write_text(f'extends = "two-towns"\nschema = 1\n[scenario]\nsummary = "{"." * 2000}"\n')
    assert read_scenario(path).scenario.summary == "." * 2000


@pytest.mark.untraced
def test_too_many_towns_are_refused_without_a_word_on_each(tmp_path):
    path = tmp_path / "many.toml"
    path.write_text("schema = 1\ntown = {" + ", ".join(f"t{n}=0" for n in range(100_001)) + "}")
    with pytest.raises(ScenarioError, match="more than 100,000 towns") as caught:
        read_scenario(path)
    assert [row[0] for row in caught.value.mistakes] == ["E008"]


def test_a_missing_file_names_the_nearest_bundled_scenario():
    with pytest.raises(FileError, match='Did you mean "two-towns"'):
        read_scenario("two-twons")


def test_a_missing_file_with_no_likeness_lists_the_bundled_ones():
    with pytest.raises(FileError, match=r"Bundled are .*two-towns"):
        read_scenario("zzzzzzzz.toml")


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "two-towns/nothing.toml"])
def test_an_impossible_name_is_a_file_problem(name):
    with pytest.raises(FileError):
        read_scenario(name)


def test_an_unreadable_file_is_a_file_problem(tmp_path, monkeypatch):
    path = tmp_path / "secret.toml"
    path.write_text("schema = 1")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("sim.files.regular.open_regular", refuse)
    with pytest.raises(FileError, match="permission denied"):
        read_scenario(path)


def test_all_mistakes_are_shown_at_once_in_the_order_of_the_file(tmp_path):
    path = tmp_path / "five.toml"
    path.write_text(
        'schema = 1\nextends = "two-towns"\n\n'
        '[[route]]\nid = "lypa-verba"\ncapcity = "420 t/d"\nlength = 12\n\n'
        '[side.west]\nreach = "3 h"\nquality = -1\n\n'
        '[town.lypa]\nheld_by = "nobody"\n'
    )
    with pytest.raises(ScenarioError) as caught:
        read_scenario(path)
    found = [(row[0], row[3]) for row in caught.value.mistakes]
    assert found == [("E101", 6), ("E201", 7), ("E202", 10), ("E204", 11), ("E301", 14)]
    assert str(caught.value).endswith(f"5 errors in {path}. Nothing was run.")


def test_a_mistake_looks_as_documented(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = ["schema = 1", 'extends = "two-towns"', *[""] * 36, "[[route]]", 'id = "lypa-verba"']
    Path("my-scenario.toml").write_text("\n".join([*lines, 'capcity = "420 t/d"']))
    with pytest.raises(ScenarioError) as caught:
        read_scenario("my-scenario.toml")
    assert str(caught.value) == (
        'error[E101]: unknown key "capcity" in [[route]]\n'
        "  --> my-scenario.toml:41:1\n"
        "   |\n"
        '41 | capcity = "420 t/d"\n'
        '   | ^^^^^^^ did you mean "capacity"?\n'
        "   = help: frontsim schema route lists every key\n"
        "1 error in my-scenario.toml. Nothing was run."
    )


def test_thousands_of_mistakes_are_counted_and_the_first_shown(tmp_path):
    path = tmp_path / "many.toml"
    towns = "\n".join(f"[town.t{n}]\nname = 3" for n in range(1500))
    path.write_text(f"schema = 1\n{towns}\n")
    with pytest.raises(ScenarioError) as caught:
        read_scenario(path)
    assert len(caught.value.mistakes) > 4500
    assert str(caught.value).count("error[") == 100
    assert "more; fix these first" in str(caught.value)


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("garrison = {\n  strength = 1000,\n}", "stands on one line"),
        ("garrison = { strength = 1000,\n stock = 5 }", "stands on one line"),
        ("garrison = { # soldiers\n strength = 1000 }", "stands on one line"),
        ("at = { lat = 49.7 lon = 37.6 }", "a comma is missing"),
        ("garrison = { strength = 1000 stock = '5 d' }", "a comma is missing"),
        ("at = { lat = 49.7, lon = 37.6, }", "no comma before }"),
        ("x = True", "write true"),
        ("x = null", "leave the key out"),
        ('x = "5 d";', "no ;"),
        ("[town.Two Words]", "ids have no spaces"),
        ("garrison = { strength = 2000,5 }", "decimals take a point: 2000.5"),
        ("x = FALSE", "write false"),
        ("x = yes", "write true"),
        ("start = 2025-1-27", "write the date as 2025-01-27"),
        ("start = 27.1.2025", "write the date as 2025-01-27"),
        ("start = 2025/01/27 # a Monday", "write the date as 2025-01-27"),
        ("x = 100,5", "decimals take a point: 100.5"),
        ("x = “36 h”", "write straight quotes"),
        ("// a comment", "comments begin with #"),
        ('x = "a" // a comment', "comments begin with #"),
        ("x = None", "leave the key out"),
        ("x = NaN", "a finite number"),
        ("start = 01/27/2025", "write the date as 2025-01-27"),
        ("start = 2025-02-30", "there is no such day"),
        ("x = 60 d", 'is a text: "60 d"'),
        ("at = { lat = 49.7N, lon = 37.6E }", 'is a text: "49.7 N"'),
        ("x = .002", "begins with a digit: 0.002"),
        ("garrison = { strength = 1 000 }", "in one piece: 1000"),
        ("garrison = { strength = 0100 }", "does not begin with 0: write 100"),
        ("garrison = { strength = 1,000, stock = '5 d' }", "1.000; thousands take nothing: 1000"),
        ("at = { lat: 49.7, lon: 37.6 }", "joined by =, not :"),
        ("at = { lat = 49.7; lon = 37.6 }", "parted by commas"),
        ("garrison { strength = 1000 }", "write = before {"),
        ("garrison = ( strength = 1000 )", "stands in { }"),
        ("name = West Side", 'texts need quotes: "West Side"'),
        ("name = 'West\nx = 1", "a closing ' is missing"),
        ('name = "\\ufer"', "for a backslash"),
        ("name == 'West'", "one = is enough"),
        ("name =", "a value is missing"),
        ('= "West"', "a key is missing"),
        ('x = "5 d",', "no ,"),
        ("[[route]", "write [[route]]"),
        ("[route]]", "write [[route]]"),
        ("(town.b)", "write [town.b]"),
        ("[town.b]:", "nothing follows a header"),
        ("[town.київ]", '[town."київ"]'),
        ("[town.]", "an id is missing"),
    ],
)
def test_syntax_as_people_write_it_is_answered_with_what_to_write(tmp_path, written, advice):
    path = tmp_path / "x.toml"
    path.write_text(f"schema = 1\n[town.a]\n{written}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="E006") as raised:
        read_scenario(path)
    assert advice in str(raised.value)


@pytest.mark.parametrize(
    ("key", "written", "advice"),
    [
        ("weather.is_on", '"True"', "write true"),
        ("town.lypa.at", "[49.7, 37.6]", "write { lat = 49.7, lon = 37.6 }"),
        ("town.lypa.at", '"49.7, 37.6"', "write { lat = …, lon = … }"),
        ("side.west", "[]", "write [side.west]"),
        ("weather.is_on", '"no"', "write false"),
        ("weather.is_on", "0", "write false"),
        ("side.west.reach", '"100,5 km"', "decimals take a point: 100.5"),
        ("side.west.reach", '"0,125 km"', "decimals take a point: 0.125"),
        ("side.west.reach", '"1,500 km"', "decimals take a point: 1.500; thousands take nothing: 1500"),
    ],
)
def test_values_as_people_write_them_are_answered_with_what_to_write(tmp_path, key, written, advice):
    path = tmp_path / "x.toml"
    path.write_text(f'schema = 1\nextends = "two-towns"\n{key} = {written}\n', encoding="utf-8")
    with pytest.raises(ScenarioError) as raised:
        read_scenario(path)
    assert advice in str(raised.value)
