"""Sweeps: what is moved, what is run, what is found, and that nothing is run twice."""

import json
import math
from concurrent.futures import BrokenExecutor, Future

import numpy as np
import pytest

import sim.experiments.running.sampling as at_work
from sim.errors import FileError, UsageError
from sim.experiments.running import scheduler
from sim.experiments.running.executors import Here, LocalProcesses
from sim.experiments.running.sampling import simulate_rows
from sim.experiments.sweep.design_points import point_text
from sim.experiments.sweep.factors import Factor, Member, claims_of, factors_of, named_factors
from sim.experiments.sweep.measures import measured, measures_of
from sim.experiments.sweep.sweep import grid_points
from sim.experiments.sweep.tornado import effects, tornado
from sim.results.sweep_findings import FILE, Bar, Effect, read_findings
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario
from tests.support.front_with_ranges import Bench, named


def test_numbers_alike_of_towns_move_together_and_others_alone(front):
    found = {each.name: each for each in factors_of(front)}
    assert found["town.*.depth (west)"].label == "depth, all towns of West"
    assert [each.key for each in found["town.*.depth (west)"].members] == [
        "town.lypa.depth",
        "town.vilkha.depth",
    ]
    assert (
        point_text(found["side.east.attrition_coefficient"].low)
        == "--assume side.east.attrition_coefficient=0.001 /d"
    )
    assert (
        point_text(found["route.lypa-vilkha.capacity"].high) == "--assume route.lypa-vilkha.capacity=150 t/d"
    )
    assert [part.part_of for part in found["town.*.depth (west)"].alone()] == ["town.*.depth (west)"] * 2


def test_numbers_of_one_source_are_halved_together(front):
    (claim,) = claims_of(front)
    assert (claim.name, claim.label, claim.high) == ("guess", "A guess", ())
    assert (
        point_text(claim.low)
        == "--assume side.west.fires=3 /d --assume side.east.attrition_coefficient=0.001 /d"
    )


def test_every_range_of_the_baseline_can_be_written_as_an_override():
    baseline = read_scenario("kupiansk")
    factors = factors_of(baseline)
    assert sum(len(each.members) for each in factors) > 200
    ranges = {each.key: {"low": each.low, "high": each.high} for each in baseline.scenario.parameters}
    keys = [each.key for factor in factors for each in factor.members]
    for end in ("low", "high"):
        changes = [change for factor in factors for change in getattr(factor, end)]
        found = {each.key: each.value for each in read_scenario("kupiansk", changes).scenario.parameters}
        assert [found[key] for key in keys] == pytest.approx([ranges[key][end] for key in keys])


@pytest.mark.parametrize(
    ("key", "low", "high", "said"),
    [
        ("side.east.fire", "", "", "fires"),
        ("tempo.variation", "", "", "gives no such number"),
        ("side.east.assaults", "", "", "no range"),
        ("attrition.fires_law", "aimed_fire", "area_fire", "only numbers"),
    ],
)
def test_what_cannot_be_moved_is_said(front, key, low, high, said):
    with pytest.raises(UsageError, match=said):
        named_factors(front, [(key, low, high)])


def test_a_range_can_be_typed_for_any_number(front):
    (factor,) = named_factors(front, [("tempo.variation", "0", "0.4")])
    assert point_text(factor.high) == "--assume tempo.variation=0.4"
    assert (factor.members[0].low, factor.members[0].high, factor.members[0].value) == ("0", "0.4", "")


def test_measures_are_those_that_compare_takes_and_others_are_refused(front):
    scenario = front.scenario
    assert [each.key for each in measures_of(scenario)] == ["towns.verba.supply_days", "changes.towns"]
    with pytest.raises(UsageError, match=r"Did you mean towns\.verba\.supply_days"):
        measures_of(scenario, ["towns.verba.suply_days"])
    with pytest.raises(UsageError, match=r"losses\.SIDE\.CATEGORY"):
        measures_of(scenario, ["zzz"])


def test_measures_of_one_run_are_those_of_an_ensemble_of_one(front):
    rows = simulate_rows(front.scenario, 3, 0)
    found = measured(
        front.scenario,
        rows,
        [f"towns.verba.{name}" for name in ("supply_days", "held", "held_days", "out_days")]
        + ["changes.towns", "changes.times", "losses.west.personnel"],
    )
    supply = rows["towns"]["days_of_supply"][rows["towns"]["town"] == 1]
    assert found[0] == pytest.approx(np.nanmean(supply))
    assert found[1:4] == [1.0, 6.0, float((supply < 0.1).sum())]
    assert found[4:6] == [0.0, 0.0]
    assert found[6] == rows["replications"]["west_lost_personnel"][0] / 6.0


