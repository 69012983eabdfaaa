"""Scores of amounts in a hindcast: losses a day by month, the front's advance, how many towns are held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.domain.quantities import CATEGORIES
from sim.experiments.fitting import reported_in
from sim.experiments.scores import crps_ensemble
from sim.experiments.statistics import LEVEL, Interval

if TYPE_CHECKING:
    from sim.domain.scenario import Scenario
    from sim.experiments.course import Course
    from sim.experiments.truth import Truth
    from sim.experiments.window import Window

ENDS: Final = ((1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0)
METRES: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Amount:
    """A forecast of a number, and the number.

    Attributes
    ----------
    what
        ``losses``, ``advance`` or ``towns``.
    name
        The category of losses; nothing else has one.
    when
        The month, or the date, as text.
    measure
        What it is counted in.
    forecast
        Mean over replications, and the band that holds 9 in 10.
    happened
        What was reported.
    crps
        The continuous ranked probability score, in the same measure.
    """

    what: str
    name: str
    when: str
    measure: str
    forecast: Interval
    happened: float
    crps: float

    @property
    def is_off(self) -> bool:
        """Whether what happened lies outside the band."""
        return not self.forecast.low <= self.happened <= self.forecast.high

    def values(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "what": self.what,
            "name": self.name,
            "when": self.when,
            "measure": self.measure,
            "mean": self.forecast.value,
            "low": self.forecast.low,
            "high": self.forecast.high,
            "happened": self.happened,
            "crps": self.crps,
            "is_off": self.is_off,
        }


def amounts(
    scenario: Scenario,
    truth: Truth,
    window: Window,
    courses: Course,
    *,
    advance: float | None,
    happened: np.ndarray,
) -> tuple[Amount, ...]:
    """Return the scores of all amounts.

    Parameters
    ----------
    scenario
        As it was run; its reported losses are what losses are held against.
    truth
        Whose side occupies.
    window
        What is scored.
    courses
        Of all replications, joined.
    advance
        The front's usual advance, km a day along a contact; not scored where it is not known.
    happened
        1 where a town was occupied; shape (dates, towns).
    """
    found = [*_losses(scenario, window, courses), *_towns(truth, window, courses, happened)]
    if advance:
        found.append(_advance(window, courses, advance))
    return tuple(found)


def _losses(scenario: Scenario, window: Window, courses: Course) -> list[Amount]:
    """Return the scores of the reported side's losses a day, by month and category."""
    reported = scenario.reported_losses
    if reported is None:
        return []
    side = scenario.side_index(reported.of)
    found = []
    for first, last in window.months:
        begin, end = window.beginning(first), window.end(last)
        rates = reported_in(scenario, begin, end)[side] / (end - begin)
        lost = (courses.losses[:, end, side] - courses.losses[:, begin, side]) / (end - begin)
        for number, category in enumerate(CATEGORIES):
            found.append(
                _amount("losses", category, f"{first:%Y-%m}", "a day", lost[:, number], float(rates[number]))
            )
    return found


def _towns(truth: Truth, window: Window, courses: Course, happened: np.ndarray) -> list[Amount]:
    """Return the scores of how many towns are occupied, by date."""
    return [
        _amount(
            "towns",
            "",
            day.isoformat(),
            "towns",
            (courses.holders[:, window.end(day)] == truth.side).sum(axis=1).astype(float),
            float(states.sum()),
        )
        for day, states in zip(window.dates, happened, strict=True)
    ]


def _advance(window: Window, courses: Course, advance: float) -> Amount:
    """Return the score of the front's advance."""
    begin, end = window.beginning(window.first), window.end(window.last)
    contacts = np.maximum(1.0, courses.contacts[:, begin:end].sum(axis=1))
    metres = METRES * courses.ground[:, begin:end].sum(axis=1) / contacts
    return _amount("advance", "", f"{window.first} to {window.last}", "m a day", metres, METRES * advance)


def _amount(what: str, name: str, when: str, measure: str, ensemble: np.ndarray, happened: float) -> Amount:
    """Return the score of one number."""
    low, high = np.quantile(ensemble, ENDS)
    band = Interval(float(ensemble.mean()), float(low), float(high))
    crps = crps_ensemble(ensemble, happened, is_fair=len(ensemble) > 1)
    return Amount(what, name, when, measure, band, happened, crps)
