"""What lies behind the cards of a window in which nothing is open yet: the light of both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.scene.shapes import Box, Clip, Glow, Layer

if TYPE_CHECKING:
    from sim.scene.layout import Layout
    from sim.scene.view_model import Frame

LIGHT: Final = {"dark": 0.34, "light": 0.2}
"""Strength of the light, by theme."""
WIDE: Final = 200.0
"""Pixels at scale 1 over which it spreads."""


def backdrop_layer(frame: Frame, regions: Layout) -> Layer:
    """Return the light of both sides from the edges, over what would be the map, panel and timeline."""
    top, bottom, width = regions.top.bottom, regions.footer.y, regions.footer.width
    sides = ((0.0, "side0"), (width, "side1"))
    lights = (
        Glow(((x, top), (x, bottom)), color, WIDE * regions.s, LIGHT[frame.theme]) for x, color in sides
    )
    place = (0.0, top, width, bottom - top)
    key = (frame.theme, place, regions.s)
    return Layer("backdrop", key, (Clip(*place), Box(*place, "bg"), *lights))
