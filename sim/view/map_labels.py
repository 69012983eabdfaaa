"""Names on the map, with days of supply where they matter; weighed, placed and written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.view.camera import SCALE_BAR
from sim.view.labels import Wanted, place
from sim.view.map_front import front_marks
from sim.view.map_geometry import is_large
from sim.view.map_ground import NAME_SIZE, line_names
from sim.view.map_notes import written_note
from sim.view.map_towns import is_named, reach, tab_size, town_looks
from sim.view.shapes import Layer, Shape, Stroke, Text
from sim.view.theme import text_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.domain.scenario import Town
    from sim.view.labels import Placed
    from sim.view.map_geometry import Geometry
    from sim.view.map_notes import Note
    from sim.view.map_towns import TownLook
    from sim.view.model import Frame, View
    from sim.view.shapes import Point

SIZES: Final = (12.5, 14.5, 19.0)
"""Letters of a village, a large town and the first town in focus; pixels at scale 1."""
DAYS_SIZE: Final = 11.5
GAP: Final = 5.0
"""Between name and days; pixels at scale 1."""
SPACIOUS: Final = (4.4, 10.5)
"""Pixels per km at scale 1 from which contested villages are named, and from which all towns are."""
ROAD_STEP: Final = 12.0
"""Between the points of roads that labels avoid; pixels at scale 1."""
BROAD: Final = 4.5
"""Width of a road that is broad; pixels at scale 1."""
STANDING: Final = 0.5
"""Screen time for which names stay where they are while the run plays; s."""
LOWEST: Final = 0.28
"""Of a line's height, what hangs below its letters' feet."""


@dataclass(frozen=True, slots=True)
class _Name:
    """How a town's label reads."""

    text: str
    size: float
    is_bold: bool
    color: str
    spacing: float
    days: str
    is_short: bool
    is_whole: bool
    """Whether the days are never left out."""

    def width(self, s: float, *, is_narrow: bool = False) -> float:
        """Return the label's width, the same whatever the digits of its days; pixels.

        Parameters
        ----------
        s
            The window's scale.
        is_narrow
            Whether days are left out where they may be.
        """
        name = text_width(self.text, self.size, "title", is_bold=self.is_bold, spacing=self.spacing)
        if not self.days or (is_narrow and not self.is_whole):
            return name
        return name + GAP * s + text_width(_widest(self.days), DAYS_SIZE * s, is_bold=True)


def _widest(words: str) -> str:
    """Return words with all their figures as wide as the widest."""
    return "".join("0" if letter.isdigit() else letter for letter in words)


def labels_layer(
    view: View, frame: Frame, geometry: Geometry, looks: Mapping[str, TownLook], told: tuple[Note, ...] = ()
) -> Layer:
    """Return the names that are wanted and find a place, and the words beside roads.

    Parameters
    ----------
    view, frame
        What is shown.
    geometry
        The map's fixed parts.
    looks
        By town.
    told
        Words beside roads.
    """
    standing = frame.standing(STANDING)
    stood = looks if standing is frame else _standing_looks(view, standing)
    labels = _wanted_labels(view, frame, geometry, stood)
    wanted = tuple(wanted for _, wanted in labels.values())
    places = _places(view, standing, geometry, stood, wanted, told)
    names = {town: _label(view, frame, geometry, view.town(town), looks[town])[0] for town in labels}
    key = (frame.theme, geometry.here, tuple(names.items()), tuple(places.values()), told)
    return geometry.kept("map-labels", key, lambda: _shapes(geometry, names, told, places))


def _shapes(
    geometry: Geometry, names: Mapping[str, _Name], told: tuple[Note, ...], places: Mapping[str, Placed]
) -> Iterator[Shape]:
    """Yield lines to far labels, then the labels."""
    at = {**geometry.points, **{note.name: note.at for note in told}}
    yield geometry.clip()
    for town, found in places.items():
        if found.is_far:
            yield from _leader(at[town], found, geometry.here.s)
    for note in told:
        if note.name in places:
            yield from written_note(note, places[note.name], geometry.here.s)
    for town, name in names.items():
        if town in places:
            yield from _written(name, places[town], geometry.here.s)


def _standing_looks(view: View, standing: Frame) -> dict[str, TownLook]:
    """Return how towns looked when labels were last placed."""
    return view.kept("looks that stand", standing.t, lambda: town_looks(view, standing))


def _wanted_labels(
    view: View, frame: Frame, geometry: Geometry, looks: Mapping[str, TownLook]
) -> dict[str, tuple[_Name, Wanted]]:
    """Return by town the labels that look for a place."""
    near = geometry.here.down / geometry.here.s
    spacious = (near >= SPACIOUS[0], near >= SPACIOUS[1])
    return {
        town.id: _label(view, frame, geometry, town, looks[town.id])
        for town in view.scenario.towns
        if town.id not in geometry.tabs
        and geometry.here.shows(geometry.points[town.id])
        and is_named(view, frame, town, looks[town.id], spacious)
    }


