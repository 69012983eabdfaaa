"""Many courses of a front at once: replications, each perhaps with parameters of its own, over workers."""

from __future__ import annotations

import functools
import pickle
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sim.domain.scenario import Scenario
from sim.experiments.course import Course, follow
from sim.scenario_file.overrides import ScaleNumber
from sim.scenario_file.read import changed_document

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.experiments.executors import Workers

    Tell = Callable[[int, int, int], None]

AT_ONCE: Final = 4
"""Runs in a task."""


@dataclass(frozen=True, slots=True)
class Way:
    """What is followed.

    Attributes
    ----------
    scenario
        What is simulated.
    document
        The same as plain values, for changes to be laid over it.
    seed
        The chance of all replications.
    side
        Number of the side whose ground is counted.
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
    replication
        Its luck.
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
    """Run what is asked for; this is what workers do.

    Parameters
    ----------
    text
        What is followed, pickled.
    asked
        Which runs.
    """
    way = _unpacked(text)
    return [follow(_changed(text, each.changes), way.seed, each.replication, way.side) for each in asked]


def followed(way: Way, asked: Sequence[Asked], workers: Workers, tell: Tell | None = None) -> list[Course]:
    """Return the courses of many runs, in the order in which they were asked for.

    Parameters
    ----------
    way
        What is followed.
    asked
        Which runs.
    workers
        Who runs them.
    tell
        Told how many are done, are wanted, and failed.
    """
    text = pickle.dumps(way, pickle.HIGHEST_PROTOCOL)
    waiting = [asked[first : first + AT_ONCE] for first in range(0, len(asked), AT_ONCE)]
    done: dict[int, list[Course]] = {}
    at_work: dict[Future[list[Course]], int] = {}
    next_task = 0
    while len(done) < len(waiting):
        while next_task < len(waiting) and len(at_work) < workers.depth:
            at_work[workers.submit(courses_of, text, waiting[next_task])] = next_task
            next_task += 1
        for future in wait(at_work, return_when=FIRST_COMPLETED).done:
            done[at_work.pop(future)] = future.result()
            if tell is not None:
                tell(min(len(asked), AT_ONCE * len(done)), len(asked), 0)
    return [course for number in range(len(waiting)) for course in done[number]]
