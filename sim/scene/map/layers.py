"""The map whole: its layers in their order, what the mouse can point at, the scale bar."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sim.scene.beats.beats import beats_of, hits_of, step_at
from sim.scene.beats.road_in_focus import told_changes
from sim.scene.camera import Projection, projection
from sim.scene.layout import Rect, layout_of
from sim.scene.map.edge_tabs import edge_tabs, scale_place, tabs_layer
from sim.scene.map.front import front_layer
from sim.scene.map.geometry import geometry
from sim.scene.map.ground import ground_layer, river_names, water_layer, weather_layer
from sim.scene.map.labels import badge_layer, labels_layer, legs_layer
from sim.scene.map.marks.layers import marks_layers, scars_layer
from sim.scene.map.marks.town_marks import scar_place
from sim.scene.map.roads import damage_layer, light_layer, lit_roads, lit_towns, roads_layer
from sim.scene.map.town_looks import town_looks
from sim.scene.map.towns import halo_layer, towns_layer
from sim.scene.map.traffic import followed_layer, lanes, queues_layer, traffic_layer
from sim.scene.road_looks import road_looks
from sim.scene.shapes import Area, Box, HitArea, Layer, Shape, Stroke, Text
from sim.scene.view_model import REFRESH, TEXT_STEP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sim.model.quantities import Seconds
    from sim.scene.map.edge_tabs import EdgeTab
    from sim.scene.map.geometry import Geometry
    from sim.scene.map.town_looks import TownLook
    from sim.scene.map.traffic import Lane
    from sim.scene.view_model import Frame, View

    Changes: TypeAlias = Callable[[View, Frame, Seconds], Sequence[Seconds]]

BAR_LENGTHS: Final = (1, 2, 5, 10, 20, 50, 100, 200)
LONGEST_BAR: Final = 116.0
"""Pixels at scale 1."""
HIT: Final = 8.0
"""How near the mouse must come; pixels at scale 1."""
ROUTE_STEP: Final = 18.0
TURN: Final = 0.05
"""Screen time between the steps of roads, damage, towns and words; s."""


def map_projection(view: View, frame: Frame) -> Projection:
    """Return the projection of a frame's map, for zooming and panning too."""
    regions = layout_of(frame)
    key = (regions, frame.camera)
    return view.cached("map", key, lambda: projection(view.scenario, regions.map, regions.s, frame.camera))


def map_geometry(view: View, frame: Frame) -> Geometry:
    """Return the fixed parts of a frame's map; kept while the camera and the window stay as they are."""
    key = (layout_of(frame), frame.camera)
    return view.cached("geometry", key, lambda: geometry(view.scenario, map_projection(view, frame)))


def map_layers(
    view: View, frame: Frame, fixed: Geometry | None = None
) -> tuple[tuple[Layer, ...], tuple[HitArea, ...]]:
    """Return the map's layers, from the ground up, and its hit areas; `fixed` is the window's by default."""
    if fixed is None:
        fixed = map_geometry(view, frame)
    still = _still(view, frame)
    (roads, moving, queues), (damage, scars), (towns, town_marks), _, (tabs, taken, written), under = (
        _part(view, frame, still, fixed, turn) for turn in range(len(PARTS))
    )
    flood, marks, tags, headline = marks_layers(view, frame, fixed, taken)
    layers = (
        *under,
        roads,
        traffic_layer(view, frame, fixed, moving),
        flood,
        halo_layer(frame, fixed, towns),
        queues,
        damage,
        town_marks,
        scars,
        marks,
        *written,
        followed_layer(view, frame, fixed),
        tags,
        fixed.cached(("scale", frame.theme), lambda: scale_layer(frame, fixed.here)),
        headline,
    )
    tab_areas = (HitArea(tab.x, tab.y, tab.width, tab.height, "town", tab.base) for tab in tabs)
    return layers, (*fixed.cached("hit areas", lambda: tuple(_hit_areas(view, fixed))), *tab_areas)


