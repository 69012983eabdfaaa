"""Names on the map: of towns that matter, with their days of supply where these run out; placed and written.

Places are worked out for a step of the scale and for a piece of ground larger than the view, so that names
keep their place while the camera moves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sim.analysis.moment import MANY_DAYS
from sim.scene.beats.road_in_focus import road_in_focus
from sim.scene.layout import Rect
from sim.scene.map.edge_tabs import SCALE_BAR
from sim.scene.map.geometry import geometry as geometry_of
from sim.scene.map.geometry import is_large, town_size
from sim.scene.map.label_placement import LabelRequest, PlacedLabel, place
from sim.scene.map.roads import seen_part
from sim.scene.map.towns import reach
from sim.scene.shapes import Layer, Shape, Stroke, Text
from sim.scene.text import text_width, with_widest_digits
from sim.scene.widgets import number_badge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sim.model.quantities import Days
    from sim.scene.camera import Projection
    from sim.scene.map.edge_tabs import EdgeTab
    from sim.scene.map.geometry import Geometry
    from sim.scene.map.town_looks import TownLook
    from sim.scene.shapes import Anchor, Point
    from sim.scene.view_model import Frame, View

SIZES: Final = (13.0, 15.5, 19.0)
"""Letters of a village, a town in focus and the first in focus; pixels at scale 1."""
DAYS_SIZE: Final = 13.0
GAP: Final = 5.0
LEAST_SIZE: Final = 8.0
TAG: Final = 12.0
"""What names leave free round the day on which a town fell; pixels at scale 1."""
BRIDGE: Final = 8.0
"""What names leave free round a bridge; pixels at plain scale."""
OFF: Final = 13.0
"""How far from its mark a name has a line to it."""
LINE: Final = 1.12
"""Height of a name, of its letters' size."""
SCALE_STEP: Final = 2 ** (1 / 4)
"""Steps of the scale for which places are worked out."""
CONTESTED_FROM: Final = 15.0
ALL_FROM: Final = 36.0
"""Pixels per km at scale 1 from which contested towns are named, and from which all are."""
MOST_EXTRA: Final = 6
"""Contested towns that are named besides, the largest first."""
DENSE: Final = 12
"""Towns in sight up to which all are named."""


@dataclass(frozen=True, slots=True)
class Name:
    """How a town's label reads."""

    text: str
    size: float
    is_bold: bool
    color: str
    days: str

    is_steady: bool
    """Whether it keeps room for its days while it tells none, so that it stays where it is."""

    def width(self, s: float) -> float:
        """Return the room that the label takes; pixels."""
        return self.name_width() + (self.days_width(s) if self.days or self.is_steady else 0.0)

    def name_width(self) -> float:
        """Return the width of the name alone; pixels."""
        return text_width(self.text, self.size, "title", is_bold=self.is_bold)

    def days_width(self, s: float) -> float:
        """Return the room that the days take, the same for any digits; pixels."""
        words = "0.0 d" if self.days in {"", "empty"} else with_widest_digits(self.days)
        return GAP * s + text_width(words, DAYS_SIZE * s, "title", is_bold=True)


def labels_layer(
    view: View, frame: Frame, geometry: Geometry, looks: Mapping[str, TownLook], tabs: Sequence[EdgeTab]
) -> tuple[Layer, tuple[PlacedLabel, ...]]:
    """Return names that found a place, with thin lines to those that stand far off, and the places."""
    names = names_of(view, frame, geometry, looks)
    places = places_of(view, frame, geometry, looks, names, tabs)
    key = (frame.theme, geometry.here, tuple(names.items()), tuple(places.values()))
    s = geometry.here.s

    def shapes() -> Iterator[Shape]:
        yield geometry.clip()
        for found in places.values():
            if found.is_far and _is_off(geometry, looks[found.name], found):
                x, y = geometry.points[found.name]
                end = (
                    min(max(x, found.x), found.x + found.width),
                    min(max(y, found.y + 3.0 * s), found.y + found.height - 3.0 * s),
                )
                yield Stroke(((x, y), end), "deep", 3.4 * s, alpha=200)
                yield Stroke(((x, y), end), "ink2", 1.2 * s)
        for town, found in places.items():
            yield from _written(names[town], found, s)

    return geometry.cached_layer("map-labels", key, shapes), tuple(places.values())


