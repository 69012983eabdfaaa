"""The side panel: one road or town with three figures and a sentence, who runs short, and the whole map."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sim.analysis.text import clock_text
from sim.model.events import TownFell
from sim.model.quantities import DAY
from sim.scene.beats.beats import step_at
from sim.scene.beats.road_in_focus import told_changes
from sim.scene.layout import Rect
from sim.scene.map.layers import map_projection
from sim.scene.shapes import Box, Clip, Drawing, HitArea, Layer
from sim.scene.view_model import PANEL_DELAY, TEXT_STEP
from sim.scene.widgets import RULE, Column, figures
from sim.view.buttons import add_buttons
from sim.view.panel.differences import difference_block
from sim.view.panel.inset import HEIGHT, LEAST, inset_layers
from sim.view.panel.names import side_name
from sim.view.panel.road import chosen_road, leading_road, title
from sim.view.panel.short import short_block
from sim.view.panel.town import town_block, way_block
from sim.view.panel.what_if import BUTTON, compare_button, what_if_block

if TYPE_CHECKING:
    from collections.abc import Hashable

    from sim.model.quantities import Seconds
    from sim.scene.layout import Layout
    from sim.scene.view_model import Frame, View

PADDING: Final = 16.0
TOP: Final = 14.0
BOTTOM: Final = 14.0
INSET_GAP: Final = 12.0
INSET_KEPT: Final = INSET_GAP + HEIGHT
"""Height that the list of who runs short leaves to the inset where there is enough; pixels at scale 1."""
CHOSEN: Final = 215.0
"""Height that what differs leaves to what is chosen; pixels at scale 1."""
LISTED: Final = 148.0
"""What four garrisons that run short take; the other side's road leaves them that."""
LEAST_SHORT: Final = 70.0
LEAST_WAY: Final = 104.0
FALL_TOLD: Final[Seconds] = round(0.55 * DAY)
"""For how long after a town fell the panel tells of that."""


def panel_layers(view: View, frame: Frame, regions: Layout) -> Drawing:
    """Return the side panel's layers, and what can be pointed at in it."""
    box, s = regions.panel, regions.s
    if box.width <= 0:
        return (), ()
    t = panel_time(view, frame)
    beside = view.beside.recording.digest if view.beside is not None else None
    hover = frame.hover if frame.hover is not None and frame.hover.kind in {"button", "slider"} else None
    focus = frame.focus if frame.what_if is not None else None
    caps = tuple(frame.key_caps.get(name) for name in ("screenshot", "copy"))
    tried = (frame.what_if, frame.comparing, hover, focus)
    # the road that matters most stays for seconds of the screen, and so depends on the speed
    key = (view.recording.digest, beside, t, frame.seconds_per_day, frame.selection, tried, caps, box, s)
    camera = map_projection(view, frame)
    return view.cached("panel", (key, camera), lambda: _drawing(view, replace(frame, t=t), regions, key))


def _drawing(view: View, frame: Frame, regions: Layout, key: Hashable) -> Drawing:
    """Return the panel's ground, what stands on it, and the inset."""
    box, s = regions.panel, regions.s
    edge = Box(box.x, box.y, 1.0, box.height, "hairline")
    ground = (Box(box.x, box.y, box.width, box.height, "panel"), edge)
    layer, hit_areas, inset = view.cached("panel text", key, lambda: _panel(view, frame, regions, key))
    inset_drawn, inset_areas = inset_layers(view, frame, inset, s)
    return (Layer("panel ground", (box, s), ground), layer, *inset_drawn), (*hit_areas, *inset_areas)


def panel_time(view: View, frame: Frame) -> Seconds:
    """Return the time that the panel shows: more than a few new figures a second cannot be read.

    What its road can carry changes with its mark on the map.
    """
    return step_at(view, frame, TEXT_STEP, 2 * PANEL_DELAY, told_changes)


