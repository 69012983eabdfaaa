"""Which parts of a layer to paint again when a few of its shapes have changed."""

from __future__ import annotations

import functools
import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pygame

from sim.scene.lines import bounds
from sim.scene.shapes import Arc, Area, Capsules, Disc, Glow, Hatch, Light, Stroke

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    from sim.scene.shapes import Shape

    Edges: TypeAlias = tuple[float, float, float, float]
    """Left, top, right and bottom; pixels."""
    EdgesOf: TypeAlias = Callable[[Shape], Edges | None]
    """Returns the edges of a shape; None where they are not known."""

TILE: Final = 96
"""Side of the squares in which a layer is painted again; pixels."""
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
    before: Sequence[Shape], after: Sequence[Shape], area: float, edges_of: EdgesOf = edges
) -> list[pygame.Rect] | None:
    """Return the parts in which a layer's shapes differ, without overlaps.

    None where painting the whole layer of `area` pixels costs no more.

    Examples
    --------
    >>> one, two = Disc((10.0, 10.0), 3.0, "ink"), Disc((50.0, 10.0), 3.0, "ink")
    >>> changed_parts([one, two], [one], 100_000.0)
    [Rect(0, 0, 96, 96)]
    """
    changed = set(before) ^ set(after)
    unchanged = [shape for shape in before if shape not in changed]
    if unchanged != [shape for shape in after if shape not in changed] or _blur(before) != _blur(after):
        return None
    tiles: set[tuple[int, int]] = set()
    for shape in changed:
        around = edges_of(shape)
        if around is None:
            return None
        tiles |= _tiles(shape, around)
    parts = _rows_of(tiles)
    return parts if sum(part.width * part.height for part in parts) <= MAX_SHARE * area else None


def _tiles(shape: Shape, around: Edges) -> set[tuple[int, int]]:
    """Return the tiles that a shape may touch; those of a long line lie along it."""
    found: set[tuple[int, int]] = set()
    if isinstance(shape, (Stroke, Hatch)) and max(around[2] - around[0], around[3] - around[1]) > 2 * TILE:
        reach = shape.width + 2.0
        for a, b in pairwise(shape.points):
            steps = max(1, math.ceil(math.dist(a, b) / (TILE / 2)))
            for step in range(steps + 1):
                x, y = a[0] + (b[0] - a[0]) * step / steps, a[1] + (b[1] - a[1]) * step / steps
                # half a step to either side is less than what the tile's margin covers
                margin = reach + TILE / 4
                found |= _covered((x - margin, y - margin, x + margin, y + margin))
        return found
    return _covered(around)


def _covered(around: Edges) -> set[tuple[int, int]]:
    left, top = math.floor((around[0] - 1) / TILE), math.floor((around[1] - 1) / TILE)
    right, bottom = math.floor((around[2] + 1) / TILE), math.floor((around[3] + 1) / TILE)
    return {(x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)}


def _rows_of(tiles: set[tuple[int, int]]) -> list[pygame.Rect]:
    """Return tiles joined along their rows, and rows of one extent joined to blocks."""
    rows: list[pygame.Rect] = []
    for x, y in sorted(tiles, key=lambda tile: (tile[1], tile[0])):
        last = rows[-1] if rows else None
        if last is not None and last.top == y * TILE and last.right == x * TILE:
            last.width += TILE
        else:
            rows.append(pygame.Rect(x * TILE, y * TILE, TILE, TILE))
    blocks: list[pygame.Rect] = []
    for row in rows:
        above = next(
            (b for b in blocks if (b.left, b.width, b.bottom) == (row.left, row.width, row.top)), None
        )
        if above is None:
            blocks.append(row)
        else:
            above.height += TILE
    return blocks


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
