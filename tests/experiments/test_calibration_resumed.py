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
from sim.experiments.calibrate.fitting import fit, mark_of, space_of
from sim.experiments.calibrate.journal import Journal, Tried
from sim.experiments.calibrate.target import Target
from sim.experiments.hindcast.observations import read_observations
from sim.experiments.hindcast.scoring_period import window_of
from sim.experiments.hindcast.trajectories import Asked, Way, arriving, followed
from sim.experiments.running.executors import Here
from tests.support.past_front import chain, chain_text, table

ROOT = Path(sim.__file__).parents[1]
HUNG = 120.0
ROW = "2025-01-12,dogwood,not occupied,occupied,Run"
OPTIONS = {"vectors": 8, "generations": 3}


@pytest.fixture
def past(tmp_path):
    """Return what is followed, what happened to it, and which numbers are fitted."""
    reading = chain(tmp_path, 20)
    truth = read_observations(table(tmp_path, ROW), reading.scenario)
    target = Target.of_truth(
        reading.scenario, truth, window_of(reading.scenario, truth, None, None), "Run", 0.05
    )
    return Way(reading.scenario, reading.document, 3, 1), target, space_of(reading.scenario, ())


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
            done, broken, _ = self.handed
            done.set_result("its courses")
            broken.set_exception(BrokenExecutor("a process died"))
            raise KeyboardInterrupt
        self.handed.append(Future())
        self.handed[-1].set_running_or_notify_cancel()
        return self.handed[-1]


def sample(found):
    return found.posterior.text()


@pytest.mark.untraced
@pytest.mark.parametrize("tasks", [0, 3, 8, 11])
def test_interrupted_after_any_task_it_comes_to_the_same_sample(past, tmp_path, tasks):
    path = tmp_path / "a.unfinished.jsonl"
    with Here() as workers:
        whole = fit(*past, workers, **OPTIONS)
    with (
        pytest.raises(KeyboardInterrupt),
        Journal(path, "this") as journal,
        Stops(tasks) as workers,
    ):
        fit(*past, workers, **OPTIONS, journal=journal)
    assert path.exists() == (tasks > 0)
    told = []
    with Journal(path, "this", resumes=True) as journal, Here() as workers:
        assert len(journal.known) == tasks
        found = fit(*past, workers, **OPTIONS, journal=journal, progress=lambda *each: told.append(each))
    assert sample(found) == sample(whole)
    assert (found.first.occupied == whole.first.occupied).all()
    # what is there counts from the start, generation by generation, towards all that there is to do
    assert told[0] == (2 * min(tasks, 8), 32, 0)
    assert told == sorted(told)
    assert told[-1] == (32, 32, 0)
    assert path.read_text("utf-8").count("\n") == 1 + 16


def test_more_generations_go_on_from_fewer(past, tmp_path):
    path = tmp_path / "a.unfinished.jsonl"
    with Journal(path, "this") as journal, Here() as workers:
        fit(*past, workers, vectors=8, generations=1, journal=journal)
    with Journal(path, "this", resumes=True) as journal, Stops(4) as workers:
        fit(*past, workers, vectors=8, generations=2, journal=journal)
        assert workers.left == 0


def test_a_torn_last_line_is_left_out_and_a_damaged_one_said(tmp_path):
    path = tmp_path / "a.unfinished.jsonl"
    tried = Tried(0.25, 1.0 / 3.0, np.array([[[True, False, True]]]))
    with Journal(path, "this") as journal:
        journal.note(0, tried)
        journal.note(1, tried)
    whole = path.read_bytes()
    path.write_bytes(whole[:-7])
    with Journal(path, "this", resumes=True) as journal:
        assert list(journal.known) == [0]
        assert journal.known[0].distance == 0.25 + 1.0 / 3.0
        assert journal.known[0].occupied.tolist() == [[[True, False, True]]]
        journal.note(1, tried)
    assert path.read_bytes() == whole
    path.write_bytes(whole.replace(b"vector", b"Vector"))
    with pytest.raises(FileError, match="is damaged"):
        Journal(path, "this", resumes=True)


