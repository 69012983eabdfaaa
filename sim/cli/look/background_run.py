"""Simulation in the window's background process: a scenario, a replication, or a recording run again.

The engine is imported there, so that a window that opens a recording need not wait for it.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.analysis.timeline import TimelineBuilder
from sim.cli.inputs import is_recording, make_folder, override_types
from sim.command_line import stored_overrides
from sim.recording.reader import Recording
from sim.recording.records import Header, made_with
from sim.view.background.worker import SimulatedRun

if TYPE_CHECKING:
    from sim.model.scenario import Scenario
    from sim.scenario_file.overrides import Override
    from sim.view.background.worker import ReportProgress, Request

DEFAULT_SEED: Final = 1
"""Where neither the command line nor the scenario sets one: the same for everybody."""


def simulate_for_window(request: Request, report: ReportProgress) -> SimulatedRun:
    """Simulate what a window asks for; return the recording."""
    from sim.cli.record import record

    if is_recording(request.source):
        header, scenario, path = _again(request)
    elif Path(request.source).is_dir():
        header, scenario, path = _replication_of(request)
    else:
        header, scenario, path = _of_scenario(request)
    path = Path(request.folder) / path.name if request.folder else path
    builder = TimelineBuilder(scenario, scenario.horizon)
    record(header, scenario, path, force=True, listeners=[builder], progress=report)
    # a run that ended early is sampled at other times
    is_whole = builder.state.t == scenario.horizon
    return SimulatedRun(str(path), builder.timeline() if is_whole else None)


def overrides_of(request: Request) -> list[Override]:
    """Return the changes of a request as a reader of scenarios takes them."""
    types = override_types()
    return [types[kind](value) for kind, value in request.changes]


def _of_scenario(request: Request) -> tuple[Header, Scenario, Path]:
    from sim.cli.record import header_of, target
    from sim.scenario_file.read import read_scenario

    reading = read_scenario(request.source, overrides_of(request))
    seed = next(each for each in (request.seed, reading.scenario.seed, DEFAULT_SEED) if each is not None)
    path, _ = target(reading, seed, request.replication or 0, None, force=False)
    if not request.folder:
        make_folder(path.parent)
    return header_of(reading, seed, request.replication or 0), reading.scenario, path


def _replication_of(request: Request) -> tuple[Header, Scenario, Path]:
    """Return a replication of an ensemble, with its scenario and seed."""
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
    return header, scenario, _beside_source(request, header)


def _again(request: Request) -> tuple[Header, Scenario, Path]:
    """Return the scenario of a recording again: another replication, or with changes."""
    path = Path(request.source)
    old = _opened(request.source, path.stat().st_mtime_ns if path.exists() else 0)
    seed = old.header.seed if request.seed is None else request.seed
    replication = old.header.replication if request.replication is None else request.replication
    header = replace(old.header, seed=seed, replication=replication, made_with=made_with())
    scenario = old.scenario
    if request.changes:
        from sim.scenario_file.read import changed_document, changed_numbers

        changes = overrides_of(request)
        scenario, document = changed_document(header.scenario, changes)
        header = replace(
            header,
            scenario=document,
            horizon=scenario.horizon,
            overrides=(*header.overrides, *stored_overrides(changes)),
            before={**changed_numbers(old.scenario, scenario), **header.before},
        )
    return header, scenario, _beside_source(request, header)


@functools.lru_cache(maxsize=1)
def _opened(path: str, _: int) -> Recording:
    """Return the recording of this path and time of writing; the last one is cached."""
    return Recording.open(path)


def _beside_source(request: Request, header: Header) -> Path:
    """Return the path of a new recording beside the one, or the ensemble, that it comes from."""
    name = f"seed{header.seed}-r{header.replication}"
    if request.changes:
        name += f"-{hashlib.blake2b(repr(request.changes).encode(), digest_size=4).hexdigest()}"
    return Path(request.source).with_name(f"{name}.jsonl.gz")
