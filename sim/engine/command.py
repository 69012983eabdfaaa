"""Command: each side's doctrine is asked once a day, and what it orders is done as far as it can be."""

from __future__ import annotations

import contextlib
import math
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Final, SupportsInt, TypeAlias

from sim.engine.capture import give_up
from sim.engine.combat import MAX_ODDS
from sim.engine.front.state import OrdersExecuted
from sim.errors import DoctrineError, UsageError
from sim.model.doctrine import DOCTRINES, ContactView, Doctrine, Orders, Shift, Situation, TownView
from sim.model.quantities import DAY, HOUR, Seconds, Share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simpy.events import ProcessGenerator

    from sim.engine.combat import EngagementModel
    from sim.engine.front.front import Front
    from sim.engine.front.state import SideState

ASKED_AT: Final[Seconds] = 5 * HOUR
"""When in a day a doctrine is asked."""
MAX_DAYS: Final = 365.0
"""Days of supply reported to a doctrine where nothing is consumed."""
RearTown: TypeAlias = tuple[int, int, tuple[str, ...]]
"""A town, the number of routes between it and the front, and its own neighbours."""


def find_doctrine(name: str) -> Doctrine:
    """Return a doctrine by name: a bundled one, else an entry point in ``frontsim.doctrines``.

    Raises
    ------
    UsageError
        If there is none of that name.
    """
    if name in DOCTRINES:
        return DOCTRINES[name]
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow to load, and rarely needed

    found = [point for point in entry_points(group="frontsim.doctrines") if point.name == name]
    if found:
        return _guarded(name, found[0].load)
    known = ", ".join(DOCTRINES)
    message = (
        f'no doctrine is called "{name}". Known: {known}; others come as entry points "frontsim.doctrines".'
    )
    raise UsageError(message)


def _guarded(name: str, load: Callable[[], Doctrine]) -> Doctrine:
    """Return a doctrine from outside as one whose failures are its own, and whose output is no result."""
    with _as_its_own(f'the doctrine "{name}" cannot be loaded'):
        doctrine = load()

    def decide(situation: Situation) -> Orders:
        own = replace(situation, axes=dict(situation.axes), options=dict(situation.options))
        with _as_its_own(f'the doctrine "{name}" failed on day {situation.day} for {situation.side}'):
            return _plain(doctrine(own))

    return decide


@contextlib.contextmanager
def _as_its_own(what: str) -> Iterator[None]:
    """Make whatever goes wrong a DoctrineError, even an exit, and let what is printed be no result."""
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    except KeyboardInterrupt:
        raise
    except BaseException as problem:
        why = f"{type(problem).__name__}: {problem}"
        raise DoctrineError(f"{what}: {why}. Mend it, or name another.") from problem


def _plain(orders: object) -> Orders:
    """Return orders in plain numbers; raise where they are none."""
    if not isinstance(orders, Orders):
        raise TypeError(f"it gave {type(orders).__name__} instead of Orders")
    weights = {route: float(weight) for route, weight in orders.weights.items()}
    if not all(map(math.isfinite, weights.values())):
        raise ValueError("a weight is not a finite number")
    shifts = [Shift(origin, destination, int(soldiers)) for origin, destination, soldiers in orders.shifts]
    commit = {town: int(soldiers) for town, soldiers in orders.commit.items()}
    return Orders(weights, commit, tuple(shifts), tuple(orders.withdraw))


