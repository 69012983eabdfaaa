"""Scores of forecasts, against cases whose scores are known."""

from __future__ import annotations

import math
from typing import Final

from sim.statistics.scores import brier, crps_ensemble, crps_normal
from sim.statistics.streams import Streams
from sim.verification.case import Case, Check, exactly, within_sample

WHY: Final = (1e-12, "rounding")
ENSEMBLES: Final = 400
MEMBERS: Final = 10


def known_scores(seed: int) -> list[Check]:
    """Hold CRPS and Brier scores against closed forms and worked examples."""
    rng = Streams(seed)["verification/scores"]
    # the fair score of a sample is on average that of what it was drawn from, however small the sample
    sampled = [
        crps_ensemble([rng.normal() for _ in range(MEMBERS)], 1.0, is_fair=True) for _ in range(ENSEMBLES)
    ]
    at_mean = (math.sqrt(2.0) - 1.0) / math.sqrt(math.pi)
    return [
        exactly("CRPS of N(0, 1) when 0 happens: (√2 − 1)/√π", at_mean, crps_normal(0, 1, 0), *WHY),
        exactly("and when 1 happens", 0.6024413576276163, crps_normal(0, 1, 1), *WHY),
        exactly("CRPS of 1, 2, 3, 4 when 2.5 happens", 0.375, crps_ensemble([1, 2, 3, 4], 2.5), *WHY),
        exactly("and fair", 1 / 6, crps_ensemble([1, 2, 3, 4], 2.5, is_fair=True), *WHY),
        exactly(
            "Brier of 0.8, 0.3, 0.6 for yes, no, yes", 0.29 / 3, brier([0.8, 0.3, 0.6], [1, 0, 1]), *WHY
        ),
        within_sample(f"fair CRPS of {MEMBERS} normal draws when 1 happens", crps_normal(0, 1, 1), sampled),
    ]  # fmt: skip


CASES: Final = (
    Case("scores", "CRPS and Brier scores of known cases", "Gneiting and Raftery 2007, Brier 1950", "",
         known_scores),
)  # fmt: skip
