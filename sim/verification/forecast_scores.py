"""Scores of forecasts, against cases whose scores are known: the very functions that hindcasts use."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.statistics.scores import (
    brier_scores,
    crps_ensemble,
    log_scores,
    reliability,
    roc_auc,
    skill_interval,
)
from sim.statistics.streams import Streams
from sim.verification.case import Case, Check, exactly, within_sample

WHY: Final = (1e-12, "rounding")
ENSEMBLES: Final = 400
MEMBERS: Final = 10
AT_ONE: Final = 0.6024413576276163
"""CRPS of N(0, 1) when 1 happens: 2 φ(1) + 2 Φ(1) − 1 − 1/√π."""


def known_scores(seed: int) -> list[Check]:
    """Check scores of forecasts against closed forms and worked examples."""
    rng = Streams(seed)["verification/scores"]
    # the fair score of a sample is on average that of what it was drawn from, however small the sample
    sampled = [
        crps_ensemble([rng.normal() for _ in range(MEMBERS)], 1.0, is_fair=True) for _ in range(ENSEMBLES)
    ]
    chances, happened = np.array([0.8, 0.3, 0.6]), np.array([1.0, 0.0, 1.0])
    own, of_even = (np.array([brier_scores(each, happened).sum()]) for each in (chances, np.full(3, 0.5)))
    # two towns, of which one changes in every second replication and the other in none
    replications = np.zeros((10, 1, 2))
    replications[::2, 0, 0] = 1.0
    seldom, often = reliability(np.array([[1.0, 0.0]]), replications, np.arange(2), np.array([[1, 1]]))
    brier, log = (float(score(chances, happened).mean()) for score in (brier_scores, log_scores))
    surprise = float(log_scores(np.zeros(1), np.ones(1), 0.01)[0])
    skill = skill_interval(own, of_even, np.array([[1]])).value
    auc = roc_auc(np.array([0.1, 0.4, 0.4, 0.9]), np.array([0, 1, 0, 1]))
    exact = (
        ("CRPS of 1, 2, 3, 4 when 2.5 happens", 0.375, crps_ensemble([1, 2, 3, 4], 2.5)),
        ("and fair", 1 / 6, crps_ensemble([1, 2, 3, 4], 2.5, is_fair=True)),
        ("Brier of 0.8, 0.3, 0.6 for yes, no, yes", 0.29 / 3, brier),
        ("logarithmic score of the same", -math.log(0.8 * 0.7 * 0.6) / 3, log),
        ("logarithmic score of a surprise, given 0.01 at least", -math.log(0.01), surprise),
        ("skill of the same against even chances", 1 - 0.29 / 0.75, skill),
        ("area under the ROC curve of 0.1, 0.4, 0.4, 0.9 for no, yes, no, yes", 0.875, auc),
        ("reliability: share that happened of even chances", 1.0, often.happened.value),
        ("reliability: share that is usual of even chances", 0.5, often.usual.value),
        ("reliability: share that happened of no chance", 0.0, seldom.happened.value),
    )
    return [
        *(exactly(what, expected, got, *WHY) for what, expected, got in exact),
        within_sample(f"fair CRPS of {MEMBERS} normal draws when 1 happens", AT_ONE, sampled),
    ]


CASES: Final = (
    Case("scores", "CRPS, Brier, log and ROC scores, skill and reliability of known cases",
         "Gneiting and Raftery 2007, Brier 1950", "", known_scores),
)  # fmt: skip
