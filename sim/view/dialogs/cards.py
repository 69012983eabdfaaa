"""The cards of a run's start and end: what the scenario asks, and what this run answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.analysis.text import date_text
from sim.model.quantities import in_days
from sim.scene.layout import Rect
from sim.scene.map.legend import road_sign, town_sign
from sim.scene.shapes import Box, Drawing, Field, Layer, Shape, Stroke, Text
from sim.scene.text import text_width, wrap
from sim.scene.theme import THEMES
from sim.scene.widgets import Column, side_mark
from sim.view.buttons import buttons_row
from sim.view.dialogs.end_text import EndText, end_text
from sim.view.panel.names import side_name, side_sign

if TYPE_CHECKING:
    from sim.scene.layout import Layout
    from sim.scene.view_model import Frame, View

TEXT_SHARE: Final = 0.555
"""Share of the width that a card's words take at most."""
MARGIN: Final = 0.0675
SHADE: Final = 0.58
"""Share of the width to which a card darkens the map."""
QUESTION_SIZES: Final = (48.0, 42.0, 37.0, 33.0, 29.0, 25.0, 22.0)
ANSWER_SIZES: Final = (38.0, 34.0, 30.0, 26.0, 22.0)
MAX_LINES: Final = 3
LENGTHS: Final = ((4, 2), (3, 2), (3, 1), (3, 0), (2, 1), (2, 0), (1, 0))
"""Paragraphs of an answer and lines of their second sentences, the longest first."""
BUTTONS_HEIGHT: Final = 46.0
START_BUTTONS: Final = (("play", "Play"), ("escape", "To the map"))
END_BUTTONS: Final = (("what_if", "What if"), ("usual", "How usual is this?"), ("play", "Play again"))
SIDES_FROM: Final = 230.0
"""How far right the names of the sides begin at least, beside how long the run is; pixels at scale 1."""
SIGNS: Final = (
    "A road. Hatched: lost to damage, weather, ambush",
    "A full road: convoys creep, something does not arrive",
    "A town, filled by its days of supply. Larger: more soldiers",
)


def title_card(view: View, frame: Frame, regions: Layout) -> Drawing:
    """Ask the scenario's question, and show the three signs that are needed first."""
    s = regions.s
    box = Rect(0.0, regions.top.bottom, regions.footer.width, regions.footer.y - regions.top.bottom)
    x, room = box.width * MARGIN, box.width * (TEXT_SHARE - MARGIN)
    question, condition = question_of(view)
    size, lines = _fitted(question, QUESTION_SIZES, room, s)
    small = _without_orphan(condition, room, 18 * s, 3)
    height = 34 + len(lines) * size * 1.08 + len(small) * 26 + 34 + 138 + 54
    y = box.y + max(18 * s, (box.height - height * s) * 0.42)
    place, start = view.scenario.name.partition(",")[0], date_text(view.scenario.start, 0)
    shapes: list[Shape] = [
        *_shade(frame, regions, box),
        Text((x, y + 14 * s), f"{place}, from {start}".upper(), 14 * s, "ink2", "title", spacing=2.0 * s),
    ]
    y += 34 * s
    for line in lines:
        y += size * 1.08 * s
        shapes.append(Text((x, y), line, size * s, "ink", "title", is_bold=True))
    y += 10 * s
    for line in small:
        y += 26 * s
        shapes.append(Text((x, y), line, 18 * s, "ink2"))
    y += 34 * s
    shapes.append(Stroke(((x, y), (x + room, y)), "hairline", 1.0))
    shapes += _signs(x, y + 22 * s, room, s)
    y += 138 * s
    buttons, hit_areas = buttons_row(frame, START_BUTTONS, x, y, x + room, s)
    words = f"One simulated run of {in_days(view.end):g} days."
    shapes += [*buttons, Text((x, y - 16 * s), words, 13 * s, "ink2")]
    shapes += _sides(view, x, y - 16 * s, room, s)
    caps = tuple(frame.key_caps.get(name, "") for name, _ in START_BUTTONS)
    key = ("title", view.recording.digest, box, s, frame.theme, frame.hover, frame.has_controls, caps)
    return (Layer("card", key, tuple(shapes)),), hit_areas


def question_of(view: View) -> tuple[str, str]:
    """Return the scenario's question and its condition, which may be empty; a neutral one if it has none."""
    scenario = view.scenario
    named = next(iter(scenario.focus), scenario.towns[0].id)
    usual = f"What becomes of {view.town(named).name}, if both sides go on as they began?"
    asked = scenario.question or usual
    question, comma, condition = asked.partition(", if ")
    return (f"{question},", f"if {condition}") if comma else (asked, "")


def end_card(view: View, frame: Frame, regions: Layout) -> Drawing:
    """Answer the question from the recording, and offer what to do next."""
    s, found = regions.s, end_text(view)
    box = Rect(0.0, regions.map.y, regions.footer.width, regions.map.height)
    offered = END_BUTTONS if view.ensemble is None else (END_BUTTONS[0], END_BUTTONS[-1])
    head = f"After {in_days(view.end):g} days, in this run".upper()
    place = box.width * MARGIN * 0.9, box.width * (TEXT_SHARE - MARGIN)
    for length in LENGTHS:
        column = Column(place[0], 0.0, place[1], s)
        _answer(column, view, head, found, *length)
        height = column.y + BUTTONS_HEIGHT * s
        if height <= box.height - 20 * s:
            break
    column = Column(place[0], box.y + max(12 * s, (box.height - height) * 0.45), place[1], s)
    _answer(column, view, head, found, *length)
    buttons, hit_areas = buttons_row(frame, offered, column.x, column.y + 12 * s, column.right, s)
    caps = tuple(frame.key_caps.get(name, "") for name, _ in END_BUTTONS)
    beside = view.beside.recording.digest if view.beside is not None else None
    look = (frame.theme, frame.hover, frame.has_controls)
    key = ("end", view.recording.digest, beside, box, s, look, caps)
    return (Layer("card", key, (*_shade(frame, regions, box), *column.shapes, *buttons)),), hit_areas


