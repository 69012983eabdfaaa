"""Neighbourhoods: towns close to each other fall together, so they are not independent cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
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
    nearest = _distances(network, 0)
    group = [0] * count
    for number in range(wanted):
        middle = max(range(count), key=lambda town: (min(nearest[town], 1e9), -town))
        found = _distances(network, middle)
        for town in range(count):
            if number == 0 or found[town] < nearest[town]:
                nearest[town], group[town] = found[town], number
    return tuple(group)


def _distances(network: Network, start: int) -> list[float]:
    """Return how far each town is from one of them, over all routes; km."""
    found = [float("inf")] * len(network.towns)
    found[start] = 0.0
    waiting = [start]
    while waiting:
        town = waiting.pop(0)
        for route, other in network.adjacent[town]:
            far = found[town] + network.length[route]
            if far < found[other]:
                found[other] = far
                waiting.append(other)
    return found
