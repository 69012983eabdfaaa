"""The geometry of lines: how wide ones are outlined, how they are dashed, and what shapes touch."""

from __future__ import annotations

import bisect
import functools
import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.scene.shapes import Arc, Area, Box, Capsules, Disc, Glow, Hatch, Light, Point, Stroke

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

SHARP: Final = 0.35
"""Turns sharper than this are rounded; radians."""
MITRE: Final = 1.6
"""How far a corner may stand out, in half widths."""
NOTHING: Final = 1e-6
"""A shorter length has no direction."""
ARC_STEP: Final = 1.6
"""Pixels between the points of an arc."""
NOSE: Final = 0.36
BRAKE: Final = 0.22
"""Of a capsule's length."""


def bounds(
    shape: Box | Stroke | Area | Disc | Arc | Glow | Light | Capsules | Hatch,
) -> tuple[float, float, float, float]:
    """Return the rectangle that a shape touches: left, top, right, bottom."""
    if isinstance(shape, Box):
        return shape.x, shape.y, shape.x + shape.width, shape.y + shape.height
    if isinstance(shape, (Disc, Arc, Light)):
        (x, y), reach = shape.center, shape.radius
        reach += shape.width if isinstance(shape, Arc) else 0.5
        return x - reach, y - reach, x + reach, y + reach
    if isinstance(shape, Capsules):
        points, reach = shape.at, math.hypot(shape.length, shape.width) / 2 + 1.0
    elif isinstance(shape, Area):
        points, reach = shape.points, shape.edge_width
    else:
        points, reach = shape.points, shape.width * (2 if isinstance(shape, Glow) else 1)
    across, down = zip(*points, strict=True)
    return min(across) - reach, min(down) - reach, max(across) + reach, max(down) + reach


def outline(points: Sequence[Point], width: float) -> list[Point]:
    """Return the outline of a wide line, at least three points.

    Examples
    --------
    >>> outline([(0.0, 0.0), (4.0, 0.0)], 2.0)
    [(0.0, 1.0), (4.0, 1.0), (4.0, -1.0), (0.0, -1.0)]
    """
    normals = [_normal(a, b) for a, b in pairwise(points)]
    half = width / 2
    left: list[Point] = []
    right: list[Point] = []
    for index, (x, y) in enumerate(points):
        before, after = normals[max(0, index - 1)], normals[min(index, len(normals) - 1)]
        across, down = before[0] + after[0], before[1] + after[1]
        length = math.hypot(across, down)
        # of two unit vectors' sum, 2 / length² is what keeps the line's width in a bend
        reach = min(MITRE, 2.0 / length) * half / length if length > NOTHING else 0.0
        left.append((x + across * reach, y + down * reach))
        right.append((x - across * reach, y - down * reach))
    return left + right[::-1]


def capsule_outline(capsules: Capsules, at: Point) -> list[Point]:
    """Return the outline of one of some capsules: straight behind, with a point in front."""
    back, nose, half = -capsules.length / 2, capsules.length / 2, capsules.width / 2
    shoulder = nose - min(capsules.length * NOSE, half * 1.2)
    points = ((back, -half), (shoulder, -half), (nose, 0.0), (shoulder, half), (back, half))
    return _turned(at, capsules.turn, points)


def brake_light(capsules: Capsules, at: Point) -> list[Point]:
    """Return the outline of a capsule's brake light, across its back."""
    back, half = -capsules.length / 2, capsules.width / 2
    front = back + capsules.length * BRAKE
    return _turned(at, capsules.turn, ((back, -half), (front, -half), (front, half), (back, half)))


def moved(at: Point, turn: float, along: float, athwart: float = 0.0) -> Point:
    """Return a point moved along a heading and athwart to its right."""
    cos, sin = math.cos(turn), math.sin(turn)
    return at[0] + along * cos - athwart * sin, at[1] + along * sin + athwart * cos


def _turned(at: Point, turn: float, outline: Sequence[Point]) -> list[Point]:
    return [moved(at, turn, *point) for point in outline]


@functools.lru_cache(maxsize=64)
def hatch_bars(hatch: Hatch) -> tuple[tuple[Point, Point], ...]:
    """Return the bars of a hatch, each from one side to the other."""
    return tuple(_bars(hatch))


