"""Another process that simulates, so that the window stays quick.

Knows no engine: what runs there is a function that is handed in.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from sim.children import CONTEXT, begin, end
from sim.errors import SimError
from sim.interruption import ignore_signals

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from sim.analysis.timeline import Timeline

ReportProgress: TypeAlias = Callable[[float | None, str], None]
"""Takes the share that is done, or None where it is not known, and the same in words."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to simulate."""

    source: str
    """A scenario's name or path, an ensemble's folder, or the path of a recording to run again."""
    folder: str
    """Where the new recording goes; empty is the usual place."""
    seed: int | None = None
    """None is the source's own, as for the replication."""
    replication: int | None = None
    changes: tuple[tuple[str, str], ...] = ()
    """To the scenario: pairs of an option's name and its value as typed."""


class SimulatedRun(NamedTuple):
    """A new recording."""

    path: str
    timeline: Timeline | None = None
    """Of all of it, where it was built while simulating; else it is read."""


Simulate: TypeAlias = Callable[[Request, ReportProgress], SimulatedRun]


@dataclass(frozen=True, slots=True)
class Status:
    """How far a simulation is, or how it ended."""

    share: float | None = None
    words: str = ""
    run: SimulatedRun | None = None
    problem: str | None = None

    @property
    def is_last(self) -> bool:
        """Whether the simulation has ended."""
        return self.run is not None or self.problem is not None


STOPPED: Final = Status(
    problem="The simulation stopped without an error message. Try frontsim run to see why."
)


class Worker:
    """A process that simulates one request at a time and stays, with everything loaded, for the next.

    It looks `simulate` up by its name, which has to be a function of a module.
    """

    def __init__(self, simulate: Simulate) -> None:
        self._simulate = simulate
        self._process: Any = None
        self._connection: Connection | None = None
        self._requested = 0
        self.is_busy = False

    def start(self, request: Request) -> None:
        """Simulate a request; one that is being simulated is given up at its next report."""
        if self._connection is None or not self._process.is_alive():
            self.stop()
            self._connection, theirs = CONTEXT.Pipe()
            process = CONTEXT.Process(target=_serve, args=(self._simulate, theirs), daemon=True)
            process.start()
            self._process = process
            theirs.close()
        self._requested += 1
        self.is_busy = True
        self._connection.send((self._requested, request))

    def poll(self, timeout: float = 0.0) -> Status | None:
        """Return the newest status of the latest request, if there is news; wait for it so many seconds."""
        latest = None
        while self._connection is not None and self._connection.poll(0.0 if latest else timeout):
            try:
                number, status = self._connection.recv()
            except (EOFError, OSError):
                number, status = self._requested, STOPPED
                self.stop()
            if number == self._requested:
                latest = status
                self.is_busy = not status.is_last
        return latest

    def stop(self) -> None:
        """End the process."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            end([self._process])
            self._process.close()
            self._process = None
        self.is_busy = False


class SupersededError(Exception):
    """Another request has arrived."""


def _serve(simulate: Simulate, connection: Connection) -> None:
    """Serve in the worker's process; told to end, it leaves no half-written recording."""
    begin(unwinds=True)
    with contextlib.suppress(KeyboardInterrupt, ConnectionError):  # the window may be closed meanwhile
        serve(simulate, connection)
    ignore_signals()


def serve(simulate: Simulate, connection: Connection) -> None:
    """Simulate request after request, until the window closes the connection; runs in the worker's process.

    The connection gives pairs of a number and a `Request`, and takes pairs of that number and a `Status`.
    """
    # collect garbage while nobody waits
    gc.disable()
    while True:
        try:
            number, request = connection.recv()
        except (EOFError, OSError):
            gc.enable()
            return
        status = _simulate(simulate, request, connection, number)
        if status is not None:
            connection.send((number, status))
        gc.collect()


def _simulate(simulate: Simulate, request: Request, connection: Connection, number: int) -> Status | None:
    """Simulate one request; return how it ended, None where another request arrived meanwhile."""

    def report_progress(share: float | None, words: str) -> None:
        if connection.poll():
            raise SupersededError
        connection.send((number, Status(share, words)))

    try:
        return Status(run=simulate(request, report_progress))
    except SupersededError:
        return None
    except Exception as error:
        kind = "" if isinstance(error, SimError) else f"{type(error).__name__}: "
        return Status(problem=f"{kind}{error}")
