"""The side panel: blocks from the top; where the height runs out, the least important are left out."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.analysis.roads import Road, roads
from sim.scene.shapes import Box, Clip, Drawing, HitArea, Layer
from sim.scene.view_model import PANEL_DELAY, TEXT_STEP
from sim.scene.widgets import RULE, Column
from sim.view.panel.charts import charted_town, supply_block
from sim.view.panel.differences import difference_block
from sim.view.panel.run import MAX_EVENTS, MAX_ROADS, days_block, events_block, losses_block, roads_block
from sim.view.panel.sliders import sliders_block
from sim.view.panel.subject import leading_road, route_subject, town_subject

if TYPE_CHECKING:
    from sim.model.quantities import Seconds
    from sim.model.state import State
    from sim.scene.layout import Layout
    from sim.scene.view_model import Frame, View

Block: TypeAlias = Callable[[Column], None]
PADDING: Final = 16.0
TOP: Final = 10.0
EDGE: Final = 7.0
"""From the panel's edge to that of a block's card; pixels at scale 1."""
INSIDE: Final = 4.5
"""From a card's edge to its block, above and below."""
DAYS, SUPPLY, LOSSES, ROADS, EVENTS = range(2, 7)
"""Positions of the blocks, from the top; those before are `_heads`."""


def panel_layers(view: View, frame: Frame, regions: Layout) -> Drawing:
    """Return the side panel's layers, and what can be pointed at in it."""
    box = regions.panel
    if box.width <= 0:
        return (), ()
    s = regions.s
    ground = (Box(box.x, box.y, box.width, box.height, "bg"), Box(box.x, box.y, 1.0, box.height, "hairline"))
    t = panel_time(frame)
    beside = view.beside.recording.digest if view.beside is not None else None
    caps = tuple(frame.key_caps.get(name) for name in ("events", "screenshot", "copy", "what_if"))
    hover = frame.hover if frame.what_if is not None else None
    key = (view.recording.digest, beside, t, frame.selection, frame.what_if, hover, caps, box, s)
    layer, hit_areas = view.cached("panel", key, lambda: _panel(view, replace(frame, t=t), regions, key))
    return (Layer("panel ground", (box, s), ground), layer), hit_areas


def panel_time(frame: Frame) -> Seconds:
    """Return the time that the panel shows: more than a few new figures a second cannot be read."""
    return frame.stepped(TEXT_STEP, 2 * PANEL_DELAY).t


def _panel(view: View, frame: Frame, regions: Layout, key: Hashable) -> tuple[Layer, tuple[HitArea, ...]]:
    box, s = regions.panel, regions.s
    column = Column(box.x + PADDING * s, box.y + TOP * s, box.width - 2 * PADDING * s, s)
    for number, block in enumerate(_fitting_blocks(view, frame, regions)):
        column.gap(RULE * bool(number))
        begin, before = column.y, len(column.shapes)
        block(column)
        left, over = box.x + EDGE * s, INSIDE * s
        height = column.y - begin + 2 * over
        card = Box(left, begin - over, box.width - 2 * EDGE * s, height, "panel", 7.0 * s, "hairline", 1.0)
        column.shapes.insert(before, card)
    clip = Clip(box.x, box.y, box.width, box.height)
    return Layer("panel", key, (clip, *column.shapes)), tuple(column.hit_areas)


def _fitting_blocks(view: View, frame: Frame, regions: Layout) -> list[Block]:
    """Return the blocks that fit, from the top; lists are shortened before blocks are left out."""
    state = view.snapshot(frame.t)
    found = roads(view.scenario, state)
    caps, s = frame.key_caps.get("events", ""), regions.s
    room = _Room(regions.panel.width - 2 * PADDING * s, s, regions.panel.height - 2 * TOP * s)
    for number, head in enumerate(_heads(view, frame, state, found)):
        room.keep(number, head)
    days = partial(days_block, view=view, state=state)
    losses = partial(losses_block, view=view, state=state)
    road_lists = [partial(roads_block, view=view, found=found, most=rows) for rows in range(MAX_ROADS, 0, -1)]
    event_lists = [
        partial(events_block, view=view, t=frame.t, caps=caps, most=rows) for rows in range(MAX_EVENTS, 0, -1)
    ]
    town = selected_town(frame)
    supply = partial(supply_block, view=view, t=frame.t, town=charted_town(view, town))
    if view.ensemble is not None or view.beside is not None or frame.what_if is not None:
        # charts matter most where runs are compared
        room.keep(SUPPLY, supply)
        room.keep(LOSSES, partial(losses, has_table=frame.what_if is None))
    room.keep(ROADS, road_lists[-1])
    room.keep(DAYS, days)
    room.grow(ROADS, *road_lists)
    room.keep(LOSSES, partial(losses, has_chart=False))
    room.keep(EVENTS, event_lists[-1])
    room.grow(LOSSES, losses)
    if town is not None:
        room.keep(SUPPLY, supply)
    room.grow(EVENTS, *event_lists)
    return room.blocks


def _heads(view: View, frame: Frame, state: State, found: tuple[Road, ...]) -> list[Block]:
    """Return the first blocks: the selection or the sliders, and what differs from the run beside."""
    town = charted_town(view, selected_town(frame))
    differs = partial(difference_block, view=view, t=frame.t, town=town)
    if frame.what_if is not None:
        return [partial(sliders_block, view=view, frame=frame), differs]
    subject = _subject(view, frame, state, found)
    if view.beside is None:
        return [subject]
    return [differs, subject] if frame.selection is not None else [differs]


class _Room:
    """Blocks that have found room, and the height that is left; pixels."""

    def __init__(self, width: float, s: float, left: float) -> None:
        self._width, self._s, self._left = width, s, left
        self._kept: dict[int, Block] = {}
        self._heights: dict[Block, float] = {}

    @property
    def blocks(self) -> list[Block]:
        """The blocks, from the top."""
        return [self._kept[position] for position in sorted(self._kept)]

    def keep(self, position: int, block: Block) -> None:
        """Add a block, if it fits."""
        height = self._height(block) + RULE * self._s * bool(self._kept)
        if position not in self._kept and height <= self._left:
            self._kept[position] = block
            self._left -= height

    def grow(self, position: int, *blocks: Block) -> None:
        """Replace a block by taller ones, as far as they fit."""
        for block in blocks if position in self._kept else ():
            more = self._height(block) - self._height(self._kept[position])
            if 0 < more <= self._left:
                self._kept[position] = block
                self._left -= more

    def _height(self, block: Block) -> float:
        if block not in self._heights:
            column = Column(0.0, 0.0, self._width, self._s, draws=False)
            block(column)
            self._heights[block] = column.y
        return self._heights[block]


def _subject(view: View, frame: Frame, state: State, found: tuple[Road, ...]) -> Block:
    selection = frame.selection
    if selection is not None and selection.kind == "town":
        return lambda column: town_subject(column, view, state, selection.name, found)
    if selection is not None and selection.kind == "route":
        return lambda column: route_subject(column, view, state, view.route(selection.name), found)
    return lambda column: leading_road(column, view, state, found)


def selected_town(frame: Frame) -> str | None:
    """Return the selected town, if one is."""
    return frame.selection.name if frame.selection is not None and frame.selection.kind == "town" else None
