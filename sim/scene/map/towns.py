"""Towns on the map as vessels: who holds them, how many are there, how long their supply lasts."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sim.scene.map.geometry import DIAMOND
from sim.scene.map.town_looks import has_shares
from sim.scene.shapes import Arc, Area, Disc, Layer, Light, Shape, Stroke
from sim.scene.theme import THEMES, mix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sim.model.quantities import Days, Share
    from sim.model.scenario import Town
    from sim.scene.map.geometry import Geometry
    from sim.scene.map.town_looks import TownLook
    from sim.scene.shapes import Point
    from sim.scene.view_model import Frame, View

FULL: Final[Days] = 5.0
"""Days of supply with which a vessel is full."""
FULL_RING: Final[Days] = 7.0
"""Difference in days of supply that is a whole ring."""
LEVELS: Final = 50
"""Steps of a vessel's level."""
RIM: Final = 1.7
SHORT_RIM: Final = 2.9
"""Pixels at plain scale, as all lengths here."""
SHORT_DASHES: Final = (4.2, 2.6)
CASING: Final = 2.0
RING: Final = 4.6
"""From a mark's edge to the middle of the ring that tells of other runs, of no way out."""
CHOSEN: Final = 8.6
"""To the middle of the ring that shows what is selected."""
GHOST: Final = 5.0
BASE: Final = 6.0
"""To the outer edge of a base's second rim."""
FADED: Final = 0.62
"""How far towns off a traced way fade into the ground."""
HALO: Final = 22.0
HALO_ALPHA: Final = 190
BEAT: Final = 0.9
"""How often a starving town beats; a second."""
BEATS: Final = 12
"""Steps of a beat."""
Dashes: TypeAlias = tuple[float, float] | None
DOTTED: Final = (1 / 36, 1 / 36)


def reach(geometry: Geometry, look: TownLook, *, is_base: bool = False) -> float:
    """Return how far a town's mark goes from its middle; pixels."""
    corner = DIAMOND if look.side else 1.0
    rings = RING + 1.5 if _has_ring(look) else BASE if is_base else CASING
    return (look.size * corner + rings) * geometry.unit


def _has_ring(look: TownLook) -> bool:
    told = (look.fell, look.share, look.change, look.ghost_side)
    return look.is_encircled or any(each is not None for each in told)


def halo_layer(frame: Frame, geometry: Geometry, looks: Mapping[str, TownLook]) -> Layer:
    """Return soft light that beats round starving towns; it stands still where motion is reduced."""
    beat = 0.5 if frame.reduced_motion else (1.0 + math.cos(math.tau * BEAT * frame.clock)) / 2
    step = round(beat * BEATS) / BEATS
    starving = [look for look in looks.values() if look.is_starving]
    shapes: list[Shape] = [geometry.clip()]
    for look in starving:
        at = geometry.points[look.town]
        if geometry.here.shows(at, 40.0 * geometry.unit):
            radius = (look.size + HALO * (0.8 + 0.4 * step)) * geometry.unit
            shapes.append(Light(at, radius, "full", round(HALO_ALPHA * (0.55 + 0.45 * step))))
    return Layer("map-halo", (frame.theme, geometry.here, tuple(shapes)), tuple(shapes))


def towns_layer(
    view: View,
    frame: Frame,
    geometry: Geometry,
    looks: Mapping[str, TownLook],
    lit: frozenset[str] = frozenset(),
) -> Layer:
    """Return every town's mark; if any are lit, the others fade."""
    chosen = frame.selection.name if frame.selection and frame.selection.kind == "town" else None
    pointed = frame.hover.name if frame.hover and frame.hover.kind == "town" else None
    is_full = "supply" in frame.layers
    shown = [
        town
        for town in view.scenario.towns
        if geometry.here.shows(geometry.points[town.id], 50.0 * geometry.unit)
    ]
    # the larger ones last: where marks stand close, those are to be seen whole
    shown.sort(key=lambda town: (looks[town.id].is_contested, looks[town.id].size))
    seen = tuple(looks[town.id] for town in shown)
    key = (frame.theme, geometry.here, seen, chosen, pointed, is_full, has_shares(view, frame), lit)

    def marks() -> Iterator[tuple[Shape, ...]]:
        for town in shown:
            ring = "accent" if town.id == chosen else "ink3" if town.id == pointed else None
            mark = partial(_mark, view, geometry, town, looks[town.id], ring, is_full=is_full)
            is_faded = bool(lit) and town.id not in lit
            look = ("mark", frame.theme, looks[town.id], ring, is_full, is_faded)
            yield geometry.mark(look, partial(_all_faded, mark, frame.theme) if is_faded else mark)

    return geometry.cached_marks("map-towns", key, marks)


