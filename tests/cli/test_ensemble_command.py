"""``frontsim ensemble`` as it is typed: what it prints, where it writes, and how it ends."""

import io
from pathlib import Path

import pytest

import sim.experiments.running.sampling as at_work
from sim.cli.terminal import Lines, Terminal, progress
from sim.engine.simulation import simulate
from sim.model.quantities import CATEGORIES
from sim.results.reader import Results

SMALL = ("ensemble", "two-towns", "--days", "5", "--seed", "3", "-j", "1")


@pytest.fixture
def trouble(monkeypatch):
    """Return a function that makes one replication raise, so many times."""

    def make(number, problem, times=1):
        left = [times]

        def troubled(scenario, seed, *, replication, **options):
            if replication == number and left[0]:
                left[0] -= 1
                raise problem
            return simulate(scenario, seed, replication=replication, **options)

        monkeypatch.setattr(at_work, "simulate", troubled)

    return make


def test_it_says_what_is_run_what_came_of_it_and_where_it_is(frontsim):
    result = frontsim(*SMALL, "-n", 12, "-o", "e")
    assert result.exit_code == 0
    first, *_ = result.stdout.splitlines()
    assert first == "Two towns: 2 towns, 1 route, 5 days, 12 replications, seed 3"
    assert "saved e (12 replications)" in result.stdout
    assert "Toy model for study" in result.stdout
    assert "Losses a day, mean over replications" in result.stdout
    assert len(Results.open("e").numbers) == 12


def test_json_is_what_was_promised(answer):
    found, exit_code = answer(*SMALL, "-n", 4, "-o", "e")
    assert exit_code == 0
    assert found["replications"] == 4
    assert found["seconds"] >= 0
    assert found["disclaimer"].startswith("Toy model")
    assert (found["seed"], found["folder"], found["failed"]) == (3, "e", {})
    for town in ("lypa", "verba"):
        assert set(found["held"][town]) == {"share", "low", "high"}
        assert set(found["first_lost_days"][town]) == {"median", "low", "high"}
    for of_side in found["losses_per_day"].values():
        assert list(of_side) == list(CATEGORIES)
        assert all(set(loss) == {"mean", "low", "high", "reported"} for loss in of_side.values())
    assert found["held"]["lypa"]["share"] == 1.0
    assert found["held"]["lypa"]["low"] < 1.0
    assert found["first_lost_days"]["lypa"]["median"] is None


def test_reported_losses_stand_beside_the_mean(answer):
    found, _ = answer("ensemble", "kupiansk", "--days", "1", "-n", "2", "-j", "1", "-o", "e")
    assert found["losses_per_day"]["ua"]["personnel"]["reported"] > 0


def test_a_folder_that_nobody_named_follows_from_what_is_run(answer):
    one, _ = answer(*SMALL, "-n", 1)
    other, _ = answer(*SMALL, "-n", 1, "-s", "side.west.replacements=90 soldiers/d")
    assert Path(one["folder"]).parent == Path("runs")
    assert Path(one["folder"]).name.startswith("two-towns-")
    assert one["folder"] != other["folder"]
    assert other["overrides"] == ["--set side.west.replacements=90 soldiers/d", "--set scenario.horizon=5 d"]


def test_a_folder_that_is_there_is_not_touched_unasked(frontsim):
    assert frontsim(*SMALL, "-n", 2, "-o", "e").exit_code == 0
    result = frontsim(*SMALL, "-n", 3, "-o", "e")
    assert result.exit_code == 4
    assert "e exists already, with 2 replications. Continue it with --resume" in result.stderr
    assert frontsim(*SMALL, "-n", 3, "-o", "e", "--resume").exit_code == 0
    assert len(Results.open("e").numbers) == 3
    assert frontsim(*SMALL, "-n", 1, "-o", "e", "--force").exit_code == 0
    assert len(Results.open("e").numbers) == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("--seed", "4"), "it is of seed 3, not 4 (two-towns"),
        (("-s", "side.west.replacements=90 soldiers/d"), "it is of another scenario (two-towns"),
    ],
)
def test_another_ensemble_is_not_gone_on_with(frontsim, changed, said):
    frontsim(*SMALL, "-n", 2, "-o", "e")
    result = frontsim(*SMALL, *changed, "-n", 3, "-o", "e", "--resume")
    assert result.exit_code == 4
    assert said in result.stderr
    assert len(Results.open("e").numbers) == 2


def test_going_on_needs_no_seed(answer):
    first, _ = answer("ensemble", "two-towns", "--days", "5", "-j", "1", "--seed", "8", "-n", "1", "-o", "e")
    again, code = answer("ensemble", "two-towns", "--days", "5", "-j", "1", "-n", "2", "-o", "e", "--resume")
    assert (first["seed"], again["seed"], code) == (8, 8, 0)
    assert again["replications"] == 2


def test_a_failing_replication_is_told_by_number_and_the_others_are_kept(frontsim, trouble):
    trouble(2, RuntimeError("a road led nowhere"))
    result = frontsim(*SMALL, "-n", 4, "-o", "e")
    assert result.exit_code == 6
    assert "1 of 4 replications failed; the others are kept." in result.stderr
    assert "replication 2: RuntimeError: a road led nowhere" in result.stderr
    assert "frontsim run two-towns --seed 3 --replication 2" in result.stderr
    assert Results.open("e").numbers.tolist() == [0, 1, 3]


