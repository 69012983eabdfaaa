"""``frontsim compare``: two scenarios, two sets of changes or two folders; what it prints, how it ends."""

import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli.main import frontsim as front_door
from sim.model.quantities import DISCLAIMER
from sim.results.reader import Results

CHANGE = "side.east.attrition_coefficient=0.01 /d"
THIN = f'compare two-towns -n 12 -d 8 -j 1 -q --seed 1 -b "route.lypa-verba.capacity=50 t/d" -b "{CHANGE}"'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return where two ensembles have been compared, so that they are there."""
    return tmp_path_factory.mktemp("compared")


def asked(folder, monkeypatch, line):
    monkeypatch.chdir(folder)
    return CliRunner().invoke(front_door, shlex.split(line))


def test_two_sets_of_changes_are_compared(folder, monkeypatch):
    result = asked(folder, monkeypatch, THIN)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].startswith("A: ")
    assert CHANGE in lines[1]
    assert lines[2].startswith(
        "Loss coefficients stay as they are given. With this change, expected losses on day 0 are 20.0"
    )
    assert lines[3] == "8 days, 12 replications of each, paired by the same random numbers, seed 1"
    assert "in 12 pairs of runs, each under the same random numbers" in lines[4]
    assert any(line.startswith("West") and line.endswith("yes") for line in lines)
    assert lines[-1] == DISCLAIMER


def test_all_of_it_is_told_as_one_object(folder, monkeypatch):
    told = json.loads(asked(folder, monkeypatch, f"{THIN} --json").stdout)
    assert told["schema"] == "frontsim/compare/1"
    assert told["replications"] == 12
    assert told["is_paired"] is True
    assert told["a"]["seed"] == told["b"]["seed"] == 1
    assert CHANGE in " ".join(told["b"]["overrides"])
    soldiers = told["losses_per_day"]["west"]["personnel"]
    assert soldiers["low"] < soldiers["difference"] < soldiers["high"]
    assert told["exceeded"] == []


def test_what_is_there_is_not_run_again(folder, monkeypatch):
    asked(folder, monkeypatch, THIN)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*.parquet")}
    assert asked(folder, monkeypatch, THIN).exit_code == 0
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*.parquet")} == before
    fewer = asked(folder, monkeypatch, THIN.replace("-n 12", "-n 5"))
    assert "5 replications of each" in fewer.stdout
    made_with = [json.loads(path.read_text("utf-8"))["replications"] for path in folder.rglob("meta.json")]
    assert set(made_with) == {12}


def test_folders_of_ensembles_are_compared_as_they_are(folder, monkeypatch):
    told = json.loads(asked(folder, monkeypatch, f"{THIN} --json").stdout)
    pair = f"{told['a']['folder']} {told['b']['folder']}"
    again = json.loads(asked(folder, monkeypatch, f"compare {pair} --json").stdout)
    assert again["losses_per_day"] == told["losses_per_day"]
    changed = asked(folder, monkeypatch, f"compare {pair} --seed 3")
    assert changed.exit_code == 2
    assert "name scenarios" in changed.output
    mixed = asked(folder, monkeypatch, f"compare {told['a']['folder']} two-towns")
    assert mixed.exit_code == 2
    assert "two folders of ensembles, or two scenarios" in mixed.output


@pytest.mark.parametrize(
    ("bound", "code"),
    [("losses.west.personnel=0.1", 7), ("losses.west.personnel=1000", 0), ("changes.towns=2", 0)],
)
def test_it_fails_where_a_bound_is_surely_exceeded(folder, monkeypatch, bound, code):
    result = asked(folder, monkeypatch, f"{THIN} --fail-if {bound}")
    assert result.exit_code == code
    assert ("significantly more than 0.1" in result.stderr) == (code == 7)
    assert "8 days" in result.stdout


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--fail-if towns.lypa.hold=0.1", "Did you mean towns.lypa.held?"),
        ("--fail-if nonsense=1", "Use a path of keys in --json"),
        ("--fail-if towns.lypa.held", "KEY=VALUE"),
        ("--fail-if towns.lypa.held=-1", "KEY=VALUE"),
        ("--fail-if towns.lypa.held=x", "KEY=VALUE"),
        *((f"--fail-if towns.lypa.held={value}", "KEY=VALUE") for value in ("nan", "inf", "1e999")),
    ],
)
def test_bounds_that_mean_nothing_are_refused(folder, monkeypatch, options, told):
    result = asked(folder, monkeypatch, f"{THIN} {options}")
    assert result.exit_code == 2
    assert told in result.output


def test_too_few_replications_are_said_to_be_too_few(folder, monkeypatch):
    few = asked(folder, monkeypatch, f"{THIN.replace('-n 12', '-n 2')} --fail-if losses.west.personnel=0.1")
    assert few.exit_code == 0
    assert "Nothing counts as significant in fewer than 5 runs of each: use -n 30." in few.stdout
    assert "  yes" not in few.stdout


def test_a_scenario_is_not_compared_with_itself(folder, monkeypatch):
    result = asked(folder, monkeypatch, "compare two-towns two-towns -n 5")
    assert result.exit_code == 2
    assert "change one of them with -a or -b" in result.output


def test_changes_of_both_and_of_one_come_in_order(tmp_path, monkeypatch):
    line = (
        'compare two-towns -n 4 -j 1 -d 2 -q --json -o pair --force -s "side.east.fires=3 /d" '
        '-a "side.east.fires=4 /d" --scale side.west.fires=2'
    )
    told = json.loads(asked(tmp_path, monkeypatch, line).stdout)
    assert [len(told[each]["overrides"]) for each in "ab"] == [4, 3]
    assert told["a"]["folder"] == "pair/a"
    assert {path.name for path in (tmp_path / "pair").iterdir()} == {"a", "b"}


def test_where_nothing_surely_differs_it_says_so(tmp_path, monkeypatch):
    line = 'compare two-towns -n 6 -j 1 -d 2 -q -b "town.lypa.name=Lypka"'
    result = asked(tmp_path, monkeypatch, line)
    assert result.exit_code == 0, result.output
    assert "Nothing differs significantly." in result.stdout


def test_ensembles_of_two_seeds_are_told_as_such(tmp_path, monkeypatch):
    for seed in (1, 2):
        made = asked(tmp_path, monkeypatch, f"ensemble two-towns -n 6 -d 2 -j 1 -q --seed {seed} -o e{seed}")
        assert made.exit_code == 0
    result = asked(tmp_path, monkeypatch, "compare e1 e2")
    assert "not paired, seeds 1 and 2" in result.stdout
    assert "each with random numbers of its own" in result.stdout


def test_the_median_of_a_is_recorded_in_both_for_the_maps_of_a_report(frontsim, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    few = ("-n", 3, "-d", 20, "-j", 1, "--seed", 1)
    change = ("-b", "side.west.replacements=30 soldiers/d")
    result = frontsim("compare", "two-towns", *change, *few, "-o", "taped", "--record", "median", "-v")
    assert result.exit_code == 0, result.stderr
    recorded = [[*each.recordings] for each in (Results.open("taped/a"), Results.open("taped/b"))]
    assert recorded[0] == recorded[1] != []
    assert "A: " in result.stderr
    assert "B: " in result.stderr
    words = result.stderr.partition("next: frontsim ")[2].split()
    assert frontsim(*words, "-o", "x.html").exit_code == 0
    assert "The map in four moments" in Path("x.html").read_text(encoding="utf-8")
