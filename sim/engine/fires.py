"""Fires: what falls on front garrisons, day and night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.domain.events import FiresFell
from sim.engine.arrivals import Waits, next_arrival

if TYPE_CHECKING:
    from sim.engine.run import Run
    from sim.engine.world import SideState


def fires(run: Run, side: SideState) -> Waits:
    """Let one side's fires fall on the other's front garrisons.

    Emits
    -----
    FiresFell
        Once for each mission that has a target.
    """
    world, battle = run.world, run.battle
    luck = world.streams[f"fires/{side.id}"]
    counts = world.streams[f"fire-losses/{side.id}"]
    while True:
        yield from next_arrival(world, luck, lambda: side.fires)
        chosen = battle.fires(side.number).pick(luck)
        if chosen is None or not world.strength[chosen[0]]:
            battle.pass_over(counts)  # nobody there, or nobody left since the tables were made
            continue
        town = chosen[0]
        drawn = battle.draw(battle.fires_losses[1 - side.number], battle.fires_intensity(town), counts)
        losses = world.suffer(town, drawn)
        world.tell(FiresFell, side=side.id, town=world.network.towns[town], losses=losses)
