"""The panel's blocks on the whole run: days of supply, losses, the roads under most pressure, last events."""

from __future__ import annotations

import bisect
from collections import Counter
from functools import reduce
from itertools import accumulate
from operator import sub
from typing import TYPE_CHECKING, Final

from sim.analysis.roads import Road, under_most_pressure
from sim.analysis.text import clock_text
from sim.analysis.towns import town_days
from sim.model.quantities import DAY, Days, Seconds
from sim.scene.shapes import Box, Text
from sim.scene.text import CAUTION, text_width
from sim.scene.widgets import SMALL, Column, hatching, side_mark, split_shapes
from sim.view.panel.charts import loss_chart
from sim.view.panel.subject import road_title, side_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.model.state import State
    from sim.scene.view_model import View

SUPPLY_CLASSES: Final = (
    (1.0, "p4", "under 1"),
    (3.0, "p3", "1 to 3"),
    (7.0, "p1", "3 to 7"),
    (float("inf"), "p0", "7 or more"),
)
"""Upper end, colour and words of each class of days of supply; bright is urgent."""
MAX_SHORTEST: Final = 4
MAX_ROADS: Final = 4
MAX_EVENTS: Final = 4
LOSS_WORDS: Final = ("soldiers", "UAS", "vehicles", "artillery", "AFV", "tanks", "other")
"""Headings of the columns of losses, in the order of the categories."""
MARKS: Final = {
    "fell": "p4", "encircled": "p4", "cut": "p3", "damaged": "p2", "repaired": "ink3", "convoy": "p1",
}  # fmt: skip
"""Colour of the small square before each kind of event; bright is heaviest."""


def days_block(column: Column, view: View, state: State) -> None:
    """Draw garrisons by side and days of supply, and name those with least."""
    wanted = view.scenario.supply.effect_full_at
    column.heading("Days of supply", f"garrisons; full value from {wanted:g} d")
    by_side: dict[str, list[tuple[Days, str]]] = {side.id: [] for side in view.scenario.sides}
    for town in view.scenario.towns:
        if (days := town_days(view.scenario, state, town.id)) is not None:
            bisect.insort(by_side[state.held_by[town.id]], (days, town.name))
    for side in view.scenario.sides:
        column.text(side.name, down=12, size=12, color="ink2", room=58)
        _supply_bar(column, [days for days, _ in by_side[side.id]])
        column.gap(19)
    _supply_legend(column)
    for side in view.scenario.sides:
        _shortest(column, view, side.id, by_side[side.id][:MAX_SHORTEST])


def _class_of(days: Days) -> int:
    return next(number for number, (below, _, _) in enumerate(SUPPLY_CLASSES) if days < below)


def _supply_bar(column: Column, days: Sequence[Days]) -> None:
    """Draw a side's garrisons by class, as wide as they are many."""
    s = column.s
    left, room = column.x + 62 * s, column.width - 62 * s
    counts = Counter(_class_of(each) for each in days)
    if not counts:
        column.text("nobody there", at=62, down=12, size=SMALL, color="ink3")
        return
    least = 18 * s
    free = room - least * len(counts) - 2 * s * (len(counts) - 1)
    for number, count in sorted(counts.items()):
        width = least + max(0.0, free) * count / len(days)
        token = SUPPLY_CLASSES[number][1]
        column.add(Box(left, column.y, width, 15 * s, token, 2 * s))
        # readable on the class's colour in both themes
        at, ink = (left + width / 2, column.y + 11.5 * s), "ink" if token == "p0" else "bg"
        column.add(Text(at, str(count), SMALL * s, ink, is_bold=True, anchor="middle"))
        left += width + 2 * s


def _supply_legend(column: Column) -> None:
    s = column.s
    x = column.x + 62 * s
    for _, token, words in SUPPLY_CLASSES:
        column.add(Box(x, column.y + 1.5 * s, 8 * s, 8 * s, token, 2 * s))
        column.add(Text((x + 12 * s, column.y + 9.5 * s), words, SMALL * s, "ink3"))
        x += text_width(words, SMALL * s) + 22 * s
    column.gap(15)


def _shortest(column: Column, view: View, side: str, found: Sequence[tuple[Days, str]]) -> None:
    s = column.s
    color, is_diamond = side_of(view, side)
    column.add(side_mark(column.x + 5 * s, column.y + 8 * s, 4 * s, color, is_diamond=is_diamond))
    room = column.width - 15 * s
    words = "least: "
    for number, (days, name) in enumerate(found):
        longer = f"{words}{', ' if number else ''}{name} {days:.1f} d"
        if number and text_width(longer, 12 * s) * CAUTION > room:
            break
        words = longer
    column.text(words if found else "nobody there", at=15, down=12, size=12, color="ink")
    column.gap(17)


