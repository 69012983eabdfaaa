"""Starvation: garrisons that have too little for too long lose soldiers, and then give up their towns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.engine.capture import give_up
from sim.model.supply.sustainment import leaving

if TYPE_CHECKING:
    from sim.engine.front.front import Front
    from sim.model.quantities import Days

ALMOST: Final = 1e-9
"""Less than this is missing to a whole soldier by rounding only."""


def starve(front: Front, days: Days, left_over: dict[int, float]) -> None:
    """Let garrisons starve for some days that have passed, under any doctrine.

    Those of a side that never had a base live on what the scenario does not tell, and do not starve.

    Parameters
    ----------
    left_over
        By town: parts of a soldier that are still to leave; kept by the caller.

    Publishes
    ---------
    StarvationBegan, StarvationEnded
        Where the share of need met passes the threshold.
    SoldiersLeft
        For each starving garrison, where it is a whole soldier at least.
    TownFell
        Where a starving garrison in contact is below the share at which it gives up.
    """
    supply, need_met, starving = front.scenario.supply, front.need_met, front.starving
    if not supply.starvation_rate:
        return
    has_bases = [bool(front.bases_of(side.number)) for side in front.sides]
    holder, strengths, enough = front.holder, front.strength, supply.starvation_share
    for town, met in enumerate(need_met):
        if met >= enough and town not in starving:
            continue
        strength = strengths[town]
        is_starving = strength > 0 and met < enough and has_bases[holder[town]]
        if is_starving != (town in starving):
            front.set_starving(town, is_starving=is_starving)
        if is_starving:
            due = left_over.get(town, 0.0) + leaving(supply, strength, met, days)
            soldiers = min(strength, int(due + ALMOST))
            left_over[town] = due - soldiers
            if soldiers:
                front.leave(town, soldiers)
    for town in list(starving):
        is_weak = front.strength[town] < supply.give_up_share * front.establishment[town]
        if town in starving and front.is_fighting[town] and is_weak:
            give_up(front, town, "starved")
