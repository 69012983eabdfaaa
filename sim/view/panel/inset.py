"""The whole map, small, with a frame round what the large one shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.scene.beats.road_in_focus import road_in_focus
from sim.scene.camera import DEGREE, Projection, projection, whole_projection
from sim.scene.layout import Rect, layout_of
from sim.scene.map.layers import map_projection
from sim.scene.road_looks import road_looks
from sim.scene.shapes import Box, Clip, Disc, HitArea, Layer, Stroke, Text
from sim.scene.text import text_width
from sim.scene.view_model import Camera
from sim.scene.widgets import number_badge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sim.model.scenario import Route
    from sim.scene.shapes import Drawing, Point, Shape
    from sim.scene.view_model import Frame, View

LEAST: Final = 54.0
"""Height below which there is no inset; pixels at scale 1."""
HEIGHT: Final = 98.0
"""Its height where there is room: the same whatever stands above it, so that it stays where it is."""
NAMED: Final = 1.1
"""Scale from which bases are named."""
BADGE: Final = 0.7
"""Of the badge's size on the large map."""
INSET: Final = "inset"
TIP: Final = "The whole map\nThe frame is what the large map shows. Click to look elsewhere; Z shows all."


def inset_layers(view: View, frame: Frame, box: Rect, s: float) -> Drawing:
    """Return the inset's layers and hit area; none where there is no room."""
    if box.height < LEAST * s:
        return (), ()
    inside = Rect(box.x + 2, box.y + 2, box.width - 4, box.height - 4)
    here = view.cached("inset projection", (inside, s), lambda: whole_projection(view.scenario, inside, s))
    state = view.snapshot(frame.t)
    looks = road_looks(view, frame.t)
    loud, fronts = (
        tuple(look.route for look in looks.values() if look.kind in kinds)
        for kinds in ({"full", "cut"}, {"contact"})
    )
    key = (view.recording.digest, box, s, fronts)
    ground = view.cached("inset", key, lambda: Layer("inset", key, tuple(_ground(view, box, here, fronts))))
    now = (*key, loud, tuple(state.held_by.values()))
    stands = view.cached(
        "inset roads", now, lambda: Layer("inset roads", now, tuple(_stands(view, frame, box, here, loud)))
    )
    window = _window(view, frame, here)
    if all(window.holds(*here.point(town.at)) for town in view.scenario.towns):
        return (), ()  # the large map shows all of it
    framed = (
        Clip(inside.x, inside.y, inside.width, inside.height),
        Box(window.x, window.y, window.width, window.height, "ink", 0.0, None, alpha=26),
        Box(window.x, window.y, window.width, window.height, None, 0.0, "ink", max(1.0, 1.4 * s)),
        *_badge(view, frame, here, window),
    )
    area = HitArea(box.x, box.y, box.width, box.height, "word", INSET, TIP)
    return (ground, stands, Layer("inset window", framed, framed)), (area,)


def _badge(view: View, frame: Frame, here: Projection, window: Rect) -> list[Shape]:
    """Return the badge of the road that matters most, where the large map does not show it."""
    is_told = frame.selection is None and view.beside is None
    route = road_in_focus(view, frame) if is_told else None
    if route is None:
        return []
    (x, y), (end, foot) = _ends(view, here, view.route(route))
    ways = [(x + (end - x) * n / 8, y + (foot - y) * n / 8) for n in range(9)]
    return [] if any(window.holds(*at) for at in ways) else number_badge(ways[4], BADGE * here.s)


def inset_camera(view: View, frame: Frame, area: HitArea, at: Point) -> Camera:
    """Return the camera that looks at a pixel of the inset, which lies in `area`."""
    regions, s = layout_of(frame), layout_of(frame).s
    inside = Rect(area.x + 2, area.y + 2, area.width - 4, area.height - 4)
    here = whole_projection(view.scenario, inside, s)
    heart = projection(view.scenario, regions.map, s, Camera())
    across, down = at[0] - inside.x - inside.width / 2, at[1] - inside.y - inside.height / 2
    east, north = here.kilometres(across, down)
    east += (here.lon - heart.lon) * here.degree_east
    return Camera(frame.camera.zoom, east, north + (here.lat - heart.lat) * DEGREE)


def _ground(view: View, box: Rect, here: Projection, fronts: Sequence[str]) -> Iterator[Shape]:
    """Yield what stays as it is: rivers, borders and all roads."""
    s = here.s
    yield Clip(box.x, box.y, box.width, box.height)
    yield Box(box.x, box.y, box.width, box.height, "bg", 6 * s, "hairline", 1.2 * s)
    yield Clip(box.x + 2, box.y + 2, box.width - 4, box.height - 4)
    for line in view.scenario.lines:
        points = tuple(here.point(at) for at in line.path)
        color, dashes = ("water", None) if line.kind == "river" else ("border", (3.0 * s, 2.5 * s))
        yield Stroke(points, color, 1.4 * s, dashes)
    for route in view.scenario.routes:
        if route.id not in fronts:
            yield Stroke(_ends(view, here, route), "ink3", 0.7 * s, alpha=130)


def _ends(view: View, here: Projection, route: Route) -> tuple[Point, Point]:
    return here.point(view.town(route.start).at), here.point(view.town(route.end).at)


def _stands(view: View, frame: Frame, box: Rect, here: Projection, loud: Sequence[str]) -> Iterator[Shape]:
    """Yield roads that are full or cut, and who holds which town."""
    s, state = here.s, view.snapshot(frame.t)
    yield Clip(box.x + 2, box.y + 2, box.width - 4, box.height - 4)
    for route in loud:
        yield Stroke(_ends(view, here, view.route(route)), "full", 2.0 * s)
    for town in view.scenario.towns:
        yield Disc(here.point(town.at), 1.8 * s, view.side_color(state.held_by[town.id]))
    if s >= NAMED:
        yield from _names(view, box, here)


def _names(view: View, box: Rect, here: Projection) -> Iterator[Text]:
    """Name the bases, as far as their names keep clear of each other."""
    s, taken = here.s, list[Rect]()
    for town in view.scenario.towns:
        if town.base is None:
            continue
        x, y = here.point(town.at)
        wide = text_width(town.name, 11.0 * s)
        left = x + 5 * s if x + wide + 9 * s < box.right else x - wide - 5 * s
        at = (left, min(max(y + 4 * s, box.y + 13 * s), box.bottom - 6 * s))
        place = Rect(left, at[1] - 10 * s, wide, 13 * s)
        if not any(place.meets(other, 4 * s) for other in taken):
            taken.append(place)
            yield Text(at, town.name, 11.0 * s, "ink2", halo="bg")


def _window(view: View, frame: Frame, here: Projection) -> Rect:
    """Return what the large map shows, in the inset."""
    large = map_projection(view, frame)
    scale = here.ppk / large.ppk
    east = (large.lon - here.lon) * here.degree_east * here.ppk
    south = (here.lat - large.lat) * DEGREE * here.ppk
    width, height = large.region.width * scale, large.region.height * scale
    x = here.region.x + here.region.width / 2 + east - width / 2
    y = here.region.y + here.region.height / 2 + south - height / 2
    return Rect(round(x), round(y), round(width), round(height))