def losses_block(
    column: Column, view: View, state: State, *, has_chart: bool = True, has_table: bool = True
) -> None:
    """Draw losses of both sides by category, and soldiers over time against the reported rate."""
    column.heading("Losses so far", _chart_note(view) if has_chart else "")
    if has_table:
        _loss_table(column, view, state)
        column.gap(4 * has_chart)
    if has_chart:
        loss_chart(column, view, state.t)


def _chart_note(view: View) -> str:
    if view.beside is not None:
        return f"dashed: reported; dotted: {'other run' if view.ensemble_difference() is None else 'there'}"
    if view.ensemble is not None:
        return "dashed: reported; shaded: all runs"
    return "dashed: soldiers as reported" if view.scenario.reported_losses else "line: soldiers"


def _loss_table(column: Column, view: View, state: State) -> None:
    s = column.s
    left = 22.0
    widths = [text_width(words, SMALL * s) / s for words in LOSS_WORDS]
    free = reduce(sub, widths, column.width / s - left)
    ends = list(accumulate((width + free / len(widths) for width in widths), initial=left))[1:]
    for words, end in zip(LOSS_WORDS, ends, strict=True):
        column.add(Text((column.x + end * s, column.y + 9 * s), words, SMALL * s, "ink3", anchor="right"))
    column.gap(14)
    for side in view.scenario.sides:
        color, is_diamond = side_of(view, side.id)
        column.add(side_mark(column.x + 7 * s, column.y + 7 * s, 4.5 * s, color, is_diamond=is_diamond))
        for count, end in zip(state.sides[side.id].losses, ends, strict=True):
            at, tint = (column.x + end * s, column.y + 11.5 * s), view.side_color(side.id, is_tint=True)
            column.add(Text(at, f"{count:,}", 12.5 * s, tint, "title", is_bold=True, anchor="right"))
        column.gap(16)


def roads_block(column: Column, view: View, found: tuple[Road, ...], most: int = MAX_ROADS) -> None:
    """List the roads under most pressure, each with its split."""
    s = column.s
    column.heading("Most pressed roads")
    _split_legend(column)
    for road in under_most_pressure(found, most):
        column.hit_area("route", road.route, 19)
        color, is_diamond = side_of(view, road.side)
        column.add(side_mark(column.x + 5 * s, column.y + 8 * s, 4 * s, color, is_diamond=is_diamond))
        room = column.width / s - 15 - 112
        column.text(road_title(view, road), at=15, down=12, size=12, is_bold=road.is_bottleneck, room=room)
        column.add(*split_shapes(road.split, column.right - 106 * s, column.y + 3 * s, 70 * s, 9 * s, s))
        pressure = f"{road.split.pressure:.2f}"
        column.text(pressure, down=12.5, size=13, face="title", is_bold=True, anchor="right")
        column.gap(19)


def _split_legend(column: Column) -> None:
    """Write beside the heading above what the parts of the bars are."""
    s = column.s
    x, y = column.right, column.y - 15 * s
    for words in ("free", "in use", "lost"):
        x -= text_width(words, SMALL * s) * CAUTION
        column.add(Text((x, y + 8 * s), words, SMALL * s, "ink3"))
        x -= 15 * s
        column.add(Box(x, y, 12 * s, 8 * s, "p2" if words == "in use" else "raised", 1.5 * s, "p2", 1.0))
        if words == "lost":
            column.add(*hatching(x, y, 12 * s, 8 * s, "p2", 4 * s, 1.2 * s))
        x -= 9 * s


def events_block(column: Column, view: View, t: Seconds, caps: str, most: int = MAX_EVENTS) -> None:
    """List the last events until a time."""
    s = column.s
    column.heading("Last events", f"{caps} to step" if caps else "")
    marks = view.timeline.marks_between(-1, t)[-most:]
    if not marks:
        column.text("Nothing yet.", down=12, size=12, color="ink3")
        column.gap(17)
    for mark in reversed(marks):
        when = clock_text(mark.t) if mark.t // DAY == t // DAY else f"day {mark.t // DAY}"
        column.add(Box(column.x + 1 * s, column.y + 4 * s, 7 * s, 7 * s, MARKS.get(mark.kind, "ink2"), 2 * s))
        column.text(when, at=15, down=12, size=SMALL, color="ink3")
        column.text(mark.text, at=62, down=12, size=12)
        column.gap(17)
