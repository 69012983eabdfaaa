"""The ground under the roads: whose towns are near, rivers and the border.

The model knows towns, not fields: the tint fades with distance from the front, and no line parts the sides.
"""

from __future__ import annotations

import itertools
import math
import zlib
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.model.quantities import Kilometres
from sim.scene.camera import DEGREE
from sim.scene.lines import Polyline
from sim.scene.map.geometry import RIVER
from sim.scene.shapes import Box, Field, Layer, Point, Shape, Stripes, Stroke, Text
from sim.scene.text import text_width
from sim.scene.theme import THEMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from sim.model.parameters import WeatherState
    from sim.scene.map.geometry import Course, Geometry
    from sim.scene.view_model import Frame, View

    Floats = NDArray[np.float64]

TINT: Final = {"dark": 0.22, "light": 0.13}
"""Alpha of the tint where a side is all there is."""
OPAQUE: Final = 255
SOFTNESS: Final = 3.5
"""Square of the distance within which all towns count alike; km²."""
FALL: Final = 1.5
"""Power of the squared distance by which a town counts less."""
REACH: Final[Kilometres] = 23.0
"""How far from the other side's nearest town the tint ends."""
PLAIN_FRONT: Final[Kilometres] = 3.0
"""Distance of the sides' towns below which all these lengths are as much shorter."""
CELL: Final[Kilometres] = 0.75
MOST_CELLS: Final = 10_000
HATCH_STEP: Final = 7.0
"""Between hatching lines; pixels at scale 1."""
WEATHER: Final[Mapping[WeatherState, tuple[str, int, str, int]]] = {
    "mud": ("tight", 26, "tight", 120),
    "frost": ("bank", 16, "ink2", 120),
    "rain": ("water", 30, "bank", 100),
}
"""By weather: the colour of a wash over the ground and its alpha, then those of signs strewn over it."""
SIGNS: Final[Mapping[WeatherState, tuple[tuple[Point, ...], ...]]] = {
    "mud": (
        ((-11, 0), (-7, -3), (-3, 0), (1, 3), (5, 0), (9, -3), (12, -1)),
        ((-6, 6), (-2, 3), (2, 6), (6, 9), (10, 6)),
    ),
    "frost": (((-5, 0), (5, 0)), ((-2.5, -4.4), (2.5, 4.4)), ((-2.5, 4.4), (2.5, -4.4))),
    "rain": (((3, -7), (-3, 7)), ((11, -3), (7, 6)), ((-5, -2), (-8, 5))),
}
"""Their lines; pixels at scale 1."""
WEATHER_STEP: Final = 84.0
HATCH_TINTS: Final = (0.12, 0.3, 0.55, 0.8)
"""Tints of the second side, of the strongest, between whose `HATCH_ALPHAS` hatching gets stronger."""
HATCH_ALPHAS: Final = {"dark": (0, 16, 26, 38), "light": (0, 20, 32, 46)}
GRID: Final[Kilometres] = 10.0
"""Between the crosses on the ground."""
CROSS: Final = 4.0
BANK: Final = 1.4
MINOR_RIVER: Final = 2.4
RIVER_NAME: Final = 13.0
NAME_SPACING: Final = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Control:
    """Whose towns are near, on a grid of kilometres over the ground."""

    west: float
    north: float
    """Longitude and latitude of the upper left corner."""
    cell: Kilometres
    lead: Floats
    """Shape (rows, columns): -1 where the first side is all there is, 1 for the second."""
    strength: Floats
    """0 to 1: how much of the tint is left, by the distance from the other side."""


