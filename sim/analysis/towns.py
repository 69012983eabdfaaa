"""Towns at a moment: which are contested, and for how long their garrisons are supplied.

Terminal, window and report all ask here, so that they never differ.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.model.supply.sustainment import days_of_supply

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from sim.model.quantities import Days, Soldiers, TonnesPerDay
    from sim.model.scenario import Scenario
    from sim.model.state import State


def contested_towns(scenario: Scenario, state: State) -> frozenset[str]:
    """Return the towns at which a contact ends, so that their garrisons are fighting."""
    fronts = state.fronts
    return frozenset(
        town for route in scenario.routes if route.id in fronts for town in (route.start, route.end)
    )


def town_days(scenario: Scenario, state: State, town: str) -> Days | None:
    """Return a town's days of supply, or None if it has no garrison."""
    return days_by_town(scenario, state, contested_towns(scenario, state), (town,))[town]


def days_by_town(
    scenario: Scenario, state: State, contested: Collection[str], towns: Iterable[str] | None = None
) -> dict[str, Days | None]:
    """Return days of supply by town, at tempo 1, or None if it has no garrison.

    Parameters
    ----------
    contested
        From `contested_towns`.
    towns
        Which; all if none are named.
    """
    found: dict[str, Days | None] = {}
    for town in state.strength if towns is None else towns:
        use = state.daily_use(scenario.supply, town, town in contested)
        days = days_of_supply(state.stock[town], use)
        found[town] = None if math.isinf(days) else days
    return found


def soldiers_of(state: State, side: str) -> Soldiers:
    """Return how many soldiers a side has, reserves included."""
    held_by = state.held_by
    there = [soldiers for town, soldiers in state.strength.items() if held_by[town] == side]
    return state.sides[side].reserve + sum(there)


def missing_supply(state: State, side: str) -> TonnesPerDay:
    """Return what a side's towns need and the plan does not bring, together."""
    return math.fsum(
        max(0.0, need - state.inflows.get(town, 0.0))
        for town, need in state.demands.items()
        if state.held_by[town] == side
    )


def reachable(starts: Iterable[str], neighbours: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """Return the towns that can be reached from some, those first, in the order in which they are found."""
    found = dict.fromkeys(starts)
    waiting = [*found]
    for here in waiting:
        for town in neighbours(here):
            if town not in found:
                found[town] = None
                waiting.append(town)
    return tuple(found)
