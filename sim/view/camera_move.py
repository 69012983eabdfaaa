"""The map while the camera moves: pictures from where it comes and where it goes, which blend on the way.

Where neither shows all that passes, a picture of the whole way lies below both.

A map that is drawn anew for every place of the camera would stutter. Roads and towns stand still
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
from sim.scene.view_model import Camera

if TYPE_CHECKING:
    from sim.scene.beats.direction import Move
    from sim.scene.camera import Projection
    from sim.scene.view_model import Frame, View

OPAQUE: Final = 255
COVERED: Final = 1.001
"""How much wider than the wider of two pictures all that both show may be."""
MARGIN: Final = 1.05
"""By how much a picture of the whole way is wider than what both show."""
WORDS: Final = frozenset(
    {"map-labels", "map-tabs", "map-scale", "map-headline", "map-tags", "map-legs", "map-weather"}
)
"""Layers that are left out on the way: what stretched would look wrong, or be read twice."""


def camera_move_layer(view: View, frame: Frame) -> Layer | None:
    """Return the map on its way from one camera to another, if the camera is on its way.

    A picture that stands, on the way too, is the map itself.
    """
    move = move_at(view, frame) if frame.playing else None
    if move is None:
        return None
    ends = _ends(view, frame, move)
    share = (frame.clock - move.begin) / (move.end - move.begin)
    # the wider picture lies below, whole; below both the whole way, where neither shows all of it
    wider, nearer = sorted(
        zip(ends, (1.0 - share, share), strict=True), key=lambda end: map_projection(view, end[0]).ppk
    )
    around = _around(view, wider[0], nearer[0])
    frames = (*([around] if around else []), wider[0], nearer[0])
    pictures = view.cached("camera move", frames, lambda: tuple(_picture(view, each) for each in frames))
    here = map_projection(view, frame)
    stills = [
        _still(picture, map_projection(view, each), here, nearer[1] if each is nearer[0] else 1.0)
        for picture, each in zip(pictures, frames, strict=True)
    ]
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


def _around(view: View, wider: Frame, nearer: Frame) -> Frame | None:
    """Return a frame that shows all that lies on the way between two; None where the wider of them does."""
    cameras = wider.camera, nearer.camera
    scales = [map_projection(view, end).ppk for end in (wider, nearer)]
    region = map_projection(view, wider).region
    middles, spans = [], []
    for places, size in (
        ([camera.east for camera in cameras], region.width),
        ([camera.north for camera in cameras], region.height),
    ):
        low = min(at - size / scale / 2 for at, scale in zip(places, scales, strict=True))
        high = max(at + size / scale / 2 for at, scale in zip(places, scales, strict=True))
        middles.append((low + high) / 2)
        spans.append((high - low) * scales[0] / size)
    if max(spans) <= COVERED:
        return None
    zoom = wider.camera.zoom / (max(spans) * MARGIN)
    return replace(wider, camera=Camera(zoom, *middles))


def _still(layers: tuple[Layer, ...], there: Projection, here: Projection, share: float) -> Still:
    """Return a picture taken by one camera as another sees it."""
    region, scale = here.region, here.ppk / there.ppk
    east, north = (there.lon - here.lon) * here.degree_east, (there.lat - here.lat) * DEGREE
    width, height = region.width * scale, region.height * scale
    x = region.x + region.width / 2 + east * here.ppk - width / 2
    y = region.y + region.height / 2 - north * here.ppk - height / 2
    return Still(layers, x, y, width, height, round(OPAQUE * min(1.0, max(0.0, share))))
