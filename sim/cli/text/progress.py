"""How far an ensemble is: a bar with rate and time left on a terminal, a plain line every tenth elsewhere."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sim.cli.terminal import Terminal

    Tell = Callable[[int, int, int], None]

TENTHS: Final = 10
HOUR: Final = 3600
MINUTE: Final = 60


@contextmanager
def progress(terminal: Terminal) -> Iterator[Tell | None]:
    """Yield what is told how many replications are finished, wanted, and failed; none where nobody asks."""
    if terminal.is_quiet or terminal.progress == "never":
        yield None
    elif terminal.shows_progress() and sys.stderr.isatty():
        with _bar(terminal) as tell:
            yield tell
    else:
        yield Lines(terminal.hint, time.monotonic).tell


class Lines:
    """Says every tenth of the way how far it is, in a line."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._say = say
        self._pace = Pace(clock)
        self._tenth: int | None = None

    def tell(self, done: int, wanted: int, failed: int) -> None:
        """Note how far it is."""
        said = self._pace.said(done, wanted, failed)
        tenth = TENTHS * done // max(1, wanted)
        if self._tenth is not None and tenth > self._tenth:
            self._say(f"{done} of {wanted} replications, {said}")
        self._tenth = tenth


@contextmanager
def _bar(terminal: Terminal) -> Iterator[Tell]:
    """Yield what moves a bar on a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(file=sys.stderr, no_color=not terminal.is_colorful(sys.stderr))
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[said]}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("replications", total=None, said="")
        pace = Pace(time.monotonic)

        def tell(done: int, wanted: int, failed: int) -> None:
            bar.update(task, completed=done, total=wanted, said=pace.said(done, wanted, failed))

        yield tell


class Pace:
    """Says how fast replications finish, and how long the rest will take."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began = clock()
        self._first: int | None = None

    def said(self, done: int, wanted: int, failed: int) -> str:
        """Return that in words; what was there at the beginning does not count as fast."""
        if self._first is None:
            self._first = done
        rate = (done - self._first) / max(1e-9, self._clock() - self._began)
        words = [f"{rate:.1f} a second"] if rate else []
        words += [f"{time_text((wanted - done) / rate)} left"] if rate and done < wanted else []
        words += [f"{failed} failed"] if failed else []
        return ", ".join(words)


def time_text(seconds: float) -> str:
    """Return a time in words, as exact as it is of use.

    Examples
    --------
    >>> time_text(4.4), time_text(75), time_text(7300)
    ('4 s', '1 min 15 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"
