"""What the mouse does: it selects, tells, zooms, pans and scrubs; as values, without a screen.

Every action here has a key too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sim.scene.layout import layout
from sim.scene.map.camera import panned, projection, zoomed
from sim.scene.shapes import Target
from sim.scene.side_by_side import half_of, is_side_by_side
from sim.scene.view_model import Camera, Selection
from sim.view.controls.commands import ZOOM_STEP
from sim.view.controls.playback import Course, Playback
from sim.view.panel.what_if import share_at

if TYPE_CHECKING:
    from sim.scene.layout import Layout
    from sim.scene.map.camera import Projection
    from sim.scene.view_model import Frame, View

REACH: Final = 8.0
"""Pixels at scale 1 by which a click may miss what it means."""
DRAG: Final = 4.0
"""Pixels at scale 1 from which a moving press is no click any more."""
HOVER: Final = 0.15
"""Seconds for which the mouse rests on something before it tells."""
COVERING: Final = frozenset({"help", "text", "loading", "empty"})
"""Cards that lie over the map and the panel: what is under them cannot be pointed at."""
Place: TypeAlias = Callable[[float, float], tuple[float, float]]
"""Where on the map a point of the window lies; km east and north of the picture's middle."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What the mouse moves over.

    Attributes
    ----------
    targets
        Of the scene that is seen, in the order in which they were drawn.
    """

    targets: tuple[Target, ...]
    course: Course
    place: Place


@dataclass(frozen=True, slots=True)
class Pointer:
    """The mouse.

    Attributes
    ----------
    at
        Where it is; none where it has left the window.
    since
        When it came to rest there; s.
    begin
        Where its button went down; none while it is up.
    grip
        What is held: the time, the map, a dial, or nothing that moves.
    has_dragged
        Whether it has gone so far that this is no click.
    was_playing
        Whether the run played when the time was taken hold of.
    """

    at: tuple[float, float] | None = None
    since: float = 0.0
    begin: tuple[float, float] | None = None
    grip: Literal["time", "map", "dial", "none"] = "none"
    dial: Target | None = None
    has_dragged: bool = False
    was_playing: bool = False


def found(targets: tuple[Target, ...], x: float, y: float, reach: float) -> Target | None:
    """Return what a point means: the smallest that holds it, else the nearest town or route.

    Parameters
    ----------
    x, y
        The point; pixels.
    reach
        How far off a town or route may be; pixels.
    """
    holding = [each for each in targets if _distance(each, x, y) <= 0.0]
    small = [each for each in holding if each.kind != "timeline"]
    if small:
        return min(reversed(small), key=lambda each: each.width * each.height)
    near = [each for each in targets if each.kind in {"town", "route"} and _distance(each, x, y) <= reach]
    if near and not holding:
        return min(near, key=lambda each: _distance(each, x, y))
    return holding[-1] if holding else None


def pressed(
    pointer: Pointer, playback: Playback, stage: Stage, at: tuple[float, float]
) -> tuple[Pointer, Playback]:
    """Return how things stand when the button goes down.

    Parameters
    ----------
    at
        Where; pixels.
    """
    playback = playback.showing(focus=None)  # the ring is the keyboard's
    regions = layout_of(playback.frame)
    target = _under(stage, playback.frame, at)
    held = replace(
        pointer, at=at, begin=at, grip="none", has_dragged=False, was_playing=playback.frame.playing
    )
    if target is not None and target.kind in {"button", "chip", "event"}:
        return held, playback
    if target is not None and target.kind == "slider":
        held = replace(held, grip="dial", dial=target, has_dragged=True)
        # arrows go on from where the mouse has set it
        return held, _turned(playback.showing(focus=_meant(target)), target, at[0])
    if target is not None and target.kind == "timeline":
        held = replace(held, grip="time", has_dragged=True)
        return held, _scrubbed(playback.showing(playing=False), stage.course, regions, at[0])
    is_free = playback.frame.card not in COVERING and regions.map.holds(*at)
    return (replace(held, grip="map") if is_free else held), playback


def moved(
    pointer: Pointer, playback: Playback, stage: Stage, at: tuple[float, float], now: float
) -> tuple[Pointer, Playback]:
    """Return how things stand when the mouse has moved.

    Parameters
    ----------
    at
        Where it is now; pixels.
    now
        When; s.
    """
    regions = layout_of(playback.frame)
    before = pointer.at
    pointer = replace(pointer, at=at, since=now)
    if pointer.begin is None or before is None:
        return pointer, playback
    if pointer.grip == "time":
        return pointer, _scrubbed(playback, stage.course, regions, at[0])
    if pointer.grip == "dial" and pointer.dial is not None:
        return pointer, _turned(playback, pointer.dial, at[0])
    far = max(abs(at[0] - pointer.begin[0]), abs(at[1] - pointer.begin[1])) > DRAG * regions.s
    pointer = replace(pointer, has_dragged=pointer.has_dragged or far)
    if pointer.grip == "map" and pointer.has_dragged:
        here, there = stage.place(*before), stage.place(*at)
        camera = panned(playback.frame.camera, here[0] - there[0], here[1] - there[1])
        playback = playback.showing(camera=camera)
    return pointer, playback


def released(pointer: Pointer, playback: Playback, stage: Stage) -> tuple[Pointer, Playback, str]:
    """Return how things stand when the button goes up, and a command where that was a click on one."""
    up = replace(pointer, begin=None, grip="none")
    if pointer.grip == "time":
        # Scrubbing that ends at the very end leaves nothing to go on with.
        goes_on = pointer.was_playing and playback.exact < stage.course.end
        return up, playback.showing(playing=goes_on), ""
    if pointer.has_dragged or pointer.at is None or pointer.begin is None:
        return up, playback, ""
    target = _under(stage, playback.frame, pointer.at)
    if target is None and pointer.grip == "map":
        return up, playback.showing(selection=None), ""
    return up, *_clicked(playback, stage.course, target)


def wheeled(playback: Playback, stage: Stage, at: tuple[float, float], turns: float) -> Playback:
    """Return what is shown once the wheel has turned over a point: nearer there, or farther.

    Parameters
    ----------
    at
        Where it is; pixels.
    turns
        Of the wheel; upwards is nearer.
    """
    if playback.frame.card in {"text", "help"}:
        scroll = max(0, playback.frame.card_scroll - round(2 * turns))
        return playback.showing(card_scroll=scroll)
    if not layout_of(playback.frame).map.holds(*at):
        return playback
    east, north = stage.place(*at)
    camera = zoomed(playback.frame.camera, ZOOM_STEP**turns, east=east, north=north)
    return playback.showing(camera=camera)


def hovered(pointer: Pointer, playback: Playback, stage: Stage, now: float) -> Playback:
    """Return what is shown of what the mouse rests on."""
    if pointer.at is None or pointer.begin is not None:
        return playback.showing(hover=None)
    target = _under(stage, playback.frame, pointer.at)
    hover = _meant(target)
    shown = playback.frame.hover
    if hover == shown or (hover is not None and now - pointer.since < HOVER):
        return playback if hover == shown else playback.showing(hover=None)
    return playback.showing(hover=hover)


def layout_of(frame: Frame) -> Layout:
    """Return where the parts of a frame lie."""
    return layout(frame.size, frame.scale, panel=frame.panel, map_only=frame.map_only)


def place(view: View | None, frame: Frame, x: float, y: float) -> tuple[float, float]:
    """Return where on the map a point of the window lies; km east and north of the picture's middle.

    Parameters
    ----------
    view
        What is open, if anything is.
    x, y
        The point; pixels.
    """
    if view is None:
        return 0.0, 0.0
    regions = layout_of(frame)
    room = regions.map
    if is_side_by_side(view, frame):
        half = "left" if x < room.x + room.width / 2 else "right"
        room = half_of(room, half, regions.s)
    return _from_middle(projection(view.scenario, room, regions.s, frame.camera), x, y)


def places(view: View) -> dict[str, tuple[float, float]]:
    """Return where every town lies, and the middle of every route; km from the whole map's middle."""
    regions = layout((1280, 720))
    here = projection(view.scenario, regions.map, regions.s, Camera())
    towns = {town.id: _from_middle(here, *here.point(town.at)) for town in view.scenario.towns}
    routes = {
        route.id: (
            (towns[route.start][0] + towns[route.end][0]) / 2,
            (towns[route.start][1] + towns[route.end][1]) / 2,
        )
        for route in view.scenario.routes
    }
    return towns | routes


