"""Moments as they are typed: ``23``, ``d23``, ``23.5``, ``d23 06:00``, ``2025-02-19``."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from sim.errors import UsageError
from sim.model.quantities import DAY, HOUR, MINUTE, Seconds, in_days
from sim.scenario_file.names import escape_terminal

if TYPE_CHECKING:
    from collections.abc import Callable

_DAY: Final = re.compile(r"d?\s*(?P<day>\d{1,6}(?:\.\d+)?)(?:[ T]+(?P<clock>\S+))?", re.IGNORECASE)
_DATE: Final = re.compile(r"(?P<date>\d{4}-\d{2}-\d{2})(?:[ T]+(?P<clock>\S+))?", re.IGNORECASE)
_CLOCK: Final = re.compile(r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)")
FORMS: Final = 'Write a day as 23, d23, 23.5, "d23 06:00" or 2025-02-19.'


def read_moment(text: str, start: date, end: Seconds) -> Seconds:
    """Return the time that somebody typed.

    Parameters
    ----------
    start
        Day 0 of the run.
    end
        When the run ended; s.

    Raises
    ------
    UsageError
        Where it is no day, or not one of the run.

    Examples
    --------
    >>> begin = date(2025, 1, 27)
    >>> [read_moment(text, begin, 180 * DAY) / DAY for text in ("d23", "23.5", "d23 06:00", "2025-02-19")]
    [23.0, 23.5, 23.25, 23.0]
    """
    t = _seconds(text.strip(), start)
    if t is None:
        raise UsageError(f"{escape_terminal(text)!r} is no day. {FORMS}")
    if t < 0:
        raise UsageError(
            f"{escape_terminal(text)} is before the run, which begins on {start}. Name a later day."
        )
    if t > end:
        last = date.fromordinal(start.toordinal() + end // DAY)
        raise UsageError(
            f"{escape_terminal(text)} is after the run, which ends on day {in_days(end):g}, {last}. "
            "Name an earlier day."
        )
    return t


def _seconds(text: str, start: date) -> Seconds | None:
    """Return a typed moment as seconds since the start; none where it is not one."""
    readers: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Seconds | None]], ...] = (
        (_DATE, lambda found: _of_date(found["date"], start)),
        (_DAY, lambda found: round(float(found["day"]) * DAY)),
    )
    for pattern, reader in readers:
        found = pattern.fullmatch(text)
        if found:
            day, clock = reader(found), _of_clock(found["clock"])
            return None if day is None or clock is None else day + clock
    return None


def _of_date(text: str, start: date) -> Seconds | None:
    """Return a date as seconds since the start; none where there is no such date."""
    try:
        return (date.fromisoformat(text) - start).days * DAY
    except ValueError:
        return None


def _of_clock(text: str | None) -> Seconds | None:
    """Return an hour and minute as seconds; none where it is no time of day."""
    if text is None:
        return 0
    found = _CLOCK.fullmatch(text)
    return int(found["hour"]) * HOUR + int(found["minute"]) * MINUTE if found else None
