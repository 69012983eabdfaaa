"""The keyboard's ring: which control, town or road the next press of Enter is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.scene.shapes import Box, Layer, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.scene.layout import Layout
    from sim.scene.view_model import Frame

WIDTH: Final = 2.2
"""Pixels at scale 1."""
ROUND: Final = 12.0
"""Radius of the ring's corners at most, but round towns and buttons as high as wide; pixels at scale 1."""
OFF: Final = {"town": 9.0, "event": 2.0, "slider": 0.0}
"""How far from its target the ring stands, by kind; pixels at scale 1."""
OFF_ELSE: Final = 3.0


def focus_layer(frame: Frame, targets: Sequence[Target], regions: Layout) -> Layer | None:
    """Return a ring in the colour of controls round what the keyboard stands on.

    None where that is nothing.
    """
    focus = frame.focus
    if focus is None:
        return None
    found = [each for each in targets if (each.kind, each.name) == (focus.kind, focus.name)]
    if not found:
        return None
    # a road has many targets along its way: the ring stands round the middle one
    target = found[len(found) // 2] if focus.kind == "route" else found[-1]
    s = regions.s
    off = OFF.get(target.kind, OFF_ELSE) * s
    x, y = target.x - off, target.y - off
    width, height = target.width + 2 * off, target.height + 2 * off
    is_square = abs(width - height) < 1.0
    radius = min(width, height) / 2 if is_square else min(height / 2, ROUND * s)
    shapes = (
        Box(x - s, y - s, width + 2 * s, height + 2 * s, None, radius + s, "deep", round((WIDTH + 2.0) * s)),
        Box(x, y, width, height, None, radius, "accent", round(WIDTH * s)),
    )
    return Layer("focus", (target, s), shapes)