def test_failures_are_in_the_json_too(answer, trouble):
    trouble(0, RuntimeError("a road led nowhere"))
    found, exit_code = answer(*SMALL, "-n", 1, "-o", "e")
    assert exit_code == 6
    assert found["failed"] == {"0": "RuntimeError: a road led nowhere"}
    assert found["replications"] == 0


def test_ctrl_c_keeps_what_was_finished(frontsim, trouble):
    trouble(3, KeyboardInterrupt())
    result = frontsim(*SMALL, "-n", 6, "-o", "e")
    assert result.exit_code == 130
    assert "3 finished replications are kept in e." in result.stderr
    assert result.stderr.endswith("Continue with the same command and --resume.\n")
    assert frontsim(*SMALL, "-n", 6, "-o", "e", "--resume").exit_code == 0
    assert Results.open("e").numbers.tolist() == list(range(6))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--record", "best"), "--record takes median, all, or the number of a replication, not 'best'"),
        (("--record", "7"), "Replication 7 is not in the ensemble"),
        (("-n", "0"), "0 is out of range"),
        (("--until-halfwidth", "0"), "--until-halfwidth"),
    ],
)
def test_what_cannot_be_meant_is_wrong_use(frontsim, options, said):
    result = frontsim(*SMALL, "-n", 2, *options, "-o", "e")
    assert result.exit_code == 2
    assert said in result.stderr


def test_runs_are_recorded_as_a_run_of_their_number_is(frontsim, answer):
    found, _ = answer(*SMALL, "-n", 3, "-o", "e", "--record", "median", "--record", "2")
    assert "2" in found["recordings"]
    assert 1 <= len(found["recordings"]) <= 2
    run, _ = answer(
        "run", "two-towns", "--days", "5", "--seed", "3", "--replication", "2", "-o", "r.jsonl.gz"
    )
    assert Path(found["recordings"]["2"]).read_bytes() == Path("r.jsonl.gz").read_bytes()
    assert run["replication"] == 2
    assert frontsim("show", found["recordings"]["2"], "--at", "d1").exit_code == 0


def test_all_runs_can_be_recorded(answer):
    found, _ = answer(*SMALL, "-n", 3, "-o", "e", "--record", "all")
    assert sorted(found["recordings"]) == ["0", "1", "2"]


def test_it_stops_by_itself_where_shares_are_known(answer):
    found, _ = answer(*SMALL, "--until-halfwidth", "0.05", "-o", "e")
    # 30 would do, but the rule looks a few replications ahead
    assert found["replications"] == 40


def test_changes_and_the_most_are_said(frontsim):
    options = ("--until-halfwidth", "0.05", "-n", "31", "-s", "side.west.replacements=90 soldiers/d")
    result = frontsim(*SMALL, *options, "-o", "e")
    assert "up to 31 replications" in result.stdout
    assert "changed: side.west.replacements" in result.stdout


def test_nothing_is_said_on_the_way_where_quiet_is_wanted(frontsim):
    assert frontsim(*SMALL, "-n", 4, "-o", "e", "-q").stderr == ""
    assert frontsim(*SMALL, "-n", 4, "-o", "f", "--progress", "never").stderr == ""


def test_elsewhere_than_on_a_terminal_it_says_every_tenth(frontsim):
    told = [line for line in frontsim(*SMALL, "-n", 30, "-o", "e").stderr.splitlines() if " of 30 " in line]
    assert 2 <= len(told) <= 10
    assert told[-1].startswith("30 of 30 replications, ")


def test_lines_come_at_most_every_tenth_with_rate_and_time_left():
    said = []
    times = iter(range(100))
    lines = Lines(said.append, lambda: float(next(times)))
    for done in range(0, 201, 4):
        lines.report(done, 200, int(done > 150))
    assert len(said) == 10
    assert said[0] == "20 of 200 replications, 3.3 a second, 54 s left"
    assert said[-1].endswith("1 failed")


def test_what_was_there_already_does_not_count_as_fast():
    said = []
    times = iter(range(100))
    lines = Lines(said.append, lambda: float(next(times)))
    lines.report(100, 200, 0)
    lines.report(120, 200, 0)
    assert said == ["120 of 200 replications, 10.0 a second, 8 s left"]


def test_what_is_slower_than_one_a_second_is_told_in_seconds():
    times = iter((0.0, 12.0, 24.0))
    lines = Lines(print, lambda: next(times))
    lines.report(0, 4, 0)
    assert lines.text(2, 4, 0) == "1 in 12 s, 24 s left"


class Screen(io.StringIO):
    def isatty(self):
        return True


def test_on_a_terminal_a_bar_shows_rate_and_time_left(monkeypatch):
    screen = Screen()
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", screen)
    with progress(Terminal()) as tell:
        tell(0, 40, 0)
        tell(20, 40, 1)
    shown = screen.getvalue()
    assert "20 of 40" in shown
    assert "a second" in shown
    assert "1 failed" in shown
