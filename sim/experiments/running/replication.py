"""What a worker does: run some replications and hand back the files of their rows, and of recordings.

This module is all that a worker loads. The scenario reaches it read and checked, as the frozen thing the
engine takes; it is unpacked once in each process.
"""

from __future__ import annotations

import dataclasses
import functools
import gc
import pickle
import signal
import threading
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from sim.engine.simulation import simulate
from sim.errors import SimError
from sim.experiments.running.sampling import Sampler, joined
from sim.model.scenario import Scenario
from sim.recording.records import Header, made_with
from sim.results.reader import Part
from sim.results.tables import Names, TableName, packed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sim.engine.simulation import Outcome
    from sim.experiments.calibrate.posterior import Posterior  # noqa: TC004 - heavy, and few ensembles draw
    from sim.results.tables import Columns


ONE_AT_A_TIME: Final = threading.Lock()
"""Held while replications are run: a worker with several threads gains nothing by running several at once."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an ensemble runs.

    Attributes
    ----------
    header
        Of the recording of replication 0; the others differ in the replication, and in what is drawn for it.
    draws
        What each replication's parameters are drawn from; none where all have the scenario's.
    """

    scenario: Scenario
    seed: int
    header: Header
    draws: Posterior | None = None

    def of(self, number: int) -> tuple[Scenario, Header]:
        """Return the scenario of a replication, and the header of its recording."""
        header = dataclasses.replace(self.header, replication=number)
        if self.draws is None:
            return self.scenario, header
        from sim.experiments.calibrate.posterior import changes_to  # noqa: PLC0415 - heavy, and few ensembles draw
        from sim.scenario_file.read import changed_document  # noqa: PLC0415 - see above

        changes = changes_to(self.scenario, self.draws.drawn(self.seed, number))
        scenario, document = changed_document(header.scenario, changes)
        overrides = (*header.overrides, *(str(change) for change in changes))
        return scenario, dataclasses.replace(header, scenario=document, overrides=overrides)


@dataclass(slots=True)
class Batch:
    """What a worker hands back.

    Attributes
    ----------
    parts
        Runs of successive replications, with the Parquet files of their rows.
    recordings
        By replication that was to be recorded: the recording as a file.
    was_stopped
        Whether it was interrupted, and the replications that are missing were not run.
    made_with
        Versions of Python and packages where it was run.
    """

    parts: list[tuple[Part, dict[TableName, bytes]]] = field(default_factory=list)
    recordings: dict[int, bytes] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    was_stopped: bool = False
    made_with: Mapping[str, str] = field(default_factory=dict)

    @property
    def finished(self) -> int:
        """How many replications it holds."""
        return sum(len(part.numbers) for part, _ in self.parts)


def packed_plan(plan: Plan) -> bytes:
    """Return a plan as it travels to workers."""
    return pickle.dumps(plan, pickle.HIGHEST_PROTOCOL)


@functools.lru_cache(maxsize=1)
def unpacked_plan(text: bytes) -> Plan:
    """Return a plan that has travelled; once for each process, since the engine keeps what it has worked out.

    Parameters
    ----------
    text
        As `packed_plan` made it.
    """
    plan: Plan = pickle.loads(text)
    return plan


def replications(text: bytes, numbers: Sequence[int], is_recorded: bool = False) -> Batch:
    """Run replications, and return what came of each; one that fails does not keep the others back.

    Parameters
    ----------
    text
        The plan, as `packed_plan` made it.
    """
    with ONE_AT_A_TIME:
        return _replications(unpacked_plan(text), numbers, is_recorded)


def _replications(plan: Plan, numbers: Sequence[int], is_recorded: bool) -> Batch:
    """Run replications, and return what came of each."""
    batch = Batch(made_with=_versions())
    rows: dict[int, dict[TableName, Columns]] = {}
    try:
        with interruptible(), collecting_between() as collect:
            for number in numbers:
                try:
                    rows[number] = _run(plan, number, batch.recordings if is_recorded else None)
                except Exception as problem:  # whatever it is, the others go on
                    batch.failed[number] = in_words(problem)
                collect()
    except KeyboardInterrupt:
        batch.was_stopped = True
    names = Names(
        tuple(side.id for side in plan.scenario.sides), tuple(town.id for town in plan.scenario.towns)
    )
    for part in successive(sorted(rows)):
        columns = joined([rows[number] for number in part.numbers])
        batch.parts.append((part, {name: packed(table, names) for name, table in columns.items()}))
    return batch


def successive(numbers: Sequence[int]) -> list[Part]:
    """Return numbers as parts without gaps.

    Examples
    --------
    >>> [part.name for part in successive([0, 1, 2, 5, 7, 8])]
    ['00000-00002.parquet', '00005-00005.parquet', '00007-00008.parquet']
    """
    parts: list[Part] = []
    for number in numbers:
        if parts and number == parts[-1].last + 1:
            parts[-1] = Part(parts[-1].first, number)
        else:
            parts.append(Part(number, number))
    return parts


def _run(plan: Plan, number: int, recordings: dict[int, bytes] | None) -> dict[TableName, Columns]:
    """Run one replication, record it where that is wanted, and return its rows."""
    sampler = Sampler(number)
    if recordings is None:
        outcome = simulate(plan.of(number)[0], plan.seed, replication=number, observe=sampler.look)
    else:
        outcome, recordings[number] = _recorded(plan, number, sampler)
    return sampler.rows(outcome)


def _recorded(plan: Plan, number: int, sampler: Sampler) -> tuple[Outcome, bytes]:
    """Run one replication, and return its recording as a file's content: a worker may have other disks."""
    from sim.recording.writer import RecordingWriter  # noqa: PLC0415 - few workers ever record

    scenario, header = plan.of(number)
    with TemporaryDirectory(prefix="frontsim-") as folder:
        path = Path(folder) / "recording"
        with RecordingWriter(path, header, scenario) as writer:
            outcome = simulate(
                scenario, plan.seed, replication=number, emit=writer.emit, observe=sampler.look
            )
            writer.finish()
        return outcome, path.read_bytes()


@functools.cache
def _versions() -> Mapping[str, str]:
    """Return what replications are run with here; looked up once."""
    return made_with()


def in_words(problem: Exception) -> str:
    """Return what went wrong, in a line."""
    text = str(problem).strip() or "nothing more is known"
    return text if isinstance(problem, SimError) else f"{type(problem).__name__}: {text}"


@contextmanager
def collecting_between() -> Iterator[Callable[[], int]]:
    """Look for garbage between replications, not within: a run leaves its own whole, and hardly any other."""
    was_on = gc.isenabled()
    gc.disable()
    gc.freeze()  # what is here already is not garbage, and need not be looked at each time
    try:
        yield gc.collect
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C stop what is run in here, where this thread can be stopped so; elsewhere it is not heard."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
