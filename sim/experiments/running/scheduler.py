"""Hand out jobs to workers and keep what comes back: the one scheduler of ensembles, sweeps and calibrations.

Replication *i* of a task depends on the task and *i* alone. So it does not matter who runs it, when, together
with which others, or whether all was interrupted in between: whoever resumes asks for what its store lacks.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, wait
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from sim.errors import UsageError
from sim.experiments.running.worker import run_batch
from sim.recording.records import made_with
from sim.results.meta import differing_versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from concurrent.futures import Future

    from sim.experiments.running.executors import Workers
    from sim.experiments.running.worker import Batch


Progress: TypeAlias = Callable[[int, int, int], None]
"""Called with how many runs are finished, how many are wanted, and how many failed."""
LARGEST: Final = 20
"""Replications in a job: each job costs milliseconds to hand out, and is lost when its worker is."""
SMALLEST: Final = 2
"""Replications in the last jobs, so that workers end at about the same time."""
MAX_LOSSES: Final = 3
"""How often a job may be lost with its worker before it counts as what kills workers."""


@dataclass(slots=True)
class Job:
    """Replications of a task that are handed out together."""

    task: bytes
    numbers: Sequence[int]
    of: Hashable = None
    """What the store knows the task by."""
    losses: int = 0
    generation: int = 0
    """Of the workers it was handed to."""


class Store(Protocol):
    """Where results are kept."""

    def is_missing(self, of: Any, number: int) -> bool:  # noqa: ANN401 - each store knows its tasks its own way
        """Return whether a replication has neither finished nor failed."""

    def keep(self, of: Any, content: Any) -> None:  # noqa: ANN401 - see above
        """Keep the results of a batch."""

    def fail(self, of: Any, failed: Mapping[int, str]) -> None:  # noqa: ANN401 - see above
        """Note which replications failed, and why."""


def run_jobs(jobs: Iterable[Job], workers: Workers, store: Store) -> None:
    """Run jobs and keep what comes of them, until every replication is there or has failed.

    Raises KeyboardInterrupt after what workers had finished was kept. Raises UsageError where a worker has
    versions that can give other rows.
    """
    again: deque[Job] = deque()
    fresh = iter(jobs)
    at_work: dict[Future[Batch], Job] = {}
    try:
        while True:
            for job in islice(_waiting(fresh, again), workers.depth - len(at_work)):
                at_work[_handed_out(job, workers)] = job
            if not at_work:
                return
            done, _ = wait(at_work, workers.pulse, FIRST_COMPLETED)
            if not done:
                workers.refuse_lost()
            for future in [each for each in at_work if each in done]:
                _take(future, at_work.pop(future), workers, store, again)
    except KeyboardInterrupt:
        workers.interrupt()
        running = [future for future in at_work if not future.cancel()]
        done, _ = wait(running, timeout=workers.patience)
        for future in running:
            if future in done and future.exception() is None:
                _keep(future.result(), at_work[future], store)
        raise


def _waiting(fresh: Iterator[Job], again: deque[Job]) -> Iterator[Job]:
    """Yield what to hand out next: what has to be run again first."""
    while True:
        job = again.popleft() if again else next(fresh, None)
        if job is None:
            return
        yield job


def in_chunks(numbers: Iterable[int], count: int, workers: Workers) -> Iterator[Sequence[int]]:
    """Yield numbers in pieces of a job's size, as they are wanted: smaller ones when little is left.

    `count`: how many there are at most.
    """
    rest = iter(numbers)
    while chunk := tuple(islice(rest, min(LARGEST, max(SMALLEST, count // (2 * workers.count))))):
        yield chunk
        count -= len(chunk)


def _handed_out(job: Job, workers: Workers) -> Future[Batch]:
    """Submit a job, restarting broken workers if necessary."""
    try:
        job.generation = workers.generation
        return workers.submit(run_batch, job.task, job.numbers)
    except BrokenExecutor:
        workers.renew()
        job.generation = workers.generation
        return workers.submit(run_batch, job.task, job.numbers)


def _take(future: Future[Batch], job: Job, workers: Workers, store: Store, again: deque[Job]) -> None:
    """Keep what came of a job; what did not come is handed out again."""
    problem = None if future.cancelled() else future.exception()
    if future.cancelled() or problem is not None:
        if isinstance(problem, BrokenExecutor) and job.generation == workers.generation:
            workers.renew()
        job.losses += 1
        if job.losses < MAX_LOSSES:
            again.appendleft(job)
            return
        reason = f"{type(problem).__name__}: {problem}" if problem else "it was given up"
        why = f"its worker was lost {MAX_LOSSES} times, or could not run it ({reason})"
        store.fail(job.of, dict.fromkeys(job.numbers, why))
        return
    batch = future.result()
    if versions := differing_versions(batch.made_with, made_with()):
        raise UsageError(
            f"A worker has {versions}: its results may differ. Install the same versions on every machine."
        )
    _keep(batch, job, store)
    if batch.was_stopped and workers.is_here:
        raise KeyboardInterrupt
    missing = [number for number in job.numbers if store.is_missing(job.of, number)]
    if missing:
        again.appendleft(Job(job.task, missing, job.of))


def _keep(batch: Batch, job: Job, store: Store) -> None:
    store.keep(job.of, batch.content)
    if batch.failed:
        store.fail(job.of, batch.failed)
