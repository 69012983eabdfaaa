"""Command: each side's doctrine is asked once a day, and what it orders is done as far as it can be."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Final, SupportsInt

from sim.engine.assaults import HIGHEST_ODDS, assault_odds
from sim.engine.control import fall
from sim.errors import UsageError
from sim.model.doctrine import DOCTRINES, ContactView, Doctrine, Orders, Situation, TownView
from sim.model.events import GarrisonMoved, OrdersGiven, ReserveCommitted
from sim.model.quantities import DAY, HOUR, Seconds

if TYPE_CHECKING:
    from sim.engine.run import Run
    from sim.engine.waits import Waits
    from sim.engine.world import SideState, World

ASKED_AT: Final[Seconds] = 5 * HOUR
"""When in a day a doctrine is asked."""
FARTHEST: Final = 365.0
"""Days of supply told to a doctrine where nothing is used."""


def find_doctrine(name: str) -> Doctrine:
    """Return a doctrine by name: one of the house's, else an entry point in ``frontsim.doctrines``.

    Raises
    ------
    UsageError
        If there is none of that name.
    """
    if name in DOCTRINES:
        return DOCTRINES[name]
    found = [point for point in entry_points(group="frontsim.doctrines") if point.name == name]
    if found:
        doctrine: Doctrine = found[0].load()
        return doctrine
    known = ", ".join(DOCTRINES)
    message = (
        f'no doctrine is called "{name}". Known: {known}; others come as entry points "frontsim.doctrines".'
    )
    raise UsageError(message)


def command(run: Run) -> Waits:
    """Ask both sides' doctrines once a day.

    Emits
    -----
    OrdersGiven, ReserveCommitted, GarrisonMoved
        As ordered; and TownFell where a town is given up.
    """
    world = run.world
    yield world.env.timeout(ASKED_AT)
    while True:
        give_orders(run)
        yield world.env.timeout(DAY)


def give_orders(run: Run) -> None:
    """Let both sides decide, then do what they ordered: neither sees what the other is about to do."""
    sides = run.world.sides
    ordered = [doctrine(situation(run, side)) for doctrine, side in zip(run.doctrines, sides, strict=True)]
    for side, orders in zip(sides, ordered, strict=True):
        execute_orders(run, side, orders)


def situation(run: Run, side: SideState) -> Situation:
    """Return what a side knows: its own state, its contacts, and the enemy's strength with error."""
    world = run.world
    choice = world.scenario.sides[side.number].doctrine
    error = world.scenario.command.estimate_error
    names, routes, starts, ends = (
        world.network.towns,
        world.network.routes,
        world.network.start,
        world.network.end,
    )
    number, holder, strength, combat_effectiveness, day = (
        side.number,
        world.holder,
        world.strength,
        world.combat_effectiveness,
        world.day,
    )
    estimate_errors = side.estimate_errors
    contacts = []
    for route in world.front:
        own, enemy = starts[route], ends[route]
        if holder[own] != number:
            own, enemy = enemy, own
        mistaken = estimate_errors.get(route)
        if mistaken is None:
            mistaken = estimate_errors[route] = _mistakes(world, side, route, error)
        estimate = strength[enemy] * mistaken[day]
        odds = assault_odds(world, route, own, enemy, strength[own] * combat_effectiveness[own], estimate)
        contacts.append(
            ContactView(
                routes[route],
                names[own],
                names[enemy],
                strength[own],
                estimate,
                odds if odds < HIGHEST_ODDS else HIGHEST_ODDS,
                own in world.changed_at,
            )
        )
    land, minimum_garrison, fights = run.rear_area(number), world.minimum_garrison, world.is_fighting
    on_the_way: set[str] = set()
    for town, hops, neighbours in land:
        if hops > 0 and strength[town] > minimum_garrison[town]:
            on_the_way.update(neighbours)
    towns = []
    for town, hops, neighbours in land:
        present, spare = strength[town], strength[town] - minimum_garrison[town]
        if spare > 0 or (present and fights[town]) or names[town] in on_the_way:
            days, is_supplied = min(FARTHEST, world.supply_days(town)), town not in world.encircled
            towns.append(TownView(names[town], present, days, is_supplied, max(0, spare), hops, neighbours))
    return Situation(side.id, day, side.reserve, tuple(contacts), tuple(towns), choice.axes, choice.options)


