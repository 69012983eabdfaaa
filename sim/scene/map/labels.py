"""Names on the map: of towns that matter, with their days of supply where these run out; placed and written.

Places are worked out for a step of the scale and for a piece of ground larger than the view, so that names
keep their place while the camera moves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.analysis.moment import MANY_DAYS
from sim.analysis.supply_trace import trace_supply
from sim.scene.beats.road_in_focus import road_in_focus
from sim.scene.layout import Rect
from sim.scene.map.edge_tabs import scale_place
from sim.scene.map.geometry import geometry as geometry_of
from sim.scene.map.geometry import is_large, town_size
from sim.scene.map.label_placement import LabelRequest, PlacedLabel, is_nearest, line_end, line_to, place
from sim.scene.map.marks.town_marks import scar_place
from sim.scene.map.roads import lit_roads, seen_part
from sim.scene.map.towns import reach
from sim.scene.road_looks import narrowest_road
from sim.scene.shapes import Box, Layer, Shape, Stroke, Text
from sim.scene.text import text_width, with_widest_digits
from sim.scene.widgets import number_badge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sim.model.quantities import Days
    from sim.scene.camera import Projection
    from sim.scene.map.edge_tabs import EdgeTab
    from sim.scene.map.geometry import Geometry
    from sim.scene.map.town_looks import TownLook
    from sim.scene.road_looks import RoadLook
    from sim.scene.shapes import Point
    from sim.scene.view_model import Frame, View

SIZES: Final = (14.0, 15.5, 19.0)
"""Letters of a village, a town in focus and the first in focus; pixels at scale 1."""
DAYS_SIZE: Final = 13.0
GAP: Final = 6.0
LEAST_SIZE: Final = 8.0
BRIDGE: Final = 8.0
"""What names leave free round a bridge; pixels at plain scale."""
LEG: Final = 12.0
"""Letters of what goes on a leg of a traced way; pixels at scale 1."""
BADGE_REACH: Final = 240.0
"""How far from its road a badge may stand where there is no room beside it; pixels at scale 1."""
LEAST_LEG: Final = 0.06
"""Of what the busiest leg carries: less is not told."""
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
    is_loud: bool
    """Whether its days are a warning."""
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
        words = with_widest_digits(self.days) or "empty"
        return GAP * s + text_width(words, DAYS_SIZE * s, "title", is_bold=True)


def labels_layer(
    view: View,
    frame: Frame,
    geometry: Geometry,
    looks: Mapping[str, TownLook],
    tabs: Sequence[EdgeTab],
    lit: frozenset[str] = frozenset(),
) -> tuple[Layer, tuple[PlacedLabel, ...]]:
    """Return names that found a place, with thin lines to those that stand far off, and the places."""
    names = names_of(view, frame, geometry, looks, lit)
    places = places_of(view, geometry, looks, names, tabs)
    key = (frame.theme, geometry.here, tuple(names.items()), tuple(places.values()))
    s = geometry.here.s

    def marks() -> Iterator[tuple[Shape, ...]]:
        for town, found in places.items():
            if found.has_line:
                line = tuple(_line(geometry, looks[town], found, names[town]))
                yield Stroke(line, "deep", 3.2 * s, alpha=200), Stroke(line, "ink2", s)
        for town, found in places.items():
            label = names[town], found
            yield geometry.mark(("label", frame.theme, *label), partial(written, *label, s))

    return geometry.cached_marks("map-labels", key, marks), tuple(places.values())


def names_of(
    view: View,
    frame: Frame,
    geometry: Geometry,
    looks: Mapping[str, TownLook],
    lit: frozenset[str] = frozenset(),
) -> dict[str, Name]:
    """Return how the labels of towns read that are to be named, by town; `lit` is all but the rest."""
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
        if lit and frame.labels == "main":
            is_wanted = town.id in lit
        elif not is_wanted and frame.labels == "main" and scale >= CONTESTED_FROM and look.is_contested:
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
    is_loud, is_steady = look.is_short or look.change is not None, is_focus and frame.labels == "main"
    return Name(text, size, is_main or look.is_short, color, days, is_loud, is_steady)


def _share_change_text(look: TownLook, *, is_picked: bool) -> str:
    """Return by how much a share differs, where that is significant."""
    if look.share_change is None or (not look.is_change_significant and not is_picked):
        return ""
    if not look.is_change_significant:
        return "not significant" if look.share_change else "no difference"
    return f"{round(100 * look.share_change):+d} %{' of runs' if is_picked else ''}".replace("-", "−")


def places_of(
    view: View,
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
    taken = [scale_place(geometry), *tabs]
    inner = Rect(region.x + 2 * s, region.y + 2 * s, region.width - 4 * s, region.height - 4 * s)
    towns = np.array(_towns(geometry))

    def told(town: str, place: PlacedLabel) -> bool:
        """Return whether it is clear which town's name it is there, too."""
        return place.has_line or is_nearest(place, geometry.points[town], towns)

    places: dict[str, PlacedLabel] = {}
    lines: list[Rect] = []
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
        is_in = inner.holds(moved.x, moved.y) and inner.holds(moved.right, moved.bottom)
        line = line_to(moved, (x, y))
        is_free = not any(spot.meets(each) for each in taken for spot in (moved, *line))
        # another scale may bring what lies near a line onto it
        is_free &= not any(spot.meets(each) for each in places.values() for spot in line)
        is_free &= not any(moved.meets(spot) for spot in lines)
        if is_in and is_free and told(town, moved):
            places[town] = moved
            lines += line
    # those that matter most find another place where a tab has taken theirs, if need be before all others
    focus = [
        town for town in view.scenario.focus if town in names and geometry.here.shows(geometry.points[town])
    ]
    for others in (set(places), set(focus)):
        lacking = [town for town in focus if town not in places]
        if not lacking:
            break
        kept = {town: found for town, found in places.items() if town in others}
        full = [*taken, *_scars(geometry, looks), *kept.values(), *_lines(geometry, kept)]
        wanted = _requests(view, geometry, looks, {town: names[town] for town in lacking})
        circles, roads = _marks(view, geometry, looks), geometry.road_density()
        new = place(wanted, circles, roads, region, s, _corners(full), _towns(geometry))
        over = [*new.values(), *_lines(geometry, new)]
        places = {
            town: found
            for town, found in places.items()
            if town in kept
            or not any(
                spot.meets(each) for spot in (found, *_lines(geometry, {town: found})) for each in over
            )
        } | new
    return places


