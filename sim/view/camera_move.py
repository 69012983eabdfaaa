"""The map while the camera moves: pictures from where it comes and where it goes, which blend on the way.

Where neither shows all that passes, a picture of the whole way lies below both. A map that is drawn anew for
every place of the camera would stutter. Roads and towns stand still meanwhile, as they are when the move
begins, and as they are when it ends; names and tabs go along.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sim.scene.beats.direction import move_at, next_move
from sim.scene.beats.pacing import pacing_of
from sim.scene.camera import DEGREE
from sim.scene.map.layers import PARTS, map_layers, map_projection, prepare_map
from sim.scene.shapes import Area, Box, Clip, Layer, Still, Text
from sim.scene.view_model import Camera

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.scene.beats.direction import Move
    from sim.scene.camera import Projection
    from sim.scene.shapes import Point, Shape
    from sim.scene.view_model import Frame, View

Role: TypeAlias = Literal["around", "wider", "nearer"]
Key: TypeAlias = tuple[str, str, int]
OPAQUE: Final = 255
AHEAD: Final = 1.5
"""How long before a move its pictures are begun; s."""
PREPARED: Final = 0.25
"""Share of that time in which they are put together; in the rest they are painted."""
BLENDED: Final = (0.3, 0.65)
"""Shares of a move until which the nearer picture does not show, and after which it hides the other one."""
FADES: Final = 5
"""Steps in which names come and go."""
COVERED: Final = 1.001
"""How much wider than the wider of two pictures all that both show may be."""
MARGIN: Final = 1.05
"""By how much a picture of the whole way is wider than what both show."""
WORDS: Final = frozenset({"map-labels", "map-tabs"})
"""Layers of what goes along."""
LEFT_OUT: Final = WORDS | {
    "map-scale", "map-headline", "map-badge", "map-legs", "map-marks", "map-tags", "map-weather",
}  # fmt: skip
"""Layers that are left out on the way: what stretched would look wrong, or be read twice."""


def camera_move_layer(view: View, frame: Frame) -> Layer | None:
    """Return the map on its way from one camera to another, if the camera is on its way.

    A picture that stands, on the way too, is the map itself.
    """
    move = move_at(view, frame) if frame.playing else None
    if move is None:
        return None
    pictures, here = _pictures(view, frame, move), map_projection(view, frame)
    share = (frame.clock - move.begin) / (move.end - move.begin)
    nearer = pictures["nearer"].camera == move.to
    first, last = BLENDED
    alphas = {"nearer": ((share if nearer else 1.0 - share) - first) / (last - first)}
    stills = tuple(
        _still(_picture(view, each, role), map_projection(view, each), here, alphas.get(role, 1.0))
        for role, each in pictures.items()
    )
    region = here.region
    clip = Clip(region.x, region.y, region.width, region.height)
    roles: tuple[Role, Role] = ("wider", "nearer") if nearer else ("nearer", "wider")
    return Layer("map-move", None, (clip, *_words(view, pictures, roles, here, share)), stills)


def pictures_ahead(view: View, frame: Frame) -> tuple[tuple[Layer, ...], ...]:
    """Return the layers of pictures that the next move needs, as far as they are put together by now."""
    move = next_move(view, frame, AHEAD) if frame.playing else None
    if move is None:
        return ()
    pictures = _pictures(view, frame, move)
    needed = {role: each for role, each in pictures.items() if each.camera != move.before}
    share = 1.0 - (move.begin - frame.clock) / AHEAD
    count = int(share / PREPARED * (len(PARTS) + 1) * len(needed))
    for each in needed.values():
        prepare_map(view, each, count)
        count -= len(PARTS) + 1
        if count < 0:
            return ()
    return tuple(_picture(view, each, role) for role, each in needed.items())


def _layers(view: View, end: Frame, role: Role) -> tuple[Layer, ...]:
    return view.cached(f"map of the {role} end", end, lambda: map_layers(view, end)[0])


def _picture(view: View, end: Frame, role: Role) -> tuple[Layer, ...]:
    """Return the map without its words: two sets of names over one another could not be read."""

    def picture() -> tuple[Layer, ...]:
        return tuple(layer for layer in _layers(view, end, role) if layer.name not in LEFT_OUT)

    return view.cached(f"picture of the {role} end", end, picture)


def _pictures(view: View, frame: Frame, move: Move) -> dict[Role, Frame]:
    """Return the frames between which the picture blends, the widest first."""
    clock = pacing_of(view, frame)
    plain = replace(frame, follows=False, hover=None, focus=None, card="none", toast=None, progress=None)
    plain = replace(plain, is_lagging=False, played=0)
    ends = (
        replace(plain, t=clock.time_at(at), clock=at, camera=camera)
        for at, camera in ((move.begin, move.before), (move.end, move.to))
    )
    wider, nearer = sorted(ends, key=lambda end: map_projection(view, end).ppk)
    around = _around(view, wider, nearer)
    found: dict[Role, Frame] = {"wider": wider, "nearer": nearer}
    return found if around is None else {"around": around, **found}


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


def _still(layers: tuple[Layer, ...], there: Projection, here: Projection, alpha: float) -> Still:
    """Return a picture taken by one camera as another sees it."""
    region, scale = here.region, here.ppk / there.ppk
    width, height = region.width * scale, region.height * scale
    x, y = _seen_at((region.x + region.width / 2, region.y + region.height / 2), there, here)
    strength = round(OPAQUE * min(1.0, max(0.0, alpha)))
    return Still(layers, x - width / 2, y - height / 2, width, height, strength)


def _seen_at(point: Point, there: Projection, here: Projection) -> Point:
    """Return where a point of one camera's picture lies in another's."""
    region = here.region
    east, north = (there.lon - here.lon) * here.degree_east, (there.lat - here.lat) * DEGREE
    middle = region.x + region.width / 2, region.y + region.height / 2
    scale = here.ppk / there.ppk
    return (
        middle[0] + (point[0] - middle[0]) * scale + east * here.ppk,
        middle[1] + (point[1] - middle[1]) * scale - north * here.ppk,
    )


def _words(
    view: View, pictures: Mapping[Role, Frame], roles: tuple[Role, Role], here: Projection, share: float
) -> Iterator[Shape]:
    """Yield names and tabs on their way: those of both ends go from one place to the other."""
    begin, end = (_written(view, pictures[role], role) for role in roles)
    first, last = (map_projection(view, pictures[role]) for role in roles)
    for key in {**begin, **end}:
        layer, _, _ = key
        mark = end.get(key) if share > 1 / 2 else begin.get(key)
        mark = mark or begin.get(key) or end[key]
        at, places = _place(mark), []
        for found, there in ((begin.get(key), first), (end.get(key), last)):
            if found is not None:
                place = _place(found)
                places.append(place if layer == "map-tabs" else _seen_at(place, there, here))
        x, y = places[0]
        is_in_both = len(places) > 1
        if is_in_both:
            x, y = x + (places[1][0] - x) * share, y + (places[1][1] - y) * share
        alpha = 1.0 if is_in_both else (share if key in end else 1.0 - share)
        step = round(alpha * FADES) / FADES
        if step:
            yield from (_moved(each, x - at[0], y - at[1], step) for each in mark)


def _written(view: View, end: Frame, role: Role) -> Mapping[Key, tuple[Shape, ...]]:
    return view.cached(f"words of the {role} end", end, lambda: _marks(_layers(view, end, role)))


def _marks(layers: tuple[Layer, ...]) -> Mapping[Key, tuple[Shape, ...]]:
    """Return what is written, by its layer, its first words and how many have these before it."""
    found: dict[Key, tuple[Shape, ...]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for layer in layers:
        for mark in layer.bundles if layer.name in WORDS else ():
            words = next((each.text for each in mark if isinstance(each, Text)), None)
            if words is not None:
                found[layer.name, words, counts[layer.name, words]] = mark
                counts[layer.name, words] += 1
    return found


def _place(mark: tuple[Shape, ...]) -> Point:
    """Return where a mark's first words stand."""
    return next(each.at for each in mark if isinstance(each, Text))


def _moved(shape: Shape, x: float, y: float, share: float) -> Shape:
    """Return one of a mark's shapes at another place, fainter."""
    if isinstance(shape, Text):
        return replace(shape, at=(shape.at[0] + x, shape.at[1] + y), alpha=round(OPAQUE * share))
    if isinstance(shape, Box):
        return replace(shape, x=shape.x + x, y=shape.y + y, alpha=round(OPAQUE * share))
    if isinstance(shape, Area):
        points = tuple((a + x, b + y) for a, b in shape.points)
        return replace(shape, points=points, alpha=round(OPAQUE * share))
    return shape
