"""An ensemble holds the same rows whoever ran it and however often it was interrupted."""

import json
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool

import pytest

import sim.experiments.running.sampling as at_work
from sim.analysis.ensemble import middle
from sim.engine.simulation import simulate
from sim.errors import InvariantError, UsageError
from sim.experiments.ensemble import Ensemble
from sim.experiments.running.executors import Here, HereExecutor, Workers, local_workers
from sim.model.quantities import PERSONNEL
from sim.results.ensemble_folder import EnsembleFolder
from sim.results.reader import Results
from tests.support.small_ensembles import SEED, content, ensemble, meta_of, task_of

COUNT = 12


@pytest.fixture(scope="module")
def whole(small, tmp_path_factory):
    """Return the rows of an ensemble that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole") / "e"
    ensemble(small, folder, COUNT)
    return content(folder)


@pytest.fixture
def trouble(monkeypatch):
    """Return a function that makes some replications raise, each so many times."""

    def make(times, problem):
        left = dict(times)

        def troubled(scenario, seed, *, replication, **options):
            if left.get(replication, 0) > 0:
                left[replication] -= 1
                raise problem
            return simulate(scenario, seed, replication=replication, **options)

        monkeypatch.setattr(at_work, "simulate", troubled)

    return make


def test_replications_of_an_ensemble_are_runs_of_their_numbers(small, tmp_path):
    ensemble(small, tmp_path / "e", 4)
    found = Results.open(tmp_path / "e").replications()
    for number in range(4):
        outcome = simulate(small.scenario, SEED, replication=number)
        for side, books in outcome.state.sides.items():
            assert found[f"{side}_lost_personnel"][number] == books.losses[PERSONNEL]


def test_two_processes_give_the_rows_of_one(small, whole, tmp_path):
    ensemble(small, tmp_path / "e", COUNT, workers=local_workers(2))
    assert content(tmp_path / "e") == whole


def test_any_executor_will_do(small, whole, tmp_path):
    ensemble(small, tmp_path / "e", COUNT, workers=Workers(HereExecutor(), 3))
    assert content(tmp_path / "e") == whole


def test_fewer_then_more_is_the_same_as_more(small, whole, tmp_path):
    ensemble(small, tmp_path / "e", 5)
    ensemble(small, tmp_path / "e", COUNT, resumes=True)
    assert content(tmp_path / "e") == whole
    assert Results.open(tmp_path / "e").meta.replications == COUNT


def test_what_is_there_is_not_run_again(small, tmp_path, trouble):
    ensemble(small, tmp_path / "e", 5)
    trouble(dict.fromkeys(range(5), 1), ValueError("was run again"))
    assert ensemble(small, tmp_path / "e", 5, resumes=True).failed == {}


def test_an_interruption_keeps_what_was_finished_and_nothing_is_lost_or_doubled(
    small, whole, tmp_path, trouble
):
    trouble({4: 1, 9: 1}, KeyboardInterrupt)
    for kept in (4, 9):
        with pytest.raises(KeyboardInterrupt):
            ensemble(small, tmp_path / "e", COUNT, resumes=True)
        assert Results.open(tmp_path / "e").numbers.tolist() == list(range(kept))
    ensemble(small, tmp_path / "e", COUNT, resumes=True)
    assert content(tmp_path / "e") == whole


def test_a_failing_replication_is_told_and_keeps_no_other_back(small, tmp_path, trouble):
    trouble({3: 1, 7: 1}, InvariantError("tonnes do not add up"))
    found = ensemble(small, tmp_path / "e", COUNT)
    assert found.failed == {3: "tonnes do not add up", 7: "tonnes do not add up"}
    results = Results.open(tmp_path / "e")
    assert results.failed == found.failed
    assert results.numbers.tolist() == [0, 1, 2, 4, 5, 6, 8, 9, 10, 11]


def test_what_failed_is_tried_again_and_its_note_goes(small, whole, tmp_path, trouble):
    trouble({3: 1}, ZeroDivisionError("division by zero"))
    assert ensemble(small, tmp_path / "e", COUNT).failed == {3: "ZeroDivisionError: division by zero"}
    ensemble(small, tmp_path / "e", COUNT, resumes=True)
    assert Results.open(tmp_path / "e").failed == {}
    assert content(tmp_path / "e") == whole


class Mortal(Executor):
    """Loses some tasks as a pool does whose worker was killed."""

    def __init__(self, lost):
        self.lost = lost
        self.here = HereExecutor()

    def submit(self, function, text, numbers):
        for number in numbers:
            if self.lost.get(number, 0) > 0:
                self.lost[number] -= 1
                future = Future()
                future.set_exception(BrokenProcessPool("a process ended"))
                return future
        return self.here.submit(function, text, numbers)


class Renewed(Workers):
    """Counts how often it had to begin again."""

    def renew(self):
        self.generation += 1


def test_a_lost_worker_loses_no_replication(small, whole, tmp_path):
    workers = Renewed(Mortal({2: 1, 6: 2}), 2)
    assert ensemble(small, tmp_path / "e", COUNT, workers=workers).failed == {}
    assert content(tmp_path / "e") == whole
    assert workers.generation >= 2


def test_what_kills_every_worker_is_told_at_last(small, tmp_path):
    found = ensemble(small, tmp_path / "e", COUNT, workers=Renewed(Mortal({6: 99}), 2))
    assert 6 in found.failed
    assert "its worker was lost 3 times" in found.failed[6]
    kept = Results.open(tmp_path / "e").numbers.tolist()
    assert kept == [number for number in range(COUNT) if number not in found.failed]


def test_a_pool_that_is_broken_when_a_task_is_handed_out_is_begun_again(small, whole, tmp_path):
    class Broken(Renewed):
        def submit(self, *task):
            if self.generation == 0:
                raise BrokenProcessPool("a process ended")
            return super().submit(*task)

    ensemble(small, tmp_path / "e", COUNT, workers=Broken(HereExecutor(), 1))
    assert content(tmp_path / "e") == whole


@pytest.mark.untraced
def test_it_ends_when_shares_are_known_well_enough(small, tmp_path):
    lucky = 1  # a seed under which no town changes hands in so few days
    with EnsembleFolder(tmp_path / "e", meta_of(small, 10_000, lucky)) as folder:
        running = Ensemble(task_of(small, lucky), folder, Here())
        running.run_until(0.04, 10_000)
    results = Results.open(tmp_path / "e")
    # with no loss in n runs, half of Wilson's interval at 90 % is below 0.04 from 32 runs on
    assert len(results.numbers) == results.meta.replications == 40
    assert results.is_held().all()


def test_it_ends_at_the_most_where_shares_stay_uncertain(small, tmp_path):
    with EnsembleFolder(tmp_path / "e", meta_of(small, 35)) as folder:
        Ensemble(task_of(small), folder, Here()).run_until(0.001, 35)
    assert len(Results.open(tmp_path / "e").numbers) == 35


def test_recordings_can_be_asked_for_later(small, whole, tmp_path):
    ensemble(small, tmp_path / "e", COUNT)
    with EnsembleFolder(tmp_path / "e", meta_of(small, COUNT), resumes=True) as folder:
        running = Ensemble(task_of(small), folder, Here())
        running.record([2, middle(running.results)])
        with pytest.raises(UsageError, match="Replication 40 is not in the ensemble"):
            running.record([40])
    assert 2 in Results.open(tmp_path / "e").recordings
    assert content(tmp_path / "e") == whole


def test_the_middle_is_the_run_with_the_most_ordinary_places(small, tmp_path):
    ensemble(small, tmp_path / "e", 9)
    results = Results.open(tmp_path / "e")
    columns = results.replications()
    names = [f"{side}_lost_personnel" for side in results.names.sides]

    def oddity(number):
        places = []
        for values in (columns[name].tolist() for name in [*names, f"{results.names.sides[0]}_towns"]):
            below = sum(value < values[number] for value in values)
            same = sum(value == values[number] for value in values)
            places.append(abs((below + same / 2) / len(values) - 0.5))
        return round(sum(places), 9)

    assert middle(results) == min(range(9), key=oddity)


def test_an_ensemble_without_replications_has_no_middle(small, tmp_path):
    with EnsembleFolder(tmp_path / "e", meta_of(small, 3)), pytest.raises(UsageError, match="no replication"):
        middle(Results.open(tmp_path / "e"))


def test_progress_is_told_up_to_all(small, tmp_path):
    told = []
    with EnsembleFolder(tmp_path / "e", meta_of(small, COUNT)) as folder:
        Ensemble(task_of(small), folder, Here(), lambda *each: told.append(each)).run(COUNT)
    assert told[0] == (0, COUNT, 0)
    assert told[-1] == (COUNT, COUNT, 0)
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)


def test_meta_says_what_is_needed_to_run_it_again(small, tmp_path):
    ensemble(small, tmp_path / "e", 2)
    meta = json.loads((tmp_path / "e" / "meta.json").read_text(encoding="utf-8"))
    assert meta["seed"] == SEED
    assert meta["scenario"] == small.document
    assert {"frontsim", "numpy", "python"} <= set(meta["made_with"])
    assert meta["disclaimer"].startswith("Toy model")