class Command:
    """What both sides' commands know and order."""

    def __init__(self, front: Front, engagement: EngagementModel) -> None:
        self.front = front
        self._engagement = engagement
        self.doctrines = [find_doctrine(side.doctrine.name) for side in front.scenario.sides]
        self._estimate_errors: tuple[dict[int, list[float]], ...] = ({}, {})
        """By side and contact: factors on the enemy's strength there as it is estimated, by day; mean 1."""
        self._axis_bias: tuple[dict[int, float], ...] = ({}, {})
        """By side and contact: how much it presses it in this run, relative to its doctrine's weight."""
        self._rear_areas: list[list[RearTown]] = [[], []]
        self._control_changes = -1
        """Front's count of control changes when rear areas were last computed."""

    def give_daily_orders(self) -> ProcessGenerator:
        """Ask both sides' doctrines once a day.

        Publishes
        ---------
        OrdersGiven, ReserveCommitted, GarrisonMoved
            As ordered; and TownFell where a town is given up.
        """
        yield self.front.env.timeout(ASKED_AT)
        while True:
            self.give_orders()
            yield self.front.env.timeout(DAY)

    def give_orders(self) -> None:
        """Let both sides decide, then do what they ordered: neither sees what the other is about to do."""
        sides, shares = self.front.sides, self._shares()
        orders = [
            decide(self.situation(side, shares)) for decide, side in zip(self.doctrines, sides, strict=True)
        ]
        for side, ordered in zip(sides, orders, strict=True):
            self.execute_orders(side, ordered)

    def _shares(self) -> dict[tuple[int, int], Share]:
        """Return for each two towns in contact which share of the first one's garrison faces the second."""
        front, found = self.front, dict[tuple[int, int], Share]()
        for route in front.positions:
            start, end = front.network.start[route], front.network.end[route]
            found[start, end], found[end, start] = (
                front.share_against(start, end),
                front.share_against(end, start),
            )
        return found

    def situation(self, side: SideState, shares: dict[tuple[int, int], Share] | None = None) -> Situation:
        """Return what a side knows: its own state, its contacts, and the enemy's strength with error."""
        shares = self._shares() if shares is None else shares
        front, network, number, day = self.front, self.front.network, side.number, self.front.calendar.day
        names, strength, estimate_errors = network.towns, front.strength, self._estimate_errors[number]
        contacts = []
        odds_of, changed_at, routes = self._engagement.odds, front.changed_at, network.routes
        for route in front.positions:
            own, enemy = front.own_end_first(route, number)
            errors = estimate_errors.get(route)
            if errors is None:
                rng = front.streams[f"estimates/{side.id}/{routes[route]}"]
                spread = front.scenario.command.estimate_error
                errors = estimate_errors[route] = rng.factors(spread, front.calendar.days)
            estimate = strength[enemy] * errors[day]
            firing = front.effective_strength(own) * shares[own, enemy]
            odds = min(odds_of(route, own, enemy, firing, estimate * shares[enemy, own]), MAX_ODDS)
            is_won = own in changed_at
            contacts.append(
                ContactView(routes[route], names[own], names[enemy], strength[own], estimate, odds, is_won)
            )
        choice = front.scenario.sides[number].doctrine
        towns = tuple(self._towns_in_view(number))
        return Situation(side.id, day, side.reserve, tuple(contacts), towns, choice.axes, choice.options)

    def _towns_in_view(self, side: int) -> list[TownView]:
        """Return a side's towns in contact, those with soldiers to spare, and those beside the latter."""
        front, rear_area = self.front, self.rear_area(side)
        names, strength, minimum_garrison = front.network.towns, front.strength, front.minimum_garrison
        on_the_way: set[str] = set()
        for town, hops, neighbours in rear_area:
            if hops > 0 and strength[town] > minimum_garrison[town]:
                on_the_way.update(neighbours)
        towns = []
        for town, hops, neighbours in rear_area:
            present, spare = strength[town], strength[town] - minimum_garrison[town]
            if spare > 0 or (present and front.is_fighting[town]) or names[town] in on_the_way:
                days = min(MAX_DAYS, front.supply_days(town))
                is_supplied = town not in front.encircled and town not in front.starving
                towns.append(
                    TownView(names[town], present, days, is_supplied, max(0, spare), hops, neighbours)
                )
        return towns

    def axis_bias(self, side: SideState, route: int) -> float:
        """Return how much a side presses a contact in this run, relative to its doctrine's weight.

        Which axis a command means to press is not known from outside, so runs differ in it: each contact
        draws from a stream of its own, with mean 1.
        """
        spread = self.front.scenario.command.axis_spread
        if not spread:
            return 1.0
        biases = self._axis_bias[side.number]
        if route not in biases:
            rng = self.front.streams[f"axes/{side.id}/{self.front.network.routes[route]}"]
            biases[route] = rng.factor(spread)
        return biases[route]

    def rear_area(self, side: int) -> list[RearTown]:
        """Return a side's towns, each with the routes between it and the front, and its own neighbours."""
        if self._control_changes != self.front.control_changes:
            self._control_changes = self.front.control_changes
            self._rear_areas = [_rear_area(self.front, 0), _rear_area(self.front, 1)]
        return self._rear_areas[side]

    def execute_orders(self, side: SideState, orders: Orders) -> None:
        """Do what was ordered: weights, reserve, shifts, withdrawals; leave undone what cannot be done.

        Soldiers are whole, also where a doctrine from outside orders parts of them.
        """
        front, number = self.front, self.front.network.town
        self._set_axes(side, orders)
        for name, soldiers in orders.commit.items():
            town = number.get(name, -1)
            going = min(int(soldiers), side.reserve)
            is_own = town >= 0 and front.holder[town] == side.number
            if is_own and going > 0 and town not in front.encircled and town not in front.starving:
                front.commit_reserve(side.number, town, going)
        for shift in orders.shifts:
            origin, destination = number.get(shift.origin, -1), number.get(shift.destination, -1)
            self._transfer(side, origin, destination, shift.soldiers)
        front.publish(OrdersExecuted, side.number)
        for name in orders.withdraw:
            town = number.get(name, -1)
            if town >= 0 and front.holder[town] == side.number:
                give_up(front, town, "ordered")

    def _set_axes(self, side: SideState, orders: Orders) -> None:
        weights = {}
        for name, weight in orders.weights.items():
            route = self.front.network.route.get(name, -1)
            if route in self.front.positions:
                rounded = round(float(weight) * self.axis_bias(side, route), 3)
                if rounded > 0.0:
                    weights[route] = rounded
        self.front.set_weights(side.number, weights)

    def _transfer(self, side: SideState, origin: int, destination: int, soldiers: SupportsInt) -> None:
        """Move soldiers between two neighbouring towns of a side, at most as many as are present."""
        front = self.front
        if origin < 0 or destination < 0 or front.holder[origin] != side.number:
            return
        is_near = any(other == destination for _, other in front.network.adjacent[origin])
        moving = min(int(soldiers), front.strength[origin])
        if is_near and front.holder[destination] == side.number and moving > 0:
            front.transfer(origin, destination, moving)


def _rear_area(front: Front, side: int) -> list[RearTown]:
    hops, names, adjacent = hops_to_front(front, side), front.network.towns, front.network.adjacent
    own = [town for town, holder in enumerate(front.holder) if holder == side]
    return [
        (town, hops[town], tuple(names[o] for _, o in adjacent[town] if front.holder[o] == side))
        for town in own
    ]


def hops_to_front(front: Front, side: int) -> list[int]:
    """Return each town's number of routes to the nearest own town in contact; -1 where there is no way."""
    holder, fights = front.holder, front.is_fighting
    hops = [0 if holder[town] == side and fights[town] else -1 for town in range(len(holder))]
    waiting = [town for town, count in enumerate(hops) if count == 0]
    for town in waiting:
        for _, other in front.network.adjacent[town]:
            if holder[other] == side and hops[other] < 0:
                hops[other] = hops[town] + 1
                waiting.append(other)
    return hops
