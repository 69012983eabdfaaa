"""``frontsim show``: scenarios as TOML, moments in words."""

import tomllib
from dataclasses import replace

import pytest

from sim.recording.reader import Recording
from sim.scenario_file.read import read_scenario


def test_a_scenario_is_shown_as_toml_that_reads_back(frontsim, folder):
    (folder / "copy.toml").write_text(frontsim("show", "kupiansk-crossing-lost").stdout, encoding="utf-8")
    copy, original = (read_scenario(each) for each in ("copy.toml", "kupiansk-crossing-lost"))
    assert replace(copy.scenario, parameters=()) == replace(original.scenario, parameters=())


def test_origins_name_file_and_line_or_the_override(frontsim):
    result = frontsim("show", "two-towns", "--origin", "-s", "tempo.variation=0")
    assert "two-towns.toml:" in result.stdout
    assert result.stdout.rstrip().endswith("# --set")


def test_json_has_the_document_and_origins_where_wanted(answer):
    plain, code = answer("show", "two-towns")
    assert (code, "origins" in plain, plain["name"]) == (0, False, "two-towns")
    assert plain["scenario"]["town"]["lypa"]["name"] == "Lypa"
    with_origins, _ = answer("show", "two-towns", "--origin")
    assert with_origins["origins"]["town.lypa.name"].endswith(":21")


def test_a_moment_is_shown_in_words(frontsim, kupiansk):
    for arguments in (("--at", "d6", kupiansk), (kupiansk, "--at", "2025-02-02")):
        result = frontsim("show", *arguments)
        assert result.exit_code == 0
        assert result.stdout.startswith("Day 6, 2 February 2025, 00:00. Seed 1, replication 0.")
        assert "Kupiansk: held by Ukraine." in result.stdout


def test_a_moment_as_json_has_every_town(answer, kupiansk):
    found, code = answer("show", kupiansk, "--at", "d6 06:00")
    assert (code, found["t"], len(found["towns"])) == (0, 6 * 86_400 + 21_600, 62)
    assert found["schema"] == "frontsim/show/1"


def test_a_recording_shows_the_scenario_in_it(frontsim, answer, kupiansk):
    result = frontsim("show", kupiansk)
    assert result.stdout.startswith(
        f"# Recorded in {kupiansk}: kupiansk, seed 1, replication 0.\n# Changed with "
    )
    assert tomllib.loads(result.stdout)["scenario"]["horizon"] == "12 d"
    found, _ = answer("show", kupiansk)
    recording = Recording.open(kupiansk)
    assert (found["sha256"], found["events"]) == (recording.digest, recording.event_count)
    assert found["scenario"] == recording.header.scenario


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("two-towns", "--at", "d3"), 2, "Record it: frontsim run two-towns"),
        (("nowhere.jsonl.gz",), 4, "There is no file nowhere.jsonl.gz"),
        (("nowhere",), 4, 'no scenario "nowhere"'),
    ],
)
def test_what_cannot_be_shown_is_said(frontsim, arguments, code, words):
    result = frontsim("show", *arguments)
    assert (result.exit_code, words in result.stderr) == (code, True)


@pytest.mark.parametrize("option", [("--origin",), ("-s", "a=1"), ("--scale", "a=1"), ("--set-file", "a")])
def test_options_for_scenarios_are_refused_for_recordings(frontsim, kupiansk, option):
    result = frontsim("show", kupiansk, *option)
    assert (result.exit_code, "are for scenarios" in result.stderr) == (2, True)


@pytest.mark.parametrize("at", ["d13", "2024-12-24", "soon"])
def test_a_moment_outside_the_recording_is_wrong_use(frontsim, kupiansk, at):
    assert frontsim("show", kupiansk, "--at", at).exit_code == 2


def test_a_damaged_recording_is_named_as_such(frontsim, folder, two_towns):
    (folder / "cut.jsonl.gz").write_bytes(two_towns.read_bytes()[:-40])
    result = frontsim("show", "cut.jsonl.gz", "--at", "2")
    assert (result.exit_code, "damaged" in result.stderr) == (4, True)
    (folder / "letter.jsonl.gz").write_text("Dear all", encoding="utf-8")
    assert "is not a recording" in frontsim("show", "letter.jsonl.gz").stderr


def test_an_ensemble_is_shown_with_its_distribution_and_every_town(frontsim, answer, folder):
    made = frontsim("ensemble", "lesson-averages", "-n", 4, "-d", 40, "-j", 1, "-o", "many", "--seed", 1)
    assert made.exit_code == 0
    assert "How many towns changed hands" in made.stdout
    shown = frontsim("show", "many", "--all")
    assert shown.exit_code == 0
    assert all(name in shown.stdout for name in ("Lypa", "Verba", "How many towns changed hands"))
    assert sum(answer("show", "many")[0]["changed_towns"].values()) == 4
    refused = frontsim("show", "many", "--at", "d3")
    assert (refused.exit_code, "many runs" in refused.stderr) == (2, True)
