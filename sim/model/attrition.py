"""How fighting turns into losses: laws, and coefficients from reported losses in closed form.

The sector's reference rate of a category is what was reported × sector share × reporting factor; the other
side's is that over the loss exchange ratio. Each category is spread over causes. With so many events of a
cause a day in the reference state, the mean loss of an event follows, so that in the reference state the
expected daily loss equals the reported rate by construction.

References
----------
F. W. Lanchester, *Aircraft in Warfare* (1916): aimed fire (square law), area fire (linear law).
R. H. Peterson, *On the logarithmic law of attrition*, Operations Research 15 (1967).
R. L. Helmbold, *Some observations on the use of Lanchester's theory for prediction*, Op. Res. 12 (1964).
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

from sim.model.quantities import CATEGORIES, CAUSES, DAY, Cause, PerDay, Seconds, Share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.model.parameters import CountLaw, Law
    from sim.model.scenario import LossPeriod, Scenario

_STANDARD: Final = NormalDist()
LARGE_MEAN: Final = 500.0
"""Counts with a larger mean are drawn by a formula, rounded: the walk up from 0 would be long."""
LEAST_CHANCE: Final = 1e-300
"""A walk that starts from less has lost its digits before it begins."""


def law_exponents(law: Law, helmbold_weight: Share) -> tuple[float, float]:
    """Return the powers of the enemy's strength and of one's own with which losses go.

    Examples
    --------
    >>> law_exponents("aimed_fire", 0.5), law_exponents("area_fire", 0.5), law_exponents("logarithmic", 0.5)
    ((1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    >>> law_exponents("helmbold", 0.7)
    (0.7, 0.30000000000000004)
    """
    return {
        "aimed_fire": (1.0, 0.0),
        "area_fire": (1.0, 1.0),
        "logarithmic": (0.0, 1.0),
        "helmbold": (helmbold_weight, 1.0 - helmbold_weight),
    }[law]


def fire_intensity(exponents: tuple[float, float], firing: float, exposed: float) -> float:
    """Return how intense losses are, up to a constant that the coefficients carry.

    Parameters
    ----------
    exponents
        From `law_exponents`.

    Examples
    --------
    >>> fire_intensity((1.0, 1.0), 10.0, 20.0)
    200.0
    """
    power_firing, power_exposed = exponents
    intensity = 1.0
    if power_firing:
        intensity = firing if power_firing == 1.0 else firing**power_firing
    if power_exposed:
        intensity *= exposed if power_exposed == 1.0 else exposed**power_exposed
    return intensity


def reported_rates(
    scenario: Scenario, period: LossPeriod | None = None
) -> tuple[tuple[PerDay, ...], tuple[PerDay, ...]]:
    """Return each side's reference rate of losses, by category; zeros where nothing is reported.

    Parameters
    ----------
    period
        One of its periods, where the scenario gives other rates from later days on; else the claim's own.
    """
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

    Returns
    -------
    dict
        By cause: rates by category. They add up to the rates given, unless nothing happens at all.
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


def event_dispersion(daily: float, events: PerDay) -> float:
    """Return the overdispersion of one event's count that gives a day's total the reported one.

    A day's total is a Poisson number of events, each with a negative binomial count. Its variance is
    mean + mean² (1 + k) / events, with k the overdispersion of one; so k = daily × events − 1, and 0 where
    the number of events alone scatters more than was reported.

    Examples
    --------
    >>> event_dispersion(0.2, 10.0), event_dispersion(0.0157, 7.0)
    (1.0, 0.0)
    """
    return max(0.0, daily * events - 1.0)


def loss_count(law: CountLaw, u: float, mean: float, dispersion: float) -> int:
    """Return a count with the given mean, by inversion: the smallest n with P(count ≤ n) > u.

    Parameters
    ----------
    law
        ``negative_binomial``; ``poisson``, its limit without dispersion; ``single``: one with chance
        `mean`, which makes events of a high rate into Brown's stochastic duel, casualty by casualty.
    u
        A uniform draw, 0 ≤ u < 1; one draw for one count keeps common random numbers in step.
    mean
        At least 0.

    Examples
    --------
    >>> [loss_count("poisson", u, 2.0, 0.0) for u in (0.1, 0.5, 0.9, 0.999)]
    [0, 2, 4, 8]
    >>> loss_count("single", 0.3, 0.5, 0.0), loss_count("single", 0.7, 0.5, 0.0)
    (0, 1)
    """
    if mean <= 0.0:
        return 0
    if law == "single":
        return 1 if u >= 1.0 - mean else 0
    if law == "poisson" or dispersion <= 0.0:
        return _poisson(u, mean)
    return _negative_binomial(u, mean, dispersion)


def _poisson(u: float, mean: float) -> int:
    """Walk up the Poisson distribution until it passes u."""
    if mean > LARGE_MEAN:
        return _rounded_normal(u, mean, mean)
    chance = math.exp(-mean)
    below = chance
    count = 0
    while below <= u and below + chance > below:
        count += 1
        chance *= mean / count
        below += chance
    return count


def _negative_binomial(u: float, mean: float, dispersion: float) -> int:
    """Walk up the negative binomial distribution until it passes u."""
    if mean > LARGE_MEAN:
        return _rounded_lognormal(u, mean, mean + dispersion * mean * mean)
    size = 1.0 / dispersion
    ratio = mean / (size + mean)
    chance = math.exp(-size * math.log1p(mean * dispersion))
    below = chance
    count = 0
    while below <= u and below + chance > below:
        chance *= (size + count) / (count + 1) * ratio
        count += 1
        below += chance
    return count


def _rounded_normal(u: float, mean: float, variance: float) -> int:
    """Return the count of a normal with this mean and variance; never below 0."""
    return max(0, round(mean + math.sqrt(variance) * normal_quantile(u)))


def _rounded_lognormal(u: float, mean: float, variance: float) -> int:
    """Return the count of a lognormal with this mean and variance: wide scatter moves no mean, as 0 would."""
    spread = math.log1p(variance / (mean * mean))
    return round(mean * math.exp(math.sqrt(spread) * normal_quantile(u) - spread / 2))


def normal_quantile(u: float) -> float:
    """Return the standard normal value that is exceeded with chance 1 − u.

    Examples
    --------
    >>> round(normal_quantile(0.975), 4)
    1.96
    """
    return _STANDARD.inv_cdf(min(max(u, 1e-16), 1.0 - 1e-16))


def binomial_count(u: float, trials: int, chance: Share) -> int:
    """Return how many of so many trials succeed, by inversion.

    Examples
    --------
    >>> binomial_count(0.5, 6, 0.25), binomial_count(0.5, 6, 1.0), binomial_count(0.5, 6, 0.0)
    (1, 6, 0)
    """
    if chance >= 1.0:
        return trials
    here = (1.0 - chance) ** trials
    if here < LEAST_CHANCE:
        mean = trials * chance
        return min(trials, _rounded_normal(u, mean, mean * (1.0 - chance)))
    below = here
    count = 0
    while below <= u and below + here > below and count < trials:
        here *= (trials - count) / (count + 1) * chance / (1.0 - chance)
        count += 1
        below += here
    return count
