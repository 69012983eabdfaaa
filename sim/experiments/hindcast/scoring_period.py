"""The part of a run that is held against what happened: its first and last day, and the dates of scores."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.errors import UsageError
from sim.model.quantities import DAY
from sim.model.reported_losses import reported_until

if TYPE_CHECKING:
    from sim.experiments.hindcast.observations import Observations
    from sim.model.scenario import Scenario

LEADS: Final = (1, 3, 6)
"""Lead times that are scored, months."""


@dataclass(frozen=True, slots=True)
class ScoringPeriod:
    """Days that are scored."""

    start: date
    first: date
    last: date
    """Of the period; both are in it."""

    @property
    def dates(self) -> tuple[date, ...]:
        """When towns are scored, as the day ends: month ends, and the last day."""
        ends = []
        day = month_end(self.first)
        while day < self.last:
            ends.append(day)
            day = month_end(day + timedelta(days=1))
        return (*ends, self.last)

    @property
    def months(self) -> tuple[tuple[date, date], ...]:
        """The period month by month: first and last day of each part."""
        ends = self.dates
        begins = (self.first, *(end + timedelta(days=1) for end in ends[:-1]))
        return tuple(zip(begins, ends, strict=True))

    @property
    def leads(self) -> tuple[tuple[int, date], ...]:
        """Lead times from the start of the run, months, with the last day of each, as far as is scored."""
        ends = ((months, months_later(self.start, months) - timedelta(days=1)) for months in LEADS)
        return tuple((months, day) for months, day in ends if self.first <= day <= self.last)

    def beginning(self, day: date) -> int:
        """Return the number of days from the scenario's first until a day begins."""
        return (day - self.start).days

    def end(self, day: date) -> int:
        """Return the number of days from the scenario's start to the end of a day."""
        return (day - self.start).days + 1


def month_end(day: date) -> date:
    """Return the last day of a day's month.

    Examples
    --------
    >>> month_end(date(2025, 2, 3))
    datetime.date(2025, 2, 28)
    """
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months_later(day: date, months: int) -> date:
    """Return the same day of a later month, or its last day where it is shorter.

    Examples
    --------
    >>> months_later(date(2024, 11, 30), 3)
    datetime.date(2025, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    last = month_end(date(day.year + years, month + 1, 1))
    return last.replace(day=min(day.day, last.day))


def last_day(scenario: Scenario, observations: Observations) -> date:
    """Return the last day that can be scored: of the run, or of the month of the last change known."""
    end = scenario.start + timedelta(days=max(1, scenario.horizon // DAY) - 1)
    return min(end, month_end(max(change.on for change in observations.changes)))


def scoring_period(
    scenario: Scenario, observations: Observations, first: date | None, last: date | None
) -> ScoringPeriod:
    """Return the days to score.

    `first`, `last`: as asked for; else from the scenario's first day to its horizon, but no longer than what
    happened is known: to the end of the month of the last change. Raises UsageError where the days do not lie
    in the run, in this order.
    """
    days = max(1, scenario.horizon // DAY)
    end = scenario.start + timedelta(days=days - 1)
    first = scenario.start if first is None else first
    last = last_day(scenario, observations) if last is None else last
    if not scenario.start <= first <= last <= end:
        raise UsageError(
            f"The time from {first} to {last} is not in the run, which goes from {scenario.start} to {end}. "
            f"Name days within it with --from and --to, or a longer run with -s scenario.horizon=..."
        )
    return ScoringPeriod(scenario.start, first, last)


def reported_in(scenario: Scenario, first: int, last: int) -> np.ndarray:
    """Return what each side loses by report between the beginnings of two days; shape (sides, categories)."""
    until_last, until_first = (np.array(reported_until(scenario, day * DAY)) for day in (last, first))
    return np.asarray(until_last - until_first)
