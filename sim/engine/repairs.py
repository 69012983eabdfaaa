"""Repair crews: the route that holds back most supply first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.model.events import RepairStarted, RouteRepaired

if TYPE_CHECKING:
    from sim.engine.run import Run
    from sim.engine.waits import Waits
    from sim.engine.world import SideState


def crew(run: Run, side: SideState) -> Waits:
    """Let one crew repair its side's routes, most pressing first, for ever.

    What presses is asked when the crew is free, since a route can become a bottleneck while it waits.

    Emits
    -----
    RepairStarted, RouteRepaired
        Once each for every repair; no second one where a town at the route fell meanwhile, or the scenario
        repaired it.
    """
    world = run.world
    rules = world.scenario.repairs
    while True:
        route = most_pressing(run, side)
        if route is None:
            yield run.damage_done[side.number]
            continue
        rng = world.streams[f"repairs/{side.id}/{world.network.routes[route]}"]
        draw = rng.exponential() if rules.law == "exponential" else math.exp(rules.spread * rng.normal())
        due = world.now + max(1, round(rules.time * draw))
        world.repairs[route] = due
        world.tell(RepairStarted, route=world.network.routes[route], side=side.id, due=due)
        yield world.env.timeout(due - world.now)
        if world.repairs.get(route) == due:
            _finish(run, side, route)


def _finish(run: Run, side: SideState, route: int) -> None:
    """Give a repaired route all its capacity back."""
    world = run.world
    del world.repairs[route]
    run.waiting_damage.pop(route, None)
    world.damage[route] = 0.0
    world.update_route_capacity(route)
    world.tell(RouteRepaired, route=world.network.routes[route], side=side.id, damage=0.0)
    run.planners[side.number].is_stale = True
    world.open_roads(side.number)


def most_pressing(run: Run, side: SideState) -> int | None:
    """Return the damaged route of a side, not yet worked on, with the highest shadow price; oldest first."""
    world = run.world
    price = run.planners[side.number].programme.plan.price
    waiting = [
        route
        for route in run.waiting_damage
        if route not in world.repairs and world.damage[route] > 0.0 and world.owner(route) == side.number
    ]
    if not waiting:
        return None
    return max(waiting, key=lambda route: price.get(route, 0.0))
