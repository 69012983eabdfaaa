"""Words beside roads: which road matters most, and how long until a cut one is repaired.

They look for a place together with the names of towns, so that none covers another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.analysis.pressure import Split, is_cut
from sim.analysis.roads import Road, roads
from sim.analysis.text import duration_text, percents
from sim.scene.map.geometry import SCALE_BAR
from sim.scene.shapes import Box, Disc, Layer, Point, Shape, Stroke, Text
from sim.scene.text import text_width, with_widest_digits
from sim.scene.widgets import NUMBER, number_badge, split_shapes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sim.scene.map.geometry import Geometry
    from sim.scene.map.label_placement import PlacedLabel
    from sim.scene.shapes import Anchor
    from sim.scene.view_model import Frame, View

WORDS: Final = 12.0
"""Letters of a cut's words and of the chip; pixels at scale 1."""
BADGE: Final = 8.0
SPOTS: Final = (0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7, 0.25, 0.75, 0.2, 0.8)
"""Shares of a way at which a badge may stand, the best liked first."""
ROOM: Final = 16.0
"""From a badge's middle to the nearest mark's edge, from which it stands well; pixels at scale 1."""
NAMES_NEARER: Final = 5.0
"""How much nearer than marks names may lie; pixels at scale 1."""
TAB: Final = 34.0
"""About half a base's tab; pixels at scale 1."""
CHIP: Final = (64.0, 24.0)
"""Length of the chip's bar, and the chip's height; pixels at scale 1."""
WEIGHTS: Final = (80.0, 88.0)
"""Of a cut's words and of the chip, against those of names."""


@dataclass(frozen=True, slots=True)
class Note:
    """Words that belong to a road."""

    name: str
    at: Point
    radius: float
    width: float
    height: float
    """Of the words with what belongs to them; the same whatever the digits; pixels."""
    weight: float
    text: str
    split: Split | None = None
    """Of the road that matters most; none for a cut."""


def leading_road(view: View, frame: Frame) -> Road | None:
    """Return the road that matters most at a frame's time; None if the panel shows something else."""
    if frame.selection is not None or frame.card != "none" or not (frame.panel or frame.map_only):
        return None
    t = frame.t
    return view.cached("leading road", t, lambda: next(iter(roads(view.scenario, view.snapshot(t))), None))


def spot(geometry: Geometry, route: str, names: Sequence[PlacedLabel] = ()) -> Point:
    """Return where on a route a badge stands: about its middle, and off towns and names if it can be."""
    path = geometry.paths[route]
    best, most = path.at(path.length / 2)[:2], -math.inf
    for share in SPOTS:
        point = path.at(path.length * share)[:2]
        room = min(_room(geometry, point), _room_of_names(names, point) + NAMES_NEARER * geometry.here.s)
        if room >= ROOM * geometry.here.s and geometry.here.shows(point, -ROOM * geometry.here.s):
            return point
        if room > most:
            best, most = point, room
    return best


def _room(geometry: Geometry, point: Point) -> float:
    """Return how far the nearest mark's edge lies from a point, 0 under the scale bar; pixels."""
    here, s = geometry.here, geometry.here.s
    if point[0] < here.region.x + SCALE_BAR[0] * s and point[1] > here.region.bottom - SCALE_BAR[1] * s:
        return 0.0
    return min(
        math.dist(point, at) - (TAB * s if town in geometry.tabs else geometry.radii[town])
        for town, at in geometry.points.items()
    )


def names_beside(names: Mapping[str, PlacedLabel], notes: Sequence[Note]) -> dict[str, PlacedLabel]:
    """Return the placed names but for those that a badge had to cover."""
    return {
        town: place
        for town, place in names.items()
        if all(_room_of_names((place,), note.at) >= note.radius for note in notes)
    }


def _room_of_names(names: Sequence[PlacedLabel], point: Point) -> float:
    """Return how far the nearest name lies from a point; pixels."""
    x, y = point
    gaps = (
        (max(name.x - x, 0.0, x - name.x - name.width), max(name.y - y, 0.0, y - name.y - name.height))
        for name in names
    )
    return min((math.hypot(*gap) for gap in gaps), default=math.inf)


