"""Scores of who held what in a hindcast, by one reading of the observations; how reliable its chances are."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.results.hindcast_scores import MODEL, ControlScoresRecord, ReliabilityRecord
from sim.statistics.intervals import Interval, quantile_interval
from sim.statistics.scores import (
    brier_scores,
    log_scores,
    ratio_interval,
    roc_auc,
    skill_interval,
)

PERSISTENCE: Final = "persistence"
TREND: Final = "trend"
LATEST: Final = "latest"
"""Persistence from the day before the period, where that begins later than the run: a forecast by
somebody who knew more than the model did."""
EDGES: Final = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)
"""Of the bins of a reliability diagram."""
FEWER: Final = 200
"""Resamples that are enough for a score that takes a while."""


@dataclass(frozen=True, slots=True)
class ControlScorer:
    """Scores forecasts of control by readings of the observations.

    `forecasts`: by name: chance that each town is occupied; shape (dates, towns). `occupied`: 1 where a town
    is; shape (replications, dates, towns). `drawn`: how often each is in each resample; shape (resamples,
    neighbourhoods).
    """

    forecasts: Mapping[str, np.ndarray]
    occupied: np.ndarray
    groups: np.ndarray
    drawn: np.ndarray
    is_later: bool

    def reading(self, source: str, grey: str, states: np.ndarray) -> ControlScoresRecord:
        """Return all scores by a reading.

        `states`: 0 or 1: before the run began, before the window began, and at each date; shape (2 + dates,
        towns).
        """
        at_start, before, happened = states[0], states[1], states[2:]
        least = 1.0 / (len(self.occupied) + 1.0)  # chances are kept this far from 0 and 1 in the log score
        forecasts = dict(self.forecasts)
        if self.is_later:
            forecasts[LATEST] = np.tile(before, (len(happened), 1))
        opening = forecasts[PERSISTENCE]
        # where a source has a town otherwise than the scenario from the start, nothing is learnt of the model
        counts = np.asarray(at_start == opening[0], dtype=float)
        cases = np.tile(counts, (len(happened), 1))
        squares = {name: cases * brier_scores(chances, happened) for name, chances in forecasts.items()}
        surprise = {name: cases * log_scores(each, happened, least) for name, each in forecasts.items()}
        brier = {name: self._ratio(each, cases) for name, each in squares.items()}
        model = self._by_group(squares[MODEL])
        chances = np.abs(self.forecasts[MODEL] - opening)
        changed = np.abs(happened - opening)
        scored = np.flatnonzero(counts)
        bins = reliability(
            changed[:, scored],
            np.abs(self.occupied - opening)[:, :, scored],
            self.groups[scored],
            self.drawn,
        )
        return ControlScoresRecord(
            source=source,
            grey=grey,
            scored_towns=int(counts.sum()),
            changed=int((changed * cases).sum()),
            brier={name: found.value for name, found in brier.items()},
            brier_intervals=brier,
            log_score={name: self._ratio(each, cases) for name, each in surprise.items()},
            skill={
                name: skill_interval(model, self._by_group(each), self.drawn)
                for name, each in squares.items()
                if name != MODEL
            },
            auc=self._auc(chances, changed, counts),
            reliability=bins,
        )

    def _ratio(self, above: np.ndarray, below: np.ndarray) -> Interval:
        """Return the ratio of two sums over all cases, with its interval."""
        return ratio_interval(self._by_group(above), self._by_group(below), self.drawn)

    def _by_group(self, values: np.ndarray) -> np.ndarray:
        return np.bincount(self.groups, values.sum(axis=0), self.drawn.shape[1])

    def _auc(self, chances: np.ndarray, changed: np.ndarray, counts: np.ndarray) -> Interval:
        found = []
        numbers = np.flatnonzero(counts)
        for times in self.drawn[:FEWER]:
            towns = np.repeat(numbers, times[self.groups[numbers]])
            found.append(roc_auc(chances[:, towns].ravel(), changed[:, towns].ravel()))
        value = roc_auc(chances[:, numbers].ravel(), changed[:, numbers].ravel())
        return quantile_interval(value, np.array(found)[~np.isnan(found)])


def reliability(
    happened: np.ndarray, replications: np.ndarray, groups: np.ndarray, drawn: np.ndarray
) -> tuple[ReliabilityRecord, ...]:
    """Return forecasts in bins of chance, each beside what happened.

    What would happen if the forecasts were right is asked of the replications: each in turn is taken for the
    truth, in the same cases. So what is usual knows that a town which falls stays fallen for months and that
    neighbours fall together. `happened`: 0 or 1; shape (dates, towns). `replications`: what happened in each;
    shape (replications, dates, towns). `drawn`: as `resampled` returns it.

    Source: J. Bröcker and L. A. Smith (2007), Increasing the reliability of reliability diagrams, Weather and
    Forecasting 22: bars that show how far off a right forecast may be.
    """
    chances = replications.mean(axis=0)
    bins = []
    for low, high in itertools.pairwise(EDGES):
        inside = (chances >= low) & ((chances < high) | (high >= 1.0))
        if not inside.any():
            continue
        shares = replications[:, inside].mean(axis=1)
        usual = quantile_interval(float(shares.mean()), shares)
        by_group = [
            np.bincount(groups, values.sum(axis=0), drawn.shape[1]) for values in (happened * inside, inside)
        ]
        found = ratio_interval(by_group[0], by_group[1], drawn)
        bins.append(
            ReliabilityRecord(
                begin=low,
                end=high,
                count=int(inside.sum()),
                towns=int(inside.any(axis=0).sum()),
                forecast=float(chances[inside].mean()),
                happened=found.value,
                happened_low=found.low,
                happened_high=found.high,
                low=usual.low,
                high=usual.high,
                is_off=not usual.low <= found.value <= usual.high,
            )
        )
    return tuple(bins)
