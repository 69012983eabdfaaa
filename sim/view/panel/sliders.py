"""The sliders of a what-if run in the panel: each with the scenario's value marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.scene.shapes import Disc, HitArea, Stroke, Text
from sim.scene.sliders import GO_TO
from sim.scene.widgets import SMALL, Column, side_mark
from sim.view.panel.names import side_sign

if TYPE_CHECKING:
    from sim.scene.sliders import Slider
    from sim.scene.view_model import Frame, View

FIGURE: Final = 34.0
"""Room for a slider's value."""
SLIDER: Final = 19.0
"""Height of a slider."""
KNOB: Final = 5.5
GAP: Final = 14.0
ROWS: Final = (28.0, 34.0)
"""Height of a row with its words, at least and at most."""
MORE: Final = 24.0
"""Room for the button that goes on to the sliders that have no room."""


def sliders_block(column: Column, view: View, frame: Frame, bottom: float) -> None:
    """Draw the sliders, those of two sides beside each other, as far apart as there is room."""
    what_if, s = frame.what_if, column.s
    if what_if is None:
        return
    rows = [slider for slider in what_if.sliders if slider.side != 1]
    fits = max(1, int((bottom - column.y) / (ROWS[0] * s)))
    if fits < len(rows):
        bottom -= MORE * s
        fits = max(1, int((bottom - column.y) / (ROWS[0] * s)))
    name = frame.focus.name if frame.focus is not None else ""
    at = next((number for number, each in enumerate(rows) if _kind(each) == name.rpartition(".")[2]), 0)
    # where there is little room, the rows are scrolled to the slider in focus
    first = min(max(0, at - fits // 2), max(0, len(rows) - fits))
    shown = rows[first : first + fits]
    tall = min(max(ROWS[0], (bottom - column.y) / s / max(1, len(shown))), ROWS[1])
    half = (column.width / s - GAP) / 2
    for slider in shown:
        taken = column.text(slider.words, down=10.5, size=SMALL, color="ink")
        room = column.width / s - taken / s - 8
        column.text(slider.measure, down=10.5, size=SMALL, color="ink3", anchor="right", room=room)
        top = column.y + (tall - SLIDER - 1.0) * s
        width = half if slider.side is not None else column.width / s
        _slider(column, view, slider, 0.0, width, top)
        beside = [each for each in what_if.sliders if each.side == 1 and _kind(each) == _kind(slider)]
        for other in beside if slider.side == 0 else ():
            _slider(column, view, other, half + GAP, half, top)
        column.gap(tall)
    if len(shown) < len(rows):
        words = f"{len(rows) - len(shown)} more numbers"
        following = rows[first + fits] if first + fits < len(rows) else rows[0]
        tip = f"{words}\nGoes on to the next ones"
        column.hit_area("button", f"{GO_TO}{following.key}", MORE - 4, tip)
        column.text(f"{words} …", down=13, size=SMALL, color="accent")


def _kind(slider: Slider) -> str:
    return slider.key.rpartition(".")[2]


def _slider(column: Column, view: View, slider: Slider, left: float, width: float, top: float) -> None:
    s = column.s
    x, y = column.x + left * s, top + SLIDER * s / 2
    if slider.side is not None:
        color, is_diamond = side_sign(view, slider.side)
        column.add(side_mark(x + 5 * s, y, 4 * s, color, is_diamond=is_diamond))
    begin = x + 16 * s
    track = (width - 16 - FIGURE) * s
    at = begin + track * slider.value / slider.most
    usual = begin + track * slider.usual / slider.most
    column.add(
        Stroke(((begin, y), (begin + track, y)), "hairline", 3 * s),
        Stroke(((min(at, usual), y), (max(at, usual) + 0.01, y)), "accent", 3 * s),
        Stroke(((usual, y - 7 * s), (usual, y + 7 * s)), "ink3", 1.6 * s),
        Disc((at, y), KNOB * s, "accent" if slider.is_turned else "ink2", "panel", 1.5 * s),
    )
    color = "ink" if slider.is_turned else "ink2"
    words, end = f"{slider.value:,.4g}", (x + width * s, y + 4 * s)
    column.add(Text(end, words, SMALL * s, color, is_bold=slider.is_turned, anchor="right"))
    reach, place, height = KNOB * s, y - SLIDER * s / 2 + 1, SLIDER * s - 2
    tip = f"{slider.words}\nThe scenario has {slider.usual:,.4g} {slider.measure}, where the mark is".rstrip()
    column.hit_areas.append(
        HitArea(begin - reach, place, track + 2 * reach, height, "slider", slider.key, tip)
    )


def share_at(target: HitArea, x: float) -> float:
    """Return the share of its range to which a pixel sets a slider."""
    reach = KNOB * target.height / (SLIDER - 2)
    return min(max((x - target.x - reach) / max(target.width - 2 * reach, 1.0), 0.0), 1.0)