def _label(view: View, frame: Frame, geometry: Geometry, town: Town, look: TownLook) -> tuple[_Name, Wanted]:
    """Return how a town's label reads, and what place it looks for."""
    is_chosen = frame.selection is not None and frame.selection.name == town.id
    told = replace(look, days=None) if "supply" not in frame.layers else look

    def label() -> tuple[_Name, Wanted]:
        name = _name(view, geometry, town, told, is_chosen=is_chosen)
        s = geometry.here.s
        return name, Wanted(
            town.id,
            geometry.points[town.id],
            reach(geometry, look) + 2.0 * s,
            name.width(s),
            name.size * 1.12,
            _weight(view, town, look, is_chosen=is_chosen),
            name.width(s, is_narrow=True),
            1 if look.side else -1,
        )

    return geometry.made(("label", told, is_chosen), label)


def _name(view: View, geometry: Geometry, town: Town, look: TownLook, *, is_chosen: bool) -> _Name:
    """Return how a town's label reads."""
    s = geometry.here.s
    is_first = town.id in view.scenario.focus[:1]
    tells = look.is_contested or look.is_short or is_chosen
    days = f"{look.days:.1f} d" if tells and look.days is not None else ""
    if look.is_encircled:
        days = f"no way out, {days}" if days else "no way out"
    large = is_large(town)
    return _Name(
        town.name.upper() if is_first else town.name,
        SIZES[2 if is_first else int(large)] * s,
        large or is_chosen,
        "ink" if large or look.is_contested or is_chosen else "ink2",
        1.2 * s if is_first else 0.0,
        days,
        look.is_short,
        look.is_short or look.is_encircled or is_chosen,
    )


def _weight(view: View, town: Town, look: TownLook, *, is_chosen: bool) -> float:
    """Return how much a town's label weighs."""
    if is_chosen:
        return 100.0
    if town.id in view.scenario.focus[:1]:
        return 90.0
    weight = 50.0 * is_large(town) + 45.0 * (town.id in view.scenario.focus)
    return weight + 30.0 * look.is_short + 20.0 * look.is_contested + min(town.depth, 9.0)


def _places(
    view: View,
    frame: Frame,
    geometry: Geometry,
    looks: Mapping[str, TownLook],
    names: tuple[Wanted, ...],
    told: tuple[Note, ...],
) -> dict[str, Placed]:
    """Return where labels stand; they move only when other labels are wanted, or the camera moves."""
    s = geometry.here.s
    wanted = names + tuple(
        Wanted(note.name, note.at, note.radius + 3.0 * s, note.width, note.height, note.weight, note.width)
        for note in told
    )
    fronts = front_marks(view, frame, geometry)
    rings = tuple(look.is_contested for look in looks.values())

    def placed() -> dict[str, Placed]:
        marks = [
            *(
                (*geometry.points[town], reach(geometry, look))
                for town, look in looks.items()
                if town not in geometry.tabs
            ),
            *((*note.at, note.radius) for note in told),
            *fronts,
        ]
        roads = geometry.made("road points", lambda: np.array(_road_points(geometry)))
        return place(wanted, marks, roads, geometry.here.region, s, tuple(_taken(view, geometry)))

    return geometry.made(("places", wanted, rings, fronts), placed)


def _road_points(geometry: Geometry) -> list[tuple[float, float]]:
    """Return points along all roads, those of broad ones twice: they are the last to be covered."""
    step = ROAD_STEP * geometry.here.s
    return [
        way.at(step * (number + 0.5))[:2]
        for route, way in geometry.ways.items()
        for number in range(int(way.length / step))
        for _ in range(2 if geometry.widths[route] > BROAD * geometry.here.s else 1)
    ]


def _taken(view: View, geometry: Geometry) -> Iterator[tuple[float, float, float, float]]:
    """Yield what labels must not cover besides marks: tabs, rivers' names, the scale bar."""
    s, region = geometry.here.s, geometry.here.region
    for name in geometry.tabs:
        (x, y), (width, height) = geometry.points[name], tab_size(geometry, view.town(name))
        yield x - width / 2, y - height / 2, x + width / 2, y + height / 2
    for text, (x, y) in line_names(view.scenario.lines, geometry):
        far = text_width(text, NAME_SIZE * s, is_italic=True)
        yield x, y - NAME_SIZE * s, x + far, y + 3.0 * s
    yield region.x, region.bottom - SCALE_BAR[1] * s, region.x + SCALE_BAR[0] * s, region.bottom


def _leader(at: Point, found: Placed, s: float) -> Iterator[Stroke]:
    """Yield a thin line from a mark to its label, with a rim."""
    x, y = at
    near = (
        min(max(x, found.x), found.x + found.width),
        min(max(y, found.y + 3.0 * s), found.y + found.height - 3.0 * s),
    )
    yield Stroke(((x, y), near), "deep", 3.4 * s, alpha=200)
    yield Stroke(((x, y), near), "ink2", 1.2 * s)


def _written(name: _Name, found: Placed, s: float) -> Iterator[Text]:
    """Yield a label's texts; west of its mark the days stand next to the mark, as they do east."""
    feet = found.y + found.height * (1.0 - LOWEST)
    yield Text(
        (found.x, feet),
        name.text,
        name.size,
        name.color,
        "title",
        is_bold=name.is_bold,
        halo="deep",
        spacing=name.spacing,
    )
    if (
        name.days
        and found.width > name.width(s, is_narrow=True) - 0.5
        and (name.is_whole or found.width > name.width(s, is_narrow=True) + 0.5)
    ):
        yield Text(
            (found.x + found.width, feet),
            name.days,
            DAYS_SIZE * s,
            "ink" if name.is_short else "ink2",
            is_bold=name.is_short,
            anchor="right",
            halo="deep",
        )