def _lines(geometry: Geometry, places: Mapping[str, PlacedLabel]) -> list[Rect]:
    """Return points on the lines to names."""
    return [spot for town, found in places.items() for spot in line_to(found, geometry.points[town])]


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
    wanted, marks = _requests(view, steady, looks, names), _marks(view, steady, looks)
    here, roads, scars = steady.here, steady.road_density(), _corners(_scars(steady, looks))
    return place(wanted, marks, roads, here.region, here.s, scars, _towns(steady))


def _corners(places: Sequence[Rect]) -> list[tuple[float, float, float, float]]:
    return [(each.x, each.y, each.right, each.bottom) for each in places]


def _marks(
    view: View, steady: Geometry, looks: Mapping[str, TownLook]
) -> tuple[tuple[float, float, float], ...]:
    """Return the circles that names must not cover: towns and bridges."""
    towns = (
        (*steady.points[town], _room(view, steady, look))
        for town, look in looks.items()
        if steady.here.shows(steady.points[town], 60.0 * steady.here.s)
    )
    bridges = ((*each.at, BRIDGE * steady.unit) for each in steady.bridges.values() if each.is_main)
    return (*towns, *bridges)


def _towns(geometry: Geometry) -> list[tuple[float, float, float]]:
    """Return the circles of towns with their first garrisons: names are not to move with what these lose."""
    return geometry.cached(
        "town circles", lambda: [(*at, geometry.radii[town]) for town, at in geometry.points.items()]
    )


def _requests(
    view: View, steady: Geometry, looks: Mapping[str, TownLook], names: Mapping[str, Name]
) -> list[LabelRequest]:
    s = steady.here.s
    return [
        LabelRequest(
            town,
            steady.points[town],
            _room(view, steady, looks[town]) + 4.0 * s,
            name.width(s),
            name.size * LINE,
            _weight(view, town, looks[town]),
            1 if looks[town].side else -1,
        )
        for town, name in names.items()
    ]


