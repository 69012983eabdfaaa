"""Strikes on routes: they put capacity out of use until a crew has repaired it."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

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
    while True:
        yield from next_arrival(world, luck, lambda: side.strikes)
        route = _target(world, side, luck.uniform())
        amount = max(10.0**-DIGITS, round(damages.beta(rules.damage, rules.concentration), DIGITS))
        if route is not None:
            damage(run, route, amount, side)


def _target(world: World, side: SideState, u: float) -> int | None:
    """Return the route that a strike falls on; nothing where none is exposed."""
    weight, kind = world.scenario.strikes.weight, world.network.kind
    enemy = 1 - side.number
    exposed = world.exposed_to[side.number]
    rising = list(
        accumulate(
            exposed[e] * weight[kind[e]] if world.owner(e) == enemy else 0.0 for e in range(len(exposed))
        )
    )
    if not rising or rising[-1] <= 0.0:
        return None
    return min(bisect_right(rising, u * rising[-1]), len(rising) - 1)


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
