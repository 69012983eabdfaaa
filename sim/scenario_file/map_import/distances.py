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
        self._at = dict(at)
        self._towns = list(at)
        self._number = {town: number for number, town in enumerate(at)}
        degrees = np.array(list(at.values()), dtype=float).reshape(-1, 2)
        self._lat, self._degrees_east = np.radians(degrees[:, 0]), degrees[:, 1]
        self._northward = np.argsort(self._lat, kind="stable")

    def from_point(self, point: Point, towns: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Return how far some towns are from a point; km, as `sim.model.scenario.great_circle` has it."""
        lat = math.radians(point[0])
        half_lat = (self._lat[towns] - lat) / 2
        half_lon = np.radians(self._degrees_east[towns] - point[1]) / 2
        chord = np.sin(half_lat) ** 2 + math.cos(lat) * np.cos(self._lat[towns]) * np.sin(half_lon) ** 2
        found: np.ndarray = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
        return found

    def nearest_town(self, point: Point, within: float = math.inf) -> tuple[str, float]:
        """Return the town nearest to a point, and how far it is; km. No name where none is within reach."""
        towns = self._northward
        if within < EARTH_RADIUS:
            lat, reach = math.radians(point[0]), within / EARTH_RADIUS
            first, last = np.searchsorted(self._lat, (lat - reach, lat + reach), sorter=towns)
            towns = towns[first:last]
        distances = self.from_point(point, towns)
        least = float(distances.min(initial=math.inf))
        return (self._towns[int(towns[distances == least].min())] if least <= within else ""), least

    def towns_near(self, path: Iterable[Point], within: float) -> Iterator[tuple[str, Point]]:
        """Yield the towns in the box of a path, and at most so far outside it; km."""
        lats, lons = (np.array(each) for each in zip(*path, strict=True))
        reach = within / EARTH_RADIUS
        bounds = (math.radians(lats.min()) - reach, math.radians(lats.max()) + reach)
        first, last = np.searchsorted(self._lat, bounds, sorter=self._northward)
        wide = math.degrees(reach) / max(0.01, math.cos(math.radians(float(abs(lats).max()))))
        for number in sorted(self._northward[first:last]):
            if lons.min() - wide <= self._degrees_east[number] <= lons.max() + wide:
                yield self._towns[number], self._at[self._towns[number]]

    def farthest(self, ours: Sequence[str], theirs: Sequence[str]) -> str:
        """Return the town of `ours` farthest from its nearest town of `theirs`."""
        others = self._numbers(theirs)
        return max(ours, key=lambda town: float(self.from_point(self._at[town], others).min()))

    def nearest_pair(self, ours: Sequence[str], theirs: Sequence[str]) -> tuple[str, str]:
        """Return the two that are nearest to each other, of equal ones the first by name."""
        theirs = sorted(theirs)
        others = self._numbers(theirs)
        rows = ((self.from_point(self._at[town], others), town) for town in ours)
        _, one, other = min((float(row.min()), town, theirs[int(row.argmin())]) for row, town in rows)
        return one, other

    def connecting_routes(
        self, towns: Iterable[str], origins: Iterable[str], neighbours: Mapping[str, Sequence[str]]
    ) -> Iterator[tuple[str, str]]:
        """Yield the shortest straight routes that are needed to reach all towns from at least one origin.

        Some towns have neighbours already, to which routes lead; of equal distances the first by name counts.
        """
        left, reached = sorted(towns), set[str]()
        nearest, partner = np.full(len(left), math.inf), np.full(len(left), "", dtype=object)
        waiting = list(origins)
        while waiting:
            fresh = set[str]()
            while waiting:
                town = waiting.pop()
                if town not in fresh and town not in reached:
                    fresh.add(town)
                    waiting += neighbours[town]
            reached |= fresh
            is_left = np.array([town not in fresh for town in left], dtype=bool)
            left = [town for town in left if town not in fresh]
            nearest, partner, numbers = nearest[is_left], partner[is_left], self._numbers(left)
            if not left:
                return
            for here in fresh:
                row = self.from_point(self._at[here], numbers)
                is_nearer = (row < nearest) | ((row == nearest) & (partner > here))
                nearest[is_nearer], partner[is_nearer] = row[is_nearer], here
            number = int(nearest.argmin())
            yield partner[number], left[number]
            waiting = [left[number]]

    def _numbers(self, towns: Sequence[str]) -> np.ndarray:
        return np.array([self._number[town] for town in towns], dtype=int)
