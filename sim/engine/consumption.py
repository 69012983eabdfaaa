"""Garrisons use up their stocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.domain.events import SupplyConsumed
from sim.domain.quantities import DAY, GRAMS

if TYPE_CHECKING:
    from sim.engine.arrivals import Waits
    from sim.engine.run import Run


def consumption(run: Run) -> Waits:
    """Draw stocks down at every consumption interval, for the interval that has passed.

    Emits
    -----
    SupplyConsumed
        Once an interval.
    """
    world = run.world
    supply = world.scenario.supply
    interval = supply.consumption_interval
    share = interval / DAY
    sides, holder = world.sides, world.holder
    while True:
        yield world.env.timeout(interval)
        # the interval's own day: at midnight, whether the next one has begun hangs on who comes first
        day = (world.now - interval // 2) // DAY
        rations = [share * ration for ration in world.rations(world.intensities[day])]
        amounts = []
        for town, (strength, stock, fights) in enumerate(
            zip(world.strength, world.stock, world.is_fighting, strict=True)
        ):
            used = 0.0
            if strength:
                needed = strength * rations[fights]
                used = stock if needed >= stock else round(needed, GRAMS)
                if needed < stock:
                    world.empty_since.pop(town, None)
                elif needed > 0.0:
                    world.empty_since.setdefault(town, world.now)
                world.stock[town] = stock - used
                sides[holder[town]].consumed += used
                if fights:
                    world.weigh(town)
            amounts.append(used)
        world.tell(SupplyConsumed, tuple(amounts))
