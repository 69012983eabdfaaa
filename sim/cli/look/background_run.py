"""What the window's other process does: it simulates a scenario, or a recording's with other luck.

What simulates is loaded there, when it begins: a window that opens a recording need not wait for it.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.analysis.timeline_builder import TimelineBuilder
from sim.cli.arguments import is_recording
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

MAKERS: Final[Mapping[str, Callable[[str], Override]]] = {
    "sets": SetNumber,
    "scales": ScaleNumber,
    "set_files": SetFile,
}
"""By option: what makes of its value what a reader of scenarios takes."""
TELLING: Final = 10
"""Every so many days it is told how far a run is."""
USUAL_SEED: Final = 1
"""Where neither the command line nor the scenario names one: the same as everybody else sees."""


def simulate_for_window(request: Request, tell: ReportProgress) -> SimulatedRun:
    """Simulate what a window asks for; return the recording.

    Parameters
    ----------
    request
        What, and where to.

    Raises
    ------
    ScenarioError
        Where the scenario has mistakes.
    FileError
        Where a file is missing or in the way.
    """
    if is_recording(request.source):
        return _again(request, tell)
    if Path(request.source).is_dir():
        return _replication_of(request, tell)
    from sim.cli.run.record import record, target
    from sim.scenario_file.read import read_scenario

    changes: list[Override] = [MAKERS[kind](value) for kind, value in request.changes]
    reading = read_scenario(request.source, changes)
    seed = next(each for each in (request.seed, reading.scenario.seed, USUAL_SEED) if each is not None)
    to = target(reading, seed, request.replication or 0, None, force=False)
    if request.folder:
        to = replace(to, path=Path(request.folder) / to.path.name, replaces=True)
    recorded = record(reading, seed, request.replication or 0, to, progress=tell, is_patient=False)
    return SimulatedRun(str(recorded.receipt.path))


def _replication_of(request: Request, tell: ReportProgress) -> SimulatedRun:
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
    return _recorded(header, scenario, request, tell)


def _again(request: Request, tell: ReportProgress) -> SimulatedRun:
    """Simulate a recording's scenario again: with another replication, or with changes."""
    path = Path(request.source)
    old = _opened(request.source, path.stat().st_mtime_ns if path.exists() else 0)
    seed = old.header.seed if request.seed is None else request.seed
    replication = old.header.replication if request.replication is None else request.replication
    header = replace(old.header, seed=seed, replication=replication, made_with=made_with())
    if not request.changes:
        return _recorded(header, old.scenario, request, tell)
    from sim.scenario_file.read import changed_document, changed_numbers

    changes: list[Override] = [MAKERS[kind](value) for kind, value in request.changes]
    scenario, document = changed_document(header.scenario, changes)
    header = replace(
        header,
        scenario=document,
        horizon=scenario.horizon,
        overrides=(*header.overrides, *map(str, changes)),
        before={**changed_numbers(old.scenario, scenario), **header.before},
    )
    return _recorded(header, scenario, request, tell)


@functools.lru_cache(maxsize=1)
def _opened(path: str, _: int) -> Recording:
    """Return a recording; the last one is kept, since changes to it are tried out one after the other.

    Parameters
    ----------
    _
        When it was written: another file of the same name is another recording.
    """
    return Recording.open(path)


def _recorded(header: Header, scenario: Scenario, request: Request, tell: ReportProgress) -> SimulatedRun:
    """Simulate what a header says, and record it where a request wants it."""
    from sim.engine.run import simulate
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
            if isinstance(event, DayStarted) and event.day % TELLING == 0:
                tell(event.day / days, f"day {event.day} of {days}")

        simulate(scenario, header.seed, replication=header.replication, emit=emit)
        writer.finish()
    # a run that a condition ends is sampled at other times
    is_whole = builder.state.t == scenario.horizon
    return SimulatedRun(str(path), builder.timeline() if is_whole else None)
