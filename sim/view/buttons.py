"""Buttons in a row, with their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.scene.icons import icon
from sim.scene.shapes import Box, HitArea, Shape, Text
from sim.scene.text import text_width
from sim.scene.view_model import Selection
from sim.scene.widgets import SMALL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.scene.view_model import Frame
    from sim.scene.widgets import Column

CUTTING: Final = frozenset({"Cut", "What if"})
"""Words with scissors before them."""
TIPS: Final[Mapping[str, str]] = {
    "What if": "What if\nChange a number, or cut a road, and see what becomes of it",
    "Close": "Close\nBack to what was shown before",
    "cut": "Cut\nNothing passes from this day on",
    "halve": "Half\nHalf of what it carries from this day on",
    "adjust": "Other\nSet what it carries",
    "screenshot": "Save\nAs a scenario file that holds the changes",
    "copy": "Copy\nAs a command line that simulates the same run",
    "compare": "How the first run is shown\nAs dashes, behind a curtain, or as what differs",
    "what_if_view": "The sliders, or what differs from the first run",
    "usual": "How usual is this?\nCopies the command that simulates many runs",
}
"""What buttons do, by their words or their command, where the words do not say all."""


def buttons_row(
    frame: Frame,
    buttons: Sequence[tuple[str, str]],
    x: float,
    y: float,
    end: float,
    s: float,
    *,
    has_first: bool = True,
    has_caps: bool = True,
) -> tuple[list[Shape], tuple[HitArea, ...]]:
    """Draw buttons in a row from `x` to `end`, as many as fit, with their keys if there is room for them.

    With `has_first` the first one is filled. Some words have scissors before them.
    """
    shapes: list[Shape] = []
    hit_areas: list[HitArea] = []
    for number, (name, words) in enumerate(buttons if frame.has_controls else ()):
        cap = frame.key_caps.get(name, "") if has_caps else ""
        sign = 22 * s if words in CUTTING else 0.0
        wide = sign + text_width(words, 12.5 * s, is_bold=True) + 24 * s
        wide += text_width(cap, SMALL * s) + 9 * s if cap else 0.0
        if x + wide > end:
            break
        is_first = has_first and number == 0
        edge = "ink" if frame.hover == Selection("button", name) else None
        shapes.append(Box(x, y, wide, 30 * s, "accent" if is_first else "raised", 6 * s, edge, 2 * s))
        color = "panel" if is_first else "ink"
        shapes.append(Text((x + sign + 12 * s, y + 19.5 * s), words, 12.5 * s, color, is_bold=True))
        if sign:
            shapes += icon("scissors", x + 21 * s, y + 15 * s, 8.0 * s, color)
        if cap:
            faint = color if is_first else "ink3"
            shapes.append(Text((x + wide - 12 * s, y + 19.5 * s), cap, SMALL * s, faint, anchor="right"))
        hit_areas.append(HitArea(x, y, wide, 30 * s, "button", name, TIPS.get(words, TIPS.get(name, ""))))
        x += wide + 8 * s
    return shapes, tuple(hit_areas)


def add_buttons(
    column: Column,
    frame: Frame,
    buttons: Sequence[tuple[str, str]],
    *,
    has_first: bool = True,
    has_caps: bool = True,
) -> None:
    """Draw a row of buttons into a column, without going down."""
    shapes, hit_areas = buttons_row(
        frame, buttons, column.x, column.y, column.right, column.s, has_first=has_first, has_caps=has_caps
    )
    column.add(*shapes)
    column.hit_areas += hit_areas
