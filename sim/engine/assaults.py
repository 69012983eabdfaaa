"""Assaults: attacks over a contact that move its front and cost both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.clocks import Attacks, Clocks
from sim.engine.control import fall
from sim.engine.world import FOR_EVER
from sim.model.attrition import fire_intensity
from sim.model.events import AssaultFought
from sim.model.front import advanced_front, is_inside, outcome_costs, success_chance

if TYPE_CHECKING:
    from sim.engine.run import Run
    from sim.engine.world import SideState, World
    from sim.statistics.streams import Stream

HIGHEST_ODDS = 999.0
"""Odds told where nobody defends."""


def assaults(run: Run, side: SideState) -> Clocks:
    """Return the clocks of one side's assaults, one for each contact."""
    world, names = run.world, run.world.network.routes
    return Clocks(
        world,
        Attacks(
            rate=lambda: side.assaults,
            weights=lambda: run.battle.assaults(side.number),
            rng=lambda route: world.streams[f"assaults/{side.id}/{names[route]}"],
            strike=lambda route, rng: assault(run, side, route, rng),
        ),
    )


def assault(run: Run, side: SideState, route: int, rng: Stream) -> None:
    """Fight one assault over a contact: decide, take losses, move the front.

    Emits
    -----
    AssaultFought
        Once, where anybody is left to attack; and what `fall` tells where the town falls.
    """
    world, battle = run.world, run.battle
    origin, target = world.own_end_first(route, side.number)
    if not world.strength[origin]:  # nobody is left there since clocks were set
        return
    decide, step = rng.uniform(), _step(world, side, route)
    rules = world.scenario.assaults
    attacker, defender = world.effective(origin), world.effective(target)
    odds = assault_odds(world, route, origin, target, attacker, defender)
    chance = success_chance(odds, rules.kappa)
    succeeded = decide < chance
    cost = outcome_costs(chance, rules.failure_cost)[0 if succeeded else 1]
    powers = battle.assault_exponents
    on_attacker = (
        cost * rules.attacker_weight * fire_intensity(powers, world.firing(target), world.exposed(origin))
    )
    on_defender = 0.0
    if world.strength[target]:
        on_defender = fire_intensity(powers, world.firing(origin), world.exposed(target))
    own = world.apply_losses(origin, battle.draw(battle.assault_losses[side.number], on_attacker, rng))
    other = world.apply_losses(target, battle.draw(battle.assault_losses[1 - side.number], on_defender, rng))
    falls = succeeded and _advance(world, route, origin, target, step)
    if world.has_listeners:
        ids = world.network
        world.tell(
            AssaultFought,
            route=ids.routes[route],
            attacker=side.id,
            origin=ids.towns[origin],
            target=ids.towns[target],
            began=world.now - rules.duration,
            odds=round(min(odds, HIGHEST_ODDS), 3),
            succeeded=succeeded,
            front=world.front[route],
            attacker_losses=own,
            defender_losses=other,
        )
    if falls:
        fall(run, target, route, origin)


def assault_odds(
    world: World, route: int, origin: int, target: int, attacker: float, defender: float
) -> float:
    """Return attacker over defender with its ground, positions and river; high where nobody defends."""
    if defender <= 0.0:
        return FOR_EVER
    forth = world.network.start[route] == origin
    inside = is_inside(world.front[route], forth=forth, length=world.network.length[route])
    ground = world.terrain[target] if inside else world.route_terrain[route]
    if target not in world.changed_at:
        ground *= world.fortification[target]
    return attacker / (defender * ground * world.crossing[route])


def _step(world: World, side: SideState, route: int) -> float:
    """Return the ground that an assault gains if it succeeds; km.

    Drawn for each, so that the luck of those that follow does not hang on how this one goes.
    """
    rules = world.scenario.assaults
    rng = world.streams[f"advances/{side.id}/{world.network.routes[route]}"]
    return rng.gamma(rules.advance_shape) * rules.advance / rules.advance_shape


def _advance(world: World, route: int, origin: int, target: int, step: float) -> bool:
    """Move a front by the ground gained; return whether the far town falls."""
    network = world.network
    start, end = network.start[route], network.end[route]
    world.front[route], falls = advanced_front(
        world.front[route],
        step,
        forth=start == origin,
        length=network.length[route],
        depths=(world.depth[start], world.depth[end]),
    )
    world.roads_moved = True
    return falls