def _room(view: View, steady: Geometry, look: TownLook) -> float:
    """Return what names leave free for a town: as for its first garrison, so that they keep still."""

    def room() -> float:
        town = view.town(look.town)
        size = max(LEAST_SIZE, town_size(town.garrison.strength, steady.plain_garrison))
        if look.size > size:
            size = math.ceil(look.size / LEAST_SIZE) * LEAST_SIZE
        return reach(steady, replace(look, size=size, is_encircled=False), is_base=town.base is not None)

    return steady.cached(("room", look), room)


def _scars(steady: Geometry, looks: Mapping[str, TownLook]) -> list[Rect]:
    """Return where the days on which towns fell are written."""
    places = (scar_place(steady, town) for town, look in looks.items() if look.fell is not None)
    return [place for place in places if place is not None]


def _weight(view: View, town: str, look: TownLook) -> float:
    """Return what a name weighs: first what does not change, so that those that come and go move no other."""
    if town in view.scenario.focus:
        return 90.0 - view.scenario.focus.index(town)
    is_main = is_large(view.town(town)) and not look.is_contested
    garrison = view.town(town).garrison.strength
    return 50.0 * is_main + 9.0 * look.is_short + min(garrison / 400.0, 9.0)


def _line(geometry: Geometry, look: TownLook, found: PlacedLabel, name: Name) -> Iterator[Point]:
    """Yield a line from a mark's rim to a name, and on along the name, so that it is taken for no road."""
    (x, y), s = geometry.points[look.town], geometry.here.s
    left = found.x + (found.width - _written_width(name, s)) * (1 - found.direction) / 2
    ends = (left, left + _written_width(name, s))
    level = line_end(found, (x, y))[1]
    near, far = ((end, level) for end in (ends[::-1] if found.direction < 0 else ends))
    share = reach(geometry, look) / max(math.dist((x, y), near), 1.0)
    yield x + (near[0] - x) * share, y + (near[1] - y) * share
    yield near
    yield far


def _written_width(name: Name, s: float) -> float:
    """Return how much of its room a label fills now; pixels."""
    return name.name_width() + (name.days_width(s) if name.days else 0.0)


def written(name: Name, found: PlacedLabel, s: float) -> Iterator[Text]:
    """Yield a name and after it its days of supply, close to their mark."""
    feet = found.y + found.height / 2 + name.size * 0.34
    x = found.x + (found.width - _written_width(name, s)) * (1 - found.direction) / 2
    named = Text((x, feet), name.text, name.size, name.color, "title", name.is_bold, halo="deep")
    yield named
    if name.days:
        color = "full" if name.is_loud else "ink"
        at, size = (x + name.name_width() + GAP * s, feet), DAYS_SIZE * s
        yield replace(named, at=at, text=name.days, size=size, color=color, is_bold=True)


def badge_layer(view: View, frame: Frame, geometry: Geometry, taken: list[Rect]) -> Layer:
    """Return the badge of the road that matters most, beside it; none while something is chosen.

    Where it stands is added to what is taken.
    """
    s, route = geometry.here.s, None if frame.selection is not None else road_in_focus(view, frame)
    size = 24.0 * s
    found = None if route is None else beside_road(geometry, route, taken, size, size, BADGE_REACH * s)
    key = (frame.theme, geometry.here, found)
    if found is not None:
        taken.append(found[0])

    def shapes() -> Iterator[Shape]:
        yield geometry.clip()
        if found is not None:
            at = (found[0].x + size / 2, found[0].y + size / 2)
            if math.dist(at, found[1]) > 2 * size:
                yield Stroke((at, found[1]), "deep", 3.4 * s, alpha=200)
                yield Stroke((at, found[1]), "ink", 1.2 * s)
            yield from number_badge(at, s)

    return geometry.cached_layer("map-badge", key, shapes)


