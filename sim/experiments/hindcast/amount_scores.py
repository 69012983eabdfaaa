"""Amounts in a hindcast beside what happened: losses a day by month, the front's advance, towns held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.experiments.hindcast.scoring_period import reported_in
from sim.model.quantities import CATEGORIES
from sim.results.hindcast_scores import AmountRecord
from sim.statistics.intervals import quantile_interval
from sim.statistics.scores import crps_ensemble

if TYPE_CHECKING:
    from sim.experiments.hindcast.observations import Observations
    from sim.experiments.hindcast.scoring_period import ScoringPeriod
    from sim.experiments.hindcast.trajectories import Trajectories
    from sim.model.scenario import Scenario

METRES: Final = 1000.0


def amounts(
    scenario: Scenario,
    observations: Observations,
    period: ScoringPeriod,
    runs: Trajectories,
    *,
    advance: float | None,
    happened: np.ndarray,
) -> tuple[AmountRecord, ...]:
    """Return all amounts.

    `advance`: the front's usual advance, km a day along a contact; not scored where it is not known.
    `happened`: 1 where a town was occupied; shape (dates, towns).
    """
    occupied = runs.holders[:, [period.end(day) for day in period.dates]] == observations.side
    counts = occupied.sum(axis=2).astype(float)
    found = _losses(scenario, period, runs)
    found += [
        _amount("towns", "", day.isoformat(), "towns", counts[:, number], float(happened[number].sum()))
        for number, day in enumerate(period.dates)
    ]
    if advance:
        found.append(_advance(period, runs, advance))
    return tuple(found)


def _amount(
    what: str, name: str, when: str, measure: str, ensemble: np.ndarray, happened: float
) -> AmountRecord:
    band = quantile_interval(float(ensemble.mean()), ensemble)
    return AmountRecord(
        what=what,
        name=name,
        when=when,
        measure=measure,
        mean=band.value,
        low=band.low,
        high=band.high,
        happened=happened,
        crps=crps_ensemble(ensemble, happened, is_fair=len(ensemble) > 1),
        is_off=not band.low <= happened <= band.high,
    )


def _losses(scenario: Scenario, period: ScoringPeriod, runs: Trajectories) -> list[AmountRecord]:
    reported = scenario.reported_losses
    if reported is None:
        return []
    side = scenario.side_index(reported.of)
    every = [reported.per_day, *(each.per_day for each in reported.periods)]
    found = []
    for first, last in period.months:
        begin, end = period.beginning(first), period.end(last)
        rates = reported_in(scenario, begin, end)[side] / (end - begin)
        lost = (runs.losses[:, end, side] - runs.losses[:, begin, side]) / (end - begin)
        for number, category in enumerate(CATEGORIES):
            if not any(each.get(category) for each in every):
                continue  # nobody reports it
            month = f"{first:%Y-%m}"
            found.append(_amount("losses", category, month, "a day", lost[:, number], float(rates[number])))
    return found


def _advance(period: ScoringPeriod, runs: Trajectories, advance: float) -> AmountRecord:
    begin, end = period.beginning(period.first), period.end(period.last)
    contacts = np.maximum(1.0, runs.contacts[:, begin:end].sum(axis=1))
    metres = METRES * runs.ground[:, begin:end].sum(axis=1) / contacts
    when = f"{period.first} to {period.last}"
    return _amount("advance", "", when, "m a day", metres, METRES * advance)
