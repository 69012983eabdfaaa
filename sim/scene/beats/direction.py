"""Where the camera looks while it follows what happens: the whole front, the heart, falls close by.

It is a function of the recording, the screen's clock and the size of the map.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.scene.beats.beats import LASTS, beats_of
from sim.scene.beats.pacing import pacing_of
from sim.scene.camera import close_camera, front_camera
from sim.scene.layout import layout
from sim.scene.view_model import Camera

if TYPE_CHECKING:
    from sim.scene.layout import Layout
    from sim.scene.view_model import Frame, View

OPENING: Final = 2.0
"""For which the whole front is shown at the beginning; s."""
BEFORE: Final = 1.7
"""Before a fall the camera begins to move in; s."""
AFTER: Final = 0.5
"""For which it stays once a fall is over; s."""
BETWEEN: Final = 4.0
"""At least so long from one move's begin to the next one's; s."""
MOVE: Final = (0.9, 1.5)
"""How long a short and a long move take; s."""
LONG: Final = 3.0
"""Doublings of the scale, or map widths, that make a move a long one."""
FAST: Final = 1.2
"""Where a fall has less slow motion, the camera does not move for it; s."""
SAME: Final = 1e-3
"""A smaller difference of scale is none."""
HEART: Final = Camera()


class Move(NamedTuple):
    """The camera goes somewhere."""

    begin: float
    """On the screen's clock; s."""
    to: Camera


def directed(view: View, frame: Frame) -> Frame:
    """Return a frame seen by the camera that follows what happens, if it does."""
    return replace(frame, camera=camera_at(view, frame)) if frame.follows else frame


def camera_at(view: View, frame: Frame) -> Camera:
    """Return where the camera looks at a moment; with reduced motion it stays at the heart."""
    if frame.reduced_motion:
        return HEART
    regions = layout(frame.size, frame.scale, panel=frame.panel, map_only=frame.map_only)
    start, moves = view.cached(
        "camera moves", (pacing_of(view, frame), regions), lambda: _plan(view, frame, regions)
    )
    camera: Camera = start
    for begin, to in moves:
        if frame.clock <= begin:
            break
        u = min(1.0, (frame.clock - begin) / _duration(camera, to))
        camera = _between(camera, to, u * u * (3.0 - 2.0 * u))
    return camera


def _plan(view: View, frame: Frame, regions: Layout) -> tuple[Camera, tuple[Move, ...]]:
    """Return the first camera, and the moves of a whole run."""
    moves = [Move(OPENING, HEART)]
    falls = beats_of(view, frame).falls if frame.fall_seconds >= FAST else ()
    first = {fall.town: fall for fall in reversed(falls)}
    for fall in falls:
        if first[fall.town] is not fall:
            continue  # towns that go to and fro would shake the camera
        begin, end = fall.at - BEFORE, fall.at + LASTS["fall"] + AFTER
        if moves[-1].to == HEART and len(moves) > 1 and begin < moves[-1].begin + BETWEEN:
            moves.pop()  # it would hardly be back before it leaves again
        near = close_camera(view.scenario, regions.map, regions.s, view.town(fall.town or "").at)
        if begin >= moves[-1].begin + BETWEEN:
            moves.append(Move(begin, near))
        if moves[-1].to != HEART:
            moves.append(Move(end, HEART))
    return front_camera(view.scenario, regions.map, regions.s), tuple(moves)


def _duration(one: Camera, other: Camera) -> float:
    """Return how long a move takes; s."""
    doublings = abs(math.log2(other.zoom / one.zoom))
    return MOVE[0] + (MOVE[1] - MOVE[0]) * min(1.0, doublings / LONG)


def _between(one: Camera, other: Camera, share: float) -> Camera:
    """Return a camera on the way from one to another.

    Its scale changes evenly in doublings, and the way goes faster while more of the ground is seen.
    """
    zoom = one.zoom * (other.zoom / one.zoom) ** share
    way = share
    if abs(other.zoom / one.zoom - 1.0) > SAME:
        way = (1.0 / zoom - 1.0 / one.zoom) / (1.0 / other.zoom - 1.0 / one.zoom)
    return Camera(zoom, one.east + (other.east - one.east) * way, one.north + (other.north - one.north) * way)
