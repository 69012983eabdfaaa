"""Where names stand: eight positions round each mark, greedy by weight, then one pass of swaps.

No label lies over a mark, another label or the region's edge; one that finds no place is left out. Labels
that find none near stand farther off, with a thin line to their mark.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sim.view.shapes import Point

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    roads: Sequence[Point],
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
        Points along the roads, which labels avoid where they can.
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
        roads: Sequence[Point],
        region: Rect,
        s: float,
        taken: Sequence[tuple[float, float, float, float]],
    ) -> None:
        self.placed: dict[str, Placed] = {}
        self._marks, self._roads, self._region, self._s, self._taken = marks, roads, region, s, taken
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
            far = label.radius + label.width + FARTHEST[-1] * self._s
            x, y = label.at
            near = [point for point in self._roads if abs(point[0] - x) < far and abs(point[1] - y) < far]
            clear = [choice for choice in self._candidates(label) if self._is_clear(choice)]
            others = [mark for mark in self._marks if mark[:2] != label.at]
            found = [_weighed(choice, near, others, self._s) for choice in clear]
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

    def _is_clear(self, place: Placed) -> bool:
        """Return whether a place lies in the region and covers neither a mark nor what is taken."""
        right, bottom = place.x + place.width, place.y + place.height
        gap = 2.0 * self._s
        if (
            place.x < self._region.x + gap
            or place.y < self._region.y + gap
            or right > self._region.right - gap
            or bottom > self._region.bottom - gap
        ):
            return False
        if any(place.x < r and right > left and place.y < b and bottom > t for left, t, r, b in self._taken):
            return False
        return not any(_touches(place, mark) for mark in self._marks)


def _weighed(
    place: Placed, roads: Sequence[Point], others: Sequence[tuple[float, float, float]], s: float
) -> Placed:
    """Return a place with its cost for what it covers of roads, and for being taken for another's."""
    right, bottom = place.x + place.width, place.y + place.height
    under = sum(place.x <= x <= right and place.y <= y <= bottom for x, y in roads)
    is_doubtful = any(_touches(place, (x, y, radius + DOUBT * s)) for x, y, radius in others)
    return replace(place, cost=place.cost + ROAD_COST * under + DOUBT_COST * is_doubtful)


def _overlap(one: Placed, other: Placed) -> bool:
    """Return whether two labels cover one another."""
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def _touches(place: Placed, mark: tuple[float, float, float]) -> bool:
    """Return whether a label covers a part of a mark."""
    x, y, radius = mark
    across = max(place.x - x, 0.0, x - place.x - place.width)
    down = max(place.y - y, 0.0, y - place.y - place.height)
    return across * across + down * down < radius * radius
