"""What decides an assault, and what it costs and moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.model.quantities import Kilometres, Share, Soldiers


def effective_strength(strength: Soldiers, quality: float, supply_effect: Share) -> float:
    """Return a garrison's fighting strength: its soldiers, by their quality and their supply.

    Examples
    --------
    >>> effective_strength(1000, 1.2, 0.5)
    600.0
    """
    return strength * quality * supply_effect


def success_chance(odds: float, kappa: float) -> Share:
    """Return the chance that an assault gains ground.

    Parameters
    ----------
    odds
        Attacker's effective strength over the defender's, with its ground and positions.

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


def outcome_costs(chance: Share, failure_cost: float) -> tuple[float, float]:
    """Return factors on the attacker's losses in success and in failure, whose mean over both is 1.

    Examples
    --------
    >>> outcome_costs(0.5, 3.0)
    (0.5, 1.5)
    """
    in_success = 1.0 / (chance + (1.0 - chance) * failure_cost)
    return in_success, in_success * failure_cost


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
