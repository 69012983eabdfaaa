"""Progress of many replications: a bar with rate and time left on a terminal, else a line every 10 %."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sim.cli.terminal import Terminal

    Report = Callable[[int, int, int], None]

TENTHS: Final = 10
HOUR: Final = 3600
MINUTE: Final = 60


@contextmanager
def progress(terminal: Terminal) -> Iterator[Report | None]:
    """Yield a callback for the numbers of replications finished, wanted and failed; none with ``--quiet``."""
    if terminal.is_quiet or terminal.progress == "never":
        yield None
    elif terminal.shows_progress() and sys.stderr.isatty():
        with _bar(terminal) as report:
            yield report
    else:
        yield Lines(terminal.hint, time.monotonic).report


class Lines:
    """Prints a line every 10 %."""

    def __init__(self, print_line: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._print = print_line
        self._pace = Pace(clock)
        self._tenth: int | None = None

    def report(self, done: int, wanted: int, failed: int) -> None:
        """Print a line if another tenth is done."""
        text = self._pace.text(done, wanted, failed)
        tenth = TENTHS * done // max(1, wanted)
        if self._tenth is not None and tenth > self._tenth:
            self._print(f"{done} of {wanted} replications, {text}")
        self._tenth = tenth


@contextmanager
def _bar(terminal: Terminal) -> Iterator[Report]:
    """Yield a callback that moves a bar on a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(file=sys.stderr, no_color=not terminal.is_colorful(sys.stderr))
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[text]}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("replications", total=None, text="")
        pace = Pace(time.monotonic)

        def report(done: int, wanted: int, failed: int) -> None:
            bar.update(task, completed=done, total=wanted, text=pace.text(done, wanted, failed))

        yield report


class Pace:
    """Measures how fast replications finish, and estimates the time left."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began = clock()
        self._first: int | None = None

    def text(self, done: int, wanted: int, failed: int) -> str:
        """Return rate, time left and failures; replications that were there before do not count."""
        if self._first is None:
            self._first = done
        rate = (done - self._first) / max(1e-9, self._clock() - self._began)
        words = [f"{rate:.1f} a second"] if rate else []
        words += [f"{time_text((wanted - done) / rate)} left"] if rate and done < wanted else []
        words += [f"{failed} failed"] if failed else []
        return ", ".join(words)


def time_text(seconds: float) -> str:
    """Return a duration, rounded to what is useful.

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
