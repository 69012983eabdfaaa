"""Where names and the words beside roads stand on the map: names first, so that they keep still.

Words beside roads come and go with what the roads carry; they take the room that names leave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.scene.map.front import front_marks
from sim.scene.map.geometry import SCALE_BAR, is_large
from sim.scene.map.ground import NAME_SIZE, line_names
from sim.scene.map.label_placement import LABEL_GAP, LabelRequest, PlacedLabel, place
from sim.scene.map.names import Name, names_of
from sim.scene.map.notes import Note, names_beside, notes
from sim.scene.map.town_looks import town_looks
from sim.scene.map.towns import is_named, reach, tab_size
from sim.scene.text import text_width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.model.scenario import Town
    from sim.scene.map.geometry import Geometry
    from sim.scene.map.town_looks import TownLook
    from sim.scene.view_model import Frame, View

LINE: Final = 1.12
"""Height of a name, of its letters' size."""
NOTE_GAP: Final = 3.0
"""Between a badge and its words; pixels at scale 1."""
SPACIOUS: Final = (4.4, 10.5)
"""Pixels per km at scale 1 from which contested villages are named, and from which all towns are."""
Marks: TypeAlias = tuple[tuple[float, float, float], ...]
"""Middles and radii."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Where everything stands that is written on the map."""

    names: Mapping[str, Name]
    """How towns that are to be named are, by town."""
    notes: tuple[Note, ...]
    places: Mapping[str, PlacedLabel]
    """Of those of both that found one, by town and by note."""


def arranged(view: View, frame: Frame, geometry: Geometry) -> Arrangement:
    """Return where names and words beside roads stand; kept for a frame that stands still."""
    shown = (frame.labels, frame.layers, frame.comparing, frame.selection, frame.hover, frame.card)
    key = (geometry.here, frame.t, shown, frame.panel, frame.playing)
    return view.cached("arrangement", key, lambda: _arranged(view, frame, geometry))


def _arranged(view: View, frame: Frame, geometry: Geometry) -> Arrangement:
    """Place names, then badges off the names, then the words beside the badges."""
    looks = town_looks(view, frame)
    near = geometry.here.ppk / geometry.here.s
    spacious = (near >= SPACIOUS[0], near >= SPACIOUS[1])
    towns = tuple(
        town.id
        for town in view.scenario.towns
        if town.id not in geometry.tabs
        and geometry.here.shows(geometry.points[town.id])
        and is_named(view, frame, town, looks[town.id], spacious)
    )
    marks = _marks(view, frame, geometry, looks)
    names = names_of(view, frame, geometry, looks, towns)
    places = _name_places(view, frame, geometry, looks, names, marks)
    beside = notes(view, frame, geometry, tuple(places.values()))
    places = names_beside(places, beside)
    return Arrangement(names, beside, {**places, **_note_places(view, geometry, beside, places, marks)})


def _marks(view: View, frame: Frame, geometry: Geometry, looks: Mapping[str, TownLook]) -> Marks:
    """Return what labels keep off: towns and fronts."""
    towns = [town.id for town in view.scenario.towns if town.id not in geometry.tabs]
    return (
        *((*geometry.points[town], reach(geometry, looks[town])) for town in towns),
        *front_marks(view, frame, geometry),
    )


def _name_places(
    view: View,
    frame: Frame,
    geometry: Geometry,
    looks: Mapping[str, TownLook],
    names: Mapping[str, Name],
    marks: Marks,
) -> dict[str, PlacedLabel]:
    """Return where names stand, by town; they move only when others are wanted, or the camera moves."""
    s = geometry.here.s
    wanted = tuple(
        LabelRequest(
            town,
            geometry.points[town],
            reach(geometry, looks[town]) + 2.0 * s,
            name.width(s),
            name.size * LINE,
            _weight(view, frame, view.town(town), looks[town]),
            name.width(s, is_narrow=True),
            1 if looks[town].side else -1,
        )
        for town, name in names.items()
    )
    return geometry.cached(
        ("names", wanted, marks),
        lambda: place(wanted, marks, geometry.road_density, geometry.here.region, s, _taken(view, geometry)),
    )


def _note_places(
    view: View, geometry: Geometry, beside: tuple[Note, ...], names: Mapping[str, PlacedLabel], marks: Marks
) -> dict[str, PlacedLabel]:
    """Return where words beside roads stand, off the names."""
    s = geometry.here.s
    wanted = tuple(
        LabelRequest(
            note.name, note.at, note.radius + NOTE_GAP * s, note.width, note.height, note.weight, note.width
        )
        for note in beside
    )
    if not wanted:
        return {}
    off = (*marks, *((*note.at, note.radius) for note in beside))
    gap = LABEL_GAP * s
    over = tuple(
        (each.x - gap, each.y, each.x + each.width + gap, each.y + each.height) for each in names.values()
    )
    return geometry.cached(
        ("notes", wanted, off, over),
        lambda: place(
            wanted, off, geometry.road_density, geometry.here.region, s, (*_taken(view, geometry), *over)
        ),
    )


def _weight(view: View, frame: Frame, town: Town, look: TownLook) -> float:
    if frame.selection is not None and frame.selection.name == town.id:
        return 100.0
    if town.id in view.scenario.focus[:1]:
        return 90.0
    weight = 50.0 * is_large(town) + 45.0 * (town.id in view.scenario.focus)
    return weight + 30.0 * look.is_short + 20.0 * look.is_contested + min(town.depth, 9.0)


def _taken(view: View, geometry: Geometry) -> tuple[tuple[float, float, float, float], ...]:
    """Return what labels must not cover besides marks; found once."""
    return geometry.cached("taken", lambda: tuple(_found_taken(view, geometry)))


def _found_taken(view: View, geometry: Geometry) -> Iterator[tuple[float, float, float, float]]:
    """Yield what labels must not cover besides marks: tabs, rivers' names, the scale bar."""
    s, region = geometry.here.s, geometry.here.region
    for name in geometry.tabs:
        (x, y), (width, height) = geometry.points[name], tab_size(geometry, view.town(name))
        yield x - width / 2, y - height / 2, x + width / 2, y + height / 2
    for text, (x, y) in line_names(view.scenario.lines, geometry):
        far = text_width(text, NAME_SIZE * s, is_italic=True)
        yield x, y - NAME_SIZE * s, x + far, y + 3.0 * s
    yield region.x, region.bottom - SCALE_BAR[1] * s, region.x + SCALE_BAR[0] * s, region.bottom
