"""What the mouse does: select, show tooltips, zoom, pan, scrub and set sliders; pure functions of values.

Every action here has a key too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sim.scene.camera import panned, projection, zoomed
from sim.scene.layout import layout_of
from sim.scene.shapes import HitArea
from sim.scene.view_model import Selection
from sim.view.controls.commands import ZOOM_STEP, moved
from sim.view.controls.playback import Playback, RunIndex, km_from_middle
from sim.view.dialogs.dialogs import scrolled
from sim.view.panel.inset import INSET
from sim.view.panel.sliders import share_at

if TYPE_CHECKING:
    from sim.model.quantities import Seconds
    from sim.scene.layout import Layout
    from sim.scene.view_model import Frame, View

REACH: Final = 8.0
"""Pixels at scale 1 by which a click may miss its target."""
DRAG: Final = 4.0
"""Pixels at scale 1 from which a press that moves is a drag and no click."""
HOVER: Final = 0.15
"""Seconds for which the mouse rests on a target before its tooltip shows."""
COVERING: Final = frozenset({"title", "help", "text", "loading", "empty"})
"""Cards that cover the map and the panel and block their targets."""
Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class MouseContext:
    """What the mouse moves over."""

    hit_areas: tuple[HitArea, ...]
    """Of the scene on the screen, in drawing order."""
    run: RunIndex
    to_map: Callable[[float, float], Point]
    """From a pixel to km east and north of the middle of the map."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """The mouse."""

    at: Point | None = None
    """Pixels; None outside the window."""
    since: float = 0.0
    """When it last moved; s."""
    pressed_at: Point | None = None
    """Where its button went down; None while the button is up."""
    drags: Literal["time", "map", "slider", "curtain", "none"] = "none"
    slider: HitArea | None = None
    has_dragged: bool = False
    """Whether the press is a drag and no click."""
    was_playing: bool = False
    """Whether the run played when scrubbing began."""


def target_at(hit_areas: tuple[HitArea, ...], x: float, y: float, reach: float) -> HitArea | None:
    """Return the smallest target at a pixel, else the nearest town or route within reach."""
    holding = [each for each in hit_areas if _distance(each, x, y) <= 0.0]
    small = [each for each in holding if each.kind != "timeline"]
    if small:
        # where roads meet in a town, the town is meant
        return min(reversed(small), key=lambda each: (each.kind == "route", each.width * each.height))
    near = [each for each in hit_areas if each.kind in {"town", "route"} and _distance(each, x, y) <= reach]
    if near and not holding:
        return min(near, key=lambda each: _distance(each, x, y))
    return holding[-1] if holding else None


def press(pointer: Pointer, playback: Playback, context: MouseContext, at: Point) -> tuple[Pointer, Playback]:
    """Handle the button going down at a pixel."""
    playback = playback.showing(focus=None)  # the focus ring belongs to the keyboard
    regions = layout_of(playback.frame)
    target = _target_under(context, playback.frame, at)
    down = Pointer(at, pointer.since, at, was_playing=playback.frame.playing)
    if target is not None and target.kind in {"button", "event"}:
        return down, playback
    if target is not None and target.kind == "slider":
        down = replace(down, drags="slider", slider=target, has_dragged=True)
        # arrow keys go on from where the mouse has set it
        return down, _set_slider(playback.showing(focus=selection_of(target)), target, at[0])
    if target is not None and target.kind == "curtain":
        return replace(down, drags="curtain", has_dragged=True), playback
    if target is not None and target.kind == "timeline":
        down = replace(down, drags="time", has_dragged=True)
        return down, _scrub(playback.showing(playing=False), context.run, regions, at[0])
    is_free = playback.frame.card not in COVERING and regions.map.holds(*at)
    return (replace(down, drags="map") if is_free else down), playback


def move(
    pointer: Pointer, playback: Playback, context: MouseContext, at: Point, now: float
) -> tuple[Pointer, Playback]:
    """Handle a move of the mouse to a pixel at a time; s."""
    regions = layout_of(playback.frame)
    before = pointer.at
    pointer = replace(pointer, at=at, since=now)
    if pointer.pressed_at is None or before is None:
        return pointer, playback
    if pointer.drags == "time":
        return pointer, _scrub(playback, context.run, regions, at[0])
    if pointer.drags == "curtain":
        share = (at[0] - regions.map.x) / max(regions.map.width, 1.0)
        return pointer, playback.showing(curtain=min(max(share, 0.0), 1.0))
    if pointer.drags == "slider" and pointer.slider is not None:
        return pointer, _set_slider(playback, pointer.slider, at[0])
    far = max(abs(at[0] - pointer.pressed_at[0]), abs(at[1] - pointer.pressed_at[1])) > DRAG * regions.s
    pointer = replace(pointer, has_dragged=pointer.has_dragged or far)
    if pointer.drags == "map" and pointer.has_dragged:
        here, there = context.to_map(*before), context.to_map(*at)
        camera = panned(playback.frame.camera, here[0] - there[0], here[1] - there[1])
        playback = moved(playback, camera)
    return pointer, playback


def release(pointer: Pointer, playback: Playback, context: MouseContext) -> tuple[Pointer, Playback, str]:
    """Handle the button going up; the text is the command of the button that was clicked."""
    up = replace(pointer, pressed_at=None, drags="none")
    if pointer.drags == "time":
        goes_on = pointer.was_playing and playback.frame.t < context.run.end
        return up, playback.showing(playing=goes_on), ""
    if pointer.has_dragged or pointer.at is None or pointer.pressed_at is None:
        return up, playback, ""
    target = _target_under(context, playback.frame, pointer.at)
    if target is None and pointer.drags == "map":
        return up, playback.showing(selection=None), ""
    return up, *_click(playback, context.run, target)


def scroll(playback: Playback, context: MouseContext, at: Point, turns: float) -> Playback:
    """Handle the wheel over a pixel: zoom the map, or scroll a card. Positive turns zoom in."""
    if playback.frame.card == "text":
        return playback.showing(card_scroll=scrolled(playback.frame, -round(2 * turns)))
    if playback.frame.card == "help":
        return playback
    if not layout_of(playback.frame).map.holds(*at):
        return playback
    east, north = context.to_map(*at)
    return moved(playback, zoomed(playback.frame.camera, ZOOM_STEP**turns, east=east, north=north))


def hover(pointer: Pointer, playback: Playback, context: MouseContext, now: float) -> Playback:
    """Return the playback with the target that the mouse rests on as its hover."""
    if pointer.at is None or pointer.pressed_at is not None:
        return playback.showing(hover=None)
    target = _target_under(context, playback.frame, pointer.at)
    if target is not None and target.kind == "timeline":
        t = _time_at(context.run, layout_of(playback.frame), pointer.at[0])
        return playback.showing(hover=Selection("moment", str(t)))
    hover = selection_of(target)
    is_early = hover != playback.frame.hover and now - pointer.since < HOVER
    return playback.showing(hover=None if is_early else hover)


def map_position(view: View | None, frame: Frame, x: float, y: float) -> Point:
    """Return where on the map a pixel lies; km east and north of the middle of the picture."""
    if view is None:
        return 0.0, 0.0
    regions = layout_of(frame)
    return km_from_middle(projection(view.scenario, regions.map, regions.s, frame.camera), x, y)


def _target_under(context: MouseContext, frame: Frame, at: Point) -> HitArea | None:
    """Return the target at a pixel of a frame; a covering card hides what is under it."""
    hit_areas = context.hit_areas
    if frame.card in COVERING:
        hit_areas = tuple(each for each in hit_areas if each.kind in {"button", "word", "event", "timeline"})
    return target_at(hit_areas, *at, REACH * layout_of(frame).s)


def _click(playback: Playback, run: RunIndex, target: HitArea | None) -> tuple[Playback, str]:
    """Return the playback after a click on a target, and the command of the target if it has one."""
    if target is not None and (target.kind == "button" or target.name == INSET):
        return playback, target.name
    if target is None or target.kind in {"timeline", "word"}:
        return playback, ""
    if target.kind == "event":
        return (playback.at(int(target.name), run) if target.name.isdigit() else playback), ""
    return playback.showing(selection=selection_of(target)), ""


def selection_of(target: HitArea | None) -> Selection | None:
    """Return the selection of a target."""
    if target is None or target.kind == "timeline":
        return None
    return Selection(target.kind, target.name)


def _scrub(playback: Playback, run: RunIndex, regions: Layout, x: float) -> Playback:
    return playback.at(_time_at(run, regions, x), run)


def _time_at(run: RunIndex, regions: Layout, x: float) -> Seconds:
    """Return the time of a pixel of the timeline."""
    share = (x - regions.track.x) / max(regions.track.width, 1.0)
    return round(run.end * min(max(share, 0.0), 1.0))


def _set_slider(playback: Playback, target: HitArea, x: float) -> Playback:
    what_if = playback.frame.what_if
    if what_if is None or (slider := what_if.slider(target.name)) is None:
        return playback
    return playback.showing(what_if=what_if.with_slider(slider.at(share_at(target, x) * slider.most)))


def _distance(target: HitArea, x: float, y: float) -> float:
    across = max(target.x - x, 0.0, x - target.x - target.width)
    down = max(target.y - y, 0.0, y - target.y - target.height)
    return max(across, down)
