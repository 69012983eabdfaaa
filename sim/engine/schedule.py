"""What the scenario itself makes happen, at given times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.control import look_for_encirclement
from sim.engine.replacements import reinforce
from sim.engine.strikes import DIGITS, damage
from sim.errors import UsageError
from sim.model.events import NumberSet, RouteRepaired

if TYPE_CHECKING:
    from sim.engine.run import Run
    from sim.engine.waits import Waits
    from sim.model.scenario import ScheduledEvent

SIDE_NUMBERS = ("assaults", "fires", "strikes", "reach", "replacements", "quality")
"""Numbers of a side that can be set on the way; of a route it is ``capacity``, of a town ``base``."""


def scheduled(run: Run, event: ScheduledEvent) -> Waits:
    """Let one scheduled event happen at its time.

    Emits
    -----
    RouteDamaged, RouteRepaired, ReinforcementsArrived or NumberSet
        By what is to be done.
    """
    yield run.world.env.timeout(event.at)
    if event.do == "damage" and event.route is not None:
        damage(run, run.world.network.route[event.route], event.amount or 0.0, None)
    elif event.do == "repair" and event.route is not None:
        _repair(run, run.world.network.route[event.route], event.amount)
    elif event.do == "reinforce":
        reinforce(run, event)
    elif event.do == "set":
        _set(run, event)


def _repair(run: Run, route: int, amount: float | None) -> None:
    """Give a route capacity back, all of it where no amount is named; this ends a crew's work on it."""
    world = run.world
    world.repairs.pop(route, None)
    world.damage[route] = round(max(0.0, world.damage[route] - (1.0 if amount is None else amount)), DIGITS)
    world.update_route_capacity(route)
    world.tell(RouteRepaired, world.network.routes[route], None, world.damage[route])
    for side in world.sides:
        run.planners[side.number].is_stale = True
        world.open_roads(side.number)
    if world.damage[route] > 0.0:
        run.call_crews(route)


def _set(run: Run, event: ScheduledEvent) -> None:
    """Change one number on the way."""
    world = run.world
    key, value = event.key or "", event.value or 0.0
    if event.side is not None and key in SIDE_NUMBERS:
        setattr(world.sides[world.scenario.side_index(event.side)], key, value)
        name = f"side.{event.side}.{key}"
    elif event.route is not None and key == "capacity":
        route = world.network.route[event.route]
        world.capacity[route] = value
        world.update_route_capacity(route)
        world.set_capacities[route] = None
        name = f"route.{event.route}.capacity"
    elif event.town is not None and key == "base":
        town = world.network.town[event.town]
        world.base[town] = value
        world.set_bases[town] = None
        name = f"town.{event.town}.base"
    else:
        message = (
            f'event "{event.id}" cannot set "{key}" on the way. '
            f"A side's {', '.join(SIDE_NUMBERS)}, a route's capacity and a town's base can be set."
        )
        raise UsageError(message)
    world.tell(NumberSet, name, value)
    for town in range(len(world.holder)):
        world.update_combat_effectiveness(town)
    look_for_encirclement(world)
    for planner in run.planners:
        planner.is_stale = True
        world.open_roads(planner.side.number)
    run.fighting_changed()
