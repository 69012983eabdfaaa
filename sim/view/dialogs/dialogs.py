"""Dialogs over the picture: help, loading, an empty window, a moment's text."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from operator import add
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from sim.scene.layout import Rect, layout_of
from sim.scene.map.legend import window_entries
from sim.scene.shapes import Box, Clip, Drawing, Glow, HitArea, Layer, Shape, Stroke, Text
from sim.scene.text import truncate, wrap
from sim.scene.view_model import Progress, Selection
from sim.scene.widgets import SMALL, Column, key_cap
from sim.view.buttons import add_buttons, buttons_row
from sim.view.dialogs.cards import end_card, title_card
from sim.view.keyboard import help_sections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.scene.layout import Layout
    from sim.scene.view_model import Frame, HelpSection, View
    from sim.scene.widgets import Place

VEIL: Final = 250
LEGEND_COLUMNS: Final = 4
LEGEND_SIGN: Final = 53.0
"""Room for a sign; pixels at scale 1."""
HELP_LINE: Final = 25.0
BUTTONS: Final = frozenset({"help", "what_if"})
"""Commands that have a button beside the help."""
LIGHT: Final = {"dark": 0.34, "light": 0.2}
"""Strength of the light, by theme."""
LIGHT_WIDTH: Final = 200.0
"""Pixels at scale 1."""


def dialog_layers(view: View | None, frame: Frame, regions: Layout) -> Drawing:
    """Return the dialog that is open, if one is; without a view nothing is open."""
    if frame.card == "help":
        return _help(view, frame, regions)
    if frame.card == "title" and view is not None:
        return title_card(view, frame, regions)
    if frame.card == "end" and view is not None:
        return end_card(view, frame, regions)
    if frame.card == "loading":
        behind = () if view is not None else (background_layer(frame, regions),)
        return (*behind, _loading(frame, regions, is_over=view is not None)), ()
    if frame.card == "text":
        return (_text(frame, regions),), ()
    if view is None or frame.card == "empty":
        card, hit_areas = _empty(frame, regions)
        return (background_layer(frame, regions), card), hit_areas
    return (), ()


def _help(view: View | None, frame: Frame, regions: Layout) -> Drawing:
    """Say what each mark means, and list all keys."""
    s = regions.s
    box = Rect(0.0, regions.map.y, regions.footer.width, regions.footer.y - regions.map.y)
    sections = frame.help or help_sections()
    x, y, room = 28 * s, box.y + 32 * s, box.width - 56 * s
    shapes: list[Shape] = [
        Box(box.x, box.y, box.width, box.height, "bg", alpha=VEIL),
        Clip(box.x, box.y, box.width, box.height),
    ]
    if view is not None:
        shapes.append(Text((x, y), "What each mark means", 20 * s, "ink", "title", is_bold=True))
        entries = window_entries(view, frame)
        rows = -(-len(entries) // LEGEND_COLUMNS)
        step = min(24.0 * s, box.height * 0.21 / rows)
        for number, entry in enumerate(entries):
            left = x + number // rows * room / LEGEND_COLUMNS
            middle = y + 20 * s + number % rows * step
            shapes += entry.draw(left, middle, s)
            start = left + LEGEND_SIGN * s
            words = truncate(entry.after, room / LEGEND_COLUMNS - (LEGEND_SIGN + 8) * s, 12 * s)
            shapes.append(Text((start, middle + 4.2 * s), words, 12 * s, "ink2"))
        y += rows * step + 32 * s
    shapes.append(Text((x, y), "Keys", 20 * s, "ink", "title", is_bold=True))
    note = "A click on one does what it does. Each can be changed in the settings."
    shapes.append(Text((x + 54 * s, y), note, 12 * s, "ink2"))
    most = max(len(section.lines) for section in sections)
    line = min(HELP_LINE * s, (box.bottom - y - 38 * s) / (most + 0.6))
    columns, areas = _help_columns(sections, most), list[HitArea]()
    width = (box.width - 28 * s) / len(columns)
    for number, column in enumerate(columns):
        top = y + 26 * s
        for section in column:
            shapes += _section(frame, section, (x + number * width, top, width - 20 * s, line), s, areas)
            top += (len(section.lines) + 1.6) * line
    place = (x + room - 68 * s, box.y + 10 * s, box.width, s)
    close, closing = buttons_row(frame, [("help", "Close")], *place, has_first=False, has_caps=False)
    beside = view.beside is not None if view is not None else None
    key = ("help", box, s, sections, beside, frame.comparing, frame.hover)
    return (Layer("card", key, (*shapes, *close)),), (*areas, *closing)


def _help_columns(sections: Sequence[HelpSection], most: int) -> list[list[HelpSection]]:
    """Return sections in columns: those that are short together stand under each other."""
    columns: list[list[HelpSection]] = []
    for section in sections:
        lines = sum(len(each.lines) + 2 for each in columns[-1]) if columns else most
        if columns and lines + len(section.lines) <= most:
            columns[-1].append(section)
        else:
            columns.append([section])
    return columns


def _section(frame: Frame, section: HelpSection, place: Place, s: float, areas: list[HitArea]) -> list[Shape]:
    """List the keys of one heading: caps in boxes, which can be clicked, then what they do.

    `place` is where it begins, its width, and the height of a line.
    """
    x, y, width, line = place
    shapes: list[Shape] = [
        Text((x, y), section.title.upper(), SMALL * s, "accent", "title", is_bold=True, spacing=1.0 * s)
    ]
    size = min(12.5 * s, max(SMALL * s, line * 0.72))
    small = max(SMALL * s, size * 0.92)
    widths = [
        [key_cap(key, 0.0, 0.0, small, "ink", s)[1] + 14 * s for key in row.keys] for row in section.lines
    ]
    caps = max(reduce(add, each, 0.0) for each in widths)
    caps = min(caps, width * 0.55)
    for row in section.lines:
        y += line
        left = x
        for number, key in enumerate(row.keys):
            cap, wide = key_cap(key, left + 5 * s, y, small, "ink", s)
            wide += 10 * s
            height = min(size * 1.5, line - 1.5 * s)
            top, edge = y - size * 0.36 - height / 2, "hairline"
            command = row.commands[number] if number < len(row.commands) and frame.has_controls else ""
            if command and command not in BUTTONS:
                edge = "ink" if frame.hover == Selection("button", command) else edge
                if command in row.commands[:number]:
                    # more keys of the same command make its target wider
                    areas[-1] = replace(areas[-1], width=left + wide - areas[-1].x)
                else:
                    tip = row.tips[number]
                    tip = tip[:1].upper() + tip[1:]
                    areas.append(HitArea(left, top, wide, height, "button", command, tip))
            shapes.append(Box(left, top, wide, height, "raised", 3.5 * s, edge, 1.0))
            shapes += cap
            left += wide + 4 * s
        start = max(x + caps + 8 * s, left + 4 * s)
        shapes.append(Text((start, y), truncate(row.words, x + width - start, size), size, "ink2"))
    return shapes


def _loading(frame: Frame, regions: Layout, *, is_over: bool) -> Layer:
    s = regions.s
    box = Rect(0.0, regions.map.y, regions.map.width, regions.map.bottom - regions.map.y)
    middle, y = box.x + box.width / 2, box.y + box.height / 2
    progress = frame.progress or Progress("Opening")
    room, width = box.width - 32 * s, min(360 * s, box.width - 40 * s)
    title = truncate(progress.title, room, 22 * s, "title", is_bold=True)
    detail = truncate(progress.detail, room, 12.5 * s)
    shapes: list[Shape] = [
        *((Box(box.x, box.y, box.width, box.height, "bg", alpha=VEIL),) if is_over else ()),
        Text((middle, y - 30 * s), title, 22 * s, "ink", "title", is_bold=True, anchor="middle"),
        Text((middle, y - 6 * s), detail, 12.5 * s, "ink2", anchor="middle"),
    ]
    share = progress.share
    shapes.append(Box(middle - width / 2, y + 12 * s, width, 8 * s, "raised", 4 * s))
    if share is None:
        begin, part = 0.375, 0.25  # how far it is cannot be told
    else:
        begin, part = 0.0, min(max(share, 0.0), 1.0)
    if part * width > 1:
        left, radius = middle - width / 2 + begin * width, min(4 * s, part * width / 2)
        shapes.append(Box(left, y + 12 * s, part * width, 8 * s, "accent", radius))
    shapes.append(Text((middle, y + 44 * s), "Esc stops it", 12 * s, "ink3", anchor="middle"))
    return Layer("card", ("loading", box, s, progress, is_over), tuple(shapes))


def _rows(frame: Frame, regions: Layout) -> tuple[list[tuple[str, float]], int]:
    """Return the rows of a text card with their indents, and how many of them it shows at once."""
    s, rows = regions.s, list[tuple[str, float]]()
    width, height = regions.map.width - 32 * s, regions.map.height - 28 * s
    for line in frame.card_text.splitlines():
        indent = 14 * s if line.startswith(" ") else 0.0
        rows += [(row, indent) for row in wrap(line.strip(), width - 40 * s - indent, 12.5 * s)]
    return rows, max(1, int((height - 64 * s) / (17.5 * s)))


def scrolled(frame: Frame, lines: int) -> int:
    """Return a text card's first row once it is scrolled by some lines, no farther than to its end."""
    rows, room = _rows(frame, layout_of(frame))
    return min(max(0, frame.card_scroll + lines), max(0, len(rows) - room))


