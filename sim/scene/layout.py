"""Where each part of the window lies: regions that never overlap, whatever the window's size."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sim.scene.view_model import Frame

SCALE_STEPS: Final = ((720, 1.0), (900, 1.16), (1080, 1.35), (1440, 1.75))
"""Height of the window, and the scale there; in between it goes evenly."""
SMALLEST: Final = (960, 540)
"""Window that everything fits into at scale 1; pixels."""
TOP_BAR: Final = 48.0
TIMELINE: Final = 144.0
FOOTER: Final = 24.0
PANEL: Final = 290.0
CONTROLS: Final = 162.0
"""What the buttons take of the timeline's width."""
STRIP_LABELS: Final = 110.0
"""What the names of the strips take."""
MARGIN: Final = 16.0
CARD: Final = 0.54
"""Share of the width that a card of a run's start or end has for itself."""
CARDS_BESIDE: Final = frozenset({"title", "end"})


@dataclass(frozen=True, slots=True)
class Rect:
    """A part of the window; pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    def meets(self, other: Rect, across: float = 0.0, down: float | None = None) -> bool:
        """Return whether two rectangles touch, or come nearer than a gap."""
        down = across if down is None else down
        is_level = self.x < other.right + across and other.x < self.right + across
        return is_level and self.y < other.bottom + down and other.y < self.bottom + down

    def holds(self, x: float, y: float) -> bool:
        """Return whether a point lies in it."""
        return self.x <= x < self.right and self.y <= y < self.bottom


@dataclass(frozen=True, slots=True)
class Layout:
    """The window's regions; those that are not shown have no height or no width."""

    s: float
    """By what all lengths are multiplied: by the window's height and the user's own scale, but never so much
    that something would not fit."""
    top: Rect
    map: Rect
    panel: Rect
    timeline: Rect
    controls: Rect
    """The left end of the timeline, with the buttons for playing."""
    track: Rect
    """The part of the timeline along which time runs."""
    footer: Rect


def window_scale(height: float, scale: float = 1.0) -> float:
    """Return the scale factor for a window of this height.

    Examples
    --------
    >>> window_scale(720), window_scale(1080), window_scale(1440, 2.0)
    (1.0, 1.35, 3.5)
    """
    (low, at_low), *steps = SCALE_STEPS
    if height <= low:
        return at_low * scale
    for high, at_high in steps:
        if height <= high:
            return (at_low + (at_high - at_low) * (height - low) / (high - low)) * scale
        low, at_low = high, at_high
    return at_low * height / low * scale


@functools.lru_cache(maxsize=32)
def layout(
    size: tuple[int, int],
    scale: float = 1.0,
    *,
    panel: bool = True,
    map_only: bool = False,
    card: str = "none",
) -> Layout:
    """Return the window's regions; beside a card of a run's start or end the map keeps the right part.

    Examples
    --------
    >>> regions = layout((1280, 720))
    >>> regions.map == Rect(0, 48, 990, 504), regions.panel.x
    (True, 990)
    """
    width, height = size
    s = min(window_scale(height, scale), max(width, 1) / SMALLEST[0], max(height, 1) / SMALLEST[1])
    footer = Rect(0.0, height - round(FOOTER * s), width, round(FOOTER * s))
    top = Rect(0.0, 0.0, width, 0.0 if map_only else round(TOP_BAR * s))
    tall = 0.0 if map_only or card == "title" else round(TIMELINE * s)
    timeline = Rect(0.0, footer.y - tall, width, tall)
    is_wide = card in CARDS_BESIDE and not map_only
    wide = round(PANEL * s) if panel and not map_only and not is_wide else 0.0
    begin = round(width * CARD) if is_wide else 0.0
    left = (CONTROLS + STRIP_LABELS) * s
    return Layout(
        s=s,
        top=top,
        map=Rect(begin, top.bottom, width - wide - begin, timeline.y - top.bottom),
        panel=Rect(width - wide, top.bottom, wide, timeline.y - top.bottom),
        timeline=timeline,
        controls=Rect(0.0, timeline.y, round(CONTROLS * s), timeline.height),
        track=Rect(left, timeline.y, width - left - (MARGIN + 8.0) * s, timeline.height),
        footer=footer,
    )


def layout_of(frame: Frame) -> Layout:
    """Return the regions of a frame."""
    return layout(frame.size, frame.scale, panel=frame.panel, map_only=frame.map_only, card=frame.card)
