"""The part of a run that is held against what happened: its first and last day, and the dates of scores."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from sim.errors import UsageError
from sim.model.quantities import DAY
from sim.model.reported_losses import reported_until

if TYPE_CHECKING:
    from sim.experiments.hindcast.observations import Observations
    from sim.model.scenario import Scenario


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
    known = month_end(max(change.on for change in observations.changes))
    first = scenario.start if first is None else first
    last = min(end, known) if last is None else last
    if not scenario.start <= first <= last <= end:
        raise UsageError(
            f"from {first} to {last} is not in the run, which goes from {scenario.start} to {end}. "
            f"Name days within it with --from and --to, or a longer run with -s scenario.horizon=..."
        )
    return ScoringPeriod(scenario.start, first, last)


def reported_in(scenario: Scenario, first: int, last: int) -> np.ndarray:
    """Return what each side loses by report between the beginnings of two days; shape (sides, categories)."""
    until_last, until_first = (np.array(reported_until(scenario, day * DAY)) for day in (last, first))
    return np.asarray(until_last - until_first)
