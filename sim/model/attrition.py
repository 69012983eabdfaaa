"""How fighting turns into losses and ground: attrition laws, distributions of counts, assaults.

`LAWS` is the one registry of laws: the choices of a scenario's keys, the engine, the report and the
verification read it. A new law is a name in `Law` and an entry there.

References
----------
F. W. Lanchester, *Aircraft in Warfare* (1916): aimed fire (square law), area fire (linear law).
R. H. Peterson, *On the logarithmic law of attrition*, Operations Research 15 (1967).
R. L. Helmbold, *Some observations on the use of Lanchester's theory for prediction*, Op. Res. 12 (1964).
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sim.model.quantities import Kilometres, PerDay, Share, Soldiers

Law: TypeAlias = Literal["aimed_fire", "area_fire", "logarithmic", "helmbold"]
CountLaw: TypeAlias = Literal["negative_binomial", "poisson", "single"]

_STANDARD: Final = NormalDist()
LEAST_SHARE: Final = 0.25
"""What of an equal share of a garrison faces the weakest enemy town at least."""
LARGE_MEAN: Final = 500.0
"""Counts with a larger mean are drawn by a formula, rounded: the walk up from 0 would be long."""
LEAST_CHANCE: Final = 1e-300
"""A walk that starts from less has lost its digits before it begins."""


class AttritionLaw(NamedTuple):
    """A law of attrition."""

    exponents: Callable[[Share], tuple[float, float]]
    """Powers of the enemy's strength and of one's own with which losses go, by Helmbold's weight."""
    text: str
    """Its name in a sentence."""


LAWS: Final[Mapping[Law, AttritionLaw]] = {
    "aimed_fire": AttritionLaw(lambda _: (1.0, 0.0), "aimed fire (Lanchester's square law)"),
    "area_fire": AttritionLaw(lambda _: (1.0, 1.0), "area fire (Lanchester's linear law)"),
    "logarithmic": AttritionLaw(lambda _: (0.0, 1.0), "the logarithmic law"),
    "helmbold": AttritionLaw(lambda weight: (weight, 1.0 - weight), "Helmbold's family"),
}


def law_exponents(law: Law, helmbold_weight: Share) -> tuple[float, float]:
    """Return the powers of the enemy's strength and of one's own with which losses go.

    Examples
    --------
    >>> law_exponents("aimed_fire", 0.5), law_exponents("area_fire", 0.5), law_exponents("logarithmic", 0.5)
    ((1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    >>> law_exponents("helmbold", 0.7)
    (0.7, 0.30000000000000004)
    """
    return LAWS[law].exponents(helmbold_weight)


def fire_intensity(exponents: tuple[float, float], firing: float, exposed: float) -> float:
    """Return how intense losses are, up to a constant that the coefficients carry.

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


# --- assaults -----------------------------------------------------------------------------------------------


def share_facing(garrisons: Sequence[Soldiers], one: Soldiers) -> Share:
    """Return the share of a garrison that faces one of the enemy's that it faces: as its soldiers of all.

    So two towns of 500 are faced as one of 1,000 is; no flank by less than a part of an equal share.

    Examples
    --------
    >>> share_facing([900, 300], 300), share_facing([0, 0], 0), share_facing([700, 0], 0)
    (0.25, 0.5, 0.1111111111111111)
    """
    total = 0
    for soldiers in garrisons:
        total += soldiers
    least = max(1.0, LEAST_SHARE * total / len(garrisons))
    weight = 0.0
    for soldiers in garrisons:
        weight += soldiers if soldiers > least else least
    return (one if one > least else least) / weight


def success_chance(odds: float, kappa: float) -> Share:
    """Return the chance that an assault gains ground, by its odds with ground and positions.

    Examples
    --------
    >>> success_chance(1.0, 2.0), success_chance(3.0, 1.0), success_chance(0.0, 1.0)
    (0.5, 0.75, 0.0)
    >>> success_chance(float("inf"), 1.5)
    1.0
    """
    if odds > 1e12:  # noqa: PLR2004 - far beyond any odds, where odds ** kappa would overflow
        return 1.0
    weight: float = odds**kappa
    return weight / (1.0 + weight)


def advanced_front(
    front: Kilometres, step: Kilometres, *, forth: bool, length: Kilometres, depths: tuple[float, float]
) -> tuple[Kilometres, bool]:
    """Return where the front stands after ground was gained, and whether the far town falls.

    Parameters
    ----------
    forth
        Whether the attacker comes from the route's first town.
    length, depths
        Of the route, and of the built-up ground of its first and second town.

    Examples
    --------
    >>> advanced_front(4.0, 0.5, forth=True, length=5.0, depths=(1.0, 2.0))
    (4.5, False)
    >>> advanced_front(-0.8, 0.5, forth=False, length=5.0, depths=(1.0, 2.0))
    (-1.0, True)
    """
    if forth:
        limit = length + depths[1]
        moved = round(front + step, 3)
        return (limit, True) if moved >= limit else (moved, False)
    limit = -depths[0]
    moved = round(front - step, 3)
    return (limit, True) if moved <= limit else (moved, False)


def is_inside(front: Kilometres, *, forth: bool, length: Kilometres) -> bool:
    """Return whether the front stands on the built-up ground of the town under attack.

    Examples
    --------
    >>> is_inside(5.5, forth=True, length=5.0), is_inside(5.5, forth=False, length=5.0)
    (True, False)
    """
    return front > length if forth else front < 0.0
