"""Elements of a page as text, with all that comes from outside escaped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterable

FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""What no page may hold: control codes, and what turns the direction of text round."""
NAMES: Final = {"class_": "class"}
"""Attributes that Python has no name for."""


def element(name: str, *content: object, **attributes: object) -> Markup:
    """Return an element; all but `Markup` is escaped, and an attribute that is none is left out.

    Parameters
    ----------
    content
        What is inside; several parts follow one another.
    attributes
        A low line in a name stands for a hyphen; ``class_`` is ``class``; numbers are rounded for drawing.

    Examples
    --------
    >>> element("text", "<Brid>", x=1.50, class_="name", text_anchor="end")
    Markup('<text x="1.5" class="name" text-anchor="end">&lt;Brid&gt;</text>')
    >>> element("path", d="M0 0h9")
    Markup('<path d="M0 0h9"/>')
    """
    written = "".join(
        f' {NAMES.get(key, key).replace("_", "-")}="{escape(_value(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = Markup("").join(text(part) for part in content)
    if not inside and name in DRAWN:
        return Markup(f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{inside}</{name}>")


DRAWN: Final = ("path", "rect", "circle", "use", "line", "ellipse", "stop")
"""Elements of drawings that may be empty."""


def text(content: object) -> Markup:
    """Return text that a page may hold: escaped, and without what hides.

    Examples
    --------
    >>> text("a & b" + chr(7))
    Markup('a &amp; b')
    """
    if isinstance(content, Markup):
        return content
    return escape(FORBIDDEN.sub("", str(content)))


def joined(parts: Iterable[Markup]) -> Markup:
    """Return elements one after the other."""
    return Markup("").join(parts)


def short(number: float) -> str:
    """Return a number as a drawing needs it: to a tenth.

    Examples
    --------
    >>> short(3.0), short(2.34), short(-0.01)
    ('3', '2.3', '0')
    """
    rounded = round(number, 1) + 0.0
    return f"{rounded:.0f}" if rounded == int(rounded) else f"{rounded:.1f}"


def _value(value: object) -> object:
    """Return an attribute's value as text."""
    if isinstance(value, float):
        return short(value)
    return value if isinstance(value, Markup) else FORBIDDEN.sub("", str(value))
