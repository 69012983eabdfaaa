"""Neighbourhoods: towns close to each other fall together, so they are not independent cases."""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sim.model.network import Network

TOWNS_EACH: Final = 5
"""Towns in a neighbourhood, about."""


def neighbourhoods(network: Network) -> tuple[int, ...]:
    """Return the neighbourhood of each town, by number: towns near the same middle by road.

    Middles are taken one after the other, each the town farthest from those before, until there is one for
    every few towns.
    """
    count = len(network.towns)
    wanted = max(1, round(count / TOWNS_EACH))
    nearest = distances(network, [0])
    group = [0] * count
    for number in range(wanted):
        middle = max(range(count), key=lambda town: (min(nearest[town], 1e9), -town))
        found = distances(network, [middle])
        for town in range(count):
            if number == 0 or found[town] < nearest[town]:
                nearest[town], group[town] = found[town], number
    return tuple(group)


def distances(
    network: Network, starts: Iterable[int], cost: Callable[[int, int], float] | None = None
) -> list[float]:
    """Return how far each town is from the nearest of some, over all routes; km.

    `cost`: of a route towards a town; its length where none is given.
    """
    found = [math.inf] * len(network.towns)
    waiting = [(0.0, town) for town in starts]
    for _, town in waiting:
        found[town] = 0.0
    while waiting:
        far, town = heapq.heappop(waiting)
        if far > found[town]:
            continue
        for route, other in network.adjacent[town]:
            reached = far + (cost(route, other) if cost else network.length[route])
            if reached < found[other]:
                found[other] = reached
                heapq.heappush(waiting, (reached, other))
    return found
