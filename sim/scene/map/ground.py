"""The ground under the graph: who is nearer, where that is about even, rivers and the border.

The model knows towns, not fields: shading fades with distance, and nowhere is a line drawn between sides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.scene.map.geometry import CELL
from sim.scene.shapes import Box, Field, Layer, Shape, Stroke, Text
from sim.scene.text import text_width
from sim.scene.theme import THEMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sim.model.scenario import Line
    from sim.scene.camera import Projection
    from sim.scene.map.geometry import Geometry
    from sim.scene.shapes import Point
    from sim.scene.view_model import Frame, View

STRONGEST: Final = 0.26
"""Alpha of the shading where a side is all there is."""
OPAQUE: Final = 255
RELIEF: Final = {"dark": 0.2, "light": 0.05}
"""How much the texture lightens and darkens the shading."""
HATCHED_FROM: Final = 0.3
"""How much nearer the second side must be for hatching; 1 is all."""
EVEN: Final = 0.22
"""How near to even control is in the dotted band."""
DOT_STEP: Final = 32
"""Steps of the dots' alpha, so that they are painted from a few sprites."""
NEAR: Final = 0.3
"""Fade beyond which neither hatch nor dots are drawn."""
HATCH_EVERY: Final = 2
HATCH_ALPHA: Final = {"dark": 30, "light": 34}
NAME_SIZE: Final = 11.5
NAME_INSET: Final = 45.0
"""About half a name's length, and how far its middle stays from the map's edges; pixels at scale 1."""
NAME_ROOM: Final = 13.0
"""How far from towns and roads a name must lie, or it is left out; pixels at scale 1."""
NAME_STEP: Final = 8.0
"""Between the points of roads that names of rivers avoid; pixels at scale 1."""
VIGNETTE: Final = 90
"""Alpha of the dark in the corners."""


def ground_layer(view: View, frame: Frame, geometry: Geometry) -> Layer:
    """Return who is nearer, under everything else."""
    state = view.snapshot(frame.t)
    first = view.scenario.sides[0].id
    held = tuple(state.held_by[town.id] != first for town in view.scenario.towns)
    shaded = held if "control" in frame.layers else None
    key = (frame.theme, geometry.here, shaded)
    return geometry.cached_layer("map-ground", key, lambda: _ground(frame, geometry, shaded))


def water_layer(view: View, frame: Frame, geometry: Geometry) -> Layer:
    """Return what never changes on the ground: rivers, the border, their names, and dark in the corners."""
    is_named = frame.labels != "none"

    def shapes() -> Iterator[Shape]:
        yield geometry.clip()
        yield from _lines(view.scenario.lines, geometry.here)
        if frame.theme == "dark":
            yield _vignette(geometry.here)
        if is_named:
            size = NAME_SIZE * geometry.here.s
            for name, at in line_names(view.scenario.lines, geometry):
                yield Text(at, name, size, "ink3", is_italic=True, halo="bg")

    return geometry.cached_layer("map-water", (frame.theme, geometry.here, is_named), shapes)


def _ground(frame: Frame, geometry: Geometry, held: tuple[bool, ...] | None) -> Iterator[Shape]:
    """Yield the ground's shapes; `held` says which towns the second side holds, none leaves control out."""
    yield geometry.clip()
    if held is not None:
        lead = 2.0 * (geometry.nearness @ np.array(held, dtype=np.float64)) - 1.0
        yield _shading(frame.theme, geometry, lead)
        yield from _hatch(frame.theme, geometry, lead)
        yield from _even_band(geometry, lead)


def _shading(theme: str, geometry: Geometry, lead: NDArray[np.float64]) -> Field:
    """Return the field of control; `lead` is -1 where the first side is all there is, 1 for the second."""
    colors = THEMES[theme].colors
    sides = np.array([colors["side0"], colors["side1"]], dtype=np.float64)
    chosen = sides[(lead > 0).astype(np.int64)] * (1.0 + RELIEF[theme] * geometry.relief[:, None])
    alpha = OPAQUE * STRONGEST * np.abs(lead) ** 0.8 * geometry.fade
    alpha = np.minimum(alpha * (1.0 + RELIEF[theme] * geometry.relief), OPAQUE * STRONGEST)
    cells = np.concatenate([np.clip(chosen, 0, OPAQUE), alpha[:, None]], axis=1).round().astype(np.uint8)
    rows, columns = geometry.grid
    side = CELL * geometry.here.s
    region = geometry.here.region
    return Field(region.x, region.y, columns * side, rows * side, columns, cells.tobytes())


