"""One run, simulated and recorded: where engine and archive, which do not know each other, are joined."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.analysis.run_summary import RunSummary
from sim.cli.options import is_packed
from sim.engine.simulation import Outcome, simulate
from sim.errors import FileError
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

FOLDER: Final = Path("runs")
"""Where recordings go that nobody named."""
PATIENCE: Final = 1.0
"""Seconds of wall time after which it is said how far a run is."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A run that is over and in its file."""

    outcome: Outcome
    receipt: Receipt
    tally: RunSummary
    wall: float
    """Seconds it took."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a recording goes.

    Attributes
    ----------
    replaces
        Whether a file of that name will be replaced.
    """

    path: Path
    is_default: bool
    replaces: bool


def target(reading: LoadedScenario, seed: int, replication: int, out: Path | None, force: bool) -> Target:
    """Return where a recording goes; a default name may replace a recording that is there.

    Parameters
    ----------
    reading
        What is run. What sets it apart from the file itself is in the default name, so that variants of a
        scenario stand side by side.
    force
        Whether a file that was named may be replaced.

    Raises
    ------
    FileError
        Where something is in the way.
    """
    if out is not None:
        AtomicFile(out, force)
        return Target(out, is_default=False, replaces=force and out.exists())
    name = f"{reading.name}-seed{seed}" + (f"-r{replication}" if replication else "")
    if reading.overrides:
        text = json.dumps(reading.document, sort_keys=True)
        name += f"-{hashlib.blake2b(text.encode(), digest_size=3).hexdigest()}"
    path = FOLDER / f"{name}.jsonl.gz"
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

    Parameters
    ----------
    force
        Whether a file that was named may be replaced.
    progress
        Told how much is done, from 0 to 1, and the same in words.
    is_patient
        Whether that is told only where it takes longer than a second.

    Raises
    ------
    FileError
        Where the recording cannot be written there.
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
        _make_folder(to.path.parent)
    began = time.perf_counter()
    summary = RunSummary(scenario)
    listeners: list[Listener] = [summary]
    if progress is not None:
        listeners.append(_Progress(scenario.horizon, began + PATIENCE * is_patient, progress))
    with RecordingWriter(to.path, header, scenario, to.replaces or force, listeners) as writer:
        outcome = simulate(scenario, seed, replication=replication, emit=writer.emit, has_checks=has_checks)
        receipt = writer.finish()
    return Recorded(outcome, receipt, summary, time.perf_counter() - began)


class _Progress(Listener):
    """Says every tenth of a run how far it is, once it takes longer than somebody waits quietly."""

    def __init__(self, horizon: Seconds, begins: float, tell: Callable[[float, str], None]) -> None:
        self._days = max(1, horizon // DAY)
        self._begins = begins
        self._tell = tell
        self._told = 0

    def after(self, t: Seconds, event: Event) -> None:
        """Note that a day begins."""
        if isinstance(event, DayStarted):
            tenth = 10 * event.day // self._days
            if tenth > self._told and time.perf_counter() > self._begins:
                self._told = tenth
                self._tell(event.day / self._days, f"day {event.day} of {self._days}")


def _make_folder(folder: Path) -> None:
    """Make the folder for recordings, if it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        msg = f"the folder {folder} cannot be made: {reason}. Name another place with --out."
        raise FileError(msg) from problem
