"""What lies beside what it tells of: tips under the mouse, and the line to the road that matters most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.archive.roads import roads, town_days
from sim.archive.sentences import days_text
from sim.archive.words import percents
from sim.view.lettering import wrapped
from sim.view.map_geometry import geometry
from sim.view.map_scene import map_projection
from sim.view.panel import told_time
from sim.view.panel_subject import road_title
from sim.view.shapes import Box, Disc, Layer, Shape, Stroke, Target, Text
from sim.view.theme import text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.view.layout import Layout
    from sim.view.model import Frame, View

WIDEST: Final = 300.0
EDGE: Final = 4.0
TITLE_DOWN: Final = 42.0
"""From the panel's upper edge to the middle of its title."""
RING: Final = 10.0


def leading_route(view: View, frame: Frame) -> str | None:
    """Return the route that the panel tells of as the one that matters most; none where it tells of another.

    Parameters
    ----------
    view
        The recording.
    frame
        What the picture shows.
    """
    if frame.selection is not None or frame.card != "none" or not frame.panel or frame.map_only:
        return None
    t = told_time(frame)
    return view.kept("leading route", t, lambda: _leading(view, frame, t))


def _leading(view: View, frame: Frame, t: int) -> str | None:
    del frame
    found = roads(view.scenario, view.snapshot(t))
    return found[0].route if found else None


def pointer_layer(view: View, frame: Frame, regions: Layout) -> Layer | None:
    """Return a thin line from the panel's title to the road it names, so that nobody has to look for it.

    Parameters
    ----------
    view
        The recording.
    frame
        What the picture shows.
    regions
        Where.
    """
    route = leading_route(view, frame)
    if route is None:
        return None
    s = regions.s
    here = map_projection(view, frame)
    way = geometry(view.scenario, here).ways.get(route)
    x, y, _ = way.at(way.length / 2) if way is not None else (-1.0, -1.0, 0.0)
    if not regions.map.holds(x, y):
        return None
    begin = (regions.panel.x, regions.panel.y + TITLE_DOWN * s)
    far = max(1.0, ((begin[0] - x) ** 2 + (begin[1] - y) ** 2) ** 0.5)
    reach = RING * s
    end = (x + (begin[0] - x) * reach / far, y + (begin[1] - y) * reach / far)
    shapes: tuple[Shape, ...] = (
        Disc((x, y), reach, None, "deep", 4.5 * s),
        Disc((x, y), reach - 1.2 * s, None, "ink", 2.0 * s),
        Stroke((begin, end), "deep", 3.5 * s, alpha=120),
        Stroke((begin, end), "ink", 1.2 * s, alpha=190),
        Disc(begin, 3.0 * s, "ink"),
    )
    return Layer("pointer", (view.recording.digest, route, x, y, begin, s), shapes)


def tip_layer(view: View | None, frame: Frame, targets: Sequence[Target], regions: Layout) -> Layer | None:
    """Return what is told of what the mouse rests on, beside it and inside the window.

    Parameters
    ----------
    view
        The recording; none where nothing is open.
    frame
        What the picture shows.
    targets
        All of the picture.
    regions
        Where.
    """
    if frame.hover is None:
        return None
    found = [each for each in targets if (each.kind, each.name) == (frame.hover.kind, frame.hover.name)]
    if not found:
        return None
    # a road that is named in a list is told of where it lies
    on_map = [each for each in found if regions.map.holds(each.x, each.y)] or found
    target, s = on_map[len(on_map) // 2], regions.s
    words = target.tip or (_words(view, frame, target) if view is not None else "")
    if not words:
        return None
    rows = [row for line in words.splitlines() for row in wrapped(line, WIDEST * s, 12 * s, 3)]
    width = max(text_width(row, 12 * s, is_bold=True) for row in rows) + 20 * s
    height = len(rows) * 16 * s + 12 * s
    x = min(max(EDGE, target.x + target.width / 2 - width / 2), frame.size[0] - width - EDGE)
    above = target.y - height - 6 * s
    y = above if above >= EDGE else target.y + target.height + 6 * s
    shapes: list[Shape] = [Box(x, y, width, height, "raised", 5 * s, "hairline", 1.0, alpha=250)]
    for number, row in enumerate(rows):
        is_first = number == 0
        at = (x + 10 * s, y + (18 + 16 * number) * s)
        shapes.append(Text(at, row, 12 * s, "ink" if is_first else "ink2", is_bold=is_first))
    return Layer("tip", (target, words, s), tuple(shapes))


def _words(view: View, frame: Frame, target: Target) -> str:
    """Return what is told of a town or a route on the map."""
    state = view.snapshot(told_time(frame))
    if target.kind == "town":
        town = view.town(target.name)
        side = view.scenario.sides[view.scenario.side_index(state.held_by[town.id])].name
        days = town_days(view.scenario, state, town.id)
        supply = "no garrison" if days is None else f"{days_text(days)} of supply"
        return f"{town.name}\nheld by {side}, {supply}"
    if target.kind != "route":
        return ""
    road = next((each for each in roads(view.scenario, state) if each.route == target.name), None)
    if road is None:
        route = view.route(target.name)
        return f"{view.town(route.start).name} – {view.town(route.end).name}\ncontact: no supply goes over it"
    denied, used, spare = percents([road.split.denied, road.split.used, road.split.spare])
    return f"{road_title(view, road)}\n{denied} % denied, {used} % used, {spare} % spare"
