"""The colours of the front, by token: those of the window and of the report's page, dark and light.

bg is the map's ground; panel, raised and hairline what text stands on; ink, ink2 and ink3 text; accent is for
controls only; p0 to p4 are classes of pressure; side0 and side1 the sides, with their tints for text; deep
lies round roads and marks to part them from the ground. Tests hold both palettes against three kinds of
colour vision.
"""

from __future__ import annotations

from typing import Final

PRESSURE_BREAKS: Final = (0.2, 0.4, 0.6, 0.8)
"""Where the five classes of pressure part."""
PRESSURE_TOKENS: Final = ("p0", "p1", "p2", "p3", "p4")
DARK: Final = {
    "bg": "#10161E",
    "panel": "#161F29",
    "raised": "#202C39",
    "hairline": "#2E3C4A",
    "ink": "#EDF2F6",
    "ink2": "#B7C3CE",
    "ink3": "#8E9DAB",
    "water": "#1D4257",
    "accent": "#6FE0CF",
    "p0": "#5A6670",
    "p1": "#8E783B",
    "p2": "#B99A3A",
    "p3": "#F7C343",
    "p4": "#FFF0A8",
    "side0": "#4E9CF5",
    "side0_tint": "#BFDCFF",
    "side1": "#DB6A79",
    "side1_tint": "#FFC9D0",
    "deep": "#080C11",
    "border": "#70818F",
}
LIGHT: Final = {
    "bg": "#F7F5EF",
    "panel": "#FFFFFF",
    "raised": "#ECEAE2",
    "hairline": "#CFCBBE",
    "ink": "#14181C",
    "ink2": "#3F4A54",
    "ink3": "#5F6B76",
    "water": "#A9C9DA",
    "accent": "#00695C",
    "p0": "#868E93",
    "p1": "#A5650B",
    "p2": "#785332",
    "p3": "#513010",
    "p4": "#1B0C02",
    "side0": "#1A44DA",
    "side0_tint": "#1A44DA",
    "side1": "#96084F",
    "side1_tint": "#96084F",
    "deep": "#FFFFFF",
    "border": "#8D897C",
}


def pressure_token(pressure: float) -> str:
    """Return the colour of a pressure, by its class.

    Examples
    --------
    >>> pressure_token(0.19), pressure_token(0.2), pressure_token(1.0)
    ('p0', 'p1', 'p4')
    """
    return PRESSURE_TOKENS[sum(pressure >= step for step in PRESSURE_BREAKS)]
