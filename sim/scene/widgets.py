"""What panels are put together from: a column to write text and bars into, pills, marks and hatching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.analysis.text import percents
from sim.scene.shapes import Area, Box, Disc, HitArea, Point, Shape, Stroke, Text
from sim.scene.text import CAUTION, text_width, truncate, wrap
from sim.scene.theme import pressure_token

if TYPE_CHECKING:
    from sim.analysis.pressure import Split
    from sim.scene.shapes import Anchor, Color, Face

SMALL: Final = 11.0
USUAL: Final = 12.5
LARGE: Final = 22.0
HEADING_SPACING: Final = 0.7
HEADING: Final = 18.0
LINE: Final = 17.0
"""From one line of usual text to the next."""
NUMBER: Final = 9.0
"""Radius of the badge of the road that matters most."""
RULE: Final = 13.0
"""What a rule between two blocks takes."""
BAR: Final = 14.0
FIGURES: Final = 22.0
VISIBLE: Final = 1.0
"""Pixels: a thinner part is not drawn."""
ARROWS: Final[dict[str, Point]] = {"←": (-1.0, 0.0), "→": (1.0, 0.0), "↑": (0.0, -1.0), "↓": (0.0, 1.0)}
"""Signs of keys that are drawn, with where they point."""


class Column:
    """A place that is filled from the top: shapes and targets; without `draws` it is only measured."""

    def __init__(self, x: float, y: float, width: float, s: float, *, draws: bool = True) -> None:
        self.x, self.y, self.width, self.s = x, y, width, s
        self.draws = draws
        self.shapes: list[Shape] = []
        self.hit_areas: list[HitArea] = []

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    def gap(self, height: float) -> None:
        """Leave some room, in units of the scale."""
        self.y += height * self.s

    def add(self, *shapes: Shape) -> None:
        """Take in shapes as they are."""
        self.shapes += shapes

    def text(
        self,
        text: str,
        *,
        at: float = 0.0,
        down: float,
        size: float = USUAL,
        color: Color = "ink",
        face: Face = "ui",
        is_bold: bool = False,
        anchor: Anchor = "left",
        room: float | None = None,
    ) -> float:
        """Set one line without going down, and return its width in pixels.

        `at` is from the right edge where it is anchored there, else from the left one; `room` is how much
        width it has, else all that is left.
        """
        if not self.draws:
            return 0.0
        s = self.s
        size = size * s
        wide = self.width - at * s if room is None else room * s
        shown = truncate(text, wide, size, face, is_bold=is_bold)
        x = self.right - at * s if anchor == "right" else self.x + at * s
        self.add(Text((x, self.y + down * s), shown, size, color, face, is_bold, anchor=anchor))
        return text_width(shown, size, face, is_bold=is_bold)

    def heading(self, text: str, note: str = "") -> None:
        """Set a heading in small capitals with a note on the right, and go down."""
        s = self.s
        if not self.draws:
            self.gap(HEADING)
            return
        size = SMALL * s
        words = text.upper()
        self.add(
            Text((self.x, self.y + 11 * s), words, size, "ink2", is_bold=True, spacing=HEADING_SPACING * s)
        )
        if note:
            taken = text_width(words, size, is_bold=True, spacing=HEADING_SPACING * s) / s
            room = self.width / s - taken * CAUTION - 10
            self.text(note, down=11, size=SMALL, color="ink3", anchor="right", room=room)
        self.gap(HEADING)

    def paragraph(
        self, text: str, most: int = 4, *, size: float = USUAL, color: Color = "ink2", line: float = LINE
    ) -> None:
        """Set a paragraph in so many lines at most, and go down."""
        for row in wrap(text, self.width, size * self.s, most):
            self.text(row, down=12, size=size, color=color)
            self.gap(line)

    def rule(self) -> None:
        """Draw a hairline across, with room above and below."""
        self.gap(RULE / 2)
        self.add(Stroke(((self.x, self.y), (self.right, self.y)), "hairline", 1.0))
        self.gap(RULE / 2)

    def hit_area(self, kind: str, name: str, height: float, tip: str = "") -> None:
        """Let the rows from here down be pointed at."""
        s = self.s
        known = {"town": "town", "route": "route", "button": "button", "slider": "slider"}
        self.hit_areas.append(
            HitArea(self.x - 4 * s, self.y, self.width + 8 * s, height * s, known[kind], name, tip)  # type: ignore[arg-type] # one of the kinds, by the line above
        )


def pill(right: float, y: float, text: str, s: float, *, color: Color = "ink2") -> tuple[Shape, ...]:
    """Return a word in a rounded box with this upper right corner."""
    width = pill_width(text, s)
    return (
        Box(right - width, y, width, 19 * s, "raised", 9.5 * s),
        Text((right - width / 2, y + 13.5 * s), text, SMALL * s, color, is_bold=True, anchor="middle"),
    )


def pill_width(text: str, s: float) -> float:
    """Return the width of `pill`; pixels."""
    return text_width(text, SMALL * s, is_bold=True) + 18 * s


def side_mark(x: float, y: float, radius: float, color: Color, *, is_diamond: bool) -> Shape:
    """Return a side's mark round a point: a circle or a diamond."""
    if not is_diamond:
        return Disc((x, y), radius, color)
    reach = radius * 1.2
    return Area(((x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)), color)