def test_what_is_in_the_way_is_neither_written_over_nor_taken_for_another(tmp_path):
    path = tmp_path / "a.unfinished.jsonl"
    with Journal(path, "this") as journal:
        journal.note(0, Tried(0.0, 0.0, np.zeros((1, 1, 1), dtype=bool)))
    with pytest.raises(FileError, match="--resume, or throw it away by --force"):
        Journal(path, "this")
    with pytest.raises(FileError, match="is of another calibration"):
        Journal(path, "that", resumes=True)
    path.write_text("not a table\n", "utf-8")
    with pytest.raises(FileError, match="is no unfinished calibration"):
        Journal(path, "this", resumes=True)
    with Journal(path, "this", force=True) as journal:
        assert not journal.known
    assert not path.exists()  # nothing was noted in it
    with pytest.raises(FileError, match="cannot be written"):
        Journal(tmp_path / "nowhere" / "a.jsonl", "this")


def test_another_truth_seed_or_number_of_vectors_is_another_calibration(past):
    way, target, space = past
    marks = {
        mark_of(way, target, space, 8),
        mark_of(way, target, space, 9),
        mark_of(Way(way.scenario, way.document, 4, 1), target, space, 8),
        mark_of(way, Target(**{**parts(target), "states": 1.0 - target.states}), space, 8),
        mark_of(way, target, space_of(way.scenario, ["assaults.advance"]), 8),
    }
    assert len(marks) == 5
    assert mark_of(way, target, space, 8) in marks


def parts(target):
    return {name: getattr(target, name) for name in Target.__slots__}


def test_runs_that_are_lost_with_their_workers_are_run_by_others(past):
    way = past[0]
    asked = [Asked(number) for number in range(5)]
    with Here() as workers:
        whole = followed(way, asked, workers)
    with Dies(2) as workers:
        found = followed(way, asked, workers)
        assert workers.generation == 2
    assert [each.losses.tolist() for each in found] == [each.losses.tolist() for each in whole]
    with Dies(99) as workers, pytest.raises(UsageError, match=r"lost 3 times.*-j"):
        followed(way, asked, workers)


def test_what_workers_have_done_when_they_are_interrupted_still_comes(past):
    came = []
    with Late() as workers, pytest.raises(KeyboardInterrupt):
        came.extend(arriving(past[0], [Asked(0)] * 9, workers, 2))
    assert came == [(0, "its courses")]


def test_tasks_come_with_their_place_and_size(past):
    with Here() as workers:
        found = [(first, len(courses)) for first, courses in arriving(past[0], [Asked(0)] * 5, workers, 2)]
    assert found == [(0, 2), (2, 2), (4, 1)]


@pytest.fixture(autouse=True)
def heard():
    """Let processes that are begun hear Ctrl-C, also where the tests run in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


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


def wait_for_more(process, path, lines):
    """Wait until so many lines are noted, or the process has ended."""
    while process.poll() is None and not (path.exists() and path.read_bytes().count(b"\n") >= lines):
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
    noted = stopped / "fitted.unfinished.jsonl"
    for lines, end, jobs in ((4, signal.SIGKILL, "2"), (12, signal.SIGINT, "2"), (20, signal.SIGINT, "1")):
        process = begin(stopped, "-j", jobs, *(["--resume"] if noted.exists() else []))
        wait_for_more(process, noted, lines)
        os.killpg(process.pid, end)
        stderr = process.communicate(timeout=HUNG)[1]
        assert noted.read_bytes().count(b"\n") >= lines
        if end is signal.SIGINT:
            assert (process.returncode, "go on with the same command and --resume" in stderr) == (130, True)
    refused = begin(stopped, "-j", "1")
    assert "by --resume, or throw it away by --force" in refused.communicate(timeout=HUNG)[1]
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