def _hatch(theme: str, geometry: Geometry, lead: NDArray[np.float64]) -> Iterator[Stroke]:
    """Yield slanting lines where the second side is nearer: what it holds is not told by hue alone."""
    rows, columns = geometry.grid
    is_hatched = ((lead > HATCHED_FROM) & (geometry.fade > NEAR)).reshape(rows, columns)
    width = max(1.0, geometry.here.s)
    for diagonal in range(0, rows + columns - 1, HATCH_EVERY):
        run: list[Point] = []
        first = max(0, diagonal - columns + 1)
        for row in range(first, min(rows, diagonal + 1) + 1):
            column = diagonal - row
            if row < rows and column >= 0 and is_hatched[row, column]:
                run.append(geometry.cell_point(row, column))
                continue
            if len(run) > 1:
                yield Stroke((run[0], run[-1]), "side1", width, alpha=HATCH_ALPHA[theme])
            run = []


def _even_band(geometry: Geometry, lead: NDArray[np.float64]) -> Iterator[Box]:
    """Yield dots where control is about even, in a net twice as fine as the field, fainter from afar."""
    s = geometry.here.s
    rows, columns = geometry.grid
    table, fade = lead.reshape(geometry.grid), geometry.fade.reshape(geometry.grid)
    dot = max(1.0, round(1.4 * s))
    for half in (0, 1):
        # the second net lies half a cell on, where the field is the mean of four cells
        ends = rows - half, columns - half
        quarters = [(down, over) for down in range(half + 1) for over in range(half + 1)]
        parts = [table[down : down + ends[0], over : over + ends[1]] for down, over in quarters]
        even = np.abs(np.mean(parts, axis=0))
        near = fade[: ends[0], : ends[1]]
        for row, column in np.argwhere((even < EVEN) & (near > NEAR)).tolist():
            x, y = geometry.cell_point(row, column)
            aside = half * CELL * s / 2
            strength = min(1.0, (1.0 - even[row, column] / EVEN) * 2.0) * min(1.0, near[row, column] * 1.6)
            alpha = round(OPAQUE * (0.25 + 0.75 * strength) / DOT_STEP) * DOT_STEP
            yield Box(x + aside, y + aside, dot, dot, "border", alpha=min(OPAQUE, alpha))


def _lines(lines: tuple[Line, ...], here: Projection) -> Iterator[Stroke]:
    paths = [(line.kind == "river", tuple(here.point(at) for at in line.path)) for line in lines]
    # all banks before all rivers: shapes of one alpha are painted together
    yield from (Stroke(points, "water", 8.0 * here.s, alpha=70) for is_river, points in paths if is_river)
    for is_river, points in paths:
        if is_river:
            yield Stroke(points, "water", 3.4 * here.s)
        else:
            yield Stroke(points, "border", 1.2 * here.s, dashes=(7.0 * here.s, 4.0 * here.s))


def line_names(lines: tuple[Line, ...], geometry: Geometry) -> tuple[tuple[str, Point], ...]:
    """Return every river's and border's name once, with where it stands: where most room is beside it."""
    return geometry.cached("line names", lambda: tuple(_line_names(lines, geometry)))


def _line_names(lines: tuple[Line, ...], geometry: Geometry) -> Iterator[tuple[str, Point]]:
    """Yield names as above."""
    here = geometry.here
    step, paths = NAME_STEP * here.s, geometry.paths.values()
    along = (path.at(step * n)[:2] for path in paths for n in range(int(path.length / step) + 1))
    busy = np.array([*geometry.points.values(), *along])
    half = NAME_INSET * here.s
    named: set[str] = set()
    for line in lines:
        middles = [(x + half, y) for x, y in (here.point(at) for at in line.path)]
        seen = [point for point in middles if here.shows(point, -half)]
        if line.name is None or line.name in named or not seen:
            continue
        named.add(line.name)
        reach = text_width(line.name, NAME_SIZE * here.s, is_italic=True) / 2
        room, (x, y) = max((_room(busy, point, reach), point) for point in seen)
        if room < NAME_ROOM * here.s:
            continue
        yield line.name, (x - reach, y + 4.0 * here.s)


def _room(busy: NDArray[np.float64], point: Point, reach: float) -> float:
    """Return how far the nearest busy point lies from a name with its middle at a point; pixels."""
    across = np.maximum(np.abs(busy[:, 0] - point[0]) - reach, 0.0)
    return float(np.hypot(across, busy[:, 1] - point[1]).min())


def _vignette(here: Projection) -> Field:
    size = 9
    off = [abs(number / (size - 1) - 0.5) for number in range(size)]
    cells = b"".join(
        bytes((8, 12, 17, round(VIGNETTE * max(down, across) ** 2.4 * 4))) for down in off for across in off
    )
    region = here.region
    return Field(region.x, region.y, region.width, region.height, size, cells)
