"""Names on the map, with days of supply where they matter; weighed, placed and written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from sim.scene.map.geometry import is_large
from sim.scene.map.notes import written_note
from sim.scene.map.town_looks import has_shares
from sim.scene.shapes import Layer, Shape, Stroke, Text
from sim.scene.text import text_width, with_widest_digits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sim.model.scenario import Town
    from sim.scene.map.geometry import Geometry
    from sim.scene.map.label_placement import PlacedLabel
    from sim.scene.map.notes import Note
    from sim.scene.map.town_looks import TownLook
    from sim.scene.view_model import Frame, View

SIZES: Final = (12.5, 14.5, 19.0)
"""Letters of a village, a large town and the first town in focus; pixels at scale 1."""
DAYS_SIZE: Final = 11.5
GAP: Final = 5.0
"""Between name and days; pixels at scale 1."""
LOWEST: Final = 0.28
"""Of a line's height, what hangs below its letters' feet."""


@dataclass(frozen=True, slots=True)
class Name:
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
        """Return the label's width, the same for any digits; narrow leaves out days if it may; pixels."""
        name = text_width(self.text, self.size, "title", is_bold=self.is_bold, spacing=self.spacing)
        if not self.days or (is_narrow and not self.is_whole):
            return name
        return name + GAP * s + text_width(with_widest_digits(self.days), DAYS_SIZE * s, is_bold=True)


def names_of(
    view: View, frame: Frame, geometry: Geometry, looks: Mapping[str, TownLook], towns: Iterable[str]
) -> dict[str, Name]:
    """Return how the labels of towns read, by town."""
    chosen = frame.selection.name if frame.selection is not None else None
    shows_days = "supply" in frame.layers or has_shares(view, frame)
    names = {}
    for town in towns:
        look = looks[town] if shows_days else replace(looks[town], days=None)
        made = partial(_name, view, geometry, view.town(town), look, is_chosen=town == chosen)
        names[town] = geometry.cached(("name", look, town == chosen), made)
    return names


def leaders_layer(
    frame: Frame, geometry: Geometry, notes: tuple[Note, ...], places: Mapping[str, PlacedLabel]
) -> Layer:
    """Return thin lines from marks to labels that stand far off; they run beneath the towns."""
    s, far = geometry.here.s, tuple(found for found in places.values() if found.is_far)
    badges = tuple((note.name, note.at) for note in notes)

    def shapes() -> Iterator[Shape]:
        yield geometry.clip()
        at = {**geometry.points, **dict(badges)}
        for found in far:
            x, y = at[found.name]
            across = min(max(x, found.x), found.x + found.width)
            down = min(max(y, found.y + 3.0 * s), found.y + found.height - 3.0 * s)
            yield Stroke(((x, y), (across, down)), "deep", 3.4 * s, alpha=200)
            yield Stroke(((x, y), (across, down)), "ink2", 1.2 * s)

    return geometry.cached_layer("map-leaders", (frame.theme, geometry.here, far, badges), shapes)


def labels_layer(
    frame: Frame,
    geometry: Geometry,
    names: Mapping[str, Name],
    notes: tuple[Note, ...],
    places: Mapping[str, PlacedLabel],
) -> Layer:
    """Return the names of towns and the words beside roads that found a place."""
    key = (frame.theme, geometry.here, tuple(names.items()), tuple(places.values()), notes)
    s = geometry.here.s

    def shapes() -> Iterator[Shape]:
        yield geometry.clip()
        for note in notes:
            if note.name in places:
                yield from written_note(note, places[note.name], s)
        for town, written in names.items():
            if town in places:
                yield from _written(written, places[town], s)

    return geometry.cached_layer("map-labels", key, shapes)


def _name(view: View, geometry: Geometry, town: Town, look: TownLook, *, is_chosen: bool) -> Name:
    """Return how a town's label reads."""
    s = geometry.here.s
    is_first = town.id in view.scenario.focus[:1]
    shows_days = look.is_contested or look.is_short or is_chosen
    days = f"{look.days:.1f} d" if shows_days and look.days is not None else ""
    if look.share_change is not None:
        days = _share_change_text(look, is_chosen=is_chosen)
    elif look.share is not None:
        share = f"{round(100 * look.share)} %"
        days = f"held in {share} of runs" if is_chosen else share if look.is_open else ""
    elif look.change is not None:
        days = f"{look.change:+.1f} d".replace("-", "−") if look.change else ""
    elif look.is_encircled:
        days = f"no way out, {days}" if days else "no way out"
    large = is_large(town)
    return Name(
        town.name.upper() if is_first else town.name,
        SIZES[2 if is_first else int(large)] * s,
        large or is_chosen,
        "ink" if large or look.is_contested or is_chosen else "ink2",
        1.2 * s if is_first else 0.0,
        days,
        look.is_open if look.share is not None else look.is_short,
        look.is_short or look.is_encircled or look.is_open or is_chosen,
    )


def _share_change_text(look: TownLook, *, is_chosen: bool) -> str:
    if look.share_change is None or (not look.is_change_significant and not is_chosen):
        return ""
    if not look.is_change_significant:
        return "not told apart" if look.share_change else "no difference"
    return f"{round(100 * look.share_change):+d} %{' of runs' if is_chosen else ''}".replace("-", "−")


def _written(name: Name, found: PlacedLabel, s: float) -> Iterator[Text]:
    """Yield a label's texts; west of its mark the days stand next to the mark, as they do east."""
    feet = found.y + found.height * (1.0 - LOWEST)
    at, bold = (found.x, feet), name.is_bold
    yield Text(at, name.text, name.size, name.color, "title", bold, halo="deep", spacing=name.spacing)
    spare = found.width - name.width(s, is_narrow=True)
    if name.days and spare > (-0.5 if name.is_whole else 0.5):
        right, color = (found.x + found.width, feet), "ink" if name.is_short else "ink2"
        yield Text(right, name.days, DAYS_SIZE * s, color, is_bold=name.is_short, anchor="right", halo="deep")