def _text(frame: Frame, regions: Layout) -> Layer:
    area, s = regions.map, regions.s
    left, top = area.x + 16 * s, area.y + 14 * s
    width, height = area.width - 32 * s, area.height - 28 * s
    hint = f"{frame.key_caps.get('copy', 'Ctrl C')} copies, {frame.key_caps.get('text', 'T')} closes"
    shapes: list[Shape] = [
        Box(left, top, width, height, "panel", 10 * s, "hairline", 1.0, alpha=250),
        Clip(left, top, width, height),
        Text((left + 20 * s, top + 32 * s), "This moment as text", 20 * s, "ink", "title", is_bold=True),
        Text((left + width - 20 * s, top + 31 * s), hint, SMALL * s, "ink3", anchor="right"),
    ]
    rows, room = _rows(frame, regions)
    first = min(frame.card_scroll, max(0, len(rows) - room))
    y = top + 58 * s
    for row, indent in rows[first : first + room]:
        shapes.append(Text((left + 20 * s + indent, y), row, 12.5 * s, "ink2" if indent else "ink"))
        y += 17.5 * s
    if len(rows) > room:
        x, track = left + width - 9 * s, height - 60 * s
        begin, length = top + 46 * s + track * first / len(rows), track * room / len(rows)
        shapes.append(Box(x, top + 46 * s, 3 * s, track, "raised", 1.5 * s))
        shapes.append(Box(x, begin, 3 * s, length, "accent", 1.5 * s))
    return Layer("card", ("text", area, s, frame.card_text, first), tuple(shapes))


