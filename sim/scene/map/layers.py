"""The map whole: its layers in their order, what the mouse can point at, the scale bar."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sim.scene.camera import Projection, projection
from sim.scene.layout import layout_of
from sim.scene.map.edge_tabs import edge_tabs, tabs_layer
from sim.scene.map.front import front_layer
from sim.scene.map.geometry import geometry
from sim.scene.map.ground import ground_layer, river_names, water_layer
from sim.scene.map.labels import labels_layer
from sim.scene.map.marks.layers import marks_layers, scars_layer
from sim.scene.map.roads import damage_layer, roads_layer
from sim.scene.map.town_looks import town_looks
from sim.scene.map.towns import halo_layer, towns_layer
from sim.scene.map.traffic import queues_layer, traffic_layer
from sim.scene.road_looks import road_looks
from sim.scene.shapes import Area, HitArea, Layer, Shape, Stroke, Text
from sim.scene.view_model import TEXT_STEP

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.scene.map.edge_tabs import EdgeTab
    from sim.scene.map.geometry import Geometry
    from sim.scene.map.town_looks import TownLook
    from sim.scene.road_looks import RoadLook
    from sim.scene.view_model import Frame, View

BAR_LENGTHS: Final = (1, 2, 5, 10, 20, 50, 100, 200)
LONGEST_BAR: Final = 116.0
"""Pixels at scale 1."""
HIT: Final = 8.0
"""How near the mouse must come; pixels at scale 1."""
ROUTE_STEP: Final = 18.0
MARKS_STEP: Final = 0.1
"""Screen time for which everything but moving shapes is kept while the run plays; s."""


def map_projection(view: View, frame: Frame) -> Projection:
    """Return the projection of a frame's map, for zooming and panning too."""
    regions = layout_of(frame)
    return projection(view.scenario, regions.map, regions.s, frame.camera)


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
    stepped = replace(frame.stepped(MARKS_STEP), clock=0.0)
    read = replace(frame.stepped(TEXT_STEP), clock=0.0)
    key = (stepped, read.t, fixed.here)
    under, over, tabs, looks, towns = view.cached(
        "standing map", key, lambda: _standing_layers(view, stepped, read, fixed)
    )
    flood, marks, headline = marks_layers(view, frame, fixed)
    layers = (
        *under,
        traffic_layer(view, frame, fixed, looks),
        flood,
        halo_layer(frame, fixed, towns),
        *over,
        marks,
        fixed.cached(("scale", frame.theme), lambda: scale_layer(frame, fixed.here)),
        headline,
    )
    return layers, fixed.cached(("hit areas", tabs), lambda: tuple(_hit_areas(view, fixed, tabs)))


def _standing_layers(
    view: View, frame: Frame, read: Frame, fixed: Geometry
) -> tuple[
    tuple[Layer, ...],
    tuple[Layer, ...],
    tuple[EdgeTab, ...],
    Mapping[str, RoadLook],
    Mapping[str, TownLook],
]:
    """Return the layers under what runs along the roads, those over it, tabs, and how roads and towns look.

    `read` says where words stand.
    """
    looks, roads = town_looks(view, frame), road_looks(view, frame.t)
    tabs = edge_tabs(view, fixed, road_looks(view, read.t))
    under = (
        ground_layer(view, frame, fixed),
        water_layer(frame, fixed),
        front_layer(view, frame, fixed, roads),
        roads_layer(view, frame, fixed, roads),
    )
    over = (
        queues_layer(frame, fixed, roads),
        damage_layer(view, frame, fixed, roads),
        scars_layer(view, frame, fixed),
        towns_layer(view, frame, fixed, looks),
        tabs_layer(frame, fixed, tabs, view),
        labels_layer(view, frame, fixed, looks if read.t == frame.t else town_looks(view, read), tabs),
        _river_layer(frame, fixed),
    )
    return under, over, tabs, roads, looks


def _river_layer(frame: Frame, fixed: Geometry) -> Layer:
    is_named = frame.labels != "none"
    letters = river_names(fixed) if is_named else ()
    return Layer("map-river-name", (frame.theme, fixed.here, is_named), (fixed.clip(), *letters))


def scale_layer(frame: Frame, here: Projection) -> Layer:
    """Return the scale bar, and the arrow to the north."""
    s = here.s
    length = max((n for n in BAR_LENGTHS if n * here.ppk <= LONGEST_BAR * s), default=BAR_LENGTHS[0])
    north = here.region.right - 24.0 * s
    right, y = north - 26.0 * s, here.region.bottom - 14.0 * s
    x = right - length * here.ppk
    shapes: list[Shape] = []
    for color, width in (("deep", 4.6 * s), ("ink2", 1.6 * s)):
        bar = (
            ((x, y - 4.0 * s), (x, y + 4.0 * s)),
            ((x, y), (right, y)),
            ((right, y - 4.0 * s), (right, y + 4.0 * s)),
        )
        shapes += [Stroke(part, color, width) for part in bar]
    shapes.append(
        Text(((x + right) / 2, y - 6.0 * s), f"{length} km", 11.0 * s, "ink2", anchor="middle", halo="deep")
    )
    top = y - 18.0 * s
    shapes.append(
        Area(
            (
                (north, top),
                (north + 5 * s, top + 13 * s),
                (north, top + 10 * s),
                (north - 5 * s, top + 13 * s),
            ),
            "ink2",
        )
    )
    shapes.append(
        Text((north, y + 5.0 * s), "N", 11.0 * s, "ink2", is_bold=True, anchor="middle", halo="deep")
    )
    return Layer("map-scale", (frame.theme, here), tuple(shapes))


def _hit_areas(view: View, fixed: Geometry, tabs: tuple[EdgeTab, ...]) -> Iterator[HitArea]:
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
    for tab in tabs:
        yield HitArea(tab.x, tab.y, tab.width, tab.height, "town", tab.base)
