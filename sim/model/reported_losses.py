"""The losses that a scenario reports, as each side's reference rates by category and cause.

The sector's reference rate of a category is what was reported × sector share × reporting factor; the other
side's is that over the loss exchange ratio. Each category is spread over causes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.model.quantities import CATEGORIES, CAUSES, DAY, Cause, PerDay, Seconds, Share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.model.scenario import LossPeriod, Scenario


def reported_rates(
    scenario: Scenario, period: LossPeriod | None = None
) -> tuple[tuple[PerDay, ...], tuple[PerDay, ...]]:
    """Return each side's reference rates by category: of the claim, or of one of its periods; else zeros."""
    reported = scenario.reported_losses
    if reported is None:
        nothing = (0.0,) * len(CATEGORIES)
        return nothing, nothing
    share = reported.sector_share * reported.reporting_factor
    claimed = reported.per_day_from(period)
    of_reported = tuple(claimed.get(category, 0.0) * share for category in CATEGORIES)
    of_other = tuple(rate / reported.loss_exchange_ratio for rate in of_reported)
    is_first = scenario.side_index(reported.of) == 0
    return (of_reported, of_other) if is_first else (of_other, of_reported)


def reported_until(scenario: Scenario, end: Seconds) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return what each side loses by report from the beginning until a moment, by category."""
    reported = scenario.reported_losses
    periods = () if reported is None else reported.periods
    begins = [max(0, (period.begins - scenario.start).days * DAY) for period in periods]
    totals = [[0.0] * len(CATEGORIES), [0.0] * len(CATEGORIES)]
    for period, first, last in zip((None, *periods), (0, *begins), (*begins, end), strict=True):
        days = max(0, min(last, end) - first) / DAY
        for total, rates in zip(totals, reported_rates(scenario, period), strict=True):
            for category, rate in enumerate(rates):
                total[category] += rate * days
    return tuple(totals[0]), tuple(totals[1])


def rates_by_cause(
    rates: Sequence[PerDay], shares: Mapping[str, Mapping[str, Share]], happens: Mapping[Cause, bool]
) -> dict[Cause, tuple[PerDay, ...]]:
    """Spread reference rates over the causes that happen in the reference state.

    Parameters
    ----------
    shares
        By category and cause; each row sums to 1.
    happens
        By cause, whether any of its events happens. The share of one that does not goes to the others of
        its category, in proportion; where none is left, to those that happen, evenly.
    """
    spread: dict[Cause, list[PerDay]] = {cause: [] for cause in CAUSES}
    present = [cause for cause in CAUSES if happens[cause]]
    for category, rate in zip(CATEGORIES, rates, strict=True):
        row = shares.get(category, {})
        kept = math.fsum(row.get(cause, 0.0) for cause in present)
        for cause in CAUSES:
            if cause not in present:
                spread[cause].append(0.0)
            elif kept > 0:
                spread[cause].append(rate * row.get(cause, 0.0) / kept)
            else:
                spread[cause].append(rate / len(present))
    return {cause: tuple(amounts) for cause, amounts in spread.items()}
