"""Lines of a map cut where they meet others, and where they lead through a town.

OpenStreetMap's ways share a point where they meet, and go on; so do roads drawn by hand, past towns.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sim.model.scenario import EARTH_RADIUS
from sim.scenario_file.map_import.distances import Distances
from sim.scenario_file.map_import.features import FINE, Point
from sim.scenario_file.map_import.properties import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sim.scenario_file.map_import.features import LineFeature, MapFeatures

SNAP: Final = 5.0
"""How far from a town a route may end to lead there; km."""
THROUGH: Final = 1.0
"""How far from a town a road may pass to lead through it, if that is at most a tenth of its length; km."""
TOUCH: Final = 0.05
"""How near two points are one; km."""
MIN_BRANCHES: Final = 3
_WHOLE: Final = frozenset(("length_km", "front_share", "front_km", "from", "to"))
"""What a line says of itself as a whole."""


def split_lines(features: MapFeatures, towns: Distances) -> tuple[list[LineFeature], dict[Point, str]]:
    """Return the pieces of all routes, and the towns at points where they were cut."""
    beside: defaultdict[Point, set[Point]] = defaultdict(set)
    for line in features.routes:
        for one, other in itertools.pairwise(line.path):
            beside[one].add(other)
            beside[other].add(one)
    ends = {
        f"{at}": at
        for at, others in beside.items()
        if len(others) == 1 and not towns.nearest_town(at, SNAP)[0]
    }
    loose, loose_ends = Distances(ends), set(ends.values())
    pieces: list[LineFeature] = []
    towns_at: dict[Point, str] = {}
    cut: list[str] = []
    for line in features.routes:
        is_whole = line.properties.get("feature") == "route" or not _WHOLE.isdisjoint(line.properties)
        path, marked = list(line.path), set[Point]()
        if not is_whole:
            _take_in_ends(path, loose, loose_ends, marked)
            towns_at |= _take_in_towns(path, towns)
            marked |= {point for point in path if point in towns_at or len(beside[point]) >= MIN_BRANCHES}
        marks = [number for number, point in enumerate(path[1:-1], 1) if point in marked]
        if marks:
            own = {key: value for key, value in line.properties.items() if key != "id"}
            line = replace(line, properties=own)
            cut.append(line.name or "one without a name")
        for start, end in itertools.pairwise((0, *marks, len(path) - 1)):
            pieces.append(replace(line, path=tuple(path[start : end + 1])))
    if cut:
        features.notes.add(f"Cut where they meet other lines or lead through towns: {listed(cut)}.")
    return pieces, towns_at


def _take_in_ends(path: list[Point], loose: Distances, loose_ends: set[Point], marked: set[Point]) -> None:
    """Lead a path over the ends of other lines that all but touch it."""
    own = {path[0], path[-1]}
    for _, at in list(loose.towns_near(path, TOUCH)):
        distance, number, _ = _nearest_spot(_flat(path, at))
        if at in own or at not in loose_ends or distance > TOUCH:
            continue
        here = path[number : number + 2]
        path.insert(number + 1, at)
        for end in own & loose_ends:
            if end in here and math.dist(*_flat((end, at), at)) <= TOUCH:
                # The end of this line is all but the other's: they meet there, and only once.
                path.remove(end)
                loose_ends.discard(end)
        loose_ends.discard(at)
        marked.add(at)


def _take_in_towns(path: list[Point], towns: Distances) -> dict[Point, str]:
    """Lead a path over a point beside each town that it leads through, and return those points."""
    ends = {towns.nearest_town(path[0], SNAP)[0], towns.nearest_town(path[-1], SNAP)[0]}
    limit = min(THROUGH, sum(math.dist(*pair) for pair in itertools.pairwise(_flat(path, path[0]))) / 10)
    found: dict[Point, str] = {}
    for town, at in list(towns.towns_near(path, THROUGH)):
        distance, number, share = _nearest_spot(_flat(path, at))
        if town in ends or distance > limit:
            continue
        (lat, lon), (to_lat, to_lon) = path[number : number + 2]
        spot = round(lat + share * (to_lat - lat), FINE), round(lon + share * (to_lon - lon), FINE)
        near = [each for each in path[number : number + 2] if math.dist(*_flat((spot, each), at)) <= TOUCH]
        if not near:
            path.insert(number + 1, spot)
        found[(near or [spot])[0]] = town
    return found


def _flat(path: Iterable[Point], origin: Sequence[float]) -> list[tuple[float, float]]:
    """Return points as kilometres north and east of one of them."""
    north = math.radians(1) * EARTH_RADIUS
    east = north * math.cos(math.radians(origin[0]))
    return [((lat - origin[0]) * north, (lon - origin[1]) * east) for lat, lon in path]


def _nearest_spot(path: Sequence[tuple[float, float]]) -> tuple[float, int, float]:
    """Return how near a path comes to the origin, and where: the number of the part, and the share of it."""
    spots = []
    for number, ((y, x), (to_y, to_x)) in enumerate(itertools.pairwise(path)):
        dy, dx = to_y - y, to_x - x
        share = min(1.0, max(0.0, -(y * dy + x * dx) / ((dy * dy + dx * dx) or 1.0)))
        spots.append((math.hypot(y + share * dy, x + share * dx), number, share))
    return min(spots)
