"""``frontsim hindcast`` and ``frontsim calibrate`` as they are typed: what they print, write and refuse."""

import csv
import json
from pathlib import Path

import pytest

from sim.engine.simulation import simulate
from sim.results.reader import Results
from sim.scenario_file.read import read_scenario

TRUTH = """# advance: 0.05 km/d
date,town,from,to,basis
2025-02-03,Lypa,not occupied,occupied,A
2025-02-05,Elsewhere,not occupied,occupied,A
2025-02-20,Lypa,occupied,grey,A
2025-02-04,Lypa,not occupied,occupied,B
"""
EXTRA = """
schema = 1
extends = "two-towns"

[side.east]
assaults = { value = "2 /d", low = "1 /d", high = "6 /d", status = "assumed" }
reserve = { value = 100, low = 50, high = 200, status = "assumed" }
"""


@pytest.fixture
def truth(folder):
    """Return the name of a table of what happened to two towns."""
    (folder / "truth.csv").write_text(TRUTH, "utf-8")
    return "truth.csv"


@pytest.fixture
def assumed(folder):
    """Return the name of a scenario of two towns with assumed numbers."""
    (folder / "assumed.toml").write_text(EXTRA, "utf-8")
    return "assumed.toml"


def short(truth, *more):
    return ("hindcast", "two-towns", "--observations", truth, "-n", "4", "-j", "1", "--seed", "3", *more)


def test_it_says_how_good_the_forecast_was_and_against_what(frontsim, truth):
    result = frontsim(*short(truth))
    assert result.exit_code == 0
    first, *_ = result.stdout.splitlines()
    assert first == "Two towns, beside what happened; seed 3"
    for said in (
        "4 runs of Two towns, held against truth.csv: who held which town on 2 dates, 27 January 2025 to 28",
        "Places with changes that the scenario lacks, and that are not scored: Elsewhere (1).",
        "The same by every source",
        "A, contested",
        "B, contested",
        "Nothing changes",
        "31 January 2025",
        "The front's advance along contacts, metres a day",
        "Toy model for study",
    ):
        assert said in " ".join(result.stdout.split())


def test_json_is_what_was_promised(answer, truth):
    found, exit_code = answer(*short(truth, "--from", "2025-02-01", "--to", "2025-02-10"))
    assert exit_code == 0
    assert found["window"] == {"from": "2025-02-01", "to": "2025-02-10", "dates": ["2025-02-10"]}
    assert found["towns"] == 2
    # the window begins later than the run: somebody could have known how it stood by then
    assert set(found["brier"]) == {"model", "persistence", "trend", "latest"}
    for skill in found["skill"].values():
        assert set(skill) == {"value", "low", "high"}
    assert found["unknown_places"] == {"Elsewhere": 1}
    assert {each["what"] for each in found["amounts"]} == {"advance", "towns"}
    assert [reading["source"] for reading in found["readings"]] == ["A", "B"]
    assert found["disclaimer"].startswith("Toy model")


def test_all_scores_are_kept_in_a_folder_and_not_written_over_unasked(frontsim, answer, truth):
    found, _ = answer(*short(truth, "-o", "scored"))
    kept = json.loads(Path("scored/hindcast.json").read_text("utf-8"))
    assert kept["format"] == "frontsim hindcast"
    assert kept["brier"] == found["brier"]
    with Path("scored/cases.csv").open(encoding="utf-8") as file:
        cases = list(csv.DictReader(file))
    assert len(cases) == 2 * 2
    assert cases[0]["chance_persistence"] == "0"
    result = frontsim(*short(truth, "-o", "scored"))
    assert result.exit_code == 4
    assert "exists already" in result.stderr
    assert frontsim(*short(truth, "-o", "scored", "--force")).exit_code == 0


def test_days_beyond_the_window_are_not_run_and_would_change_nothing(answer, truth, monkeypatch):
    whole, _ = answer(*short(truth, "-s", "scenario.horizon=14 d", "--to", "2025-02-08"))
    horizons = []

    def noted(scenario, *others, **options):
        horizons.append(scenario.horizon / 86_400)
        return simulate(scenario, *others, **options)

    monkeypatch.setattr("sim.experiments.running.sampling.simulate", noted)
    found, _ = answer(*short(truth, "--to", "2025-02-08"))
    assert set(horizons) == {14.0}
    assert found["amounts"] == whole["amounts"]
    assert found["brier"] == whole["brier"]


def test_the_same_luck_gives_the_same_scores(answer, truth):
    assert answer(*short(truth)) == answer(*short(truth))


