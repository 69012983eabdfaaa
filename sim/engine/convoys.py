"""Convoys: each leaves its base with a load, drives leg by leg, meets interdiction, and delivers the rest."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
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
from sim.domain.quantities import DAY, NO_LOSSES, PERSONNEL, VEHICLES, Seconds, gram_exact
from sim.domain.state import ConvoyOnRoad
from sim.engine.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Generator

    import simpy

    from sim.engine.arrivals import Waits
    from sim.engine.planning import Line
    from sim.engine.run import Run
    from sim.engine.world import World


@dataclass(slots=True)
class Convoy:
    """A convoy as its driver sees it."""

    number: int
    side: int
    origin: int
    at: int
    """The town it is in, or has just left."""
    destination: int
    way: tuple[int, ...]
    """All routes from its origin, in driving order."""
    ahead: list[int]
    """Those that still lie ahead, the next one last."""
    departed: Seconds
    speed: float
    """Factor on speeds when it departed, which its due times were reckoned with."""
    load: float
    vehicles: int
    size_effect: float
    """Factor on its risk by its size."""
    luck: Stream
    is_held: bool = False


def supply_line(run: Run, line: Line, generation: int) -> Waits:
    """Send convoys to a town as they fall due, until another plan takes the line over.

    Parameters
    ----------
    run, line
        Whose convoys.
    generation
        The line's when this process was made: a process begins a turn later, and by then another plan
        may have taken the line over already.

    Emits
    -----
    ConvoyDeparted
        Once for each.
    """
    world = run.world
    env = world.env
    while line.generation == generation:
        line.settle(world.now)
        wait = round((line.load - line.owed) / line.rate * DAY)
        if wait > 0:
            yield env.timeout(wait)
            if line.generation != generation:
                return
            line.settle(world.now)
        line.owed -= line.load
        env.process(drive(run, depart(world, line, line.since, next_way(line))))


def next_way(line: Line) -> tuple[int, ...]:
    """Return the way whose share of what was sent lags most behind its rate."""
    if len(line.ways) == 1:
        return line.ways[0][0]
    for number, (_, rate) in enumerate(line.ways):
        line.sent[number] -= rate / line.rate
    chosen = line.sent.index(min(line.sent))
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
    world.convoy_count = number = world.convoy_count + 1
    load, side = line.load, world.sides[line.side]
    if departed < 0:
        side.initial_supply += load
    else:
        side.entered += load
    world.on_road_to[line.town] += load
    convoy = Convoy(
        number, line.side, origin, origin, line.town, way, list(way[::-1]), departed, world.speed,
        load, line.vehicles, line.size_effect, line.luck,
    )  # fmt: skip
    world.convoys[number] = convoy
    if world.is_heard:
        names, routes = network.towns, network.names(way)
        times = tuple(accumulate([world.leg_times[e] for e in way], initial=departed))[1:]
        world.tell(
            ConvoyDeparted, number, side.id, names[origin], names[line.town], routes, times, departed, load,
            line.vehicles,
        )  # fmt: skip
    return convoy


def catch_up(world: World, convoy: Convoy) -> Seconds:
    """Bring a convoy that set out before the run began to the leg it is on.

    Returns
    -------
    int
        How long it has been on that leg; s.
    """
    driven = -convoy.departed
    while driven >= world.leg_times[convoy.ahead[-1]]:
        driven -= world.leg_times[convoy.ahead[-1]]
        convoy.at = world.network.other_end(convoy.ahead.pop(), convoy.at)
    return driven


def drive(run: Run, convoy: Convoy, driven: Seconds = 0) -> Waits:
    """Drive a convoy to its destination, leg by leg.

    Parameters
    ----------
    run, convoy
        Who drives, and where.
    driven
        How long it has been on its first leg.

    Emits
    -----
    ConvoyArrived or ConvoyLost
        Once, at the end; before that what happens on the way.
    """
    world, side, ahead = run.world, convoy.side, convoy.ahead
    env, start, end = world.env, world.network.start, world.network.end
    while ahead:
        leg = ahead[-1]
        if convoy.is_held or world.owners[leg] != side or world.is_cut[leg]:
            yield from _find_road(world, convoy)
        else:
            time = world.leg_times[leg]
            risk = world.risk[side][leg] * convoy.size_effect
            struck = convoy.luck.uniform()
            if struck < risk and struck < (chance := attack_chance(risk)):
                driven = yield from _meet_attack(run, convoy, driven, round(struck / chance * time))
            if convoy.vehicles:
                yield env.timeout(time - driven)
                driven = 0
                town = end[leg] if start[leg] == convoy.at else start[leg]
                if world.holder[town] == side:
                    convoy.at = town
                    ahead.pop()
                else:
                    yield from _turn_round(world, convoy, time)
        if convoy.number not in world.convoys:
            return
    _deliver(world, convoy)


def _meet_attack(
    run: Run, convoy: Convoy, driven: Seconds, when: Seconds
) -> Generator[simpy.Event, object, int]:
    """Drive to where the attack happens, unless that lies behind already; return the time on the leg."""
    if when < driven:
        return driven
    yield run.world.env.timeout(when - driven)
    _attack(run, convoy)
    return when


def _turn_round(world: World, convoy: Convoy, time: Seconds) -> Waits:
    """Drive back from a town that fell meanwhile; lost where the one behind has fallen too."""
    yield world.env.timeout(time)
    if world.holder[convoy.at] != convoy.side:
        _lose(world, convoy)


def _attack(run: Run, convoy: Convoy) -> None:
    """Let a convoy lose vehicles, the load on them, and some who drove them.

    Emits
    -----
    ConvoyAttacked
        Once; and ConvoyLost where no vehicle is left.
    """
    world = run.world
    side = world.sides[convoy.side]
    lost = binomial_count(convoy.luck.uniform(), convoy.vehicles, world.scenario.interdiction.vehicles_lost)
    drawn = run.battle.draw(
        run.battle.interdiction_losses[convoy.side],
        1.0 / world.loads[VEHICLES],  # attacks already come as often as vehicles are lost
        world.streams[f"convoy-losses/{side.id}"],
    )
    drawn[VEHICLES] = lost
    town = convoy.destination
    if world.holder[town] != convoy.side:
        town = convoy.at
        drawn[PERSONNEL] = drawn[PERSONNEL] if world.holder[town] == convoy.side else 0
    losses = world.suffer(town, drawn, convoy.side)
    load_lost = convoy.load if lost == convoy.vehicles else gram_exact(convoy.load * lost / convoy.vehicles)
    convoy.vehicles -= lost
    convoy.load -= load_lost
    convoy.size_effect = run.size_effect(convoy.side, max(1, convoy.vehicles))
    side.lost += load_lost
    world.on_road_to[convoy.destination] -= load_lost
    names = world.network
    world.tell(
        ConvoyAttacked, convoy.number, names.routes[convoy.ahead[-1]], names.towns[town], load_lost, losses
    )
    if convoy.vehicles == 0:
        _lose(world, convoy)


def _lose(world: World, convoy: Convoy) -> None:
    """Take a convoy off the road with what it still carries.

    Emits
    -----
    ConvoyLost
        Once.
    """
    world.sides[convoy.side].lost += convoy.load
    world.on_road_to[convoy.destination] -= convoy.load
    del world.convoys[convoy.number]
    world.tell(ConvoyLost, convoy.number, convoy.load, NO_LOSSES)


def _deliver(world: World, convoy: Convoy) -> None:
    """Put a convoy's load into the stock of the town it is in; lost where that has fallen.

    Emits
    -----
    ConvoyArrived or ConvoyLost
        Once.
    """
    town = convoy.at
    if world.holder[town] != convoy.side:
        _lose(world, convoy)
        return
    world.stock[town] += convoy.load
    world.on_road_to[convoy.destination] -= convoy.load
    del world.convoys[convoy.number]
    world.tell(ConvoyArrived, convoy.number, world.network.towns[town], convoy.load)


def is_open(world: World, side: int, route: int) -> bool:
    """Return whether a side can drive a route: both ends its own, and not cut."""
    return world.owners[route] == side and not world.is_cut[route]


def _find_road(world: World, convoy: Convoy) -> Waits:
    """Take another way to where a convoy is going, else wait here; put down the load where that fell.

    Emits
    -----
    ConvoyRerouted, ConvoyHeld or ConvoyLost
        ConvoyHeld once, when a wait begins.
    """
    if world.holder[convoy.at] != convoy.side:
        _lose(world, convoy)
        return
    network = world.network
    goal = convoy.destination if world.holder[convoy.destination] == convoy.side else convoy.at
    way = network.way(convoy.at, goal, world.holder, lambda e: is_open(world, convoy.side, e))
    if way is None:
        if not convoy.is_held:
            convoy.is_held = True
            world.tell(ConvoyHeld, convoy.number, network.towns[convoy.at])
        yield world.roads_changed[convoy.side]
        return
    world.on_road_to[convoy.destination] -= convoy.load
    world.on_road_to[goal] += convoy.load
    convoy.origin, convoy.destination, convoy.departed = convoy.at, goal, world.now
    convoy.way, convoy.speed = tuple(way), world.speed
    convoy.ahead[:] = reversed(way)
    convoy.is_held = False
    told = on_road(world, convoy)
    world.tell(ConvoyRerouted, convoy.number, told.origin, told.destination, told.routes, told.times)


def on_road(world: World, convoy: Convoy) -> ConvoyOnRoad:
    """Return a convoy as the books of a moment name it."""
    network = world.network
    return ConvoyOnRoad(
        side=world.sides[convoy.side].id,
        origin=network.towns[convoy.origin],
        destination=network.towns[convoy.destination],
        routes=network.names(convoy.way),
        times=network.times(convoy.way, convoy.departed, convoy.speed),
        departed=convoy.departed,
        load=convoy.load,
        vehicles=convoy.vehicles,
        held_at=network.towns[convoy.at] if convoy.is_held else None,
    )
