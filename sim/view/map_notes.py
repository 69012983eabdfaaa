"""Words beside roads: which road matters most, and how long until a cut one is repaired.

They look for a place together with the names of towns, so that none covers another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.archive.pressure import Split
from sim.archive.words import duration_text, percents
from sim.view.leading import leading_road
from sim.view.map_roads import is_cut
from sim.view.pieces import NUMBER, number_badge
from sim.view.shapes import Box, Disc, Layer, Point, Shape, Stroke, Text
from sim.view.split_bar import split_shapes
from sim.view.theme import text_width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.view.labels import Placed
    from sim.view.map_geometry import Geometry
    from sim.view.model import Frame, View
    from sim.view.shapes import Anchor

WORDS: Final = 12.0
"""Letters of a cut's words and of the chip; pixels at scale 1."""
BADGE: Final = 8.0
"""Radius of the badge of a cut; pixels at scale 1."""
SPOTS: Final = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74)
"""Shares of a way at which a badge may stand, the best liked first."""
ROOM: Final = 16.0
"""From a badge's middle to the nearest mark's edge, from which it stands well; pixels at scale 1."""
CHIP: Final = (64.0, 24.0)
"""Length of the chip's bar, and the chip's height; pixels at scale 1."""
WEIGHTS: Final = (80.0, 88.0)
"""Of a cut's words and of the chip, against those of names."""


@dataclass(frozen=True, slots=True)
class Note:
    """Words that belong to a road.

    Attributes
    ----------
    name
        Apart from every town's.
    at, radius
        Its badge.
    width, height
        Of the words with what belongs to them; the same whatever the digits; pixels.
    split
        Of the road that matters most; none for a cut.
    """

    name: str
    at: Point
    radius: float
    width: float
    height: float
    weight: float
    text: str
    split: Split | None = None


def spot(geometry: Geometry, route: str) -> Point:
    """Return where on a route a badge stands: about its middle, and off the marks of towns if it can be.

    Parameters
    ----------
    geometry
        The map's fixed parts.
    route
        Its id.
    """
    return geometry.made(("spot", route), lambda: _spot(geometry, route))


def _spot(geometry: Geometry, route: str) -> Point:
    """Find the place for a badge, as above."""
    way = geometry.ways[route]
    best, most = way.at(way.length / 2)[:2], -math.inf
    for share in SPOTS:
        point = way.at(way.length * share)[:2]
        room = min(math.dist(point, at) - geometry.radii[town] for town, at in geometry.points.items())
        if room >= ROOM * geometry.here.s and geometry.here.shows(point, -ROOM * geometry.here.s):
            return point
        if room > most:
            best, most = point, room
    return best


def notes(view: View, frame: Frame, geometry: Geometry) -> tuple[Note, ...]:
    """Return the words that belong to roads in sight.

    Parameters
    ----------
    view, frame
        What is shown.
    geometry
        The map's fixed parts.
    """
    found = (*_cut_notes(view, frame, geometry), *_leading_note(view, frame, geometry))
    return tuple(note for note in found if geometry.here.shows(note.at))


def _cut_notes(view: View, frame: Frame, geometry: Geometry) -> Iterator[Note]:
    """Yield for every cut the time to its repair."""
    s, state = geometry.here.s, view.snapshot(frame.t)
    for route in view.scenario.routes:
        if is_cut(state, route.id):
            due = state.repairs.get(route.id)
            words = "cut" if due is None else f"cut, {duration_text(max(0, due - state.t))}"
            wide = text_width(_with_widest_digits(words), WORDS * s, "title", is_bold=True)
            at = spot(geometry, route.id)
            yield Note(f"cut {route.id}", at, BADGE * s, wide, WORDS * 1.12 * s, WEIGHTS[0], words)


def _leading_note(view: View, frame: Frame, geometry: Geometry) -> Iterator[Note]:
    """Yield the chip of the road that matters most."""
    road, s = leading_road(view, frame), geometry.here.s
    if road is not None and road.route in geometry.ways:
        words = f"{percents([road.split.denied, road.split.used, road.split.spare])[2]}\u00a0% spare"
        wide = CHIP[0] * s + text_width("00\u00a0% spare", WORDS * s, "title", is_bold=True) + 24.0 * s
        at = spot(geometry, road.route)
        yield Note("leading road", at, NUMBER * s, wide, CHIP[1] * s, WEIGHTS[1], words, road.split)


def _with_widest_digits(words: str) -> str:
    """Return words with all digits alike, so that a label keeps its width while time goes by."""
    return "".join("0" if letter.isdigit() else letter for letter in words)


def badges_layer(frame: Frame, geometry: Geometry, found: tuple[Note, ...]) -> Layer:
    """Return badges: a cross on roads that are cut, a one on the road that matters most.

    Parameters
    ----------
    frame
        What is shown.
    geometry
        The map's fixed parts.
    found
        The notes.
    """
    s = geometry.here.s
    key = (frame.theme, geometry.here, tuple((note.name, note.at) for note in found))

    def shapes() -> Iterator[Shape]:
        yield geometry.clip()
        for note in found:
            yield from number_badge(note.at, s) if note.split is not None else _cross(note.at, s)

    return geometry.kept("map-badges", key, shapes)


def _cross(at: Point, s: float) -> list[Shape]:
    """Return the badge of a cut."""
    (x, y), arm = at, 3.0 * s
    return [
        Disc(at, BADGE * s, "ink", "deep", 1.5 * s),
        Stroke(((x - arm, y - arm), (x + arm, y + arm)), "bg", 2.2 * s),
        Stroke(((x - arm, y + arm), (x + arm, y - arm)), "bg", 2.2 * s),
    ]


def written_note(note: Note, found: Placed, s: float) -> Iterator[Shape]:
    """Yield a note's words at their place; with the split of its capacity for the road that matters most.

    Parameters
    ----------
    note
        The note.
    found
        Its place.
    s
        By what lengths are multiplied.
    """
    feet = found.y + found.height / 2 + WORDS * 0.36 * s
    if note.split is None:
        x = found.x + (found.width if found.direction < 0 else 0.0)
        anchor: Anchor = "right" if found.direction < 0 else "left"
        yield Text((x, feet), note.text, WORDS * s, "ink", "title", is_bold=True, anchor=anchor, halo="deep")
        return
    yield Box(found.x, found.y, found.width, found.height, "panel", 5.0 * s, "ink", 1.4 * s, alpha=245)
    bar = 9.0 * s
    yield from split_shapes(
        note.split, found.x + 8.0 * s, found.y + (found.height - bar) / 2, CHIP[0] * s, bar, s
    )
    right = found.x + found.width - 8.0 * s
    yield Text((right, feet), note.text, WORDS * s, "ink", "title", is_bold=True, anchor="right")
