"""Elements of a page as text, with all that comes from outside escaped; paths, strips, rows and keys."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""What no page may hold: control codes, and what turns the direction of text round."""
WIDTH: Final = 1000.0
"""Of drawings that stretch, in their own units."""


def element(name: str, *content: object, **attributes: object) -> Markup:
    """Return an element; all but `Markup` is escaped, and an attribute that is none is left out.

    A low line in an attribute's name stands for a hyphen; ``class_`` is ``class``; numbers are rounded.

    Examples
    --------
    >>> element("text", "<Brid>", x=1.50, class_="name", text_anchor="end")
    Markup('<text x="1.5" class="name" text-anchor="end">&lt;Brid&gt;</text>')
    >>> element("path", d="M0 0h9")
    Markup('<path d="M0 0h9"/>')
    """
    written = "".join(
        f' {key.removesuffix("_").replace("_", "-")}="{escape(_value(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join([text(part) for part in content])  # each is escaped already
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
    return Markup("".join(parts))


def short(number: float) -> str:
    """Return a number as a drawing needs it: to a tenth.

    Examples
    --------
    >>> short(3.0), short(2.34), short(-0.01)
    ('3', '2.3', '0')
    """
    rounded = round(number, 1) + 0.0
    return f"{rounded:.0f}" if rounded == int(rounded) else f"{rounded:.1f}"


def framed(title: str, description: str, inside: Markup, **attributes: object) -> Markup:
    """Return a drawing with its title and description, for those who do not see it."""
    return element(
        "svg", element("title", title), element("desc", description), inside, role="img", **attributes
    )


def stretched(*inside: Markup, height: float, title: str = "", description: str = "") -> Markup:
    """Return a strip as wide as there is room, in units of `WIDTH`; without a title it is decoration."""
    box = {"width": "100%", "height": height, "viewBox": f"0 0 {WIDTH:.0f} {short(height)}"}
    box |= {"class_": "strip", "preserveAspectRatio": "none"}
    if not title:
        return element("svg", *inside, aria_hidden="true", **box)
    return framed(title, description, joined(inside), **box)


def shades(grades: Sequence[int], look: str, height: float, gap: float = 0.0) -> Markup:
    """Return cells in the shades of their grades, joined unless with a gap; a negative one is blank."""
    step, begin = WIDTH / len(grades), 0
    paths: dict[int, list[str]] = {}
    for grade, alike in itertools.groupby(grades):
        count = len(list(alike))
        length = 1 if gap else count
        wide = short(length * step - gap)
        places = (short(step * at) for at in range(begin, begin + count, length) if grade >= 0)
        cells = [f"M{left} 0h{wide}v{height:.0f}h-{wide}z" for left in places]
        paths.setdefault(grade, []).extend(cells)
        begin += count
    return joined(element("path", d="".join(d), class_=f"{look}{grade}") for grade, d in paths.items() if d)


def axis(texts: Iterable[Markup], title: str = "", description: str = "") -> Markup:
    """Return texts below rows; with a title they say what the rows are to those who do not see them."""
    box = {"class_": "axis", "width": "100%", "height": "16"}
    if not title:
        return element("svg", *texts, **box, aria_hidden="true")
    return framed(title, description, joined(texts), **box)


def titled(title: str, drawn: Markup) -> Markup:
    """Return a drawing under its name."""
    return element("div", element("p", title, class_="name"), drawn, class_="chart")


def row(name: object, *cells: Markup) -> Markup:
    """Return a named row of drawings and texts."""
    return element(
        "div",
        element("span", *(name if isinstance(name, tuple) else (name,)), class_="name"),
        *cells,
        class_="row",
    )


def sample(drawn: Markup, words: str, width: int = 20) -> Markup:
    """Return an entry of a key: a small drawing and what it means."""
    return element("span", element("svg", drawn, width=width, height="12", aria_hidden="true"), f" {words}")


def rect_sample(look: str, words: str, y: str | None = None, height: str = "12") -> Markup:
    """Return an entry of a key: a filled rectangle and what it means."""
    return sample(element("rect", y=y, width="20", height=height, class_=look), words)


def line_sample(look: str, words: str) -> Markup:
    """Return an entry of a key: a line and what it means."""
    return sample(element("path", d="M0 6h28", class_=look), words, 28)


def key(entries: Iterable[Markup], look: str = "lines always") -> Markup:
    """Return what the marks of a figure mean."""
    return element("div", *entries, class_=look)


def path(points: Sequence[tuple[float, float]], is_closed: bool = False) -> str:
    """Return points as a line, in steps to the tenth, so that it is short.

    Examples
    --------
    >>> path([(0.0, 5.0), (10.0, 5.0), (12.5, 4.0)])
    'M0 5h10l2.5-1'
    """
    if not points:
        return "M0 0"
    tenths = [(round(10 * x), round(10 * y)) for x, y in points]
    x, y = tenths[0]
    parts = [f"M{_tenth(x)}{_apart(y)}"]
    for across, down in tenths[1:]:
        step, fall = across - x, down - y
        x, y = across, down
        if not fall:
            parts += [f"h{_tenth(step)}"] if step else []
        elif not step:
            parts.append(f"v{_tenth(fall)}")
        else:
            parts.append(f"l{_tenth(step)}{_apart(fall)}")
    return "".join(parts) + ("z" if is_closed else "")


def _tenth(tenths: int) -> str:
    whole, rest = divmod(abs(tenths), 10)
    sign = "-" if tenths < 0 else ""
    if not rest:
        return f"{sign}{whole}"
    return f"{sign}{whole or ''}.{rest}"


def _apart(tenths: int) -> str:
    """Return a number after another: a minus parts them."""
    return _tenth(tenths) if tenths < 0 else f" {_tenth(tenths)}"


def _value(value: object) -> object:
    if isinstance(value, float):
        return short(value)
    return value if isinstance(value, Markup) else FORBIDDEN.sub("", str(value))