def test_a_town_that_was_lost_counts_until_then(front):
    scenario = read_scenario("two-towns", [SetNumber("scenario.horizon=60 d")]).scenario
    rows = simulate_rows(scenario, 1, 0)
    keys = ["towns.lypa.held", "towns.lypa.held_days", "changes.towns", "towns.lypa.supply_days"]
    held, until, changed, supply = measured(scenario, rows, keys)
    assert (held, changed) == (0.0, 1.0)
    assert until == rows["changes"]["day"][0]
    assert supply > 0.0


def test_a_grid_runs_all_places_under_the_same_luck(front, tmp_path):
    grid = {"side.east.attrition_coefficient": ("0.001 /d", "0.002 /d", "0.008 /d")}
    with Bench(front, tmp_path / "s") as bench:
        found = bench.find("grid", 6, grid=grid)
    low, same, high = (each.effects["losses.west.personnel"] for each in found.points)
    assert low.value < 0.0 < high.value
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)
    assert high.is_significant
    assert found.runs == 24
    assert found.points[2].means["losses.west.personnel"].value == pytest.approx(
        found.measures[0].mean + high.value
    )


def test_a_grid_over_two_numbers_runs_the_last_one_fastest():
    places = grid_points({"a": ("1", "2"), "b": ("x", "y")})
    assert [point_text(each) for each in places] == [
        "--set a=1 --set b=x",
        "--set a=1 --set b=y",
        "--set a=2 --set b=x",
        "--set a=2 --set b=y",
    ]


@pytest.mark.untraced
def test_a_tornado_names_what_moves_the_result_and_whose_claim_it_is(front, tmp_path):
    with Bench(front, tmp_path / "s") as bench:
        found = bench.find("tornado", 12)
        bench.folder.write(FILE, found.text())
    first = found.ranked("losses.west.personnel")[0]
    assert first.name == "side.east.attrition_coefficient"
    assert first.sources == ("guess",)
    assert first.is_significant("losses.west.personnel")
    assert first.at_low["losses.west.personnel"].value < 0.0 < first.at_high["losses.west.personnel"].value
    (claim,) = found.claims
    assert claim.keys == ("side.west.fires", "side.east.attrition_coefficient")
    assert claim.at_low["losses.west.personnel"].value < 0.0
    assert {"town.*.depth (west)", "town.lypa.depth"} <= {bar.name for bar in found.bars}
    assert any("no range" in line for line in found.left_out)
    assert read_findings(tmp_path / "s") == found


def test_findings_that_are_not_there_or_not_whole_are_problems_in_words(tmp_path):
    with pytest.raises(FileError, match="frontsim sweep"):
        read_findings(tmp_path)
    (tmp_path / FILE).write_text(json.dumps({"format": "other"}), encoding="utf-8")
    with pytest.raises(FileError, match="not of what a sweep found"):
        read_findings(tmp_path)
    head = {"format": "frontsim sweep findings", "version": 3, "kind": "rumour"}
    (tmp_path / FILE).write_text(json.dumps(head), encoding="utf-8")
    with pytest.raises(FileError, match="damaged"):
        read_findings(tmp_path)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"measures": []}, "nothing was measured"),
        ({"points": [{"settings": {"a": "1"}}, {"settings": {"b": "1"}}]}, "not of the same numbers"),
    ],
)
def test_findings_that_do_not_hold_together_are_refused(tmp_path, parts, said):
    told = {
        "format": "frontsim sweep findings",
        "version": 3,
        "kind": "grid",
        "name": "front",
        "title": "A front",
        "seed": 1,
        "replications": 2,
        "runs": 2,
        "level": 0.9,
        "measures": [{"key": "changes.towns", "label": "towns changed"}],
    }
    (tmp_path / FILE).write_text(json.dumps({**told, **parts}), encoding="utf-8")
    with pytest.raises(FileError, match=said):
        read_findings(tmp_path)
    (tmp_path / FILE).write_text(json.dumps(told), encoding="utf-8")
    assert read_findings(tmp_path).points == ()


