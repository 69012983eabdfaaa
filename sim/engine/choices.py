"""Choosing among weighted things so that a change of one weight hardly changes what else is chosen.

A draw that runs along a row of weights lands elsewhere in all of the row when an early weight changes, and
two scenarios under one seed soon attack different places for no reason. Here a draw goes down a tree that
parts things by the bits of their numbers, with luck of its own at each fork: only a fork above a thing that
changed can turn the other way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.engine.streams import Stream


class Choices:
    """Things to choose among, with chances in proportion to weights.

    Parameters
    ----------
    weighted
        Pairs of a thing, which begins with its number, and its weight; what has none is never chosen. Each
        number comes once, and is below 2 to the power of ``forks``.
    forks
        Uniform draws that each choice uses up, whatever there is to choose among.
    """

    __slots__ = ("_below", "_forks", "_things")

    def __init__(self, weighted: Iterable[tuple[tuple[int, int, int], float]] = (), forks: int = 0) -> None:
        self._forks = forks
        self._things: dict[int, tuple[int, int, int]] = {}
        self._below: dict[int, float] = {}
        """Weight below each place of the tree: 1 is its root, 2n and 2n + 1 are what n parts into."""
        level: dict[int, float] = {}
        for thing, weight in weighted:
            if weight > 0.0:
                place = (1 << forks) + thing[0]
                self._things[place] = thing
                level[place] = weight
        while level:
            self._below.update(level)
            above: dict[int, float] = {}
            for place, weight in level.items():
                if place > 1:
                    above[place >> 1] = above.get(place >> 1, 0.0) + weight
            level = above

    def pick(self, luck: Stream) -> tuple[int, int, int] | None:
        """Return a thing by chance; nothing where there is nothing, and as much luck is used up."""
        draws = luck.uniforms(self._forks)
        below = self._below
        if not below:
            return None
        place = 1
        for u in draws:
            # What is below a place is the exact sum of both its parts, so no draw turns to an empty one.
            left = below.get(2 * place, 0.0)
            place = 2 * place + (u * below[place] >= left)
        return self._things[place]

    def chances(self) -> list[tuple[tuple[int, int, int], float]]:
        """Return each thing with its chance."""
        return [(thing, self._below[place] / self._below[1]) for place, thing in self._things.items()]