def prepare_map(view: View, frame: Frame, count: int) -> None:
    """Make the first parts of a map that is needed soon."""
    fixed, still = map_geometry(view, frame), _still(view, frame)
    for turn in range(min(count, len(PARTS))):
        _part(view, frame, still, fixed, turn)


def _still(view: View, frame: Frame) -> Frame:
    """Return a frame without what differs in every picture: the same object as long as that is all."""
    still = replace(frame, t=0, clock=0.0, played=0, is_lagging=False, toast=None, progress=None)
    return view.cached("still frame", still, lambda: still)


def _part(view: View, frame: Frame, still: Frame, fixed: Geometry, turn: int) -> Any:  # noqa: ANN401 - each is its own
    """Return what is drawn anew in steps while the run plays.

    That is late by its turn: not all is drawn anew in one picture.
    """
    make, step = PARTS[turn]
    # what a strike or a repair leaves is there with its mark, and with the panel's figures
    t = step_at(view, frame, step, turn * TURN, CHANGES.get(make))
    return view.cached(make.__name__, (t, still, fixed.here), lambda: make(view, replace(still, t=t), fixed))


def _made(view: View, frame: Frame, fixed: Geometry, make: Callable[[View, Frame, Geometry], Any]) -> Any:  # noqa: ANN401 - each is its own
    """Return another part of the same step, which was made before this one."""
    still = _still(view, frame)
    return view.cached(make.__name__, (frame.t, still, fixed.here), lambda: make(view, frame, fixed))


def _ground(view: View, frame: Frame, fixed: Geometry) -> tuple[Layer, ...]:
    """Return what lies under the roads."""
    looks = road_looks(view, frame.t)
    return (
        ground_layer(view, frame, fixed),
        weather_layer(view, frame, fixed),
        water_layer(frame, fixed),
        light_layer(view, frame, fixed, looks),
        front_layer(view, frame, fixed, looks),
    )


def _roads(view: View, frame: Frame, fixed: Geometry) -> tuple[Layer, Mapping[str, Lane], Layer]:
    """Return the roads, where convoys go along them, and what queues beside them."""
    looks = road_looks(view, frame.t)
    roads, queues = roads_layer(view, frame, fixed, looks), queues_layer(view, frame, fixed, looks)
    return roads, lanes(view, frame, fixed, looks), queues


def _damage(view: View, frame: Frame, fixed: Geometry) -> tuple[Layer, Layer]:
    return damage_layer(view, frame, fixed, road_looks(view, frame.t)), scars_layer(view, frame, fixed)


def _towns(view: View, frame: Frame, fixed: Geometry) -> tuple[Mapping[str, TownLook], Layer]:
    looks = town_looks(view, frame)
    return looks, towns_layer(view, frame, fixed, looks, lit_towns(view, frame, road_looks(view, frame.t)))


def _tabs(view: View, frame: Frame, fixed: Geometry) -> tuple[tuple[EdgeTab, ...], Layer]:
    looks = road_looks(view, frame.t)
    tabs = edge_tabs(view, fixed, looks, lit_roads(view, frame, looks), _scars(view, frame, fixed))
    return tabs, tabs_layer(frame, fixed, tabs)


def _scars(view: View, frame: Frame, fixed: Geometry) -> tuple[Rect, ...]:
    """Return where the days on which towns fell are written."""
    places = (scar_place(fixed, town) for town in beats_of(view, frame).scars(frame.t))
    return tuple(place for place in places if place is not None)


def _words(
    view: View, frame: Frame, fixed: Geometry
) -> tuple[tuple[EdgeTab, ...], tuple[Rect, ...], tuple[Layer, ...]]:
    """Return the tabs at the edge, where anything is written, and the layers of that."""
    looks = road_looks(view, frame.t)
    tabs, tabs_drawn = _made(view, frame, fixed, _tabs)
    lit = lit_towns(view, frame, looks)
    labels, places = labels_layer(view, frame, fixed, town_looks(view, frame), tabs, lit)
    taken = [scale_place(fixed), *tabs, *places, *_scars(view, frame, fixed)]
    legs = legs_layer(view, frame, fixed, looks, taken)
    river = _river_layer(frame, fixed, taken)
    badge = badge_layer(view, frame, fixed, taken)
    return tabs, tuple(taken), (badge, tabs_drawn, labels, legs, river)


