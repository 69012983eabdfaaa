"""What a worker does: run some replications of a task and hand back what came of them.

A worker loads this module and the task's own, and nothing else. Tasks reach it as bytes, with the scenario
read and checked, as the frozen thing the engine takes; each is unpacked once in each process.
"""

from __future__ import annotations

import functools
import gc
import pickle
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sim.children import interruptible, was_told_to_stop
from sim.errors import SimError
from sim.recording.records import made_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ONE_AT_A_TIME: Final = threading.Lock()
"""Held while replications are run: a worker with several threads gains nothing by running several at once."""

BETWEEN: Final = 0.05
"""Seconds of wall time between jobs that are handed back unbegun, so that they do not go round and round."""


class Task(ABC):
    """What is done with each replication of a scenario."""

    @abstractmethod
    def run(self, number: int) -> Any:  # noqa: ANN401 - each task has its own results
        """Simulate a replication, and return what is kept of it."""

    def packed(self, results: dict[int, Any]) -> Any:  # noqa: ANN401 - see above
        """Return the results of several replications as they travel back."""
        return results


@dataclass(slots=True)
class Batch:
    """What a worker hands back."""

    content: Any = None
    failed: dict[int, str] = field(default_factory=dict)
    """By replication that failed: why."""
    was_stopped: bool = False
    """Whether it was interrupted, and the replications that are missing were not run."""
    made_with: Mapping[str, str] = field(default_factory=dict)


def packed_task(task: Task) -> bytes:
    """Return a task as it travels to workers."""
    return pickle.dumps(task, pickle.HIGHEST_PROTOCOL)


_versions = functools.cache(made_with)


@functools.lru_cache(maxsize=4)
def _unpacked_task(text: bytes) -> Task:
    """Return a task that has travelled; kept, since the engine keeps what it works out for a scenario."""
    task: Task = pickle.loads(text)
    return task


def run_batch(text: bytes, numbers: Sequence[int]) -> Batch:
    """Run replications; one that fails does not keep the others back."""
    batch = Batch(made_with=_versions())
    results: dict[int, Any] = {}
    with ONE_AT_A_TIME:
        task = _unpacked_task(text)
        if was_told_to_stop():
            numbers = ()
            batch.was_stopped = True
            time.sleep(BETWEEN)
        try:
            with interruptible(), collecting_between() as collect:
                for number in numbers:
                    try:
                        results[number] = task.run(number)
                    except Exception as problem:  # whatever it is, the others go on
                        why = str(problem).strip() or "nothing more is known"
                        is_ours = isinstance(problem, SimError)
                        batch.failed[number] = why if is_ours else f"{type(problem).__name__}: {why}"
                    collect()
        except KeyboardInterrupt:
            batch.was_stopped = True
        batch.content = task.packed(results)
    return batch


@contextmanager
def collecting_between() -> Iterator[Callable[[], int]]:
    """Collect garbage between replications only: a run's becomes collectable as a whole when it ends."""
    was_on = gc.isenabled()
    gc.disable()
    gc.freeze()  # what is here already is not garbage, and need not be looked at each time
    try:
        yield gc.collect
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()
