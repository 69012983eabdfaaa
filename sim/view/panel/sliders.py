"""The panel's block of sliders, shown while numbers are being changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.scene.shapes import Disc, HitArea, Stroke, Text
from sim.scene.widgets import SMALL, Column, side_mark
from sim.view.buttons import add_buttons
from sim.view.panel.names import side_sign

if TYPE_CHECKING:
    from sim.scene.sliders import Slider
    from sim.scene.view_model import Frame, View

FIGURE: Final = 40.0
"""Room for a slider's value."""
SLIDER: Final = 19.0
"""Height of a slider."""
LABEL: Final = 14.0
KNOB: Final = 5.5
GAP: Final = 14.0
BUTTONS: Final = (("screenshot", "Save"), ("copy", "Copy"), ("what_if", "Close"))


def sliders_block(column: Column, view: View, frame: Frame, bottom: float) -> None:
    """Draw the sliders, those of two sides beside each other, and the buttons."""
    what_if = frame.what_if
    if what_if is None:
        return
    s = column.s
    turned = len(what_if.settings)
    note = "simulating …" if what_if.is_running else "same random numbers"
    column.heading("What if", f"{turned} changed, {note}" if turned else f"move a slider; {note}")
    half = (column.width / s - GAP) / 2
    for slider in what_if.sliders:
        if slider.side != 1:
            column.text(slider.words, down=10.5, size=12, color="ink")
            column.text(slider.measure, down=10.5, size=SMALL, color="ink3", anchor="right")
            column.gap(LABEL)
        left = (half + GAP) if slider.side == 1 else 0.0
        _slider(column, view, slider, left, half if slider.side is not None else column.width / s)
        if slider.side != 0:
            column.gap(SLIDER)
    column.gap(3)
    add_buttons(column, frame, BUTTONS, has_first=False)
    column.gap(30)


def _slider(column: Column, view: View, slider: Slider, left: float, width: float) -> None:
    s = column.s
    x, y = column.x + left * s, column.y + SLIDER * s / 2
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
        Stroke(((usual, y - 5 * s), (usual, y + 5 * s)), "ink3", 1.6 * s),
        Disc((at, y), KNOB * s, "accent" if slider.is_turned else "ink2", "panel", 1.5 * s),
    )
    end, color, words = (
        (x + width * s, y + 4 * s),
        "ink" if slider.is_turned else "ink2",
        f"{slider.value:,.4g}",
    )
    column.add(Text(end, words, 12 * s, color, is_bold=slider.is_turned, anchor="right"))
    reach, top, height = KNOB * s, y - SLIDER * s / 2 + 1, SLIDER * s - 2
    tip = f"{slider.words}: usually {slider.usual:,.4g} {slider.measure}".rstrip()
    column.hit_areas.append(HitArea(begin - reach, top, track + 2 * reach, height, "slider", slider.key, tip))


def share_at(target: HitArea, x: float) -> float:
    """Return the share of its range to which a pixel sets a slider."""
    reach = KNOB * target.height / (SLIDER - 2)
    return min(max((x - target.x - reach) / max(target.width - 2 * reach, 1.0), 0.0), 1.0)