def _mark(
    view: View, geometry: Geometry, town: Town, look: TownLook, ring: str | None, *, is_full: bool
) -> tuple[Shape, ...]:
    """Return a town's mark: what lies round it, then the vessel."""
    unit, at = geometry.unit, geometry.points[town.id]
    radius = look.size * unit
    shapes: list[Shape] = []
    is_diamond = _is_diamond(view, look.side)
    if ring is not None:
        shapes.append(Arc(at, radius + CHOSEN * unit, 0.0, 1.0, "deep", 4.4 * unit))
        shapes.append(Arc(at, radius + CHOSEN * unit, 0.0, 1.0, ring, 2.2 * unit))
    if town.base is not None:
        shapes.append(_outline(at, radius + BASE * unit, "deep", is_diamond=is_diamond))
        rim = radius + (BASE - 1.4) * unit
        shapes.append(_rim(at, rim, 1.6 * unit, None, f"side{look.side}_tint", is_diamond=is_diamond))
    around = radius * (DIAMOND if is_diamond else 1.0) + RING * unit
    shapes += rings(look, at, around, unit)
    shapes += _ghost(view, look, at, radius, unit)
    shapes += vessel(look, at, radius, unit, is_diamond=is_diamond, is_full=is_full)
    return tuple(shapes)


def vessel(
    look: TownLook, at: Point, radius: float, unit: float, *, is_diamond: bool, is_full: bool = True
) -> Iterator[Shape]:
    """Yield a vessel: its casing, its inside as full as its supply, and a rim that says who runs short."""
    side = f"side{look.side}"
    days = FULL if look.days is None or not is_full else look.days
    level = min(1.0, math.ceil(days / FULL * LEVELS - 0.001) / LEVELS)
    yield _outline(at, radius + CASING * unit, "deep", is_diamond=is_diamond)
    is_short = is_full and look.days is not None and look.is_short
    yield _outline(at, radius, f"{side}_tint" if not is_short else f"{side}_empty", is_diamond=is_diamond)
    inner = radius - (RIM if not is_short else 0.0) * unit
    yield _outline(at, inner, f"{side}_empty" if level < 1.0 else side, is_diamond=is_diamond)
    if 0.0 < level < 1.0:
        yield Area(_filled(at, inner, level, is_diamond=is_diamond), side)
    if is_short:
        dashes = tuple(each * unit for each in SHORT_DASHES) if look.is_starving else None
        yield _rim(at, radius - SHORT_RIM * unit / 2, SHORT_RIM * unit, dashes, "full", is_diamond=is_diamond)


def _all_faded(mark: Callable[[], Iterable[Shape]], theme: str) -> Iterator[Shape]:
    return (_faded(each, theme) for each in mark())


def _faded(shape: Any, theme: str) -> Shape:  # noqa: ANN401 - any of a mark's shapes
    """Return a shape nearly in the colour of the ground."""
    known = THEMES[theme]
    faded: Shape = replace(shape, color=mix(known.rgb(shape.color), known.rgb("bg"), FADED))
    return faded


def _is_diamond(view: View, side: int) -> bool:
    return view.scenario.sides[side].mark != "circle"


def _corners(at: Point, radius: float) -> tuple[Point, ...]:
    x, y = at
    far = radius * DIAMOND
    return (x, y - far), (x + far, y), (x, y + far), (x - far, y)


def _outline(at: Point, radius: float, color: str, *, is_diamond: bool) -> Disc | Area:
    return Area(_corners(at, radius), color) if is_diamond else Disc(at, radius, color)


def _rim(
    at: Point,
    radius: float,
    width: float,
    dashes: Dashes | tuple[float, ...],
    color: str,
    *,
    is_diamond: bool,
) -> Shape:
    """Return a line along a mark's edge."""
    if not is_diamond:
        around = math.tau * radius
        if dashes is None:
            return Arc(at, radius, 0.0, 1.0, color, width)
        count = max(4, round(around / (dashes[0] + dashes[1])))
        share = dashes[0] / (dashes[0] + dashes[1]) / count
        return Arc(at, radius, 0.0, 1.0, color, width, (share, 1 / count - share))
    corners = _corners(at, radius)
    side = math.dist(corners[0], corners[1])
    if dashes is not None:
        count = max(1, round(side / (dashes[0] + dashes[1])))
        dashes = (side / count * 0.62, side / count * 0.38)
    # from the middle of a side round to it, so that no corner is drawn twice
    middle = ((corners[0][0] + corners[3][0]) / 2, (corners[0][1] + corners[3][1]) / 2)
    return Stroke((middle, *corners, middle), color, width, dashes)


