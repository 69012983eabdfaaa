"""The report as a command: what it writes and where, what it compares, and how it answers mistakes."""

import html
import re
import shlex
import shutil
import webbrowser

import pytest
from click.testing import CliRunner

from sim.cli.main import frontsim as front_door
from sim.results.sweep_findings import read_findings

TRUTH = "date,town,from,to,basis\n2025-02-03,Lypa,not occupied,occupied,A\n"
RANGE = "side.east.attrition_coefficient=0.0005..0.004 /d"
CHANGED = ("-s", "side.west.replacements=40 soldiers/d")


def call(*arguments):
    result = CliRunner().invoke(front_door, [str(each) for each in arguments])
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Return a folder with three ensembles of two towns, and two runs."""
    made = tmp_path_factory.mktemp("results")
    many = ("ensemble", "two-towns", "-n", 10, "-j", 1, "-d", 30, "-q")
    call(*many, "--seed", 1, "--record", 3, "-o", made / "first")
    call(*many, "--seed", 1, *CHANGED, "-o", made / "second")
    call(*many, "--seed", 2, "-n", 8, "-o", made / "third")
    call("run", "two-towns", "--seed", 1, "-d", 30, "-o", made / "one.jsonl.gz")
    call("run", "two-towns", "--seed", 1, "-d", 30, *CHANGED, "-o", made / "other.jsonl.gz")
    moved = (
        "-p",
        RANGE,
        "-p",
        "tempo.variation=0..0.4",
        "--measure",
        "losses.west.personnel",
    )
    sweep = ("sweep", "two-towns", "--seed", 1, "-d", 6, "-n", 6, "-j", 1, "-q", "--tornado")
    call(*sweep, *moved, "-o", made / "sweep")
    (made / "truth.csv").write_text(TRUTH, encoding="utf-8")
    scored = ("--observations", made / "truth.csv", "-n", 4, "-j", 1, "-q", "--seed", 1)
    call("hindcast", "two-towns", *scored, "-o", made / "scored")
    return made


def text_of(path):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8")))


def test_a_recording_s_page_is_written_beside_it_and_the_same_each_time(frontsim, results, folder):
    first = frontsim("report", results / "one.jsonl.gz")
    assert first.exit_code == 0
    written = results / "one.html"
    content = written.read_bytes()
    assert f"saved {written}" in first.stdout
    assert frontsim("report", results / "one.jsonl.gz").exit_code == 4
    assert frontsim("report", results / "one.jsonl.gz", "--force").exit_code == 0
    assert written.read_bytes() == content
    assert not list(results.glob(".*.part"))


def test_json_says_what_was_made(answer, results, folder):
    told, code = answer("report", results / "first", "-o", folder / "x.html")
    assert code == 0
    assert told["bytes"] == (folder / "x.html").stat().st_size
    assert (told["replications"], told["shown"]) == (10, 3)


def test_an_ensemble_without_recordings_says_what_the_page_lacks_and_how_it_gets_it(
    frontsim, results, folder
):
    shutil.copytree(results / "second", folder / "second")
    result = frontsim("report", "second", "-o", "x.html")
    assert result.exit_code == 0
    assert "The map in four moments" not in text_of(folder / "x.html")
    command = shlex.split(result.stderr.partition("To add them: frontsim ")[2])
    assert command[0] == "ensemble"
    assert command[-5:] == ["--record", "median", "--resume", "-o", "second"]
    assert frontsim(*command, "-j", 1).exit_code == 0
    assert frontsim("report", "second", "-o", "x.html", "--force").exit_code == 0
    assert "The map in four moments" in text_of(folder / "x.html")


def test_ensembles_under_one_seed_are_compared_in_pairs(frontsim, results, folder):
    arguments = (results / "first", results / "second", "-o", folder / "x.html")
    assert frontsim("report", *arguments).exit_code == 0
    text = text_of(folder / "x.html")
    assert "in 10 pairs of runs" in text
    assert "side.west.replacements by default 40 soldiers/d" in text
    assert "common random numbers" in text


def test_ensembles_with_luck_of_their_own_are_compared_all_the_same(frontsim, results, folder):
    arguments = (results / "first", results / "third", "-o", folder / "x.html")
    assert frontsim("report", *arguments).exit_code == 0
    text = text_of(folder / "x.html")
    assert "8 and 8 runs, each with random numbers of its own" in text
    assert "The two scenarios give the same numbers" in text


def test_an_ensemble_against_itself_differs_in_nothing(frontsim, results, folder):
    arguments = (results / "first", results / "first", "-o", folder / "x.html")
    assert frontsim("report", *arguments).exit_code == 0
    text = text_of(folder / "x.html")
    assert "(A)" in text
    assert "+" not in text.partition("A against B")[2].partition("Inputs and where")[0]


def test_two_runs_are_compared_without_intervals(frontsim, results, folder):
    arguments = (results / "one.jsonl.gz", results / "other.jsonl.gz", "-o", folder / "x.html")
    assert frontsim("report", *arguments).exit_code == 0
    text = text_of(folder / "x.html")
    assert "B less A, one run each, under the same random numbers" in text
    part = text.partition("B less A, one run each")[2].partition("Inputs and where")[0]
    assert "nan" not in part


def test_the_default_name_says_what_is_compared(frontsim, results, folder):
    assert frontsim("report", results / "one.jsonl.gz", results / "other.jsonl.gz").exit_code == 0
    assert (results / "other-against-one.html").exists()


def test_things_of_two_kinds_cannot_be_compared(frontsim, results, folder):
    for source, other in (("first", "one.jsonl.gz"), ("one.jsonl.gz", "first")):
        result = frontsim("report", results / other, results / source, "-o", folder / "x.html")
        assert result.exit_code == 2
        assert "Compare two of the same kind" in result.stderr
    assert not (folder / "x.html").exists()


def test_two_fronts_cannot_be_compared(frontsim, results, folder, kupiansk):
    result = frontsim("report", kupiansk, results / "one.jsonl.gz", "-o", folder / "x.html")
    assert result.exit_code == 2
    assert "west and east" in result.stderr


@pytest.mark.parametrize(
    ("source", "out", "code", "said"),
    [
        ("one.jsonl.gz", "x.pdf", 2, "Name it .html"),
        ("nothing.jsonl.gz", "x.html", 4, "nothing.jsonl.gz"),
        (".", "x.html", 4, "holds no ensemble"),
        ("one.jsonl.gz", "nowhere/x.html", 4, "there is no folder"),
    ],
)
def test_mistakes_are_told_and_leave_nothing(frontsim, results, folder, source, out, code, said):
    result = frontsim("report", results / source, "-o", folder / out)
    assert result.exit_code == code
    assert said in result.stderr
    assert list(folder.iterdir()) == []


def test_an_ensemble_that_holds_nothing_makes_no_page(frontsim, results, folder):
    bare = folder / "bare"
    bare.mkdir()
    (bare / "meta.json").write_bytes((results / "first" / "meta.json").read_bytes())
    result = frontsim("report", bare, "-o", folder / "x.html")
    assert result.exit_code == 2
    assert "holds no replications yet" in result.stderr


def test_the_page_is_shown_where_there_is_a_browser(frontsim, results, folder, monkeypatch):
    shown = []
    monkeypatch.setattr(webbrowser, "open", lambda address: shown.append(address) or True)
    assert frontsim("report", results / "one.jsonl.gz", "-o", "x.html", "--open").exit_code == 0
    assert shown == [(folder / "x.html").resolve().as_uri()]


def test_without_a_browser_the_page_is_there_and_the_way_is_told(frontsim, results, folder, monkeypatch):
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    result = frontsim("report", results / "one.jsonl.gz", "-o", "x.html", "--open")
    assert result.exit_code == 5
    assert "yourself" in result.stderr
    assert (folder / "x.html").exists()


def test_a_sweep_makes_a_page_of_its_own(frontsim, results, folder):
    assert frontsim("report", results / "sweep", "-o", "x.html").exit_code == 0
    text = text_of(folder / "x.html")
    assert "What moves the result" in text
    assert "East: attrition coefficient" in text
    command = shlex.split(
        html.unescape(text).partition("simulates the same again: ")[2].partition(" What ")[0]
    )
    assert command[:4] == ["frontsim", "sweep", "two-towns", "--set"]
    assert command[4:9] == ["scenario.horizon=6 d", "-p", RANGE, "-p", "tempo.variation=0..0.4"]
    assert command[9:] == [*["--tornado", "--measure", "losses.west.personnel", "-n", "6", "--seed", "1"]]


def test_a_hindcast_makes_a_page_of_its_own(frontsim, answer, results, folder):
    told, code = answer("report", results / "scored", "-o", "x.html")
    assert (code, told["replications"], told["shown"]) == (0, None, None)
    text = text_of(folder / "x.html")
    assert "What happened, beside what was simulated" in text
    assert "as reported by A" in text


def test_one_page_can_hold_all_of_it(frontsim, results, folder):
    named = ("second", "sweep", "first", "scored")
    assert frontsim("report", *(results / each for each in named), "-o", "x.html").exit_code == 0
    headings = re.findall(r"<h2>([^<]+)</h2>", (folder / "x.html").read_text(encoding="utf-8"))
    assert [each.partition(":")[0] for each in headings] == [
        "How long towns hold",
        "Losses",
        "The map in four moments",
        "Supply",
        "What moves the result",
        "A against B",
        "What happened, beside what was simulated",
        "Inputs and where they come from",
        "The model",
        "How to make it again",
        "Limits, licence and ethics",
    ]
    assert "the input that moves" in text_of(folder / "x.html")


@pytest.mark.parametrize(
    ("named", "code", "said"),
    [
        (("sweep", "sweep"), 2, "one sweep"),
        (("scored", "first", "scored"), 2, "one hindcast"),
        (("first", "second", "third"), 2, "two runs or ensembles"),
        (("first", "nosuch"), 4, "nosuch"),
        (("nosuch",), 4, "nosuch"),
    ],
)
def test_what_does_not_fit_together_is_told(frontsim, results, folder, named, code, said):
    result = frontsim("report", *(results / each for each in named), "-o", "x.html")
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr
    assert not (folder / "x.html").exists()


def test_a_sweep_of_another_front_is_refused(frontsim, results, folder, kupiansk):
    result = frontsim("report", kupiansk, results / "sweep", "-o", "x.html")
    assert result.exit_code == 2
    assert "west and east" in result.stderr


def test_findings_that_are_not_of_their_folder_are_refused(frontsim, results, folder):
    shutil.copytree(results / "sweep", folder / "mixed")
    path = folder / "mixed" / "findings.json"
    path.write_text(path.read_text("utf-8").replace(read_findings(folder / "mixed").hash, "other"), "utf-8")
    result = frontsim("report", "mixed", "-o", "x.html")
    assert result.exit_code == 4
    assert "--resume" in result.stderr


@pytest.mark.parametrize(
    ("changes", "called"),
    [
        (CHANGED, "with West: replacements 40 soldiers/d, against the scenario as it is"),
        (("--scale", "side.east.fires=2"), "with East: fires × 2, against"),
        (("--set-file", "more.toml"), "with more.toml, against"),
        ((*CHANGED, "-s", "tempo.variation=0", "-s", "tempo.lag_1=0"), "with 3 changes, against"),
    ],
)
def test_two_of_one_scenario_are_called_by_what_was_changed(frontsim, results, folder, changes, called):
    (folder / "more.toml").write_text('[side.west]\nfires = "9 /d"\n', encoding="utf-8")
    run = ("run", "two-towns", "--seed", "1", "-d", "30", *changes, "-q", "-o", "b.jsonl.gz")
    assert frontsim(*run).exit_code == 0
    result = frontsim("report", results / "one.jsonl.gz", "b.jsonl.gz", "-o", "x.html")
    assert result.exit_code == 0
    assert f"<h1>Two towns: {called}" in (folder / "x.html").read_text(encoding="utf-8")


def test_a_page_says_what_a_change_does_to_the_losses_of_day_0(tmp_path):
    recorded, page = tmp_path / "run.jsonl.gz", tmp_path / "page.html"
    call("run", "kupiansk", "-d", "2", "-s", "side.ru.fires=20 /d", "-o", recorded)
    call("report", recorded, "-o", page)
    assert "With this change, expected losses on day 0 are 70.8 soldiers of Ukraine" in text_of(page)