@pytest.mark.untraced
def test_a_front_without_reports_or_a_known_advance_is_scored_too(answer, folder):
    (folder / "island.csv").write_text("date,town,from,to\n1945-03-26,Iwo Jima,japan,us\n", "utf-8")
    found, exit_code = answer(
        "hindcast", "iwo-jima-1945", "--observations", "island.csv", "--occupier", "us", "-n", "2", "-j", "1"
    )
    assert exit_code == 0
    assert set(found["brier"]) == {"model", "persistence"}
    assert [each for each in found["amounts"] if each["what"] == "losses"] == []
    # nobody attacks in that scenario: it is about losses, and does not say when the island falls
    assert found["brier"]["model"] == found["brier"]["persistence"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--source", "C"), "has no source 'C'. Its sources: A, B."),
        (("--occupier", "north"), "There is no side 'north'"),
        (("--from", "2025-01-01"), "is not in the run"),
        (("--origin", "2025-01-26"), "outside the days that can be scored, 2025-01-27 to 2025-02-28"),
        (("--origin", "2025-03-01"), "outside the days that can be scored, 2025-01-27 to 2025-02-28"),
        (("--draw-parameters", "nowhere.csv"), "nowhere.csv cannot be read"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_run(frontsim, truth, options, said):
    result = frontsim(*short(truth, *options))
    assert result.exit_code in {2, 4}
    assert said in result.stderr


def test_a_folder_that_cannot_be_made_is_said_so(frontsim, truth, folder):
    (folder / "file").write_text("")
    result = frontsim(*short(truth, "-o", "file/below"))
    assert result.exit_code == 4
    assert "Cannot create the folder" in result.stderr


def calibrated(assumed, truth, *more):
    return (
        "calibrate", assumed, "--observations", truth, "-p", "side.east.assaults", "-p", "side.east.reserve",
        "-n", "6", "--generations", "2", "-j", "1", "--seed", "3", *more,
    )  # fmt: skip


def test_a_calibration_writes_a_scenario_and_a_sample_that_ensembles_draw_from(frontsim, assumed, truth):
    result = frontsim(*calibrated(assumed, truth))
    assert result.exit_code == 0
    assert "generation 2: 9 vectors tried" in result.stderr
    assert "saved assumed-calibrated.toml and assumed-calibrated.posterior.csv" in result.stdout
    fitted = read_scenario("assumed-calibrated.toml")
    numbers = {each.key: each for each in fitted.scenario.parameters}
    assaults, reserve = numbers["side.east.assaults"], numbers["side.east.reserve"]
    assert assaults.status == reserve.status == "calibrated"
    assert 1.0 <= assaults.low <= assaults.value <= assaults.high <= 6.0
    assert reserve.value == int(reserve.value)
    text = Path("assumed-calibrated.toml").read_text("utf-8")
    assert 'extends = "assumed.toml"' in text
    assert "# Made by: frontsim" in text
    assert frontsim("check", "assumed-calibrated.toml").exit_code == 0
    drawn = ("--draw-parameters", "assumed-calibrated.posterior.csv")
    assert (
        frontsim(*short(truth, *drawn)[:1], "assumed-calibrated.toml", *short(truth, *drawn)[2:]).exit_code
        == 0
    )
    again = (
        "ensemble",
        "assumed-calibrated.toml",
        "--days",
        "5",
        "-n",
        "2",
        "-j",
        "1",
        "--seed",
        "3",
        *drawn,
    )
    assert frontsim(*again, "-o", "e").exit_code == 0
    assert "--draw-parameters" in Path("e/meta.json").read_text("utf-8")
    assert frontsim(*again, "-o", "e", "--resume").exit_code == 0
    assert frontsim(*again[:-2], "-o", "e", "--resume").exit_code == 4


def test_a_calibration_tells_its_numbers_as_json_and_touches_nothing_that_is_there(
    answer, frontsim, assumed, truth
):
    found, exit_code = answer(*calibrated(assumed, truth, "-o", "new.toml"))
    assert exit_code == 0
    assert found["runs"] == 18
    assert found["sample"] == "new.posterior.csv"
    assert set(found["parameters"]) == {"side.east.assaults", "side.east.reserve"}
    result = frontsim(*calibrated(assumed, truth, "-o", "new.toml"))
    assert result.exit_code == 4
    assert "new.toml exists already" in result.stderr


def test_what_is_not_assumed_is_not_fitted(frontsim, truth):
    result = frontsim("calibrate", "two-towns", "--observations", truth, "-p", "side.east.assaults")
    assert result.exit_code == 2
    assert "only a number that is marked assumed" in result.stderr


def test_a_bundled_scenario_is_extended_by_its_name(frontsim, folder):
    (folder / "t.csv").write_text("date,town,from,to\n2025-01-29,Zapadne,not occupied,occupied\n", "utf-8")
    result = frontsim(
        "calibrate", "kupiansk", "--observations", "t.csv", "--to", "2025-01-29", "-p", "assaults.advance",
        "-n", "4", "--generations", "1", "-j", "1",
    )  # fmt: skip
    assert result.exit_code == 0
    text = Path("kupiansk-calibrated.toml").read_text("utf-8")
    assert 'extends = "kupiansk"' in text
    assert "advance = { value = " in text
    assert " km" in text


def test_the_baseline_is_held_against_what_comes_with_it(frontsim):
    result = frontsim(
        "hindcast", "kupiansk", "--observations", "kupiansk-control-2025", "--to", "2025-01-31",
        "-s", "scenario.horizon=5 d", "-n", "2", "-j", "1",
    )  # fmt: skip
    assert result.exit_code == 0
    said = " ".join(result.stdout.split())
    assert "DeepState has another holder from the start" in said
    assert "Soldiers, January 2025 71.5" in said


def test_a_seed_is_drawn_and_told_where_nobody_names_one(frontsim, assumed, truth):
    for line in (
        ("hindcast", "two-towns", "--observations", truth, "-n", "2", "-j", "1", "--to", "2025-02-01"),
        (*calibrated(assumed, truth)[:-4], "-j", "1"),
    ):
        result = frontsim(*line)
        assert result.exit_code == 0
        assert "drawn at random" in result.stderr


def test_a_routes_number_is_written_by_the_routes_id(frontsim, folder, truth):
    (folder / "road.toml").write_text(
        'schema = 1\nextends = "two-towns"\n[[route]]\nid = "lypa-verba"\n'
        'capacity = { value = "150 t/d", low = "50 t/d", high = "300 t/d", status = "assumed" }\n',
        "utf-8",
    )
    result = frontsim(
        "calibrate", "road.toml", "--observations", truth, "-p", "route.lypa-verba.capacity", "-n", "4",
        "--generations", "1", "-j", "1", "--seed", "1",
    )  # fmt: skip
    assert result.exit_code == 0
    numbers = {each.key: each for each in read_scenario("road-calibrated.toml").scenario.parameters}
    assert numbers["route.lypa-verba.capacity"].status == "calibrated"
    assert 50.0 <= numbers["route.lypa-verba.capacity"].value <= 300.0


def test_a_hindcast_that_was_interrupted_goes_on_to_the_same_scores(frontsim, answer, truth, monkeypatch):
    whole, _ = answer(*short(truth))
    left = [2]

    def stopped(*arguments, **options):
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return simulate(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr("sim.experiments.running.sampling.simulate", stopped)
        result = frontsim(*short(truth, "-o", "h"))
    assert result.exit_code == 130
    assert "--resume" in result.stderr
    assert Results.open("h").numbers.tolist() == [0, 1]
    assert frontsim(*short(truth, "-o", "h")).exit_code == 4
    found, exit_code = answer(*short(truth, "-o", "h", "--resume"))
    assert exit_code == 0
    assert {**found, "folder": None} == whole


def test_a_run_from_a_later_day_is_scored_by_lead_time_and_goes_on_where_it_stopped(answer, frontsim, truth):
    begun = (*short(truth, "-s", "scenario.horizon=70 d"), "--origin", "2025-01-29", "-o", "later")
    found, exit_code = answer(*begun)
    assert exit_code == 0
    assert found["window"]["from"] == "2025-01-29"
    assert found["overrides"] == ["--assume scenario.horizon=70 d", "--origin 2025-01-29"]
    (lead,) = found["leads"]
    assert (lead["months"], lead["date"], lead["scores"]["changed"]) == (1, "2025-02-27", 0)
    results = Results.open("later")
    assert str(results.meta.start) == "2025-01-29"
    assert "Skill by lead time" in frontsim(*begun, "--resume").stdout
    assert answer(*begun, "--resume")[0] == found
    other = frontsim(*begun[:-4], "--origin", "2025-01-30", "-o", "later", "--resume")
    assert other.exit_code == 4, "what was begun on another day is not continued"
    assert "--origin 2025-01-29" in frontsim("report", "later", "-o", "page.html").stderr + Path(
        "page.html"
    ).read_text("utf-8")
