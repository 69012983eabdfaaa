"""Convoys: each drives its load leg by leg, meets interdiction, and delivers the rest."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import simpy

from sim.model.attrition import binomial_count
from sim.model.events import (
    ConvoyArrived,
    ConvoyAttacked,
    ConvoyHeld,
    ConvoyLost,
    ConvoyRerouted,
)
from sim.model.interdiction import attack_chance
from sim.model.quantities import DAY, NO_LOSSES, PERSONNEL, VEHICLES, Seconds, round_to_gram
from sim.model.state import ConvoyOnRoad
from sim.statistics.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.engine.run import Run
    from sim.engine.waits import Waits
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
    rng: Stream
    is_held: bool = False
    warn: Callable[[], None] | None = None
    """To be called when roads or control change, while that is news to whoever drives."""


def set_out(run: Run, convoy: Convoy) -> None:
    """Let a convoy set out; it has a driver of its own only where anything can happen on the way.

    Most arrive on the day they set out, on open roads and unmolested. An appointment does for those, and
    costs a third of a process; where roads or control change meanwhile, a driver takes over.

    Emits
    -----
    ConvoyArrived or ConvoyLost
        Once, at the end; before that what happens on the way.
    """
    world, env, ahead = run.world, run.world.env, convoy.ahead
    if not ahead or not is_open(world, convoy.side, ahead[-1]):
        env.process(drive(run, convoy))
        return
    ends, attack = look_ahead(world, convoy)
    if attack is not None or len(ends) < len(ahead):
        env.process(drive(run, convoy, ends, attack))
        return

    def arrive(_: simpy.Event) -> None:
        if convoy.warn is take_over:
            convoy.at = convoy.destination
            _deliver(world, convoy)

    def take_over() -> None:
        env.process(drive(run, convoy, ends, is_warned=True))

    convoy.warn = take_over
    env.timeout(ends[-1] - world.now).callbacks.append(arrive)


def drive(
    run: Run,
    convoy: Convoy,
    ends: Sequence[Seconds] = (),
    attack: Seconds | None = None,
    *,
    is_warned: bool = False,
) -> Waits:
    """Drive a convoy to its destination, without a halt as far as its road is open and nobody attacks.

    Parameters
    ----------
    run, convoy
        Who drives, and where.
    ends, attack
        How far it was looked ahead already, as `look_ahead` has it.

    Emits
    -----
    ConvoyArrived or ConvoyLost
        Once, at the end; before that what happens on the way.
    """
    world = run.world
    if ends:
        yield from _drive_on(run, convoy, ends, attack, is_warned=is_warned)
    while convoy.ahead and convoy.number in world.convoys:
        if convoy.is_held or not is_open(world, convoy.side, convoy.ahead[-1]):
            yield from _find_road(world, convoy)
        else:
            yield from _drive_on(run, convoy, *look_ahead(world, convoy))
    if convoy.number in world.convoys:
        _deliver(world, convoy)


def look_ahead(world: World, convoy: Convoy, driven: Seconds = 0) -> tuple[list[Seconds], Seconds | None]:
    """Return when a convoy comes to the end of each leg that it drives without a halt, and to an attack.

    It drives on until it is attacked, until a leg that is not open now, or until one that it begins on
    another day, with other weather and other risks; one leg at least.

    Parameters
    ----------
    world, convoy
        Who drives, and where.
    driven
        How long it has been on its first leg.

    Returns
    -------
    tuple
        Times at which legs end, and the time of an attack on the last of them.
    """
    now = world.now
    side, owners, is_cut, midnight = convoy.side, world.owners, world.is_cut, (world.day + 1) * DAY
    risks, times, size, uniform = world.risk[side], world.leg_times, convoy.size_effect, convoy.rng.uniform
    ends: list[Seconds] = []
    due = now - driven
    for leg in reversed(convoy.ahead):
        if ends and (due >= midnight or owners[leg] != side or is_cut[leg]):
            break
        time, risk, struck = times[leg], risks[leg] * size, uniform()
        ends.append(due + time)
        if struck < risk and struck < (chance := attack_chance(risk)):
            attack = due + round(struck / chance * time)
            if attack >= now:  # else it lies behind already
                return ends, attack
        due += time
    return ends, None


def _drive_on(
    run: Run,
    convoy: Convoy,
    ends: Sequence[Seconds],
    attack: Seconds | None = None,
    *,
    is_warned: bool = False,
) -> Waits:
    """Drive as far as was looked ahead; only to the end of the leg it is on when roads or control change.

    Emits
    -----
    ConvoyAttacked
        Once, where the attack comes before that.
    """
    world, env = run.world, run.world.env
    if not is_warned:
        driver = env.active_process
        convoy.warn = None if driver is None else driver.interrupt
        with suppress(simpy.Interrupt):  # by World.warn_convoys
            yield env.timeout((ends[-1] if attack is None else attack) - world.now)
        convoy.warn = None
    behind = min(bisect_right(ends, world.now), len(ends) - 1)
    for _ in range(behind):
        convoy.at = world.network.other_end(convoy.ahead.pop(), convoy.at)
    if attack is not None and behind == len(ends) - 1:
        if attack > world.now:
            yield env.timeout(attack - world.now)
        _attack(run, convoy)
        if not convoy.vehicles:
            return
    if ends[behind] > world.now:
        yield env.timeout(ends[behind] - world.now)
    yield from _come_to_town(world, convoy)


def _come_to_town(world: World, convoy: Convoy) -> Waits:
    """Come to the town at the end of a leg; drive back to the one behind where it fell meanwhile.

    Emits
    -----
    ConvoyLost
        Where the one behind has fallen too.
    """
    town = world.network.other_end(convoy.ahead[-1], convoy.at)
    if world.holder[town] == convoy.side:
        convoy.at = town
        convoy.ahead.pop()
        return
    yield world.env.timeout(world.leg_times[convoy.ahead[-1]])
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
    lost = binomial_count(convoy.rng.uniform(), convoy.vehicles, world.scenario.interdiction.vehicles_lost)
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
    losses = world.apply_losses(town, drawn, convoy.side)
    load_lost = (
        convoy.load if lost == convoy.vehicles else round_to_gram(convoy.load * lost / convoy.vehicles)
    )
    convoy.vehicles -= lost
    convoy.load -= load_lost
    convoy.size_effect = run.size_effect(convoy.side, max(1, convoy.vehicles))
    side.lost += load_lost
    world.in_transit[convoy.destination] -= load_lost
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
    world.in_transit[convoy.destination] -= convoy.load
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
    world.in_transit[convoy.destination] -= convoy.load
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
    world.in_transit[convoy.destination] -= convoy.load
    world.in_transit[goal] += convoy.load
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
