"""Simulate one run and record it: joins engine and recording, which do not know each other."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sim.analysis.first_day import first_day_lines
from sim.cli.inputs import RUNS, is_packed
from sim.engine.simulation import Outcome, simulate
from sim.errors import SimError
from sim.files.atomic_file import AtomicFile
from sim.model.events import DayStarted, Event
from sim.model.quantities import DAY
from sim.recording.ledger import Listener
from sim.recording.reader import Recording
from sim.recording.records import Header
from sim.recording.writer import Receipt, RecordingWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from sim.model.quantities import Seconds
    from sim.model.scenario import Scenario
    from sim.scenario_file.read import LoadedScenario

SUFFIX: Final = ".jsonl.gz"
PATIENCE: Final = 1.0
"""Seconds of wall time after which the progress of a single run is worth a line."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A finished run and its file."""

    outcome: Outcome
    receipt: Receipt
    wall: float
    """Seconds."""


def header_of(reading: LoadedScenario, seed: int, replication: int = 0) -> Header:
    """Return the header of a recording that is about to begin."""
    return Header.of(
        reading.scenario,
        reading.document,
        seed=seed,
        replication=replication,
        name=reading.name,
        overrides=reading.overrides,
        before=reading.numbers_before,
    )


def target(
    reading: LoadedScenario, seed: int, replication: int, out: Path | None, force: bool
) -> tuple[Path, bool]:
    """Return where a recording goes, and whether it replaces a file: ``out``, else a default name.

    ``force`` may replace ``out``. Under the default name only a recording of the same scenario is replaced:
    with overrides, or once the file was edited, a digest of the scenario is a part of the name.
    """
    if out is not None:
        AtomicFile(out, force)
        return out, force and out.exists()
    name = f"{reading.name}-seed{seed}" + (f"-r{replication}" if replication else "")
    path, digest = RUNS / f"{name}{SUFFIX}", _digest(reading.document)
    if reading.overrides or (is_packed(path) and _recorded_digest(path) != digest):
        path = RUNS / f"{name}-{digest}{SUFFIX}"
    return path, is_packed(path)


def _digest(document: Mapping[str, Any]) -> str:
    text = json.dumps(document, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=3).hexdigest()


def _recorded_digest(path: Path) -> str | None:
    """Return the digest of the scenario of a recording; none where it cannot be read."""
    try:
        return _digest(Recording.open(path).header.scenario)
    except SimError:
        return None


def record(
    header: Header,
    scenario: Scenario,
    path: Path,
    *,
    force: bool = False,
    listeners: Sequence[Listener] = (),
    progress: Callable[[float, str], None] | None = None,
    patience: float = 0.0,
) -> Recorded:
    """Simulate a scenario once, with the seed and replication of a header, and record it.

    After some seconds of patience, progress is reported as the finished share, from 0 to 1, and a text.
    """
    began = time.perf_counter()
    if header.overrides or scenario.reference is not None:
        header = replace(header, first_day=tuple(first_day_lines(scenario, header.overrides)))
    if progress is not None:
        listeners = [*listeners, _Progress(scenario.horizon, began + patience, progress)]
    with RecordingWriter(path, header, scenario, force, listeners) as writer:
        outcome = simulate(scenario, header.seed, replication=header.replication, emit=writer.emit)
        receipt = writer.finish()
    return Recorded(outcome, receipt, time.perf_counter() - began)


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
