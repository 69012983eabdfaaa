"""Strikes on routes: they put capacity out of use until a crew has repaired it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.clocks import Attacks, Clocks
from sim.model.events import RouteDamaged

if TYPE_CHECKING:
    from sim.engine.run import Run
    from sim.engine.world import SideState
    from sim.statistics.streams import Stream

DIGITS = 4
"""Decimals in which damage is kept."""


def strikes(run: Run, side: SideState) -> Clocks:
    """Return the clocks of one side's strikes, one for each of the other's routes."""
    world, names = run.world, run.world.network.routes
    return Clocks(
        world,
        Attacks(
            rate=lambda: side.strikes,
            weights=lambda: world.targets[side.number],
            rng=lambda route: world.streams[f"strikes/{side.id}/{names[route]}"],
            strike=lambda route, rng: strike(run, side, route, rng),
        ),
    )


def strike(run: Run, side: SideState, route: int, rng: Stream) -> None:
    """Let one strike fall on a route."""
    rules = run.world.scenario.strikes
    damage(run, route, max(10.0**-DIGITS, round(rng.beta(rules.damage, rules.concentration), DIGITS)), side)


def damage(run: Run, route: int, amount: float, by: SideState | None) -> None:
    """Put part of a route's capacity out of use; damages add up to a cut, and call for a crew.

    Emits
    -----
    RouteDamaged
        Once.
    """
    world = run.world
    world.damage[route] = round(min(1.0, world.damage[route] + amount), DIGITS)
    world.update_route_capacity(route)
    world.tell(
        RouteDamaged,
        route=world.network.routes[route],
        side=None if by is None else by.id,
        amount=amount,
        damage=world.damage[route],
    )
    run.call_crews(route)
