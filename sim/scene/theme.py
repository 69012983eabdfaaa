"""The window's themes, its scale and its type: every letter's width has its home here.

Shapes name a colour by its token; what each stands for, the palette says.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from sim.scene.palette import DARK, LIGHT
from sim.scene.shapes import Rgb

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from sim.scene.shapes import Color, Face

SMALLEST_TEXT: Final = 11.0
"""Pixels, at scale 1."""
SCALE_STEPS: Final = ((900, 1.0), (1080, 1.25), (1440, 1.5))
"""Height of the window, and the scale there; in between it goes evenly."""
SIZE_STEPS: Final = 4
"""Letters come in quarters of a pixel."""
PER_MILLE: Final = 1000.0
UNKNOWN_WIDTH: Final = 600
"""Of a letter that no shipped font knows; thousandths of its size."""
FONT_FILES: Final[Mapping[tuple[str, bool, bool], str]] = MappingProxyType(
    {
        ("ui", False, False): "Inter-Regular",
        ("ui", True, False): "Inter-SemiBold",
        ("ui", False, True): "Inter-Italic",
        ("ui", True, True): "Inter-Italic",
        ("title", False, False): "FiraSansCondensed-Medium",
        ("title", True, False): "FiraSansCondensed-SemiBold",
        ("title", False, True): "FiraSansCondensed-Medium",
        ("title", True, True): "FiraSansCondensed-SemiBold",
    }
)
"""By face, boldness and slant: the file without its ending."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A palette.

    Attributes
    ----------
    name
        ``dark`` or ``light``.
    """

    name: str
    colors: Mapping[str, Rgb]

    def rgb(self, color: Color) -> Rgb:
        """Return a colour as numbers; an RGB tuple is returned as it is.

        Raises
        ------
        KeyError
            Where the theme has no such token.
        """
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
    """Return a colour between two.

    Parameters
    ----------
    one, other
        At shares 0 and 1.

    Examples
    --------
    >>> mix((0, 0, 0), (200, 100, 50), 0.5)
    (100, 50, 25)
    """
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


THEMES: Final[Mapping[str, Theme]] = MappingProxyType(
    {
        name: Theme(name, MappingProxyType({token: rgb_of(code) for token, code in codes.items()}))
        for name, codes in (("dark", DARK), ("light", LIGHT))
    }
)


def window_scale(height: float, scale: float = 1.0) -> float:
    """Return by what all lengths are multiplied.

    Parameters
    ----------
    height
        Of the window; pixels.

    Examples
    --------
    >>> window_scale(720), window_scale(1080), window_scale(1440, 2.0)
    (1.0, 1.25, 3.0)
    """
    (low, at_low), *steps = SCALE_STEPS
    if height <= low:
        return at_low * scale
    for high, at_high in steps:
        if height <= high:
            return (at_low + (at_high - at_low) * (height - low) / (high - low)) * scale
        low, at_low = high, at_high
    return at_low * height / low * scale


def font_path(face: Face, *, is_bold: bool = False, is_italic: bool = False) -> Traversable:
    """Return where a font's file lies."""
    return resources.files("sim.scene") / "fonts" / f"{FONT_FILES[face, is_bold, is_italic]}.ttf"


def text_width(
    text: str,
    size: float,
    face: Face = "ui",
    *,
    is_bold: bool = False,
    is_italic: bool = False,
    spacing: float = 0.0,
) -> float:
    """Return how wide a line of text is; pixels, within a pixel or two of what is painted.

    Parameters
    ----------
    size
        Of the letters; pixels.
    face, is_bold, is_italic, spacing
        As in `sim.scene.shapes.Text`.

    Examples
    --------
    >>> text_width("", 12.0)
    0.0
    >>> text_width("Kupiansk", 24.0) == 2 * text_width("Kupiansk", 12.0)
    True
    """
    widths = _widths()[FONT_FILES[face, is_bold, is_italic]]
    units = sum(widths.get(letter, UNKNOWN_WIDTH) for letter in text)
    return units * round(size * SIZE_STEPS) / SIZE_STEPS / PER_MILLE + spacing * len(text)


@functools.cache
def _widths() -> Mapping[str, Mapping[str, int]]:
    """Return the width of every letter by font, in thousandths of the size."""
    written = (resources.files("sim.scene") / "fonts" / "widths.json").read_text(encoding="utf-8")
    return {
        font: {letter: int(width) for width, letters in groups.items() for letter in letters}
        for font, groups in json.loads(written).items()
    }
