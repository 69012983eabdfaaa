"""Export and import as commands: by the file's ending, whole or not at all, and back again."""

import csv
import json

import pytest


def test_a_scenario_goes_out_and_comes_back(frontsim, folder):
    assert frontsim("export", "kupiansk", "-o", "k.geojson").exit_code == 0
    made = frontsim("import", "k.geojson", "-o", "back.toml")
    assert made.exit_code == 0
    assert "wrote back.toml: " in made.stdout
    checked = frontsim("check", "back.toml")
    assert checked.exit_code == 0
    assert "is a valid scenario" in checked.stdout
    assert frontsim("run", "back.toml", "--seed", "1", "-d", "1", "-o", "r.jsonl.gz").exit_code == 0


def test_bare_points_become_a_scenario_whose_assumptions_are_in_it(answer, folder):
    points = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [37 + n, 49]},
            "properties": {"name": n},
        }
        for n in "012"
        for n in [int(n)]
    ]
    (folder / "p.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": points}))
    told, code = answer("import", "p.geojson")
    assert code == 0
    assert (told["path"], told["towns"]) == ("p.toml", 3)
    text = (folder / "p.toml").read_text(encoding="utf-8")
    assert all(f"# {note}" in text for note in told["notes"])
    assert answer("check", "p.toml")[1] == 0


@pytest.mark.parametrize("kind", ["geojson", "graphml", "csv", "parquet"])
def test_a_recording_goes_out_in_every_format(answer, folder, two_towns, kind):
    told, code = answer("export", two_towns, "-o", f"x.{kind}", "--every", "10")
    assert code == 0
    assert told["bytes"] == (folder / f"x.{kind}").stat().st_size > 100


def test_a_table_of_a_run_has_a_row_for_each_day_and_side(frontsim, folder, two_towns):
    assert frontsim("export", two_towns, "-o", "x.csv", "--table", "sides").exit_code == 0
    with (folder / "x.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows[:2]] == ["west", "east"]
    assert float(rows[2]["day"]) == 1.0
    assert "lost_personnel" in rows[0]


def test_one_moment_is_enough_where_it_is_named(frontsim, folder, two_towns):
    assert frontsim("export", two_towns, "-o", "x.geojson", "--at", "d3").exit_code == 0
    found = json.loads((folder / "x.geojson").read_text(encoding="utf-8"))["features"]
    assert {each["properties"]["day"] for each in found} == {3.0}
    assert frontsim("export", two_towns, "-o", "x.graphml", "--at", "d3").exit_code == 0
    assert "2025-01-30" in (folder / "x.graphml").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["graphml", "csv", "parquet"])
def test_a_scenario_goes_out_in_the_other_formats(frontsim, folder, kind):
    result = frontsim("export", "two-towns", "-o", f"x.{kind}")
    assert result.exit_code == 0
    assert f"saved x.{kind}" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["two-towns", "-o", "x.shp"], 2, "no known format"),
        (["two-towns", "-o", "x.geojson", "--table", "towns"], 2, "--table is for CSV"),
        (["two-towns", "-o", "x.csv", "--at", "d3"], 2, "--at is for recordings"),
        (["two-towns", "-o", "x.csv", "--every", "3"], 2, "--every is for recordings"),
        (["nothing-here", "-o", "x.csv"], 4, "nothing-here"),
        (["gone.jsonl.gz", "-o", "x.csv"], 4, "gone.jsonl.gz"),
    ],
)
def test_mistakes_are_told_and_leave_nothing(frontsim, folder, arguments, code, said):
    result = frontsim("export", *arguments)
    assert (result.exit_code, said in result.stderr) == (code, True)
    assert list(folder.iterdir()) == []


def test_what_is_there_is_not_replaced_unasked(frontsim, folder):
    (folder / "x.csv").write_text("mine")
    (folder / "x.toml").write_text("mine")
    (folder / "x.geojson").write_text("{}")
    assert frontsim("export", "two-towns", "-o", "x.csv").exit_code == 4
    assert frontsim("import", "x.geojson").exit_code == 4
    assert (folder / "x.toml").read_text() == "mine"
    assert frontsim("export", "two-towns", "-o", "x.csv", "--force").exit_code == 0


def test_a_scenario_is_named_toml(frontsim, folder):
    result = frontsim("import", "x.geojson", "-o", "x.json")
    assert (result.exit_code, "Name it .toml" in result.stderr) == (2, True)
