"""Garrisons use up their stocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.domain.events import SupplyConsumed
from sim.domain.quantities import DAY, GRAMS
from sim.domain.sustainment import consumption as consumption_law

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
    share = supply.consumption_interval / DAY
    while True:
        yield world.env.timeout(supply.consumption_interval)
        tempo, is_fighting = world.intensity, world.is_fighting
        amounts = []
        for town, strength in enumerate(world.strength):
            stock = world.stock[town]
            used = 0.0
            if strength:
                needed = consumption_law(supply, strength, is_fighting[town], tempo) * share
                used = stock if needed >= stock else round(needed, GRAMS)
                world.stock[town] = stock - used
                world.sides[world.holder[town]].consumed += used
                if is_fighting[town]:
                    world.weigh(town)
            amounts.append(used)
        world.tell(SupplyConsumed, tuple(amounts))
