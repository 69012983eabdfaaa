"""Where names stand: eight positions round each mark, greedy by weight, then one pass of swaps.

No label lies over a mark, another label or the region's edge; one that finds no place is left out. Labels
that find none near stand farther off, with a thin line to their mark.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.view.shapes import Point

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

    from sim.view.layout import Rect

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
"""East, west, the corners, north, south: the order in which they are liked."""
FARTHER: Final = (0.0, 8.0, 18.0)
"""How far off a label may stand from where it would touch its mark; pixels at scale 1."""
FARTHEST: Final = (32.0, 48.0)
"""As far as that only what weighs much; pixels at scale 1."""
HEAVY: Final = 60.0
WRONG_SIDE: Final = 6.0
"""What standing on the side that is not preferred weighs."""
ROAD_COST: Final = 0.4
"""What a point of a road under a label weighs, against one step in the order of directions."""
DOUBT: Final = 7.0
"""So near to another mark a label might be taken for its name; pixels at scale 1."""
DOUBT_COST: Final = 3.0
MOVED_COST: Final = 2.5
"""How much worse a label may come to stand so that another finds a place."""
WIDER_COST: Final = 4.0
"""How much worse a label may come to stand so that all of it has room."""
FAR_COST: Final = 0.55
"""What a pixel farther off weighs, at scale 1."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A label that looks for a place.

    Attributes
    ----------
    name
        Whose it is.
    at, radius
        The mark's middle, and what it takes round it.
    width, height
        The label's.
    narrow
        Its width with the less needed left out, where it finds no place otherwise.
    weight
        Heavier ones are placed first.
    prefers
        -1 to stand west of the mark, 1 to stand east, 0 for either.
    """

    name: str
    at: Point
    radius: float
    width: float
    height: float
    weight: float
    narrow: float
    prefers: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """A label's place.

    Attributes
    ----------
    x, y
        Its upper left corner.
    direction
        Where from its mark it stands: -1 west, 1 east, 0 above or below.
    is_far
        Whether it needs a line to its mark.
    """

    name: str
    x: float
    y: float
    width: float
    height: float
    direction: int
    is_far: bool
    cost: float


def place(
    wanted: Sequence[Wanted],
    marks: Sequence[tuple[float, float, float]],
    roads: ArrayLike,
    region: Rect,
    s: float,
    taken: Sequence[tuple[float, float, float, float]] = (),
) -> dict[str, Placed]:
    """Return a place for every label that finds one.

    Parameters
    ----------
    wanted
        The labels.
    marks
        Middle and radius of every mark on the map, their own included.
    roads
        Shape (points, 2): along the roads, which labels avoid where they can; pixels.
    region
        Where they must lie.
    s
        The window's scale.
    taken
        Rectangles that are taken: left, top, right, bottom.
    """
    crowd = _Crowd(marks, roads, region, s, taken)
    order = [
        replace(label, width=label.narrow)
        for label in sorted(wanted, key=lambda label: (-label.weight, label.name))
    ]
    by_name = {label.name: label for label in wanted}
    left_out = [label for label in order if not crowd.settle(label)]
    for label in left_out:
        crowd.swap_in(label, by_name)
    # a name for every town comes before the figures of a few
    for label in order:
        if label.name in crowd.placed and by_name[label.name].width > label.width:
            crowd.widen(by_name[label.name])
    return crowd.placed


class _Crowd:
    """The labels placed so far, among what they must not cover."""

    def __init__(
        self,
        marks: Sequence[tuple[float, float, float]],
        roads: ArrayLike,
        region: Rect,
        s: float,
        taken: Sequence[tuple[float, float, float, float]],
    ) -> None:
        self.placed: dict[str, Placed] = {}
        self._region, self._s = region, s
        self._marks = np.asarray(marks, dtype=np.float64).reshape(-1, 3)
        self._roads = np.asarray(roads, dtype=np.float64).reshape(-1, 2)
        self._taken = np.asarray(taken, dtype=np.float64).reshape(-1, 4)
        self._choices: dict[Wanted, list[Placed]] = {}

    def settle(self, label: Wanted) -> bool:
        """Give a label its cheapest free place, if there is one."""
        free = next((found for found in self._places(label) if not self._covered(found)), None)
        if free is not None:
            self.placed[label.name] = free
        return free is not None

    def widen(self, label: Wanted) -> None:
        """Move a label that was placed without its less needed part to where all of it has room.

        Parameters
        ----------
        label
            All of it.
        """
        before = self.placed.pop(label.name)
        if not self.settle(label) or self.placed[label.name].cost > before.cost + WIDER_COST:
            self.placed[label.name] = before

    def swap_in(self, label: Wanted, by_name: dict[str, Wanted]) -> bool:
        """Place a label where one other stands, if that one finds another place."""
        for found in self._places(label):
            blocking = self._covered(found)
            if len(blocking) != 1:
                continue
            other, before = by_name[blocking[0]], self.placed.pop(blocking[0])
            other = replace(other, width=before.width)
            self.placed[label.name] = found
            if self.settle(other) and self.placed[other.name].cost <= before.cost + MOVED_COST:
                return True
            del self.placed[label.name]
            self.placed[other.name] = before
        return False

    def _covered(self, found: Placed) -> list[str]:
        """Return the labels that a place would cover."""
        return [name for name, other in self.placed.items() if _overlap(found, other)]

    def _places(self, label: Wanted) -> list[Placed]:
        """Return a label's places that cover no mark, the cheapest first; worked out once."""
        if label not in self._choices:
            candidates = list(self._candidates(label))
            places = _edges(candidates)
            clear = self._are_clear(places)
            chosen = [choice for choice, is_clear in zip(candidates, clear.tolist(), strict=True) if is_clear]
            costs = self._extra_costs(label, places[clear])
            found = [
                replace(choice, cost=choice.cost + more) for choice, more in zip(chosen, costs, strict=True)
            ]
            self._choices[label] = sorted(found, key=lambda choice: choice.cost)
        return self._choices[label]

    def _candidates(self, label: Wanted) -> Iterator[Placed]:
        """Yield the places round a mark, near and farther off."""
        for farther in (*FARTHER, *(FARTHEST if label.weight >= HEAVY else ())):
            for liked, (across, down) in enumerate(DIRECTIONS):
                reach = label.radius + farther * self._s
                x, y = label.at[0] + across * reach, label.at[1] + down * reach
                side = (across > 0) - (across < 0)
                left = x if side > 0 else x - label.width if side < 0 else x - label.width / 2
                lean = 0.5 if down in {0.0} else 0.18 if down > 0 else 0.82
                if not side:
                    lean = 1.0 if down < 0 else 0.0
                top = y - label.height * lean
                cost = liked + FAR_COST * farther + (WRONG_SIDE if label.prefers * side < 0 else 0.0)
                yield Placed(label.name, left, top, label.width, label.height, side, farther > 0.0, cost)

    def _are_clear(self, places: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which places lie in the region and cover neither a mark nor what is taken."""
        left, top, right, bottom = places.T
        gap = 2.0 * self._s
        is_in = (
            (left >= self._region.x + gap)
            & (top >= self._region.y + gap)
            & (right <= self._region.right - gap)
            & (bottom <= self._region.bottom - gap)
        )
        over = (
            (left[:, None] < self._taken[:, 2])
            & (right[:, None] > self._taken[:, 0])
            & (top[:, None] < self._taken[:, 3])
            & (bottom[:, None] > self._taken[:, 1])
        ).any(axis=1)
        clear: NDArray[np.bool_] = is_in & ~over & ~_touching(places, self._marks).any(axis=1)
        return clear

    def _extra_costs(self, label: Wanted, places: NDArray[np.float64]) -> list[float]:
        """Return what places cost for what they cover of roads, and for being taken for another's."""
        if not len(places):
            return []
        low, high = places[:, :2].min(axis=0), places[:, 2:].max(axis=0)
        near = self._roads[((self._roads >= low) & (self._roads <= high)).all(axis=1)]
        left, top, right, bottom = places.T
        x, y = near.T
        under = (
            (left[:, None] <= x) & (x <= right[:, None]) & (top[:, None] <= y) & (y <= bottom[:, None])
        ).sum(axis=1)
        others = self._marks[(self._marks[:, :2] != label.at).any(axis=1)] + (0.0, 0.0, DOUBT * self._s)
        is_doubtful = _touching(places, others).any(axis=1)
        costs: list[float] = (ROAD_COST * under + DOUBT_COST * is_doubtful).tolist()
        return costs


def _edges(places: Sequence[Placed]) -> NDArray[np.float64]:
    """Return places as an array, shape (places, 4): left, top, right, bottom."""
    return np.array([(p.x, p.y, p.x + p.width, p.y + p.height) for p in places], dtype=np.float64)


def _touching(places: NDArray[np.float64], marks: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which places cover a part of which marks; shape (places, marks)."""
    left, top, right, bottom = (edge[:, None] for edge in places.T)
    x, y, radius = marks.T
    across = np.maximum(np.maximum(left - x, 0.0), x - right)
    down = np.maximum(np.maximum(top - y, 0.0), y - bottom)
    touching: NDArray[np.bool_] = across * across + down * down < radius * radius
    return touching


def _overlap(one: Placed, other: Placed) -> bool:
    """Return whether two labels cover one another."""
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )
