"""Which parts of a layer to paint again when a few of its shapes have changed."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Final

from sim.scene.lines import bounds
from sim.scene.shapes import Arc, Area, Arrowhead, Disc, Glow, Stroke

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    from sim.scene.shapes import Shape

    Part: TypeAlias = tuple[int, int, int, int]
    """Left, top, right and bottom; whole pixels."""
    Edges: TypeAlias = tuple[float, float, float, float]
    """The same; pixels."""
    EdgesOf: TypeAlias = Callable[[Shape], Edges | None]
    """Returns the edges of a shape; None where they are not known."""

MAX_SHARE: Final = 0.5
"""Of a layer, the largest share to be painted again in parts; more is painted as a whole."""
HEAVY: Final = 1_000_000
"""Pixels in the rectangles round a layer's shapes from which painting it takes long."""
_BOUNDED: Final = (Stroke, Area, Disc, Arc, Arrowhead, Glow)

extent = functools.lru_cache(maxsize=8192)(bounds)


def edges(shape: Shape) -> Edges | None:
    """Return the edges of a shape; None where only painting it shows them."""
    return extent(shape) if isinstance(shape, _BOUNDED) else None


def changed_parts(
    before: Sequence[Shape], after: Sequence[Shape], area: float, edges_of: EdgesOf = edges
) -> list[Part] | None:
    """Return the parts in which a layer's shapes differ, without overlaps.

    None where painting the whole layer of `area` pixels costs no more.

    Examples
    --------
    >>> one, two = Disc((10.0, 10.0), 3.0, "ink"), Disc((50.0, 10.0), 3.0, "ink")
    >>> changed_parts([one, two], [one], 10_000.0)
    [(45, 5, 55, 15)]
    """
    changed = set(before) ^ set(after)
    unchanged = [shape for shape in before if shape not in changed]
    if unchanged != [shape for shape in after if shape not in changed] or _blur(before) != _blur(after):
        return None
    parts: list[Part] = []
    for shape in (*before, *after):
        if shape not in changed:
            continue
        found = edges_of(shape)
        if found is None:
            return None
        left, top, right, bottom = found
        part = (math.floor(left) - 1, math.floor(top) - 1, math.ceil(right) + 1, math.ceil(bottom) + 1)
        _add(parts, part)
    whole = sum((right - left) * (bottom - top) for left, top, right, bottom in parts)
    return parts if whole <= MAX_SHARE * area else None


def touching(shapes: Iterable[Shape], part: Part, edges_of: EdgesOf = edges) -> list[Shape]:
    """Return the shapes that may lie in a part, and all glows, which are painted as one picture."""
    return [
        shape
        for shape in shapes
        if isinstance(shape, Glow) or (found := edges_of(shape)) is None or _overlap(found, part)
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


def _add(parts: list[Part], part: Part) -> None:
    """Add a part, joined with those that it overlaps."""
    while over := [other for other in parts if _overlap(other, part)]:
        for other in over:
            parts.remove(other)
            (left, top, right, bottom), (west, north, east, south) = part, other
            part = (min(left, west), min(top, north), max(right, east), max(bottom, south))
    parts.append(part)


def _overlap(one: Edges, other: Edges) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
