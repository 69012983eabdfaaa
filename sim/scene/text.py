"""Text: the width of every letter, lines cut short with an ellipsis, sentences broken into lines."""

from __future__ import annotations

import functools
import json
import unicodedata
from importlib import resources
from typing import TYPE_CHECKING, Final

from sim.files.regular import packaged_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

    from sim.scene.shapes import Face

SIZE_STEPS: Final = 4
"""Letters come in quarters of a pixel."""
UNKNOWN_WIDTH: Final = 600
"""Of a letter that no shipped font knows; thousandths of its size."""
WIDE_WIDTH: Final = 1000
"""The same, of East Asian signs."""
FONT_FILES: Final[Mapping[tuple[str, bool, bool], str]] = {
    ("ui", False, False): "Inter-Regular",
    ("ui", True, False): "Inter-SemiBold",
    ("ui", False, True): "Inter-Italic",
    ("ui", True, True): "Inter-Italic",
    ("title", False, False): "FiraSansCondensed-Medium",
    ("title", True, False): "FiraSansCondensed-SemiBold",
    ("title", False, True): "FiraSansCondensed-Medium",
    ("title", True, True): "FiraSansCondensed-SemiBold",
}
"""By face, boldness and slant: the file without its ending."""
ELLIPSIS: Final = "…"
CAUTION: Final = 1.015
"""Letters are drawn in quarters of a pixel, which can make a line a little wider than they say."""


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

    Examples
    --------
    >>> text_width("", 12.0)
    0.0
    >>> text_width("Kupiansk", 24.0) == 2 * text_width("Kupiansk", 12.0)
    True
    """
    widths = _widths()[FONT_FILES[face, is_bold, is_italic]]
    units = sum(widths.get(letter) or _unknown_width(letter) for letter in text)
    return units * round(size * SIZE_STEPS) / SIZE_STEPS / 1000 + spacing * len(text)


def has_letter(letter: str) -> bool:
    """Return whether the shipped fonts know a letter."""
    return letter in _widths()[FONT_FILES["ui", False, False]]


def _unknown_width(letter: str) -> int:
    """Return about how wide a font of the system draws a letter; thousandths of its size."""
    return WIDE_WIDTH if unicodedata.east_asian_width(letter) in {"W", "F"} else UNKNOWN_WIDTH


@functools.cache
def _widths() -> Mapping[str, Mapping[str, int]]:
    written = packaged_text("sim.scene", "fonts", "widths.json")
    return {
        font: {letter: int(width) for width, letters in groups.items() for letter in letters}
        for font, groups in json.loads(written).items()
    }


def truncate(text: str, width: float, size: float, face: Face = "ui", *, is_bold: bool = False) -> str:
    """Return a text, cut short where it is wider than so many pixels.

    Examples
    --------
    >>> truncate("Kupiansk", 400.0, 12.0), truncate("Kupiansk", 1.0, 12.0)
    ('Kupiansk', '…')
    """
    width /= CAUTION
    if text_width(text, size, face, is_bold=is_bold) <= width:
        return text
    for end in range(len(text) - 1, 0, -1):
        cut = text[:end].rstrip(" ,.–") + ELLIPSIS
        if text_width(cut, size, face, is_bold=is_bold) <= width:
            return cut
    return ELLIPSIS


def wrap(
    text: str, width: float, size: float, most: int = 99, face: Face = "ui", *, is_bold: bool = False
) -> list[str]:
    """Return a text in lines, the last one cut short; a no-break space keeps a number with its unit.

    Examples
    --------
    >>> wrap("one two", 30.0, 12.0), wrap("one two three", 36.0, 12.0, most=2)
    (['one', 'two'], ['one', 'two…'])
    """
    lines: list[str] = []
    room = width / CAUTION
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, face, is_bold=is_bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        rest = " ".join(lines[most - 1 :])
        last = truncate(rest, width, size, face, is_bold=is_bold)
        lines = [*lines[: most - 1], last if last.endswith(ELLIPSIS) else f"{last}{ELLIPSIS}"]
    return [truncate(line, width, size, face, is_bold=is_bold) for line in lines]


def with_widest_digits(words: str) -> str:
    """Return words with all digits alike, so that a label keeps its width while time goes by."""
    return "".join("0" if letter.isdigit() else letter for letter in words)


def keep_units_together(text: str) -> str:
    r"""Return a text whose numbers stay with their units when it is broken into lines.

    Examples
    --------
    >>> keep_units_together("41 t a day, 26 % lost").split(" ")
    ['41\xa0t', 'a', 'day,', '26\xa0%', 'lost']
    """
    for unit in ("t", "%", "d", "days", "km", "soldiers"):
        for after in (" ", ",", ".", ";", ")"):
            text = text.replace(f" {unit}{after}", f"\u00a0{unit}{after}")
    return text
