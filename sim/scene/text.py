"""Text that fits: lines cut short with an ellipsis, and sentences broken into lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.scene.theme import text_width

if TYPE_CHECKING:
    from sim.scene.shapes import Face

ELLIPSIS: Final = "…"
CAUTION: Final = 1.015
"""Letters are drawn in quarters of a pixel, which can make a line a little wider than they say."""


def fitted(text: str, width: float, size: float, face: Face = "ui", *, is_bold: bool = False) -> str:
    """Return a text, cut short where it is wider than there is room.

    Parameters
    ----------
    width
        Room; pixels.

    Examples
    --------
    >>> fitted("Kupiansk", 400.0, 12.0), fitted("Kupiansk", 1.0, 12.0)
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


def wrapped(
    text: str, width: float, size: float, most: int = 99, face: Face = "ui", *, is_bold: bool = False
) -> list[str]:
    """Return a text in lines, the last one cut short where there are too many.

    Parameters
    ----------
    text
        Words parted by spaces; a no-break space keeps a number with its unit.
    width
        Room; pixels.

    Examples
    --------
    >>> wrapped("one two", 30.0, 12.0), wrapped("one two three", 36.0, 12.0, most=2)
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
        last = fitted(rest, width, size, face, is_bold=is_bold)
        lines = [*lines[: most - 1], last if last.endswith(ELLIPSIS) else f"{last}{ELLIPSIS}"]
    return [fitted(line, width, size, face, is_bold=is_bold) for line in lines]


def kept_together(text: str) -> str:
    r"""Return a text whose numbers stay with their units when it is broken into lines.

    Examples
    --------
    >>> kept_together("41 t a day, 26 % denied").split(" ")
    ['41\xa0t', 'a', 'day,', '26\xa0%', 'denied']
    """
    for unit in ("t", "%", "d", "days", "km", "soldiers"):
        for after in (" ", ",", ".", ";", ")"):
            text = text.replace(f" {unit}{after}", f"\u00a0{unit}{after}")
    return text
