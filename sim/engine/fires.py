"""Fires: what falls on front garrisons, day and night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.clocks import Attacks, Clocks
from sim.model.events import FiresFell

if TYPE_CHECKING:
    from sim.engine.run import Run
    from sim.engine.world import SideState
    from sim.statistics.streams import Stream


def fires(run: Run, side: SideState) -> Clocks:
    """Return the clocks of one side's fire missions, one for each of the other's front garrisons."""
    world, names = run.world, run.world.network.towns
    return Clocks(
        world,
        Attacks(
            rate=lambda: side.fires,
            weights=lambda: run.battle.fires(side.number),
            rng=lambda town: world.streams[f"fires/{side.id}/{names[town]}"],
            strike=lambda town, rng: fire(run, side, town, rng),
        ),
    )


def fire(run: Run, side: SideState, town: int, rng: Stream) -> None:
    """Let one mission fall on a town.

    Emits
    -----
    FiresFell
        Once, where anybody is left there.
    """
    world, battle = run.world, run.battle
    if not world.strength[town]:  # nobody is left there since clocks were set
        return
    losses = battle.fires_losses[1 - side.number]
    lost = world.apply_losses(town, battle.draw(losses, battle.fires_intensity(town), rng))
    world.tell(FiresFell, side=side.id, town=world.network.towns[town], losses=lost)
