"""The themes of the window and of the report's page, dark and light: what each token's colour is.

bg is the map's ground; panel, raised and hairline are what text stands on; ink, ink2 and ink3 are text;
accent is for controls only. water is rivers, with their banks. calm, tight and full are the walls of roads,
the worst the most vivid, lane is their inside and hatch what of it is lost; full also marks who runs short.
side0 and side1 are the sides, with their tints for text and convoys and their empty vessels; deep lies round
roads and marks to part them from the ground. Tests check both for three kinds of colour vision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.scene.shapes import Rgb

if TYPE_CHECKING:
    from sim.scene.shapes import Color

PALETTE: Final = {
    "bg": ("#10161E", "#F7F5EF"),
    "panel": ("#161F29", "#FFFFFF"),
    "raised": ("#202C39", "#ECEAE2"),
    "hairline": ("#2E3C4A", "#CFCBBE"),
    "ink": ("#EDF2F6", "#14181C"),
    "ink2": ("#B7C3CE", "#3F4A54"),
    "ink3": ("#8E9DAB", "#5F6B76"),
    "water": ("#2F8FA3", "#0D7A91"),
    "bank": ("#BFE9F0", "#0B4C5B"),
    "accent": ("#6FE0CF", "#00695C"),
    "calm": ("#707C88", "#79818A"),
    "tight": ("#B9823C", "#A86C0A"),
    "full": ("#FFA123", "#A01000"),
    "lane": ("#141C26", "#FFFFFF"),
    "hatch": ("#8A97A3", "#6F7881"),
    "side0": ("#4E9CF5", "#1A44DA"),
    "side0_tint": ("#BFDCFF", "#1A44DA"),
    "side0_empty": ("#16324F", "#D5DEFA"),
    "side1": ("#DB6A79", "#900F63"),
    "side1_tint": ("#FFC9D0", "#900F63"),
    "side1_empty": ("#4A2029", "#F2D6E7"),
    "flash": ("#FFF4D6", "#C81E00"),
    "deep": ("#080C11", "#FFFFFF"),
    "border": ("#7A8B99", "#6F6C63"),
}
"""By token: its colour in the dark theme, and in the light one."""
DARK: Final = {token: dark for token, (dark, _) in PALETTE.items()}
LIGHT: Final = {token: light for token, (_, light) in PALETTE.items()}


@dataclass(frozen=True, slots=True)
class Theme:
    """A palette."""

    name: str
    """``dark`` or ``light``."""
    colors: Mapping[str, Rgb]

    def rgb(self, color: Color) -> Rgb:
        """Return a colour as numbers; an RGB tuple is returned as it is."""
        return self.colors[color] if isinstance(color, str) else color


def rgb_of(code: str) -> Rgb:
    """Return a colour from its six hexadecimal digits.

    Examples
    --------
    >>> rgb_of("#FF8000")
    (255, 128, 0)
    """
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """Return a colour between two, at a share from 0 to 1.

    Examples
    --------
    >>> mix((0, 0, 0), (200, 100, 50), 0.5)
    (100, 50, 25)
    """
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


THEMES: Final[Mapping[str, Theme]] = {
    name: Theme(name, {token: rgb_of(code) for token, code in codes.items()})
    for name, codes in (("dark", DARK), ("light", LIGHT))
}
