"""Strikes on routes: they put capacity out of use until a crew has repaired it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.domain.events import RouteDamaged
from sim.engine.arrivals import Waits, next_arrival

if TYPE_CHECKING:
    from sim.engine.run import Run
    from sim.engine.world import SideState, World

DIGITS = 4
"""Decimals in which damage is kept."""


def strikes(run: Run, side: SideState) -> Waits:
    """Let one side strike the other's routes: by exposure to its reach, and by their kind.

    Emits
    -----
    RouteDamaged
        Once for each strike that has a target.
    """
    world = run.world
    rules = world.scenario.strikes
    luck = world.streams[f"strikes/{side.id}"]
    damages = world.streams[f"strike-damage/{side.id}"]
    targets = Targets(world, side)
    while True:
        yield from next_arrival(world, luck, lambda: side.strikes)
        route = targets.pick(luck.uniform())
        amount = max(10.0**-DIGITS, round(damages.beta(rules.damage, rules.concentration), DIGITS))
        if route is not None:
            damage(run, route, amount, side)


class Targets:
    """Routes that one side may strike, by exposure to its reach and by their kind.

    Parameters
    ----------
    world
        Whose routes.
    side
        Who strikes.
    """

    def __init__(self, world: World, side: SideState) -> None:
        self._world = world
        self._side = side.number
        weights = world.scenario.strikes.weight
        self._weights = np.array([weights[kind] for kind in world.network.kind])
        self._rising = np.zeros(0)
        self._control = -1
        self._exposed: object = None
        """Who held what, and what was exposed, when weights were last added up."""

    def pick(self, u: float) -> int | None:
        """Return the route that a uniform draw falls on; nothing where none is exposed."""
        world = self._world
        exposed = world.exposed_to[self._side]
        if exposed is not self._exposed or self._control != world.control_changes:
            self._exposed, self._control = exposed, world.control_changes
            is_open_to_it = np.array(world.owners) == 1 - self._side
            self._rising = np.cumsum(np.where(is_open_to_it, np.array(exposed) * self._weights, 0.0))
        rising = self._rising
        if not rising.size or rising[-1] <= 0.0:
            return None
        return min(int(np.searchsorted(rising, u * rising[-1], side="right")), len(rising) - 1)


def damage(run: Run, route: int, amount: float, by: SideState | None) -> None:
    """Put part of a route's capacity out of use; damages add up to a cut, and call for a crew."""
    world = run.world
    world.damage[route] = round(min(1.0, world.damage[route] + amount), DIGITS)
    world.look_at(route)
    world.tell(
        RouteDamaged,
        route=world.network.routes[route],
        side=None if by is None else by.id,
        amount=amount,
        damage=world.damage[route],
    )
    run.call_crews(route)
