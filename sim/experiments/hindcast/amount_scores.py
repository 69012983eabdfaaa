"""Scores of amounts in a hindcast: losses a day by month, the front's advance, how many towns are held.

Each score has an interval. That of a single number comes from resampling the replications alone: it says how
well so many of them know the score. A mean over months resamples the months too, all categories' own; and
towns are counted anew in resampled neighbourhoods, since those near each other fall together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.experiments.hindcast.scoring_period import reported_in
from sim.model.quantities import CATEGORIES
from sim.results.hindcast_scores import AmountRecord
from sim.statistics.intervals import Interval, quantile_interval
from sim.statistics.scores import crps_ensemble

if TYPE_CHECKING:
    from sim.experiments.hindcast.observations import Observations
    from sim.experiments.hindcast.scoring_period import ScoringPeriod
    from sim.experiments.hindcast.trajectories import Trajectories
    from sim.model.scenario import Scenario
    from sim.statistics.streams import Stream

METRES: Final = 1000.0
RESAMPLES: Final = 200


class Scored(NamedTuple):
    """The score of one number."""

    record: AmountRecord
    resampled: np.ndarray
    """Scores of other draws from the same replications; shape (resamples,)."""


@dataclass(frozen=True, slots=True)
class AmountScores:
    """All scores of amounts."""

    each: tuple[AmountRecord, ...]
    losses: Mapping[str, Interval]
    advance: Interval | None
    towns: Interval
    """Mean score over dates of how many towns are held."""


def amounts(
    scenario: Scenario,
    observations: Observations,
    period: ScoringPeriod,
    runs: Trajectories,
    *,
    advance: float | None,
    happened: np.ndarray,
    groups: np.ndarray,
    drawn: np.ndarray,
    rng: Stream,
) -> AmountScores:
    """Return the scores of all amounts.

    `advance`: the front's usual advance, km a day along a contact; not scored where it is not known.
    `happened`: 1 where a town was occupied; shape (dates, towns). `drawn`: how often each is in each
    resample; shape (resamples, neighbourhoods).
    """
    score = _Scorer(len(runs.holders), rng)
    losses = _losses(score, scenario, period, runs)
    occupied = runs.holders[:, [period.end(day) for day in period.dates]] == observations.side
    towns = _towns(score, period, occupied, happened)
    found = [each.record for each in (*losses, *towns)]
    if advance:
        found.append(_advance(score, period, runs, advance).record)
    last = found[-1]
    by_category = {
        name: score.mean([each for each in losses if each.record.name == name])
        for name in dict.fromkeys(each.record.name for each in losses)
    }
    return AmountScores(
        tuple(found),
        by_category,
        Interval(last.crps, last.crps_low, last.crps_high) if advance else None,
        _towns_score(towns, occupied, happened, groups, drawn),
    )


class _Scorer:
    """Scores ensembles of one size, all with the same resamples."""

    def __init__(self, replications: int, rng: Stream) -> None:
        uniforms = np.array(rng.uniforms(RESAMPLES * replications))
        self._drawn = (uniforms * replications).astype(int).reshape(RESAMPLES, replications)
        self._rng = rng

    def amount(
        self, what: str, name: str, when: str, measure: str, ensemble: np.ndarray, happened: float
    ) -> Scored:
        """Return the score of one number."""
        band = quantile_interval(float(ensemble.mean()), ensemble)
        score = crps_ensemble(ensemble, happened, is_fair=len(ensemble) > 1)
        # a resample holds some replications twice, which the fair form would take for a sharper forecast
        plain = crps_ensemble(ensemble, happened)
        others = np.array([crps_ensemble(ensemble[numbers], happened) for numbers in self._drawn])
        resampled = score + others - plain
        crps = quantile_interval(score, resampled)
        record = AmountRecord(
            what=what,
            name=name,
            when=when,
            measure=measure,
            mean=band.value,
            low=band.low,
            high=band.high,
            happened=happened,
            crps=score,
            crps_low=crps.low,
            crps_high=crps.high,
            is_off=not band.low <= happened <= band.high,
        )
        return Scored(record, resampled)

    def mean(self, found: list[Scored]) -> Interval:
        """Return the mean score of several months, with its interval."""
        count = len(found)
        months = (np.array(self._rng.uniforms(RESAMPLES * count)) * count).astype(int)
        resampled = np.stack([each.resampled for each in found])
        means = resampled[months.reshape(RESAMPLES, count), np.arange(RESAMPLES)[:, None]].mean(axis=1)
        return quantile_interval(float(np.mean([each.record.crps for each in found])), means)


def _losses(score: _Scorer, scenario: Scenario, period: ScoringPeriod, runs: Trajectories) -> list[Scored]:
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
            found.append(
                score.amount("losses", category, month, "a day", lost[:, number], float(rates[number]))
            )
    return found


def _towns(score: _Scorer, period: ScoringPeriod, occupied: np.ndarray, happened: np.ndarray) -> list[Scored]:
    """Return the scores of how many towns are occupied, by date."""
    counts = occupied.sum(axis=2).astype(float)
    return [
        score.amount("towns", "", day.isoformat(), "towns", counts[:, number], float(happened[number].sum()))
        for number, day in enumerate(period.dates)
    ]


def _towns_score(
    towns: list[Scored],
    occupied: np.ndarray,
    happened: np.ndarray,
    groups: np.ndarray,
    drawn: np.ndarray,
) -> Interval:
    """Return the mean score over dates of how many towns are occupied; resampled by neighbourhood."""
    belongs = (groups[:, None] == np.arange(drawn.shape[1])).astype(float)
    simulated, found = occupied @ belongs, happened @ belongs
    is_fair = len(occupied) > 1
    resampled = [
        np.mean(
            [
                crps_ensemble(counts, state, is_fair=is_fair)
                for counts, state in zip((simulated @ times).T, found @ times, strict=True)
            ]
        )
        for times in drawn[:RESAMPLES]
    ]
    return quantile_interval(float(np.mean([each.record.crps for each in towns])), np.array(resampled))


def _advance(score: _Scorer, period: ScoringPeriod, runs: Trajectories, advance: float) -> Scored:
    begin, end = period.beginning(period.first), period.end(period.last)
    contacts = np.maximum(1.0, runs.contacts[:, begin:end].sum(axis=1))
    metres = METRES * runs.ground[:, begin:end].sum(axis=1) / contacts
    when = f"{period.first} to {period.last}"
    return score.amount("advance", "", when, "m a day", metres, METRES * advance)
