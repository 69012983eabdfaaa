"""Which parts of a layer to paint again when a few of its shapes have changed."""

from __future__ import annotations

import functools
import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pygame

from sim.scene.lines import bounds
from sim.scene.shapes import Arc, Area, Capsules, Disc, Glow, Hatch, Light, Stroke
from sim.view.paint.grid import CELL, Grid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    from sim.scene.shapes import Shape

    Edges: TypeAlias = tuple[float, float, float, float]
    """Left, top, right and bottom; pixels."""
    EdgesOf: TypeAlias = Callable[[Shape], Edges | None]
    """Returns the edges of a shape; None where they are not known."""

MAX_SHARE: Final = 0.5
"""Of a layer, the largest share to be painted again in parts; more is painted as a whole."""
HEAVY: Final = 1_000_000
"""Pixels in the rectangles round a layer's shapes from which painting it takes long."""
_BOUNDED: Final = (Stroke, Area, Disc, Arc, Capsules, Glow, Hatch, Light)

extent = functools.lru_cache(maxsize=2048)(bounds)


def edges(shape: Shape) -> Edges | None:
    """Return the edges of a shape; None where only painting it shows them."""
    return extent(shape) if isinstance(shape, _BOUNDED) else None


def changed_parts(
    before: Sequence[Shape], after: Sequence[Shape], area: float, grid: Grid, edges_of: EdgesOf = edges
) -> list[pygame.Rect] | None:
    """Return the parts of the window in which a layer's shapes differ, without overlaps.

    None where painting the whole layer of `area` pixels costs no more.

    Examples
    --------
    >>> one, two = Disc((10.0, 10.0), 3.0, "ink"), Disc((50.0, 10.0), 3.0, "ink")
    >>> changed_parts([one, two], [one], 100_000.0, Grid((640, 360)))
    [Rect(0, 0, 64, 64)]
    """
    changed = set(before) ^ set(after)
    unchanged = [shape for shape in before if shape not in changed]
    if unchanged != [shape for shape in after if shape not in changed] or _blur(before) != _blur(after):
        return None
    cells = 0
    for shape in changed:
        around = edges_of(shape)
        if around is None:
            return None
        cells |= _cells(grid, shape, around)
    parts = grid.parts(cells)
    return parts if sum(part.width * part.height for part in parts) <= MAX_SHARE * area else None


def _cells(grid: Grid, shape: Shape, around: Edges) -> int:
    """Return the cells that a shape may touch; those of a long line lie along it."""
    if isinstance(shape, (Stroke, Hatch)) and max(around[2] - around[0], around[3] - around[1]) > 2 * CELL:
        # half a step to either side is less than what the margin covers
        margin, found = shape.width + 2.0 + CELL / 4, 0
        for a, b in pairwise(shape.points):
            steps = max(1, math.ceil(math.dist(a, b) / (CELL / 2)))
            for step in range(steps + 1):
                x, y = a[0] + (b[0] - a[0]) * step / steps, a[1] + (b[1] - a[1]) * step / steps
                found |= grid.cells(_around((x - margin, y - margin, x + margin, y + margin)))
        return found
    return grid.cells(_around(around))


def _around(edges: Edges) -> pygame.Rect:
    """Return the pixels within edges, and one more on every side."""
    left, top = math.floor(edges[0] - 1), math.floor(edges[1] - 1)
    return pygame.Rect(left, top, math.ceil(edges[2] + 1) - left, math.ceil(edges[3] + 1) - top)


def joined(parts: Iterable[pygame.Rect]) -> list[pygame.Rect]:
    """Return parts with those that overlap joined.

    Examples
    --------
    >>> joined([pygame.Rect(0, 0, 4, 4), pygame.Rect(9, 9, 2, 2), pygame.Rect(3, 3, 4, 4)])
    [Rect(9, 9, 2, 2), Rect(0, 0, 7, 7)]
    """
    found: list[pygame.Rect] = []
    for part in parts:
        whole = part
        while (number := whole.collidelist(found)) >= 0:
            whole = whole.union(found.pop(number))
        found.append(whole)
    return found


def touching(shapes: Iterable[tuple[Shape, Edges | None]], part: pygame.Rect) -> list[Shape]:
    """Return the shapes, each with its edges, that may lie in a part, and all glows: they are one picture."""
    left, top, right, bottom = part.left, part.top, part.right, part.bottom
    return [
        shape
        for shape, around in shapes
        if around is None
        or isinstance(shape, Glow)
        or (around[0] < right and left < around[2] and around[1] < bottom and top < around[3])
    ]


def is_heavy(shapes: Iterable[Shape]) -> bool:
    """Return whether shapes take long to paint, by the size of their rectangles."""
    area = 0.0
    for shape in shapes:
        if isinstance(shape, _BOUNDED):
            left, top, right, bottom = extent(shape)
            area += (right - left) * (bottom - top)
    return area >= HEAVY


def _blur(shapes: Iterable[Shape]) -> float:
    """Return how far light is blurred, which is the same for all glows of a layer."""
    return max((shape.width for shape in shapes if isinstance(shape, Glow)), default=0.0)
