"""The scenario at many places: each a set of changes, run under the same luck as all the others.

A design asks for replications of places and gets what is known of them; what is in the folder is not run
again. So a design is a plain function of what it gets, and an interrupted one repeats itself up to where it
was.
"""

from __future__ import annotations

import functools
import pickle
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from sim.engine.simulation import simulate
from sim.errors import ScenarioError
from sim.experiments.running.replication import ONE_AT_A_TIME, in_words, interruptible
from sim.experiments.running.sampling import Sampler
from sim.experiments.sweep.measures import measured
from sim.scenario_file.overrides import SetNumber

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.experiments.running.executors import Workers
    from sim.model.scenario import Scenario
    from sim.results.sweep_folder import SweepFolder

    Tell: TypeAlias = Callable[[int, int, int], None]
    """Told how many replications are finished, how many are wanted so far, and how many failed."""
    Read: TypeAlias = Callable[[tuple[SetNumber, ...]], Scenario]

LARGEST: Final = 10
"""Replications in a task."""
MOST_LOSSES: Final = 3
"""How often a task may be lost with its worker before it counts as what kills workers."""

Place: TypeAlias = tuple[SetNumber, ...]
"""How the scenario is changed; as it is where there is nothing."""


@dataclass(slots=True)
class Measured:
    """What a worker hands back.

    Attributes
    ----------
    was_stopped
        Whether it was interrupted; what is missing was not run.
    """

    values: dict[int, list[float]] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    was_stopped: bool = False


@dataclass(slots=True)
class _Task:
    """Replications of one place that are handed out together."""

    place: Place
    numbers: list[int]
    losses: int = 0
    generation: int = 0


def place_text(place: Place) -> str:
    """Return how a scenario is changed, as a command line would say it.

    Examples
    --------
    >>> place_text((SetNumber("tempo.variation=0.2"), SetNumber("tempo.lag_1=0")))
    '--set tempo.variation=0.2 --set tempo.lag_1=0'
    """
    return " ".join(str(each) for each in place)