def beside_road(
    geometry: Geometry, route: str, taken: Sequence[Rect], wide: float, tall: float, farthest: float = 0.0
) -> tuple[Rect, Point] | None:
    """Return a free place of a size beside a road, near where damage narrows it, and the road's point there.

    Where there is none, one round its narrow place at most so far off, to which a line can be drawn.
    """
    s, path, here = geometry.here.s, geometry.paths[route], geometry.here
    begin, end = seen_part(geometry, route)
    middle = min(max(geometry.narrow[route], begin), end)
    steps = [middle + n * sign * 14.0 * s for n in range(24) for sign in (1, -1)]
    marks = [geometry.mark_place(town) for town, point in geometry.points.items() if here.shows(point)]

    def is_free(place: Rect) -> bool:
        is_in = here.shows((place.x, place.y)) and here.shows((place.right, place.bottom))
        return is_in and not any(place.meets(each, 2.0 * s) for each in (*taken, *marks))

    for distance in (each for each in steps if begin <= each <= end):
        x, y, turn = path.at(distance)
        across, down = -math.sin(turn), math.cos(turn)
        reach = geometry.widths[route] / 2 + 3.0 * s + abs(across) * wide / 2 + abs(down) * tall / 2
        for side in (reach, -reach):
            place = Rect(x + side * across - wide / 2, y + side * down - tall / 2, wide, tall)
            if is_free(place):
                return place, (x, y)
    x, y, _ = path.at(middle)
    for far, number in product(range(20, round(farthest), 20), range(16)):
        across, down = math.cos(math.tau * number / 16), math.sin(math.tau * number / 16)
        ahead, below = across * (far * s + wide / 2), down * (far * s + tall / 2)
        place = Rect(x + ahead - wide / 2, y + below - tall / 2, wide, tall)
        way = [Rect(x + ahead * n / 8, y + below * n / 8, 0.0, 0.0) for n in range(1, 8)]
        if is_free(place) and not any(each.meets(mark) for each in way for mark in marks):
            return place, (x, y)
    return None


def legs_layer(
    view: View, frame: Frame, geometry: Geometry, looks: Mapping[str, RoadLook], taken: list[Rect]
) -> Layer:
    """Return the tonnes a day on each leg of the selected town's way, with its narrowest one named.

    Where they are written is added to what is taken.
    """
    s, lit = geometry.here.s, lit_roads(view, frame, looks)
    narrowest = None
    if lit and frame.selection is not None:
        town = view.town(frame.selection.name)
        way = trace_supply(view.scenario, view.snapshot(frame.t), town, view.recording.header).way
        narrowest = narrowest_road(view, frame.t, way)
    found: list[tuple[Rect, Point, str, tuple[str, ...]]] = []
    # the narrowest first, then what carries most: where there is no room, the least is not told
    most_carried = max((looks[route].flow for route in lit), default=0.0)
    legs = [looks[route] for route in geometry.seen if route in lit]
    legs = [look for look in legs if look == narrowest or look.flow >= LEAST_LEG * most_carried]
    for look in sorted(legs, key=lambda look: (look != narrowest, -look.flow)):
        lines: tuple[str, ...] = (f"{look.flow:,.0f} t",)
        if look == narrowest:
            name, most = view.road_name(view.route(look.route)), look.flow + look.free
            lines = (f"{name}: {look.flow:,.0f} of {most:,.0f} t a day", "the fullest leg")
        wide = max(text_width(line, LEG * s, is_bold=True) for line in lines) + 14.0 * s
        tall, farthest = (7.0 + 15.0 * len(lines)) * s, 240.0 if look == narrowest else 0.0
        free = beside_road(geometry, look.route, taken, wide, tall, farthest)
        if free is not None:
            taken.append(free[0])
            found.append((*free, look.kind if look.kind in {"tight", "full"} else "hairline", lines))

    def shapes() -> Iterator[Shape]:
        yield geometry.clip()
        for box, road, edge, lines in found:
            near = min(max(road[0], box.x), box.right), min(max(road[1], box.y), box.bottom)
            yield Stroke((near, road), edge, 1.6 * s)
            yield Box(box.x, box.y, box.width, box.height, "panel", 4.0 * s, edge, 1.4 * s)
            for number, line in enumerate(lines):
                at = box.x + box.width / 2, box.y + (15.0 + 15.0 * number) * s
                color = "ink2" if number else "ink"
                yield Text(at, line, LEG * s, color, is_bold=not number, anchor="middle")

    return geometry.cached_layer("map-legs", (frame.theme, geometry.here, tuple(found)), shapes)
