"""The map while the camera moves: pictures from where it comes and where it goes, which blend on the way.

A map that is drawn anew for every place of the camera would stutter. Roads, towns and names stand still
meanwhile, as they are when the move begins, and as they are when it ends.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sim.scene.beats.direction import move_at
from sim.scene.beats.pacing import pacing_of
from sim.scene.camera import DEGREE
from sim.scene.map.layers import map_layers, map_projection
from sim.scene.shapes import Clip, Layer, Still

if TYPE_CHECKING:
    from sim.scene.beats.direction import Move
    from sim.scene.camera import Projection
    from sim.scene.view_model import Frame, View

OPAQUE: Final = 255
WORDS: Final = frozenset({"map-labels", "map-tabs", "map-scale", "map-headline"})
"""Layers that are left out on the way."""


def camera_move_layer(view: View, frame: Frame) -> Layer | None:
    """Return the map on its way from one camera to another, if the camera is on its way."""
    move = move_at(view, frame)
    if move is None:
        return None
    ends = _ends(view, frame, move)
    pictures = view.cached("camera move", ends, lambda: tuple(_picture(view, end) for end in ends))
    here = map_projection(view, frame)
    seen = [map_projection(view, end) for end in ends]
    share = (frame.clock - move.begin) / (move.end - move.begin)
    shares = (1.0 - share, share)
    # the wider picture lies below, whole
    order = sorted((0, 1), key=lambda number: seen[number].ppk)
    stills = [_still(pictures[order[0]], seen[order[0]], here, 1.0)]
    stills.append(_still(pictures[order[1]], seen[order[1]], here, shares[order[1]]))
    region = here.region
    return Layer("map-move", None, (Clip(region.x, region.y, region.width, region.height),), tuple(stills))


def _picture(view: View, end: Frame) -> tuple[Layer, ...]:
    """Return the map without its words: two sets of names over one another could not be read."""
    return tuple(layer for layer in map_layers(view, end)[0] if layer.name not in WORDS)


def _ends(view: View, frame: Frame, move: Move) -> tuple[Frame, Frame]:
    """Return the frames between which the picture blends."""
    clock = pacing_of(view, frame)
    plain = replace(frame, follows=False, hover=None, focus=None, card="none", toast=None, progress=None)
    plain = replace(plain, is_lagging=False, played=0)
    begin, end = (
        replace(plain, t=clock.time_at(at), clock=at, camera=camera)
        for at, camera in ((move.begin, move.before), (move.end, move.to))
    )
    return begin, end


def _still(layers: tuple[Layer, ...], there: Projection, here: Projection, share: float) -> Still:
    """Return a picture taken by one camera as another sees it."""
    region, scale = here.region, here.ppk / there.ppk
    east, north = (there.lon - here.lon) * here.degree_east, (there.lat - here.lat) * DEGREE
    width, height = region.width * scale, region.height * scale
    x = region.x + region.width / 2 + east * here.ppk - width / 2
    y = region.y + region.height / 2 - north * here.ppk - height / 2
    return Still(layers, x, y, width, height, round(OPAQUE * min(1.0, max(0.0, share))))