def _bars(hatch: Hatch) -> Iterator[tuple[Point, Point]]:
    path, half = Polyline(hatch.points), hatch.width / 2
    for number in range(int(path.length / hatch.step)):
        x, y, turn = path.at((number + 0.5) * hatch.step)
        cos, sin = math.cos(turn), math.sin(turn)
        lean = min(half, hatch.step)
        yield (
            (x - half * sin - lean * cos, y + half * cos - lean * sin),
            (
                x + half * sin + lean * cos,
                y - half * cos + lean * sin,
            ),
        )


def sharp_turns(points: Sequence[Point]) -> Iterator[Point]:
    """Yield the points at which a line turns sharply."""
    for a, b, c in zip(points, points[1:], points[2:], strict=False):
        turn = math.atan2(c[1] - b[1], c[0] - b[0]) - math.atan2(b[1] - a[1], b[0] - a[0])
        if abs(math.remainder(turn, math.tau)) > SHARP:
            yield b


def _normal(a: Point, b: Point) -> Point:
    across, down = b[0] - a[0], b[1] - a[1]
    length = math.hypot(across, down)
    return (-down / length, across / length) if length else (0.0, 0.0)


def arc_points(arc: Arc) -> Iterator[list[Point]]:
    """Yield the lines of an arc: one, or one for each dash."""
    if arc.dashes is None:
        yield _arc_line(arc, arc.begin, arc.end)
        return
    drawn, left_out = arc.dashes
    begin = arc.begin
    while begin < arc.end - NOTHING:
        yield _arc_line(arc, begin, min(begin + drawn, arc.end))
        begin += drawn + left_out


def _arc_line(arc: Arc, begin: float, end: float) -> list[Point]:
    steps = max(2, math.ceil(abs(end - begin) * math.tau * arc.radius / ARC_STEP))
    turns = (begin + (end - begin) * step / steps for step in range(steps + 1))
    return [
        (
            arc.center[0] + arc.radius * math.sin(math.tau * turn),
            arc.center[1] - arc.radius * math.cos(math.tau * turn),
        )
        for turn in turns
    ]


def dashed(points: Sequence[Point], dashes: tuple[float, float] | None) -> Iterator[list[Point]]:
    """Yield the parts of a line that are drawn; `dashes` says how much is drawn and left out, by turns."""
    if dashes is None:
        yield list(points)
        return
    path = Polyline(points)
    begin = 0.0
    while begin < path.length:
        yield path.part(begin, min(begin + dashes[0], path.length))
        begin += dashes[0] + dashes[1]


class Polyline:
    """A line that can be walked along."""

    __slots__ = ("_reached", "length", "points")

    def __init__(self, points: Sequence[Point]) -> None:
        self.points = tuple(points)
        self._reached = [0.0]
        for a, b in pairwise(points):
            self._reached.append(self._reached[-1] + math.hypot(b[0] - a[0], b[1] - a[1]))
        self.length = self._reached[-1]

    def at(self, distance: float) -> tuple[float, float, float]:
        """Return the point after a distance, and the heading there; radians, clockwise from east.

        Examples
        --------
        >>> Polyline([(0.0, 0.0), (4.0, 0.0)]).at(1.0)
        (1.0, 0.0, 0.0)
        """
        index = min(max(1, bisect.bisect_left(self._reached, distance)), len(self.points) - 1)
        (ax, ay), (bx, by) = self.points[index - 1], self.points[index]
        leg = self._reached[index] - self._reached[index - 1]
        share = min(1.0, max(0.0, (distance - self._reached[index - 1]) / leg)) if leg else 0.0
        return ax + (bx - ax) * share, ay + (by - ay) * share, math.atan2(by - ay, bx - ax)

    def every(self, step: float) -> NDArray[np.float64]:
        """Return the middle of each whole step along the line; shape (steps, 2).

        Examples
        --------
        >>> Polyline([(0.0, 0.0), (4.0, 0.0)]).every(1.5).tolist()
        [[0.75, 0.0], [2.25, 0.0]]
        """
        along = step * (np.arange(int(self.length / step)) + 0.5)
        across, down = np.array(self.points).T
        return np.stack([np.interp(along, self._reached, across), np.interp(along, self._reached, down)], 1)

    def part(self, begin: float, end: float) -> list[Point]:
        """Return the line between two distances."""
        first, last = self.at(begin)[:2], self.at(end)[:2]
        between = [
            point for point, reached in zip(self.points, self._reached, strict=True) if begin < reached < end
        ]
        return [first, *between, last]
