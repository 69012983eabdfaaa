"""A simulation in a process of its own, so that the window stays quick: one at a time, heard when asked.

Knows no engine: what is done in the other process is a function that is handed in.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from sim.errors import SimError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from sim.analysis.timeline import Timeline

Tell: TypeAlias = Callable[[float | None, str], None]
"""Takes how much of the work is done, from 0 to 1 or none where nobody knows, and the same in words."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be simulated.

    Attributes
    ----------
    source
        A scenario's name or path, or the path of a recording whose scenario is run again.
    folder
        Where the new recording goes; empty is the usual place.
    seed, replication
        Its luck; none takes the source's own.
    changes
        To a scenario, as they were typed: pairs of an option's name and its value.
    """

    source: str
    folder: str
    seed: int | None = None
    replication: int | None = None
    changes: tuple[tuple[str, str], ...] = ()


class Made(NamedTuple):
    """What was simulated.

    Attributes
    ----------
    timeline
        What a window needs to know of all of it, where that was gathered while it was made; else it is read.
    """

    path: str
    timeline: Timeline | None = None


Simulate: TypeAlias = Callable[[Request, Tell], Made]
"""Makes a recording."""


@dataclass(frozen=True, slots=True)
class News:
    """What is heard of a simulation."""

    share: float | None = None
    words: str = ""
    made: Made | None = None
    problem: str | None = None

    @property
    def is_last(self) -> bool:
        """Whether nothing more will be heard."""
        return self.made is not None or self.problem is not None


STOPPED: Final = News(problem="The simulation stopped without a word. Try frontsim run to see why.")


class Worker:
    """The other process.

    Parameters
    ----------
    simulate
        What it does; a function of a module, since the other process looks it up by its name.
    """

    def __init__(self, simulate: Simulate) -> None:
        self._simulate = simulate
        self._process: Any = None
        self._ear: Connection | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something is being simulated."""
        return self._ear is not None

    def start(self, request: Request) -> None:
        """Begin; whatever was being simulated is given up."""
        self.stop()
        # A new interpreter everywhere: a copy of this one would share its window.
        context = multiprocessing.get_context("spawn")
        self._ear, mouth = context.Pipe(duplex=False)
        self._process = context.Process(target=work, args=(self._simulate, request, mouth), daemon=True)
        self._process.start()
        mouth.close()

    def heard(self, patience: float = 0.0) -> News | None:
        """Return what has been heard since the last time; none where nothing was.

        Parameters
        ----------
        patience
            How long to wait for the first word; s.
        """
        news = None
        while self._ear is not None and self._ear.poll(0.0 if news else patience):
            try:
                news = self._ear.recv()
            except (EOFError, OSError):
                news = STOPPED
            if news.is_last:
                self.stop()
        return news

    def stop(self) -> None:
        """End what is being simulated, if anything is."""
        if self._ear is not None:
            self._ear.close()
            self._ear = None
        if self._process is not None:
            if self._process.is_alive():
                self._process.terminate()
            self._process.join()
            self._process.close()
            self._process = None


def work(simulate: Simulate, request: Request, mouth: Connection) -> None:
    """Simulate in this process and tell how it goes; for the other process."""
    try:
        mouth.send(News(made=simulate(request, lambda share, words: mouth.send(News(share, words)))))
    except SimError as problem:
        mouth.send(News(problem=str(problem)))
    except Exception as problem:
        mouth.send(News(problem=f"{type(problem).__name__}: {problem}"))
    finally:
        mouth.close()


class SupersededError(Exception):
    """Something else is to be simulated by now."""


class WarmWorker:
    """Another process that stays, with everything loaded: what is asked of it begins at once.

    Parameters
    ----------
    simulate
        What it does; a function of a module.
    """

    def __init__(self, simulate: Simulate) -> None:
        self._simulate = simulate
        self._process: Any = None
        self._line: Connection | None = None
        self._asked = 0
        self._is_busy = False

    @property
    def is_busy(self) -> bool:
        """Whether something is being simulated."""
        return self._is_busy

    def start(self, request: Request) -> None:
        """Begin; whatever was being simulated is given up."""
        if self._line is None or not self._process.is_alive():
            self._begin()
        self._asked += 1
        self._is_busy = True
        if self._line is not None:
            self._line.send((self._asked, request))

    def heard(self, patience: float = 0.0) -> News | None:
        """Return the last that was heard of what was asked last; none where nothing was.

        Parameters
        ----------
        patience
            How long to wait for the first word; s.
        """
        news = None
        while self._line is not None and self._line.poll(0.0 if news else patience):
            try:
                number, told = self._line.recv()
            except (EOFError, OSError):
                number, told = self._asked, STOPPED
                self.stop()
            if number == self._asked:
                news = told
                self._is_busy = not told.is_last
        return news

    def stop(self) -> None:
        """End the other process."""
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._process is not None:
            self._process.terminate()
            self._process.join()
            self._process.close()
            self._process = None
        self._is_busy = False

    def _begin(self) -> None:
        """Start the other process."""
        self.stop()
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=work_on, args=(self._simulate, theirs), daemon=True)
        self._process.start()
        theirs.close()


def work_on(simulate: Simulate, line: Connection) -> None:
    """Simulate in this process what is asked for, one after the other; for the other process.

    Parameters
    ----------
    line
        Where to be asked and to tell: pairs of a number and what is asked for, or what is heard of it.
    """
    # What is thrown away while somebody waits is collected when nobody does.
    gc.disable()
    while True:
        try:
            number, request = line.recv()
        except (EOFError, OSError):
            gc.enable()
            return
        news = _tried(simulate, request, line, number)
        if news is not None:
            line.send((number, news))
        gc.collect()


def _tried(simulate: Simulate, request: Request, line: Connection, number: int) -> News | None:
    """Simulate once; return how it went, none where something else was asked for meanwhile."""

    def tell(share: float | None, words: str) -> None:
        if line.poll():
            raise SupersededError
        line.send((number, News(share, words)))

    try:
        return News(made=simulate(request, tell))
    except SupersededError:
        return None
    except SimError as problem:
        return News(problem=str(problem))
    except Exception as problem:
        return News(problem=f"{type(problem).__name__}: {problem}")
