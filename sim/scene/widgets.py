"""What panels are put together from: a column to write text and bars into, pills, marks and hatching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.scene.shapes import Area, Box, Capsules, Disc, HitArea, Point, Shape, Stroke, Text
from sim.scene.text import CAUTION, text_width, truncate, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from sim.model.quantities import Share
    from sim.scene.shapes import Anchor, Color, Face

    Place: TypeAlias = tuple[float, float, float, float]
    """Left, top, width and height; pixels."""

SMALL: Final = 11.0
USUAL: Final = 12.5
HEADING_SPACING: Final = 0.7
HEADING: Final = 18.0
LINE: Final = 17.0
"""From one line of usual text to the next."""
NUMBER: Final = 9.0
"""Radius of the badge of the road that matters most."""
RULE: Final = 13.0
"""What a rule between two blocks takes."""
CAPSULE: Final = 21.0
FIGURES: Final = 23.0
ARROWS: Final[dict[str, Point]] = {"←": (-1.0, 0.0), "→": (1.0, 0.0), "↑": (0.0, -1.0), "↓": (0.0, 1.0)}
"""Signs of keys that are drawn, with where they point."""


TIPS: Final = {
    "t a day in use": "In use\nTonnes a day that the plan sends over this road",
    "t a day free": "Free\nTonnes a day that it could carry besides",
    "lost": "Lost\nTonnes a day that it could carry whole, dry and unharmed, and cannot now",
    "do not arrive": "Do not arrive\nTonnes a day that are needed and find no room on the way",
    "t a day arrive": "Arrive\nTonnes a day that the plan brings",
    "t a day needed": "Needed\nWhat the garrison uses, and what its stock lacks",
    "days in stock": "Days in stock\nFor how long it lasts; from three days on the garrison fights fully",
    "under a day left": "Under a day left\nGarrisons with less than a day of supply",
    "withdrew": "Withdrew\nSoldiers who left for the next town of their side",
    "moved in": "Moved in\nSoldiers who took their place, and must be supplied there now",
}
"""What figures mean, by their captions."""


class Column:
    """A place that is filled from the top: shapes and targets."""

    def __init__(self, x: float, y: float, width: float, s: float) -> None:
        self.x, self.y, self.width, self.s = x, y, width, s
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
        known = {"town": "town", "route": "route", "button": "button", "slider": "slider", "word": "word"}
        self.hit_areas.append(
            HitArea(self.x - 4 * s, self.y, self.width + 8 * s, height * s, known[kind], name, tip)  # type: ignore[arg-type] # one of the kinds, by the line above
        )


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


def road_bar(
    place: tuple[float, float, float, float],
    lost: Share,
    used: Share,
    color: Color,
    s: float,
    *,
    is_full: bool,
) -> list[Shape]:
    """Return a road's capacity as a bar: hatched is lost, capsules are in use, the rest is free."""
    x, y, width, height = place
    edge = "full" if is_full else "ink3"
    shapes: list[Shape] = [Box(x, y, width, height, "bg", 3.0 * s, edge, 1.8 * s)]
    inside, pad = width - 6 * s, 3 * s
    shapes += hatching(x + pad, y + pad, inside * lost, height - 2 * pad, edge, 4.5 * s, 1.2 * s)
    left, room = x + pad + inside * lost, inside * used
    if room > CAPSULE * s / 2:
        count = max(1, round(room / (CAPSULE * s)))
        step, middle = room / count, y + height / 2
        places = tuple((left + (number + 0.5) * step, middle) for number in range(count))
        shapes.append(Capsules(places, 0.0, step * 0.76, height * 0.52, color))
    return shapes


def figures(column: Column, entries: Sequence[tuple[str, str, Color]]) -> None:
    """Write figures side by side, each with its caption beneath and its colour, and go down."""
    s, step = column.s, column.width / max(2, len(entries))
    for number, (figure, caption, color) in enumerate(entries):
        x = column.x + number * step
        column.add(
            Text((x, column.y + 22 * s), figure, FIGURES * s, color, "title", is_bold=True),
            Text((x, column.y + 37.5 * s), truncate(caption, step, SMALL * s), SMALL * s, "ink2"),
        )
        tip = TIPS.get(caption, TIPS["lost"] if caption.startswith("lost") else "")
        column.hit_areas.append(HitArea(x, column.y, step, 42 * s, "word", caption, tip))
    column.gap(51)
