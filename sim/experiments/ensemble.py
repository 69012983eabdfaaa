"""An ensemble: many replications, each with its own random numbers, kept in a folder as they finish."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from sim.analysis.ensemble import middle
from sim.command_line import StoredOverride
from sim.errors import SimError, UsageError
from sim.experiments.running.replication import EnsembleTask
from sim.experiments.running.scheduler import Job, in_chunks, run_jobs
from sim.experiments.running.worker import packed_task
from sim.recording.records import Header
from sim.results.meta import EnsembleMeta, hash_of
from sim.results.posterior import changes_to
from sim.results.reader import Results
from sim.statistics.stopping import MIN_REPLICATIONS, enough

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sim.experiments.running.executors import Workers
    from sim.experiments.running.replication import EnsembleBatch
    from sim.experiments.running.scheduler import Progress
    from sim.results.ensemble_folder import EnsembleFolder
    from sim.results.posterior import Posterior
    from sim.scenario_file.read import LoadedScenario


def meta_of(
    reading: LoadedScenario, seed: int, count: int, draws: Posterior | None = None, drawn_from: str = ""
) -> EnsembleMeta:
    """Return what the folder of an ensemble says it is of.

    Raises UsageError where the scenario lacks a number that is to be drawn.
    """
    meta = EnsembleMeta.of(
        reading.scenario,
        reading.document,
        seed=seed,
        replications=count,
        name=reading.name,
        overrides=reading.overrides,
        before=reading.numbers_before,
    )
    if draws is None:
        return meta
    changes_to(reading.scenario, draws.drawn(seed, 0))
    return dataclasses.replace(
        meta,
        overrides=(*meta.overrides, StoredOverride.of(f"--draw-parameters {drawn_from}")),
        hash=hash_of({"drawn": draws.text(), **reading.document}, seed),
    )


def task_of(reading: LoadedScenario, meta: EnsembleMeta, draws: Posterior | None = None) -> EnsembleTask:
    """Return what an ensemble runs."""
    header = Header.of(
        reading.scenario,
        reading.document,
        seed=meta.seed,
        name=meta.name,
        overrides=meta.overrides,
        before=meta.before,
    )
    return EnsembleTask(reading.scenario, meta.seed, header, draws)


class Ensemble:
    """Replications being run and kept."""

    def __init__(
        self,
        task: EnsembleTask,
        folder: EnsembleFolder,
        workers: Workers,
        report_progress: Progress | None = None,
    ) -> None:
        self._task = task
        self._folder = folder
        self._workers = workers
        self._report = report_progress
        self._finished = set(folder.finished())
        self._wanted = 0
        self._recorded: set[int] | None = None
        """Replications whose recordings are there; none where none are wanted."""
        self.failed: dict[int, str] = {}
        """By replication that failed: why, in words."""

    @property
    def results(self) -> Results:
        """What there is by now."""
        return Results.open(self._folder.folder)

    def run(self, count: int, *, is_recorded: bool = False) -> None:
        """Run replications 0 to `count` − 1, except those already finished.

        Raises KeyboardInterrupt after what had been finished was kept.
        """
        self._wanted = count
        self._report_progress()
        missing = (number for number in range(count) if number not in self._finished)
        self._run(missing, count, is_recorded)
        if is_recorded:
            self.record(sorted(number for number in self._finished if number < count))

    def run_all(self, count: int) -> None:
        """Run replications 0 to `count` − 1, except those already finished; raise if any fails.

        Raises SimError where replications failed; the others are kept.
        """
        self.run(count)
        if self.failed:
            number, why = min(self.failed.items())
            raise SimError(
                f"{len(self.failed)} of {count} replications failed, {number} with: {why}. "
                f"The others are kept: Results.open({str(self._folder.folder)!r})."
            )

    def run_until(self, halfwidth: float, most: int) -> None:
        """Run at least 30 replications, until every town's share is known precisely enough.

        `halfwidth` is half of the widest interval of a share that will do.
        """
        for count in growing(most):
            self.run(count)
            if enough(self.results.is_held(), halfwidth) is not None:
                break
        self._folder.note_asked_for(self._wanted)

    def record(self, numbers: Sequence[int]) -> None:
        """Record replications in full that are not recorded yet, by running them again.

        Those that failed are left out. Raises UsageError where one is not there.
        """
        strange = [each for each in numbers if each not in self._finished and each not in self.failed]
        if strange:
            raise UsageError(
                f"Replication {strange[0]} is not in the ensemble and cannot be recorded. Run more."
            )
        there = self.results.recordings
        wanted = [each for each in numbers if each in self._finished and each not in there]
        self._run(wanted, len(wanted), is_recorded=True)

    def record_wanted(self, wanted: Sequence[str | int], median: int | None = None) -> int | None:
        """Record all replications, the median, or those of some numbers; return the median's number.

        `median`: the number to take for it, such as that of another ensemble.
        """
        numbers = [each for each in wanted if isinstance(each, int)]
        if "all" in wanted:
            numbers += self.results.numbers.tolist()
        if "median" in wanted and len(self.results.numbers):
            median = middle(self.results) if median is None else median
            numbers.append(median)
        self.record(sorted(set(numbers)))
        return median

    def _run(self, numbers: Iterable[int], count: int, is_recorded: bool) -> None:
        """Run so many replications at most and keep what comes, until all are finished or failed."""
        self._recorded = set(self.results.recordings) if is_recorded else None
        text = packed_task(dataclasses.replace(self._task, is_recorded=is_recorded))
        chunks = in_chunks(numbers, count, self._workers)
        run_jobs((Job(text, each) for each in chunks), self._workers, self)

    def is_missing(self, _: None, number: int) -> bool:
        """Return whether a replication, or its recording, has neither finished nor failed."""
        is_recorded = self._recorded is None or number in self._recorded
        return not (number in self._finished and is_recorded) and number not in self.failed

    def keep(self, _: None, batch: EnsembleBatch) -> None:
        """Write down what a worker handed back; recordings first, since the rows say that all is there."""
        for number, content in batch.recordings.items():
            self._folder.keep_recording(number, content)
            if self._recorded is not None:
                self._recorded.add(number)
        for shard, files in batch.shards:
            if not self._finished.issuperset(shard.numbers):  # else they were run to be recorded
                self._folder.keep(shard, files)
                self._finished.update(shard.numbers)
        self._report_progress()

    def fail(self, _: None, failed: Mapping[int, str]) -> None:
        """Write down which replications failed."""
        self.failed |= failed
        self._folder.note_failed(self.failed)
        self._report_progress()

    def _report_progress(self) -> None:
        if self._report is not None:
            self._report(len(self._finished), max(self._wanted, len(self._finished)), len(self.failed))


def growing(most: int) -> Iterator[int]:
    """Yield how many replications to have, more each time, whoever runs them.

    Examples
    --------
    >>> list(growing(80))
    [30, 40, 50, 62, 77, 80]
    """
    count = MIN_REPLICATIONS
    while count < most:
        yield count
        count += max(10, count // 4)
    yield most
