"""The graph of towns and routes: lengths, capacities, contacts and paths.

Towns and routes are numbered in the scenario's order; ids are for outside.
Who holds which town is a list of side numbers that callers pass in, since it changes.
"""

from __future__ import annotations

import heapq
import itertools
import math
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.model.quantities import HOUR, Kilometres, Seconds, TonnesPerDay
from sim.model.scenario import EARTH_RADIUS, route_capacity, route_length

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.model.scenario import Position, Scenario

KILOMETRES_PER_DEGREE: Final[Kilometres] = math.pi * EARTH_RADIUS / 180.0
SAMPLES_PER_ROUTE: Final = 5
"""Points along a route at which its distance to the front is taken."""


class Network:
    """The towns and routes of a scenario with every default filled in.

    Attributes
    ----------
    towns, routes
        Ids, in the scenario's order; numbers everywhere else are places in these.
    town, route
        Numbers by id.
    length
        Way to drive; km.
    capacity
        Nominal, both directions together; tonnes a day.
    hours
        Time to drive each route in clear weather; hours.
    adjacent
        For each town, its (route, other town), in route order.
    xy
        Positions of towns, shape (towns, 2); km east and north of their middle.
    lengths, first_xy, along_xy
        Of routes: lengths again, where each begins, and from there to its end; shapes (routes,) and
        (routes, 2).
    """

    def __init__(self, scenario: Scenario) -> None:
        self.towns = tuple(town.id for town in scenario.towns)
        self.routes = tuple(route.id for route in scenario.routes)
        self.town = {town: number for number, town in enumerate(self.towns)}
        self.route = {route: number for number, route in enumerate(self.routes)}
        self.start = [self.town[route.start] for route in scenario.routes]
        self.end = [self.town[route.end] for route in scenario.routes]
        self.kind = [route.kind for route in scenario.routes]
        places = [town.at for town in scenario.towns]
        self.length: list[Kilometres] = [
            route_length(route, places[self.start[e]], places[self.end[e]], scenario.transport.winding)
            for e, route in enumerate(scenario.routes)
        ]
        transport = scenario.transport
        self.capacity: list[TonnesPerDay] = [route_capacity(route, transport) for route in scenario.routes]
        self.hours = [
            self.length[e] / (transport.speed[route.kind] if route.speed is None else route.speed)
            for e, route in enumerate(scenario.routes)
        ]
        self.adjacent: list[list[tuple[int, int]]] = [[] for _ in self.towns]
        self._between: list[dict[int, list[int]]] = [{} for _ in self.towns]
        """By town and neighbour: the routes between them."""
        for e, (u, v) in enumerate(zip(self.start, self.end, strict=True)):
            self.adjacent[u].append((e, v))
            self.adjacent[v].append((e, u))
            self._between[u].setdefault(v, []).append(e)
            self._between[v].setdefault(u, []).append(e)
        self.xy = _plane(places)
        self.lengths = np.array(self.length)
        self.first_xy = self.xy[np.array(self.start, dtype=int)]
        self.along_xy = self.xy[np.array(self.end, dtype=int)] - self.first_xy
        self._times: dict[float, list[Seconds]] = {}
        self._names: dict[tuple[int, ...], tuple[str, ...]] = {}
        self._path_hours: dict[tuple[int, ...], float] = {}
        self._due: dict[tuple[tuple[int, ...], float], tuple[Seconds, ...]] = {}
        self._origins: dict[tuple[tuple[int, ...], int], int] = {}

    def contacts(self, holder: Sequence[int]) -> list[int]:
        """Return the routes whose ends are held by different sides, in order."""
        return [e for e in range(len(self.routes)) if holder[self.start[e]] != holder[self.end[e]]]

    def other_end(self, route: int, town: int) -> int:
        """Return the town at the other end of a route."""
        return self.end[route] if self.start[route] == town else self.start[route]

    def reachable(self, origins: Sequence[int], holder: Sequence[int]) -> set[int]:
        """Return the towns that can be reached from these over ground of the same side."""
        found = dict.fromkeys(origins)
        waiting = [*found]
        for here in waiting:
            for other in self._between[here]:
                if other not in found and holder[other] == holder[here]:
                    found[other] = None
                    waiting.append(other)
        return set(found)

    def path(
        self, origin: int, goal: int, holder: Sequence[int], is_open: Callable[[int], bool]
    ) -> list[int] | None:
        """Return the quickest path over ground of one side, as routes, or nothing where there is none."""
        side = holder[origin]
        order = itertools.count()
        fringe = [(0.0, next(order), origin)]
        hours = {origin: 0.0}
        came: dict[int, tuple[int, int]] = {}
        settled: set[int] = set()
        while fringe:
            so_far, _, here = heapq.heappop(fringe)
            if here == goal:
                path = []
                while here in came:
                    here, route = came[here]
                    path.append(route)
                return path[::-1]
            if here in settled:
                continue
            settled.add(here)
            for other, parallel in self._between[here].items():
                usable = [e for e in parallel if is_open(e)] if holder[other] == side else []
                if not usable:
                    continue
                route = min(usable, key=lambda e: (self.hours[e], e))
                reached = so_far + self.hours[route]
                if other not in hours or reached < hours[other]:
                    hours[other], came[other] = reached, (here, route)
                    heapq.heappush(fringe, (reached, next(order), other))
        return None

    def names(self, path: tuple[int, ...]) -> tuple[str, ...]:
        """Return the ids of a path's routes; kept, since the same paths are looked up often."""
        names = self._names.get(path)
        if names is None:
            names = self._names[path] = tuple(self.routes[e] for e in path)
        return names

    def path_hours(self, path: tuple[int, ...]) -> float:
        """Return how long a path takes in clear weather, h; kept."""
        hours = self._path_hours.get(path)
        if hours is None:
            hours = self._path_hours[path] = math.fsum(self.hours[e] for e in path)
        return hours

    def origin(self, path: tuple[int, ...], goal: int) -> int:
        """Return the town where a path to another begins; kept."""
        origin = self._origins.get((path, goal))
        if origin is None:
            origin = goal
            for e in reversed(path):
                origin = self.other_end(e, origin)
            self._origins[path, goal] = origin
        return origin

    def times(self, path: tuple[int, ...], departed: Seconds, speed: float) -> tuple[Seconds, ...]:
        """Return when each leg of a path is due to end, at a factor on speeds; kept for each of both."""
        since = self._due.get((path, speed))
        if since is None:
            times = self.times_by(speed)
            since = self._due[path, speed] = tuple(itertools.accumulate(times[e] for e in path))
        return tuple([departed + due for due in since])

    def leg_time(self, route: int, speed: float) -> Seconds:
        """Return how long a route takes to drive, at least a second."""
        return max(1, round(self.hours[route] / speed * HOUR))

    def times_by(self, speed: float) -> list[Seconds]:
        """Return how long each route takes to drive, at a factor on speeds; kept."""
        times = self._times.get(speed)
        if times is None:
            times = self._times[speed] = [self.leg_time(e, speed) for e in range(len(self.hours))]
        return times

    def samples(self) -> np.ndarray:
        """Return points along every route, shape (routes, SAMPLES_PER_ROUTE, 2); km."""
        share = (np.arange(SAMPLES_PER_ROUTE) + 0.5) / SAMPLES_PER_ROUTE
        return np.asarray(self.first_xy[:, None, :] + share[None, :, None] * self.along_xy[:, None, :])


def _plane(places: Sequence[Position]) -> np.ndarray:
    """Return positions in a plane that touches the globe in their middle, shape (places, 2); km."""
    lat = np.array([place.lat for place in places])
    lon = np.array([place.lon for place in places])
    middle_lat, middle_lon = float(np.mean(lat)), float(np.mean(lon))
    east = (lon - middle_lon) * KILOMETRES_PER_DEGREE * math.cos(math.radians(middle_lat))
    return np.column_stack([east, (lat - middle_lat) * KILOMETRES_PER_DEGREE])
