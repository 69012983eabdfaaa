"""A town changes hands: withdrawal, what is left behind, who moves in, and which contacts open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.events import RunEnded, TownEncircled, TownFell, TownRelieved
from sim.model.quantities import NO_LOSSES, PERSONNEL, Losses, round_to_gram

if TYPE_CHECKING:
    from sim.engine.run import Run
    from sim.engine.waits import Waits
    from sim.engine.world import World
    from sim.model.scenario import EndCondition

DEPTH_OF_A_FARM = 0.5
"""Kilometres added to a town's depth when its room is weighed, so that the smallest has some."""


def fall(run: Run, town: int, route: int, attacker: int) -> None:
    """Let a town fall to the garrison that took it over a contact.

    Emits
    -----
    TownFell
        Once; then TownEncircled and TownRelieved for towns whose ways to a base changed.
    """
    world = run.world
    loser, winner = world.sides[world.holder[town]], world.sides[world.holder[attacker]]
    retreat, withdrawn, losses = _withdraw(world, town)
    loser_stock = world.stock[town]
    captured = round_to_gram(loser_stock * world.scenario.command.capture_share)
    moved_in = round(world.strength[attacker] * world.scenario.assaults.move_in_share)
    stock_lost = round_to_gram(loser_stock - captured)
    captured = loser_stock - stock_lost
    loser.lost += loser_stock
    winner.captured += captured
    world.stock[town] = captured
    world.empty_since.pop(town, None)
    world.strength[attacker] -= moved_in
    world.strength[town] = moved_in
    world.establishment[town] = moved_in
    world.minimum_garrison[town] = 0
    world.establishment[attacker] = max(0, world.establishment[attacker] - moved_in)
    world.holder[town] = winner.number
    world.changed_at.setdefault(town, []).append(world.now)
    opened = _redraw_contacts(world, town)
    ids = world.network
    world.tell(
        TownFell,
        town=ids.towns[town],
        loser=loser.id,
        winner=winner.id,
        route=ids.routes[route],
        retreat=None if retreat is None else ids.towns[retreat],
        withdrawn=withdrawn,
        losses=losses,
        moved_from=ids.towns[attacker],
        moved_in=moved_in,
        stock_lost=stock_lost,
        stock_captured=captured,
        fronts=opened,
    )
    look_for_encirclement(world)
    run.control_changed(town)


def _withdraw(world: World, town: int) -> tuple[int | None, int, Losses]:
    """Take the garrison out to the neighbouring town with most room; stragglers are lost, or all of it.

    Returns
    -------
    tuple
        Where it went, how many, and what was lost.
    """
    side = world.holder[town]
    present = world.strength[town]
    ways = [other for _, other in world.network.adjacent[town] if world.holder[other] == side]
    if not ways:
        return None, 0, world.apply_losses(town, (present, *NO_LOSSES[1:]))
    stragglers = round(present * world.scenario.command.straggler_share)
    losses = world.apply_losses(town, (stragglers, *NO_LOSSES[1:]))
    withdrawn = present - losses[PERSONNEL]
    retreat = min(ways, key=lambda other: world.strength[other] / (world.depth[other] + DEPTH_OF_A_FARM))
    world.strength[town] = 0
    world.strength[retreat] += withdrawn
    world.establishment[retreat] += world.establishment[town]
    return (retreat if withdrawn else None), withdrawn, losses


def _redraw_contacts(world: World, town: int) -> dict[str, float]:
    """Close the contacts that the town's fall made interior and open those it made; return the opened.

    Repairs on its routes end: none of them lies on ground of the side whose crew was at work any more.
    """
    network = world.network
    world.count_contacts()
    world.warn_convoys()
    for near in (town, *(other for _, other in network.adjacent[town])):
        world.update_combat_effectiveness(near)
    opened = {}
    for route, other in network.adjacent[town]:
        world.repairs.pop(route, None)
        if world.holder[other] == world.holder[town]:
            world.front.pop(route, None)
            continue
        world.front[route] = 0.0 if network.start[route] == town else network.length[route]
        opened[network.routes[route]] = world.front[route]
    return opened


def look_for_encirclement(world: World) -> None:
    """Tell which garrisons lost or found a way to a base of their side; sides without bases have no ways."""
    bases = [town for town, tonnes in enumerate(world.base) if tonnes > 0 or town in world.set_bases]
    for side in world.sides:
        own = [town for town in bases if world.first_holder[town] == side.number]
        if not own:
            continue
        held = [town for town in own if world.base[town] > 0 and world.holder[town] == side.number]
        supplied = world.network.reachable(held, world.holder)
        for town, holder in enumerate(world.holder):
            is_cut = holder == side.number and town not in supplied and world.strength[town] > 0
            if is_cut and world.encircled.get(town) != side.number:
                world.encircled[town] = side.number
                world.tell(TownEncircled, town=world.network.towns[town], side=side.id)
            elif not is_cut and world.encircled.get(town) == side.number:
                del world.encircled[town]
                if holder == side.number:
                    world.tell(TownRelieved, town=world.network.towns[town], side=side.id)


def watch_end(run: Run, condition: EndCondition) -> Waits:
    """End the run early when a town has been held by a side for long enough.

    Emits
    -----
    RunEnded
        At most once.
    """
    world = run.world
    town, side = world.network.town[condition.town], world.scenario.side_index(condition.held_by)
    while True:
        if world.holder[town] != side:
            yield run.town_changed
            continue
        left = world.changed_at.get(town, [0])[-1] + condition.duration - world.now
        if left <= 0:
            break
        yield world.env.timeout(left)
    if world.over is None:
        world.over = "condition"
        world.over_note = f"{condition.town} held by {condition.held_by}"
        world.tell(RunEnded, "condition", world.over_note)
