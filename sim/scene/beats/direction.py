"""Where the camera looks while it follows what happens: the whole front, the heart, falls close by.

It is a function of the recording, the screen's clock and the size of the map.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.scene.beats.beats import LASTS, beats_of
from sim.scene.beats.pacing import pacing_of
from sim.scene.camera import close_camera, front_camera, within_heart
from sim.scene.layout import layout_of
from sim.scene.side_by_side import has_curtain
from sim.scene.view_model import Camera

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.scene.layout import Layout
    from sim.scene.view_model import Frame, View

OPENING: Final = 2.0
"""For which the whole front is shown at the beginning; s."""
BEFORE: Final = 2.0
"""Before a fall the camera begins to move in; s."""
LATEST: Final = 0.5
"""So long before a fall it may still leave; s."""
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
    """On the screen's clock; s. So is its end."""
    end: float
    before: Camera
    to: Camera

    def at(self, clock: float) -> Camera:
        """Return where the camera looks on the way."""
        u = min(1.0, max(0.0, (clock - self.begin) / (self.end - self.begin)))
        return _between(self.before, self.to, u * u * (3.0 - 2.0 * u))


def directed(view: View, frame: Frame) -> Frame:
    """Return a frame seen by the camera that follows what happens, if it does."""
    return replace(frame, camera=camera_at(view, frame)) if frame.follows else frame


def camera_at(view: View, frame: Frame) -> Camera:
    """Return where the camera looks at a moment; with reduced motion it stays at the heart."""
    moves = _moves(view, frame)
    last = next((move for move in reversed(moves) if move.begin < frame.clock), None)
    if last is not None:
        return last.at(frame.clock)
    return moves[0].before if moves else HEART


def move_at(view: View, frame: Frame) -> Move | None:
    """Return the move that the camera is on, if it is on one."""
    moves = _moves(view, frame) if frame.follows else ()
    return next((move for move in moves if move.begin < frame.clock < move.end), None)


def next_move(view: View, frame: Frame, within: float) -> Move | None:
    """Return the move that begins within some seconds from now, if one does."""
    moves = _moves(view, frame) if frame.follows else ()
    return next((move for move in moves if 0.0 <= move.begin - frame.clock < within), None)


def _moves(view: View, frame: Frame) -> tuple[Move, ...]:
    """Return the moves of a whole run; none with reduced motion, and beside another map."""
    if frame.reduced_motion or has_curtain(view, frame):
        return ()
    regions = layout_of(frame)
    key = (pacing_of(view, frame), regions)
    return view.cached("camera moves", key, lambda: tuple(_plan(view, frame, regions)))


def _plan(view: View, frame: Frame, regions: Layout) -> Iterator[Move]:
    """Yield the moves of a whole run."""
    camera = front_camera(view.scenario, regions.map, regions.s)
    for begin, to in _goals(view, frame, regions):
        end = begin + _duration(camera, to)
        yield Move(begin, end, camera, to)
        camera = to


def _goals(view: View, frame: Frame, regions: Layout) -> list[tuple[float, Camera]]:
    """Return when the camera leaves for where."""
    goals = [(OPENING, HEART)]
    falls = beats_of(view, frame).falls if frame.fall_seconds >= FAST else ()
    first = {fall.town: fall for fall in reversed(falls)}
    for fall in falls:
        if first[fall.town] is not fall:
            continue  # towns that go to and fro would shake the camera
        begin, end = fall.at - BEFORE, fall.at + LASTS["fall"] + AFTER
        if goals[-1][1] == HEART and len(goals) > 1 and begin < goals[-1][0] + BETWEEN:
            goals.pop()  # it would hardly be back before it leaves again
        near = close_camera(view.scenario, regions.map, regions.s, view.town(fall.town or "").at)
        near = within_heart(near, view.scenario, regions.map, regions.s)
        begin = max(begin, goals[-1][0] + BETWEEN)
        if begin <= fall.at - LATEST:
            goals.append((begin, near))
        if goals[-1][1] != HEART:
            goals.append((end, HEART))
    return goals


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
