"""What garrisons need, and what want of it does to them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.model.quantities import KILOGRAMS_PER_TONNE, Days, Share, Soldiers, Tonnes, TonnesPerDay

if TYPE_CHECKING:
    from sim.model.parameters import Supply

LOGISTIC_STEEPNESS = 2.0
"""Per day: how fast the logistic supply effect changes around its middle."""
BANDS = ((1.0, 1.0), (2 / 3, 0.75), (1 / 3, 0.5))
"""Shares of `effect_full_at` from which the banded effect holds each level, of the way from 0 to full."""


def consumption(
    supply: Supply, strength: Soldiers, is_fighting: bool, tempo: float = 1.0, ammunition: float = 1.0
) -> TonnesPerDay:
    """Return what a garrison uses in a day, at a tempo and with so much ammunition fired.

    Examples
    --------
    >>> from sim.model.parameters import Supply
    >>> consumption(Supply(), 1000, is_fighting=False)
    8.0
    """
    each = supply.consumption_idle
    if is_fighting:
        fired = 1.0 + supply.ammunition_share * (ammunition - 1.0)
        each += (supply.consumption_fighting - supply.consumption_idle) * tempo * fired
    return strength * each / KILOGRAMS_PER_TONNE


def days_of_supply(stock: Tonnes, use: TonnesPerDay) -> Days:
    """Return how long a stock lasts; infinite where nothing is used.

    Examples
    --------
    >>> days_of_supply(12.0, 4.0)
    3.0
    """
    return stock / use if use > 0 else math.inf


def demand(supply: Supply, stock: Tonnes, use: TonnesPerDay) -> TonnesPerDay:
    """Return what a garrison asks for: what it uses, and its stock brought back to the objective.

    Examples
    --------
    >>> from sim.model.parameters import Supply
    >>> demand(Supply(), stock=50.0, use=10.0)
    10.0
    >>> demand(Supply(), stock=10.0, use=10.0)
    20.0
    """
    return max(0.0, use + (supply.stockage_objective * use - stock) / supply.refill_time)


def days_covered(supply: Supply, stock: Tonnes, inflow: TonnesPerDay, use: TonnesPerDay) -> Days:
    """Return for how long a garrison is covered by what it has and is getting, up to full effect.

    Examples
    --------
    >>> from sim.model.parameters import Supply
    >>> days_covered(Supply(), stock=0.0, inflow=12.0, use=20.0)
    1.8
    """
    full = supply.effect_full_at
    return min(full, (stock + inflow * full) / use) if use else full


def leaving(supply: Supply, strength: Soldiers, need_met: Share, days: Days) -> float:
    """Return how many soldiers leave a garrison in some days, by the share of its need that it had lately.

    Examples
    --------
    >>> from sim.model.parameters import Supply
    >>> leaving(Supply(), 1000, 0.5, 1.0), leaving(Supply(), 1000, 0.0, 1.0)
    (9.230769230769234, 40.0)
    """
    missing = 1.0 - need_met / supply.starvation_share if supply.starvation_share else 0.0
    return strength * supply.starvation_rate * max(0.0, missing) * days


def supply_effect(supply: Supply, days: Days, without: Days = 0.0) -> Share:
    """Return a garrison's fighting value by its days of supply; it falls gradually to a floor.

    Examples
    --------
    >>> from sim.model.parameters import Supply
    >>> supply_effect(Supply(), 3.0), supply_effect(Supply(), 0.0)
    (1.0, 0.35)
    """
    full, floor = supply.effect_full_at, supply.effect_floor
    if supply.effect == "none" or days >= full:
        return 1.0
    if supply.effect == "linear":
        level = days / full
    elif supply.effect == "logistic":
        level = _logistic(days, full)
    elif supply.effect == "bands":
        level = next((value for share, value in BANDS if days >= share * full), 0.25)
    else:
        level = _grace(without)
    return floor + (1.0 - floor) * level


def _logistic(days: Days, full: Days) -> Share:
    """Return a logistic curve in days, stretched to run from 0 at none to 1 at full."""

    def curve(x: Days) -> float:
        return 1.0 / (1.0 + math.exp(-LOGISTIC_STEEPNESS * (x - full / 2)))

    return (curve(days) - curve(0.0)) / (curve(full) - curve(0.0))


def _grace(without: Days) -> Share:
    """Return full value with anything on hand and for a first day with nothing, then two steps."""
    if without < 1.0:
        return 1.0
    return 0.5 if without < 2 else 0.0
