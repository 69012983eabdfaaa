"""Towns on the map: who holds them, how long their supply lasts, where they are fought for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.model.quantities import DAY, Days
from sim.scene.map.geometry import is_large, mark_size
from sim.scene.map.town_looks import has_shares
from sim.scene.shapes import Arc, Area, Box, Disc, Layer, Shape, Stroke, Text
from sim.scene.text import text_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.model.quantities import Share
    from sim.model.scenario import Town
    from sim.scene.map.geometry import Geometry
    from sim.scene.map.town_looks import TownLook
    from sim.scene.shapes import Point
    from sim.scene.view_model import Frame, View

FULL_RING: Final[Days] = 7.0
CONTESTED_DASHES: Final = (1 / 22, 1 / 22)
RING: Final = 2.9
"""From the mark's edge to the middle of its ring of supply; pixels at the marks' scale."""
OUTER: Final = 5.2
"""To the middle of the dashed ring."""
RIM: Final = 1.5
"""From the middle of the outermost ring to the mark's dark edge."""
CHOSEN: Final = 8.0
"""To the middle of the ring that shows what is selected."""
GHOST: Final = 8.6
"""To the middle of the ring of the run beside it."""
BEYOND_GHOST: Final = 3.6
"""How much farther out the ring of what is selected goes where there is another."""
GHOST_DOTS: Final = (1 / 64, 1 / 64)
Dashes: TypeAlias = tuple[float, float] | None
PULSE: Final = 0.6
"""Screen time that a pulse takes; s."""
MOST_PULSES: Final = 2
"""At once: with the time that each takes, three a second."""
TAB_TEXT: Final = 13.0


def reach(geometry: Geometry, look: TownLook) -> float:
    """Return how far a town's mark goes from its middle, rings included; pixels."""
    size = mark_size(geometry.here)
    rings = OUTER + RIM if look.is_contested else RING + RIM
    if look.ghost is not None or look.ghost_side is not None or look.ghost_share is not None:
        rings = GHOST + RIM
    return geometry.radii[look.town] + rings * size


def towns_layer(view: View, frame: Frame, geometry: Geometry, looks: Mapping[str, TownLook]) -> Layer:
    """Return every town's mark."""
    chosen = frame.selection.name if frame.selection and frame.selection.kind == "town" else None
    pointed = frame.hover.name if frame.hover and frame.hover.kind == "town" else None
    rings = "supply" in frame.layers or has_shares(view, frame)
    key = (frame.theme, geometry.here, tuple(looks.values()), chosen, pointed, rings)
    # the contested ones last: where marks stand close, those are to be seen whole
    order = sorted(view.scenario.towns, key=lambda town: looks[town.id].is_contested)

    def shapes() -> Iterator[Shape]:
        yield geometry.clip()
        for town in order:
            if town.id in geometry.tabs:
                yield from _tab(view, geometry, town, looks[town.id], is_chosen=town.id == chosen)
            elif geometry.here.shows(geometry.points[town.id], 40.0 * geometry.here.s):
                ring = "accent" if town.id == chosen else "ink3" if town.id == pointed else None
                mark = partial(_mark, view, geometry, town, looks[town.id], ring, rings=rings)
                yield from geometry.cached(("mark", looks[town.id], ring, rings), mark)

    return geometry.cached_layer("map-towns", key, shapes)


def _mark(
    view: View, geometry: Geometry, town: Town, look: TownLook, ring: str | None, *, rings: bool
) -> tuple[Shape, ...]:
    """Return a town's mark: its rings, then what it is."""
    shapes: list[Shape] = []
    size, at, radius = mark_size(geometry.here), geometry.points[town.id], geometry.radii[town.id]
    shapes.append(Disc(at, radius + ((OUTER if look.is_contested else RING) + RIM) * size, "deep"))
    shapes += _ghost(view, look, at, radius, size)
    if rings:
        shapes += _ring(look, at, radius + RING * size, size)
    if look.is_contested:
        shapes.append(Arc(at, radius + OUTER * size, 0.0, 1.0, "ink", 1.4 * size, CONTESTED_DASHES))
    if ring is not None:
        out = CHOSEN + BEYOND_GHOST * (look.ghost is not None or look.ghost_share is not None)
        shapes.append(Arc(at, radius + out * size, 0.0, 1.0, ring, 2.0 * size))
    shapes += side_mark(view, look.side, at, radius)
    if town.base is not None:
        shapes += _bars(at, radius)
    return tuple(shapes)


def _ghost(view: View, look: TownLook, at: Point, radius: float, size: float) -> Iterator[Shape]:
    """Yield what a town is in the run beside it: a dotted ring farther out, and its holder's mark, small."""
    full, color = (None, "ink2") if look.ghost is None else (look.ghost / FULL_RING, "ink2")
    if look.ghost_share is not None:
        full, color = look.ghost_share, f"side{look.first}_tint"
    if full is not None:
        around = radius + GHOST * size
        yield Arc(at, around, 0.0, 1.0, "deep", 3.4 * size, alpha=150)
        if full > 0.0:
            yield Arc(at, around, 0.0, min(1.0, full), color, 2.2 * size, GHOST_DOTS)
    if look.ghost_side is not None:
        off = (radius + GHOST * size) * 0.72
        beside = (at[0] + off, at[1] - off)
        yield Disc(beside, radius * 0.62 + 1.6 * size, "deep")
        yield from side_mark(view, look.ghost_side, beside, radius * 0.62)


