"""Garrisons use up their stocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.events import SupplyConsumed
from sim.model.quantities import DAY, GRAMS

if TYPE_CHECKING:
    from sim.engine.run import Run
    from sim.engine.waits import Waits


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
    sides, holder, empty_since = world.sides, world.holder, world.empty_since
    while True:
        yield world.env.timeout(interval)
        # the interval's own day: at midnight, whether the next one has begun hangs on who comes first
        day = (world.now - interval // 2) // DAY
        rations = [share * ration for ration in world.rations(world.intensities[day])]
        amounts = [0.0] * len(holder)
        stocks, fighting = world.stock, world.is_fighting
        for town, strength in enumerate(world.strength):
            if not strength:
                continue
            stock, fights = stocks[town], fighting[town]
            needed = strength * rations[fights]
            if needed < stock:
                used = round(needed, GRAMS)
                if town in empty_since:
                    del empty_since[town]
            else:
                used = stock
                if needed > 0.0:
                    empty_since.setdefault(town, world.now)
            stocks[town] = stock - used
            amounts[town] = used
            sides[holder[town]].consumed += used
            if fights:
                world.update_combat_effectiveness(town)
        world.tell(SupplyConsumed, tuple(amounts))
