"""Which parts of a layer to paint again when a few of its shapes have changed."""

from __future__ import annotations

import functools
import math
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

MAX_SHARE: Final = 0.5
"""Of a layer, the largest share to be painted again in parts; more is painted as a whole."""
HEAVY: Final = 1_000_000
"""Pixels in the rectangles round a layer's shapes from which painting it takes long."""
_BOUNDED: Final = (Stroke, Area, Disc, Arc, Capsules, Glow, Hatch, Light)

extent = functools.lru_cache(maxsize=8192)(bounds)


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
    >>> changed_parts([one, two], [one], 10_000.0)
    [Rect(45, 5, 10, 10)]
    """
    changed = set(before) ^ set(after)
    unchanged = [shape for shape in before if shape not in changed]
    if unchanged != [shape for shape in after if shape not in changed] or _blur(before) != _blur(after):
        return None
    found: list[pygame.Rect] = []
    for shape in (*before, *after):
        if shape not in changed:
            continue
        around = edges_of(shape)
        if around is None:
            return None
        left, top = math.floor(around[0]) - 1, math.floor(around[1]) - 1
        size = (math.ceil(around[2]) + 1 - left, math.ceil(around[3]) + 1 - top)
        found.append(pygame.Rect((left, top), size))
    parts = joined(found)
    return parts if sum(part.width * part.height for part in parts) <= MAX_SHARE * area else None


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


def touching(shapes: Iterable[Shape], part: pygame.Rect, edges_of: EdgesOf = edges) -> list[Shape]:
    """Return the shapes that may lie in a part, and all glows, which are painted as one picture."""

    def touches(shape: Shape) -> bool:
        around = None if isinstance(shape, Glow) else edges_of(shape)
        if around is None:
            return True
        left, top, right, bottom = around
        return left < part.right and part.left < right and top < part.bottom and part.top < bottom

    return [shape for shape in shapes if touches(shape)]


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
