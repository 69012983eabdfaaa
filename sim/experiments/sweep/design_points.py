"""Runs of the scenario at design points: each a set of changes, with the random numbers of all the others.

A design asks for replications of design points and gets what is known of them; what is in the folder is not
run again. So a design is a plain function of what it gets, and an interrupted one repeats itself up to where
it was.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sim.errors import ScenarioError
from sim.experiments.running.executors import Workers
from sim.experiments.running.sampling import simulate_rows
from sim.experiments.running.scheduler import Job, Progress, in_chunks, run_jobs
from sim.experiments.running.worker import Task, packed_task
from sim.experiments.sweep.measures import measured
from sim.model.scenario import Scenario
from sim.results.sweep_findings import SweepFolder
from sim.scenario_file.overrides import AssumeNumber, SetNumber

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


DesignPoint: TypeAlias = tuple[SetNumber | AssumeNumber, ...]
"""How the scenario is changed; nothing is where it is as it stands."""
Read: TypeAlias = Callable[[DesignPoint], Scenario]


@dataclass(frozen=True, slots=True)
class MeasureTask(Task):
    """Replications of a changed scenario; some of their measures are kept."""

    scenario: Scenario
    seed: int
    measures: tuple[str, ...]

    def run(self, number: int) -> list[float]:
        """Return what was measured in a replication."""
        return measured(self.scenario, simulate_rows(self.scenario, self.seed, number), self.measures)


def point_text(point: DesignPoint) -> str:
    """Return how a scenario is changed, as a command line would say it.

    Examples
    --------
    >>> point_text((SetNumber("tempo.variation=0.2"), SetNumber("tempo.lag_1=0")))
    '--set tempo.variation=0.2 --set tempo.lag_1=0'
    """
    return " ".join(str(each) for each in point)


@dataclass(slots=True)
class Evaluator:
    """Runs replications of design points, and knows what was run."""

    read: Read
    seed: int
    folder: SweepFolder
    workers: Workers
    report_progress: Progress | None = None
    wanted: set[tuple[str, int]] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    """By design point that is no scenario: why, in words."""
    failed: dict[tuple[str, int], str] = field(default_factory=dict)
    """By design point and replication that failed: why, in words."""

    @property
    def runs(self) -> int:
        """How many of the replications that were asked for are there."""
        return sum(row in self.folder.rows for row in self.wanted)

    def values(self, points: Sequence[DesignPoint], count: int) -> np.ndarray:
        """Return what the first replications of design points came to, running what is not known.

        Shape (points, replications, measures); NaN where a replication failed, or a point is no scenario.
        """
        texts = [point_text(point) for point in points]
        self.wanted |= {(text, number) for text in texts for number in range(count)}
        self._report_progress()
        run_jobs(self._jobs(dict(zip(texts, points, strict=True)), count), self.workers, self)
        self.folder.flush()
        nothing = [np.nan] * len(self.folder.meta.measures)
        rows = self.folder.rows
        return np.array([[rows.get((text, number), nothing) for number in range(count)] for text in texts])

    def _jobs(self, points: Mapping[str, DesignPoint], count: int) -> Iterator[Job]:
        """Yield what is missing; each design point is read when its turn comes."""
        for text, point in points.items():
            missing = (number for number in range(count) if self.is_missing(text, number))
            first = next(missing, None)
            if first is None:
                continue
            try:
                task = _packed(self.read, point, self.seed, self.folder.meta.measures)
            except ScenarioError as problem:
                self.refused[text] = problem.mistakes[0][1] if problem.mistakes else str(problem)
                continue
            for numbers in in_chunks(chain([first], missing), count, self.workers):
                yield Job(task, numbers, text)

    def is_missing(self, of: str, number: int) -> bool:
        """Return whether a replication of a design point is still to be run."""
        row = (of, number)
        return row not in self.folder.rows and row not in self.failed and of not in self.refused

    def keep(self, of: str, content: Mapping[int, list[float]]) -> None:
        """Keep what was measured in replications of a design point."""
        for number, values in content.items():
            self.folder.keep((of, number), values)
        self._report_progress()

    def fail(self, of: str, failed: Mapping[int, str]) -> None:
        """Note which replications of a design point failed."""
        self.failed |= {(of, number): why for number, why in failed.items()}
        self._report_progress()

    def _report_progress(self) -> None:
        if self.report_progress is not None:
            self.report_progress(self.runs, len(self.wanted), len(self.failed))


@functools.lru_cache(maxsize=64)
def _packed(read: Read, point: DesignPoint, seed: int, measures: tuple[str, ...]) -> bytes:
    return packed_task(MeasureTask(read(point), seed, measures))
