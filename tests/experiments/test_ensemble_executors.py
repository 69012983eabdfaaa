"""Who runs replications: processes that come and go with this one, a cluster, any executor."""

import os
import signal
from concurrent.futures import Future

import pytest

import sim.experiments.running.executors as executors
from sim.errors import UsageError
from sim.experiments.ensemble import Ensemble
from sim.experiments.running.executors import (
    DaskCluster,
    Here,
    HereExecutor,
    LocalProcesses,
    Workers,
    local_workers,
)
from sim.experiments.running.worker import packed_task, run_batch
from sim.results.ensemble_folder import EnsembleFolder
from sim.results.reader import Results
from tests.support.small_ensembles import content, ensemble, meta_of, task_of

COUNT = 12


def test_one_worker_is_this_process():
    with local_workers(1) as workers:
        assert workers.submit(os.getpid).result() == os.getpid()
    assert isinstance(workers, Here)


def test_what_a_task_raises_is_in_its_future():
    future = Here().submit(int, "a")
    assert isinstance(future.exception(), ValueError)


@pytest.mark.skipif(os.name != "posix", reason="signals are sent")
def test_processes_hear_no_interruption_between_tasks_and_end_when_they_are_let_go():
    with LocalProcesses(1) as workers:
        first = workers.submit(os.getpid).result()
        assert first != os.getpid()
        workers.interrupt()
        assert workers.submit(os.getpid).result() == first
        workers.renew()
        second = workers.submit(os.getpid).result()
        assert second != first
        assert workers.generation == 1
    for process in (first, second):
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_processors_are_counted_where_the_system_does_not_say_which_are_ours(monkeypatch):
    assert executors.cores() >= 1
    monkeypatch.delattr(executors.os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(executors.os, "cpu_count", lambda: None)
    assert executors.cores() == 1


class Slow(Workers):
    """Has a first task at work when the ensemble is interrupted, and hands back half of it then."""

    def __init__(self, patience):
        super().__init__(HereExecutor(), 1)
        self.patience = patience
        self.tasks = []

    def submit(self, function, *task):
        if self.tasks:
            raise KeyboardInterrupt
        future = Future()
        future.set_running_or_notify_cancel()
        self.tasks.append((future, task))
        return future

    def interrupt(self):
        (future, (text, numbers)) = self.tasks[0]
        batch = run_batch(text, numbers[: len(numbers) // 2])
        batch.was_stopped = True
        future.set_result(batch)


def test_what_workers_had_finished_when_interrupted_is_kept(small, tmp_path):
    workers = Slow(patience=5.0)
    with pytest.raises(KeyboardInterrupt):
        ensemble(small, tmp_path / "e", COUNT, workers=workers)
    handed_out = workers.tasks[0][1][1]
    assert tuple(Results.open(tmp_path / "e").numbers.tolist()) == tuple(handed_out)[: len(handed_out) // 2]


def test_a_task_that_a_worker_did_not_finish_is_handed_out_again(small, tmp_path):
    class Stopping(Workers):
        stopped = False

        def submit(self, function, text, numbers):
            future = Future()
            batch = run_batch(text, numbers if self.stopped else numbers[:1])
            batch.was_stopped, self.stopped = not self.stopped, True
            future.set_result(batch)
            return future

    ensemble(small, tmp_path / "e", COUNT, workers=Stopping(HereExecutor(), 1))
    ensemble(small, tmp_path / "whole", COUNT)
    assert content(tmp_path / "e") == content(tmp_path / "whole")


def test_a_worker_with_other_versions_is_refused(small, tmp_path):
    class Elsewhere(HereExecutor):
        def submit(self, *task):
            future = super().submit(*task)
            future.result().made_with = {**future.result().made_with, "numpy": "1.0"}
            return future

    with pytest.raises(UsageError, match=r"A worker has numpy 1\.0, and this is .*: its results may differ"):
        ensemble(small, tmp_path / "e", 2, workers=Workers(Elsewhere(), 1))
    assert len(Results.open(tmp_path / "e").numbers) == 0


def test_workers_load_only_what_they_need(small):
    loaded = "{name.partition('.')[0] for name in __import__('sys').modules}"
    with LocalProcesses(1) as workers:
        assert len(workers.submit(run_batch, packed_task(task_of(small)), [0]).result().content.shards) == 1
        names = workers.submit(eval, loaded).result()
        inside = workers.submit(eval, "set(__import__('sys').modules)").result()
    assert not names & {"rich", "pygame", "tree_sitter", "distributed"}
    assert not [name for name in inside if name.startswith(("sim.scenario_file", "sim.cli", "sim.view"))]


def test_a_task_that_is_given_up_again_and_again_is_told(small, tmp_path):
    class GivenUp(Workers):
        def submit(self, *_):
            future = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
            return future

    found = ensemble(small, tmp_path / "e", 2, workers=GivenUp(HereExecutor(), 1))
    assert "it was given up" in found.failed[0]


@pytest.fixture(scope="module")
def cluster():
    """Return a scheduler on loopback with a worker, both threads of this process."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1,
        threads_per_worker=2,
        processes=False,
        dashboard_address=":0",
        protocol="tcp://",
        host="127.0.0.1",
    ) as made:
        yield made


@pytest.mark.extra("distributed")
def test_a_dask_cluster_gives_the_same_rows(cluster, small, tmp_path):
    with (
        EnsembleFolder(tmp_path / "e", meta_of(small, COUNT)) as folder,
        DaskCluster(cluster.scheduler_address) as workers,
    ):
        running = Ensemble(task_of(small), folder, workers)
        running.run(COUNT)
    ensemble(small, tmp_path / "whole", COUNT)
    assert running.failed == {}
    assert content(tmp_path / "e") == content(tmp_path / "whole")


@pytest.mark.extra("distributed")
def test_a_scheduler_without_workers_is_said():
    distributed = pytest.importorskip("distributed")
    options = {"n_workers": 0, "processes": False, "dashboard_address": ":0", "protocol": "tcp://"}
    with (
        distributed.LocalCluster(host="127.0.0.1", **options) as empty,
        pytest.raises(UsageError, match=r"has no workers\. Start some with: dask worker tcp://"),
    ):
        DaskCluster(empty.scheduler_address)
