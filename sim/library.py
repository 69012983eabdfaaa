"""The library: runs and ensembles for programs and notebooks, as the command line makes them."""

from __future__ import annotations

import secrets
import shutil
import sys
import weakref
from contextlib import nullcontext, redirect_stdout
from datetime import datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from sim.analysis.text import side_name
from sim.cli.inputs import DRAWN_BELOW, read_moment, results_folder, town_named
from sim.cli.look.show import explain
from sim.cli.main import frontsim
from sim.cli.record import header_of
from sim.cli.record import record as record_run
from sim.cli.run.ensemble import recordings_wanted
from sim.cli.terminal import Terminal
from sim.errors import FileError, UsageError
from sim.experiments.ensemble import Ensemble, meta_of, task_of
from sim.experiments.running.executors import cores, local_workers, refuse_unguarded
from sim.export.rows import TABLES, moment_rows, moments
from sim.files.atomic_file import write_file
from sim.files.folder import new_folder
from sim.files.regular import read_regular
from sim.html_table import html_table
from sim.model.quantities import CATEGORIES, Seconds, in_days
from sim.recording.ledger import Listener
from sim.recording.reader import Recording
from sim.results.ensemble_folder import EnsembleFolder
from sim.results.reader import Results
from sim.results.tables import data_frame
from sim.scenario_file.read import LoadedScenario, named_as_arguments, read_scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sim.experiments.running.executors import Workers
    from sim.model.events import Event
    from sim.model.scenario import Scenario

MAX_PICTURE: Final = 64 << 20


class Picture:
    """A picture of a moment; a notebook shows it."""

    def __init__(self, png: bytes) -> None:
        self.png = png

    def _repr_png_(self) -> bytes:
        return self.png

    def __repr__(self) -> str:
        return f"<Picture, {len(self.png) / 1000:.0f} kB: a notebook shows it, save() writes it>"

    def save(self, path: str | Path, *, force: bool = False) -> Path:
        """Write it to a file; with ``force`` one that is there is replaced."""
        write_file(_free(path, force), self.png, force)
        return Path(path)


class Explanation(str):
    """Why a town is supplied as it is, and why it fell; ``values`` has the same as plain values."""

    __slots__ = ("values",)
    values: Mapping[str, Any]