def _mistakes(world: World, side: SideState, route: int, error: float) -> list[float]:
    """Return factors by which a side mistakes the enemy over a contact, day by day, with mean 1.

    They are its own luck, whatever other contacts there are.
    """
    rng = world.streams[f"estimates/{side.id}/{world.network.routes[route]}"]
    return rng.factors(error, world.days)


def _leaning(world: World, side: SideState, route: int) -> float:
    """Return how much a side presses a contact in this run, relative to its doctrine's weight; 1 on average.

    Which axis a command means to press is not known from outside, so runs differ in it: each contact has
    luck of its own.
    """
    spread = world.scenario.command.axis_spread
    if not spread:
        return 1.0
    leaning = side.axis_bias.get(route)
    if leaning is None:
        rng = world.streams[f"axes/{side.id}/{world.network.routes[route]}"]
        leaning = side.axis_bias[route] = rng.factor(spread)
    return leaning


def rear_area(world: World, side: int) -> list[tuple[int, int, tuple[str, ...]]]:
    """Return a side's towns, each with the routes between it and the front, and its own neighbours."""
    hops, names = hops_to_front(world, side), world.network.towns
    return [
        (
            town,
            hops[town],
            tuple(names[o] for _, o in world.network.adjacent[town] if world.holder[o] == side),
        )
        for town, holder in enumerate(world.holder)
        if holder == side
    ]


def hops_to_front(world: World, side: int) -> list[int]:
    """Return each town's number of routes to the nearest own town in contact; -1 where there is no way."""
    hops = [-1] * len(world.holder)
    frontier = [
        town for town, holder in enumerate(world.holder) if holder == side and world.is_fighting[town]
    ]
    for town in frontier:
        hops[town] = 0
    while frontier:
        further = []
        for town in frontier:
            for _, other in world.network.adjacent[town]:
                if world.holder[other] == side and hops[other] < 0:
                    hops[other] = hops[town] + 1
                    further.append(other)
        frontier = further
    return hops


def execute_orders(run: Run, side: SideState, orders: Orders) -> None:
    """Do what was ordered: weights, reserve, shifts, withdrawals; leave undone what cannot be done.

    Soldiers are whole, also where a doctrine from outside orders parts of them.
    """
    world = run.world
    _direct(run, side, orders)
    number = world.network.town
    for name, soldiers in orders.commit.items():
        town = number.get(name, -1)
        going = min(int(soldiers), side.reserve)
        if town >= 0 and going > 0 and world.holder[town] == side.number and town not in world.encircled:
            side.reserve -= going
            world.strength[town] += going
            world.establishment[town] += going
            world.tell(ReserveCommitted, side.id, name, going)
    for shift in orders.shifts:
        _shift(world, side, number.get(shift.origin, -1), number.get(shift.destination, -1), shift.soldiers)
    run.fighting_changed()
    for name in orders.withdraw:
        _give_up(run, side, number.get(name, -1))


def _direct(run: Run, side: SideState, orders: Orders) -> None:
    """Set where a side attacks, and tell it where it changed."""
    world = run.world
    weights = {}
    for name, weight in orders.weights.items():
        route = world.network.route.get(name, -1)
        rounded = round(float(weight) * _leaning(world, side, route), 3) if route in world.front else 0.0
        if rounded > 0.0:
            weights[route] = rounded
    if weights != side.weights:
        side.weights = weights
        names = world.network.routes
        world.tell(OrdersGiven, side.id, {names[route]: weight for route, weight in weights.items()})


def _shift(world: World, side: SideState, origin: int, destination: int, soldiers: SupportsInt) -> None:
    """Move soldiers between two neighbouring towns of a side."""
    if origin < 0 or destination < 0 or world.holder[origin] != side.number:
        return
    is_near = any(other == destination for _, other in world.network.adjacent[origin])
    moving = min(int(soldiers), world.strength[origin])
    if not is_near or world.holder[destination] != side.number or moving <= 0:
        return
    world.strength[origin] -= moving
    world.strength[destination] += moving
    leaving = min(moving, world.establishment[origin])
    world.establishment[origin] -= leaving
    world.establishment[destination] += leaving
    names = world.network.towns
    world.tell(GarrisonMoved, side.id, names[origin], names[destination], moving)


def _give_up(run: Run, side: SideState, town: int) -> None:
    """Give up a town in contact to the strongest garrison that faces it."""
    world = run.world
    if town < 0 or world.holder[town] != side.number:
        return
    facing = [(route, other) for route, other in world.contacts_of(town) if world.strength[other] > 0]
    if facing:
        route, other = max(facing, key=lambda contact: world.strength[contact[1]])
        fall(run, town, route, other)
