"""Simulate one run and record it: joins engine and recording, which do not know each other."""

from __future__ import annotations

import gc
import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.analysis.run_summary import RunSummary
from sim.cli.inputs import RUNS, is_packed, make_folder
from sim.engine.simulation import Outcome, simulate
from sim.files.atomic_file import AtomicFile
from sim.model.events import DayStarted, Event
from sim.model.quantities import DAY
from sim.recording.ledger import Listener
from sim.recording.records import Header
from sim.recording.writer import Receipt, RecordingWriter

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.model.quantities import Seconds
    from sim.scenario_file.read import LoadedScenario

PATIENCE: Final = 1.0
"""Seconds of wall time after which progress is reported."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A finished run and its file."""

    outcome: Outcome
    receipt: Receipt
    summary: RunSummary
    wall: float
    """Seconds."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a recording goes, and whether it replaces a file there."""

    path: Path
    is_default: bool
    replaces: bool


def target(reading: LoadedScenario, seed: int, replication: int, out: Path | None, force: bool) -> Target:
    """Return where a recording goes: to ``out``, which ``force`` may replace, or to a default name.

    The default name contains a digest of the overrides, so that variants of a scenario have different files;
    it may replace an earlier recording.
    """
    if out is not None:
        AtomicFile(out, force)
        return Target(out, is_default=False, replaces=force and out.exists())
    name = f"{reading.name}-seed{seed}" + (f"-r{replication}" if replication else "")
    if reading.overrides:
        text = json.dumps(reading.document, sort_keys=True)
        name += f"-{hashlib.blake2b(text.encode(), digest_size=3).hexdigest()}"
    path = RUNS / f"{name}.jsonl.gz"
    return Target(path, is_default=True, replaces=is_packed(path))


def record(
    reading: LoadedScenario,
    seed: int,
    replication: int,
    to: Target,
    *,
    force: bool = False,
    has_checks: bool = False,
    progress: Callable[[float, str], None] | None = None,
    is_patient: bool = True,
) -> Recorded:
    """Simulate a scenario once and record it.

    Progress is reported as the finished share, from 0 to 1, and a text; if patient, only of runs that take
    longer than a second.
    """
    scenario = reading.scenario
    header = Header.of(
        scenario,
        reading.document,
        seed=seed,
        replication=replication,
        name=reading.name,
        overrides=reading.overrides,
        before=reading.numbers_before,
    )
    if to.is_default:
        make_folder(to.path.parent)
    began = time.perf_counter()
    summary = RunSummary(scenario)
    listeners: list[Listener] = [summary]
    if progress is not None:
        listeners.append(_Progress(scenario.horizon, began + PATIENCE * is_patient, progress))
    was_collecting = gc.isenabled()
    gc.disable()  # a run leaves hardly any garbage, and the collector would take 4 % of its time
    try:
        with RecordingWriter(to.path, header, scenario, to.replaces or force, listeners) as writer:
            outcome = simulate(
                scenario, seed, replication=replication, emit=writer.emit, has_checks=has_checks
            )
            receipt = writer.finish()
    finally:
        if was_collecting:
            gc.enable()
    return Recorded(outcome, receipt, summary, time.perf_counter() - began)


class _Progress(Listener):
    """Reports every tenth of a run, from a certain time on."""

    def __init__(self, horizon: Seconds, begins: float, report: Callable[[float, str], None]) -> None:
        self._days = max(1, horizon // DAY)
        self._begins = begins
        self._report = report
        self._reported = 0

    def after(self, t: Seconds, event: Event) -> None:
        """Report a day that begins another tenth."""
        if isinstance(event, DayStarted):
            tenth = 10 * event.day // self._days
            if tenth > self._reported and time.perf_counter() > self._begins:
                self._reported = tenth
                self._report(event.day / self._days, f"day {event.day} of {self._days}")
