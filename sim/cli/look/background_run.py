"""Simulation in the window's background process: a scenario, a replication, or a recording run again.

The engine is imported there, so that a window that opens a recording need not wait for it.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.analysis.timeline_builder import TimelineBuilder
from sim.cli.inputs import is_recording
from sim.model.events import DayStarted
from sim.model.quantities import DAY
from sim.recording.reader import Recording
from sim.recording.records import Header, made_with
from sim.scenario_file.overrides import Override, ScaleNumber, SetFile, SetNumber
from sim.view.background.worker import SimulatedRun

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sim.model.events import Event
    from sim.model.quantities import Seconds
    from sim.model.scenario import Scenario
    from sim.view.background.worker import ReportProgress, Request

OVERRIDES: Final[Mapping[str, Callable[[str], Override]]] = {
    "sets": SetNumber,
    "scales": ScaleNumber,
    "set_files": SetFile,
}
"""Class of override by option."""
PROGRESS_DAYS: Final = 10
"""Days between two reports of progress."""
DEFAULT_SEED: Final = 1
"""Where neither the command line nor the scenario sets one: the same for everybody."""


def simulate_for_window(request: Request, report: ReportProgress) -> SimulatedRun:
    """Simulate what a window asks for; return the recording."""
    if is_recording(request.source):
        return _again(request, report)
    if Path(request.source).is_dir():
        return _replication_of(request, report)
    from sim.cli.record import record, target
    from sim.scenario_file.read import read_scenario

    reading = read_scenario(request.source, overrides_of(request))
    seed = next(each for each in (request.seed, reading.scenario.seed, DEFAULT_SEED) if each is not None)
    to = target(reading, seed, request.replication or 0, None, force=False)
    if request.folder:
        to = replace(to, path=Path(request.folder) / to.path.name, replaces=True)
    recorded = record(reading, seed, request.replication or 0, to, progress=report, is_patient=False)
    return SimulatedRun(str(recorded.receipt.path))


def overrides_of(request: Request) -> list[Override]:
    """Return the changes of a request as a reader of scenarios takes them."""
    return [OVERRIDES[kind](value) for kind, value in request.changes]


def _replication_of(request: Request, report: ReportProgress) -> SimulatedRun:
    """Simulate a replication of an ensemble, with its scenario and seed."""
    from sim.results.reader import Results
    from sim.scenario_file.read import read_document

    meta = Results.open(request.source).meta
    scenario = read_document(meta.scenario)
    header = Header.of(
        scenario,
        meta.scenario,
        seed=meta.seed,
        replication=request.replication or 0,
        name=meta.name,
        overrides=meta.overrides,
        before=meta.before,
    )
    return _recorded(header, scenario, request, report)


def _again(request: Request, report: ReportProgress) -> SimulatedRun:
    """Simulate the scenario of a recording again: another replication, or with changes."""
    path = Path(request.source)
    old = _opened(request.source, path.stat().st_mtime_ns if path.exists() else 0)
    seed = old.header.seed if request.seed is None else request.seed
    replication = old.header.replication if request.replication is None else request.replication
    header = replace(old.header, seed=seed, replication=replication, made_with=made_with())
    if not request.changes:
        return _recorded(header, old.scenario, request, report)
    from sim.scenario_file.read import changed_document, changed_numbers

    changes = overrides_of(request)
    scenario, document = changed_document(header.scenario, changes)
    header = replace(
        header,
        scenario=document,
        horizon=scenario.horizon,
        overrides=(*header.overrides, *map(str, changes)),
        before={**changed_numbers(old.scenario, scenario), **header.before},
    )
    return _recorded(header, scenario, request, report)


@functools.lru_cache(maxsize=1)
def _opened(path: str, _: int) -> Recording:
    """Return the recording of this path and time of writing; the last one is cached."""
    return Recording.open(path)


def _recorded(header: Header, scenario: Scenario, request: Request, report: ReportProgress) -> SimulatedRun:
    """Simulate what a header describes, and record it where the request says."""
    from sim.engine.simulation import simulate
    from sim.recording.writer import RecordingWriter

    folder = Path(request.folder or Path(request.source).parent)
    name = f"seed{header.seed}-r{header.replication}"
    if request.changes:
        name += f"-{hashlib.blake2b(repr(request.changes).encode(), digest_size=4).hexdigest()}"
    path = folder / f"{name}.jsonl.gz"
    days = max(1, scenario.horizon // DAY)
    builder = TimelineBuilder(scenario, scenario.horizon)
    with RecordingWriter(path, header, scenario, force=True, listeners=[builder]) as writer:

        def emit(t: Seconds, event: Event) -> None:
            writer.emit(t, event)
            if isinstance(event, DayStarted) and event.day % PROGRESS_DAYS == 0:
                report(event.day / days, f"day {event.day} of {days}")

        simulate(scenario, header.seed, replication=header.replication, emit=emit)
        writer.finish()
    # a run that ended early is sampled at other times
    is_whole = builder.state.t == scenario.horizon
    return SimulatedRun(str(path), builder.timeline() if is_whole else None)