class Run:
    """A recorded run, just simulated or read from a file.

    Days are written as on the command line: 60, ``"d60"``, ``"2025-03-28"``.
    """

    def __init__(self, recording: Recording | str | Path, *, is_temporary: bool = False) -> None:
        if not isinstance(recording, Recording):
            recording = Recording.open(recording)
        self.recording = recording
        self.scenario: Scenario = recording.scenario
        self.seed: int = recording.header.seed
        self.replication: int = recording.header.replication
        self.ended_at_days: float = in_days(recording.end)
        if is_temporary:
            weakref.finalize(self, shutil.rmtree, recording.path.parent, ignore_errors=True)

    def __repr__(self) -> str:
        number = f", replication {self.replication}" if self.replication else ""
        return f"<Run of {self.recording.header.name}: {self.ended_at_days:g} days, seed {self.seed}{number}>"

    def _repr_html_(self) -> str:
        state = self.recording.state_at(self.recording.end)
        rows = [
            (
                town.name,
                side_name(self.scenario, state.held_by[town.id]),
                f"{state.strength[town.id]:,}",
                f"{state.stock[town.id]:,.0f} t",
            )
            for town in self.scenario.towns
        ]
        return html_table(repr(self)[1:-1], ("Town", "Held by", "Soldiers", "Stock, t"), rows)

    @property
    def losses(self) -> dict[str, dict[str, int]]:
        """Losses over the whole run, by side and category."""
        sides = self.recording.state_at(self.recording.end).sides
        return {side: dict(zip(CATEGORIES, ledger.losses, strict=True)) for side, ledger in sides.items()}

    def held_by(self, town: str, at: str | float | None = None) -> str:
        """Return the id of the side that holds a town on a day, else at the end."""
        return self.recording.state_at(self._time(at)).held_by[town_named(self.scenario, town).id]

    def to_frame(self, table: str = "towns", *, every: int = 1, library: str | None = None) -> Any:  # noqa: ANN401 - a data frame
        """Return ``towns``, ``routes`` or ``sides`` day by day as a data frame, units in its columns' names.

        ``library`` is ``pandas`` or ``polars``; the first that is installed where none is named.
        """
        if table not in TABLES:
            raise UsageError(f"There is no table {table!r}. There are {', '.join(TABLES)}.")
        rows = [
            row
            for state in moments(self.recording, every)
            for row in moment_rows(self.scenario, state, table)
        ]
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        columns["time"] = [datetime.fromisoformat(text) for text in columns["time"]]
        return data_frame(columns, library)

    def graph(self, at: str | float | None = None) -> Any:  # noqa: ANN401 - a networkx graph
        """Return what is known of towns and routes at a moment, else at the end, as a networkx graph."""
        from sim.export.graph import graph  # noqa: PLC0415 - networkx takes as long to load as the rest

        state = self.recording.state_at(self._time(at))
        towns, routes = (moment_rows(self.scenario, state, table) for table in ("towns", "routes"))
        return graph(towns, routes)

    def why(self, town: str, at: str | float | None = None) -> Explanation:
        """Return why a town is supplied as it is, and why it fell or still holds, as text with values."""
        words, values = explain(self.recording, town, self._time(at))
        text = Explanation(words)
        text.values = values
        return text

    def plot(self, at: str | float | None = None, town: str | None = None) -> Picture:
        """Return a picture of a moment, with a town selected if one is named."""
        with TemporaryDirectory() as folder:
            picture = self.render(Path(folder) / "plot.png", at=at, town=town)
            return Picture(read_regular(picture, MAX_PICTURE))

    def render(
        self,
        path: str | Path,
        at: str | float | None = None,
        town: str | None = None,
        *,
        force: bool = False,
    ) -> Path:
        """Write a picture of a moment, x.png, or a film of the run, x.mp4, x.gif or x.webp."""
        words = ["render", str(self.recording.path)]
        words += ["--at", str(at)] if at is not None else []
        words += ["--select", town] if town is not None else []
        return self._call(words, path, force)

    def report(self, path: str | Path, *, force: bool = False) -> Path:
        """Write a page about the run; with ``force`` a file that is there is replaced."""
        return self._call(["report", str(self.recording.path)], path, force)

    def save(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the recording to a file; with ``force`` one that is there is replaced."""
        source = self.recording.path
        write_file(_free(path, force), read_regular(source, source.stat().st_size), force)
        return Path(path)

    def _call(self, words: list[str], path: str | Path, force: bool) -> Path:
        """Call a command of the command line that writes a file, quietly; its errors are raised."""
        words += ["--out", str(_free(path, force)), *(["--force"] if force else [])]
        context = frontsim.make_context("frontsim", words, obj=Terminal(is_quiet=True))
        with context, redirect_stdout(StringIO()), named_as_arguments():
            frontsim.invoke(context)
        return Path(path)

    def _time(self, at: str | float | None) -> Seconds:
        if at is None:
            return self.recording.end
        return read_moment(str(at), self.scenario.start, self.recording.end)


def _free(path: str | Path, force: bool) -> Path:
    """Return a path to write to; `FileError` where something is there, which is not to be replaced."""
    if not force and Path(path).exists():
        raise FileError(f"{path} exists already. Choose another name, or replace it with force=True.")
    return Path(path)


class _Emitter(Listener):
    """Passes each event on, with its time."""

    def __init__(self, emit: Callable[[Seconds, Event], object]) -> None:
        self._emit = emit

    def after(self, t: Seconds, event: Event) -> None:
        """Pass an event on."""
        self._emit(t, event)


def simulate(
    scenario: LoadedScenario | str | Path,
    seed: int | None = None,
    *,
    replication: int = 0,
    emit: Callable[[Seconds, Event], object] | None = None,
) -> Run:
    """Simulate a scenario once and return the recorded `Run`.

    The seed is by default the scenario's, else one that is drawn and printed. ``emit`` is called with the
    time in seconds and each event.
    """
    reading = _loaded(scenario)
    path = new_folder() / f"{reading.name}.jsonl.gz"
    listeners = [] if emit is None else [_Emitter(emit)]
    header = header_of(reading, _seed(reading, seed), replication)
    record_run(header, reading.scenario, path, listeners=listeners)
    return Run(Recording.open(path), is_temporary=True)


def ensemble(
    scenario: LoadedScenario | str | Path,
    n: int = 200,
    *,
    seed: int | None = None,
    folder: str | Path | None = None,
    jobs: int | None = None,
    workers: Workers | None = None,
    record: str | int | Sequence[str | int] = (),
) -> Results:
    """Simulate a scenario many times and return the results; what its folder holds is not run again.

    The seed is by default the scenario's, else one that is drawn and printed. ``jobs`` are processes, one per
    processor by default: a script then needs ``if __name__ == "__main__":``. ``workers`` run them instead,
    such as `executors.DaskCluster`, and are not closed. ``folder`` is by default one in ``runs``. ``record``
    keeps recordings, as ``--record`` does: ``"median"``, ``"all"`` or numbers; `Run` opens each path of
    ``results.recordings``.

    Raises SimError where replications failed; the others are kept. Raises UsageError where a script lacks
    that guard.
    """
    count = jobs or cores()
    if count > 1 and workers is None:
        refuse_unguarded()
    reading = _loaded(scenario)
    wanted = recordings_wanted([record] if isinstance(record, str | int) else record)
    meta = meta_of(reading, _seed(reading, seed), n)
    path = results_folder(None if folder is None else Path(folder), reading.name, meta.hash)
    pool = nullcontext(workers) if workers is not None else local_workers(count)
    with named_as_arguments(), EnsembleFolder(path, meta, resumes=True) as open_folder, pool as at_work:
        made = Ensemble(task_of(reading, meta), open_folder, at_work)
        made.run_all(n)
        made.record_wanted(wanted)
    return Results.open(path)


def _loaded(scenario: LoadedScenario | str | Path) -> LoadedScenario:
    return scenario if isinstance(scenario, LoadedScenario) else read_scenario(scenario)


def _seed(reading: LoadedScenario, given: int | None) -> int:
    """Return the seed that is given, else the scenario's, else one that is drawn and printed."""
    if given is not None or reading.scenario.seed is not None:
        return given if given is not None else int(reading.scenario.seed or 0)
    drawn = secrets.randbelow(DRAWN_BELOW)
    sys.stderr.write(f"{reading.name} sets no seed: using {drawn}, drawn at random.\n")
    return drawn