def notes(
    view: View, frame: Frame, geometry: Geometry, names: Sequence[PlacedLabel] = ()
) -> tuple[Note, ...]:
    """Return the words that belong to roads in sight."""
    found = (*_cut_notes(view, frame, geometry, names), *_leading_note(view, frame, geometry, names))
    return tuple(note for note in found if geometry.here.shows(note.at))


def _cut_notes(view: View, frame: Frame, geometry: Geometry, names: Sequence[PlacedLabel]) -> Iterator[Note]:
    s, state = geometry.here.s, view.snapshot(frame.t)
    for route in view.scenario.routes:
        if is_cut(state, route.id):
            due = state.repairs.get(route.id)
            words = "cut" if due is None else f"cut, {duration_text(max(0, due - state.t))}"
            wide = text_width(with_widest_digits(words), WORDS * s, "title", is_bold=True)
            at = spot(geometry, route.id, names)
            yield Note(f"cut {route.id}", at, BADGE * s, wide, WORDS * 1.12 * s, WEIGHTS[0], words)


def _leading_note(
    view: View, frame: Frame, geometry: Geometry, names: Sequence[PlacedLabel]
) -> Iterator[Note]:
    road, s = leading_road(view, frame), geometry.here.s
    if road is not None and road.route in geometry.paths:
        words = f"{percents([road.split.denied, road.split.used, road.split.spare])[2]}\u00a0% free"
        wide = CHIP[0] * s + text_width("00\u00a0% free", WORDS * s, "title", is_bold=True) + 24.0 * s
        at = spot(geometry, road.route, names)
        yield Note("leading road", at, NUMBER * s, wide, CHIP[1] * s, WEIGHTS[1], words, road.split)


def badges_layer(frame: Frame, geometry: Geometry, found: tuple[Note, ...]) -> Layer:
    """Return badges: a cross on roads that are cut, a one on the road that matters most."""
    s = geometry.here.s
    key = (frame.theme, geometry.here, tuple((note.name, note.at) for note in found))

    def shapes() -> Iterator[Shape]:
        yield geometry.clip()
        for note in found:
            if note.split is not None:
                yield from number_badge(note.at, s)
            else:
                yield from cross_badge(note.at, BADGE * s, 3.0 * s, 2.2 * s, rim=1.5 * s)

    return geometry.cached_layer("map-badges", key, shapes)


def cross_badge(at: Point, radius: float, arm: float, width: float, rim: float = 0.0) -> list[Shape]:
    """Return the badge of a cut."""
    x, y = at
    disc = Disc(at, radius, "ink", "deep", rim) if rim else Disc(at, radius, "ink")
    ends = (((x - arm, y - arm), (x + arm, y + arm)), ((x - arm, y + arm), (x + arm, y - arm)))
    return [disc, *(Stroke(each, "bg", width) for each in ends)]


def written_note(note: Note, found: PlacedLabel, s: float) -> Iterator[Shape]:
    """Yield a note's words at their place; with the split of its capacity for the road that matters most."""
    feet = found.y + found.height / 2 + WORDS * 0.36 * s
    if note.split is None:
        x = found.x + (found.width if found.direction < 0 else 0.0)
        anchor: Anchor = "right" if found.direction < 0 else "left"
        yield Text((x, feet), note.text, WORDS * s, "ink", "title", is_bold=True, anchor=anchor, halo="deep")
        return
    yield Box(found.x, found.y, found.width, found.height, "panel", 5.0 * s, "ink", 1.4 * s, alpha=245)
    bar = 9.0 * s
    top = found.y + (found.height - bar) / 2
    yield from split_shapes(note.split, found.x + 8.0 * s, top, CHIP[0] * s, bar, s)
    right = found.x + found.width - 8.0 * s
    yield Text((right, feet), note.text, WORDS * s, "ink", "title", is_bold=True, anchor="right")