def _from_middle(here: Projection, x: float, y: float) -> tuple[float, float]:
    """Return a point as the way to it from the middle of the map; km."""
    region = here.region
    return here.kilometres(x - region.x - region.width / 2, y - region.y - region.height / 2)


def _under(stage: Stage, frame: Frame, at: tuple[float, float]) -> Target | None:
    """Return what a point means in a frame; a card hides what is under it."""
    targets = stage.targets
    if frame.card in COVERING:
        targets = tuple(each for each in targets if each.kind in {"button", "chip", "event", "timeline"})
    return found(targets, *at, REACH * layout_of(frame).s)


def _clicked(playback: Playback, course: Course, target: Target | None) -> tuple[Playback, str]:
    """Return what is shown after a click on something, and a command where it stands for one."""
    if target is None or target.kind == "timeline":
        return playback, ""
    if target.kind in {"button", "chip"}:
        return playback, target.name
    if target.kind == "event":
        return (playback.at(int(target.name), course) if target.name.isdigit() else playback), ""
    return playback.showing(selection=_meant(target)), ""


def _meant(target: Target | None) -> Selection | None:
    """Return what a target stands for."""
    if target is None or target.kind == "timeline":
        return None
    return Selection(target.kind, target.name)


def _scrubbed(playback: Playback, course: Course, regions: Layout, x: float) -> Playback:
    """Return what is shown at the time that a point along the track stands for."""
    track = regions.track
    return playback.at(course.end * (x - track.x) / max(track.width, 1.0), course)


def _turned(playback: Playback, dial: Target, x: float) -> Playback:
    """Return what is shown with a dial set to where the mouse is."""
    what_if = playback.frame.what_if
    slider = what_if.dial(dial.name) if what_if is not None else None
    if what_if is None or slider is None:
        return playback
    return playback.showing(what_if=what_if.with_dial(slider.at(share_at(dial, x) * slider.most)))


def _distance(target: Target, x: float, y: float) -> float:
    """Return how far a point is from a target; 0 inside it."""
    across = max(target.x - x, 0.0, x - target.x - target.width)
    down = max(target.y - y, 0.0, y - target.y - target.height)
    return max(across, down)