class Points:
    """Runs replications of places, and knows what was run.

    Parameters
    ----------
    folder
        Where rows are kept; open.
    """

    def __init__(
        self, read: Read, seed: int, folder: SweepFolder, workers: Workers, tell: Tell | None = None
    ) -> None:
        self._read = read
        self._seed = seed
        self._folder = folder
        self._workers = workers
        self._tell = tell
        self._wanted: set[tuple[str, int]] = set()
        self.refused: dict[str, str] = {}
        """By place that is no scenario: why, in words."""
        self.failed: dict[tuple[str, int], str] = {}
        """By place and replication that failed: why, in words."""

    @property
    def runs(self) -> int:
        """How many of the replications that were asked for are there."""
        return sum(row in self._folder for row in self._wanted)

    def values(self, places: Sequence[Place], count: int) -> np.ndarray:
        """Return what the first replications of places came to, running what is not known.

        Parameters
        ----------
        places
            Which; the same one may be asked for again and again.

        Returns
        -------
        ndarray
            Shape (places, replications, measures); NaN where a replication failed, or a place is no scenario.

        Raises
        ------
        KeyboardInterrupt
            After what had been finished was kept.
        """
        tasks: deque[_Task] = deque()
        for place in dict.fromkeys(places):
            text = place_text(place)
            self._wanted |= {(text, number) for number in range(count)}
            missing = [number for number in range(count) if self._is_missing(text, number)]
            tasks.extend(_Task(place, missing[at : at + LARGEST]) for at in range(0, len(missing), LARGEST))
        self._run(tasks)
        found = np.full((len(places), count, len(self._folder.meta.measures)), np.nan)
        for row, place in enumerate(places):
            text = place_text(place)
            for number in range(count):
                if (text, number) in self._folder:
                    found[row, number] = self._folder.values((text, number))
        return found

    def _is_missing(self, text: str, number: int) -> bool:
        return (
            (text, number) not in self._folder
            and (text, number) not in self.failed
            and text not in self.refused
        )

    def _run(self, tasks: deque[_Task]) -> None:
        """Have tasks run, and keep what comes of them."""
        at_work: dict[Future[Measured], _Task] = {}
        self._say()
        try:
            while tasks or at_work:
                while tasks and len(at_work) < self._workers.depth:
                    self._hand_out(tasks.popleft(), at_work)
                done, _ = wait(at_work, return_when=FIRST_COMPLETED)
                for future in done:
                    self._take(future, at_work.pop(future), tasks)
        except KeyboardInterrupt:
            self._wind_up(at_work)
            raise
        self._folder.flush()

    def _hand_out(self, task: _Task, at_work: dict[Future[Measured], _Task]) -> None:
        """Hand out a task, unless its place turns out to be no scenario."""
        text = place_text(task.place)
        if text in self.refused:
            return
        try:
            packed = _packed(self._read, task.place)
        except ScenarioError as problem:
            self.refused[text] = problem.mistakes[0][1] if problem.mistakes else str(problem)
            return
        arguments = (packed, self._seed, task.numbers, self._folder.meta.measures)
        task.generation = self._workers.generation
        try:
            future = self._workers.submit(replications_measured, *arguments)
        except BrokenExecutor:
            self._workers.renew()
            task.generation = self._workers.generation
            future = self._workers.submit(replications_measured, *arguments)
        at_work[future] = task

    def _take(self, future: Future[Measured], task: _Task, tasks: deque[_Task]) -> None:
        """Keep what came of a task; what did not come is handed out again."""
        problem = None if future.cancelled() else future.exception()
        if future.cancelled() or problem is not None:
            if isinstance(problem, BrokenExecutor) and task.generation == self._workers.generation:
                self._workers.renew()
            self._lose(task, tasks, f"{type(problem).__name__}: {problem}" if problem else "it was given up")
            return
        found = future.result()
        self._keep(task.place, found)
        if found.was_stopped and self._workers.is_here:
            raise KeyboardInterrupt
        missing = [each for each in task.numbers if self._is_missing(place_text(task.place), each)]
        if missing:
            tasks.appendleft(_Task(task.place, missing))

    def _lose(self, task: _Task, tasks: deque[_Task], reason: str) -> None:
        """Hand out a task again that was lost with its worker, unless it is what kills them."""
        task.losses += 1
        if task.losses < MOST_LOSSES:
            tasks.appendleft(task)
            return
        why = f"its worker was lost {MOST_LOSSES} times, or could not run it ({reason})"
        self.failed |= {(place_text(task.place), number): why for number in task.numbers}

    def _keep(self, place: Place, found: Measured) -> None:
        """Write down what a worker handed back."""
        text = place_text(place)
        for number, values in found.values.items():
            self._folder.keep((text, number), np.array(values))
        self.failed |= {(text, number): why for number, why in found.failed.items()}
        self._say()

    def _wind_up(self, at_work: dict[Future[Measured], _Task]) -> None:
        """Keep what workers had finished when they were interrupted."""
        self._workers.interrupt()
        running = [future for future in at_work if not future.cancel()]
        done, _ = wait(running, timeout=self._workers.patience)
        for future in done:
            if not future.cancelled() and future.exception() is None:
                self._keep(at_work[future].place, future.result())

    def _say(self) -> None:
        if self._tell is not None:
            self._tell(self.runs, len(self._wanted), len(self.failed))


@functools.lru_cache(maxsize=64)
def _packed(read: Read, place: Place) -> bytes:
    """Return a place's scenario as it travels."""
    return pickle.dumps(read(place), pickle.HIGHEST_PROTOCOL)


@functools.lru_cache(maxsize=4)
def _unpacked(text: bytes) -> Scenario:
    """Return a scenario that has travelled; the engine keeps what it has worked out for it."""
    found: Scenario = pickle.loads(text)
    return found


def replications_measured(text: bytes, seed: int, numbers: Sequence[int], keys: Sequence[str]) -> Measured:
    """Run replications, and return what was measured; one that fails does not keep the others back."""
    found = Measured()
    scenario = _unpacked(text)
    with ONE_AT_A_TIME:
        try:
            with interruptible():
                for number in numbers:
                    try:
                        sampler = Sampler(number)
                        outcome = simulate(scenario, seed, replication=number, observe=sampler.look)
                        found.values[number] = measured(scenario, sampler.rows(outcome), keys)
                    except Exception as problem:  # whatever it is, the others go on
                        found.failed[number] = in_words(problem)
        except KeyboardInterrupt:
            found.was_stopped = True
    return found