def number_badge(at: Point, s: float) -> list[Shape]:
    """Return the badge of the road that matters most, the same on the map and in the panel."""
    return [
        Disc(at, (NUMBER + 1.6) * s, "deep"),
        Disc(at, NUMBER * s, "ink"),
        Text((at[0], at[1] + 4.7 * s), "1", 13.0 * s, "bg", "title", is_bold=True, anchor="middle"),
    ]


def key_cap(
    key: str, x: float, base: float, size: float, color: Color, s: float
) -> tuple[list[Shape], float]:
    """Return a key's cap from its baseline's left end, and its width; arrows are drawn: no font has them."""
    words, _, last = key.rpartition(" ")
    turn = ARROWS.get(last)
    if turn is None:
        return [Text((x, base), key, size, color, is_bold=True)], text_width(key, size, is_bold=True)
    shapes: list[Shape] = []
    before = 0.0
    if words:
        shapes.append(Text((x, base), words, size, color, is_bold=True))
        before = text_width(words, size, is_bold=True) + 4 * s
    reach = size * 0.42
    middle = (x + before + reach + s, base - size * 0.36)
    shapes += _arrow(middle, reach, turn, color, s)
    return shapes, before + 2 * (reach + s)


def _arrow(middle: Point, reach: float, turn: Point, color: Color, s: float) -> list[Shape]:
    (x, y), (across, down) = middle, turn
    tip = (x + across * reach, y + down * reach)
    tail = (x - across * reach, y - down * reach)
    barb = reach * 0.62
    sides = [
        (tip[0] - across * barb + way * down * barb, tip[1] - down * barb + way * across * barb)
        for way in (-1, 1)
    ]
    width = max(1.2, 1.4 * s)
    return [Stroke((tail, tip), color, width), Stroke((sides[0], tip, sides[1]), color, width)]


def hatching(
    x: float, y: float, width: float, height: float, color: Color, step: float, line: float
) -> list[Shape]:
    """Return slanted lines that fill a rectangle and do not leave it."""
    lines: list[Shape] = []
    if width <= 0 or height <= 0:
        return lines
    start = x - height
    for number in range(int((width + height) / step) + 1):
        left = start + number * step
        begin, end = max(left, x), min(left + height, x + width)
        if end > begin:
            lines.append(
                Stroke(((begin, y + height - (begin - left)), (end, y + height - (end - left))), color, line)
            )
    return lines


def split_shapes(split: Split, x: float, y: float, width: float, height: float, s: float) -> list[Shape]:
    """Return the split of a road's capacity as a bar: hatched is lost, full is in use, empty is free."""
    color = pressure_token(split.pressure)
    denied, used = width * split.denied, width * split.used
    radius = min(3 * s, height / 2)
    shapes: list[Shape] = [Box(x, y, width, height, "raised", radius, "hairline", 1.0)]
    if used > VISIBLE:
        shapes.append(Box(x + denied, y, used, height, color, radius))
    if denied > VISIBLE:
        shapes.append(Box(x, y, denied, height, "bg", radius, color, max(1.0, s)))
        step = max(4.5 * s, 4.0) if height > 8 * s else 4.0 * s
        shapes += hatching(x, y, denied, height, color, step, max(1.0, 1.2 * s))
    return shapes


def split_figures(column: Column, split: Split) -> None:
    """Draw the bar across the column with its three figures under it, and go down."""
    s = column.s
    column.add(*split_shapes(split, column.x, column.y, column.width, BAR * s, s))
    column.gap(BAR + 21)
    shares = percents([split.denied, split.used, split.spare])
    third = column.width / 3
    for place, (share, word) in enumerate(zip(shares, ("lost", "in use", "free"), strict=True)):
        figure = f"{share}\u00a0%"
        taken = text_width(figure, FIGURES * s, "title", is_bold=True)
        whole = taken + 6 * s + text_width(word, SMALL * s)
        x = column.x + (0.0, third + (third - whole) / 2, column.width - whole)[place]
        column.add(
            Text((x, column.y), figure, FIGURES * s, "ink", "title", is_bold=True),
            Text((x + taken + 6 * s, column.y), word, SMALL * s, "ink2"),
        )
    column.gap(9)