PARTS: Final[tuple[tuple[Callable[[View, Frame, Geometry], Any], float], ...]] = (
    (_roads, REFRESH),
    (_damage, REFRESH),
    (_towns, REFRESH),
    (_tabs, TEXT_STEP),
    (_words, TEXT_STEP),
    (_ground, REFRESH),
)
"""What is drawn anew in steps, and for how long it is kept while the run plays; s."""
CHANGES: Final[Mapping[Callable[..., Any], Changes]] = {
    _roads: hits_of,
    _damage: hits_of,
    _tabs: told_changes,
    _words: told_changes,
}
"""When it is drawn anew between steps, too."""


def _river_layer(frame: Frame, fixed: Geometry, taken: Iterable[Rect]) -> Layer:
    """Return the main river's name, where nothing else is written over it."""
    letters = river_names(fixed) if frame.labels != "none" else ()
    reach = letters[0].size / 2 if letters else 0.0
    spots = [Rect(letter.at[0], letter.at[1], 0.0, 0.0) for letter in letters]
    is_free = not any(place.meets(spot, reach) for place in taken for spot in spots)
    shapes: tuple[Shape, ...] = (fixed.clip(), *letters) if is_free else (fixed.clip(),)
    return Layer("map-river-name", (frame.theme, fixed.here, is_free, bool(letters)), shapes)


def scale_layer(frame: Frame, here: Projection) -> Layer:
    """Return the scale bar, and the arrow to the north."""
    s = here.s
    length = max((n for n in BAR_LENGTHS if n * here.ppk <= LONGEST_BAR * s), default=BAR_LENGTHS[0])
    region = here.region
    north = region.right - 20.0 * s
    right, y = north - 22.0 * s, region.bottom - 14.0 * s
    x, top = right - length * here.ppk, y - 18.0 * s
    bar = ((x, y - 4.0 * s), (x, y + 4.0 * s), (x, y), (right, y), (right, y - 4.0 * s), (right, y + 4.0 * s))
    tips = ((0.0, 0.0), (5.0, 13.0), (0.0, 10.0), (-5.0, 13.0))
    shapes = (
        Box(x - 10.0 * s, y - 24.0 * s, region.right - x + 4.0 * s, 32.0 * s, "panel", 4.0 * s, alpha=200),
        Stroke(bar, "ink2", 1.6 * s),
        Text(((x + right) / 2, y - 6.0 * s), f"{length} km", 11.0 * s, "ink2", anchor="middle"),
        Area(tuple((north + a * s, top + b * s) for a, b in tips), "ink2"),
        Text((north, y + 5.0 * s), "N", 11.0 * s, "ink2", is_bold=True, anchor="middle"),
    )
    return Layer("map-scale", (frame.theme, here), shapes)


def _hit_areas(view: View, fixed: Geometry) -> Iterator[HitArea]:
    """Yield routes and then towns, so that towns win where both lie under the mouse."""
    hit = HIT * fixed.here.s
    step = ROUTE_STEP * fixed.here.s
    for route in fixed.seen:
        path = fixed.paths[route]
        for number in range(int(path.length / step)):
            x, y, _ = path.at(step * (number + 0.5))
            if fixed.here.shows((x, y)):
                yield HitArea(x - hit, y - hit, 2 * hit, 2 * hit, "route", route)
    for town in view.scenario.towns:
        x, y = fixed.points[town.id]
        if fixed.here.shows((x, y)):
            reach = max(hit, fixed.radius(town.garrison.strength))
            yield HitArea(x - reach, y - reach, 2 * reach, 2 * reach, "town", town.id)
