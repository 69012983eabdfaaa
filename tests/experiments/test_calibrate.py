"""Assumed numbers of a front are fitted within their ranges, kept as a sample, and drawn from it."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.engine.simulation import simulate
from sim.errors import FileError, UsageError
from sim.experiments.calibrate.fitting import Evaluation, TrajectoryTask, fit, space_of
from sim.experiments.calibrate.leave_group_out import leave_group_out, scored_towns
from sim.experiments.calibrate.target import CalibrationTarget
from sim.experiments.ensemble import Ensemble
from sim.experiments.hindcast.observations import Change, Observations, read_observations
from sim.experiments.hindcast.scoring_period import scoring_period
from sim.experiments.hindcast.trajectories import Trajectories
from sim.experiments.running.executors import Here
from sim.recording.reader import Recording
from sim.results.ensemble_folder import EnsembleFolder
from sim.results.posterior import Posterior, changes_to, read_posterior
from sim.results.reader import Results
from sim.scenario_file.overrides import AssumeNumber, ScaleNumber, SetNumber
from sim.scenario_file.read import changed_document, read_document, read_scenario
from sim.statistics.streams import Streams
from tests.support.past_front import chain, table, trajectories
from tests.support.ranks import rank
from tests.support.small_ensembles import content, meta_of, task_of

KEYS = ("assaults.advance", "side.east.assaults")
SAMPLE = Posterior(
    KEYS, np.array([[0.1, 2.0], [0.8, 10.0]]), np.array([0.25, 0.75]), np.array([0.1, 0.2]), ("By hand.",)
)


@pytest.fixture
def past(tmp_path):
    """Return a chain of towns, what happened to it in one of its own runs, and the window."""
    reading = chain(tmp_path, 30)
    course = trajectories(reading.scenario, 99, 0, 1)
    rows = []
    for number, town in enumerate(reading.scenario.towns):
        days = np.flatnonzero(np.diff(course.holders[0, :, number]))
        for day in days.tolist():
            states = ["not occupied", "occupied"]
            after = course.holders[0, day + 1, number]
            rows.append(f"{date(2025, 1, 1 + day)},{town.id},{states[1 - after]},{states[after]},Run")
    truth = read_observations(table(tmp_path, *rows), reading.scenario)
    window = scoring_period(reading.scenario, truth, None, None)
    target = CalibrationTarget.of_observations(
        reading.scenario, truth, window, "Run", course.ground.sum() / course.contacts.sum()
    )
    return reading, course, target


def test_only_assumed_numbers_with_a_range_are_fitted(past):
    scenario = past[0].scenario
    space = space_of(scenario, ())
    assert space.keys == ("assaults.advance", "side.west.replacements", "side.east.assaults")
    for key, said in (
        ("assaults.kappa", "only a number that is marked assumed"),
        ("assaults.speed", "has no number assaults.speed"),
    ):
        with pytest.raises(UsageError, match=said):
            space_of(scenario, [key])
    with pytest.raises(UsageError, match="none of the parameters that are calibrated"):
        space_of(read_scenario("two-towns").scenario, ())


def test_vectors_become_numbers_within_their_ranges(past):
    space = space_of(past[0].scenario, KEYS)
    values = space.values(np.array([[0.0, 0.0], [0.5, 0.5], [1.0, 1.0]]))
    assert values[:, 0] == pytest.approx([0.1, (0.1 * 0.8) ** 0.5, 0.8])
    assert values[:, 1] == pytest.approx([1.0, 12.0**0.5, 12.0])


def test_a_run_is_nearest_to_itself(past):
    _, course, target = past
    same = Trajectories.joined([course, course])
    control, losses, advance = target.parts(same)
    assert control == 0.0
    assert advance == pytest.approx(0.0)
    assert losses > 0.0  # chance keeps them off the reported rates
    still = replace(course, holders=np.tile(course.holders[:, :1], (1, 31, 1)), ground=0.0 * course.ground)
    control, _, advance = target.parts(Trajectories.joined([still, still]))
    assert (control, advance) == (pytest.approx(1.0), pytest.approx(1.0))
    assert target.parts(Trajectories.joined([still, still]), np.array([0]))[0] == 0.0


def test_an_unsure_forecast_is_not_taken_for_a_wrong_one(past):
    _, course, target = past
    still = replace(course, holders=np.tile(course.holders[:, :1], (1, 31, 1)))
    # one of two runs is right: the fair score is that of a chance of a half with nothing added for luck
    assert target.parts(Trajectories.joined([course, still]))[0] == pytest.approx(0.0)


def test_losses_that_are_off_count(past):
    _, course, target = past
    twice = replace(course, losses=2 * course.losses)
    assert target.parts(Trajectories.joined([twice, twice]))[1] > 0.5
    silent = replace(target, losses=np.zeros_like(target.losses), advance=None)
    assert silent.parts(Trajectories.joined([twice, twice]))[1:] == (0.0, 0.0)


def test_runs_of_a_particle_have_its_own_numbers(past):
    reading, _, target = past
    task = TrajectoryTask(reading.scenario, reading.document, 3, target.side, ("assaults.advance=4.0",))
    faster = read_document(reading.document, [ScaleNumber("assaults.advance=4.0")])
    assert task.run(1).ground.tolist() == trajectories(faster, 3, 1, 1).ground.tolist()
    assert task.run(1).ground.tolist() != trajectories(reading.scenario, 3, 1, 1).ground.tolist()


def test_a_fit_is_a_sample_within_the_ranges(past):
    reading, _, target = past
    task = TrajectoryTask(reading.scenario, reading.document, 3, target.side)
    with Here() as workers:
        found = fit(task, target, space_of(reading.scenario, KEYS), workers, particles=8, generations=2)
    assert found.runs == 24
    assert [each.occupied.shape for each in found.first] == [(2, 1, 6)] * 8
    values = found.values()
    assert values["vectors"] == 4
    for key, (low, high) in zip(KEYS, ((0.1, 0.8), (1.0, 12.0)), strict=True):
        told = values["parameters"][key]
        assert low <= told["low"] <= told["value"] <= told["high"] <= high


def test_a_neighbourhood_that_is_left_out_is_forecast_from_the_others(past):
    reading, course, target = past
    right = np.stack([target.occupied(Trajectories.joined([course, course]))] * 2)
    wrong = np.tile(target.opening, (8, 2, len(target.ends), 1)).astype(bool)
    first = [Evaluation(0.0, 0.0, each) for each in np.concatenate([wrong, right])]
    scored = np.ones(6, dtype=bool)
    found = leave_group_out(first, target, (0, 0, 1, 1, 2, 2), scored, Streams(1)["test"])
    assert (found.vectors, found.with_all) == (2, 1.0)
    assert found.of_prior < 1.0
    # dogwood's fall cannot be told from its neighbours', of which none fell
    assert found.values()["skill"]["value"] == found.skill.value <= 1.0
    assert leave_group_out(first, target, (0,) * 6, scored, Streams(1)["test"]) is None
    truth = Observations(
        "by hand", 1, (Change(date(2024, 12, 1), "elder", 1.0, 0.5, "Run"),), {}, ("Run",), None
    )
    assert scored_towns(reading.scenario, truth, "Run").tolist() == [True] * 4 + [False, True]


@pytest.mark.slow
def test_a_front_with_known_numbers_gives_them_back(tmp_path):
    """Truths from the prior, each fitted: ranks are even enough, and the sample is nearer than the prior."""
    reading = chain(tmp_path, 30)
    space = space_of(reading.scenario, ["assaults.advance"])
    rng = Streams(21)["truths"]
    ranks, shrunk = [], []
    for case in range(16):
        vector = np.array([[rng.uniform()]])
        truth = float(space.values(vector)[0, 0])
        changes = changes_to(reading.scenario, {"assaults.advance": truth})
        course = trajectories(read_document(reading.document, changes), 500 + case, 0, 1)
        ends = tuple(range(5, 31, 5))
        target = CalibrationTarget(
            1, ends, (course.holders[0, list(ends)] == 1).astype(float), np.array([0, 0, 0, 0, 1, 1.0]),
            ((0, 30),), np.zeros((1, 7)), 1, course.ground.sum() / course.contacts.sum(),
        )  # fmt: skip
        task = TrajectoryTask(reading.scenario, reading.document, 700 + case, 1)
        with Here() as workers:
            found = fit(task, target, space, workers, particles=24, generations=2)
        column = found.posterior.values[:, 0]
        ranks.append(rank(truth, column, found.posterior.weights, 7, rng))
        shrunk.append(abs(np.log(found.posterior.quantile("assaults.advance", 0.5) / truth)))
    assert 2.0 < np.mean(ranks) < 5.0
    assert sum(0 < each < 7 for each in ranks) >= 9
    # the middle of the prior would be off by a quarter of the range's logarithm on average: 0.52
    assert np.mean(shrunk) < 0.3


def test_a_sample_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "a.posterior.csv"
    path.write_text(SAMPLE.text(), "utf-8")
    found = read_posterior(path)
    assert (found.keys, found.notes) == (KEYS, ("By hand.",))
    assert found.values.tolist() == SAMPLE.values.tolist()
    assert found.weights.tolist() == [0.25, 0.75]
    assert found.quantile("assaults.advance", 0.5) == 0.8
    assert found.quantile("assaults.advance", 0.2) == 0.1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is not a sample"),
        ("weight,distance\n1,1\n", "is not a sample"),
        ("weight,distance,a\n", "no rows with a weight"),
        ("weight,distance,a\n-1,0,1\n", "no rows with a weight"),
        ("weight,distance,a\n1,0\n", "row 1 of the sample is not 3 numbers"),
        ("weight,distance,a\n1,0,nan\n", "row 1 of the sample is not 3 numbers"),
        ("weight,distance,a\n1,0,x\n", "row 1 of the sample is not 3 numbers"),
    ],
)
def test_what_is_no_sample_is_refused(tmp_path, content, said):
    path = tmp_path / "a.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(FileError, match=said):
        read_posterior(path)
    with pytest.raises(FileError, match="cannot be read"):
        read_posterior(tmp_path / "nowhere.csv")


def test_draws_go_by_weight_and_by_replication_alone(past):
    drawn = [SAMPLE.drawn(7, number)["assaults.advance"] for number in range(400)]
    assert drawn == [SAMPLE.drawn(7, number)["assaults.advance"] for number in range(400)]
    assert drawn.count(0.8) == pytest.approx(300, abs=30)
    assert [each.text for each in changes_to(past[0].scenario, SAMPLE.drawn(7, 0))] in (
        ["assaults.advance=0.5", "side.east.assaults=0.5"],
        ["assaults.advance=4.0", "side.east.assaults=2.5"],
    )
    with pytest.raises(UsageError, match=r"has no number assaults\.speed to draw"):
        changes_to(past[0].scenario, {"assaults.speed": 1.0})


def test_a_what_if_is_laid_over_what_is_drawn(past):
    plain = past[0]
    changes = [SetNumber("scenario.horizon=30 d"), SetNumber("side.east.assaults=9 /d")]
    reading = read_scenario(plain.path, changes)
    drawn, both = (replace(task_of(each), draws=SAMPLE) for each in (plain, reading))
    for number in range(4):
        changed, pair = both.of(number)[0], drawn.of(number)[0]
        assert changed.sides[1].assaults == 9.0
        assert changed.reference == pair
        assert changed.assaults == pair.assaults


def test_an_ensemble_draws_for_each_replication(past, tmp_path):
    reading = past[0]
    plan = replace(task_of(reading), draws=SAMPLE)
    with EnsembleFolder(tmp_path / "e", meta_of(reading, 3)) as folder, Here() as workers:
        Ensemble(plan, folder, workers).run(3, is_recorded=True)
    results = Results.open(tmp_path / "e")
    totals = results.replications(["east_lost_personnel"])["east_lost_personnel"]
    for number, path in results.recordings.items():
        changes = changes_to(reading.scenario, SAMPLE.drawn(plan.seed, number))
        scenario, document = changed_document(reading.document, changes)
        outcome = simulate(scenario, plan.seed, replication=number)
        assert totals[number] == outcome.state.sides["east"].losses[0]
        recording = Recording.open(path)
        typed = [AssumeNumber(each.words[1]) for each in recording.header.overrides]
        assert read_scenario(reading.path, typed).scenario.sides == scenario.sides
        assert read_scenario(reading.path, typed).scenario.assaults == scenario.assaults
        assert recording.header.scenario == document
        assert recording.scenario == scenario
    assert content(tmp_path / "e")["replications"]["replication"] == "[0, 1, 2]"
