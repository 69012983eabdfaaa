"""The split of a road's capacity as a bar: hatched is denied, full is used, empty is spare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.analysis.text import percents
from sim.scene.palette import pressure_token
from sim.scene.shapes import Box, Shape, Text
from sim.scene.theme import text_width
from sim.scene.widgets import SMALL, Column, hatching

if TYPE_CHECKING:
    from sim.analysis.pressure import Split

BAR: Final = 14.0
FIGURES: Final = 22.0
VISIBLE: Final = 1.0
"""Pixels: a thinner part is not drawn."""


def split_shapes(split: Split, x: float, y: float, width: float, height: float, s: float) -> list[Shape]:
    """Return a bar of a road's split.

    Parameters
    ----------
    x, y, width, height
        Where; pixels.
    """
    color = pressure_token(split.pressure)
    denied, used = width * split.denied, width * split.used
    radius = min(3 * s, height / 2)
    shapes: list[Shape] = [Box(x, y, width, height, "raised", radius, "hairline", 1.0)]
    if used > VISIBLE:
        shapes.append(Box(x + denied, y, used, height, color, radius))
    if denied > VISIBLE:
        shapes.append(Box(x, y, denied, height, "bg", radius, color, max(1.0, s)))
        step = max(4.5 * s, 4.0) if height > 8 * s else 4.0 * s
        shapes += hatching(x, y, denied, height, color, step, max(1.0, 1.2 * s))
    return shapes


def split_figures(column: Column, split: Split) -> None:
    """Draw the bar across the column with its three figures under it, and go down."""
    s = column.s
    column.add(*split_shapes(split, column.x, column.y, column.width, BAR * s, s))
    column.gap(BAR + 21)
    shares = percents([split.denied, split.used, split.spare])
    third = column.width / 3
    for place, (share, word) in enumerate(zip(shares, ("denied", "used", "spare"), strict=True)):
        figure = f"{share}\u00a0%"
        taken = text_width(figure, FIGURES * s, "title", is_bold=True)
        whole = taken + 6 * s + text_width(word, SMALL * s)
        x = column.x + (0.0, third + (third - whole) / 2, column.width - whole)[place]
        column.add(
            Text((x, column.y), figure, FIGURES * s, "ink", "title", is_bold=True),
            Text((x + taken + 6 * s, column.y), word, SMALL * s, "ink2"),
        )
    column.gap(9)
