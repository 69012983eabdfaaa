"""What lies over everything else: the keyboard's focus ring, tooltips and messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.analysis.moment import days_text
from sim.analysis.towns import town_days
from sim.scene.road_looks import road_looks
from sim.scene.shapes import Box, HitArea, Layer, Shape, Text
from sim.scene.text import text_width, wrap
from sim.view.panel.panel import panel_time
from sim.view.panel.road import road_sentence
from sim.view.timeline.series import x_at
from sim.view.timeline.timeline import moment_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.scene.layout import Layout
    from sim.scene.view_model import Frame, View

TOOLTIP_WIDTH: Final = 300.0
EDGE: Final = 4.0
SCISSORS: Final = 34.0
"""What the scissors take over a road; pixels at scale 1."""
RING: Final = 2.2
"""Width of the focus ring; pixels at scale 1, as all here."""
MAX_RADIUS: Final = 12.0
"""Of the ring's corners, but round towns and round buttons."""
DISTANCES: Final = {"town": 9.0, "event": 2.0, "slider": 0.0}
"""From the target to the ring, by kind."""
DISTANCE: Final = 3.0


def focus_layer(frame: Frame, hit_areas: Sequence[HitArea], regions: Layout) -> Layer | None:
    """Return the ring round the control, town or road in focus, if there is one."""
    focus = frame.focus
    if focus is None:
        return None
    found = [each for each in hit_areas if (each.kind, each.name) == (focus.kind, focus.name)]
    if not found:
        return None
    # a road has many hit areas: the ring stands round the middle one, and on the map where it is there
    target, s = _main_area(found, regions), regions.s
    off = DISTANCES.get(target.kind, DISTANCE) * s
    x, y = target.x - off, target.y - off
    width, height = target.width + 2 * off, target.height + 2 * off
    radius = min(width, height) / 2 if abs(width - height) < 1.0 else min(height / 2, MAX_RADIUS * s)
    shapes = (
        Box(x - s, y - s, width + 2 * s, height + 2 * s, None, radius + s, "deep", round((RING + 2.0) * s)),
        Box(x, y, width, height, None, radius, "accent", round(RING * s)),
    )
    return Layer("focus", (target, s), shapes)


def tooltip_layer(
    view: View | None, frame: Frame, hit_areas: Sequence[HitArea], regions: Layout
) -> Layer | None:
    """Return the tooltip of what the mouse rests on, or of the control in focus."""
    about = frame.hover or (frame.focus if frame.focus and frame.focus.kind == "button" else None)
    # a selected road has its offer in this place
    if about is None or (about.kind == "route" and about == frame.selection):
        return None
    found = [each for each in hit_areas if (each.kind, each.name) == (about.kind, about.name)]
    if about.kind == "moment" and view is not None:
        t, track = int(about.name), regions.track
        words = moment_text(view, frame, t)
        found = [HitArea(x_at(view, track, t), track.y, 0.0, track.height, "timeline", about.name, words)]
    if not found:
        return None
    target, s = _main_area(found, regions), regions.s
    words = target.tip or (_map_tooltip(view, frame, target) if view is not None else "")
    if not words:
        return None
    rows = [row for line in words.splitlines() for row in wrap(line, TOOLTIP_WIDTH * s, 12 * s, 3)]
    width = max(text_width(row, 12 * s, is_bold=True) for row in rows) + 20 * s
    height = len(rows) * 16 * s + 12 * s
    x = min(max(EDGE, target.x + target.width / 2 - width / 2), frame.size[0] - width - EDGE)
    # over a road stand the scissors
    is_road = target.kind == "route"
    above, below = target.y - height - (SCISSORS * is_road + 6) * s, target.y + target.height + 6 * s
    is_below = above < EDGE or (is_road and below + height < regions.map.bottom)
    y = below if is_below else above
    shapes: list[Shape] = [Box(x, y, width, height, "raised", 5 * s, "hairline", 1.0, alpha=250)]
    for number, row in enumerate(rows):
        is_first = number == 0
        at = (x + 10 * s, y + (18 + 16 * number) * s)
        shapes.append(Text(at, row, 12 * s, "ink" if is_first else "ink2", is_bold=is_first))
    return Layer("tip", (target, words, s), tuple(shapes))


def _main_area(found: Sequence[HitArea], regions: Layout) -> HitArea:
    """Return the one of several areas of a thing where it is told of: on the map, if it is there."""
    on_map = [each for each in found if regions.map.holds(each.x, each.y)] or found
    return on_map[len(on_map) // 2]


def _map_tooltip(view: View, frame: Frame, target: HitArea) -> str:
    state = view.snapshot(panel_time(view, frame))
    if target.kind == "town":
        town = view.town(target.name)
        side = view.scenario.sides[view.scenario.side_index(state.held_by[town.id])].name
        days = town_days(view.scenario, state, town.id)
        supply = "no garrison" if days is None else f"{days_text(days)} of supply"
        words = f"{town.name}\nheld by {side}, {supply}\nClick: how its supply comes"
        if view.ensemble is not None:
            first = view.scenario.sides[view.scenario.side_index(town.held_by)].name
            share = round(100 * view.ensemble.held(town.id, state.t).value)
            words += f"\nheld by {first} in {share} % of runs now"
            if (difference := view.ensemble_difference()) is not None:
                words += f", {round(100 * difference.held(state.t)[town.id].first)} % in the other ensemble"
        return words
    if target.kind != "route":
        return ""
    look = road_looks(view, state.t)[target.name]
    name = view.road_name(view.route(target.name))
    if look.kind == "contact":
        return f"{name}\nbetween both sides: carries no supply"
    use = f"{look.flow:,.0f} t a day in use, {look.free:,.0f} free"
    return f"{name}\n{use}\n{road_sentence(view, state.t, look)}\nClick: cut it from here"


def toast_layer(frame: Frame, regions: Layout) -> Layer | None:
    """Return the message at the map's lower edge, if there is one."""
    if frame.toast is None:
        return None
    s = regions.s
    rows = wrap(frame.toast.text, min(640 * s, regions.map.width - 40 * s) - 40 * s, 13 * s, 4)
    width = max(text_width(row, 13 * s) for row in rows) + 40 * s
    height = len(rows) * 18 * s + 18 * s
    left = regions.map.x + (regions.map.width - width) / 2
    bottom = regions.footer.y if frame.card in {"empty", "loading"} else regions.map.bottom
    top = bottom - height - 16 * s
    edge = "full" if frame.toast.is_error else "accent"
    shapes: list[Shape] = [
        Box(left, top, width, height, "raised", 8 * s, edge, 1.4 * s, alpha=250),
        Box(left, top + 8 * s, 4 * s, height - 16 * s, edge, 2 * s),
    ]
    for number, row in enumerate(rows):
        shapes.append(Text((left + 20 * s, top + (22 + 18 * number) * s), row, 13 * s, "ink"))
    return Layer("toast", (frame.toast, left, top, s), tuple(shapes))