def ground_layer(view: View, frame: Frame, geometry: Geometry) -> Layer:
    """Return whose towns are near, under everything else."""
    state = view.snapshot(frame.t)
    first = view.scenario.sides[0].id
    held = tuple(state.held_by[town.id] != first for town in view.scenario.towns)
    is_shown = "control" in frame.layers
    key = (frame.theme, geometry.here, held if is_shown else None)

    def shapes() -> Iterator[Shape]:
        yield geometry.clip()
        yield from _crosses(view, geometry)
        if is_shown and any(held) and not all(held):
            control = view.cached("control", held, lambda: control_of(view, held))
            yield from _tint(frame.theme, geometry, control)

    return geometry.cached_layer("map-ground", key, shapes)


def weather_layer(view: View, frame: Frame, geometry: Geometry) -> Layer:
    """Return what the weather does to the ground: ruts of mud, crystals of frost, slants of rain."""
    state = view.snapshot(frame.t).weather
    strewn = partial(_strewn, view, geometry, state)
    return geometry.cached_layer("map-weather", (frame.theme, geometry.here, state), strewn)


def _strewn(view: View, geometry: Geometry, state: WeatherState) -> Iterator[Shape]:
    yield geometry.clip()
    if state not in WEATHER:
        return
    (wash, strength, color, alpha), here = WEATHER[state], geometry.here
    region, step, u = here.region, WEATHER_STEP * here.s, here.s
    yield Box(region.x, region.y, region.width, region.height, wash, alpha=strength)
    for x, y, column, row in _lattice(view, geometry, step):
        own = zlib.crc32(f"{column} {row}".encode())
        # off the corners by what is each cell's own, on whole pixels, where all signs are one picture
        at = round(x + own % 97 / 97 * step), round(y + own // 97 % 89 / 89 * step)
        for line in SIGNS[state]:
            points = tuple((at[0] + a * u, at[1] + b * u) for a, b in line)
            yield Stroke(points, color, 1.5 * u, alpha=alpha)


def _lattice(view: View, geometry: Geometry, step: float) -> Iterator[tuple[float, float, int, int]]:
    """Yield the corners of a grid that is anchored to the ground, with their columns and rows."""
    region, anchor = geometry.here.region, geometry.here.point(view.scenario.towns[0].at)
    columns, rows = (
        range(math.floor((low - at) / step), math.ceil((high - at) / step))
        for low, high, at in ((region.x, region.right, anchor[0]), (region.y, region.bottom, anchor[1]))
    )
    for column, row in itertools.product(columns, rows):
        yield anchor[0] + column * step, anchor[1] + row * step, column, row


def control_of(view: View, held: tuple[bool, ...]) -> Control:
    """Return whose towns are near; `held` says which towns the second side holds."""
    lats = np.array([town.at.lat for town in view.scenario.towns])
    lons = np.array([town.at.lon for town in view.scenario.towns])
    degree_east = DEGREE * math.cos(math.radians((lats.min() + lats.max()) / 2))
    is_second = np.array(held)
    east, south = (lons - lons.min()) * degree_east, (lats.max() - lats) * DEGREE
    # on a front of a few kilometres the tint is as much finer
    apart = np.hypot(east[:, None] - east, south[:, None] - south)
    closest = apart[is_second][:, ~is_second].min(axis=1).max()
    grain = min(1.0, float(closest) / PLAIN_FRONT)
    reach, softness = REACH * grain, SOFTNESS * grain * grain
    # only where both sides are near is there any tint
    near = np.where(is_second, apart[:, ~is_second].min(axis=1), apart[:, is_second].min(axis=1)) < 2 * reach
    if not near.any():
        near[:] = True
    left, top = east[near].min() - reach, south[near].min() - reach
    wide, tall = east[near].max() + reach - left, south[near].max() + reach - top
    cell = max(CELL * grain, math.sqrt(wide * tall / MOST_CELLS))
    across = left + (np.arange(max(2, math.ceil(wide / cell))) + 0.5) * cell
    down = top + (np.arange(max(2, math.ceil(tall / cell))) + 0.5) * cell
    squared = (across[None, :, None] - east) ** 2 + (down[:, None, None] - south) ** 2
    weights = (squared + softness) ** -FALL
    second = (weights * is_second).sum(axis=2) / weights.sum(axis=2)
    nearest = [np.sqrt(squared[:, :, is_second == side].min(axis=2)) for side in (False, True)]
    farther = np.maximum(*nearest)
    left_of = np.clip(1.0 - farther / reach, 0.0, 1.0)
    strength = left_of * left_of * (3.0 - 2.0 * left_of)
    west = lons.min() + left / degree_east
    north = lats.max() - top / DEGREE
    return Control(west, north, cell, 2.0 * second - 1.0, strength)


def tint_at(geometry: Geometry, control: Control) -> tuple[Floats, tuple[float, float, float]]:
    """Return the signed tint of the cells in sight, with the left, top and side of their grid in pixels."""
    here, side = geometry.here, control.cell * geometry.here.ppk
    left = here.region.x + here.region.width / 2 + (control.west - here.lon) * here.degree_east * here.ppk
    top = here.region.y + here.region.height / 2 - (control.north - here.lat) * DEGREE * here.ppk
    rows, columns = control.lead.shape
    first, last = _within(here.region.x - left, here.region.right - left, side, columns)
    above, below = _within(here.region.y - top, here.region.bottom - top, side, rows)
    part = slice(above, below), slice(first, last)
    lead = control.lead[part]
    signed = np.sign(lead) * np.abs(lead) ** 0.8 * control.strength[part]
    return signed, (left + first * side, top + above * side, side)


def _within(begin: float, end: float, side: float, count: int) -> tuple[int, int]:
    """Return which cells of a row lie between two pixels, with one more at either end."""
    first = min(max(0, math.floor(begin / side) - 1), count)
    return first, max(first, min(count, math.ceil(end / side) + 1))


def _tint(theme: str, geometry: Geometry, control: Control) -> Iterator[Shape]:
    """Yield the tint, and hatching on the second side: who holds what is not told by hue alone."""
    signed, (left, top, side) = tint_at(geometry, control)
    rows, columns = signed.shape
    if rows < 2 or columns < 2:
        return
    colors = THEMES[theme].colors
    sides = np.array([colors["side0"], colors["side1"]], dtype=np.float64)
    alpha = np.abs(signed) * TINT[theme] * OPAQUE
    cells = np.concatenate([sides[(signed > 0).astype(np.int64)], alpha[:, :, None]], axis=2)
    yield Field(left, top, columns * side, rows * side, columns, cells.round().astype(np.uint8).tobytes())
    s = geometry.here.s
    cells[:, :, 3] = np.interp(signed, HATCH_TINTS, HATCH_ALPHAS[theme])
    # anchored to the ground, so that they move with it
    stripes = Stripes(HATCH_STEP * s, max(1.0, s), (left + top) % (HATCH_STEP * s))
    hatched = cells.round().astype(np.uint8).tobytes()
    yield Field(left, top, columns * side, rows * side, columns, hatched, stripes)


def _crosses(view: View, geometry: Geometry) -> Iterator[Stroke]:
    """Yield small crosses every so many kilometres: they tell scale and motion where nothing else lies."""
    step, half = GRID * geometry.here.ppk, CROSS * geometry.here.s
    if step < 60.0 * geometry.here.s:
        return
    for left, top, *_ in _lattice(view, geometry, step):
        x, y = round(left) + 0.5, round(top) + 0.5
        yield Stroke(((x - half, y), (x + half, y)), "hairline", 1.0)
        yield Stroke(((x, y - half), (x, y + half)), "hairline", 1.0)


def water_layer(frame: Frame, geometry: Geometry) -> Layer:
    """Return rivers and the border; the main river is a band with banks."""

    def shapes() -> Iterator[Shape]:
        yield geometry.clip()
        unit, s = geometry.unit, geometry.here.s
        for course in _in_sight(geometry):
            if course.kind != "river":
                yield Stroke(course.points, "border", 1.2 * s, dashes=(7.0 * s, 4.0 * s))
            elif not course.is_main:
                yield Stroke(course.points, "water", max(1.4 * s, MINOR_RIVER * unit))
        yield from river_shapes(geometry)

    return geometry.cached_layer("map-water", (frame.theme, geometry.here), shapes)


def river_shapes(geometry: Geometry) -> Iterator[Stroke]:
    """Yield the main river with its banks."""
    for color, width in (("deep", RIVER + 2 * BANK + 2.0), ("bank", RIVER + 2 * BANK), ("water", RIVER)):
        for course in _in_sight(geometry):
            if course.is_main:
                yield Stroke(course.points, color, width * geometry.unit)


def _in_sight(geometry: Geometry) -> tuple[Course, ...]:
    """Return the parts of rivers and borders that lie in the region or near it; found once."""
    return geometry.cached("courses in sight", lambda: tuple(_cut_out(geometry)))


def _cut_out(geometry: Geometry) -> Iterator[Course]:
    margin = 40.0 * geometry.unit
    for course in geometry.courses:
        run: list[Point] = []
        for number, point in enumerate(course.points):
            around = course.points[max(0, number - 1) : number + 2]
            if any(geometry.here.shows(each, margin) for each in around):
                run.append(point)
                continue
            if len(run) > 1:
                yield replace(course, points=tuple(run))
            run = []
        if len(run) > 1:
            yield replace(course, points=tuple(run))


def river_names(geometry: Geometry) -> tuple[Text, ...]:
    """Return the letters of the main river's name along its course, beside the band; found once."""
    return geometry.cached("river names", lambda: tuple(_river_names(geometry)))


def _river_names(geometry: Geometry) -> Iterator[Text]:
    """Yield letters where most room is beside the band, off towns and roads; none with too little."""
    main = [course for course in _in_sight(geometry) if course.is_main and course.name]
    if not main:
        return
    s = geometry.here.s
    size = RIVER_NAME * s * geometry.here.m**0.5
    course = max(main, key=lambda each: len(each.points))
    letters = str(course.name).upper()
    path = Polyline(course.points)
    widths = [text_width(letter, size, "title", is_bold=True) + NAME_SPACING * s for letter in letters]
    length = sum(widths)
    aside = (RIVER / 2 + BANK) * geometry.unit + size * 0.62
    busy = np.concatenate([np.array([*geometry.points.values()]), geometry.road_points()])
    best, place = size * 0.62, None
    for begin in np.arange(0.0, path.length - length, 24.0 * s):
        for side in (-1.0, 1.0):
            at = list(_letters_at(path, float(begin), widths, side * aside))
            if all(geometry.here.shows((x, y), -2.0 * size) for x, y, _ in at):
                found = np.array([(x, y) for x, y, _ in at])
                room = np.hypot(*(found[:, None, :] - busy[None, :, :]).transpose(2, 0, 1)).min()
                bend = sum(abs(math.remainder(b[2] - a[2], math.tau)) for a, b in pairwise(at))
                worth = min(float(room), 3.0 * size) - 8.0 * s * bend
                if worth > best:
                    best, place = worth, at
    for letter, (x, y, turn) in zip(letters, place or (), strict=False):
        yield Text(
            (x, y), letter, size, "bank", "title", is_bold=True, anchor="middle", halo="deep", turn=turn
        )


def _letters_at(
    path: Polyline, begin: float, widths: list[float], aside: float
) -> Iterator[tuple[float, float, float]]:
    """Yield middles and headings of letters along a line, read from left to right."""
    x, _, _ = path.at(begin)
    is_back = path.at(begin + sum(widths))[0] < x
    passed = begin + (sum(widths) if is_back else 0.0)
    for width in widths:
        passed += (-width if is_back else width) / 2
        x, y, turn = path.at(passed)
        yield x - aside * math.sin(turn), y + aside * math.cos(turn), turn + math.pi * is_back
        passed += (-width if is_back else width) / 2
