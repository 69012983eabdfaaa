"""The buttons for playing, at the left end of the timeline."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from sim.scene.icons import icon
from sim.scene.shapes import Box, Clip, Disc, HitArea, Layer, Shape, Text
from sim.scene.text import text_width
from sim.scene.widgets import SMALL

if TYPE_CHECKING:
    from sim.scene.layout import Rect
    from sim.scene.shapes import Drawing
    from sim.scene.view_model import Frame

BUTTONS: Final = (
    ("turning_back", "event_back", -49, 15.5, "Back\nTo the turning point before"),
    ("play", "play", 0, 22.5, "Play or pause"),
    ("turning_forward", "event_forward", 49, 15.5, "On\nTo the next turning point"),
)
"""Commands, their icons, how far right of the middle they stand, their radius, their tooltips."""
FOLLOW: Final = ("map stays", "map follows")
FOLLOW_TIPS: Final = (
    "The map stays where it is\nClick: it goes to the heart of the scenario, and to where towns fall",
    "The map follows what happens\nClick: it stays where it is",
)
SPEEDS: Final = (("slower", "−", -58, "Slower"), ("faster", "+", 58, "Faster"))
SPEED_TIP: Final = "How fast it plays\nQuiet stretches pass faster; where a town falls, time slows down"
PLAY_AT: Final = 54.0
SPEED_AT: Final = 92.0
FOLLOW_AT: Final = 121.0


def controls_layer(frame: Frame, box: Rect, s: float, notes: str, *, is_slow: bool = False) -> Drawing:
    """Return the buttons with the speed beneath them; `notes` says how it varies, or that it is slow now."""
    hot = frame.hover.name if frame.hover is not None and frame.hover.kind == "button" else ""
    speed = f"1 day = {frame.seconds_per_day:.2g} s"
    if frame.playing:
        speed = "falling behind" if frame.is_lagging else "slow motion" if is_slow else speed
        notes = ""
    return _controls(box, s, speed, notes, hot, frame.follows if frame.has_controls else None)


@functools.lru_cache(maxsize=4)
def _controls(box: Rect, s: float, speed: str, notes: str, hot: str, follows: bool | None) -> Drawing:
    """Return the buttons; without notes it plays. There are none where it is None whether the map follows."""
    has_buttons = follows is not None
    middle, y = box.x + box.width / 2 + 3 * s, box.y + PLAY_AT * s
    shapes: list[Shape] = [Clip(box.x, box.y, box.width, box.height)]
    hit_areas: list[HitArea] = []
    for name, sign, offset, size, tip in BUTTONS if has_buttons else ():
        x, radius, is_play = middle + offset * s, size * s, name == "play"
        fill, edge = ("accent" if is_play else "raised"), ("ink" if hot == name else None)
        shapes.append(Disc((x, y), radius, fill, edge or ("accent" if is_play else "hairline"), 1.5 * s))
        shown = "pause" if is_play and not notes else sign
        shapes += icon(shown, x, y, radius * 0.42, "panel" if is_play else "ink")
        hit_areas.append(HitArea(x - radius, y - radius, 2 * radius, 2 * radius, "button", name, tip))
    y = box.y + SPEED_AT * s
    shapes.append(Text((middle, y), speed, 12 * s, "ink2", anchor="middle"))
    if notes:
        shapes.append(Text((middle, y + 15.5 * s), notes, SMALL * s, "ink3", anchor="middle"))
    hit_areas.append(HitArea(middle - 46 * s, y - 13 * s, 92 * s, 32 * s, "word", "speed", SPEED_TIP))
    for name, sign, offset, tip in SPEEDS if has_buttons else ():
        x, radius = middle + offset * s, 9.0 * s
        fill = "hairline" if hot == name else "raised"
        shapes.append(Disc((x, y - 4 * s), radius, fill))
        shapes.append(Text((x, y + 0.6 * s), sign, 13 * s, "ink", is_bold=True, anchor="middle"))
        hit_areas.append(HitArea(x - radius, y - 4 * s - radius, 2 * radius, 2 * radius, "button", name, tip))
    if follows is not None:
        words, y = FOLLOW[follows], box.y + FOLLOW_AT * s
        wide = text_width(words, SMALL * s) + 20 * s
        rim = "ink" if hot == "follow" else "accent" if follows else "hairline"
        shapes.append(Box(middle - wide / 2, y, wide, 18 * s, "raised", 9 * s, rim, 1.2 * s))
        shapes.append(Text((middle, y + 12.6 * s), words, SMALL * s, "ink2", anchor="middle"))
        tip = FOLLOW_TIPS[follows]
        hit_areas.append(HitArea(middle - wide / 2, y, wide, 18 * s, "button", "follow", tip))
    look = (speed, notes, hot, follows)
    return (Layer("transport", (box, s, look), tuple(shapes)),), tuple(hit_areas)
