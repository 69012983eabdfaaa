"""The map whole: its layers in their order, what the mouse can point at, the scale bar and the legend."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sim.scene.camera import Projection, projection
from sim.scene.layout import layout
from sim.scene.map.arrangement import arranged
from sim.scene.map.front import front_layer
from sim.scene.map.geometry import geometry
from sim.scene.map.ground import ground_layer, water_layer
from sim.scene.map.marks.layers import marks_layers, scars_layer
from sim.scene.map.names import labels_layer, leaders_layer
from sim.scene.map.notes import badges_layer
from sim.scene.map.roads import flow_layer, light_layer, road_looks, roads_layer
from sim.scene.map.town_looks import town_looks
from sim.scene.map.towns import pulses_layer, tab_size, towns_layer
from sim.scene.shapes import HitArea, Layer, Shape, Stroke, Text
from sim.scene.side_by_side import half_of
from sim.scene.view_model import PANEL_DELAY, TEXT_STEP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.scene.map.geometry import Geometry
    from sim.scene.view_model import Frame, View

BAR_LENGTHS: Final = (1, 2, 5, 10, 20, 50, 100, 200)
LONGEST_BAR: Final = 130.0
"""Pixels at scale 1."""
HIT: Final = 8.0
"""How near the mouse must come; pixels at scale 1."""
ROUTE_STEP: Final = 18.0
MARKS_STEP: Final = 0.1
"""Screen time for which everything but moving shapes is kept while the run plays; s."""


def map_projection(view: View, frame: Frame) -> Projection:
    """Return the projection of a frame's map, for zooming and panning too."""
    regions = layout(frame.size, frame.scale, panel=frame.panel, map_only=frame.map_only)
    room = regions.map if frame.half == "whole" else half_of(regions.map, frame.half, regions.s)
    return projection(view.scenario, room, regions.s, frame.camera)


def map_geometry(view: View, frame: Frame) -> Geometry:
    """Return the fixed parts of a frame's map; kept while the camera and the window stay as they are."""
    key = (frame.size, frame.scale, frame.panel, frame.map_only, frame.camera, frame.half)
    return view.cached("geometry", key, lambda: geometry(view.scenario, map_projection(view, frame)))


def map_layers(
    view: View, frame: Frame, fixed: Geometry | None = None
) -> tuple[tuple[Layer, ...], tuple[HitArea, ...]]:
    """Return the map's layers, from the ground up, and its hit areas; `fixed` is the window's by default."""
    if fixed is None:
        fixed = map_geometry(view, frame)
    stepped = replace(frame.stepped(MARKS_STEP), clock=0.0)
    # what is written here and what the panel tells is of one moment
    read = replace(frame.stepped(TEXT_STEP, PANEL_DELAY), clock=0.0)
    key = (stepped, read.t, fixed.here)
    under, over = view.cached("standing map", key, lambda: _standing_layers(view, stepped, read, fixed))
    flood, marks, headline = marks_layers(view, frame, fixed)
    layers = (
        *under,
        flow_layer(view, frame, fixed),
        flood,
        scars_layer(view, frame, fixed),
        *over,
        marks,
        pulses_layer(view, frame, fixed),
        fixed.cached(("scale", frame.theme), lambda: scale_layer(frame, fixed.here)),
        headline,
    )
    return layers, fixed.cached("hit areas", lambda: tuple(_hit_areas(view, fixed)))


def _standing_layers(
    view: View, frame: Frame, read: Frame, fixed: Geometry
) -> tuple[tuple[Layer, ...], tuple[Layer, ...]]:
    """Return the layers under what runs along the roads, and those over it; `read` says where words stand."""
    looks, roads = town_looks(view, frame), road_looks(view, frame)
    plan = arranged(view, read, fixed)
    under = (
        ground_layer(view, frame, fixed),
        water_layer(view, frame, fixed),
        light_layer(frame, fixed, roads),
        roads_layer(view, frame, fixed, roads),
    )
    over = (
        front_layer(view, frame, fixed),
        leaders_layer(frame, fixed, plan.notes, plan.places),
        towns_layer(view, frame, fixed, looks),
        badges_layer(frame, fixed, plan.notes),
        labels_layer(frame, fixed, plan.names, plan.notes, plan.places),
    )
    return under, over


def scale_layer(frame: Frame, here: Projection) -> Layer:
    """Return the scale bar."""
    s = here.s
    fitting = (n for n in BAR_LENGTHS if n * here.ppk <= LONGEST_BAR * s)
    length = max(fitting, default=BAR_LENGTHS[0])
    x, y = here.region.x + 18.0 * s, here.region.bottom - 14.0 * s
    right = x + length * here.ppk
    shapes: list[Shape] = []
    for color, width in (("deep", 5.0 * s), ("ink2", 1.6 * s)):
        shapes += [
            Stroke(((x, y), (right, y)), color, width),
            Stroke(((right, y - 4.0 * s), (right, y + 0.8 * s)), color, width),
            Stroke(((x, y + 0.8 * s), (x, y - 4.0 * s)), color, width),
        ]
    shapes.append(Text((x + 8.0 * s, y - 7.0 * s), f"{length} km", 11.0 * s, "ink2", halo="deep"))
    return Layer("map-scale", (frame.theme, here), tuple(shapes))


def _hit_areas(view: View, fixed: Geometry) -> Iterator[HitArea]:
    """Yield routes and then towns, so that towns win where both lie under the mouse."""
    hit = HIT * fixed.here.s
    step = ROUTE_STEP * fixed.here.s
    for route, path in fixed.paths.items():
        for number in range(int(path.length / step)):
            x, y, _ = path.at(step * (number + 0.5))
            if fixed.here.shows((x, y)):
                yield HitArea(x - hit, y - hit, 2 * hit, 2 * hit, "route", route)
    for town, (x, y) in fixed.points.items():
        if town in fixed.tabs:
            width, height = tab_size(fixed, view.town(town))
            yield HitArea(x - width / 2, y - height / 2, width, height, "town", town)
        elif fixed.here.shows((x, y)):
            reach = max(hit, fixed.radii[town])
            yield HitArea(x - reach, y - reach, 2 * reach, 2 * reach, "town", town)
