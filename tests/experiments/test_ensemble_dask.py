"""A real Dask scheduler with two workers, each a process of its own, on loopback."""

import builtins
import math
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest

import sim
from sim.errors import MissingPartError, UsageError
from sim.experiments.calibrate.fitting import TrajectoryTask, fit, space_of
from sim.experiments.calibrate.target import CalibrationTarget
from sim.experiments.ensemble import Ensemble
from sim.experiments.hindcast.observations import read_observations
from sim.experiments.hindcast.scoring_period import scoring_period
from sim.experiments.running.executors import DaskCluster, Here
from sim.results.ensemble_folder import EnsembleFolder
from tests.support.past_front import chain, table
from tests.support.small_ensembles import content, ensemble, meta_of, task_of

COUNT = 24
ROOT = Path(sim.__file__).parents[1]
PATIENCE = 60.0
LOOPBACK = "127.0.0.1"
NOBODY = f"tcp://{LOOPBACK}:1"

needs_dask = pytest.mark.extra("distributed")


def begin(stack, module, *arguments):
    process = subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", *(str(each) for each in arguments)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    stack.callback(process.wait, PATIENCE)
    stack.callback(process.kill)
    return process


@pytest.fixture
def cluster(tmp_path):
    """Return a scheduler's address, and the processes of its two workers and its own."""
    distributed = pytest.importorskip("distributed")
    file = tmp_path / "scheduler.json"
    with ExitStack() as stack:
        scheduler = begin(
            stack,
            "dask_scheduler",
            "--host",
            LOOPBACK,
            "--port",
            0,
            "--no-dashboard",
            "--scheduler-file",
            file,
        )
        options = ("--scheduler-file", file, "--nthreads", 1, "--no-nanny", "--no-dashboard")
        workers = [begin(stack, "dask_worker", *options, "--local-directory", tmp_path) for _ in range(2)]
        with distributed.Client(scheduler_file=str(file), timeout=PATIENCE, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=PATIENCE)
            address = client.scheduler.address
        yield address, [*workers, scheduler]


@pytest.mark.slow
def test_a_cluster_gives_the_rows_of_one_process(cluster, small, tmp_path):
    address, _ = cluster
    ensemble(small, tmp_path / "one", COUNT)
    with DaskCluster(address) as workers:
        assert workers.count == 2
        ensemble(small, tmp_path / "cluster", COUNT, workers=workers)
    assert content(tmp_path / "cluster") == content(tmp_path / "one")


@pytest.mark.slow
def test_a_cluster_gives_the_sample_that_one_process_gives(cluster, tmp_path):
    address, _ = cluster
    reading = chain(tmp_path, 20)
    row = "2025-01-12,dogwood,not occupied,occupied,Run"
    truth = read_observations(table(tmp_path, row), reading.scenario)
    period = scoring_period(reading.scenario, truth, None, None)
    target = CalibrationTarget.of_observations(reading.scenario, truth, period, "Run", 0.05)
    task = TrajectoryTask(reading.scenario, reading.document, 3, 1)
    samples = []
    for workers in (DaskCluster(address), Here()):
        with workers:
            found = fit(task, target, space_of(reading.scenario, ()), workers, particles=6, generations=2)
            samples.append(found.posterior.text())
    assert samples[0] == samples[1]


@pytest.mark.slow
def test_a_killed_worker_of_a_cluster_loses_nothing(cluster, reading, tmp_path):
    address, processes = cluster
    ensemble(reading, tmp_path / "one", COUNT)

    def kill_one(done, *_):
        if done:
            processes[0].kill()

    with (
        EnsembleFolder(tmp_path / "cluster", meta_of(reading, COUNT)) as folder,
        DaskCluster(address) as workers,
    ):
        running = Ensemble(task_of(reading), folder, workers, kill_one)
        running.run(COUNT)
    assert running.failed == {}
    assert processes[0].wait(PATIENCE) != 0
    assert content(tmp_path / "cluster") == content(tmp_path / "one")


