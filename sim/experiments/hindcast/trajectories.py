"""Many courses of a front at once: replications, each perhaps with parameters of its own, over workers."""

from __future__ import annotations

import functools
import pickle
from collections import deque
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sim.errors import UsageError
from sim.experiments.hindcast.trajectory import Course, follow
from sim.model.scenario import Scenario
from sim.scenario_file.overrides import ScaleNumber
from sim.scenario_file.read import changed_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sim.experiments.running.executors import Workers

    Tell = Callable[[int, int, int], None]

AT_ONCE: Final = 4
"""Runs in a task."""
MOST_LOSSES: Final = 3
"""How often a task may be lost with its worker before that is given up."""


@dataclass(frozen=True, slots=True)
class Way:
    """What is followed.

    Attributes
    ----------
    document
        The same as plain values, for changes to be laid over it.
    """

    scenario: Scenario
    document: Mapping[str, Any]
    seed: int
    side: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One run.

    Attributes
    ----------
    changes
        Its own parameters, as texts that `--scale` takes; none where they are the scenario's.
    """

    replication: int
    changes: tuple[str, ...] = ()


@functools.lru_cache(maxsize=1)
def _unpacked(text: bytes) -> Way:
    """Return what is followed; once for each process."""
    way: Way = pickle.loads(text)
    return way


@functools.lru_cache(maxsize=2)
def _changed(text: bytes, changes: tuple[str, ...]) -> Scenario:
    """Return the scenario of a run; runs with the same parameters come after each other."""
    way = _unpacked(text)
    if not changes:
        return way.scenario
    return changed_document(way.document, [ScaleNumber(change) for change in changes])[0]


def courses_of(text: bytes, asked: Sequence[Asked]) -> list[Course]:
    """Run what is asked for; this is what workers do."""
    way = _unpacked(text)
    return [follow(_changed(text, each.changes), way.seed, each.replication, way.side) for each in asked]


def followed(way: Way, asked: Sequence[Asked], workers: Workers, tell: Tell | None = None) -> list[Course]:
    """Return the courses of many runs, in the order in which they were asked for.

    Parameters
    ----------
    tell
        Told how many are done, are wanted, and failed.
    """
    done: dict[int, list[Course]] = {}
    finished = 0
    for first, courses in arriving(way, asked, workers):
        done[first] = courses
        finished += len(courses)
        if tell is not None:
            tell(finished, len(asked), 0)
    return [course for first in sorted(done) for course in done[first]]


@dataclass(slots=True)
class _Task:
    """Runs that are handed out together."""

    first: int
    losses: int = 0
    generation: int = 0
    """Of the workers it was handed to."""


def arriving(
    way: Way, asked: Sequence[Asked], workers: Workers, at_once: int = AT_ONCE
) -> Iterator[tuple[int, list[Course]]]:
    """Yield the courses of many runs as they come, with the place of the first of each task.

    Tasks that are lost with their workers are handed out again.

    Raises
    ------
    KeyboardInterrupt
        After what workers had finished by then was yielded.
    UsageError
        Where a task loses its worker each time.
    """
    text = pickle.dumps(way, pickle.HIGHEST_PROTOCOL)
    waiting = deque(_Task(first) for first in range(0, len(asked), at_once))
    at_work: dict[Future[list[Course]], _Task] = {}
    try:
        while waiting or at_work:
            while waiting and len(at_work) < workers.depth:
                task = waiting.popleft()
                at_work[_handed_out(workers, task, text, asked[task.first : task.first + at_once])] = task
            done, _ = wait(at_work, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=lambda each: at_work[each].first):
                task = at_work.pop(future)
                if isinstance(future.exception(), BrokenExecutor):
                    waiting.appendleft(_lost(workers, task))
                else:
                    yield task.first, future.result()
    except KeyboardInterrupt:
        running = [future for future in at_work if not future.cancel()]
        done, _ = wait(running, timeout=workers.patience)
        for future in done:
            if not future.cancelled() and future.exception() is None:
                yield at_work[future].first, future.result()
        raise


def _handed_out(workers: Workers, task: _Task, text: bytes, asked: Sequence[Asked]) -> Future[list[Course]]:
    """Hand out a task, to new workers where the old ones have broken meanwhile."""
    try:
        future: Future[list[Course]] = workers.submit(courses_of, text, asked)
    except BrokenExecutor:
        workers.renew()
        future = workers.submit(courses_of, text, asked)
    task.generation = workers.generation
    return future


def _lost(workers: Workers, task: _Task) -> _Task:
    """Return a task that was lost with its worker, to be handed out again to others."""
    if task.generation == workers.generation:
        workers.renew()
    task.losses += 1
    if task.losses >= MOST_LOSSES:
        msg = (
            f"the workers of run {task.first} were lost {MOST_LOSSES} times, for want of memory perhaps. "
            f"Try fewer at once with -j."
        )
        raise UsageError(msg)
    return task
