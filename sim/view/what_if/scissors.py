"""Scissors on a road of the map: on the one under the mouse, and with an offer on the selected one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.model.quantities import DAY
from sim.scene.icons import icon
from sim.scene.road_looks import road_looks
from sim.scene.shapes import Box, Disc, HitArea, Layer, Shape, Stroke, Text
from sim.scene.text import truncate
from sim.view.buttons import buttons_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.scene.layout import Layout
    from sim.scene.shapes import Drawing
    from sim.scene.view_model import Frame, View

BADGE: Final = 13.0
WIDTH: Final = 250.0
HEIGHT: Final = 92.0
FROM_BADGE: Final = 26.0
BUTTONS: Final = (("cut", "Cut"), ("halve", "Half"), ("adjust", "Other"))
CUTTABLE: Final = frozenset({"calm", "tight", "full", "idle"})


def scissors_layers(view: View, frame: Frame, hit_areas: Sequence[HitArea], regions: Layout) -> Drawing:
    """Return the scissors, and for a selected road what can be done with it from here on."""
    about = frame.hover if frame.hover is not None and frame.hover.kind == "route" else frame.selection
    if about is None or about.kind != "route" or frame.card != "none" or frame.map_only:
        return (), ()
    look = road_looks(view, frame.t).get(about.name)
    found = [each for each in hit_areas if (each.kind, each.name) == ("route", about.name)]
    places = [each for each in found if _is_on(each, regions)]
    if look is None or look.kind not in CUTTABLE or not places:
        return (), ()
    place, s = places[len(places) // 2], regions.s
    x, y = place.x + place.width / 2, place.y + place.height / 2
    shapes: list[Shape] = [
        Stroke(((x, y - 20 * s), (x, y + 20 * s)), "accent", 2.2 * s, (4 * s, 3 * s)),
        Disc((x, y - 27 * s), (BADGE + 1.5) * s, "deep"),
        Disc((x, y - 27 * s), BADGE * s, "accent"),
        *icon("scissors", x + 0.5 * s, y - 27 * s, 8.5 * s, "panel"),
    ]
    areas: tuple[HitArea, ...] = ()
    is_chosen = frame.selection == about and frame.what_if is None
    if is_chosen:
        drawn, areas = _offer(view, frame, regions, (x, y - 27 * s), about.name)
        shapes += drawn
    key = (about, x, y, s, frame.t // DAY, frame.hover if is_chosen else None, is_chosen, len(areas))
    return (Layer("scissors", key, tuple(shapes)),), areas


def _is_on(area: HitArea, regions: Layout) -> bool:
    return regions.map.holds(area.x + area.width / 2, area.y + area.height / 2)


def _offer(
    view: View, frame: Frame, regions: Layout, at: tuple[float, float], route: str
) -> tuple[list[Shape], tuple[HitArea, ...]]:
    """Return the card beside the scissors: cut it, halve it, or set what it carries."""
    s, box, look = regions.s, regions.map, road_looks(view, frame.t)[route]
    width, height = WIDTH * s, HEIGHT * s
    x = min(max(at[0] + FROM_BADGE * s, box.x + 6 * s), box.right - width - 6 * s)
    y = min(max(at[1] - height - 6 * s, box.y + 6 * s), box.bottom - height - 6 * s)
    use = f"{look.flow:,.0f} of {look.flow + look.free:,.0f} t a day in use"
    words = truncate(f"{view.road_name(view.route(route))}: {use}", width - 28 * s, 12 * s)
    head = f"Cut it from here, day {frame.t // DAY}"
    shapes: list[Shape] = [
        Box(x, y, width, height, "panel", 7 * s, "accent", 1.6 * s, alpha=252),
        Text((x + 14 * s, y + 25 * s), head, 17 * s, "ink", "title", is_bold=True),
        Text((x + 14 * s, y + 43 * s), words, 12 * s, "ink2"),
    ]
    buttons, areas = buttons_row(frame, BUTTONS, x + 12 * s, y + 53 * s, x + width - 8 * s, s, has_caps=False)
    cover = HitArea(x, y, width, height, "word", "offer", "")
    return [*shapes, *buttons], (cover, *areas)
