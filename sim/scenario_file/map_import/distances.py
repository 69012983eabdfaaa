"""Where towns are: which is nearest, and by which straight ways all are joined at the least length.

References
----------
R. C. Prim (1957). Shortest connection networks and some generalizations. Bell System Technical Journal 36.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.model.scenario import EARTH_RADIUS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sim.scenario_file.map_import.geojson import Point


class Ground:
    """How far towns are from each other, a row at a time, so that thousands of them are soon asked.

    Parameters
    ----------
    at
        Latitude and longitude by town.
    """

    def __init__(self, at: Mapping[str, Point]) -> None:
        self.towns = list(at)
        self._number = {town: number for number, town in enumerate(at)}
        degrees = np.array(list(at.values()), dtype=float).reshape(-1, 2)
        self._lat, self._degrees_east = np.radians(degrees[:, 0]), degrees[:, 1]
        self._at = dict(at)

    def away(self, point: Point) -> np.ndarray:
        """Return how far each town is from a point; km, as `sim.model.scenario.great_circle` has it."""
        lat = math.radians(point[0])
        half_lat, half_lon = (self._lat - lat) / 2, np.radians(self._degrees_east - point[1]) / 2
        chord = np.sin(half_lat) ** 2 + math.cos(lat) * np.cos(self._lat) * np.sin(half_lon) ** 2
        found: np.ndarray = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
        return found

    def nearest_to(self, point: Point) -> tuple[str, float]:
        """Return the town nearest to a point, and how far it is; km."""
        away = self.away(point)
        number = int(away.argmin())
        return self.towns[number], float(away[number])

    def farthest(self, ours: Sequence[str], theirs: Sequence[str]) -> str:
        """Return the one of ours whose nearest of theirs is farthest away."""
        others = self._numbers(theirs)
        return max(ours, key=lambda town: float(self.away(self._at[town])[others].min()))

    def nearest(self, ours: Sequence[str], theirs: Sequence[str]) -> tuple[str, str]:
        """Return the two that are nearest to each other, of equal ones the first by name."""
        others = self._numbers(theirs)
        found = []
        for town in ours:
            away = self.away(self._at[town])[others]
            least = float(away.min())
            found.append((least, town, min(theirs[each] for each in np.flatnonzero(away == least).tolist())))
        _, one, other = min(found)
        return one, other

    def ways_to(
        self, mine: Sequence[str], begin: Iterable[str], beside: Mapping[str, Sequence[str]]
    ) -> Iterator[tuple[str, str]]:
        """Yield the shortest straight ways that are needed for all towns to be reached from some of them.

        Parameters
        ----------
        begin
            Those from which all are to be reached; at least one.
        """
        members = self._numbers(mine)
        number = {town: n for n, town in enumerate(mine)}
        rank = np.empty(len(mine), dtype=np.int64)
        rank[[number[town] for town in sorted(mine)]] = np.arange(len(mine))
        reached = np.zeros(len(mine), dtype=bool)
        best = np.full(len(mine), np.inf)
        partner = np.zeros(len(mine), dtype=int)

        def take(town: str) -> None:
            waiting = [town]
            while waiting:
                here = number[waiting.pop()]
                if reached[here]:
                    continue
                reached[here] = True
                away = self.away(self._at[mine[here]])[members]
                closer = (away < best) | ((away == best) & (rank[here] < rank[partner]))
                best[closer], partner[closer] = away[closer], here
                waiting += beside[mine[here]]

        for town in begin:
            take(town)
        while not reached.all():
            left = np.where(reached, np.inf, best)
            near = np.flatnonzero(left == left.min())
            first = int(near[(rank[partner[near]] * len(mine) + rank[near]).argmin()])
            yield mine[int(partner[first])], mine[first]
            take(mine[first])

    def _numbers(self, towns: Sequence[str]) -> np.ndarray:
        return np.array([self._number[town] for town in towns], dtype=int)
