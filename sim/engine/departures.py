"""Departures: supply lines send convoys as they fall due, each loaded at its base."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from sim.engine.convoys import Convoy, set_out
from sim.model.events import ConvoyDeparted
from sim.model.quantities import DAY, Seconds

if TYPE_CHECKING:
    import simpy

    from sim.engine.planning import Line
    from sim.engine.run import Run
    from sim.engine.world import World


def supply_line(run: Run, line: Line) -> None:
    """Send convoys to a town as they fall due, until another plan takes the line over.

    A clock and nobody who acts: a callback for each convoy costs a fifth of a process for each plan.

    Emits
    -----
    ConvoyDeparted
        Once for each.
    """
    world, env, generation = run.world, run.world.env, line.generation

    def wait() -> None:
        line.settle(world.now)
        due = env.timeout(max(0, round((line.load - line.owed) / line.rate * DAY)))
        due.callbacks.append(send)

    def send(_: simpy.Event) -> None:
        if line.generation == generation:
            line.settle(world.now)
            line.owed -= line.load
            set_out(run, depart(world, line, line.since, next_way(line)))
            wait()

    wait()


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
    origin = network.origin(way, line.town)
    world.convoy_count = number = world.convoy_count + 1
    load, side = line.load, world.sides[line.side]
    if departed < 0:
        side.initial_supply += load
    else:
        side.entered += load
    world.in_transit[line.town] += load
    convoy = Convoy(
        number, line.side, origin, origin, line.town, way, list(way[::-1]), departed, world.speed,
        load, line.vehicles, line.size_effect, line.rng,
    )  # fmt: skip
    world.convoys[number] = convoy
    if world.has_listeners:
        names, routes = network.towns, network.names(way)
        times = tuple(accumulate([world.leg_times[e] for e in way], initial=departed))[1:]
        world.tell(
            ConvoyDeparted, number, side.id, names[origin], names[line.town], routes, times, departed, load,
            line.vehicles,
        )  # fmt: skip
    return convoy


def fast_forward(world: World, convoy: Convoy) -> Seconds:
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