def names_of(view: View, frame: Frame, geometry: Geometry, looks: Mapping[str, TownLook]) -> dict[str, Name]:
    """Return how the labels of towns read that are to be named, by town."""
    here, s = geometry.here, geometry.here.s
    seen = [town for town in view.scenario.towns if here.shows(geometry.points[town.id], 60.0 * s)]
    picked = {found.name for found in (frame.selection, frame.hover) if found and found.kind == "town"}
    scale = here.ppk / s
    is_roomy = scale >= ALL_FROM or len(seen) <= DENSE
    names: dict[str, Name] = {}
    seen.sort(key=lambda town: -_weight(view, town.id, looks[town.id]))
    extra = 0
    for town in seen:
        look = looks[town.id]
        is_wanted = frame.labels == "all" or (
            frame.labels == "main"
            and (
                town.id in view.scenario.focus
                or is_roomy
                or look.is_short
                or look.fell is not None
                or look.is_encircled
                or is_large(town)
                or look.is_open
            )
        )
        if not is_wanted and frame.labels == "main" and scale >= CONTESTED_FROM and look.is_contested:
            extra += 1
            is_wanted = extra <= MOST_EXTRA
        if is_wanted or town.id in picked:
            names[town.id] = _name(view, frame, look, s, is_picked=town.id in picked)
    return names


def _change_text(change: Days) -> str:
    """Return by how many days of supply two runs differ, in words."""
    if abs(change) > MANY_DAYS:
        return f"over {'+' if change > 0 else '−'}{MANY_DAYS:.0f} d"
    return f"{change:+.1f} d".replace("-", "−") if change else ""


def _name(view: View, frame: Frame, look: TownLook, s: float, *, is_picked: bool) -> Name:
    """Return how a town's label reads."""
    town = view.town(look.town)
    is_first = look.town in view.scenario.focus[:1]
    is_main = look.town in view.scenario.focus or is_picked
    size = SIZES[2 if is_first else 1 if is_main else 0] * s
    days = ""
    if look.share_change is not None:
        days = _share_change_text(look, is_picked=is_picked)
    elif look.change is not None:
        days = _change_text(look.change)
    elif look.share is not None:
        share = f"{round(100 * look.share)} %"
        days = f"held in {share} of runs" if is_picked else share if look.is_open else ""
    elif "supply" in frame.layers and look.days is not None and (look.is_short or is_picked):
        days = "empty" if look.days <= 0.0 else f"{look.days:.1f} d"
    color = "ink" if is_main or look.is_short or look.fell is not None else "ink2"
    text = town.name.upper() if is_first else town.name
    is_focus = look.town in view.scenario.focus
    return Name(text, size, is_main or look.is_short, color, days, is_focus and frame.labels == "main")


def _share_change_text(look: TownLook, *, is_picked: bool) -> str:
    """Return by how much a share differs, where that is beyond noise."""
    if look.share_change is None or (not look.is_change_significant and not is_picked):
        return ""
    if not look.is_change_significant:
        return "not told apart" if look.share_change else "no difference"
    return f"{round(100 * look.share_change):+d} %{' of runs' if is_picked else ''}".replace("-", "−")