def test_what_was_run_is_not_run_again_and_gives_the_same(front, tmp_path, monkeypatch):
    factors = named(front, "side.east.attrition_coefficient", "side.west.fires")
    with Bench(front, tmp_path / "s") as bench:
        first = bench.find("tornado", 8, factors=factors)

    def never(*_, **__):
        raise AssertionError("run again")

    monkeypatch.setattr(at_work, "simulate", never)
    with Bench(front, tmp_path / "s", resumes=True) as bench:
        assert bench.find("tornado", 8, factors=factors) == first
        assert bench.points.failed == {}


def test_a_sweep_that_was_interrupted_goes_on_to_the_same_end(front, tmp_path, monkeypatch):
    grid = {"side.east.attrition_coefficient": ("0.001 /d", "0.008 /d")}
    with Bench(front, tmp_path / "whole") as bench:
        whole = bench.find("grid", 8, grid=grid)
    left, simulate = [10], at_work.simulate

    def stopped(*arguments, **options):
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return simulate(*arguments, **options)

    monkeypatch.setattr(at_work, "simulate", stopped)
    with pytest.raises(KeyboardInterrupt), Bench(front, tmp_path / "s") as bench:
        bench.find("grid", 8, grid=grid)
    left[0] = 100
    with Bench(front, tmp_path / "s", resumes=True) as bench:
        assert len(bench.folder.rows) == 9
        assert bench.find("grid", 8, grid=grid) == whole
    assert left[0] == 100 - 15


@pytest.mark.untraced
def test_other_processes_give_the_same(front, tmp_path):
    grid = {"side.east.attrition_coefficient": ("0.008 /d",)}
    with Bench(front, tmp_path / "one") as bench:
        one = bench.find("grid", 4, grid=grid)
    with Bench(front, tmp_path / "two", workers=LocalProcesses(2)) as bench:
        assert bench.find("grid", 4, grid=grid) == one


def test_a_replication_that_fails_is_left_out_of_pairs(front, tmp_path, monkeypatch):
    simulate = at_work.simulate

    def troubled(scenario, seed, *, replication, **options):
        if replication == 1:
            raise ZeroDivisionError
        return simulate(scenario, seed, replication=replication, **options)

    monkeypatch.setattr(at_work, "simulate", troubled)
    with Bench(front, tmp_path / "s") as bench:
        found = bench.find("grid", 6, grid={"side.east.attrition_coefficient": ("0.008 /d",)})
        assert len(bench.points.failed) == 2
    assert found.points[0].effects["losses.west.personnel"].pairs == 5


def test_a_place_that_is_no_scenario_is_said_and_the_others_are_run(front, tmp_path):
    with Bench(front, tmp_path / "s") as bench:
        found = bench.find("grid", 5, grid={"side.east.attrition_coefficient": ("0.008 /d", "-3 /d")})
    good, bad = found.points
    assert good.note == ""
    assert "below the lowest allowed" in bad.note
    assert math.isnan(bad.effects["losses.west.personnel"].value)


def test_a_worker_that_dies_each_time_does_not_hold_up_the_rest(front, tmp_path, monkeypatch):
    with Bench(front, tmp_path / "s") as bench:
        monkeypatch.setattr(scheduler, "run_batch", lambda *_: 1 / 0)
        found = bench.find("grid", 2, grid={"side.east.attrition_coefficient": ("0.008 /d",)})
        assert all("could not run it" in why for why in bench.points.failed.values())
    assert found.points[0].effects["losses.west.personnel"].pairs == 0


def test_another_scenario_or_other_measures_are_turned_away(front, tmp_path):
    with Bench(front, tmp_path / "s"):
        pass
    with pytest.raises(FileError, match="--resume"):
        Bench(front, tmp_path / "s")
    with pytest.raises(FileError, match="other measures"):
        Bench(front, tmp_path / "s", measures=("changes.times",), resumes=True)
    other = read_scenario(front.path, [SetNumber("tempo.variation=0.3")])
    with pytest.raises(FileError, match="another scenario"):
        Bench(other, tmp_path / "s", resumes=True)
    with Bench(other, tmp_path / "s", force=True) as bench:
        assert len(bench.folder.rows) == 0
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange" / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(FileError, match="holds no sweep but other files"):
        Bench(front, tmp_path / "strange")


