"""Attacks on movement: how far routes lie under them, and what they take from convoys.

The hazard is set so that the reference plan loses the reported vehicles: one equation in one number,
solved by halving.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.model.quantities import Kilometres, PerDay, Share, TonnesPerDay

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FRONTS_AT_ONCE: Final = 64
"""Fronts measured at once; where there are more, only those near enough are measured."""
POINTS_AT_ONCE: Final = 512
"""Points that lie beside each other, for which the same fronts are near."""
FEW: Final = 8
"""Fronts on either side that bound how far the nearest can be."""
STEPS: Final = 200
SECANTS: Final = 20
MARGIN: Final = 1e-10
"""Share by which an estimate of a hazard may be off: far more than rounding makes it."""
PRECISION: Final = 1e-12
MAX_HAZARD: Final = 1e3
"""Per hour; a convoy is then attacked within seconds of full exposure."""


def nearest_front(samples: np.ndarray, fronts: np.ndarray) -> np.ndarray:
    """Return the distance from each sample point, shape (routes, points, 2), to the nearest front; km."""
    points = samples.reshape(-1, 2)
    if not len(fronts):
        squares = np.full(len(points), np.inf)
    elif len(fronts) <= FRONTS_AT_ONCE:
        squares = _least_squares(points, fronts)
    else:
        squares = _least_squares_nearby(points, fronts)
    return np.asarray(np.sqrt(squares)).reshape(samples.shape[:2])


def _least_squares(points: np.ndarray, fronts: np.ndarray) -> np.ndarray:
    """Return the square of the distance from each point to the nearest of some fronts."""
    apart = np.square(points[:, 0] - fronts[:, 0, None])
    apart += np.square(points[:, 1] - fronts[:, 1, None])
    return np.asarray(apart.min(axis=0))


def _least_squares_nearby(points: np.ndarray, fronts: np.ndarray) -> np.ndarray:
    """Return the same, exactly, where there are too many fronts to measure to all.

    Points are taken in strips across the way in which fronts lie; a few fronts beside a strip bound how far
    the nearest can be, and fronts farther along than that are left out.
    """
    axis = int(np.argmax(np.ptp(fronts, axis=0)))
    order = np.argsort(points[:, axis], kind="stable")
    fronts = fronts[np.argsort(fronts[:, axis], kind="stable")]
    along = fronts[:, axis]
    squares = np.empty(len(points))
    for first in range(0, len(points), POINTS_AT_ONCE):
        strip = order[first : first + POINTS_AT_ONCE]
        some = points[strip]
        low, high = some[0, axis], some[-1, axis]
        middle = int(np.searchsorted(along, (low + high) / 2.0))
        beside = fronts[max(0, middle - FEW) : middle + FEW]
        farthest = math.sqrt(_least_squares(some, beside).max()) * (1.0 + PRECISION) + PRECISION
        start, stop = np.searchsorted(along, [low - farthest, high + farthest])
        squares[strip] = _least_squares(some, fronts[start:stop])
    return squares


def exposure(distances: np.ndarray, reach: Kilometres | Sequence[Kilometres]) -> np.ndarray:
    """Return how far each route lies under interdiction: the mean along it of exp(−distance ÷ reach).

    Distances have the shape (routes, points); the answer (routes,), or (sides, routes) for several reaches.

    Examples
    --------
    >>> exposure(np.array([[0.0, 0.0], [np.inf, np.inf]]), 12.0).tolist()
    [1.0, 0.0]
    """
    each = np.asarray(reach)[..., None, None]
    return np.asarray(np.add.reduce(np.exp(-distances / each), axis=-1) / distances.shape[-1])


def attack_chance(expected: float) -> Share:
    """Return the chance that a convoy is attacked on a leg: hazard per hour × exposure × hours are expected.

    Examples
    --------
    >>> round(attack_chance(0.1 * 0.5 * 2.0), 4)
    0.0952
    """
    return -math.expm1(-expected)


@dataclass(frozen=True, slots=True)
class ReferencePath:
    """A supply line of the reference plan, as interdiction sees it."""

    convoys: PerDay
    vehicles: int
    exposures: tuple[tuple[float, ...], ...]
    """Exposure × hours of each leg, for each weather, shape (weathers, legs)."""


def reference_attacks(
    paths: Sequence[ReferencePath],
    weathers: Sequence[Share],
    hazard: float,
    vehicles_lost: Share,
    size_effect: Callable[[int], float],
) -> tuple[PerDay, PerDay]:
    """Return vehicles lost and convoys attacked a day in the reference state, at a hazard per hour."""
    lost, attacked = [], []
    for path in paths:
        own_hazard = hazard * size_effect(path.vehicles)
        for share, legs in zip(weathers, path.exposures, strict=True):
            if share == 0.0:
                continue
            present = 1.0
            attacks = 0.0
            for exposed_hours in legs:
                chance = attack_chance(own_hazard * exposed_hours)
                present *= 1.0 - chance * vehicles_lost
                attacks += chance
            lost.append(share * path.convoys * path.vehicles * (1.0 - present))
            attacked.append(share * path.convoys * attacks)
    return math.fsum(lost), math.fsum(attacked)


def hazard_for(rate: PerDay, lost_at: Callable[[float], PerDay]) -> float:
    """Return the hazard at which the reference plan loses so many vehicles a day.

    Losses rise with the hazard, ever more slowly, from 0, so halving what it may be closes in on it; halves
    beside the estimate of `_secant` need not be tried. It is per hour; the highest there is where even that
    does not lose so many, and 0 where none are lost.

    Examples
    --------
    >>> round(hazard_for(2.0, lambda hazard: 4.0 * (1 - math.exp(-hazard))), 6)
    0.693147
    """
    most = lost_at(MAX_HAZARD)
    if rate <= 0.0 or most <= 0.0:
        return 0.0
    if most <= rate:
        return MAX_HAZARD
    too_low, enough = 0.0, MAX_HAZARD
    estimate = _secant(rate, lost_at)
    for tried in (estimate * (1.0 - MARGIN), estimate * (1.0 + MARGIN)):
        if lost_at(tried) < rate:
            too_low = max(too_low, tried)
        else:
            enough = min(enough, tried)
    low, high = 0.0, MAX_HAZARD
    for _ in range(STEPS):
        middle = (low + high) / 2
        if middle <= too_low or (middle < enough and lost_at(middle) < rate):
            low = middle
        else:
            high = middle
        if high - low <= PRECISION * high:
            break
    return high


def _secant(rate: PerDay, lost_at: Callable[[float], PerDay]) -> float:
    """Return about the hazard at which so many are lost: the secants of a concave curve come from below."""
    before, hazard = 0.0, PRECISION
    lost_before, lost = 0.0, lost_at(hazard)
    for _ in range(SECANTS):
        if not lost_before < lost < rate or hazard - before <= MARGIN * hazard:
            break
        step = (rate - lost) * (hazard - before) / (lost - lost_before)
        before, lost_before = hazard, lost
        hazard = min(hazard + step, MAX_HAZARD)
        lost = lost_at(hazard)
    return hazard


def load_and_headway(
    flow: TonnesPerDay, convoy_load: float, longest: float, vehicle_load: float
) -> tuple[float, float, int]:
    """Return how a flow is driven: load of a convoy, days between two, vehicles of each.

    Loads are those of a full convoy and of a vehicle; small flows are driven by smaller convoys, with at most
    the longest time between two, in days.

    Examples
    --------
    >>> load_and_headway(60.0, 30.0, 2.0, 5.0), load_and_headway(4.0, 30.0, 2.0, 5.0)
    ((30.0, 0.5, 6), (8.0, 2.0, 2))
    """
    load = min(convoy_load, flow * longest)
    return load, load / flow, max(1, math.ceil(load / vehicle_load - 1e-9))
