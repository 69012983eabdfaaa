"""Distances between towns: which is nearest, and the shortest straight routes that connect them.

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

    from sim.scenario_file.map_import.features import Point


class Distances:
    """Great circles between towns, a row at a time, so that thousands of towns take little memory."""

    def __init__(self, at: Mapping[str, Point]) -> None:
        self._towns = list(at)
        self._number = {town: number for number, town in enumerate(at)}
        degrees = np.array(list(at.values()), dtype=float).reshape(-1, 2)
        self._lat, self._degrees_east = np.radians(degrees[:, 0]), degrees[:, 1]
        self._at = dict(at)

    def from_point(self, point: Point) -> np.ndarray:
        """Return how far each town is from a point; km, as `sim.model.scenario.great_circle` has it."""
        lat = math.radians(point[0])
        half_lat, half_lon = (self._lat - lat) / 2, np.radians(self._degrees_east - point[1]) / 2
        chord = np.sin(half_lat) ** 2 + math.cos(lat) * np.cos(self._lat) * np.sin(half_lon) ** 2
        found: np.ndarray = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
        return found

    def nearest_town(self, point: Point) -> tuple[str, float]:
        """Return the town nearest to a point, and how far it is; km."""
        distances = self.from_point(point)
        number = int(distances.argmin())
        return self._towns[number], float(distances[number])

    def farthest(self, ours: Sequence[str], theirs: Sequence[str]) -> str:
        """Return the town of `ours` farthest from its nearest town of `theirs`."""
        others = self._numbers(theirs)
        return max(ours, key=lambda town: float(self.from_point(self._at[town])[others].min()))

    def nearest_pair(self, ours: Sequence[str], theirs: Sequence[str]) -> tuple[str, str]:
        """Return the two that are nearest to each other, of equal ones the first by name."""
        others = self._numbers(theirs)
        found = []
        for town in ours:
            distances = self.from_point(self._at[town])[others]
            least = float(distances.min())
            nearest = min(theirs[each] for each in np.flatnonzero(distances == least).tolist())
            found.append((least, town, nearest))
        _, one, other = min(found)
        return one, other

    def connecting_routes(
        self, towns: Sequence[str], origins: Iterable[str], neighbours: Mapping[str, Sequence[str]]
    ) -> Iterator[tuple[str, str]]:
        """Yield the shortest straight routes that are needed to reach all towns from at least one origin.

        Some towns have neighbours already, to which routes lead; of equal distances the first by name counts.
        """
        best = dict.fromkeys(towns, (math.inf, ""))
        members = self._numbers(towns)

        def reach(town: str) -> None:
            waiting = [town]
            while waiting:
                here = waiting.pop()
                if best.pop(here, None) is None:
                    continue
                row = self.from_point(self._at[here])[members].tolist()
                for other, distance in zip(towns, row, strict=True):
                    if other in best and (distance, here) < best[other]:
                        best[other] = distance, here
                waiting += neighbours[here]

        for town in origins:
            reach(town)
        while best:
            (_, partner), town = min((nearest, town) for town, nearest in best.items())
            yield partner, town
            reach(town)

    def _numbers(self, towns: Sequence[str]) -> np.ndarray:
        return np.array([self._number[town] for town in towns], dtype=int)
