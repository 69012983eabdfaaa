"""Convoys: each leaves its base with a load, drives leg by leg, meets interdiction, and delivers the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.domain.attrition import binomial_count
from sim.domain.events import (
    ConvoyArrived,
    ConvoyAttacked,
    ConvoyDeparted,
    ConvoyHeld,
    ConvoyLost,
    ConvoyRerouted,
)
from sim.domain.interdiction import attack_chance
from sim.domain.quantities import DAY, NO_LOSSES, VEHICLES, Losses, Seconds, gram_exact
from sim.domain.state import ConvoyOnRoad
from sim.engine.streams import Stream

if TYPE_CHECKING:
    from sim.engine.arrivals import Waits
    from sim.engine.planning import Line
    from sim.engine.run import Run
    from sim.engine.world import World

IS_CUT = 1.0 - 1e-9
"""Damage from which nothing passes."""


@dataclass(slots=True)
class Convoy:
    """A convoy as its driver sees it."""

    number: int
    side: int
    at: int
    """The town it is in, or has just left."""
    destination: int
    routes: list[int]
    """What lies ahead, this leg first."""
    load: float
    vehicles: int
    luck: Stream


def supply_line(run: Run, line: Line) -> Waits:
    """Send convoys to a town as they fall due, until another plan takes the line over.

    Emits
    -----
    ConvoyDeparted
        Once for each.
    """
    world = run.world
    generation = line.generation
    while True:
        line.settle(world.now)
        wait = (line.load - line.owed) / line.rate * DAY
        yield world.env.timeout(max(0, round(wait)))
        if line.generation != generation:
            return
        line.settle(world.now)
        line.owed -= line.load
        convoy = depart(world, line, world.now, next_way(line))
        world.env.process(drive(run, convoy))


def next_way(line: Line) -> tuple[int, ...]:
    """Return the way whose share of what was sent lags most behind its rate."""
    lag = [sent - rate / line.rate for sent, (_, rate) in zip(line.sent, line.ways, strict=True)]
    chosen = lag.index(min(lag))
    for number, (_, rate) in enumerate(line.ways):
        line.sent[number] -= rate / line.rate
    line.sent[chosen] += 1.0
    return line.ways[chosen][0]


def depart(world: World, line: Line, departed: Seconds, way: tuple[int, ...]) -> Convoy:
    """Load a convoy at its base and put it on the road; one that departed before the start is under way.

    Emits
    -----
    ConvoyDeparted
        Once.
    """
    network = world.network
    origin = line.town
    for e in reversed(way):
        origin = network.other_end(e, origin)
    world.convoy_count += 1
    number = world.convoy_count
    load = gram_exact(line.load)
    side = world.sides[line.side]
    if departed < 0:
        side.initial_supply += load
    else:
        side.entered += load
    world.on_road_to[line.town] += load
    told = ConvoyOnRoad(
        side=side.id,
        origin=network.towns[origin],
        destination=network.towns[line.town],
        routes=tuple(network.routes[e] for e in way),
        times=network.times(way, departed, world.speed),
        departed=departed,
        load=load,
        vehicles=line.vehicles,
    )
    world.convoys[number] = told
    world.tell(
        ConvoyDeparted,
        number,
        told.side,
        told.origin,
        told.destination,
        told.routes,
        told.times,
        departed,
        load,
        line.vehicles,
    )
    luck = world.streams[f"convoys/{network.towns[line.town]}"]
    return Convoy(number, line.side, origin, line.town, list(way), load, line.vehicles, luck)


def drive(run: Run, convoy: Convoy, driven: Seconds = 0) -> Waits:
    """Drive a convoy to its destination, leg by leg.

    Parameters
    ----------
    run, convoy
        Who drives, and where.
    driven
        How long ago it set out, for convoys that are under way when the run begins.

    Emits
    -----
    ConvoyArrived or ConvoyLost
        Once, at the end; before that what happens on the way.
    """
    world = run.world
    while convoy.routes:
        leg = convoy.routes[0]
        if driven <= 0 and not is_open(world, convoy.side, leg):
            if not _find_way(world, convoy):
                yield from _wait_for_road(world, convoy)
            if convoy.number not in world.convoys:
                return
            continue
        time = world.leg_times[leg]
        struck, when = convoy.luck.uniform(), convoy.luck.uniform()
        if driven >= time:
            driven -= time
            convoy.at = world.network.other_end(leg, convoy.at)
            del convoy.routes[0]
            continue
        yield from _leg(run, convoy, leg, time, driven, (struck, when))
        driven = 0
        if convoy.number not in world.convoys:
            return
    _deliver(world, convoy)


def _leg(
    run: Run, convoy: Convoy, leg: int, time: Seconds, driven: Seconds, luck: tuple[float, float]
) -> Waits:
    """Drive one leg, perhaps attacked on it, and arrive at its end or turn round where that has fallen."""
    world = run.world
    struck, when = luck
    attacked_at = round(when * time)
    risk = world.risk[convoy.side][leg] * run.size_effect(convoy.side, convoy.vehicles)
    if attacked_at >= driven and struck < attack_chance(risk):
        yield world.env.timeout(attacked_at - driven)
        driven = attacked_at
        _attack(run, convoy, leg)
        if convoy.number not in world.convoys:
            return
    yield world.env.timeout(time - driven)
    ahead = world.network.other_end(leg, convoy.at)
    if world.holder[ahead] == convoy.side:
        convoy.at = ahead
        del convoy.routes[0]
        return
    yield world.env.timeout(time)
    if world.holder[convoy.at] != convoy.side:
        _lose(world, convoy, convoy.load, NO_LOSSES)


def _attack(run: Run, convoy: Convoy, leg: int) -> None:
    """Let a convoy lose vehicles, the load on them, and some who drove them.

    Emits
    -----
    ConvoyAttacked or ConvoyLost
        Once.
    """
    world = run.world
    lost = binomial_count(convoy.luck.uniform(), convoy.vehicles, world.scenario.interdiction.vehicles_lost)
    luck = world.streams[f"convoy-losses/{world.sides[convoy.side].id}"]
    drawn = run.battle.draw(run.battle.interdiction_losses[convoy.side], 1.0, luck)
    drawn[VEHICLES] = lost
    load_lost = convoy.load if lost == convoy.vehicles else gram_exact(convoy.load * lost / convoy.vehicles)
    town = convoy.destination if world.holder[convoy.destination] == convoy.side else convoy.at
    if world.holder[town] != convoy.side:
        drawn[:] = NO_LOSSES
        drawn[VEHICLES] = lost
        world.sides[convoy.side].losses[VEHICLES] += lost
        losses: Losses = tuple(drawn)
    else:
        losses = world.suffer(town, drawn)
    convoy.vehicles -= lost
    convoy.load -= load_lost
    world.sides[convoy.side].lost += load_lost
    world.on_road_to[convoy.destination] -= load_lost
    told = world.convoys[convoy.number]
    told.load, told.vehicles = convoy.load, convoy.vehicles
    world.tell(
        ConvoyAttacked, convoy.number, world.network.routes[leg], world.network.towns[town], load_lost, losses
    )
    if convoy.vehicles == 0:
        _lose(world, convoy, 0.0, NO_LOSSES)


def _lose(world: World, convoy: Convoy, load: float, losses: Losses) -> None:
    """Take a convoy off the road with what it still carries."""
    world.sides[convoy.side].lost += load
    world.on_road_to[convoy.destination] -= load
    del world.convoys[convoy.number]
    world.tell(ConvoyLost, convoy.number, load, losses)


def _deliver(world: World, convoy: Convoy) -> None:
    """Put a convoy's load into the stock of the town it is in."""
    town = convoy.at
    if world.holder[town] != convoy.side:
        _lose(world, convoy, convoy.load, NO_LOSSES)
        return
    world.stock[town] += convoy.load
    world.on_road_to[convoy.destination] -= convoy.load
    del world.convoys[convoy.number]
    world.tell(ConvoyArrived, convoy.number, world.network.towns[town], convoy.load)