def _filled(at: Point, radius: float, level: float, *, is_diamond: bool) -> tuple[Point, ...]:
    """Return the outline of what is filled of a mark, from its foot up to a level."""
    x, y = at
    far = radius * (DIAMOND if is_diamond else 1.0)
    top = y + far - 2 * far * level
    if is_diamond:
        half = far - abs(top - y)
        sides = ((x + far, y), (x, y + far), (x - far, y)) if top < y else ((x, y + far),)
        return (x - half, top), (x + half, top), *sides
    begin = math.acos(min(1.0, max(-1.0, (y - top) / radius)))
    turns = (begin + (math.tau - 2 * begin) * step / 24 for step in range(25))
    return tuple((x + radius * math.sin(turn), y - radius * math.cos(turn)) for turn in turns)


def rings(look: TownLook, at: Point, around: float, unit: float) -> Iterator[Arc]:
    """Yield the ring of who held a town before, of no way out, of other runs, or of what differs."""
    if look.share_change is not None:
        sides = f"side{look.first}_tint", f"side{1 - look.first}_tint"
        yield Arc(at, around, 0.0, 1.0, "hairline", 1.8 * unit)
        if look.is_change_significant:
            yield from _signed(at, around, look.share_change, sides, 3.2 * unit)
        else:
            yield from _signed(at, around, look.share_change, ("ink3", "ink3"), 2.0 * unit, DOTTED)
    elif look.change is not None:
        yield Arc(at, around, 0.0, 1.0, "hairline", 1.8 * unit)
        yield from _signed(at, around, look.change / FULL_RING, ("ink", "full"), 2.8 * unit)
    elif look.share is not None:
        yield Arc(at, around, 0.0, 1.0, "hairline", 1.8 * unit)
        if look.share > 0.0:
            yield Arc(at, around, 0.0, min(1.0, look.share), f"side{look.first}_tint", 2.8 * unit)
    elif look.is_encircled:
        yield Arc(at, around, 0.0, 1.0, "deep", 4.2 * unit)
        yield Arc(at, around, 0.0, 1.0, "full", 2.4 * unit, (1 / 8, 1 / 24))
    if look.ghost_share is not None and look.ghost_share > 0.0:
        out = around + 3.4 * unit
        yield Arc(at, out, 0.0, min(1.0, look.ghost_share), f"side{look.first}_tint", 2.2 * unit, DOTTED)


def _ghost(view: View, look: TownLook, at: Point, radius: float, unit: float) -> Iterator[Shape]:
    """Yield what a town is in the run beside it, in dashes of ink: its holder's outline, and its level."""
    if look.ghost_side is None and look.ghost is None:
        return
    is_diamond = _is_diamond(view, look.side if look.ghost_side is None else look.ghost_side)
    far = radius + GHOST * unit
    if look.ghost_side is not None:
        yield _rim(at, far, 3.6 * unit, None, "deep", is_diamond=is_diamond)
        yield _rim(at, far, 1.8 * unit, (4.2 * unit, 3.4 * unit), "ink", is_diamond=is_diamond)
    if look.ghost is not None:
        y = at[1] + radius - 2 * radius * min(1.0, look.ghost / FULL)
        for begin, end in ((-far, -radius + 1.0), (radius - 1.0, far)):
            yield Stroke(((at[0] + begin, y), (at[0] + end, y)), "deep", 4.2 * unit)
            yield Stroke(((at[0] + begin, y), (at[0] + end, y)), "ink", 2.0 * unit)


def _signed(
    at: Point, around: float, share: Share, colors: tuple[str, str], width: float, dashes: Dashes = None
) -> Iterator[Arc]:
    full = min(1.0, abs(share))
    if full > 0.0:
        begin, end = (0.0, full) if share > 0 else (1.0 - full, 1.0)
        yield Arc(at, around, begin, end, colors[share < 0], width, dashes)
