"""The map while the camera moves: pictures from where it comes and where it goes, which blend on the way.

Where neither shows all that passes, a picture of the whole way lies below both. A map that is drawn anew for
every place of the camera would stutter. Roads and towns stand still meanwhile, as they are when the move
begins, and as they are when it ends; names and tabs go along.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from sim.scene.beats.direction import move_at, next_move
from sim.scene.beats.pacing import pacing_of
from sim.scene.camera import DEGREE
from sim.scene.map.layers import PARTS, map_geometry, map_layers, map_projection, prepare_map
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
SLIDES: Final = 16.0
"""By how much a name may move against its town on the way; pixels at scale 1."""
WIDER_NAMES: Final = (0.45, 0.65)
"""Shares of a move to the nearer end in which names fade out that stand as they do at the wider one."""
NEARER_NAMES: Final = (0.7, 0.9)
"""The same for names to come, which have no room before."""
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


class _Written(NamedTuple):
    """A name or a tab at one end of a move."""

    shapes: tuple[Shape, ...]
    town: str | None
    """Whose name it is; None for a tab."""
    off: Point
    """Where its first words stand, from its town; of a tab, in the window; pixels."""


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
    alphas = {"nearer": _through(share if nearer else 1.0 - share, *BLENDED)}
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
    return Still(layers, x - width / 2, y - height / 2, width, height, round(OPAQUE * alpha))


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
    """Yield names and tabs on their way: a name stays with its town, a tab goes from one place to the other.

    A name that stands on another side of its town afterwards fades out on the one and in on the other.
    """
    begin, end = (_written(view, pictures[role], role) for role in roles)
    near = share if roles[1] == "nearer" else 1.0 - share
    strengths = {"wider": 1.0 - _through(near, *WIDER_NAMES), "nearer": _through(near, *NEARER_NAMES)}
    for key in {**begin, **end}:
        old, new = begin.get(key), end.get(key)
        is_tab = key[0] == "map-tabs"
        if old and new and (is_tab or math.dist(old.off, new.off) <= SLIDES * here.s):
            x, y = (a + (b - a) * share for a, b in zip(old.off, new.off, strict=True))
            shown = [(new if share > 1 / 2 else old, (x, y), 1.0)]
        else:
            alphas = (1.0 - share, share) if is_tab else (strengths[role] for role in roles)
            shown = [(mark, mark.off, alpha) for mark, alpha in zip((old, new), alphas, strict=True) if mark]
        for mark, off, alpha in shown:
            step = round(alpha * FADES) / FADES
            if step:
                x, y = (0.0, 0.0) if mark.town is None else here.point(view.town(mark.town).at)
                at = _place(mark.shapes)
                yield from (
                    _moved(each, x + off[0] - at[0], y + off[1] - at[1], step) for each in mark.shapes
                )


def _through(share: float, first: float, last: float) -> float:
    """Return how much of the way between two shares is done."""
    return min(1.0, max(0.0, (share - first) / (last - first)))


def _written(view: View, end: Frame, role: Role) -> Mapping[Key, _Written]:
    def written() -> Mapping[Key, _Written]:
        return _marks(view, map_geometry(view, end).points, _layers(view, end, role))

    return view.cached(f"words of the {role} end", end, written)


def _marks(view: View, points: Mapping[str, Point], layers: tuple[Layer, ...]) -> Mapping[Key, _Written]:
    """Return what is written, by its layer, its first words and how many have these before it."""
    found: dict[Key, _Written] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for layer in layers:
        for mark in layer.bundles if layer.name in WORDS else ():
            words = next((each for each in mark if isinstance(each, Text)), None)
            if words is None:
                continue
            name, at = words.text, words.at
            towns = [each.id for each in view.scenario.towns if name in {each.name, each.name.upper()}]
            if layer.name == "map-tabs" or not towns:
                written = _Written(mark, None, at)
            else:
                name = min(towns, key=lambda town: math.dist(points[town], at))
                written = _Written(mark, name, (at[0] - points[name][0], at[1] - points[name][1]))
            found[layer.name, name, counts[layer.name, name]] = written
            counts[layer.name, name] += 1
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
