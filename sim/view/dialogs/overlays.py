"""What is told of what the mouse rests on, beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.analysis.roads import roads
from sim.analysis.sentences import days_text
from sim.analysis.text import percents
from sim.analysis.towns import town_days
from sim.scene.shapes import Box, HitArea, Layer, Shape, Text
from sim.scene.text import text_width, wrapped
from sim.view.panel.panel import panel_time
from sim.view.panel.subject import road_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.scene.layout import Layout
    from sim.scene.view_model import Frame, View

WIDEST: Final = 300.0
EDGE: Final = 4.0


def tip_layer(view: View | None, frame: Frame, hit_areas: Sequence[HitArea], regions: Layout) -> Layer | None:
    """Return what is told of what the mouse rests on, beside it and inside the window.

    Parameters
    ----------
    view
        The recording; none where nothing is open.
    """
    about = frame.hover or (frame.focus if frame.focus and frame.focus.kind in {"button", "chip"} else None)
    if about is None:
        return None
    found = [each for each in hit_areas if (each.kind, each.name) == (about.kind, about.name)]
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


def _words(view: View, frame: Frame, target: HitArea) -> str:
    """Return what is told of a town or a route on the map."""
    state = view.snapshot(panel_time(frame))
    if target.kind == "town":
        town = view.town(target.name)
        side = view.scenario.sides[view.scenario.side_index(state.held_by[town.id])].name
        days = town_days(view.scenario, state, town.id)
        supply = "no garrison" if days is None else f"{days_text(days)} of supply"
        words = f"{town.name}\nheld by {side}, {supply}"
        if view.chances is not None:
            first = view.scenario.sides[view.scenario.side_index(town.held_by)].name
            share = round(100 * view.chances.held(town.id, state.t).value)
            words += f"\nheld by {first} in {share} % of runs now"
            contrast = view.contrast()
            if contrast is not None:
                words += f", {round(100 * contrast.held(state.t)[town.id].there)} % there"
        return words
    if target.kind != "route":
        return ""
    road = next((each for each in roads(view.scenario, state) if each.route == target.name), None)
    if road is None:
        route = view.route(target.name)
        return f"{view.town(route.start).name} – {view.town(route.end).name}\ncontact: no supply goes over it"
    denied, used, spare = percents([road.split.denied, road.split.used, road.split.spare])
    return f"{road_title(view, road)}\n{denied} % denied, {used} % used, {spare} % spare"


WIDTH: Final = 2.2
"""Pixels at scale 1."""
ROUND: Final = 12.0
"""Radius of the ring's corners at most, but round towns and buttons as high as wide; pixels at scale 1."""
OFF: Final = {"town": 9.0, "event": 2.0, "slider": 0.0}
"""How far from its target the ring stands, by kind; pixels at scale 1."""
OFF_ELSE: Final = 3.0


def focus_layer(frame: Frame, hit_areas: Sequence[HitArea], regions: Layout) -> Layer | None:
    """Return a ring in the colour of controls round what the keyboard stands on.

    None where that is nothing.
    """
    focus = frame.focus
    if focus is None:
        return None
    found = [each for each in hit_areas if (each.kind, each.name) == (focus.kind, focus.name)]
    if not found:
        return None
    # a road has many targets along its way: the ring stands round the middle one
    target = found[len(found) // 2] if focus.kind == "route" else found[-1]
    s = regions.s
    off = OFF.get(target.kind, OFF_ELSE) * s
    x, y = target.x - off, target.y - off
    width, height = target.width + 2 * off, target.height + 2 * off
    is_square = abs(width - height) < 1.0
    radius = min(width, height) / 2 if is_square else min(height / 2, ROUND * s)
    shapes = (
        Box(x - s, y - s, width + 2 * s, height + 2 * s, None, radius + s, "deep", round((WIDTH + 2.0) * s)),
        Box(x, y, width, height, None, radius, "accent", round(WIDTH * s)),
    )
    return Layer("focus", (target, s), shapes)