def _panel(
    view: View, frame: Frame, regions: Layout, key: Hashable
) -> tuple[Layer, tuple[HitArea, ...], Rect]:
    """Return the panel's layer and hit areas, and the place that is left for the inset."""
    box, s = regions.panel, regions.s
    column = Column(box.x + PADDING * s, box.y + TOP * s, box.width - 2 * PADDING * s, s)
    bottom = box.bottom - BOTTOM * s
    _fill(column, view, frame, bottom)
    top = column.y + INSET_GAP * s
    height = min(bottom - top, HEIGHT * s) if frame.what_if is None else 0.0
    inset = Rect(column.x, bottom - height, column.width, max(0.0, height))
    clip = Clip(box.x, box.y, box.width, box.height)
    return Layer("panel", key, (clip, *column.shapes)), tuple(column.hit_areas), inset


def _fill(column: Column, view: View, frame: Frame, bottom: float) -> None:
    """Draw what is chosen, else what matters most, and then who runs short as far as there is room."""
    t, s, chosen = frame.t, column.s, frame.selection
    if frame.what_if is not None:
        what_if_block(column, view, frame, bottom)
        return
    if view.beside is not None:
        end = bottom - (CHOSEN * s if chosen is not None else 0.0) - BUTTON * s
        difference_block(column, view, t, charted_town(view, selected_town(frame)), end)
        column.gap(6)
        add_buttons(column, frame, [compare_button(frame)], has_first=False)
        column.gap(BUTTON - 6)
        if chosen is None:
            return
        column.rule()
    if chosen is not None and chosen.kind == "town":
        town_block(column, view, t, chosen.name)
        if bottom - column.y > LEAST_WAY * s:
            column.rule()
            way_block(column, view, t, chosen.name, bottom - column.y)
        return
    fall = fall_at(view, t)
    if chosen is not None and chosen.kind == "route":
        chosen_road(column, view, t, view.route(chosen.name))
    elif fall is not None:
        _fall_block(column, view, *fall)
    else:
        leading_road(column, view, frame, bottom - (LISTED + INSET_KEPT) * s)
    room = bottom - column.y - RULE * s
    if room < LEAST_SHORT * s or view.scenario.supply.effect == "none":
        return
    column.rule()
    kept = min(INSET_KEPT * s, room - LEAST_SHORT * s)
    kept = kept if kept >= (LEAST + INSET_GAP) * s else 0.0
    short_block(column, view, t, room - kept)


def falls(view: View) -> tuple[tuple[Seconds, TownFell], ...]:
    """Return when which towns fell in the whole run; read once."""

    def found() -> tuple[tuple[Seconds, TownFell], ...]:
        return tuple(view.recording.events_of(TownFell))

    return view.cached("falls", None, found)


def fall_at(view: View, t: Seconds) -> tuple[Seconds, TownFell] | None:
    """Return the town that has just fallen, if one has."""
    recent = [each for each in falls(view) if 0 <= t - each[0] < FALL_TOLD]
    return recent[-1] if recent else None


def _fall_block(column: Column, view: View, t: Seconds, event: TownFell) -> None:
    """Say that a town fell, where its garrison went and who moved in."""
    column.heading("Turning point")
    title(column, view.fall_words(event.town, event.winner), view.scenario.side_index(event.winner), view)
    column.text(f"day {t // DAY}, {clock_text(t)}", down=10, size=12.5, color="ink2")
    column.gap(22)
    gone, came = f"{event.withdrawn:,}", f"{event.moved_in:,}"
    figures(column, [(gone, "withdrew", "ink"), (came, "moved in", "ink")])
    winner = side_name(view, view.scenario.side_index(event.winner))
    went = (
        f"The garrison went to {view.town(event.retreat).name}."
        if event.retreat is not None
        else "The garrison had no way out."
    )
    text = f"{went} {winner} holds it now, with soldiers from {view.town(event.moved_from).name}."
    column.paragraph(text, 3, size=13, color="ink", line=18)


def selected_town(frame: Frame) -> str | None:
    """Return the selected town, if one is."""
    return frame.selection.name if frame.selection is not None and frame.selection.kind == "town" else None


def charted_town(view: View, selected: str | None) -> str:
    """Return the town that differences are told of: the selected one, else the first in focus."""
    return selected or next(iter(view.scenario.focus), view.scenario.towns[0].id)
