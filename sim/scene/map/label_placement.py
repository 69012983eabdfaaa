"""Where names stand: eight positions round each mark, greedy by weight.

No label lies over a mark, another label or the region's edge; one that finds no place is left out. Each is
nearer to its own town than to any other, or has a line to it, as those have that stand farther off. No such
line runs over another town or label.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from sim.scene.layout import Rect
from sim.scene.shapes import Point

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Candidates: TypeAlias = tuple[Floats, Floats, Floats, Floats, Floats]
    """Places round a mark: left, top, cost, side and how much farther."""
    Circle: TypeAlias = tuple[float, float, float]
    Corners: TypeAlias = tuple[float, float, float, float]
    """Left, top, right and bottom."""

DIRECTIONS: Final = (
    (1.0, 0.0),
    (-1.0, 0.0),
    (0.7, -0.75),
    (-0.7, -0.75),
    (0.7, 0.75),
    (-0.7, 0.75),
    (0.0, -1.0),
    (0.0, 1.0),
)
"""East, west, the corners, north, south: in order of preference."""
NEAR_OFFSETS: Final = (0.0, 8.0, 18.0)
"""How far off a label may stand from where it would touch its mark; pixels at scale 1."""
FAR_OFFSETS: Final = (32.0, 48.0, 66.0, 88.0)
"""As far as that only what weighs much; pixels at scale 1."""
LEANS: Final = (0.5, 0.5, 0.82, 0.82, 0.18, 0.18, 1.0, 0.0)
"""By direction: how much of the label stands above the point that it hangs on."""
CELL: Final = 4.0
"""Side of the cells in which points of roads are counted; pixels at scale 1."""
LABEL_GAP: Final = 6.0
"""Least room between two labels on one line; pixels at scale 1."""
HEAVY: Final = 60.0
WRONG_SIDE: Final = 6.0
"""What standing on the side that is not preferred weighs."""
ROAD_COST: Final = 2.4
"""What a point of a road under a label weighs, against one step in the order of directions."""
AMBIGUOUS: Final = 7.0
"""So near to another mark a label might be taken for its name; pixels at scale 1."""
AMBIGUOUS_COST: Final = 5.0
CLEARLY: Final = (1.25, 2.0)
"""How far off any other town is at least from which a label needs no line: a multiple of how far its own is,
and some more; pixels at scale 1."""
LINE_COST: Final = 14.0
"""What it weighs that a label has a line although it stands near."""
OFF: Final = 13.0
"""How far from its mark a name has a line to it; pixels at scale 1."""
LINE_STEPS: Final = 8
FAR_COST: Final = 0.35
"""What a pixel farther off weighs, at scale 1."""
MAX_CACHED: Final = 500


@dataclass(frozen=True, slots=True)
class LabelRequest:
    """A label that looks for a place."""

    name: str
    at: Point
    radius: float
    """The mark's middle, and what it takes round it."""
    width: float
    height: float
    weight: float
    prefers: int = 0
    """-1 to stand west of the mark, 1 to stand east, 0 for either."""


@dataclass(frozen=True, slots=True)
class PlacedLabel(Rect):
    """A label's place."""

    name: str
    direction: int
    """Where from its mark it stands: -1 west, 1 east, 0 above or below."""
    has_line: bool
    """Whether a line has to join it to its mark."""
    cost: float