def _empty(frame: Frame, regions: Layout) -> tuple[Layer, tuple[HitArea, ...]]:
    s = regions.s
    size = Rect(0.0, regions.map.y, regions.footer.width, regions.footer.y - regions.map.y)
    column = Column(size.x + (size.width - 460 * s) / 2, size.y + max(20 * s, size.height * 0.24), 460 * s, s)
    column.text("Nothing is open", down=22, size=26, face="title", is_bold=True)
    column.gap(40)
    column.paragraph("Drop a recording here, or a scenario to simulate it.", size=14, line=20)
    column.gap(14)
    add_buttons(column, frame, [("play", "Simulate the baseline")])
    column.gap(54)
    if frame.recent:
        column.heading("Opened before")
        for number, path in enumerate(frame.recent[:6], start=1):
            _recent(frame, column, f"tenth_{number}", path)
    card = Layer("card", ("empty", size, s, frame.recent, frame.hover), tuple(column.shapes))
    return card, tuple(column.hit_areas)


def _recent(frame: Frame, column: Column, name: str, path: str) -> None:
    s = column.s
    is_hot = frame.hover == Selection("button", name)
    column.add(Stroke(((column.x, column.y), (column.right, column.y)), "hairline", 1.0))
    if is_hot:
        wide = column.width + 12 * s
        column.add(Box(column.x - 6 * s, column.y, wide, 26 * s, "raised", 5 * s, "ink", 2 * s))
    cap = frame.key_caps.get(name, "")
    column.add(Text((column.right, column.y + 17.5 * s), cap, SMALL * s, "ink3", anchor="right"))
    file = PurePath(path)
    words = truncate(f"{file.name} in {file.parent}", column.width - 24 * s, 12.5 * s)
    column.add(Text((column.x, column.y + 17.5 * s), words, 12.5 * s, "ink" if is_hot else "ink2"))
    column.hit_areas.append(HitArea(column.x, column.y, column.width, 26 * s, "button", name, path))
    column.gap(26)


def background_layer(frame: Frame, regions: Layout) -> Layer:
    """Return the background of an empty window: the light of both sides from its edges."""
    top, bottom, width = regions.top.bottom, regions.footer.y, regions.footer.width
    wide, strength = LIGHT_WIDTH * regions.s, LIGHT[frame.theme]
    sides = ((0.0, "side0"), (width, "side1"))
    lights = (Glow(((x, top), (x, bottom)), color, wide, strength) for x, color in sides)
    place = (0.0, top, width, bottom - top)
    key = (frame.theme, place, regions.s)
    return Layer("backdrop", key, (Clip(*place), Box(*place, "bg"), *lights))
