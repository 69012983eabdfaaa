"""Replacements: soldiers who arrive each day and go where they are missing, as far as supply lets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.model.events import ReinforcementsArrived, ReplacementsArrived
from sim.model.quantities import DAY, HOUR, Seconds

if TYPE_CHECKING:
    from sim.engine.run import Run
    from sim.engine.waits import Waits
    from sim.engine.world import SideState, World
    from sim.model.scenario import ScheduledEvent

ARRIVE_AT: Final[Seconds] = 3 * HOUR
"""When in a day they arrive."""


def replacements(run: Run, side: SideState) -> Waits:
    """Let a side's replacements arrive, once a day; what its rate leaves over a whole soldier waits.

    Emits
    -----
    ReplacementsArrived
        Once a day, where anybody arrives.
    """
    world = run.world
    left_over = 0.0
    yield world.env.timeout(ARRIVE_AT)
    while True:
        left_over += side.replacements
        arriving = int(left_over + 1e-9)
        left_over -= arriving
        if arriving:
            spread = _spread(world, side, arriving)
            for town, soldiers in spread.items():
                world.strength[town] += soldiers
            to_reserve = arriving - sum(spread.values())
            side.reserve += to_reserve
            side.arrived += arriving
            names = world.network.towns
            world.tell(
                ReplacementsArrived,
                side=side.id,
                towns={names[town]: soldiers for town, soldiers in spread.items()},
                reserve=to_reserve,
            )
        yield world.env.timeout(DAY)


def _spread(world: World, side: SideState, arriving: int) -> dict[int, int]:
    """Return who gets how many: by what is missing × the effect of supply; nobody more than is missing."""
    number, encircled = side.number, world.encircled
    missing = {
        town: meant - present
        for town, (holder, meant, present) in enumerate(
            zip(world.holder, world.establishment, world.strength, strict=True)
        )
        if meant > present and holder == number and town not in encircled
    }
    wanted = {town: count * world.effect(town) for town, count in missing.items()}
    total = 0.0
    for weight in wanted.values():
        total += weight
    spread: dict[int, int] = {}
    if total <= 0.0:
        return spread
    carried = 0.0
    for town, weight in wanted.items():
        carried += min(missing[town], arriving * weight / total)
        due = int(carried + 1e-9)
        if due:
            spread[town] = min(due, missing[town])
            carried -= due
    return spread


def reinforce(run: Run, event: ScheduledEvent) -> None:
    """Bring the soldiers of a scheduled reinforcement, at once or hour by hour.

    Emits
    -----
    ReinforcementsArrived
        Once, or once an hour over the time given.
    """
    run.world.env.process(_arrive(run, event))


def _arrive(run: Run, event: ScheduledEvent) -> Waits:
    """Let reinforcements arrive: at once, or hour by hour with half a part first and half a part last.

    So somebody is there from the beginning, and the mean time at which a soldier arrives is the middle.
    """
    world = run.world
    soldiers, hours = round(event.amount or 0), event.over // HOUR
    town = None if event.town is None else world.network.town[event.town]
    number = world.first_holder[town] if town is not None else 0
    if event.side is not None:
        number = world.scenario.side_index(event.side)
    side = world.sides[number]
    here = 0
    for hour in range(hours + 1):
        due = soldiers if hour == hours else soldiers * (2 * hour + 1) // (2 * hours)
        _join(run, side, town, due - here)
        here = due
        if hour < hours:
            yield world.env.timeout(HOUR)


def _join(run: Run, side: SideState, town: int | None, arriving: int) -> None:
    """Let soldiers join a town's garrison, or the reserve where their side does not hold it."""
    world = run.world
    if town is not None and world.holder[town] == side.number:
        world.strength[town] += arriving
        world.establishment[town] += arriving
        name = world.network.towns[town]
    else:
        side.reserve += arriving
        name = None
    side.arrived += arriving
    world.tell(ReinforcementsArrived, side=side.id, town=name, soldiers=arriving)
    run.fighting_changed()