def places_of(
    view: View,
    frame: Frame,
    geometry: Geometry,
    looks: Mapping[str, TownLook],
    names: Mapping[str, Name],
    tabs: Sequence[EdgeTab],
) -> dict[str, PlacedLabel]:
    """Return where names stand, by town: as on the steady ground, where that lies in sight and is free."""
    region, s = geometry.here.region, geometry.here.s
    steady = geometry_of(view.scenario, _steady(geometry.here))
    wide = tuple((town, name.width(s), name.size) for town, name in names.items())
    marks = tuple((look.side, look.fell, _room(view, steady, look)) for look in looks.values())
    found = steady.cached(("names", wide, marks), lambda: _steady_places(view, steady, looks, names))
    ratio = geometry.unit / steady.unit
    bar = SCALE_BAR[0] * s, SCALE_BAR[1] * s
    corner = (region.right - bar[0], region.bottom - bar[1], *bar)
    taken = [corner, *((tab.x, tab.y, tab.width, tab.height) for tab in tabs)]
    places = {}
    for town, label in found.items():
        (x, y), (mx, my) = geometry.points[town], steady.points[town]
        # a label hangs on its mark by its nearest point, whose way to it grows with the mark
        middle = label.x + label.width / 2 - mx, label.y + label.height / 2 - my
        left = (
            x + middle[0] * ratio - label.width / 2
            if label.direction == 0
            else x
            + (
                (label.x - mx) * ratio
                if label.direction > 0
                else (label.x + label.width - mx) * ratio - label.width
            )
        )
        moved = replace(label, x=left, y=y + middle[1] * ratio - label.height / 2)
        if _is_clear(moved, region, taken, s):
            places[town] = moved
    return places


def _steady(here: Projection) -> Projection:
    """Return the projection on which places are worked out: a step of the scale, a wide piece of ground."""
    step = round(math.log(here.ppk / here.s) / math.log(SCALE_STEP))
    ppk = here.s * SCALE_STEP**step
    wide, tall = here.region.width, here.region.height
    east, north = wide / ppk / 2, tall / ppk / 2
    lon = round(here.lon * here.degree_east / east) * east / here.degree_east
    lat = round(here.lat * 111.2 / north) * north / 111.2
    return replace(here, region=Rect(0.0, 0.0, 2 * wide, 2 * tall), ppk=ppk, lat=lat, lon=lon)


def _steady_places(
    view: View,
    steady: Geometry,
    looks: Mapping[str, TownLook],
    names: Mapping[str, Name],
) -> dict[str, PlacedLabel]:
    s = steady.here.s
    marks = (
        *(
            (*steady.points[town.id], _room(view, steady, looks[town.id]))
            for town in view.scenario.towns
            if steady.here.shows(steady.points[town.id], 60.0 * s)
        ),
        *_scars(steady, looks),
        *((*bridge.at, BRIDGE * steady.unit) for bridge in steady.bridges.values() if bridge.is_main),
    )
    wanted = [
        LabelRequest(
            town,
            steady.points[town],
            _room(view, steady, looks[town]) + 2.0 * s,
            name.width(s),
            name.size * LINE,
            _weight(view, town, looks[town]),
            1 if looks[town].side else -1,
        )
        for town, name in names.items()
    ]
    return place(wanted, marks, steady.road_density(), steady.here.region, s)


def _room(view: View, steady: Geometry, look: TownLook) -> float:
    """Return what names leave free for a town: as for its first garrison, so that they keep still."""
    town = view.town(look.town)
    size = max(LEAST_SIZE, town_size(town.garrison.strength))
    if look.size > size:
        size = math.ceil(look.size / LEAST_SIZE) * LEAST_SIZE
    return reach(steady, replace(look, size=size, is_encircled=False), is_base=town.base is not None)


def _scars(steady: Geometry, looks: Mapping[str, TownLook]) -> Iterator[tuple[float, float, float]]:
    """Yield what the days on which towns fell take, above and right of their marks."""
    for town, look in looks.items():
        if look.fell is not None:
            (x, y), off = steady.points[town], (look.size + 8.0) * steady.unit * 0.8
            yield x + off, y - off, TAG * steady.here.s


def _weight(view: View, town: str, look: TownLook) -> float:
    """Return what a name weighs: first what does not change, so that those that come and go move no other."""
    if town in view.scenario.focus:
        return 90.0 - view.scenario.focus.index(town)
    is_main = is_large(view.town(town)) and not look.is_contested
    garrison = view.town(town).garrison.strength
    return 50.0 * is_main + 9.0 * look.is_short + min(garrison / 400.0, 9.0)