def is_open(world: World, side: int, route: int) -> bool:
    """Return whether a side can drive a route: both ends its own, and not cut."""
    return world.owner(route) == side and world.damage[route] < IS_CUT


def _find_way(world: World, convoy: Convoy) -> bool:
    """Look for another way from where a convoy stands; to where it is going, else stay here if that fell.

    Emits
    -----
    ConvoyRerouted
        Where one is found.
    """
    network = world.network
    if world.holder[convoy.at] != convoy.side:
        return False
    goal = convoy.destination
    if world.holder[goal] != convoy.side:
        goal = convoy.at
    way = network.way(convoy.at, goal, world.holder, lambda e: is_open(world, convoy.side, e))
    if way is None:
        return False
    world.on_road_to[convoy.destination] -= convoy.load
    world.on_road_to[goal] += convoy.load
    convoy.destination = goal
    convoy.routes = way
    told = world.convoys[convoy.number]
    told.origin, told.destination = network.towns[convoy.at], network.towns[goal]
    told.routes = tuple(network.routes[e] for e in way)
    told.times = network.times(way, world.now, world.speed)
    told.held_at = None
    world.tell(ConvoyRerouted, convoy.number, told.origin, told.destination, told.routes, told.times)
    return True


def _wait_for_road(world: World, convoy: Convoy) -> Waits:
    """Wait in a town until a road opens; a convoy whose town falls meanwhile is lost.

    Emits
    -----
    ConvoyHeld
        Once, when the waiting begins.
    """
    told = world.convoys[convoy.number]
    if world.holder[convoy.at] == convoy.side:
        if told.held_at is None:
            told.held_at = world.network.towns[convoy.at]
            world.tell(ConvoyHeld, convoy.number, told.held_at)
        yield world.roads_changed[convoy.side]
    if world.holder[convoy.at] != convoy.side:
        _lose(world, convoy, convoy.load, NO_LOSSES)