def _ring(look: TownLook, at: Point, around: float, size: float) -> Iterator[Arc]:
    """Yield the ring of days of supply, or of the share of replications that hold, or of what differs."""
    if look.share_change is not None:
        sides = f"side{look.first}_tint", f"side{1 - look.first}_tint"
        yield Arc(at, around, 0.0, 1.0, "hairline", 1.8 * size)
        if look.is_change_significant:
            yield from _signed(at, around, look.share_change, sides, 3.2 * size)
        else:
            yield from _signed(at, around, look.share_change, ("ink3", "ink3"), 2.0 * size, GHOST_DOTS)
        return
    if look.change is not None:
        yield Arc(at, around, 0.0, 1.0, "hairline", 1.8 * size)
        yield from _signed(at, around, look.change / FULL_RING, ("ink", "p3"), 2.8 * size)
        return
    full = look.days / FULL_RING if look.days is not None else None
    color, width = "ink", 2.0
    if look.share is not None:
        full, color, width = look.share, f"side{look.first}_tint", 2.8
    if full is not None:
        yield Arc(at, around, 0.0, 1.0, "hairline", 1.8 * size)
        if full > 0.0:
            yield Arc(at, around, 0.0, min(1.0, full), color, width * size)


def _signed(
    at: Point, around: float, share: Share, colors: tuple[str, str], width: float, dashes: Dashes = None
) -> Iterator[Arc]:
    full = min(1.0, abs(share))
    if full > 0.0:
        begin, end = (0.0, full) if share > 0 else (1.0 - full, 1.0)
        yield Arc(at, around, begin, end, colors[share < 0], width, dashes)


def side_mark(view: View, side: int, at: Point, radius: float) -> Iterator[Shape]:
    """Yield a side's mark: a circle or a diamond, in its colour."""
    color = f"side{side}"
    if view.scenario.sides[side].mark == "circle":
        yield Disc(at, radius, color)
    else:
        x, y = at
        far = radius * 1.16
        yield Area(((x, y - far), (x + far, y), (x, y + far), (x - far, y)), color)


def _bars(at: Point, radius: float) -> Iterator[Shape]:
    half, step = radius * 0.42, radius * 0.36
    for number in (-1, 0, 1):
        y = at[1] + number * step
        yield Stroke(((at[0] - half, y), (at[0] + half, y)), "deep", max(1.2, radius * 0.2))


def tab_size(geometry: Geometry, town: Town) -> tuple[float, float]:
    """Return a base's tab's width and height; pixels."""
    s = geometry.here.s
    return text_width(town.name, TAB_TEXT * s, "title", is_bold=True) + 34.0 * s, 24.0 * s


def _tab(view: View, geometry: Geometry, town: Town, look: TownLook, *, is_chosen: bool) -> Iterator[Shape]:
    """Yield a base beyond the map's edge: a tab with its mark and name."""
    s = geometry.here.s
    (x, y), (width, height) = geometry.points[town.id], tab_size(geometry, town)
    edge = "accent" if is_chosen else f"side{look.side}"
    yield Box(x - width / 2, y - height / 2, width, height, "panel", 4.0 * s, edge, round(1.6 * s))
    at = (x - width / 2 + 13.0 * s, y)
    yield from side_mark(view, look.side, at, 5.6 * s)
    yield from _bars(at, 5.6 * s)
    yield Text((x - width / 2 + 25.0 * s, y + 4.6 * s), town.name, TAB_TEXT * s, "ink", "title", is_bold=True)


def pulses_layer(view: View, frame: Frame, geometry: Geometry) -> Layer:
    """Return rings that open where something just happened; none while paused or with reduced motion."""
    shapes: list[Shape] = []
    if frame.playing and not frame.reduced_motion and frame.seconds_per_day > 0.0:
        s = geometry.here.s
        shapes.append(geometry.clip())
        lasts = max(1, round(PULSE / frame.seconds_per_day * DAY))
        marks = view.timeline.marks_between(frame.t - lasts, frame.t)
        weighty = sorted(marks, key=lambda mark: (-mark.rank, -mark.t))[:MOST_PULSES]
        for mark in weighty:
            if mark.town is not None:
                at = geometry.points[mark.town]
            elif mark.route is not None:
                path = geometry.paths[mark.route]
                at = path.at(path.length / 2)[:2]
            else:
                continue
            gone = min(1.0, (frame.t - mark.t) / lasts)
            radius = (8.0 + 26.0 * (1.0 - (1.0 - gone) ** 2)) * s
            shapes.append(
                Disc(at, radius, None, "ink", max(1.0, 3.0 * (1.0 - gone)) * s, round(230 * (1.0 - gone)))
            )
    return Layer("map-pulses", None, tuple(shapes))


def is_named(view: View, frame: Frame, town: Town, look: TownLook, spacious: tuple[bool, bool]) -> bool:
    """Return whether a town's name is wanted; `spacious`: is there room for contested ones, and for all."""
    picked = {found.name for found in (frame.selection, frame.hover) if found and found.kind == "town"}
    if town.id in picked:
        return True
    if frame.labels == "none":
        return False
    return (
        frame.labels == "all"
        or is_large(town)
        or (look.is_contested and spacious[0])
        or look.is_short
        or (look.is_open and spacious[0])
        or town.id in view.scenario.focus
        or spacious[1]
    )