def test_rows_that_were_damaged_are_run_again(front, tmp_path):
    grid = {"side.east.attrition_coefficient": ("0.008 /d",)}
    with Bench(front, tmp_path / "s") as bench:
        whole = bench.find("grid", 3, grid=grid)
    (path,) = (tmp_path / "s" / "values").glob("*.parquet")
    path.write_bytes(path.read_bytes()[:-9])
    with Bench(front, tmp_path / "s", resumes=True) as bench:
        assert len(bench.folder.rows) == 0
        assert bench.find("grid", 3, grid=grid) == whole


class Known:
    """Points of a function that is known: few of many numbers matter, and luck is shared but for a little."""

    def __init__(self, slopes):
        self.slopes = slopes
        self.refused = {}
        self.asked = set()

    def values(self, places, count):
        return np.array([[[self.outcome(place, number)] for number in range(count)] for place in places])

    def outcome(self, place, number):
        self.asked.add((point_text(place), number))
        changes = dict(change.text.split("=") for change in place)
        steps = sum(self.slopes.get(key, 0.0) * float(value) for key, value in changes.items())
        noise = math.sin(12.9898 * number + 78.233 * len(repr(place)) + 3.0 * steps) * 0.5
        return 10.0 + 4.0 * math.sin(number) + steps + noise * bool(changes)


def line(name, keys):
    members = tuple(Member(key, "0", "-1", "1") for key in keys)
    return Factor(name, name, members, change=SetNumber)


def test_few_that_matter_are_found_among_many_at_a_fraction_of_the_cost():
    single = [line(f"n{number}", [f"n{number}"]) for number in range(60)]
    group = line("many", [f"m{number}" for number in range(20)])
    known = Known({"n7": 5.0, "n31": -3.0, "m4": 4.0})
    bars, refined = tornado(known, [*single, group], ["m"], 60, 4)
    ranked = sorted(bars, key=lambda bar: -bar.size("m"))
    assert [bar.name for bar in ranked[:4]] == ["n7", "m4", "many", "n31"] or {
        bar.name for bar in ranked[:4]
    } == {"n7", "m4", "many", "n31"}
    assert {"n7", "n31", "many", "m4"} <= refined
    assert ranked[0].at_high["m"].low < 5.0 < ranked[0].at_high["m"].high + 0.5
    assert next(bar for bar in bars if bar.name == "m4").part_of == "many"
    assert len(known.asked) < 0.2 * 2 * 81 * 60


def test_bars_within_noise_are_not_sure():
    generator = np.random.Generator(np.random.PCG64(5))
    noise = effects(["m"], *generator.normal(size=(2, 40, 1)))["m"]
    assert not noise.is_significant
    shifted = effects(["m"], np.zeros((40, 1)), 1.0 + 0.1 * generator.normal(size=(40, 1)))["m"]
    assert shifted.is_significant
    assert not Effect(value=1.0, low=1.0, high=1.0, pairs=2).is_significant
    bar = Bar(name="a", label="a", keys=("a",), at_low={"m": noise}, at_high={"m": shifted}, swing={})
    assert bar.is_significant("m")
    assert bar.size("m") == pytest.approx(shifted.value)


def test_a_scenario_without_ranges_has_nothing_to_move(tmp_path):
    plain = read_scenario("two-towns")
    with Bench(plain, tmp_path / "s") as bench, pytest.raises(UsageError, match="nothing to move"):
        bench.find("tornado", 5)


class Breaking(Here):
    """Workers of which one is lost, now and then."""

    def __init__(self, problems):
        super().__init__()
        self.problems = problems
        self.renewed = 0

    def submit(self, function, *arguments):
        if self.problems:
            problem, is_at_once = self.problems.pop(0)
            if is_at_once:
                raise problem
            future = Future()
            future.set_exception(problem)
            return future
        return super().submit(function, *arguments)

    def renew(self):
        self.renewed += 1
        self.generation += 1


def test_what_a_lost_worker_had_is_run_by_another(front, tmp_path):
    grid = {"side.east.attrition_coefficient": ("0.008 /d",)}
    with Bench(front, tmp_path / "whole") as bench:
        whole = bench.find("grid", 3, grid=grid)
    broken = [(BrokenExecutor("lost"), False), (BrokenExecutor("lost"), True)]
    workers = Breaking(broken)
    with Bench(front, tmp_path / "s", workers=workers) as bench:
        assert bench.find("grid", 3, grid=grid) == whole
        assert bench.points.failed == {}
    assert workers.renewed == 2
