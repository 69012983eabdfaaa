"""A calibration that was stopped goes on where it was, and comes to the same sample as an undisturbed one."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from concurrent.futures import BrokenExecutor, Future
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.errors import FileError, UsageError
from sim.experiments.calibrate.fitting import (
    CalibrationFolder,
    Evaluation,
    TrajectoryTask,
    fit,
    meta_of,
    space_of,
)
from sim.experiments.calibrate.target import CalibrationTarget
from sim.experiments.hindcast.observations import read_observations
from sim.experiments.hindcast.scoring_period import scoring_period
from sim.experiments.running.executors import Here
from tests.support.past_front import chain, chain_text, table

ROOT = Path(sim.__file__).parents[1]
HUNG = 120.0
ROW = "2025-01-12,dogwood,not occupied,occupied,Run"
OPTIONS = {"particles": 8, "generations": 3}


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    """Return what is followed, what happened to it, and which numbers are fitted."""
    folder = tmp_path_factory.mktemp("past")
    reading = chain(folder, 20)
    truth = read_observations(table(folder, ROW), reading.scenario)
    target = CalibrationTarget.of_observations(
        reading.scenario, truth, scoring_period(reading.scenario, truth, None, None), "Run", 0.05
    )
    return TrajectoryTask(reading.scenario, reading.document, 3, 1), target, space_of(reading.scenario, ())


@pytest.fixture(scope="module")
def whole(past):
    """Return what a calibration that nobody disturbs finds."""
    with Here() as workers:
        return fit(*past, workers, **OPTIONS)


class Stops(Here):
    """Is interrupted after so many tasks."""

    def __init__(self, tasks):
        super().__init__()
        self.left = tasks

    def submit(self, function, *arguments):
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        return super().submit(function, *arguments)


class Dies(Here):
    """Loses its workers at the first tasks, and is begun again each time."""

    def __init__(self, deaths):
        super().__init__()
        self.deaths = deaths

    def submit(self, function, *arguments):
        if not self.deaths:
            return super().submit(function, *arguments)
        self.deaths -= 1
        future = Future()
        future.set_exception(BrokenExecutor("a process died"))
        return future

    def renew(self):
        self.generation += 1


class Late(Here):
    """Has several tasks at work when it is interrupted: one done, one broken, one that never will be."""

    def __init__(self):
        super().__init__()
        self.depth = 4
        self.handed = []

    def submit(self, function, *arguments):
        if len(self.handed) == 3:
            (done, first), (broken, _), _ = self.handed
            done.set_result(function(*first))
            broken.set_exception(BrokenExecutor("a process died"))
            raise KeyboardInterrupt
        self.handed.append((Future(), arguments))
        self.handed[-1][0].set_running_or_notify_cancel()
        return self.handed[-1][0]


def kept(past, path, **options):
    """Return the folder of a calibration."""
    return CalibrationFolder(path, meta_of(*past, 8), **options)


def sample(found):
    return found.posterior.text()


@pytest.mark.untraced
@pytest.mark.parametrize("tasks", [0, 3, 8, 11])
def test_interrupted_after_any_task_it_comes_to_the_same_sample(past, whole, tmp_path, tasks):
    path = tmp_path / "a.unfinished"
    with pytest.raises(KeyboardInterrupt), kept(past, path) as folder, Stops(tasks) as workers:
        fit(*past, workers, **OPTIONS, folder=folder)
    assert path.exists() == (tasks > 0)
    told = []
    with kept(past, path, resumes=True) as folder, Here() as workers:
        assert len(folder.rows) == tasks
        found = fit(*past, workers, **OPTIONS, folder=folder, progress=lambda *each: told.append(each))
        assert len(folder.rows) == 16
    assert sample(found) == sample(whole)
    for one, other in zip(found.first, whole.first, strict=True):
        assert (one.occupied == other.occupied).all()
    # what is there counts from the start, generation by generation, towards all that there is to do
    assert told[0] == (2 * min(tasks, 8), 32, 0)
    assert told == sorted(told)
    assert told[-1] == (32, 32, 0)


def test_more_generations_go_on_from_fewer(past, tmp_path):
    path = tmp_path / "a.unfinished"
    with kept(past, path) as folder, Here() as workers:
        fit(*past, workers, particles=8, generations=1, folder=folder)
    with kept(past, path, resumes=True) as folder, Stops(4) as workers:
        fit(*past, workers, particles=8, generations=2, folder=folder)
        assert workers.left == 0


def test_an_evaluation_comes_back_as_it_was_and_a_damaged_one_is_made_again(past, tmp_path):
    path = tmp_path / "a.unfinished"
    evaluation = Evaluation(0.25, 1.0 / 3.0, np.array([[[True, False, True]]]))
    with kept(past, path) as folder:
        for number in (0, 1):
            folder.keep((number,), evaluation.row())
    _, second = sorted((path / "values").glob("*.parquet"))
    second.write_bytes(second.read_bytes()[:-7])
    with kept(past, path, resumes=True) as folder:
        assert list(folder.rows) == [(0,)]
        found = Evaluation.of_row(folder.rows[0,], (1, 1, 3))
        assert found.distance == 0.25 + 1.0 / 3.0
        assert found.occupied.tolist() == [[[True, False, True]]]


def test_what_is_in_the_way_is_neither_written_over_nor_taken_for_another(past, tmp_path):
    path = tmp_path / "a.unfinished"
    with kept(past, path) as folder:
        folder.keep((0,), Evaluation(0.0, 0.0, np.zeros((1, 1, 1), dtype=bool)).row())
    with pytest.raises(FileError, match="Continue it with --resume, start over with --force"):
        kept(past, path)
    with pytest.raises(FileError, match="is of another calibration"):
        CalibrationFolder(path, meta_of(*past, 9), resumes=True)
    (path / "meta.json").write_text("not a table\n", "utf-8")
    with pytest.raises(FileError, match="is not of a calibration"):
        kept(past, path, resumes=True)
    (path / "meta.json").unlink()
    with kept(past, path, force=True) as folder:
        assert not folder.rows
    assert not path.exists()  # nothing was kept in it
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(FileError, match="cannot be written"), kept(past, tmp_path / "file" / "a.unfinished"):
        pass


def test_another_truth_seed_or_number_of_particles_is_another_calibration(past):
    task, target, space = past
    hashes = {
        meta_of(task, target, space, 8).hash,
        meta_of(task, target, space, 9).hash,
        meta_of(TrajectoryTask(task.scenario, task.document, 4, 1), target, space, 8).hash,
        meta_of(task, CalibrationTarget(**{**parts(target), "states": 1.0 - target.states}), space, 8).hash,
        meta_of(task, target, space_of(task.scenario, ["assaults.advance"]), 8).hash,
    }
    assert len(hashes) == 5
    assert meta_of(task, target, space, 8).hash in hashes


def parts(target):
    return {name: getattr(target, name) for name in CalibrationTarget.__slots__}


@pytest.mark.untraced
def test_runs_that_are_lost_with_their_workers_are_run_by_others(past, whole):
    with Dies(2) as workers:
        assert sample(fit(*past, workers, **OPTIONS)) == sample(whole)
        assert workers.generation == 2
    with Dies(99) as workers, pytest.raises(UsageError, match=r"lost 3 times.*-j"):
        fit(*past, workers, **OPTIONS)


def test_what_workers_have_done_when_they_are_interrupted_is_kept(past, tmp_path):
    path = tmp_path / "a.unfinished"
    with pytest.raises(KeyboardInterrupt), kept(past, path) as folder, Late() as workers:
        fit(*past, workers, **OPTIONS, folder=folder)
    assert list(folder.rows) == [(0,)]


def begin(folder, *options):
    """Begin a calibration in a process of its own."""
    line = [
        "calibrate",
        "chain.toml",
        "--observations",
        "truth.csv",
        "--to",
        "2025-01-20",
        "-n",
        "24",
        "--generations",
        "3",
    ]
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *line, "--seed", "3", "-o", "fitted.toml", "-q", *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for_more(process, path, count):
    """Wait until so many particles are kept, or the process has ended."""
    while process.poll() is None and len(list((path / "values").glob("*.parquet"))) < count:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.01)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals are sent")
def test_killed_and_interrupted_the_command_goes_on_and_writes_the_same_sample(tmp_path):
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    for folder in (whole, stopped):
        folder.mkdir()
        (folder / "chain.toml").write_text(chain_text(), "utf-8")
        table(folder, ROW)
    process = begin(whole, "-j", "1")
    assert (process.communicate(timeout=HUNG)[1], process.returncode) == ("", 0)
    noted = stopped / "fitted.unfinished"
    for count, end, jobs in ((4, signal.SIGKILL, "2"), (12, signal.SIGINT, "2"), (20, signal.SIGINT, "1")):
        process = begin(stopped, "-j", jobs, *(["--resume"] if noted.exists() else []))
        wait_for_more(process, noted, count)
        os.killpg(process.pid, end)
        stderr = process.communicate(timeout=HUNG)[1]
        assert len(list((noted / "values").glob("*.parquet"))) >= count
        if end is signal.SIGINT:
            assert (process.returncode, "Continue with the same command and --resume" in stderr) == (
                130,
                True,
            )
    refused = begin(stopped, "-j", "1")
    assert "Continue it with --resume, start over with --force" in refused.communicate(timeout=HUNG)[1]
    process = begin(stopped, "-j", "2", "--resume")
    assert (process.communicate(timeout=HUNG)[1], process.returncode) == ("", 0)
    assert not noted.exists()
    rows = [
        (folder / "fitted.posterior.csv").read_text("utf-8").splitlines()[3:] for folder in (whole, stopped)
    ]
    assert rows[0] == rows[1]
    made = (stopped / "fitted.toml").read_text("utf-8")
    assert "--resume" not in made
    assert json.dumps("calibrated") in made
