"""An ensemble: many replications, each with its own luck, run by whoever is there and kept as they finish.

Replication *i* depends on the scenario, the seed and *i* alone. So it does not matter who runs it, when,
together with which others, or whether the ensemble was interrupted in between.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.errors import UsageError
from sim.experiments.running.replication import Batch, Plan, packed_plan, replications
from sim.results.meta import differing
from sim.results.reader import Results
from sim.statistics.stopping import FEWEST, enough, percentile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sim.experiments.running.executors import Workers
    from sim.results.folder import ResultsFolder

    Tell = Callable[[int, int, int], None]
    """Told how many replications are finished, how many are wanted, and how many failed."""

LARGEST: Final = 20
"""Replications in a task: each task costs milliseconds to hand out, and is lost when its worker is."""
SMALLEST: Final = 2
"""Replications in the last tasks, so that workers end at about the same time."""
MOST_LOSSES: Final = 3
"""How often a task may be lost with its worker before it counts as what kills workers."""


@dataclass(slots=True)
class _Task:
    """Replications that are handed out together."""

    numbers: list[int]
    losses: int = 0
    generation: int = 0
    """Of the workers it was handed to."""


class Ensemble:
    """Replications being run and kept.

    Parameters
    ----------
    folder
        Where it is kept; open.
    tell
        Told how far it is, each time that something is finished.
    """

    def __init__(self, plan: Plan, folder: ResultsFolder, workers: Workers, tell: Tell | None = None) -> None:
        self._text = packed_plan(plan)
        self._folder = folder
        self._workers = workers
        self._tell = tell
        self._finished = set(folder.finished())
        self._wanted = 0
        self.failed: dict[int, str] = {}
        """By replication that failed: why, in words."""

    @property
    def results(self) -> Results:
        """What there is by now."""
        return Results.open(self._folder.folder)

    def run(self, count: int, *, is_recorded: bool = False) -> None:
        """Run the first so many replications, but for those that are there.

        Raises
        ------
        KeyboardInterrupt
            After what had been finished was kept.
        FileError
            Where something cannot be written.
        """
        self._wanted = count
        self._say()
        self._run_all([number for number in range(count) if number not in self._finished], is_recorded)
        if is_recorded:
            self.record([number for number in range(count) if number in self._finished])

    def run_until(self, halfwidth: float, most: int) -> None:
        """Run replications until it is known well enough how often each town is held, 30 at least.

        Parameters
        ----------
        halfwidth
            Half of the widest interval of a share that will do.

        Raises
        ------
        KeyboardInterrupt
            After what had been finished was kept.
        FileError
            Where something cannot be written.
        """
        for count in growing(most):
            self.run(count)
            held = self.results.is_held()
            if len(held) >= FEWEST and enough(held.astype(float), halfwidth, is_share=True) is not None:
                break
        self._folder.note_asked_for(self._wanted)

    def record(self, numbers: Sequence[int]) -> None:
        """Record replications in full that are not recorded yet, by running them again.

        Parameters
        ----------
        numbers
            Which; those that failed are left out.

        Raises
        ------
        UsageError
            Where one is not there.
        """
        strange = [each for each in numbers if each not in self._finished and each not in self.failed]
        if strange:
            msg = f"replication {strange[0]} is not in the ensemble, and so it is not recorded. Run more."
            raise UsageError(msg)
        there = self.results.recordings
        wanted = [each for each in numbers if each in self._finished and each not in there]
        self._run_all(wanted, is_recorded=True)

    def _run_all(self, numbers: Sequence[int], is_recorded: bool) -> None:
        """Have replications run and keep what comes, until all are finished or failed."""
        waiting = deque(_Task([number]) for number in numbers)
        at_work: dict[Future[Batch], _Task] = {}
        try:
            while waiting or at_work:
                while waiting and len(at_work) < self._workers.depth:
                    task = self._next_task(waiting)
                    at_work[self._hand_out(task, is_recorded)] = task
                done, _ = wait(at_work, return_when=FIRST_COMPLETED)
                for future in sorted(done, key=lambda each: at_work[each].numbers):
                    self._take(future, at_work.pop(future), waiting)
        except KeyboardInterrupt:
            self._wind_up(at_work)
            raise

    def _hand_out(self, task: _Task, is_recorded: bool) -> Future[Batch]:
        """Hand out a task, to new workers where the old ones have broken meanwhile."""
        try:
            task.generation = self._workers.generation
            return self._workers.submit(replications, self._text, task.numbers, is_recorded)
        except BrokenExecutor:
            self._workers.renew()
            task.generation = self._workers.generation
            return self._workers.submit(replications, self._text, task.numbers, is_recorded)

    def _next_task(self, waiting: deque[_Task]) -> _Task:
        """Return what to hand out next: less when little is left, and what was lost in the pieces it had."""
        task = waiting.popleft()
        size = min(LARGEST, max(SMALLEST, (len(waiting) + 1) // (2 * self._workers.count)))
        while waiting and not task.losses + waiting[0].losses and len(task.numbers) < size:
            task.numbers += waiting.popleft().numbers
        return task

    def _take(self, future: Future[Batch], task: _Task, waiting: deque[_Task]) -> None:
        """Keep what came of a task; what did not come is handed out again."""
        if future.cancelled() or future.exception() is not None:
            self._lose(future, task, waiting)
            return
        batch = future.result()
        self._refuse_other_versions(batch)
        self._keep(batch)
        missing = [
            number for number in task.numbers if number not in self._finished and number not in self.failed
        ]
        if batch.was_stopped and self._workers.is_here:
            raise KeyboardInterrupt
        waiting.extendleft(_Task([number]) for number in reversed(missing))

    def _refuse_other_versions(self, batch: Batch) -> None:
        """Raise where a worker elsewhere has versions that can give other rows."""
        if versions := differing(batch.made_with, self._folder.meta.made_with):
            msg = f"a worker has {versions}: their rows may differ. Install the same on every machine."
            raise UsageError(msg)

    def _lose(self, future: Future[Batch], task: _Task, waiting: deque[_Task]) -> None:
        """Hand out a task again that was lost with its worker, unless it is what kills them."""
        problem = None if future.cancelled() else future.exception()
        if isinstance(problem, BrokenExecutor) and task.generation == self._workers.generation:
            self._workers.renew()
        task.losses += 1
        if task.losses < MOST_LOSSES:
            waiting.appendleft(task)
            return
        reason = f"{type(problem).__name__}: {problem}" if problem else "it was given up"
        why = f"its worker was lost {MOST_LOSSES} times, or could not run it ({reason})"
        self._fail(dict.fromkeys(task.numbers, why))

    def _keep(self, batch: Batch) -> None:
        """Write down what a worker handed back; recordings first, since the rows say that all is there."""
        for number, content in sorted(batch.recordings.items()):
            self._folder.keep_recording(number, content)
        for part, files in batch.parts:
            if not self._finished.issuperset(part.numbers):  # else they were run to be recorded
                self._folder.keep(part, files)
                self._finished.update(part.numbers)
        self._fail(batch.failed)
        self._say()

    def _fail(self, failed: dict[int, str]) -> None:
        """Write down which replications failed."""
        self.failed |= failed
        self._folder.note_failed(failed)

    def _wind_up(self, at_work: dict[Future[Batch], _Task]) -> None:
        """Keep what workers had finished when the ensemble was interrupted."""
        self._workers.interrupt()
        running = [future for future in at_work if not future.cancel()]
        done, _ = wait(running, timeout=self._workers.patience)
        for future in sorted(done, key=lambda each: at_work[each].numbers):
            if not future.cancelled() and future.exception() is None:
                self._keep(future.result())

    def _say(self) -> None:
        """Tell how far it is."""
        if self._tell is not None:
            self._tell(len(self._finished), max(self._wanted, len(self._finished)), len(self.failed))


def growing(most: int) -> Iterator[int]:
    """Yield how many replications to have, more each time, whoever runs them.

    Examples
    --------
    >>> list(growing(80))
    [30, 40, 50, 62, 77, 80]
    """
    count = FEWEST
    while count < most:
        yield count
        count += max(10, count // 4)
    yield most


def middle(results: Results) -> int:
    """Return the replication nearest to the middle: the one to watch when one run is to stand for all.

    Each replication's place among all is taken by the soldiers lost by each side and by the towns that the
    first side holds at the end. The one whose places are nearest to a half, taken together, is chosen; of
    several the first.

    Raises
    ------
    UsageError
        Where it holds no replication.
    """
    sides = results.names.sides
    measures = [*(f"{side}_lost_personnel" for side in sides), f"{sides[0]}_towns"]
    columns = results.replications(["replication", *measures])
    numbers = columns.pop("replication")
    if not len(numbers):
        msg = f"{results.folder} holds no replication, and so none in the middle. Run some first."
        raise UsageError(msg)
    places = np.array([[percentile(value, column) for value in column] for column in columns.values()])
    return int(numbers[np.abs(places - 0.5).sum(axis=0).argmin()])