class RoadDensity:
    """How many points of roads lie under any rectangle of a region, to the nearest cell."""

    def __init__(self, points: Floats | Sequence[Point], region: Rect, s: float) -> None:
        self._side, self._left, self._top = CELL * s, region.x, region.y
        columns, rows = (int(length / self._side) + 1 for length in (region.width, region.height))
        places = np.array(points, dtype=np.float64).reshape(-1, 2)
        across = ((places[:, 0] - region.x) // self._side).astype(np.int64)
        down = ((places[:, 1] - region.y) // self._side).astype(np.int64)
        is_in = (across >= 0) & (across < columns) & (down >= 0) & (down < rows)
        counts = np.zeros((rows + 1, columns + 1), dtype=np.int64)
        np.add.at(counts, (down[is_in] + 1, across[is_in] + 1), 1)
        self._sums = counts.cumsum(axis=0).cumsum(axis=1)
        self._round: dict[tuple[LabelRequest, float], Candidates] = {}

    def round(self, label: LabelRequest, s: float) -> Candidates:
        """Return the places round a label's mark, with what each costs; kept, since they come again."""
        key = label, s
        if key not in self._round:
            if len(self._round) >= MAX_CACHED:
                self._round.clear()
            left, top, cost, side, farther = _candidates(label, s)
            cost = cost + ROAD_COST * self.under(left, top, label.width, label.height)
            self._round[key] = left, top, cost, side, farther
        return self._round[key]

    def under(self, left: Floats, top: Floats, width: float, height: float) -> NDArray[np.int64]:
        """Return how many points lie under rectangles of one size at these upper left corners."""
        rows, columns = self._sums.shape
        west, east = (_cell(x - self._left, self._side, columns) for x in (left, left + width))
        north, south = (_cell(y - self._top, self._side, rows) for y in (top, top + height))
        sums: NDArray[np.int64] = self._sums
        return sums[south, east] - sums[north, east] - sums[south, west] + sums[north, west]


def _cell(at: Floats, side: float, count: int) -> NDArray[np.int64]:
    return np.clip(at // side, 0, count - 1).astype(np.int64)


def place(
    wanted: Sequence[LabelRequest],
    marks: Sequence[Circle],
    roads: RoadDensity,
    region: Rect,
    s: float,
    taken: Sequence[Corners] = (),
    towns: Sequence[Circle] = (),
) -> dict[str, PlacedLabel]:
    """Return a place for every label that finds one, off all marks and, where possible, off roads.

    Of `towns` it is to be the nearest to its own, and lines are not to run over them.
    """
    crowd = _Placement(marks, towns, roads, region, s, taken)
    for label in sorted(wanted, key=lambda each: (-each.weight, each.name)):
        crowd.settle(label)
    return crowd.placed


class _Placement:
    """The labels placed so far, among what they must not cover."""

    def __init__(
        self,
        marks: Sequence[Circle],
        towns: Sequence[Circle],
        roads: RoadDensity,
        region: Rect,
        s: float,
        taken: Sequence[Corners],
    ) -> None:
        self.placed: dict[str, PlacedLabel] = {}
        self._lines: list[Rect] = []
        """Points on the lines to labels."""
        self._towns = np.array(towns, dtype=np.float64).reshape(-1, 3)
        self._marks = np.array(marks, dtype=np.float64).reshape(-1, 3)
        self._taken = np.array(taken, dtype=np.float64).reshape(-1, 4)
        self._full = [Rect(left, top, right - left, bottom - top) for left, top, right, bottom in taken]
        self._roads, self._region, self._s = roads, region, s

    def settle(self, label: LabelRequest) -> None:
        """Give a label its cheapest free place, if there is one."""
        places = self._places(label)
        if label.weight >= HEAVY:
            places = chain(places, self._places(label, is_strict=False))
        free = next((found for found in places if not self._covered(label, found)), None)
        if free is not None:
            self.placed[label.name] = free
            self._lines += line_to(free, label.at)

    def _covered(self, label: LabelRequest, found: PlacedLabel) -> bool:
        placed = self.placed.values()
        return (
            # two that stand near on one line read as one
            any(found.meets(other, LABEL_GAP * self._s, 0.0) for other in placed)
            or any(found.meets(spot) for spot in self._lines)
            or any(
                spot.meets(other) for spot in line_to(found, label.at) for other in chain(self._full, placed)
            )
        )

    def _places(self, label: LabelRequest, *, is_strict: bool = True) -> Iterator[PlacedLabel]:
        """Yield a label's places that cover no mark, the cheapest first; if strict, no line over a mark."""
        left, top, cost, side, farther = self._roads.round(label, self._s)
        marks = self._near(label, left, top, self._marks, AMBIGUOUS * self._s)
        off = _squared(label, left, top, marks)
        is_clear = self._is_clear(label, left, top) & ~(off < marks[:, 2] ** 2).any(axis=1)
        if not is_clear.any():
            return
        left, top, cost, side, farther, off = (
            each[is_clear] for each in (left, top, cost, side, farther, off)
        )
        is_own = (marks[:, 0] == label.at[0]) & (marks[:, 1] == label.at[1])
        radii = np.where(is_own, 0.0, marks[:, 2] + AMBIGUOUS * self._s)
        towns = self._near(label, left, top, self._towns, self._farthest(label))
        own, others = _gaps(label, left, top, towns)
        is_unclear = CLEARLY[0] * own + CLEARLY[1] * self._s > others
        has_line = is_unclear | ((farther > 0.0) & (own > OFF * self._s))
        cost = cost + AMBIGUOUS_COST * (off < radii**2).any(axis=1) + LINE_COST * is_unclear
        is_told = np.ones(len(left), dtype=np.bool_)
        if is_strict and has_line.any():
            is_theirs = (towns[:, 0] != label.at[0]) | (towns[:, 1] != label.at[1])
            is_beside = others < AMBIGUOUS * self._s
            is_told = ~(has_line & (is_beside | _crosses(label, left, top, towns[is_theirs])))
            # a line is to be seen as one
            is_told &= ~is_unclear | (own > OFF * self._s)
        found = [
            (float(cost[n]), float(left[n]), float(top[n]), int(side[n]), bool(has_line[n]))
            for n in np.flatnonzero(is_told)
        ]
        for price, x, y, direction, is_led in sorted(found, key=lambda each: each[0]):
            yield PlacedLabel(x, y, label.width, label.height, label.name, direction, is_led, price)

    def _farthest(self, label: LabelRequest) -> float:
        """Return how far from one of its places another town may lie that is nearer than its own."""
        return (FAR_OFFSETS[-1] if label.weight >= HEAVY else NEAR_OFFSETS[-1]) * self._s + label.radius

    @staticmethod
    def _near(label: LabelRequest, left: Floats, top: Floats, marks: Floats, margin: float) -> Floats:
        """Return the marks to which any of a label's places may come that near; shape (marks, 3)."""
        x, y, radius = marks.T
        reach = radius + margin
        is_near = (x + reach > left.min()) & (x - reach < left.max() + label.width)
        is_near &= (y + reach > top.min()) & (y - reach < top.max() + label.height)
        near: Floats = marks[is_near]
        return near

    def _is_clear(self, label: LabelRequest, left: Floats, top: Floats) -> NDArray[np.bool_]:
        """Return which places lie in the region and cover nothing that is taken."""
        right, bottom = left + label.width, top + label.height
        gap, region = 2.0 * self._s, self._region
        is_in = (left >= region.x + gap) & (right <= region.right - gap)
        is_in &= (top >= region.y + gap) & (bottom <= region.bottom - gap)
        west, north, east, south = self._taken.T
        is_over = (left[:, None] < east) & (right[:, None] > west)
        is_over &= (top[:, None] < south) & (bottom[:, None] > north)
        is_clear: NDArray[np.bool_] = is_in & ~is_over.any(axis=1)
        return is_clear


def is_nearest(found: Rect, at: Point, towns: Floats) -> bool:
    """Return whether a label stands nearer to the rim of the town at a point than to any other's."""
    label = LabelRequest("", at, 0.0, found.width, found.height, 0.0)
    own, others = _gaps(label, np.array([found.x]), np.array([found.y]), towns)
    return bool(own[0] < others[0])


def _gaps(label: LabelRequest, left: Floats, top: Floats, towns: Floats) -> tuple[Floats, Floats]:
    """Return how far places lie from the rim of a label's own town, and from the nearest other rim."""
    off = np.sqrt(_squared(label, left, top, towns)) - towns[:, 2]
    is_own = (towns[:, 0] == label.at[0]) & (towns[:, 1] == label.at[1])
    own: Floats = np.min(off[:, is_own], axis=1, initial=np.inf)
    others: Floats = np.min(off[:, ~is_own], axis=1, initial=np.inf)
    return own, others


def line_to(found: PlacedLabel, at: Point) -> list[Rect]:
    """Return points on the line from a mark to a label that has one."""
    if not found.has_line:
        return []
    (x, y), (to_x, to_y) = at, line_end(found, at)
    shares = [step / LINE_STEPS for step in range(1, LINE_STEPS)]
    return [Rect(x + share * (to_x - x), y + share * (to_y - y), 0.0, 0.0) for share in shares]


def line_end(found: PlacedLabel, at: Point) -> Point:
    """Return the corner of a label to which its line goes: at the foot of its letters, or above them."""
    return found.right if found.direction < 0 else found.x, found.y if found.y > at[1] else found.bottom


def _squared(label: LabelRequest, left: Floats, top: Floats, marks: Floats) -> Floats:
    """Return how far each mark's middle lies from each place, squared; shape (places, marks); pixels."""
    x, y = marks[:, 0], marks[:, 1]
    left, top = left[:, None], top[:, None]
    across = np.maximum(np.maximum(left - x, x - left - label.width), 0.0)
    down = np.maximum(np.maximum(top - y, y - top - label.height), 0.0)
    squared: Floats = across**2 + down**2
    return squared


def _crosses(label: LabelRequest, left: Floats, top: Floats, marks: Floats) -> NDArray[np.bool_]:
    """Return for each place whether the line to it from the label's mark runs over another mark."""
    x, y = label.at
    across = np.clip(x, left, left + label.width) - x
    down = np.clip(y, top, top + label.height) - y
    off_x, off_y = marks[:, 0] - x, marks[:, 1] - y
    squared = np.maximum(across**2 + down**2, 1.0)[:, None]
    share = np.clip((across[:, None] * off_x + down[:, None] * off_y) / squared, 0.0, 1.0)
    gaps = (across[:, None] * share - off_x) ** 2 + (down[:, None] * share - off_y) ** 2
    found: NDArray[np.bool_] = (gaps < marks[:, 2] ** 2).any(axis=1)
    return found


def _candidates(label: LabelRequest, s: float) -> Candidates:
    """Return the places round a mark, near and farther off: left, top, cost, side and how much farther."""
    steps = np.array((*NEAR_OFFSETS, *(FAR_OFFSETS if label.weight >= HEAVY else ())))
    farther = np.repeat(steps, len(DIRECTIONS))
    across, down = np.tile(np.array(DIRECTIONS), (len(steps), 1)).T
    reach = label.radius + farther * s
    side = np.sign(across)
    left = label.at[0] + across * reach - label.width * (1.0 - side) / 2
    top = label.at[1] + down * reach - label.height * np.tile(LEANS, len(steps))
    liked = np.tile(np.arange(len(DIRECTIONS), dtype=np.float64), len(steps))
    cost = liked + FAR_COST * farther + WRONG_SIDE * (label.prefers * side < 0)
    return left, top, cost, side, farther