def _answer(column: Column, view: View, head: str, found: EndText, paragraphs: int, seconds: int) -> None:
    """Write the answer with so many paragraphs, their second sentences in so many lines."""
    s = column.s
    column.add(Text((column.x, column.y + 12 * s), head, 13 * s, "ink2", "title", spacing=2.0 * s))
    column.gap(16)
    size, lines = _fitted(found.answer, ANSWER_SIZES, column.width, s)
    for line in lines:
        column.gap(size * 1.1)
        column.add(Text((column.x, column.y), line, size * s, "ink", "title", is_bold=True))
    column.gap(20)
    for paragraph in found.paragraphs[:paragraphs]:
        x, y, side = column.x + 14 * s, column.y + 16 * s, paragraph.side
        mark = town_sign((x, y), 1.3 * s, paragraph.days, side, is_diamond=side_sign(view, side)[1])
        column.add(*mark)
        room = column.width - 44 * s
        rows = [(row, "ink") for row in wrap(paragraph.first, room, 14.5 * s, 2)]
        if seconds and paragraph.second:
            rows += [(row, "ink2") for row in wrap(paragraph.second, room, 14.5 * s, seconds)]
        for row, color in rows:
            column.gap(20.5)
            column.add(Text((column.x + 44 * s, column.y), row, 14.5 * s, color))
        column.gap(max(14.0, 14.0 + 20.5 * (1 - len(rows)) / 2))
    for row in wrap(found.note, column.width, 12.5 * s, 4):
        column.gap(16)
        column.add(Text((column.x, column.y), row, 12.5 * s, "ink2"))


def _fitted(text: str, sizes: tuple[float, ...], room: float, s: float) -> tuple[float, list[str]]:
    """Return the largest size at which a headline takes few lines, and those."""
    for most in range(MAX_LINES - 1, MAX_LINES + 1):
        for size in sizes if most == MAX_LINES else sizes[: len(sizes) // 2]:
            lines = wrap(text, room, size * s, face="title", is_bold=True)
            if len(lines) <= most:
                return size, lines
    return sizes[-1], wrap(text, room, sizes[-1] * s, MAX_LINES, "title", is_bold=True)


def _without_orphan(text: str, room: float, size: float, most: int) -> list[str]:
    """Return a text in lines: narrower ones where its last word would stand alone."""
    found = wrap(text, room, size, most)
    for step in range(19, 12, -1):
        lines = wrap(text, room * step / 20, size, most)
        if len(found) == 1 or " " in found[-1] or len(lines) > len(found):
            break
        found = lines
    return found


def _sides(view: View, x: float, feet: float, room: float, s: float) -> list[Shape]:
    """Draw each side's mark with its name, to the right, as far as there is room."""
    names = [side_name(view, number) for number in range(len(view.scenario.sides))]
    widths = [22 * s + text_width(name, 13 * s) + 22 * s for name in names]
    left = x + min(room * 2 / 3, room - sum(widths))
    shapes: list[Shape] = []
    for number, (name, width) in enumerate(zip(names, widths, strict=True)):
        color, is_diamond = side_sign(view, number)
        mark = side_mark(left + 7 * s, feet - 4.6 * s, 6.6 * s, color, is_diamond=is_diamond)
        shapes += [mark, Text((left + 22 * s, feet), name, 13 * s, "ink")]
        left += width
    return shapes if left - sum(widths) >= x + SIDES_FROM * s else []


def _shade(frame: Frame, regions: Layout, box: Rect) -> tuple[Shape, ...]:
    """Return the ground of a card, which fades out over the map."""
    begin, end = regions.map.x, box.width * SHADE
    red, green, blue = THEMES[frame.theme].rgb("bg")
    columns = 24
    shares = [min(1.0, 1.1 * (1.0 - number / (columns - 1))) for number in range(columns)]
    alphas = (round(250 * share * share * (3 - 2 * share)) for share in shares)
    row = b"".join(bytes((red, green, blue, alpha)) for alpha in alphas)
    return (
        Box(0.0, box.y, begin, box.height, "bg"),
        Field(begin, box.y, end - begin, box.height, columns, row * 2),
    )


def _signs(x: float, y: float, room: float, s: float) -> list[Shape]:
    """Draw a road, a full road and three towns, each with two lines beneath."""
    step = room / len(SIGNS)
    shapes: list[Shape] = []
    for number, words in enumerate(SIGNS):
        left = x + number * step
        if number < 2:
            kind, spacing, lost = (("calm", 15.0, 0.4), ("full", 13.0, 0.0))[number]
            shapes += road_sign((left, y + 9 * s), min(126 * s, step - 24 * s), 1.6 * s, kind, spacing, lost)
        else:
            for place, (days, side) in enumerate(((5.0, 0), (2.4, 1), (0.4, 0))):
                at = (left + (14 + 46 * place) * s, y + 9 * s)
                shapes += town_sign(at, 1.5 * s, days, side, is_diamond=bool(side))
        for row, text in enumerate(wrap(words, min(step - 14 * s, 200 * s), 13 * s, 3)):
            shapes.append(Text((left, y + (46 + 17 * row) * s), text, 13 * s, "ink"))
    return shapes