def _is_clear(
    label: PlacedLabel, region: Rect, taken: Sequence[tuple[float, float, float, float]], s: float
) -> bool:
    gap = 2.0 * s
    if label.x < region.x + gap or label.x + label.width > region.right - gap:
        return False
    if label.y < region.y + gap or label.y + label.height > region.bottom - gap:
        return False
    return not any(
        label.x < x + wide and x < label.x + label.width and label.y < y + tall and y < label.y + label.height
        for x, y, wide, tall in taken
    )


def _is_off(geometry: Geometry, look: TownLook, found: PlacedLabel) -> bool:
    """Return whether a name stands so far from its mark that a line has to join them."""
    x, y = geometry.points[look.town]
    across = max(found.x - x, 0.0, x - found.x - found.width)
    down = max(found.y - y, 0.0, y - found.y - found.height)
    return math.hypot(across, down) > reach(geometry, look) + OFF * geometry.here.s


def _written(name: Name, found: PlacedLabel, s: float) -> Iterator[Text]:
    """Yield a name, beside its mark, and beyond it its days of supply, so that the name keeps still."""
    feet = found.y + found.height / 2 + name.size * 0.34
    is_west = found.direction < 0
    anchor: Anchor = "right" if is_west else "left"
    x = found.x + (found.width if is_west else 0.0)
    if name.is_steady and not name.days and not found.direction:
        x += name.days_width(s) / 2
    named = Text(
        (x, feet), name.text, name.size, name.color, "title", name.is_bold, anchor=anchor, halo="deep"
    )
    yield named
    if name.days:
        off = name.name_width() + GAP * s
        color = "full" if name.days == "empty" or name.days.endswith(" d") else "ink"
        at, size = (x - off if is_west else x + off, feet), DAYS_SIZE * s
        yield replace(named, at=at, text=name.days, size=size, color=color, is_bold=True)


def badge_layer(
    view: View, frame: Frame, geometry: Geometry, places: Sequence[PlacedLabel], tabs: Sequence[EdgeTab]
) -> Layer:
    """Return the badge of the road that matters most, beside it; none while something is chosen."""
    route = None if frame.selection is not None else road_in_focus(view, frame)
    key = (frame.theme, geometry.here, route, tuple(places), tuple(tabs))

    def shapes() -> Iterator[Shape]:
        yield geometry.clip()
        at = None if route is None else _badge_point(geometry, route, places, tabs)
        if at is not None:
            yield from number_badge(at, geometry.here.s)

    return geometry.cached_layer("map-badge", key, shapes)


def _badge_point(
    geometry: Geometry, route: str, places: Sequence[PlacedLabel], tabs: Sequence[EdgeTab]
) -> Point | None:
    """Return where a road's badge stands: near its narrow place, off towns, names and tabs."""
    s, path = geometry.here.s, geometry.paths[route]
    off, room = geometry.widths[route] / 2 + 13.0 * s, 12.0 * s
    begin, end = seen_part(geometry, route)
    middle = min(max(geometry.narrow[route], begin), end)
    steps = [middle + n * sign * 14.0 * s for n in range(1, 24) for sign in (1, -1)]
    boxes = [(each.x, each.y, each.width, each.height) for each in places]
    boxes += [(each.x, each.y, each.width, each.height) for each in tabs]
    for distance in (each for each in steps if begin <= each <= end):
        x, y, turn = path.at(distance)
        for side in (off, -off):
            at = x - side * math.sin(turn), y + side * math.cos(turn)
            towns = geometry.points.items()
            is_free = geometry.here.shows(at, -room) and not any(
                math.dist(at, point) < geometry.radii[town] + 1.6 * room for town, point in towns
            )
            if is_free and not any(_is_near(at, box, room) for box in boxes):
                return at
    return None


def _is_near(at: Point, box: tuple[float, float, float, float], room: float) -> bool:
    x, y, wide, tall = box
    return x - room < at[0] < x + wide + room and y - room < at[1] < y + tall + room
