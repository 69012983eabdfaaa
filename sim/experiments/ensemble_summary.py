"""What an ensemble came to, in figures: how often towns hold, when they are lost, what each day costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.quantities import CATEGORIES
from sim.statistics.intervals import Interval, mean_interval, wilson
from sim.statistics.survival import kaplan_meier

if TYPE_CHECKING:
    from sim.results.reader import Results


@dataclass(frozen=True, slots=True)
class Summary:
    """An ensemble in figures; the share of intervals that cover the truth is `statistics.CONFIDENCE`."""

    replications: int
    held: Mapping[str, Interval]
    """By town: share of replications in which its first holder holds it at the end, with Wilson's
    interval."""
    first_lost_days: Mapping[str, Interval]
    """By town: the median of when its first holder first lost it, over all replications; infinite where
    more than half never saw that. The interval is of the median."""
    losses_per_day: Mapping[str, Mapping[str, Interval]]
    """By side and category: mean over replications, with the interval of the mean."""
    reported: Mapping[str, Mapping[str, float]] | None
    """By side and category: losses a day as reported; none where the scenario reports nothing."""

    def values(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "replications": self.replications,
            "held": {town: _values(found, "share") for town, found in self.held.items()},
            "first_lost_days": {
                town: _values(found, "median") for town, found in self.first_lost_days.items()
            },
            "losses_per_day": {
                side: {
                    category: {
                        **_values(found, "mean"),
                        "reported": self.reported[side][category] if self.reported else None,
                    }
                    for category, found in of_side.items()
                }
                for side, of_side in self.losses_per_day.items()
            },
        }


def summary(results: Results) -> Summary:
    """Return an ensemble in figures."""
    count = len(results.numbers)
    is_held, lost, ended = results.is_held(), results.first_lost_days(), results.ended_days()
    never = np.isnan(lost)
    watched = np.where(never, ended[:, None], lost)
    towns = results.names.towns
    totals = results.replications()
    days = np.where(ended > 0.0, ended, 1.0)
    return Summary(
        replications=count,
        held={town: wilson(int(is_held[:, number].sum()), count) for number, town in enumerate(towns)},
        first_lost_days={
            town: kaplan_meier(until, is_lost).median()
            for town, until, is_lost in zip(towns, watched.T, ~never.T, strict=True)
        },
        losses_per_day={
            side: {
                category: mean_interval(totals[f"{side}_lost_{category}"] / days) for category in CATEGORIES
            }
            for side in results.names.sides
        },
        reported=results.meta.reported_losses,
    )


def _values(found: Interval, name: str) -> dict[str, float]:
    return {name: found.value, "low": found.low, "high": found.high}
