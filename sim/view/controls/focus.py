"""Where the keyboard is: which control its ring stands round, what moves the ring, and what Enter presses.

Controls are the chips, the buttons and what a card offers; towns and roads are reached by keys of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.scene.layout import layout
from sim.scene.view_model import Selection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.scene.layout import Layout
    from sim.scene.shapes import Target
    from sim.scene.view_model import Frame
    from sim.view.controls.playback import Playback

OFFERING: Final = frozenset({"end", "empty"})
"""Cards that offer buttons: while one lies open, Tab goes through them."""

STEPS: Final = {"focus_forward": 1, "focus_back": -1, "town_forward": 1, "town_back": -1}
"""By command: which way the ring goes."""


def controls(targets: Iterable[Target], frame: Frame) -> tuple[Selection, ...]:
    """Return the controls in the order in which the ring goes round: the card's, the chips, the transport."""
    regions = layout(frame.size, frame.scale, panel=frame.panel, map_only=frame.map_only)
    found = [each for each in targets if each.kind in {"button", "chip"}]
    found.sort(key=lambda each: _rank(each, regions))
    return tuple(dict.fromkeys(_meant(each) for each in found))


def offered(targets: Iterable[Target], frame: Frame) -> tuple[Selection, ...]:
    """Return the controls of the card that lies open; none where no card offers any."""
    if frame.card not in OFFERING:
        return ()
    regions = layout(frame.size, frame.scale, panel=frame.panel, map_only=frame.map_only)
    found = [each for each in targets if each.kind == "button" and _part(each, regions) == 0]
    return tuple(dict.fromkeys(_meant(each) for each in found))


def ringed(playback: Playback, targets: Iterable[Target], command: str) -> Playback | None:
    """Return what is shown with the ring moved; none where Tab is to go through towns instead.

    Parameters
    ----------
    command
        One of `STEPS`.
    """
    frame, step = playback.frame, STEPS[command]
    ring = controls(targets, frame) if command.startswith("focus") else offered(targets, frame)
    if not ring:
        return None
    return playback.showing(focus=after(ring, frame.focus, step))


def after(ring: tuple[Selection, ...], focus: Selection | None, step: int) -> Selection:
    """Return the control that the ring goes to.

    Parameters
    ----------
    ring
        The controls in their order; at least one.
    step
        1 goes on, -1 goes back.
    """
    if focus is None or focus not in ring:
        return ring[0 if step > 0 else -1]
    return ring[(ring.index(focus) + step) % len(ring)]


def command_in_focus(targets: Iterable[Target], focus: Selection | None) -> str | None:
    """Return the command that Enter gives: of the control with the ring, as long as it is to be seen."""
    if focus is None or not is_control(focus):
        return None
    is_there = any((each.kind, each.name) == (focus.kind, focus.name) for each in targets)
    return focus.name if is_there else None


def is_control(focus: Selection | None) -> bool:
    """Return whether the ring stands round a button or a chip, and not round a town or a road."""
    return focus is not None and focus.kind in {"button", "chip"}


def _meant(target: Target) -> Selection:
    return Selection("chip" if target.kind == "chip" else "button", target.name)


def _part(target: Target, regions: Layout) -> int:
    """Return which part of the window a control belongs to: a card, the chips, or the transport."""
    if target.kind == "chip":
        return 1
    return 2 if regions.timeline.height > 0 and _is_in_timeline(target, regions) else 0


def _is_in_timeline(target: Target, regions: Layout) -> bool:
    """Return whether a control lies in the timeline; cards of an empty window may reach over it."""
    return regions.timeline.y <= target.y < regions.timeline.bottom


def _rank(target: Target, regions: Layout) -> tuple[int, float, float]:
    """Return where a control stands in the order: row by row on a card, from left to right elsewhere."""
    part = _part(target, regions)
    return part, target.y if part == 0 else 0.0, target.x
