"""The page's colours: those of the window, light and dark, as variables of its style."""

from __future__ import annotations

from typing import Final

PRESSURE_BREAKS: Final = (0.2, 0.4, 0.6, 0.8)
"""Where the five classes of pressure part."""
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
    "side1": "#96084F",
    "border": "#8D897C",
}
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
    "side1": "#DB6A79",
    "border": "#70818F",
}


def variables(colors: dict[str, str]) -> str:
    """Return colours as variables of a style.

    Examples
    --------
    >>> variables({"ink": "#14181C"})
    '--ink:#14181C'
    """
    return ";".join(f"--{token}:{code}" for token, code in colors.items())


def pressure_class(pressure: float) -> str:
    """Return the class of a pressure.

    Examples
    --------
    >>> pressure_class(0.19), pressure_class(0.2), pressure_class(1.0)
    ('p0', 'p1', 'p4')
    """
    return f"p{sum(pressure >= step for step in PRESSURE_BREAKS)}"
