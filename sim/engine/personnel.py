"""Soldiers who arrive: replacements each day, where they are missing, and scheduled reinforcements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.model.quantities import DAY, HOUR, Seconds

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from sim.engine.front.front import Front
    from sim.engine.front.state import SideState
    from sim.model.scenario import ScheduledEvent

ARRIVE_AT: Final[Seconds] = 3 * HOUR
"""When in a day replacements arrive."""
ALMOST: Final = 1e-9
"""Less than this is missing to a whole soldier by rounding only."""


def replacements(front: Front, side: SideState) -> ProcessGenerator:
    """Let a side's replacements arrive once a day; what its rate leaves over a whole soldier waits.

    Publishes
    ---------
    ReplacementsArrived
        Once a day, unless the rate is too low for a soldier.
    """
    left_over = 0.0
    yield front.env.timeout(ARRIVE_AT)
    while True:
        left_over += side.replacements
        arriving = int(left_over + ALMOST)
        left_over -= arriving
        if arriving:
            towns = _spread(front, side, arriving)
            front.add_replacements(side.number, towns, arriving - sum(towns.values()))
        yield front.env.timeout(DAY)


def _spread(front: Front, side: SideState, arriving: int) -> dict[int, int]:
    """Return replacements by town, capped at the missing; none to those who starve.

    They go in proportion to missing × supply effect, and more where their side attacks.
    """
    number, holder, strength = side.number, front.holder, front.strength
    missing = {
        town: meant - strength[town]
        for town, meant in enumerate(front.establishment)
        if meant > strength[town]
        and holder[town] == number
        and town not in front.encircled
        and town not in front.starving
    }
    wanted = {
        town: count * front.supply_effect(town) * _emphasis(front, side, town)
        for town, count in missing.items()
    }
    total = 0.0
    for weight in wanted.values():
        total += weight
    spread: dict[int, int] = {}
    if total <= 0.0:
        return spread
    carried = 0.0
    for town, weight in wanted.items():
        carried += min(missing[town], arriving * weight / total)
        due = int(carried + ALMOST)
        if due:
            spread[town] = min(due, missing[town])
            carried -= due
    return spread


def _emphasis(front: Front, side: SideState, town: int) -> float:
    """Return how much more than elsewhere replacements go to a town: as its side attacks from there."""
    contacts = front.contacts_of(town)
    return 1.0 + max(side.weights.get(route, 0.0) for route, _ in contacts) if contacts else 1.0


def reinforcements(front: Front, event: ScheduledEvent) -> ProcessGenerator:
    """Let reinforcements arrive: at once, or hour by hour with half a part first and half a part last.

    So somebody is there from the beginning, and the mean time at which a soldier arrives is the middle.

    Publishes
    ---------
    ReinforcementsArrived
        Once, or once an hour over the time given.
    """
    soldiers, hours = round(event.amount or 0), event.over // HOUR
    town = None if event.town is None else front.network.town[event.town]
    side = front.first_holder[town] if town is not None else 0
    if event.side is not None:
        side = front.scenario.side_index(event.side)
    here = 0
    for hour in range(hours + 1):
        due = soldiers if hour == hours else soldiers * (2 * hour + 1) // (2 * hours)
        front.reinforce(side, town, due - here)
        here = due
        if hour < hours:
            yield front.env.timeout(HOUR)
