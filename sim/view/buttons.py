"""Buttons in a row, with their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scene.shapes import Box, HitArea, Shape, Text
from sim.scene.text import text_width
from sim.scene.view_model import Selection
from sim.scene.widgets import SMALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.scene.view_model import Frame
    from sim.scene.widgets import Column


def buttons_row(
    frame: Frame,
    buttons: Sequence[tuple[str, str]],
    x: float,
    y: float,
    end: float,
    s: float,
    *,
    has_first: bool = True,
) -> tuple[list[Shape], tuple[HitArea, ...]]:
    """Draw buttons in a row from `x` to `end`, as many as fit; with `has_first` the first one is filled."""
    shapes: list[Shape] = []
    hit_areas: list[HitArea] = []
    for number, (name, words) in enumerate(buttons):
        cap = frame.key_caps.get(name, "")
        wide = text_width(words, 12.5 * s, is_bold=True) + 24 * s
        wide += text_width(cap, SMALL * s) + 9 * s if cap else 0.0
        if x + wide > end:
            break
        is_first = has_first and number == 0
        edge = "ink" if frame.hover == Selection("button", name) else None
        shapes.append(Box(x, y, wide, 30 * s, "accent" if is_first else "raised", 6 * s, edge, 2 * s))
        color = "panel" if is_first else "ink"
        shapes.append(Text((x + 12 * s, y + 19.5 * s), words, 12.5 * s, color, is_bold=True))
        if cap:
            faint = color if is_first else "ink3"
            shapes.append(Text((x + wide - 12 * s, y + 19.5 * s), cap, SMALL * s, faint, anchor="right"))
        hit_areas.append(HitArea(x, y, wide, 30 * s, "button", name))
        x += wide + 8 * s
    return shapes, tuple(hit_areas)


def add_buttons(
    column: Column, frame: Frame, buttons: Sequence[tuple[str, str]], *, has_first: bool = True
) -> None:
    """Draw a row of buttons into a column, without going down."""
    shapes, hit_areas = buttons_row(
        frame, buttons, column.x, column.y, column.right, column.s, has_first=has_first
    )
    column.add(*shapes)
    column.hit_areas += hit_areas
