"""Keyboard focus: which control has the ring, which command moves it, and what Enter presses.

Controls are buttons; towns and roads are selected by keys of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.scene.layout import layout_of
from sim.scene.view_model import Selection
from sim.view.controls.playback import cycled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.scene.layout import Layout
    from sim.scene.shapes import HitArea
    from sim.view.controls.playback import Playback

CARDS_WITH_BUTTONS: Final = frozenset({"title", "end", "empty"})
"""While one of these is open, Tab goes through its buttons."""
STEPS: Final = {"focus_forward": 1, "focus_back": -1, "town_forward": 1, "town_back": -1}


def move_focus(playback: Playback, hit_areas: Iterable[HitArea], command: str) -> Playback | None:
    """Return the playback with the ring moved by one of `STEPS`; None where Tab selects towns instead."""
    frame, is_tab = playback.frame, command.startswith("town")
    if is_tab and frame.card not in CARDS_WITH_BUTTONS:
        return None
    regions = layout_of(frame)
    ranked = sorted(
        ((_rank(each, regions), each) for each in hit_areas if each.kind == "button"),
        key=lambda pair: pair[0],
    )
    ring = dict.fromkeys(
        Selection("button", each.name) for (part, *_), each in ranked if part == 0 or not is_tab
    )
    return playback.showing(focus=cycled(tuple(ring), frame.focus, STEPS[command])) if ring else None


def command_in_focus(hit_areas: Iterable[HitArea], focus: Selection | None) -> str | None:
    """Return the command of the control with the ring, as long as the control is visible."""
    if focus is None or focus.kind != "button":
        return None
    is_visible = any((each.kind, each.name) == (focus.kind, focus.name) for each in hit_areas)
    return focus.name if is_visible else None


def _rank(target: HitArea, regions: Layout) -> tuple[int, float, float]:
    """Return a control's place in the order: the card's, the top bar's, those for playing."""
    if target.y < regions.top.bottom:
        return 1, 0.0, target.x
    # cards of an empty window may reach over the timeline
    is_transport = regions.timeline.height > 0 and regions.timeline.y <= target.y < regions.timeline.bottom
    return (2, 0.0, target.x) if is_transport else (0, target.y, target.x)