@pytest.mark.slow
@pytest.mark.parametrize(("gone", "what"), [(slice(2), "last worker"), (slice(2, 3), "scheduler")])
def test_a_cluster_that_is_gone_is_said_and_what_was_finished_is_kept(
    cluster, reading, tmp_path, monkeypatch, gone, what
):
    monkeypatch.setattr("sim.experiments.running.executors.RETURNING", 0.5)
    address, processes = cluster

    def kill(done, *_):
        if done:
            for each in processes[gone]:
                each.kill()

    with (
        EnsembleFolder(tmp_path / "cluster", meta_of(reading, COUNT)) as folder,
        DaskCluster(address) as workers,
    ):
        running = Ensemble(task_of(reading), folder, workers, kill)
        with pytest.raises(UsageError, match=f"has lost its {what}. What was finished is kept"):
            running.run(COUNT)
        kept = folder.finished()
    assert 0 < len(kept) < COUNT
    ensemble(reading, tmp_path / "cluster", COUNT, resumes=True)
    ensemble(reading, tmp_path / "one", COUNT)
    assert content(tmp_path / "cluster") == content(tmp_path / "one")


@pytest.mark.parametrize(
    ("status", "answer", "what"),
    [("connecting", {}, "scheduler"), ("running", {}, "last worker"), ("running", OSError(), "scheduler")],
)
def test_a_cluster_may_be_gone_for_a_while(status, answer, what, monkeypatch):
    now, answers = [0.0], [answer]
    clock = SimpleNamespace(monotonic=lambda: now[0])
    monkeypatch.setattr("sim.experiments.running.executors.time", clock)

    def sync(*_, **__):
        if isinstance(answers[0], OSError):
            raise answers[0]
        return answers[0]

    client = SimpleNamespace(status=status, sync=sync, scheduler=SimpleNamespace(ncores=None))
    cluster = object.__new__(DaskCluster)
    vars(cluster).update(_client=client, _address="here", _lost_at=math.inf)
    cluster.refuse_lost()
    now[0], client.status, answers[0] = 5.0, "running", {"a": 1}
    cluster.refuse_lost()
    now[0], client.status, answers[0] = 9.0, status, answer
    cluster.refuse_lost()
    now[0] = 14.9
    cluster.refuse_lost()
    now[0] = 15.0
    with pytest.raises(UsageError, match=f"at here has lost its {what}"):
        cluster.refuse_lost()


def test_without_dask_it_is_said_what_to_install(monkeypatch):
    real = builtins.__import__

    def missing(name, *others):
        if name == "distributed":
            raise ImportError(name)
        return real(name, *others)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(MissingPartError, match="pip install distributed"):
        DaskCluster(NOBODY)


@needs_dask
@pytest.mark.slow
def test_an_address_where_nobody_answers_is_said(monkeypatch):
    monkeypatch.setattr("sim.experiments.running.executors.CONNECTING", 0.5)
    with pytest.raises(UsageError, match=f"No Dask scheduler answers at {NOBODY}"):
        DaskCluster(NOBODY)


@needs_dask
@pytest.mark.parametrize(
    "address",
    ["http://a:8787", "a", "tcp://", "tcp://a:b", "tcp://a:99999", "inproc://1", "a b"],
)
def test_what_is_no_address_of_a_scheduler_is_said(address):
    with pytest.raises(UsageError, match=r"No Dask scheduler answers at .* such as tcp://host:8786"):
        DaskCluster(address)


@needs_dask
def test_a_port_at_which_nobody_greets_is_no_scheduler(monkeypatch):
    monkeypatch.setattr("sim.experiments.running.executors.CONNECTING", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as dashboard:
        port = dashboard.getsockname()[1]
        with pytest.raises(UsageError, match="No Dask scheduler answers"):
            DaskCluster(f"127.0.0.1:{port}")
